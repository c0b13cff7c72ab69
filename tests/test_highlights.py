"""Where a marked passage stands in turns now, and who says what of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.highlights import (
    Quoted,
    mentions_of,
    quoted,
    speakers_of,
    text_of,
    tidy_note,
)
from pipeline.transcript import Span, Turn
from tests.values import conversations, turn

LONG = turn("we pay four hundred dollars and that is too much", "Ann", 10.0)
REMARK = turn("mm-hm", "Ben", 11.0)
NEXT = turn("why so", "Ben", 14.0)
TURNS = dict(enumerate((LONG, REMARK, NEXT)))


def read(span: Span, turns: dict[int, Turn] = TURNS) -> list[tuple[str | None, str]]:
    """Return who says what in a span."""
    return [(each.speaker, each.text) for each in quoted(turns, mentions_of(turns, span))]


def test_a_passage_within_a_turn_is_its_words_and_no_remark_of_others() -> None:
    assert read(Span(10.6, 12.1)) == [("Ann", "four hundred dollars and that")]


def test_a_remark_that_was_marked_is_that_and_not_the_words_around_it() -> None:
    assert read(Span(11.0, 11.3)) == [("Ben", "mm-hm")]


def test_a_passage_over_several_turns_names_each_speaker() -> None:
    assert read(Span(12.0, 15.0)) == [("Ann", "is too much"), ("Ben", "why so")]


def test_turns_of_one_speaker_in_a_row_are_one_quote() -> None:
    turns = {0: turn("too dear", "Ann", 0.0), 1: turn("far too dear", "Ann", 5.0)}
    assert read(Span(0.0, 6.0), turns) == [("Ann", "too dear far too dear")]


def test_a_passage_that_another_model_times_a_little_otherwise_stays_in_its_turn() -> None:
    (place,) = mentions_of(TURNS, Span(9.8, 13.1))
    assert (place.turn, place.start_char, place.end_char) == (0, 0, len(LONG.text))


def test_a_place_is_told_by_turn_characters_and_the_time_of_its_words() -> None:
    (place,) = mentions_of(TURNS, Span(10.61, 11.15))
    assert LONG.text[place.start_char : place.end_char] == "four hundred"
    assert (place.turn, place.start, place.end) == (0, 10.6, 11.2)


def test_where_nothing_is_said_there_is_no_place() -> None:
    assert mentions_of(TURNS, Span(13.2, 13.9)) == ()
    assert mentions_of({}, Span(0.0, 9.0)) == ()


def test_the_positions_of_turns_are_theirs_and_not_counted() -> None:
    (place,) = mentions_of({7: NEXT}, Span(14.0, 14.3))
    assert place.turn == 7


@given(conversations(), st.floats(0, 30), st.floats(0, 30))
def test_a_place_is_always_whole_words_of_a_turn(
    turns: tuple[Turn, ...], start: float, length: float
) -> None:
    known = dict(enumerate(turns))
    for place in mentions_of(known, Span(start, start + length)):
        said = known[place.turn].text[place.start_char : place.end_char]
        assert said == said.strip()
        assert said


def test_quotes_are_told_in_one_text_and_one_line_of_names() -> None:
    said = (Quoted(0, 1, "Ann", "a b"), Quoted(1, 2, "Ben", "c"), Quoted(2, 3, "Ann", "d"))
    assert text_of(said) == "a b c d"
    assert speakers_of(said) == "Ann, Ben"
    assert speakers_of([Quoted(0, 1, None, "a")]) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  so \t dear ", "so dear"),
        ("one\r\ntwo\n\n", "one\ntwo"),
        ("bell\u0007 and half \ud800 letter", "bell and half letter"),
        ("e\u0301", "\u00e9"),
        (" \n ", ""),
    ],
)
def test_a_note_is_kept_as_its_lines(typed: str, kept: str) -> None:
    assert tidy_note(typed) == kept
