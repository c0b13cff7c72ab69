"""What is read of the library: its recordings, what is found in them, and one with its sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from pipeline.corrections import Fit
from pipeline.errors import NotFound, UsageError
from pipeline.export.as_json import Contents, contents_of
from pipeline.filing import Count, ProjectSummary
from pipeline.highlights import Highlight
from pipeline.library import EVERYTHING, Entry, Filters, Library, Order
from pipeline.opening import document_of
from pipeline.query import parse
from pipeline.recognising import Described, described
from pipeline.recording import Layout, Recording
from pipeline.rewording import fits_of
from pipeline.running import running
from pipeline.search import By, Wanted, find
from pipeline.search.hits import Hit
from pipeline.search.meaning import meant_here
from pipeline.speakers import SpeakerEdit
from pipeline.web.files import file_answer
from pipeline.web.jsons import answer
from pipeline.web.libraries import Known, Opened
from pipeline.web.meanings import Kept, kept_meanings
from pipeline.web.schemas import answers, file

router = APIRouter(lifespan=kept_meanings)
LONGEST_QUERY = 2_000  # characters
MOST_HITS, LAST_PAGE = 200, 1_000
OGG, BYTES = "audio/ogg", "application/octet-stream"
Typed = Annotated[str, Query(max_length=LONGEST_QUERY)]


class HowFar(StrEnum):
    """How far a recording is."""

    DONE = "done"
    RUNNING = "running"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the library, as `Entry` has it, and how far the recording is."""

    recording: Recording
    language: str | None
    speakers: tuple[str, ...]
    turns: int
    stages: tuple[str, ...]
    tags: tuple[str, ...]
    participants: tuple[str, ...]
    complete: bool
    state: HowFar


@dataclass(frozen=True, slots=True)
class Recordings:
    """The recordings that a query of fields leaves, and all that there is to choose from."""

    recordings: tuple[Listed, ...]
    projects: tuple[ProjectSummary, ...]
    tags: tuple[Count, ...]
    speakers: tuple[Count, ...]
    understood: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what a query finds, how it was understood, and what there is to know of it.

    `total` is how many turns match, at least; `counted` tells whether it is all of them.
    """

    understood: str
    notes: tuple[str, ...]
    hits: tuple[Hit, ...]
    total: int
    counted: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A transcript with what its page wants to know beside it.

    `version` is another whenever anything of the rest is. `labels` (what the machine calls them),
    `roles` and `speaker_channels` (where they are heard, null: in none of their own) are by the
    names of speakers. `sound` and `peaks` tell whether there is a copy to listen to.
    """

    contents: Contents
    version: str
    labels: Mapping[str, str]
    roles: Mapping[str, str]
    highlights: tuple[Highlight, ...]
    layout: Layout
    speaker_channels: Mapping[str, int | None]
    sound: bool
    peaks: bool


@dataclass(frozen=True, slots=True)
class Version:
    """What is another whenever anything of a recording is."""

    version: str


@dataclass(frozen=True, slots=True)
class Speaking:
    """Who speaks in a recording, and what a person has said of them."""

    recording: Recording
    speakers: tuple[Described, ...]
    edits: tuple[SpeakerEdit, ...]


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was put right in a recording, and what became of it."""

    recording: Recording
    corrections: tuple[Fit, ...]


@router.get("/recordings", responses=answers(Recordings))
def list_recordings(library: Opened, query: Typed = "") -> Response:
    """List the recordings, all or those that fields leave, as `project:acme after:2026-09`."""
    asked = parse(query) if query.strip() else None
    if asked and asked.expression:
        raise UsageError(
            f"{query!r}: only fields choose recordings, as project:acme or speaker:Ann. For words, "
            "search."
        )
    entries = library.entries(Filters(fields=asked.fields) if asked else EVERYTHING)
    return answer(
        Recordings(
            listed(library, entries),
            library.projects(),
            library.known_tags(),
            library.known_speakers(),
            asked.understood if asked else "",
            asked.notes if asked else (),
        )
    )


def listed(library: Library, entries: list[Entry]) -> tuple[Listed, ...]:
    """Return lines of the library with how far each recording is."""
    at_work = {each.path for each in running(library.folder)}
    failed = {str(each.path) for each in library.failures()}

    def state(entry: Entry) -> HowFar:
        path = str(entry.recording.path)
        if path in at_work:
            return HowFar.RUNNING
        if entry.complete:
            return HowFar.DONE
        return HowFar.FAILED if path in failed else HowFar.PARTIAL

    return tuple(
        Listed(
            each.recording,
            each.language,
            each.speakers,
            each.turns,
            each.stages,
            each.tags,
            each.participants,
            each.complete,
            state(each),
        )
        for each in entries
    )


class Search(BaseModel):
    """What is typed, and which hits are wanted."""

    query: str = Field("", max_length=LONGEST_QUERY)
    order: Order = Order.BEST
    by: By = By.BOTH
    limit: int = Field(20, ge=1, le=MOST_HITS)
    page: int = Field(1, ge=1, le=LAST_PAGE)
    questions: bool = False

    def wanted(self) -> Wanted:
        """Return how hits are wanted; raises UsageError for what does not go together."""
        if self.questions and self.by is By.MEANING:
            raise UsageError("questions are found by words, not by meaning. Choose one.")
        return Wanted(
            self.order, self.limit, self.page, questions=self.questions, by=self.by, kept=False
        )


@router.get("/search", responses=answers(Found))
def search(library: Opened, meanings: Kept, asked: Annotated[Search, Query()]) -> Response:
    """Find what was said, as `relisten search` does; the numbers of its hits stay as they are."""
    wanted = asked.wanted()
    meant = None
    if asked.by is not By.WORDS:
        needed = asked.by is By.MEANING
        meant = meant_here(library, needed=needed, kept=meanings.nearest)
    found = find(library, asked.query, EVERYTHING, wanted, meant)
    hits, notes = found.hits, found.notes
    return answer(
        Found(found.query.understood, notes, hits, found.total, found.counted, found.more)
    )


@router.get("/recordings/{identity}", responses=answers(Shown))
def read_recording(recording: Known, library: Opened) -> Response:
    """Return a transcript with all that its page shows."""
    with library.at_one_moment():  # else a version might be another's than the turns
        of, version = document_of(library, recording), library.version(recording.id)
    sound = of.copy is not None
    return answer(
        Shown(
            contents_of(of),
            version,
            of.labels,
            of.roles,
            of.highlights,
            of.layout,
            of.speaker_channels,
            sound,
            sound,
        )
    )


@router.get("/recordings/{identity}/version", responses=answers(Version))
def read_version(recording: Known, library: Opened) -> Response:
    """Tell whether anything of a recording has changed since."""
    return answer(Version(library.version(recording.id)))


@router.get("/recordings/{identity}/sound", response_class=FileResponse, responses=file(OGG))
def read_sound(recording: Known, library: Opened, request: Request) -> Response:
    """Return the listening copy: Ogg Opus, in byte ranges if wanted."""
    return file_answer(request, there(library, recording, library.copy_path), OGG)


@router.get("/recordings/{identity}/peaks", response_class=FileResponse, responses=file(BYTES))
def read_peaks(recording: Known, library: Opened, request: Request) -> Response:
    """Return the waveform, as audiowaveform keeps it: pairs of int8, 10 ms each."""
    path = there(library, recording, library.peaks_path)
    return file_answer(request, path, BYTES)


def there(library: Library, recording: Recording, path: Callable[[str], Path]) -> Path:
    """Return where a file of a recording's copy is; raises NotFound where it is not."""
    if not library.has_copy(recording.id):
        raise NotFound(
            f"{recording.title}: there is no copy to listen to yet. Make it: relisten process "
            f"{recording.path}"
        )
    return path(recording.id)


@router.get("/recordings/{identity}/speakers", responses=answers(Speaking))
def read_speakers(recording: Known, library: Opened) -> Response:
    """Return who speaks, as `relisten speakers` shows it."""
    return answer(Speaking(recording, described(recording, library), library.edits(recording.id)))


@router.get("/recordings/{identity}/corrections", responses=answers(Corrected))
def read_corrections(recording: Known, library: Opened) -> Response:
    """Return what was put right, as `relisten correct` lists it."""
    return answer(Corrected(recording, fits_of(recording, library)))
