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
# Breaking a rule costs more than any bad place to break a line.
_TOO_SHORT_COST = 4.0
_TOO_FAST_COST = 4.0
_HASTE_COST = 4.0  # per second that reading lacks
_SLACK_COST = 1.0  # of an empty cue; falls with the square of what is filled

_STOP_AT_LINE_END = 12  # columns of imbalance that a line end at a stop is worth
_UNSEEN = 0.0005  # seconds: less is lost when times are written
_FRAME = 0.04  # seconds, one picture at 25 a second: what is shown for less is not seen


@dataclass(frozen=True, slots=True)
class Rules:
    """How cues are cut: lengths in columns, times in seconds. A cue has at most two lines.

    `lead` is how much sooner than it is said a text may be shown, where it lacks time to be read.
    """

    line_length: int = 42
    shortest: float = 1.0
    longest: float = 7.0
    characters_per_second: float = 20.0
    pause: float = 0.7
    lead: float = 0.1


STANDARD = Rules()


@dataclass(frozen=True, slots=True)
class Cue(Span):
    """One or two lines of text that are shown from `start` to `end`; `turn` is counted from 0."""

    speaker: str | None
    lines: tuple[str, ...]
    turn: int = 0


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
        cues += (replace(cue, turn=place) for cue in _cut(turn, until, rules, tagged=tagged))
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

    columns = tuple(accumulate(piece.spaced + width(piece.text) for piece in pieces))

    def badness(place: int) -> tuple[int, int]:
        upper = columns[place - 1] - pieces[0].spaced
        lower = columns[-1] - columns[place - 1] - pieces[place].spaced
        stop = stop_after(pieces[place - 1].text, pieces[place].text)
        bonus = 0 if stop is Stop.NOTHING else _STOP_AT_LINE_END
        too_long = (upper > line_length and place > 1) + (
            lower > line_length and place < len(pieces) - 1
        )
        return too_long, abs(upper - lower) - bonus

    place = min(range(1, len(pieces)), key=badness)
    return join_pieces(pieces[:place]), join_pieces(pieces[place:])


class _Text:
    """The pieces of one turn, measured; `first` and `last` are a range of them, last excluded.

    What does not depend on where a cue begins is worked out once for each place where one may end.
    """

    def __init__(self, pieces: Sequence[Piece], until: float, rules: Rules, fewest: int) -> None:
        self.pieces, self.rules, self.fewest = pieces, rules, fewest
        widths = (piece.spaced + width(piece.text) for piece in pieces)
        self.columns = (0, *accumulate(widths))
        neighbours = tuple(pairwise(pieces))
        gaps = [after.start - piece.end > rules.pause for piece, after in neighbours]
        self.pauses = (0, *accumulate(gaps))
        self.break_costs = (
            0.0,
            *(
                0.0 if gap else _STOP_COST[stop_after(piece.text, after.text)]
                for (piece, after), gap in zip(neighbours, gaps, strict=True)
            ),
            0.0,
        )
        followings = (*(after.start for _, after in neighbours), until)
        ends = (max(piece.end, then) for piece, then in zip(pieces, followings, strict=True))
        self.free_until = (0.0, *ends)

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
        """Return what a cue costs for its end, the pauses in it, its time and its empty room.

        It has time until the next begins.
        """
        rules, piece = self.rules, self.pieces[first]
        columns = self.columns[last] - self.columns[first] - piece.spaced
        room = min(self.free_until[last] - piece.start, rules.longest)
        missing = columns / rules.characters_per_second - room
        slack = 1 - columns / (2 * rules.line_length)
        return (
            self.break_costs[last]
            + _PAUSE_INSIDE_COST * (self.pauses[last - 1] - self.pauses[first])
            + (_TOO_FAST_COST + _HASTE_COST * missing if missing > 0 else 0.0)
            + (_TOO_SHORT_COST if room < rules.shortest else 0.0)
            + (_SLACK_COST * slack**2 if slack > 0 else 0.0)
        )


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
    """Hold cues into the silence that follows until they can be read, or their time is up.

    What then lacks time begins a little sooner, where nobody speaks and no other cue needs it.
    """
    held: list[Cue] = []
    following = math.inf
    own: dict[str | None, float] = {}
    for cue, free_from in zip(reversed(cues), reversed(_free_from(cues, rules)), strict=True):
        wanted = _reading_time(cue, rules)
        spoken = max(cue.end, cue.start + _FRAME)
        shown = max(spoken, min(cue.start + wanted, following))
        end = min(shown, cue.start + rules.longest, own.get(cue.speaker, math.inf))
        lacks = wanted - (end - cue.start)
        lead = min(rules.lead, lacks) if lacks > _UNSEEN else 0.0
        start = min(cue.start, max(cue.start - lead, free_from))
        held.append(replace(cue, start=start, end=end))
        following = own[cue.speaker] = start
    return tuple(reversed(held))


def _free_from(cues: Iterable[Cue], rules: Rules) -> list[float]:
    """Return from when on each cue would disturb none before it: none is spoken or read."""
    free = [0.0]
    for cue in cues:
        free.append(max(free[-1], cue.end, cue.start + _reading_time(cue, rules)))
    return free[:-1]


def _reading_time(cue: Cue, rules: Rules) -> float:
    """Return for how long a cue should be shown, so that it can be read."""
    columns = sum(map(width, cue.lines)) + len(cue.lines) - 1
    wanted = max(rules.shortest, columns / rules.characters_per_second)
    return min(wanted, rules.longest)
