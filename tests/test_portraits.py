"""What a speaker is known by: shares of talk, a sentence, a sample of the voice alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.portraits import (
    LONGEST_SAMPLE,
    Parts,
    certainty,
    portraits,
    runs,
    sample,
    sentences,
    telling,
    typical,
)
from pipeline.speakers import Role
from pipeline.transcript import Span, SpeakerSpan, Turn
from tests.values import turn

NOBODYS = Parts({}, {})


def span(start: float, end: float, speaker: str = "A", probability: float = 1.0) -> SpeakerSpan:
    return SpeakerSpan(start, end, speaker, None, probability)


CALL = (
    turn("Well, how is the bakery going these days?", "Ann", 0.0),
    turn("Good. We lost eleven wholesale orders in the flood last spring.", "B", 4.0),
    turn("Oh no.", "Ann", 9.0),
)
SPANS = (span(0, 3, "A", 0.8), span(4, 9, "B", 0.9), span(9, 10, "A", 0.4))


def test_a_portrait_says_how_much_and_how_sure() -> None:
    ann, ben = portraits({"A": "Ann", "B": "B"}, CALL, SPANS, NOBODYS)
    assert (ann.label, ann.name, ann.turns, ann.seconds) == ("A", "Ann", 2, 4)
    assert (ann.share, ben.share) == pytest.approx((4 / 9, 5 / 9))
    assert (ann.certainty, ben.certainty) == pytest.approx((0.7, 0.9))
    assert ann.sentence == "Well, how is the bakery going these days?"
    assert (ben.sentence, ben.sentence_at) == (
        "We lost eleven wholesale orders in the flood last spring.",
        4.3,
    )
    assert (ann.sample, ben.sample) == (Span(0, 3), Span(4, 9))


def test_roles_by_hand_go_before_guesses_and_are_none() -> None:
    parts = Parts({"A": Role.OTHER}, {"Ann": Role.INTERVIEWER, "B": Role.CUSTOMER})
    ann, ben = portraits({"A": "Ann", "B": "B"}, CALL, SPANS, parts)
    assert (ann.role, ann.role_guessed) == (Role.OTHER, False)
    assert (ben.role, ben.role_guessed) == (Role.CUSTOMER, True)


def test_who_is_called_by_a_role_has_it() -> None:
    parts = Parts({}, {"Interviewer": Role.CUSTOMER})
    assert parts.of("A", "Interviewer") == (Role.INTERVIEWER, False)
    assert Parts({"A": Role.OTHER}, {}).of("A", "customer") == (Role.OTHER, False)


def test_who_says_nothing_is_left_out() -> None:
    assert [each.label for each in portraits({"A": "A", "C": "C"}, CALL, SPANS, NOBODYS)] == ["A"]
    assert portraits({}, (), (), NOBODYS) == ()


def test_where_nobody_is_heard_nothing_is_unsure() -> None:
    assert certainty([], []) == 1.0


def test_words_say_better_than_spans_how_sure_their_speaker_is() -> None:
    one, two = CALL[2].words
    said = Turn.of(
        "A", [replace(one, speaker_probability=0.6), replace(two, speaker_probability=1)]
    )
    assert certainty([said], SPANS) == pytest.approx(0.8)
    assert certainty([CALL[2]], SPANS[:1]) == pytest.approx(0.8)


def test_a_sentence_that_may_be_anothers_is_not_chosen() -> None:
    rare = turn("Quixotic zeppelins juggle marmalade beside Vancouver harbours.", start=0.0)
    doubtful = Turn.of("A", [replace(word, speaker_probability=0.2) for word in rare.words])
    plain = turn("So we went there and we had a look again.", start=9.0)
    found = typical([doubtful, plain], Counter(telling((*rare.words, *plain.words))))
    assert found
    assert found.start == 9.0


def test_a_turn_is_cut_into_sentences_but_not_after_a_title() -> None:
    said = turn("It is so. Ask Mr. Lee! And then")
    assert [each.text for each in sentences(said)] == ["It is so.", "Ask Mr. Lee!", "And then"]


def test_words_are_counted_bare_and_only_if_they_tell_something() -> None:
    assert telling(turn('"Bakery," it is; the bakery! so').words) == {"bakery"}


def chosen(*texts: str, often: Counter[str] | None = None) -> str:
    turns = [turn(text, start=10.0 * place) for place, text in enumerate(texts)]
    counted = often or Counter(word for each in turns for word in telling(each.words))
    found = typical(turns, counted)
    return found.text if found else ""


@pytest.mark.parametrize(
    ("texts", "best"),
    [
        pytest.param(("Yes.", "No, never."), "No, never.", id="nothing long enough"),
        pytest.param(
            ("It is so and it is as it is.", "Walter drives eleven orders over to Dayton."),
            "Walter drives eleven orders over to Dayton.",
            id="it tells something",
        ),
        pytest.param(
            ("word " * 40, "Walter drives eleven orders over to Dayton."),
            "Walter drives eleven orders over to Dayton.",
            id="not too long",
        ),
        pytest.param((), "", id="nothing said"),
    ],
)
def test_a_sentence_is_chosen_that_tells_who_it_is(texts: tuple[str, ...], best: str) -> None:
    assert chosen(*texts) == best


def test_what_was_hardly_heard_is_not_chosen() -> None:
    rare = turn("Quixotic zeppelins juggle marmalade beside Vancouver harbours.", start=0.0)
    unsure = Turn.of("A", [replace(word, probability=0.3) for word in rare.words])
    plain = turn("So we went there and we had a look again.", start=9.0)
    found = typical([unsure, plain], Counter(telling((*rare.words, *plain.words))))
    assert found
    assert found.start == 9.0


# Samples


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        pytest.param([span(1, 7)], Span(1, 7), id="all of it"),
        pytest.param([span(1, 30)], Span(1, 9), id="not all of it"),
        pytest.param([span(1, 4), span(4.5, 8)], Span(1, 8), id="over a breath"),
        pytest.param([span(1, 4), span(6, 8)], Span(1, 4), id="not over a pause"),
        pytest.param([span(1, 9), span(3, 4, "B"), span(10, 16)], Span(10, 16), id="alone"),
        pytest.param([span(1, 9, probability=0.5), span(20, 26)], Span(20, 26), id="the surest"),
        pytest.param([span(0, 3, "B"), span(2, 9)], Span(3, 9), id="once the other has ended"),
        pytest.param([span(1, 2), span(4, 7)], Span(4, 7), id="the longest, if all are short"),
        pytest.param([span(1, 9, "B")], None, id="never speaks"),
    ],
)
def test_a_sample_is_of_one_voice_alone(spans: list[SpeakerSpan], found: Span | None) -> None:
    assert sample("A", spans) == found


def some_spans() -> st.SearchStrategy[list[SpeakerSpan]]:
    times = st.integers(0, 60).map(float)
    made = st.builds(
        lambda start, length, who: span(start, start + length, who),
        *(times, st.integers(1, 12), st.sampled_from("AB")),
    )
    return st.lists(made, max_size=10)


@given(some_spans())
def test_nobody_else_is_ever_in_a_sample(spans: list[SpeakerSpan]) -> None:
    for run, _ in runs("A", sorted(spans, key=lambda each: each.start)):
        assert all(run.overlap(other) == 0 for other in spans if other.speaker == "B")
    found = sample("A", spans)
    assert found is None or found.duration <= max(
        LONGEST_SAMPLE, *(each.duration for each in spans)
    )
