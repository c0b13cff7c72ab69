"""Turns as subtitle cues: what stands on the screen together, on which lines, from when to when.

Cue ends are chosen for a whole turn at once: the cheapest way to cut it, by the costs below.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.export.breaks import Piece, Stop, join_pieces, stop_after, to_pieces, width
from pipeline.export.document import one_line
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.transcript import Turn

# What a cue costs, in a unit of its own: only the order of the sums matters.
_STOP_COST = {Stop.SENTENCE: 0.0, Stop.CLAUSE: 1.0, Stop.NOTHING: 3.0}
_PAUSE_INSIDE_COST = 2.0
_TOO_SHORT_COST = 2.0
_HASTE_COST = 2.0  # per second that reading lacks
_SLACK_COST = 1.0  # of an empty cue; falls with the square of what is filled

_STOP_AT_LINE_END = 12  # columns of imbalance that a line end at a stop is worth
_FRAME = 0.04  # seconds, one picture at 25 a second: what is shown for less is not seen


@dataclass(frozen=True, slots=True)
class Rules:
    """How cues are cut: lengths in columns, times in seconds. A cue has at most two lines."""

    line_length: int = 42
    shortest: float = 1.0
    longest: float = 7.0
    characters_per_second: float = 20.0
    pause: float = 0.7


STANDARD = Rules()


@dataclass(frozen=True, slots=True)
class Cue(Span):
    """One or two lines of text that are shown from `start` to `end`."""

    speaker: str | None
    lines: tuple[str, ...]


def make_cues(
    turns: Sequence[Turn], rules: Rules = STANDARD, *, tagged: bool = False
) -> tuple[Cue, ...]:
    """Cut turns into cues in the order of their starts.

    With `tagged`, the first cue of a turn opens with its speaker's name. Cues of one speaker
    never overlap; those of two do only where they speak at once.
    """
    cues: list[Cue] = []
    for place, turn in enumerate(turns):
        until = turns[place + 1].start if place + 1 < len(turns) else math.inf
        cues += _cut(turn, until, rules, tagged=tagged)
    return _hold(_in_sequence(cues), rules)


def _cut(turn: Turn, until: float, rules: Rules, *, tagged: bool) -> list[Cue]:
    """Cut one turn into cues that last as long as they are spoken."""
    pieces = to_pieces(turn.words, rules.line_length)
    tag = tagged and bool(turn.speaker)
    if tag:
        first = pieces[0]
        name = Piece(first.start, first.start, f"{one_line(turn.speaker or '')}:", spaced=True)
        pieces = (name, replace(first, spaced=True), *pieces[1:])
    text = _Text(pieces, until, rules, fewest=2 if tag else 1)
    return [
        Cue(
            pieces[first].start,
            max(piece.end for piece in pieces[first:last]),
            turn.speaker,
            lay_out(pieces[first:last], rules.line_length),
        )
        for first, last in text.best_cuts()
    ]


def lay_out(pieces: Sequence[Piece], line_length: int) -> tuple[str, ...]:
    """Set pieces that fit two lines: broken after a stop if there is one, else evenly."""
    whole = join_pieces(pieces)
    if width(whole) <= line_length or len(pieces) == 1:
        return (whole,)

    def badness(place: int) -> tuple[int, int]:
        upper, lower = pieces[:place], pieces[place:]
        widths = width(join_pieces(upper)), width(join_pieces(lower))
        too_long = sum(
            taken > line_length and len(line) > 1
            for taken, line in zip(widths, (upper, lower), strict=True)
        )
        stop = stop_after(upper[-1].text, lower[0].text)
        bonus = 0 if stop is Stop.NOTHING else _STOP_AT_LINE_END
        return too_long, abs(widths[0] - widths[1]) - bonus

    place = min(range(1, len(pieces)), key=badness)
    return join_pieces(pieces[:place]), join_pieces(pieces[place:])


class _Text:
    """The pieces of one turn, measured; `first` and `last` are a range of them, last excluded."""

    def __init__(self, pieces: Sequence[Piece], until: float, rules: Rules, fewest: int) -> None:
        self.pieces, self.until, self.rules, self.fewest = pieces, until, rules, fewest
        widths = (piece.spaced + width(piece.text) for piece in pieces)
        self.columns = (0, *accumulate(widths))
        neighbours = tuple(pairwise(pieces))
        self.stops = tuple(stop_after(piece.text, after.text) for piece, after in neighbours)
        gaps = (after.start - piece.end > rules.pause for piece, after in neighbours)
        self.pauses = (0, *accumulate(gaps))

    def best_cuts(self) -> list[tuple[int, int]]:
        """Return the cheapest row of cues that holds every piece."""
        count = len(self.pieces)
        cost = [0.0] * (count + 1)
        follows = [count] * (count + 1)
        for first in reversed(range(count)):
            cost[first], follows[first] = min(
                (self.cost(first, last) + cost[last], last) for last in self.ends(first)
            )
        cuts = [(0, follows[0])]
        while cuts[-1][1] < count:
            cuts.append((cuts[-1][1], follows[cuts[-1][1]]))
        return cuts

    def ends(self, first: int) -> list[int]:
        """Return where a cue that begins with a piece may end: at least one piece later."""
        fewest = first + (self.fewest if first == 0 else 1)
        latest = self.pieces[first].start + self.rules.longest
        furthest = self.line_end(self.line_end(first))
        return [
            last
            for last in range(fewest, furthest + 1)
            if last == fewest or self.pieces[last - 1].end <= latest
        ]

    def line_end(self, first: int) -> int:
        """Return where a line that begins with a piece is full: one piece always has room."""
        if first == len(self.pieces):
            return first
        room = self.columns[first] + self.pieces[first].spaced + self.rules.line_length
        return max(first + 1, bisect_right(self.columns, room) - 1)

    def cost(self, first: int, last: int) -> float:
        """Return what a cue costs for its end, the pauses in it, its time and its empty room."""
        pauses = self.pauses[last - 1] - self.pauses[first]
        columns = self.columns[last] - self.columns[first] - self.pieces[first].spaced
        slack = max(0.0, 1 - columns / (2 * self.rules.line_length))
        return (
            self.break_cost(last)
            + _PAUSE_INSIDE_COST * pauses
            + self.time_cost(first, last, columns)
            + _SLACK_COST * slack**2
        )

    def break_cost(self, last: int) -> float:
        """Return the cost of ending a cue here: none at the turn's end or in a pause."""
        if last == len(self.pieces) or self.pauses[last] > self.pauses[last - 1]:
            return 0.0
        return _STOP_COST[self.stops[last - 1]]

    def time_cost(self, first: int, last: int, columns: int) -> float:
        """Return the cost of the time that a cue lacks, held until the next begins."""
        start = self.pieces[first].start
        following = self.pieces[last].start if last < len(self.pieces) else self.until
        room = min(max(following, self.pieces[last - 1].end) - start, self.rules.longest)
        missing = max(0.0, columns / self.rules.characters_per_second - room)
        return _HASTE_COST * missing + _TOO_SHORT_COST * (room < self.rules.shortest)


def _in_sequence(cues: Iterable[Cue]) -> list[Cue]:
    """Order cues by start, each of a speaker's at least a frame after the one before."""
    latest: dict[str | None, float] = {}
    placed: list[Cue] = []
    for cue in sorted(cues, key=lambda cue: cue.start):
        start = max(cue.start, latest.get(cue.speaker, -_FRAME) + _FRAME)
        latest[cue.speaker] = start
        placed.append(replace(cue, start=start, end=max(cue.end, start)))
    return sorted(placed, key=lambda cue: cue.start)


def _hold(cues: Sequence[Cue], rules: Rules) -> tuple[Cue, ...]:
    """Hold cues into the silence that follows until they can be read, or their time is up."""
    held: list[Cue] = []
    following = math.inf
    own: dict[str | None, float] = {}
    for cue in reversed(cues):
        columns = sum(map(width, cue.lines)) + len(cue.lines) - 1
        wanted = max(rules.shortest, columns / rules.characters_per_second)
        spoken = max(cue.end, cue.start + _FRAME)
        shown = max(spoken, min(cue.start + wanted, following))
        end = min(shown, cue.start + rules.longest, own.get(cue.speaker, math.inf))
        held.append(replace(cue, end=end))
        following = own[cue.speaker] = cue.start
    return tuple(reversed(held))
