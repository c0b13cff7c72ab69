"""What a file that was edited says of a recording: what is to be changed, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Left:
    """What of a file cannot be brought back: `start` in seconds, None where it has no time."""

    start: float | None
    stands: str
    says: str
    why: str


HIDDEN = "beside what stands there for a name, other words were changed: put them right by hand"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a file says of a turn: its text, and the name of who says it; None: as it stands."""

    turn: int
    text: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Marked(Span):
    """A passage that somebody marked in a file, with what they wrote of it."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a file says otherwise than the transcript, and all that is left over.

    `kept` counts turns that are otherwise in the library since the file was written: they stay.
    """

    typed: tuple[Typed, ...] = ()
    marked: tuple[Marked, ...] = ()
    left: tuple[Left, ...] = ()
    kept: int = 0


def in_order(left: Iterable[Left]) -> tuple[Left, ...]:
    """Return what is left over by time; what has none comes last."""
    return tuple(sorted(left, key=lambda each: (each.start is None, each.start or 0.0)))
