"""What an export is made from: a transcript, and what a reader wants to know of its recording."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from pipeline.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Document:
    """A transcript with the facts of its recording: `duration` in seconds, the date as text."""

    transcript: Transcript
    title: str
    file_name: str
    duration: float
    recorded_at: str | None = None
    project: str | None = None
    participants: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.duration < math.inf:
            raise ValueError(f"a duration is finite and not negative, not {self.duration!r}")

    @property
    def id(self) -> str:
        """The recording's id."""
        return self.transcript.recording

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What stands under the title: the facts that are known, each with its name."""
        known = (
            ("Date", self.recorded_at),
            ("Duration", format_timestamp(self.duration)),
            ("Project", self.project),
            ("Participants", ", ".join(self.participants)),
            ("Tags", ", ".join(self.tags)),
            ("File", self.file_name),
        )
        return tuple((name, one_line(value)) for name, value in known if value)


def one_line(text: str) -> str:
    """Return text with each run of white space and line ends as one space."""
    return " ".join(text.split())
