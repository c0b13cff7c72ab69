"""Voiced stretches of a recording packed into windows that a recogniser hears at once (pure)."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.hearing.voice import Voice

TOUCH = 1e-3  # seconds: less of a word in a piece is rounding
SHORTEST_PIECE = 1.0  # seconds: no region is cut nearer to its edges
LONGEST = 29.0  # seconds: a little room under Whisper's 30


@dataclass(frozen=True, slots=True)
class Window:
    """Stretches of one channel, in order, heard as if they followed each other without a pause."""

    pieces: tuple[Span, ...]
    channel: int | None = None

    def __post_init__(self) -> None:
        if not self.pieces:
            raise ValueError("a window has at least one piece")

    @property
    def duration(self) -> float:
        """Seconds of sound in it."""
        return sum(piece.duration for piece in self.pieces)

    def piece_at(self, time: float) -> int:
        """Return which piece sounds at a time of the window; its end belongs to it."""
        ends = accumulate(piece.duration for piece in self.pieces)
        found = next((index for index, end in enumerate(ends) if time <= end), None)
        return len(self.pieces) - 1 if found is None else found

    def pieces_of(self, span: Span) -> range:
        """Return the pieces that a span of the window touches, at least one."""
        return range(self.piece_at(span.start + TOUCH), self.piece_at(span.end - TOUCH) + 1)

    def place(self, span: Span, index: int) -> Span:
        """Return where in the recording a span of the window is, as far as it is in a piece.

        What reaches out of that piece is cut off: nothing is ever placed in a silence between.
        """
        piece = self.pieces[index]
        shift = piece.start - sum(before.duration for before in self.pieces[:index])
        start, end = (min(piece.end, max(piece.start, t + shift)) for t in (span.start, span.end))
        return Span(start, end)


def pack(voice: Voice, longest: float = LONGEST) -> tuple[Window, ...]:
    """Fill windows with a channel's regions in order.

    A region that does not fit is cut in its last pause that does, so that windows are full; one
    longer than a whole window and without a pause is cut into equal parts.
    """
    windows: list[Window] = []
    pieces: list[Span] = []
    cuts = [pause.middle for pause in voice.pauses]
    waiting = deque(region for region in voice.regions if region.duration > 0)
    while waiting:
        region = waiting.popleft()
        room = longest - sum(piece.duration for piece in pieces)
        if region.duration <= room + TOUCH:
            pieces.append(region)
            continue
        end = last_cut(region, room, cuts)
        if end is None and not pieces:
            end = split(region, longest)[0].end
        if end is not None:
            pieces.append(Span(region.start, end))
        windows.append(Window(tuple(pieces), voice.channel))
        pieces = []
        waiting.appendleft(region if end is None else Span(end, region.end))
    return (*windows, Window(tuple(pieces), voice.channel)) if pieces else tuple(windows)


def last_cut(region: Span, room: float, cuts: Sequence[float]) -> float | None:
    """Return the last of the cuts (in order) that leaves at most `room` seconds before it."""
    last = bisect_right(cuts, min(region.start + room, region.end - SHORTEST_PIECE)) - 1
    return cuts[last] if last >= 0 and cuts[last] >= region.start + SHORTEST_PIECE else None


def split(region: Span, longest: float) -> tuple[Span, ...]:
    """Cut a region into equal parts, none longer than `longest`; one without length gives none."""
    if region.duration <= 0:
        return ()
    parts = -int(-region.duration // longest)
    edges = [region.start + region.duration * part / parts for part in range(parts)]
    return tuple(Span(*pair) for pair in zip(edges, [*edges[1:], region.end], strict=True))
