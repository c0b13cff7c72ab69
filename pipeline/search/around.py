"""What is said around a hit that was listed before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.transcript import Turn

SLACK = 0.0006  # seconds: times are kept rounded to milliseconds


@dataclass(frozen=True, slots=True)
class Passage(Span):
    """A passage of a recording, and the turns from some before it to some after it.

    `first` is the position of the first of these turns; `own` are the places among them of those in
    which the passage lies.
    """

    recording: Recording
    first: int
    turns: tuple[Turn, ...]
    own: tuple[int, ...]


def around(library: Library, number: int, context: int) -> Passage:
    """Return what is said around a hit. Raises NotFound for a number that was not listed."""
    recording, start, end = library.hit(number)
    turns = library.turns(recording.id)
    places = inside(turns, Span(start, end))
    first = max(0, places[0] - context) if places else 0
    last = places[-1] + context if places else -1
    own = tuple(place - first for place in places)
    return Passage(start, end, recording, first, turns[first : last + 1], own)


def inside(turns: Sequence[Turn], span: Span) -> tuple[int, ...]:
    """Return the places of the turns that say something in a span.

    It begins with a word: what another says at the same time, and had begun before, is around it.
    """
    first = next((place for place, turn in enumerate(turns) if begins(turn, span.start)), None)
    if first is None:  # the words were made anew since
        return tuple(n for n, turn in enumerate(turns) if turn.overlap(span) > 0)
    if turns[first].end > span.end - SLACK:
        return (first,)
    later = (n for n in range(first + 1, len(turns)) if turns[n].start >= span.start)
    return (first, *(n for n in later if turns[n].end <= span.end + SLACK))


def begins(turn: Turn, start: float) -> bool:
    """Tell whether a word of a turn begins at a time."""
    return any(abs(word.start - start) < SLACK for word in turn.words)
