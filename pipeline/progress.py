"""Progress as a value: bars, percents and time left are views of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is: `done` of `total`, in seconds of audio (in bytes for a download).

    `path` is the file that a batch comes to, where it tells of that.
    """

    stage: str
    done: float
    total: float
    path: Path | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.total < 0 or self.done < 0:
            raise ValueError(f"progress is not negative: {self.done!r} of {self.total!r}")

    @property
    def fraction(self) -> float:
        """The part that is done, in [0, 1]; nothing to do is done."""
        return min(1.0, self.done / self.total) if self.total else 1.0


WHOLE = "whole"  # the stage under which a batch reports how far all its files are
FILES = "files"  # the stage under which it reports how many of its files are done

Report = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Report to nobody."""
    del progress
