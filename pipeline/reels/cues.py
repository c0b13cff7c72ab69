"""A reel as it was put together: where each passage is in it, and where it comes from (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.highlights import mentions_of, quoted, speakers_of, text_of
from pipeline.recording import SHORT_ID
from pipeline.timestamps import format_moment, format_timestamp
from pipeline.transcript import Span

if TYPE_CHECKING:
    from pipeline.export import Document
    from pipeline.highlights import Quoted


@dataclass(frozen=True, slots=True)
class Cue(Span):
    """A passage as it is in a reel, from `start` to `end` of that, in seconds.

    `number` counts from 1. `source` is what was cut of the recording. `file` is the file that it
    was cut from; empty where that is not to be known.
    """

    number: int
    source: Span
    recording: str
    title: str
    date: str
    project: str | None
    file_name: str
    file: str
    said: tuple[Quoted, ...]

    @property
    def speaker(self) -> str:
        """Who speaks, with commas between; empty where nobody was told apart."""
        return speakers_of(self.said) or ""

    @property
    def text(self) -> str:
        """What is said; of several, with who says it."""
        if len(self.said) < 2:
            return text_of(self.said)
        return " ".join(f"{each.speaker or 'Somebody'}: {each.text}" for each in self.said)

    @property
    def words(self) -> Span:
        """When it is said in the recording, as its transcript shows it: without the room around."""
        if not self.said:
            return self.source
        return Span(self.said[0].start, max(each.end for each in self.said))

    @property
    def heading(self) -> str:
        """Who says it, in which recording, when: the title of its chapter."""
        parts = (self.speaker, self.title, format_timestamp(self.words.start))
        return ", ".join(part for part in parts if part)

    @property
    def place(self) -> str:
        """What commands take for its passage of the recording: ID@12:34.5-13:02."""
        first, last = format_moment(self.source.start), format_moment(self.source.end)
        return f"{self.recording[:SHORT_ID]}@{first}-{last}"


@dataclass(frozen=True, slots=True)
class Reel:
    """Passages one after another, and what they have in common.

    `notes` are what to know of it, in sentences: what is left out, what is heard from a copy.
    """

    title: str
    cues: tuple[Cue, ...]
    notes: tuple[str, ...] = ()

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.cues[-1].end if self.cues else 0.0

    @property
    def recordings(self) -> int:
        """Of how many recordings it has passages."""
        return len({cue.recording for cue in self.cues})

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks in it, in the order in which they are first heard."""
        return tuple(
            dict.fromkeys(each.speaker for cue in self.cues for each in cue.said if each.speaker)
        )

    @property
    def summary(self) -> str:
        """How much it is of how many recordings."""
        return f"{self.counts}, {format_timestamp(self.duration)}"

    @property
    def counts(self) -> str:
        """How many passages of how many recordings."""
        passages = counted(len(self.cues), "passage")
        return f"{passages} of {counted(self.recordings, 'recording')}"


def counted(number: int, thing: str) -> str:
    """Count things: "1 passage", "2 passages"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def cue_of(number: int, place: Span, source: Span, words: Span, told: Told) -> Cue:
    """Return a passage with what is said in it: `words` is what is meant of what was cut."""
    document = told.document
    turns = dict(enumerate(document.transcript.turns))
    return Cue(
        place.start,
        place.end,
        number,
        source,
        document.id,
        document.title,
        (document.recorded_at or "")[:10],
        document.project,
        document.file_name,
        told.file,
        quoted(turns, mentions_of(turns, words)),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A recording as it is told of, and its file, if that may be named."""

    document: Document
    file: str = ""
