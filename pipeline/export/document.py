"""What an export is made from: a transcript, and what a reader wants to know of its recording."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from pipeline.highlights import Highlighted, mentions_of, quoted, speakers_of, text_of
from pipeline.recording import Layout
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.highlights import Highlight
    from pipeline.transcript import Transcript, Turn

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A transcript with the facts of its recording: `duration` in seconds, the date as text.

    `labels` and `roles` are by the name of a speaker that is shown. `speaker_channels` tells where
    each is heard, counted from 0; None where a channel is not one person's. `copy` and `peaks` are
    the files of its sound and waveform, where they are kept. Who exports a document reads nothing
    else, so that what is taken out of it is in no export.
    """

    transcript: Transcript
    title: str
    file_name: str
    duration: float
    recorded_at: str | None = None
    project: str | None = None
    participants: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    layout: Layout = Layout.MONO
    speaker_channels: Mapping[str, int | None] = field(default_factory=dict)
    copy: Path | None = None
    peaks: Path | None = None
    of_tracks: bool = False
    speaker_tags: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.duration < math.inf:
            raise ValueError(f"a duration is finite and not negative, not {self.duration!r}")

    @property
    def id(self) -> str:
        """The recording's id."""
        return self.transcript.recording

    @property
    def stem(self) -> str:
        """What a file made of it is called after: the recording's file, or the call of several."""
        return self.title if self.of_tracks else PurePath(self.file_name).stem

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What stands under the title: the facts that are known, each with its name."""
        known = (
            ("Date", day(self.recorded_at)),
            ("Duration", format_timestamp(self.duration)),
            ("Project", self.project),
            ("Participants", ", ".join(self.participants)),
            ("Tags", ", ".join(self.tags)),
            ("File", self.file_name),
        )
        return tuple((name, one_line(value)) for name, value in known if value)

    @property
    def highlighted(self) -> tuple[Highlighted, ...]:
        """The highlights in order of time, each with where it stands in the turns now."""
        turns = dict(enumerate(self.transcript.turns))
        return tuple(self._shown(each, turns) for each in sorted(self.highlights, key=_begin))

    def _shown(self, highlight: Highlight, turns: Mapping[int, Turn]) -> Highlighted:
        places = mentions_of(turns, highlight)
        said = quoted(turns, places)
        return Highlighted(
            highlight,
            self.id,
            self.title,
            self.recorded_at or "",
            self.project,
            speakers_of(said),
            text_of(said),
            said,
            places,
        )


def _begin(highlight: Highlight) -> tuple[float, float, int]:
    return highlight.start, highlight.end, highlight.number


def day(recorded_at: str | None) -> str:
    """Write the day of a local ISO time as "3 September 2026"; as it is where it is none."""
    try:
        made = date.fromisoformat((recorded_at or "")[:10])
    except ValueError:
        return recorded_at or ""
    return f"{made.day} {MONTHS[made.month - 1]} {made.year}"


def one_line(text: str) -> str:
    """Return text with each run of white space and line ends as one space."""
    return " ".join(text.split())
