"""Regions into windows, and times in a window back to times in the recording."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.hearing.voice import Voice
from pipeline.hearing.windows import LONGEST, SHORTEST_PIECE, Window, last_cut, pack, split
from pipeline.transcript import Span
from tests.values import spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WINDOW = Window((Span(10, 12), Span(20, 21), Span(30, 35)))  # sounds as 0-2, 2-3 and 3-8 s
ROUNDING = 1e-6  # seconds


def voice_of(
    regions: Sequence[tuple[float, float]],
    pauses: Sequence[float] = (),
    channel: int | None = None,
) -> Voice:
    """Return a voice with pauses of 0.4 s, given by their middles."""
    heard = tuple(Span(*region) for region in regions)
    edges = [0.0, *(edge for pause in pauses for edge in (pause - 0.2, pause + 0.2)), 1e6]
    said = tuple(Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=True))
    return Voice(channel, said, said, heard).within(heard)


@st.composite
def voices(draw: st.DrawFn) -> Voice:
    """Make voices of regions, some longer than several windows, with and without pauses."""
    lengths = st.sampled_from([0.01, 0.5, 7.3, 28.9, 29.0, 29.1, 70.0])
    regions = draw(spans(st.floats(0, 5), lengths, most=20))
    gaps, said = st.floats(0.2, 2), st.one_of(st.floats(0.1, 6), st.just(40.0))
    utterances = draw(spans(gaps, said, most=40))
    return Voice(None, utterances, utterances, regions).within(regions)


def lengths_of(windows: Iterable[Window]) -> list[list[float]]:
    return [[piece.duration for piece in window.pieces] for window in windows]


def edges_of(windows: Iterable[Window]) -> list[list[tuple[float, float]]]:
    return [[(piece.start, piece.end) for piece in window.pieces] for window in windows]


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


@given(voices(), st.floats(0, 40), st.floats(0.05, 10))
def test_a_span_always_touches_a_piece(voice: Voice, start: float, length: float) -> None:
    for window in pack(voice):
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


@given(voices(), st.floats(0, 40), st.floats(0, 10))
def test_nothing_is_placed_in_a_silence(voice: Voice, start: float, length: float) -> None:
    for window in pack(voice):
        for index, piece in enumerate(window.pieces):
            placed = window.place(Span(start, start + length), index)
            assert piece.start <= placed.start <= placed.end <= piece.end


@given(voices(), st.lists(st.floats(0, 30), min_size=2, max_size=2))
def test_what_comes_later_in_a_piece_is_placed_no_earlier(voice: Voice, times: list[float]) -> None:
    first, second = (Span(time, time) for time in sorted(times))
    for window in pack(voice):
        for index in range(len(window.pieces)):
            assert window.place(first, index).start <= window.place(second, index).start


def test_no_regions_fill_no_windows() -> None:
    assert pack(voice_of([])) == ()


@pytest.mark.parametrize(
    ("lengths", "windows"),
    [
        pytest.param([10, 10], [[10, 10]], id="two that fit share a window"),
        pytest.param([20, 20], [[20], [20]], id="two that do not fit have one each"),
        pytest.param([10, 19, 1], [[10, 19], [1]], id="a full window takes no more"),
        pytest.param([29], [[29]], id="as long as a window"),
        pytest.param([60], [[20], [20], [20]], id="a long one is cut in equal parts"),
        pytest.param([5, 40, 5], [[5], [20], [20, 5]], id="the last part shares a window"),
        pytest.param([0, 3, 0], [[3]], id="one without length is nothing to hear"),
    ],
)
def test_windows_are_filled_in_order(lengths: list[float], windows: list[list[float]]) -> None:
    regions = [(100 * place, 100 * place + length) for place, length in enumerate(lengths)]
    assert lengths_of(pack(voice_of(regions))) == windows


@pytest.mark.parametrize(
    ("regions", "pauses", "windows"),
    [
        pytest.param(
            [(0, 40)], [10, 25, 35], [[(0, 25)], [(25, 40)]], id="in the last pause that fits"
        ),
        pytest.param(
            [(0, 20), (30, 50)],
            [35, 38, 42],
            [[(0, 20), (30, 38)], [(38, 50)]],
            id="what is left of a window is filled up to a pause",
        ),
        pytest.param(
            [(0, 20), (30, 50)], [40, 45], [[(0, 20)], [(30, 50)]], id="no pause comes in time"
        ),
        pytest.param(
            [(0, 20), (30, 50)], [10], [[(0, 20)], [(30, 50)]], id="a pause before is no use"
        ),
        pytest.param(
            [(0, 80)],
            [28, 50],
            [[(0, 28)], [(28, 50)], [(50, 65)], [(65, 80)]],
            id="first in pauses, then in equal parts",
        ),
        pytest.param(
            [(0, 40)], [0.8, 39.5], [[(0, 20)], [(20, 40)]], id="not near the edges of a region"
        ),
        pytest.param([(0, 29)], [10, 20], [[(0, 29)]], id="what fits is not cut"),
        pytest.param([(0, 40)], [29], [[(0, 29)], [(29, 40)]], id="just as much as fits"),
    ],
)
def test_a_region_that_does_not_fit_is_cut_in_a_pause(
    regions: list[tuple[float, float]],
    pauses: list[float],
    windows: list[list[tuple[float, float]]],
) -> None:
    assert edges_of(pack(voice_of(regions, pauses))) == windows


def test_windows_may_be_shorter_than_whisper_hears() -> None:
    assert edges_of(pack(voice_of([(0, 8)], [3, 6]), 5)) == [[(0, 3)], [(3, 8)]]


@pytest.mark.parametrize("channel", [None, 1])
def test_a_window_knows_its_channel(channel: int | None) -> None:
    assert {window.channel for window in pack(voice_of([(0, 100)], [], channel))} == {channel}


@given(voices())
def test_all_sound_is_heard_once_and_in_order(voice: Voice) -> None:
    pieces = [piece for window in pack(voice) for piece in window.pieces]
    for before, after in pairwise(pieces):
        assert before.end <= after.start
    in_order = iter(pieces)
    for region in (each for each in voice.regions if each.duration > 0):
        reached = region.start
        while reached < region.end:
            piece = next(in_order)
            assert piece.start == reached
            reached = piece.end
        assert reached == region.end
    assert list(in_order) == []


@given(voices())
def test_no_window_holds_sound_from_between_regions(voice: Voice) -> None:
    for window in pack(voice):
        for piece in window.pieces:
            assert piece.duration > 0
            assert any(r.start <= piece.start and piece.end <= r.end for r in voice.regions)


@given(voices(), st.sampled_from([5.0, LONGEST]))
def test_no_window_is_longer_than_it_may_be(voice: Voice, longest: float) -> None:
    assert all(window.duration <= longest + ROUNDING for window in pack(voice, longest))


@given(voices())
def test_windows_are_as_full_as_regions_and_pauses_let_them(voice: Voice) -> None:
    for before, after in pairwise(pack(voice)):
        room = LONGEST - before.duration
        start = after.pieces[0].start
        region = next(each for each in voice.regions if each.start <= start < each.end)
        cuts = [region.start, *(pause.middle for pause in voice.pauses)]
        in_parts = before.pieces[-1].end == start and start not in cuts
        if not in_parts:
            assert region.end - start > room - ROUNDING
        assert not [
            pause
            for pause in voice.pauses
            if start + SHORTEST_PIECE <= pause.middle <= start + room - ROUNDING
            and pause.middle <= region.end - SHORTEST_PIECE
        ]


@given(voices())
def test_a_region_is_cut_within_what_is_said_only_where_no_pause_is_near(voice: Voice) -> None:
    middles = [pause.middle for pause in voice.pauses]
    for window in pack(voice):
        start, end = window.pieces[-1].start, window.pieces[-1].end
        if not any(end == region.end for region in voice.regions) and end not in middles:
            assert len(window.pieces) == 1
            region = next(each for each in voice.regions if each.start <= start < each.end)
            last = min(start + LONGEST, region.end - SHORTEST_PIECE)
            assert not [cut for cut in middles if start + SHORTEST_PIECE <= cut <= last]


@pytest.mark.parametrize(
    ("room", "cut"),
    [
        pytest.param(0.0, None, id="no room at all"),
        pytest.param(4.0, None, id="before the first"),
        pytest.param(5.0, 15, id="up to the first"),
        pytest.param(9.9, 18, id="the last of several"),
        pytest.param(30.0, 18, id="none at the region's very end"),
    ],
)
def test_the_last_cut_that_leaves_room_is_taken(room: float, cut: float | None) -> None:
    assert last_cut(Span(10, 30), room, [2, 10.5, 15, 18, 29.5, 40]) == cut


@pytest.mark.parametrize(
    ("length", "parts"), [(0, 0), (1, 1), (29, 1), (29.01, 2), (58, 2), (100, 4)]
)
def test_a_region_is_cut_into_as_few_parts_as_will_do(length: float, parts: int) -> None:
    assert len(split(Span(3, 3 + length), LONGEST)) == parts


def test_the_parts_of_a_region_touch() -> None:
    parts = split(Span(1, 101), 29)
    assert [part.start for part in parts] == [1, 26, 51, 76]
    assert [part.end for part in parts] == [26, 51, 76, 101]
