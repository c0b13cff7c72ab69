"""Where clips begin and end, by words alone: in none of them, with room where there is room."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clips import as_shown, cut_points
from pipeline.clips.edges import (
    BLUR,
    INNER,
    REACH,
    ROOM,
    Meant,
    Side,
    Spoken,
    begins,
    ends,
    inwards,
    meant_by,
)
from pipeline.transcript import Span, Turn, Word
from tests.values import conversations, tangles, turn

FIRST = Turn.of("Ann", [Word(1.0, 1.4, "How"), Word(1.5, 2.0, "much?")])
SECOND = Turn.of("Ben", [Word(2.6, 3.0, "Too"), Word(3.0, 3.6, "much."), Word(3.7, 4.1, "Really.")])
THIRD = Turn.of("Ann", [Word(4.15, 4.6, "Right.")])
TALK = (FIRST, SECOND, THIRD)


@pytest.mark.parametrize(
    ("asked", "said", "before", "after"),
    [
        # a turn, as it stands
        (Span(2.6, 4.1), Span(2.6, 4.1), 2.0, 4.15),
        # words whose middles are within
        (Span(2.7, 3.4), Span(2.6, 3.6), 2.0, 3.7),
        (Span(2.9, 3.2), Span(2.9, 3.2), 2.9, 3.2),
        (Span(2.95, 3.5), Span(3.0, 3.6), 3.0, 3.7),
        # over turns
        (Span(1.4, 4.0), Span(1.5, 4.1), 1.4, 4.15),
        # at the ends of all that is said
        (Span(0.0, 1.3), Span(1.0, 1.4), 0.0, 1.5),
        (Span(4.2, 9.0), Span(4.15, 4.6), 4.1, math.inf),
        # where nobody speaks, it is what was asked for
        (Span(5.0, 6.0), Span(5.0, 6.0), 4.6, math.inf),
    ],
)
def test_a_passage_means_the_words_whose_middles_it_holds(
    asked: Span, said: Span, before: float, after: float
) -> None:
    edges = cut_points(TALK, asked)
    assert (edges.said, edges.before, edges.after) == (said, before, after)


@pytest.mark.parametrize(
    ("asked", "likely"),
    [
        (Span(2.6, 4.1), Span(2.6 - ROOM, 4.15)),  # no room before somebody else
        (Span(1.0, 2.0), Span(1.0 - ROOM, 2.0 + ROOM)),
        (Span(4.15, 4.6), Span(4.1, 4.6 + ROOM)),
    ],
)
def test_a_plan_has_room_up_to_the_words_around_it(asked: Span, likely: Span) -> None:
    assert cut_points(TALK, asked).likely == likely


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # the second at which a turn is shown is that at which it begins
        (Span(2.0, 4.0), Span(2.6, 4.6)),
        (Span(1.0, 2.0), Span(1.0, 2.0)),
        # a time with a fraction is taken at its word
        (Span(2.5, 3.5), Span(2.5, 3.5)),
        # so is one at which nothing begins or ends
        (Span(3.0, 9.0), Span(3.0, 9.0)),
    ],
)
def test_whole_seconds_are_meant_as_they_are_shown(typed: Span, meant: Span) -> None:
    assert as_shown(TALK, typed) == meant


@given(conversations(), st.floats(0, 30), st.floats(0, 5))
@settings(max_examples=25)
def test_a_plan_cuts_no_word_of_people_who_do_not_overlap(
    turns: tuple[Turn, ...], start: float, length: float
) -> None:
    edges = cut_points(turns, Span(start, start + length))
    words = [word for each in turns for word in each.words]
    said = [word for word in words if edges.said.start <= word.middle <= edges.said.end]
    if said and edges.said.start == min(word.start for word in said):
        for time in (edges.likely.start, edges.likely.end):
            assert not any(word.start + 1e-9 < time < word.end - 1e-9 for word in words)


# --- where an edge may lie ------------------------------------------------------------------


def at(start: float, end: float, turn: int = 0) -> Spoken:
    return Spoken(start, end, turn)


OWN = Meant(Span(1.0, 2.0), frozenset({0}), Span(1.0, 2.0))


@pytest.mark.parametrize(
    ("words", "wished"),
    [
        ([], 2.0 + ROOM),
        ([at(3.0, 3.5)], 2.0 + ROOM),
        ([at(2.12, 2.5)], 2.08),  # two thirds of a short pause
        ([at(2.0, 2.5)], 2.0),  # none at all
        ([at(1.5, 2.3, 1)], 2.3 + ROOM),  # somebody speaks across it
        ([at(1.5, 2.3, 1), at(2.3, 2.6, 1)], 2.3),
    ],
)
def test_an_edge_is_wished_in_the_pause_after_all_that_sounds_across_it(
    words: list[Spoken], wished: float
) -> None:
    assert ends([at(1.0, 2.0), *words], OWN).wished == pytest.approx(wished)


@pytest.mark.parametrize(
    ("asked", "words", "wished"),
    [
        (1.9, [], 2.0 + ROOM),  # in the last word
        (2.1, [], 2.0 + ROOM),
        (9.0, [], 9.0),  # somebody may laugh there, or speak without being understood
        (9.0, [at(5.0, 5.5)], 5.0 - ROOM),  # never beyond the next word
        (3.0, [at(5.0, 5.5)], 3.0),
        (2.15, [at(2.2, 2.5)], 2.0 + 0.2 * 2 / 3),
    ],
)
def test_what_is_asked_for_is_kept_where_no_words_are(
    asked: float, words: list[Spoken], wished: float
) -> None:
    meant = Meant(OWN.said, OWN.turns, Span(1.0, asked))
    side = ends([at(1.0, 2.0), *words], meant)
    assert side.wished == pytest.approx(wished)
    assert allowed(side, side.wished)


def allowed(side: Side, time: float) -> bool:
    return bool(np.isfinite(side.costs(np.array([time])))[0])


@pytest.mark.parametrize(
    ("time", "free"),
    [
        (1.9, False),  # in a word that is meant
        (2.0, True),
        (2.3, True),
        (2.5 + BLUR / 2, True),  # times of words are not so exact
        (2.7, False),  # in the next word
        (3.0, True),  # where two words touch
        (3.3, False),
        (3.6, True),
        (2.0 + ROOM + REACH + 0.1, False),  # out of reach
    ],
)
def test_an_edge_lies_in_no_word(time: float, free: bool) -> None:
    words = [at(1.0, 2.0), at(2.5, 3.0), at(3.0, 3.5)]
    assert allowed(ends(words, OWN), time) == free


def test_an_edge_moves_less_far_over_what_somebody_else_says() -> None:
    own = ends([at(1.0, 2.0), at(2.1, 2.5)], OWN)
    other = ends([at(1.0, 2.0), at(2.1, 2.5, 1)], OWN)
    time = np.array([2.6])
    assert other.foreign == 2.1
    assert other.costs(time)[0] > own.costs(time)[0] + 10


@pytest.mark.parametrize(
    "others", [[], [(3.0, 3.5, 1)], [(1.5, 2.3, 1), (2.4, 2.6, 0)], [(2.0, 2.5, 0)]]
)
def test_a_beginning_is_an_ending_seen_backwards(others: list[tuple[float, float, int]]) -> None:
    words = [at(1.0, 2.0), *(at(*each) for each in others)]
    mirrored = [at(8.0 - word.end, 8.0 - word.start, word.turn) for word in words]
    last = ends(words, OWN)
    first = begins(mirrored, Meant(Span(6.0, 7.0), OWN.turns, Span(6.0, 7.0)))
    times = np.linspace(0.03, 7.93, 80)
    assert -first.wished == pytest.approx(8.0 - last.wished)
    assert np.allclose(first.costs(times - 8.0), last.costs(times))


@given(tangles(), st.floats(0, 40), st.floats(0, 10))
@settings(max_examples=25)
def test_there_is_always_a_place_for_an_edge(
    turns: tuple[Turn, ...], start: float, length: float
) -> None:
    meant = meant_by(turns, Span(start, start + length))
    words = [Spoken(w.start, w.end, n) for n, each in enumerate(turns) for w in each.words]
    for side in (begins(words, meant), ends(words, meant)):
        assert side.free
        assert all(start <= end for start, end in side.free)


# --- half a word of somebody else -----------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "cut"),
    [
        (at(0.2, 0.87, 1), False),  # over before the passage begins
        (at(0.5, 1.3, 1), True),  # across its beginning
        (at(0.9, 1.08, 1), True),  # in the room before its first word
        (at(0.9, 1.6, 1), False),  # begins in the room, but is mostly beside what is meant
        (at(1.3, 1.6, 1), False),  # within it
    ],
)
def test_half_a_word_of_somebody_else_goes_and_whole_ones_stay(word: Spoken, cut: bool) -> None:
    meant = OWN
    assert inwards([word], 0.85, meant, beginning=True).cuts == cut
    mirrored = at(3.0 - word.end, 3.0 - word.start, 1)
    assert inwards([mirrored], 2.15, meant, beginning=False).cuts == cut


def test_what_goes_ends_before_the_next_word() -> None:
    meant = Meant(Span(1.0, 3.0), frozenset({0}), Span(1.0, 3.0))
    found = inwards([at(0.5, 1.3, 1), at(1.5, 1.8, 1)], 0.85, meant, beginning=True)
    assert found.first == pytest.approx(0.45 - BLUR)
    assert found.last == pytest.approx(0.65)
    alone = inwards([at(0.5, 1.3, 1)], 0.85, meant, beginning=True)
    assert alone.last == pytest.approx(0.45 + INNER)


def test_the_words_that_are_meant_never_go() -> None:
    turns = (turn("one two three", start=1.0),)
    meant = meant_by(turns, Span(1.0, 1.9))
    words = [Spoken(word.start, word.end, 0) for word in turns[0].words]
    assert not inwards(words, 1.0, meant, beginning=True).cuts
    assert not inwards(words, 1.9, meant, beginning=False).cuts
