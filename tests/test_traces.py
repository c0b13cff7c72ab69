"""Pieces of bytes are found wherever they lie, and nothing else is."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.keeping import traces
from pipeline.keeping.traces import PIECE, Pieces, found_among, left_in, pieces_of, rare_words

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b"It is too expensive for a shop of our size, and Walt does not do screens at all, you know."


def noise(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


@settings(deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200), st.integers(0, len(TEXT) - PIECE))
def test_a_piece_is_found_wherever_it_lies(before: bytes, after: bytes, start: int) -> None:
    piece = TEXT[start : start + PIECE]
    assert Pieces([piece]).found_in(before + piece + after) == {piece}


@settings(deadline=None)
@given(st.lists(st.binary(min_size=PIECE, max_size=PIECE), max_size=6), st.binary(max_size=400))
def test_what_is_found_is_what_plain_searching_finds(pieces: list[bytes], block: bytes) -> None:
    for number, piece in enumerate(pieces):
        block += piece if number % 2 else piece[:-1]
    assert Pieces(pieces).found_in(block) == {piece for piece in pieces if piece in block}


@pytest.mark.parametrize("block", [b"", b"x", bytes(15), bytes(16), TEXT[: PIECE - 1]])
def test_what_is_shorter_than_a_piece_holds_none(block: bytes) -> None:
    assert Pieces([TEXT[:PIECE]]).found_in(block) == set()
    assert Pieces([]).found_in(block) == set()


def test_pieces_that_begin_alike_are_told_apart() -> None:
    first, second = TEXT[:PIECE], TEXT[: PIECE - 1] + b"!"
    both = Pieces([first, second])
    assert both.found_in(noise(3) + second) == {second}
    assert both.found_in(first + noise(5) + second) == {first, second}


def test_a_piece_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="40 bytes"):
        Pieces([b"short"])


def test_words_are_looked_for_as_they_are() -> None:
    wanted = Pieces([], [b"expensi", b"Walt"])
    assert wanted.found_in(TEXT) == {b"expensi", b"Walt"}
    assert wanted.found_in(TEXT.lower()) == {b"expensi"}


@pytest.mark.parametrize("place", [0, 50, 51, 60, 100, 1000 - PIECE])
def test_a_piece_across_two_blocks_of_a_file_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    monkeypatch.setattr(traces, "BLOCK", 100)
    piece, content = TEXT[:PIECE], bytearray(noise(1000))
    content[place : place + PIECE] = piece
    file, other = tmp_path / "file", tmp_path / "other"
    file.write_bytes(content)
    other.write_bytes(noise(500))
    told: list[int] = []
    assert left_in([file, other], Pieces([piece]), told.append) == {file: {piece}}
    assert sum(told) == 1500


def test_contents_are_searched_together_but_not_across(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "BLOCK", 150)
    piece = TEXT[:PIECE]
    contents = [noise(100, seed) for seed in range(5)]
    wanted = Pieces([piece])
    assert found_among([*contents, piece, *contents], wanted) == {piece}
    assert found_among([*contents, piece[:20], piece[20:]], wanted) == set()
    assert found_among([], wanted) == set()


def test_pieces_cover_what_they_are_cut_from() -> None:
    assert b"".join(sorted(pieces_of([TEXT], 10), key=TEXT.index)) == TEXT[: 2 * PIECE]


def test_padding_is_no_piece() -> None:
    assert pieces_of([bytes(200), b"ab" * 100], 10) == []


def test_of_more_pieces_than_are_wanted_some_are_taken_from_everywhere() -> None:
    content = noise(PIECE * 100)
    assert len(pieces_of([content], 100)) == 100
    assert len(pieces_of([content], 30)) == 25
    assert len(pieces_of([content] * 3, 100)) == 100


def test_rare_words_are_the_beginnings_of_long_ones_that_nobody_else_says() -> None:
    said = [b"Marvellously expensive restaurants, Whitfieldians and all"]
    assert rare_words(said, 9, lambda stem: stem.startswith("restau")) == [
        b"Whitfield",
        b"whitfield",
        b"Marvello",
        b"marvello",
        b"expensi",
    ]


def test_no_more_rare_words_are_taken_than_are_wanted() -> None:
    said = [b"encyclopedia kaleidoscope hippopotamus onomatopoeia"]
    assert len(rare_words(said, 2, lambda _: False)) == 2
    assert rare_words(said, 2, lambda _: True) == []
