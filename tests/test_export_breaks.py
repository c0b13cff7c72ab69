"""Where text may be broken: never inside a word, and best at the end of a thought."""

from __future__ import annotations

import pytest
from hypothesis import given

from pipeline.export.breaks import Stop, join_pieces, stop_after, to_pieces, width
from pipeline.transcript import Word, join_words
from tests.values import spoken_words, words


def run_on(*texts: str) -> tuple[Word, ...]:
    """Return words without spaces between them, one a second."""
    return tuple(
        Word(float(place), place + 1.0, text, spaced=False) for place, text in enumerate(texts)
    )


@pytest.mark.parametrize(
    ("text", "following", "stop"),
    [
        ("expensive.", "But", Stop.SENTENCE),
        ("expensive?”", "But", Stop.SENTENCE),
        ("(really!)", "But", Stop.SENTENCE),
        ("です。", "それ", Stop.SENTENCE),
        ("هل؟", "نعم", Stop.SENTENCE),
        ("expensive...", "but", Stop.NOTHING),
        ("approx.", "forty", Stop.NOTHING),
        ("2026.", "42", Stop.SENTENCE),
        ("Dr.", "Smith", Stop.NOTHING),
        ("J.", "Smith", Stop.NOTHING),
        ("honestly,", "we", Stop.CLAUSE),
        ("this:", "We", Stop.CLAUSE),
        ("は、", "東京", Stop.CLAUSE),
        ("–", "we", Stop.CLAUSE),
        ("product", "we", Stop.NOTHING),
        ("well-", "known", Stop.NOTHING),
        ('"', "we", Stop.NOTHING),
        ("3.5", "We", Stop.NOTHING),
    ],
)
def test_a_stop_is_read_from_punctuation_and_what_follows(
    text: str, following: str, stop: Stop
) -> None:
    assert stop_after(text, following) is stop


@pytest.mark.parametrize(
    ("texts", "pieces"),
    [
        (("twenty", "-five"), ["twenty-five"]),
        (("$", "5", ".50"), ["$5.50"]),
        (("안녕", "하세요"), ["안녕하세요"]),
        (("今日", "は"), ["今日", "は"]),
        (("今日", "は", "、"), ["今日", "は、"]),
        (("と", "「", "今日", "」", "と"), ["と", "「今日」", "と"]),
        (("สวัสดี", "ครับ"), ["สวัสดี", "ครับ"]),
        (("東京", "Tower", "s"), ["東京", "Towers"]),
        (("ab" * 15, "cd" * 15), ["ab" * 15, "cd" * 15]),
    ],
)
def test_words_without_a_space_part_only_where_their_script_has_none(
    texts: tuple[str, ...], pieces: list[str]
) -> None:
    assert [piece.text for piece in to_pieces(run_on(*texts), 42)] == pieces


def test_spaced_words_each_stand_alone_with_their_own_times() -> None:
    pieces = to_pieces(words("Too expensive.", start=1.0, each=0.5), 42)
    assert [(piece.text, piece.start, piece.end) for piece in pieces] == [
        ("Too", 1.0, 1.5),
        ("expensive.", 1.5, 2.0),
    ]


def test_a_piece_lasts_from_its_first_word_to_its_last() -> None:
    (piece,) = to_pieces(run_on("twenty", "-", "five"), 42)
    assert (piece.start, piece.end) == (0.0, 3.0)


def test_a_word_that_seems_to_start_too_early_starts_with_the_one_before() -> None:
    pieces = to_pieces((Word(2.0, 3.0, "one"), Word(1.0, 1.5, "two")), 42)
    assert [(piece.start, piece.end) for piece in pieces] == [(2.0, 3.0), (2.0, 2.0)]


def test_a_line_end_inside_a_word_becomes_a_space() -> None:
    (piece,) = to_pieces((Word(0.0, 1.0, "New\n\nYork"),), 42)
    assert piece.text == "New York"


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("今日", 4), ("ｱ", 1), ("é", 1), ("。", 2)]
)
def test_full_width_characters_take_two_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@given(spoken_words())
def test_pieces_hold_every_word_in_order(said: tuple[Word, ...]) -> None:
    pieces = to_pieces(said, 42)
    assert join_pieces(pieces) == join_words(said)
    assert [piece.start for piece in pieces] == sorted(piece.start for piece in pieces)
    assert {piece.start for piece in pieces} <= {word.start for word in said}


@given(spoken_words())
def test_a_piece_fits_a_line_unless_it_is_one_word(said: tuple[Word, ...]) -> None:
    texts = {word.text for word in said}
    assert all(width(piece.text) <= 8 or piece.text in texts for piece in to_pieces(said, 8))
