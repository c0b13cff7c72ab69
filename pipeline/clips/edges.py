"""Where a passage begins and ends: in no word, with a little room (pure).

Words say where an edge may lie; the sound then says where in there it is quietest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.highlights import mentions_of
from pipeline.timestamps import format_moment, format_timestamp
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.transcript import Turn

LEAD_IN = 1.0  # seconds before a moment from which it is played
LENGTH = 15.0  # seconds that are played from a moment on
ROOM = 0.15  # seconds before the first word and after the last, where nobody else speaks
REACH = 2.0  # seconds that an edge may move outwards in search of a pause
# Seconds by which recognisers' times of words that touch are wrong; no more than a third of one.
BLUR = 0.04
NEAR = 2 / 3  # of a pause that is shorter than twice the room: the next word begins early, too
INNER = 0.5  # seconds in which the end of half a word is looked for
AT_EDGE = 0.03  # seconds within which a word begins with an edge, and is heard without its onset
# What it costs to move an edge, in dB a second: a pause must be so much quieter to be worth it.
SLOPE = 25.0
FOREIGN = 2.0  # times as much beyond where somebody else begins to speak


@dataclass(frozen=True, slots=True)
class Spoken(Span):
    """When a word is heard, and in which turn, counted from 0."""

    turn: int


@dataclass(frozen=True, slots=True)
class Edges:
    """A passage by its words: `said` from the first to the last, and the free time about them.

    `before` is when the word before it ends, and `after` when the next begins; where they overlap
    it, that is its own edge.
    """

    said: Span
    before: float
    after: float

    @property
    def likely(self) -> Span:
        """The passage with its room, for who plans without having heard it."""
        start = max(self.before, self.said.start - ROOM)
        return Span(start, min(self.after, self.said.end + ROOM))


@dataclass(frozen=True, slots=True)
class Meant:
    """The words that a passage means: when they are said, and of which turns they are.

    `asked` is the passage as it was asked for: what is heard there without words is kept, too.
    """

    said: Span
    turns: frozenset[int]
    asked: Span

    def holds(self, word: Spoken) -> bool:
        """Tell whether a word is meant."""
        return word.turn in self.turns and self.said.start <= word.middle <= self.said.end


@dataclass(frozen=True, slots=True)
class Side:
    """The times at which an edge of a passage may lie; best at `wished`, as far as words tell.

    Times are negative where the edge is the first: they all grow outwards. From `foreign` on words
    of other turns follow.
    """

    wished: float
    foreign: float
    free: tuple[tuple[float, float], ...]

    def costs(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what it costs to have the edge at times, in dB; infinite in a word."""
        import numpy as np

        free = np.zeros(len(times), dtype=bool)
        for start, end in self.free:
            free |= (times >= start) & (times <= end)
        moved = np.abs(times - self.wished)
        beyond = np.maximum(0.0, times - max(self.foreign, self.wished))
        return np.where(free, SLOPE * (moved + (FOREIGN - 1) * beyond), np.inf)


def around(start: float, end: float | None, duration: float) -> Span:
    """Return what to play for a moment or a passage: a little before it, within the recording."""
    first = max(0.0, start - LEAD_IN)
    if first >= duration:
        raise UsageError(_too_late(start, duration))
    last = start + LENGTH if end is None else end + LEAD_IN
    return Span(first, min(duration, last))


def _too_late(start: float, duration: float) -> str:
    return f"the recording ends at {format_timestamp(duration)}, before {format_moment(start)}."


def exactly(start: float, end: float, duration: float) -> Span:
    """Return a passage just as it is asked for, within the recording."""
    if start >= duration:
        raise UsageError(_too_late(start, duration))
    if end <= start:
        raise UsageError(
            f"a passage ends after it begins, and {format_moment(end)} is not after "
            f"{format_moment(start)}. Write the earlier time first: ID@12:34-13:02"
        )
    return Span(start, min(duration, end))


def as_shown(turns: Iterable[Turn], span: Span) -> Span:
    """Return a passage that is typed in whole seconds as who reads the transcript means it.

    Times are shown without their fractions: 12:34 is where a turn begins that is said to begin
    at 12:34, and 13:02 where one ends that ends within that second.
    """
    turns = list(turns)
    starts = [turn.start for turn in turns if math.floor(turn.start) == span.start]
    ends = [turn.end for turn in turns if math.floor(turn.end) == span.end]
    start, end = min(starts, default=span.start), max(ends, default=span.end)
    return Span(start, end) if start < end else span


def cut_points(turns: Sequence[Turn], span: Span) -> Edges:
    """Return the words that a passage means, and the free time about them.

    They are those whose middles it holds; of one turn alone, if it lies within one.
    """
    said = _said(turns, span)
    words = list(chain.from_iterable(turn.words for turn in turns))
    before = max((word.end for word in words if word.middle < said.start), default=0.0)
    after = min((word.start for word in words if word.middle > said.end), default=math.inf)
    return Edges(said, min(before, said.start), max(after, said.end))


def _said(turns: Sequence[Turn], span: Span) -> Span:
    places = mentions_of(dict(enumerate(turns)), span)
    if not places:
        return span
    return Span(min(each.start for each in places), max(each.end for each in places))


def meant_by(turns: Sequence[Turn], span: Span) -> Meant:
    """Return the words that a passage means: those whose middles it holds, or all in that time."""
    said = cut_points(turns, span).said
    own = frozenset(each.turn for each in mentions_of(dict(enumerate(turns)), said))
    return Meant(said, own, span)


def begins(words: Iterable[Spoken], meant: Meant) -> Side:
    """Return where a passage may begin, in negative times; rather over words of its own turns."""
    mirrored = [_Word(-word.end, -word.start, word.turn in meant.turns) for word in words]
    return _outwards(mirrored, -meant.said.start, -meant.asked.start)


def ends(words: Iterable[Spoken], meant: Meant) -> Side:
    """Return where a passage may end; rather over words of its own turns."""
    ahead = [_Word(word.start, word.end, word.turn in meant.turns) for word in words]
    return _outwards(ahead, meant.said.end, meant.asked.end)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word on an axis that leads outwards; `own` tells that it is of the passage's turns."""

    start: float
    end: float
    own: bool


def _outwards(words: Iterable[_Word], point: float, asked: float) -> Side:
    """Return where an edge may lie from a point on; it passes words that sound across that.

    It is wished near the words, or as far out as it was asked for, but for the next word.
    """
    far = max(point, asked) + 2 * REACH
    near = [word for word in words if word.end > point and word.start < far]
    across = max((word.end for word in near if word.start < point - BLUR), default=point)
    later = [word for word in near if word.start >= across - BLUR]
    following = min((word.start for word in later), default=math.inf)
    room = min(ROOM, max(0.0, following - across) * NEAR)
    wished = max(across + room, min(asked, following - ROOM))
    foreign = min((word.start for word in later if not word.own), default=math.inf)
    return Side(wished, foreign, tuple(_gaps(near, point - BLUR, max(across, wished) + REACH)))


def _gaps(words: Iterable[_Word], start: float, end: float) -> Iterator[tuple[float, float]]:
    """Yield what of a stretch lies in no word, but for what is blurred at their ends."""
    place = start
    for word in sorted(words, key=lambda word: word.start):
        blur = min(BLUR, (word.end - word.start) / 3)
        if word.start + blur > place:
            yield place, min(word.start + blur, end)
        place = max(place, word.end - blur)
        if place >= end:
            break
    yield min(place, end), end


@dataclass(frozen=True, slots=True)
class Inwards:
    """What an edge does to a channel that it was not chosen for, counted in seconds inwards.

    It cuts half a word or it does not (`cuts`); from `first` to `last` no word sounds.
    """

    cuts: bool
    first: float
    last: float


def inwards(words: Iterable[Spoken], edge: float, meant: Meant, *, beginning: bool) -> Inwards:
    """Return whether an edge leaves half a word, and where the next stretch without words is.

    What is mostly beyond the words that are meant is to go with it.
    """
    sign = 1 if beginning else -1
    room = sign * ((meant.said.start if beginning else meant.said.end) - edge)
    cut, starts = 0.0, [math.inf]
    for word in words:
        start, end = sorted((sign * (word.start - edge), sign * (word.end - edge)))
        apart = start < AT_EDGE or (start + end) / 2 < room
        if end > BLUR and apart and not meant.holds(word):
            cut = max(cut, end)
        starts.append(start)
    last = min(start for start in starts if start >= cut - BLUR)
    return Inwards(cut > 0, max(0.0, cut - BLUR), max(cut, min(last, cut + INNER)))
