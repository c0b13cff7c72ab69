"""Where turns end: what passes the floor, what does not, and where a paragraph ends."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.transcript import Span, Turn, Word
from pipeline.turns import (
    SHORTEST_PAUSE,
    Said,
    SpokenWord,
    floor_passes,
    gathered,
    paragraph_ends,
    turns_of,
)
from tests.values import words

SPEAKERS = ("Anna", "Ben", None)


def word(start: float, end: float, text: str = "so") -> Word:
    return Word(start, end, text)


def dialogue(*said: tuple[str | None, str, float]) -> list[SpokenWord]:
    """Return words of 0.3 s each, in order of their starts, given who says what from when."""
    spoken = [
        SpokenWord(speaker, each) for speaker, text, start in said for each in words(text, start)
    ]
    return sorted(spoken, key=lambda each: each.word.start)


def shown(turns: tuple[Turn, ...]) -> list[tuple[str | None, str]]:
    return [(turn.speaker, turn.text) for turn in turns]


# Who keeps the floor


@pytest.mark.parametrize(
    ("before", "between", "after", "passes"),
    [
        pytest.param("and so", "Twenty.", "we went", True, id="words amid a sentence"),
        pytest.param("and so", "", "we went", False, id="silence"),
        pytest.param("and so", "Mm-hm.", "we went", False, id="a sound amid a sentence"),
        pytest.param("and so,", "Yeah, yeah.", "I went", False, id="agreement amid a sentence"),
        pytest.param("and so", "Right, but why", "we went", True, id="more than a remark"),
        pytest.param("We went.", "Mm-hm.", "Then we", False, id="a sound between sentences"),
        pytest.param("We went.", "Okay.", "Then we", False, id="hearing between sentences"),
        pytest.param("You went.", "Yes.", "And then", True, id="an answer to a sentence"),
        pytest.param("You went", "Yes.", "And then", True, id="the same, its end not written"),
        pytest.param("You went", "Right.", "And then", False, id="hearing, the end not written"),
        pytest.param("Did you?", "Mm-hm.", "And then", True, id="any answer to a question"),
        pytest.param("Did you?", "Right.", "when you", True, id="a question that goes on"),
    ],
)
def test_the_floor_passes_to_whoever_says_more_than_a_remark(
    before: str, between: str, after: str, passes: bool
) -> None:
    pause = 0.3 * len(between.split()) + 0.4
    first = words(before)
    second = words(after, first[-1].end + pause)
    thrown_in = words(between, first[-1].end + 0.2)
    assert floor_passes(first[-1], second[0], thrown_in) is passes


@pytest.mark.parametrize(
    ("pause", "passes"), [(SHORTEST_PAUSE, True), (0.29, False), (0.0, False), (-0.5, False)]
)
def test_the_floor_does_not_pass_in_a_breath(pause: float, passes: bool) -> None:
    before, after = word(0, 0 if pause >= 0 else -pause), word(max(0.0, pause), 4)
    assert floor_passes(before, after, words("Twenty.")) is passes


@pytest.mark.parametrize(
    ("span", "during"),
    [
        pytest.param((1, 2), "b c d", id="inside, and just when it begins and ends"),
        pytest.param((1.1, 1.9), "c", id="not what lies mostly outside"),
        pytest.param((3, 90), "", id="nothing"),
        pytest.param((0, 0.5), "a", id="a moment"),
    ],
)
def test_words_are_said_when_their_middle_is(span: tuple[float, float], during: str) -> None:
    middles = {"a": 0.5, "b": 1.0, "c": 1.5, "d": 2.0, "e": 2.5}
    said = Said.of(word(middle - 0.4, middle + 0.4, text) for text, middle in middles.items())
    assert " ".join(each.text for each in said.during(Span(*span))) == during


@given(st.lists(st.floats(0, 10)), st.floats(0, 10), st.floats(0, 10))
def test_exactly_the_words_of_a_span_are_found(
    starts: list[float], begin: float, length: float
) -> None:
    all_words = [word(start, start + 0.2, f"w{place}") for place, start in enumerate(starts)]
    span = Span(begin, begin + length)
    expected = {each.text for each in all_words if span.start <= each.middle <= span.end}
    assert {each.text for each in Said.of(all_words).during(span)} == expected


# Turns


def test_a_remark_in_one_stream_of_words_is_a_turn_of_its_own_and_the_long_one_goes_on() -> None:
    """In a mono call words come one after the other: the remark takes its time from the rest."""
    spoken = dialogue(
        ("Anna", "and then we", 0.0), ("Ben", "mm-hm,", 0.9), ("Anna", "went home again.", 1.2)
    )
    assert shown(gathered(spoken)) == [
        ("Anna", "and then we went home again."),
        ("Ben", "mm-hm,"),
    ]


def test_several_remarks_leave_one_long_turn() -> None:
    spoken = dialogue(
        ("Anna", "We tried it in March.", 0.0),
        ("Ben", "Okay.", 1.7),
        ("Anna", "It was slow,", 2.4),
        ("Ben", "Right.", 3.4),
        ("Anna", "so we stopped.", 3.9),
        ("Ben", "Why?", 5.0),
        ("Anna", "It was slow.", 6.0),
    )
    assert shown(gathered(spoken)) == [
        ("Anna", "We tried it in March. It was slow, so we stopped."),
        ("Ben", "Okay."),
        ("Ben", "Right."),
        ("Ben", "Why?"),
        ("Anna", "It was slow."),
    ]


def test_an_answer_of_one_word_ends_the_turn_of_who_asked() -> None:
    spoken = dialogue(
        ("Anna", "Is it slow?", 0.0), ("Ben", "Yeah.", 1.2), ("Anna", "How slow?", 1.9)
    )
    assert shown(gathered(spoken)) == [
        ("Anna", "Is it slow?"),
        ("Ben", "Yeah."),
        ("Anna", "How slow?"),
    ]


def test_a_listener_who_goes_on_takes_the_floor() -> None:
    spoken = dialogue(
        ("Anna", "and then we", 0.0), ("Ben", "Right. So tell me", 1.0), ("Anna", "went home", 2.4)
    )
    assert [turn.speaker for turn in gathered(spoken)] == ["Anna", "Ben", "Anna"]


def test_remarks_of_two_listeners_leave_the_floor_with_who_speaks() -> None:
    spoken = dialogue(
        ("Anna", "and then we", 0.0),
        ("Ben", "Yeah,", 1.0),
        ("Cleo", "mm-hm.", 1.3),
        ("Anna", "went home", 1.7),
    )
    assert [turn.speaker for turn in gathered(spoken)] == ["Anna", "Ben", "Cleo"]


def test_words_of_one_speaker_that_overlap_stay_in_one_turn() -> None:
    spoken = [SpokenWord("Anna", word(0, 5)), SpokenWord("Anna", word(1, 2))]
    (turn,) = turns_of("Anna", [*spoken, SpokenWord("Ben", word(1, 1.5))])
    assert (turn.start, turn.end, len(turn.words)) == (0, 5, 2)


def test_somebody_who_says_nothing_has_no_turn() -> None:
    assert turns_of("Anna", []) == []
    assert gathered([]) == ()


# Paragraphs, where nobody is told apart


@pytest.mark.parametrize(
    ("last", "length", "pause", "ends"),
    [
        pytest.param("so", 5, 1.5, True, id="a long pause"),
        pytest.param("so", 5, 1.4, False, id="a short one inside a sentence"),
        pytest.param("so.", 5, 0.5, True, id="a short one after a sentence"),
        pytest.param("so.", 5, 0.4, False, id="a breath after a sentence"),
        pytest.param("so?", 30, 0.0, True, id="a sentence's end in a long paragraph"),
        pytest.param('so."', 30, 0.0, True, id="the end of what is quoted"),
        pytest.param("so,", 90, 0.4, False, id="no sentence's end in a long paragraph"),
        pytest.param("\u597d\u3002", 5, 0.6, True, id="a sentence's end in Chinese"),
    ],
)
def test_a_paragraph_ends_with_a_sentence_or_at_a_long_pause(
    last: str, length: float, pause: float, ends: bool
) -> None:
    said = [word(0, 1), word(length - 1, length, last)]
    assert paragraph_ends(said, Span(length, length + pause)) is ends


def test_a_speaker_who_is_told_apart_has_no_paragraphs() -> None:
    spoken = dialogue(("Anna", "One.", 0.0), ("Anna", "Two.", 60.0))
    assert shown(gathered(spoken)) == [("Anna", "One. Two.")]


# What holds always


@st.composite
def spoken_words(draw: st.DrawFn) -> list[SpokenWord]:
    """Make words of several speakers in order of their starts, some at once, some remarks."""
    gaps = st.sampled_from([0.0, 0.0, 0.1, 0.3, 0.5, 2.0])
    texts = st.sampled_from(["so", "so.", "so?", "And", "yeah,", "Mm-hm.", "Right."])
    drawn = draw(st.lists(st.tuples(st.sampled_from(SPEAKERS), gaps, gaps, texts)))
    start, made = 0.0, []
    for speaker, gap, length, text in drawn:
        start += gap
        made.append(SpokenWord(speaker, Word(start, start + length, text)))
    return made


@given(spoken_words())
def test_each_speakers_words_are_all_there_in_their_order(spoken: list[SpokenWord]) -> None:
    turns = gathered(spoken)
    for speaker in SPEAKERS:
        kept = [said for turn in turns if turn.speaker == speaker for said in turn.words]
        assert kept == [each.word for each in spoken if each.speaker == speaker]


@given(spoken_words())
def test_turns_are_in_time_order_and_none_is_empty(spoken: list[SpokenWord]) -> None:
    turns = gathered(spoken)
    assert all(turn.words for turn in turns)
    assert all(before.start <= after.start for before, after in pairwise(turns))


@given(spoken_words())
def test_a_turn_ends_only_where_somebody_else_speaks_in_the_pause(
    spoken: list[SpokenWord],
) -> None:
    turns = gathered(spoken)
    for speaker in ("Anna", "Ben"):
        others = [each.word for each in spoken if each.speaker != speaker]
        for before, after in pairwise(turn for turn in turns if turn.speaker == speaker):
            end, start = before.words[-1].end, after.words[0].start
            assert start - end >= SHORTEST_PAUSE
            assert any(end <= said.middle <= start for said in others)
