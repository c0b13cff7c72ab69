"""Whose words are where voices tell: each cost with its ties, then real changes of speaker."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import boundaries
from pipeline.boundaries import (
    AFTER_SENTENCE,
    BESIDE_REMARK,
    CHANGE,
    LEAST_CHANGE,
    NEAREST,
    WHOLE_PAUSE,
    Voice,
    change_cost,
    costs_of,
    is_thrown_in,
    joined,
    least_totals,
    likelihood,
    share_left,
    voices_of,
    whose,
    word_cost,
)
from pipeline.transcript import Span, SpeakerSpan, Word
from tests.values import words

ANNA = SpeakerSpan(0, 10, "Anna")
BEN = SpeakerSpan(10, 20, "Ben")


def word(start: float, end: float, text: str = "so") -> Word:
    return Word(start, end, text)


def voice(*spans: tuple[float, float], speaker: str = "Anna") -> Voice:
    return Voice.of(speaker, [SpeakerSpan(*span, speaker) for span in spans])


def speakers(said: list[Word], *spans: SpeakerSpan) -> list[str | None]:
    return [each.speaker if each else None for each in whose(said, voices_of(spans))]


def timed(text: str) -> list[Word]:
    """Return the words of a text in which each is followed by its times, as it was heard."""
    parts = text.split()
    times = [each.partition("-") for each in parts[1::2]]
    heard = zip(parts[::2], times, strict=True)
    return [Word(float(start), float(end), word) for word, (start, _, end) in heard]


# One word alone


@pytest.mark.parametrize(
    ("start", "end", "spans", "speaker"),
    [
        pytest.param(4, 5, [ANNA, BEN], "Anna", id="inside a span"),
        pytest.param(9.5, 10.2, [ANNA, BEN], "Anna", id="across two, mostly in the first"),
        pytest.param(9.8, 10.5, [ANNA, BEN], "Ben", id="across two, mostly in the second"),
        pytest.param(9.5, 10.5, [ANNA, BEN], "Anna", id="as much in both: who spoke first"),
        pytest.param(9.5, 10.5, [BEN, ANNA], "Anna", id="whatever the order of the spans"),
        pytest.param(10, 10, [ANNA, BEN], "Anna", id="without length where two spans touch"),
        pytest.param(12, 12, [ANNA, BEN], "Ben", id="without length inside a span"),
        pytest.param(21, 22, [ANNA, BEN], "Ben", id="near the end of a span"),
        pytest.param(22, 23, [ANNA, BEN], "Ben", id="as far as a word may be"),
        pytest.param(22.1, 23, [ANNA, BEN], None, id="too far from everybody"),
        pytest.param(3, 4, [], None, id="where nobody was told apart"),
    ],
)
def test_a_word_by_itself_is_whose_span_it_overlaps_most_or_else_lies_nearest(
    start: float, end: float, spans: list[SpeakerSpan], speaker: str | None
) -> None:
    assert speakers([word(start, end)], *spans) == [speaker]


def test_a_word_between_two_spans_is_the_nearer_ones() -> None:
    spans = SpeakerSpan(0, 1, "Anna"), SpeakerSpan(3, 4, "Ben")
    assert speakers([word(1.2, 1.6)], *spans) == ["Anna"]
    assert speakers([word(2.4, 2.8)], *spans) == ["Ben"]
    assert speakers([word(1.5, 2.5)], *spans) == ["Anna"]


@given(st.floats(0, 30), st.floats(0, 3), st.floats(0, 30), st.floats(0, 3))
def test_no_word_is_given_to_somebody_far_away(
    start: float, length: float, spoke: float, for_: float
) -> None:
    said, span = word(start, start + length), SpeakerSpan(spoke, spoke + for_, "Anna")
    assert (speakers([said], span) == ["Anna"]) == (span.distance(said) <= NEAREST)


# What it costs


@pytest.mark.parametrize(
    ("spans", "start", "end", "cost"),
    [
        pytest.param([(0, 10)], 4, 5, 0.0, id="nothing inside a span"),
        pytest.param([(0, 10)], 9.5, 10.5, 0.5, id="what the span leaves out"),
        pytest.param([(0, 10)], 10.5, 11.0, 1.0, id="the whole word and its distance"),
        pytest.param([(0, 10)], 12, 12, 2.0, id="as far as it may be"),
        pytest.param([(0, 10)], 12.5, 13, math.inf, id="no end, if it is too far away"),
        pytest.param([(0, 1), (2, 3)], 0.5, 2.5, 1.0, id="the gap between two spans"),
        pytest.param([(0, 1), (2, 3)], 1.2, 1.6, 0.6, id="the distance of the nearer one"),
        pytest.param([(0, 2), (1, 3)], 0.5, 2.5, 0.0, id="no span twice"),
        pytest.param([(5, 6)], 0.0, 3.5, 5.0, id="a span that comes later"),
    ],
)
def test_a_word_costs_what_spans_leave_out_of_it_and_its_distance(
    spans: list[tuple[float, float]], start: float, end: float, cost: float
) -> None:
    assert word_cost(word(start, end), voice(*spans)) == pytest.approx(cost)


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [
        ("so", "we", 1.0),
        ("so,", "we", 1.0),
        ("so.", "We", AFTER_SENTENCE),
        ("so?", "We", AFTER_SENTENCE),
        ("so.", "Right.", AFTER_SENTENCE),
        ("mm-hm", "we", BESIDE_REMARK),
        ("so", "Right,", BESIDE_REMARK),
        ("the", "right", 1.0),
    ],
)
def test_a_change_is_likely_after_a_sentence_and_beside_a_remark(
    before: str, after: str, share: float
) -> None:
    first, second = words(f"{before} {after}")
    assert share_left(first, second) == share
    assert change_cost(first, second) == pytest.approx(LEAST_CHANGE + CHANGE * share)


@pytest.mark.parametrize(
    ("pause", "share"),
    [(0.0, 1.0), (WHOLE_PAUSE / 2, 0.5), (WHOLE_PAUSE, 0.0), (9.0, 0.0), (-0.5, 1.0)],
)
def test_a_change_costs_less_the_longer_the_pause(pause: float, share: float) -> None:
    cost = change_cost(word(1, 2), word(2 + pause, 20))
    assert cost == pytest.approx(LEAST_CHANGE + CHANGE * share)


def test_a_remark_in_a_short_span_costs_who_speaks_on() -> None:
    anna, ben = voice((0, 9)), voice((4, 4.5), speaker="Ben")
    assert costs_of(word(4, 4.4, "mm-hm"), [anna, ben]) == [CHANGE, 0.0]
    assert costs_of(word(4, 4.4, "we"), [anna, ben]) == [0.0, 0.0]
    assert costs_of(word(7, 7.4, "mm-hm"), [anna, ben])[0] == 0.0


@pytest.mark.parametrize(
    ("span", "thrown_in"),
    [
        pytest.param((4, 4.5), True, id="around the word"),
        pytest.param((4.1, 4.5), True, id="over most of it"),
        pytest.param((4.2, 4.5), False, id="over half of it"),
        pytest.param((4, 5.1), False, id="too long for a remark"),
        pytest.param((5, 5.5), False, id="beside it"),
    ],
)
def test_a_word_is_thrown_in_where_its_speaker_says_little_else(
    span: tuple[float, float], thrown_in: bool
) -> None:
    assert is_thrown_in(word(4, 4.4, "mm-hm"), voice(span)) is thrown_in


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[float]], list[float]]:
    """Make costs of a few words for a few voices, and of changes between the words."""
    voices, count = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    one = st.integers(0, 20).map(float) | st.just(math.inf)
    row = st.lists(one, min_size=voices, max_size=voices)
    costs = draw(st.lists(row, min_size=count, max_size=count))
    changes = st.integers(0, 9).map(float)
    return costs, draw(st.lists(changes, min_size=count - 1, max_size=count - 1))


@given(tables())
def test_the_least_totals_are_those_of_trying_every_row_of_speakers(
    table: tuple[list[list[float]], list[float]],
) -> None:
    costs, changes = table

    def total(row: tuple[int, ...]) -> float:
        moves = zip(pairwise(row), changes, strict=True)
        moved = (change for (one, two), change in moves if one != two)
        return sum(costs[place][each] for place, each in enumerate(row)) + sum(moved)

    rows = list(product(range(len(costs[0])), repeat=len(costs)))
    assert least_totals(costs, changes) == [
        [min(total(row) for row in rows if row[place] == each) for each in range(len(costs[0]))]
        for place in range(len(costs))
    ]


# How sure it is


@given(st.floats(0, 50), st.floats(0, 50))
def test_a_speaker_is_the_surer_the_more_anybody_else_would_cost(one: float, two: float) -> None:
    less, more = sorted([likelihood(one), likelihood(two)])
    assert 0.5 <= less <= more <= 1
    assert likelihood(max(one, two)) == more


def test_without_a_margin_it_is_one_or_the_other_and_alone_it_is_sure() -> None:
    assert likelihood(0.0) == 0.5
    assert likelihood(math.inf) == 1.0


def test_words_at_a_change_are_less_sure_than_those_amid_a_turn() -> None:
    said = [*words("and so we went there", 7, 0.6), *words("did you really do that", 10, 0.6)]
    sure = [each.probability if each else 0.0 for each in whose(said, voices_of([ANNA, BEN]))]
    assert sure[0] > sure[3] > sure[4]
    assert sure[9] > sure[6] > sure[5]


def test_a_word_is_no_surer_than_its_span() -> None:
    doubtful = replace(BEN, probability=0.6)
    (amid,) = whose([word(15, 15.3)], voices_of([ANNA, doubtful]))
    (alone,) = whose([word(15, 15.3)], voices_of([doubtful]))
    assert amid is not None
    assert 0.59 < amid.probability <= 0.6
    assert alone is not None
    assert alone.probability == 0.6


# Real changes of speaker: words as tiny.en heard them in mixes of two voices, spans as they were
# told by voice there, or with edges as far off as such are. `i` asks, `c` answers.


@pytest.mark.parametrize(
    ("said", "spans", "whose_they_are"),
    [
        pytest.param(
            "was 33.34-33.52 in 33.52-33.62 our 33.62-33.80 group. 33.80-33.90"
            " A 33.90-34.02 hardware 34.02-34.26 store. 34.26-34.69 Right. 35.09-35.56",
            "c 20.79-33.80 i 33.75-34.66 c 35.06-43.74",
            "cccc iii c",
            id="the last word of a sentence stays with it",
        ),
        pytest.param(
            "each. 74.13-74.67 I 74.89-74.91 still 74.91-75.19 had... 75.19-75.27"
            " Sorry, 75.27-75.41 at 75.59-75.77 $18, 75.77-76.23 you 76.61-76.81",
            "c 71.99-75.43 i 75.06-77.91",
            "cccc iiii",
            id="the first word of the next sentence goes with that",
        ),
        pytest.param(
            "search. 96.56-96.90 That's 97.16-97.54 really 97.54-97.82 interesting. 97.82-98.32"
            " Can 99.04-99.24 I 99.24-99.46",
            "c 90.63-97.15 i 97.15-97.97 c 97.97-98.33 c 99.04-101.84",
            "c iii cc",
            id="a sentence of which the end was told wrongly",
        ),
        pytest.param(
            "hour. 213.36-213.58 Okay, 213.69-214.10 so 214.48-214.60 this 214.60-214.78",
            "c 208.89-213.36 i 213.69-219.30",
            "c iii",
            id="a word between two spans",
        ),
        pytest.param(
            "proud 92.52-92.86 of 92.86-92.98 it. 92.98-93.16 I 93.26-93.48 love 93.48-93.72",
            "c 83.57-92.77 i 93.13-98.73",
            "ccc ii",
            id="a span that ends three words early",
        ),
        pytest.param(
            "root 199.62-199.70 planning. 199.70-200.05 I 200.29-200.56 am 200.56-200.72"
            " mile. 200.72-200.94",
            "i 196.45-200.39 c 200.56-203.73",
            "ii ccc",
            id="a span that ends late",
        ),
        pytest.param(
            "best 113.30-113.56 rice 113.56-113.82 I 113.82-114.04 ever 114.04-114.24"
            " heard 114.24-114.44 of. 114.44-114.48 How 114.72-115.10 small 115.10-115.42",
            "c 98.61-114.29 i 114.35-115.71",
            "cccccc ii",
            id="two words at the end of a sentence",
        ),
    ],
)
def test_real_changes_of_speaker_are_where_they_were(
    said: str, spans: str, whose_they_are: str
) -> None:
    told = [SpeakerSpan(each.start, each.end, each.text) for each in timed(spans)]
    assert "".join(map(str, speakers(timed(said), *told))) == whose_they_are.replace(" ", "")


# What is made of many words


def test_a_word_of_anothers_span_amid_a_sentence_is_an_error_of_that_span() -> None:
    said = [*words("and so we went home again", 0, 0.4)]
    spans = SpeakerSpan(0, 0.8, "Anna"), SpeakerSpan(0.8, 1.2, "Ben"), SpeakerSpan(1.2, 9, "Anna")
    assert speakers(said, *spans) == ["Anna"] * 6


def test_a_short_answer_between_pauses_is_whose_span_it_is() -> None:
    said = [*words("is it slow?"), *words("Very.", 1.5), *words("how slow", 2.4)]
    spans = SpeakerSpan(0, 1.2, "Anna"), SpeakerSpan(1.4, 1.9, "Ben"), SpeakerSpan(2.2, 9, "Anna")
    assert speakers(said, *spans) == ["Anna"] * 3 + ["Ben"] + ["Anna"] * 2


def test_a_remark_amid_a_sentence_is_the_listeners_though_the_other_speaks_on() -> None:
    said = [*words("and then we"), *words("mm-hm,", 0.9, 0.4), *words("went home", 1.3)]
    spans = SpeakerSpan(0, 9, "Anna"), SpeakerSpan(0.8, 1.3, "Ben")
    assert speakers(said, *spans) == ["Anna"] * 3 + ["Ben"] + ["Anna"] * 2


def test_where_two_speak_at_once_who_speaks_goes_on() -> None:
    said = [*words("so we tried that one again", 0, 0.5)]
    spans = SpeakerSpan(0, 9, "Anna"), SpeakerSpan(1, 2.5, "Ben")
    assert speakers(said, *spans) == ["Anna"] * 6


def test_a_change_that_no_pause_or_sentence_shows_stays_where_the_spans_have_it() -> None:
    said = [*words("one two three four five six seven eight", 8.8, 0.3)]
    assert speakers(said, ANNA, BEN) == ["Anna"] * 4 + ["Ben"] * 4


def test_three_speakers_follow_each_other() -> None:
    cleo = SpeakerSpan(20, 30, "Cleo")
    said = [*words("one two.", 9), *words("Three four.", 10.2), *words("Five.", 20.1)]
    assert speakers(said, ANNA, BEN, cleo) == ["Anna"] * 2 + ["Ben"] * 2 + ["Cleo"]


def test_words_far_from_everybody_are_nobodys_amid_those_of_others() -> None:
    spans = SpeakerSpan(0, 1, "Anna"), SpeakerSpan(50, 51, "Ben")
    said = [word(0, 1), word(25, 26), word(27, 28), word(50, 51)]
    assert speakers(said, *spans) == ["Anna", None, None, "Ben"]


def test_without_words_nobody_says_any() -> None:
    assert whose([], voices_of([ANNA])) == []
    assert whose([], []) == []


# Voices


def test_spans_of_one_speaker_that_overlap_are_one_as_sure_as_the_longest() -> None:
    spans = [
        SpeakerSpan(5, 6, "Anna", probability=0.5),
        SpeakerSpan(0, 3, "Anna", probability=0.9),
        SpeakerSpan(2, 4, "Anna", probability=0.6),
        SpeakerSpan(6, 7, "Anna", probability=0.7),
    ]
    assert joined(spans) == (
        SpeakerSpan(0, 4, "Anna", probability=0.9),
        SpeakerSpan(5, 6, "Anna", probability=0.5),
        SpeakerSpan(6, 7, "Anna", probability=0.7),
    )


def test_voices_are_in_the_order_in_which_they_are_first_heard() -> None:
    spans = [SpeakerSpan(5, 6, "Anna"), SpeakerSpan(1, 2, "Ben"), SpeakerSpan(9, 10, "Ben")]
    assert [voice.speaker for voice in voices_of(spans)] == ["Ben", "Anna"]


SPANS = st.lists(
    st.builds(
        lambda start, length, *rest: SpeakerSpan(start, start + length, *rest),
        st.floats(0, 20),
        st.floats(0, 5),
        st.sampled_from(["Anna", "Ben", "Cleo"]),
        st.none(),
        st.floats(0, 1),
    ),
    max_size=12,
)
WORDS = st.lists(
    st.builds(
        lambda start, length, text: Word(start, start + length, text),
        st.floats(0, 25),
        st.floats(0, 2),
        st.sampled_from(["so", "so.", "Right,", "mm-hm", "And"]),
    ),
    max_size=12,
).map(lambda said: sorted(said, key=lambda each: each.start))


@given(SPANS, st.floats(0, 25), st.floats(0, 2))
def test_the_nearest_span_is_found_among_all(
    spans: list[SpeakerSpan], start: float, length: float
) -> None:
    said = word(start, start + length)
    for each in voices_of(spans):
        nearest = each.nearest(said)
        best = max((span.overlap(said), -span.distance(said)) for span in each.spans)
        assert (nearest.overlap(said), -nearest.distance(said)) == best
        shared = sum(span.overlap(said) for span in each.spans)
        assert sum(span.overlap(said) for span in each.around(said)) == pytest.approx(shared)


@given(WORDS, SPANS)
def test_every_word_has_somebody_near_it_or_nobody(
    said: list[Word], spans: list[SpeakerSpan]
) -> None:
    told = whose(said, voices_of(spans))
    assert len(told) == len(said)
    for each, found in zip(said, told, strict=True):
        near = {span.speaker for span in spans if span.distance(each) <= NEAREST}
        assert found.speaker in near if found else not near
        assert found is None or 0 <= found.probability <= 1


@given(WORDS, SPANS)
def test_the_order_of_the_spans_decides_nothing(said: list[Word], spans: list[SpeakerSpan]) -> None:
    apart = list({span.start: span for span in spans}.values())  # those that begin together tie
    assert whose(said, voices_of(apart)) == whose(said, voices_of(reversed(apart)))


def test_sums_of_the_same_costs_are_the_same_whatever_they_begin_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a word that may be either one's goes over when another is changed half an hour away."""
    voices = [voice((0.0, 1.0), speaker=name) for name in ("Anna", "Ben")]
    for totals in ([0.3, 0.1 + 0.2], [0.1 + 0.2, 0.3]):
        monkeypatch.setattr(boundaries, "least_totals", lambda *_, own=totals: [own])
        (told,) = whose([word(0.2, 0.5)], voices)
        assert told is not None
        assert told.speaker == "Anna"


def test_an_hour_is_decided_in_little_time() -> None:
    """Looking at all spans for each word took many times as long."""
    said = [word(0.36 * n, 0.36 * n + 0.3) for n in range(10_000)]
    turns = [Span(3.6 * n, 3.6 * n + 3.5) for n in range(1000)]
    spans = [SpeakerSpan(each.start, each.end, f"Speaker {n % 3}") for n, each in enumerate(turns)]
    begun = time.perf_counter()
    assert None not in whose(said, voices_of(spans))
    assert time.perf_counter() - begun < 3
