"""Regions into windows, and times in a window back to times in the recording."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.transcript import Span
from pipeline.windows import LONGEST, Window, pack, split

WINDOW = Window((Span(10, 12), Span(20, 21), Span(30, 35)))  # sounds as 0-2, 2-3 and 3-8 s


def regions() -> st.SearchStrategy[list[Span]]:
    """Make regions in order, some without length, some longer than several windows."""
    pair = st.tuples(st.floats(0, 5), st.sampled_from([0.0, 0.01, 0.5, 7.3, 28.9, 29.0, 29.1, 100]))
    return st.lists(pair, max_size=30).map(_in_a_row)


def _in_a_row(pairs: list[tuple[float, float]]) -> list[Span]:
    made, end = [], 0.0
    for gap, length in pairs:
        made.append(Span(end + gap, end + gap + length))
        end = made[-1].end
    return made


def test_a_window_has_at_least_one_piece() -> None:
    with pytest.raises(ValueError, match="at least one piece"):
        Window(())


def test_a_window_lasts_as_long_as_its_pieces_together() -> None:
    assert WINDOW.duration == 8


@pytest.mark.parametrize(
    ("time", "piece"),
    [
        pytest.param(0.0, 0, id="at the beginning"),
        pytest.param(1.9, 0, id="inside the first"),
        pytest.param(2.0, 0, id="a piece's end belongs to it"),
        pytest.param(2.1, 1, id="inside the second"),
        pytest.param(8.0, 2, id="at the end"),
        pytest.param(30.0, 2, id="beyond the end, where Whisper hears padding"),
    ],
)
def test_each_time_of_a_window_is_of_one_piece(time: float, piece: int) -> None:
    assert WINDOW.piece_at(time) == piece


@pytest.mark.parametrize(
    ("span", "pieces"),
    [
        pytest.param((0.5, 1.0), [0], id="in the first piece"),
        pytest.param((0.5, 2.0), [0], id="up to a cut"),
        pytest.param((2.0, 3.0), [1], id="from a cut on"),
        pytest.param((1.5, 2.1), [0, 1], id="across a cut"),
        pytest.param((1.0, 6.0), [0, 1, 2], id="over a whole piece"),
        pytest.param((9.0, 29.0), [2], id="wholly beyond the window"),
    ],
)
def test_a_span_touches_the_pieces_that_it_sounds_in(
    span: tuple[float, float], pieces: list[int]
) -> None:
    assert list(WINDOW.pieces_of(Span(*span))) == pieces


@given(regions(), st.floats(0, 40), st.floats(0.05, 10))
def test_a_span_always_touches_a_piece(regions: list[Span], start: float, length: float) -> None:
    for window in pack(regions):
        assert len(window.pieces_of(Span(start, start + length))) >= 1


@pytest.mark.parametrize(
    ("span", "index", "placed"),
    [
        pytest.param((0.5, 1.0), 0, (10.5, 11.0), id="in the first piece"),
        pytest.param((2.0, 3.0), 1, (20.0, 21.0), id="all of the second"),
        pytest.param((1.5, 2.1), 0, (11.5, 12.0), id="across a cut, what is before it"),
        pytest.param((1.5, 2.5), 1, (20.0, 20.5), id="across a cut, what is after it"),
        pytest.param((7.5, 29.0), 2, (34.5, 35.0), id="out of the window"),
        pytest.param((9.0, 29.0), 2, (35.0, 35.0), id="wholly beyond the window"),
    ],
)
def test_a_span_is_placed_as_far_as_it_is_in_a_piece(
    span: tuple[float, float], index: int, placed: tuple[float, float]
) -> None:
    found = WINDOW.place(Span(*span), index)
    assert (found.start, found.end) == pytest.approx(placed)


@given(regions(), st.floats(0, 40), st.floats(0, 10))
def test_nothing_is_placed_in_a_silence(regions: list[Span], start: float, length: float) -> None:
    for window in pack(regions):
        for index, piece in enumerate(window.pieces):
            placed = window.place(Span(start, start + length), index)
            assert piece.start <= placed.start <= placed.end <= piece.end


@given(regions(), st.lists(st.floats(0, 30), min_size=2, max_size=2))
def test_what_comes_later_in_a_piece_is_placed_no_earlier(
    regions: list[Span], times: list[float]
) -> None:
    first, second = (Span(time, time) for time in sorted(times))
    for window in pack(regions):
        for index in range(len(window.pieces)):
            assert window.place(first, index).start <= window.place(second, index).start


def test_no_regions_fill_no_windows() -> None:
    assert pack([]) == ()


@pytest.mark.parametrize(
    ("lengths", "windows"),
    [
        pytest.param([10, 10], [[10, 10]], id="two that fit share a window"),
        pytest.param([20, 20], [[20], [20]], id="two that do not fit have one each"),
        pytest.param([10, 19, 1], [[10, 19], [1]], id="a full window takes no more"),
        pytest.param([29], [[29]], id="as long as a window"),
        pytest.param([60], [[20], [20], [20]], id="a long one is cut in equal parts"),
        pytest.param([5, 40, 5], [[5, 20], [20, 5]], id="parts share windows with others"),
        pytest.param([0, 3, 0], [[3]], id="one without length is nothing to hear"),
    ],
)
def test_windows_are_filled_in_order(lengths: list[float], windows: list[list[float]]) -> None:
    spans = [Span(100 * place, 100 * place + length) for place, length in enumerate(lengths)]
    packed = pack(spans)
    assert [[piece.duration for piece in window.pieces] for window in packed] == windows


def test_a_window_knows_its_channel() -> None:
    assert {window.channel for window in pack([Span(0, 100)], 1)} == {1}


@given(regions())
def test_all_sound_is_heard_once_and_in_order(regions: list[Span]) -> None:
    pieces = [piece for window in pack(regions) for piece in window.pieces]
    assert sum(piece.duration for piece in pieces) == pytest.approx(
        sum(region.duration for region in regions)
    )
    for before, after in pairwise(pieces):
        assert before.end <= after.start
    for piece in pieces:
        assert any(region.start <= piece.start and piece.end <= region.end for region in regions)


@given(regions())
def test_no_window_is_longer_than_whisper_hears(regions: list[Span]) -> None:
    assert all(window.duration <= LONGEST + 1e-6 for window in pack(regions))


@given(regions())
def test_no_window_could_have_taken_the_next_ones_first_piece(regions: list[Span]) -> None:
    windows = pack(regions)
    for before, after in pairwise(windows):
        assert before.duration + after.pieces[0].duration > LONGEST - 1e-6


@pytest.mark.parametrize(
    ("length", "parts"), [(0, 0), (1, 1), (29, 1), (29.01, 2), (58, 2), (100, 4)]
)
def test_a_region_is_cut_into_as_few_parts_as_will_do(length: float, parts: int) -> None:
    assert len(split(Span(3, 3 + length), LONGEST)) == parts


def test_the_parts_of_a_region_touch() -> None:
    parts = split(Span(1, 101), 29)
    assert [part.start for part in parts] == [1, 26, 51, 76]
    assert [part.end for part in parts] == [26, 51, 76, 101]
