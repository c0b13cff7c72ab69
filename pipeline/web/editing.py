"""What is put right: words and speakers of one recording, or words over many; and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Response
from fastapi import Path as InAddress
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from pipeline.correcting import Wish, tidy
from pipeline.corrections import Correction
from pipeline.errors import LibraryError, UsageError
from pipeline.following import (
    Done,
    Seen,
    Undo,
    make_up,
    replace_everywhere,
    retype,
    undo_of_words,
    undo_words,
)
from pipeline.library import Library
from pipeline.recasting import Part, give, undo_speakers, wish
from pipeline.recording import Recording
from pipeline.rewording import recordings_saying, replacements
from pipeline.speakers import EditKind
from pipeline.web.follower import Follower, follower_of
from pipeline.web.jsons import answer
from pipeline.web.libraries import Folder, Known, Opened
from pipeline.web.marking import Seconds
from pipeline.web.schemas import answers


@asynccontextmanager
async def made_up(app: FastAPI) -> AsyncIterator[None]:
    """Make up for what was broken off when a server ended, before anybody is answered."""
    await run_in_threadpool(make_up_for, app.state.folder)
    yield


def make_up_for(folder: Path) -> None:
    """Make turns that lag behind their words, and have read what was not read since."""
    with suppress(LibraryError), Library(folder) as library:
        for identity in make_up(library):
            follower_of(folder).later(identity)


router = APIRouter(lifespan=made_up)
MOST_NUMBERED = (1 << 31) - 1
MOST_SHOWN = 1_000  # places of a text that are listed before it is replaced
Position = Annotated[int, InAddress(ge=0, le=MOST_NUMBERED)]
Number = Annotated[int, Field(ge=1, le=MOST_NUMBERED)]
Character = Annotated[int, Field(ge=0, le=MOST_NUMBERED)]
Text = Annotated[str, Field(max_length=200_000)]
Name = Annotated[str, Field(max_length=500)]
SAYINGS = {
    "name": "{0} is called {1} now.",
    "merge": "{0} is the same as {1} now.",
    "passage": "{1} says what is said at {0}.",
    "role": "{0} has the role {1} now.",
}
Found = list[tuple[Recording, tuple[Correction, ...]]]


class Typed(BaseModel):
    """What a turn said when it was shown, when it began then, and what was typed in its place."""

    was: Text
    text: Text
    start: Seconds


class Given(BaseModel):
    """Whose a turn was when it was shown, and whose it is: all, or some characters of its text.

    `text` and `start` are what all of it said then, and when it began.
    """

    was: Name | None = None
    text: Text
    start: Seconds
    speaker: Name
    start_char: Character | None = None
    end_char: Character | None = None


class Said(BaseModel):
    """What is said of a speaker: `who` is a name, or for a passage its times as 12:34-13:02."""

    kind: Literal["name", "merge", "passage", "role"]
    who: Name
    what: Name


class Replacement(BaseModel):
    """What stands wherever it is a word, and what is said; where, and whether to do it."""

    stands: Name
    said: Name
    recording: Name | None = None
    project: Name | None = None
    everywhere: bool = False
    apply: bool = False


class Taken(BaseModel):
    """What is to be taken back: a change of words, or what was said of speakers."""

    kind: Literal["words", "speakers"]
    change: Number | None = None
    recording: Name | None = None
    number: Number | None = None
    count: Annotated[int, Field(ge=1, le=10_000)] = 1
    made_at: Annotated[str, Field(max_length=100)] | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text stands, with what is around it."""

    recording_id: str
    title: str
    start: float
    end: float
    before: str
    after: str
    lead: str
    trail: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """Where a text stands, or was replaced; `undo` is null where nothing was changed."""

    places: tuple[Spot, ...]
    said: str
    undo: Undo | None = None


def follower(folder: Folder) -> Follower:
    """Return what has recordings read again."""
    return follower_of(folder)


Following = Annotated[Follower, Depends(follower)]


@router.post("/recordings/{identity}/turns/{position}", responses=answers(Done))
def type_turn(
    recording: Known, position: Position, library: Opened, typed: Typed, following: Following
) -> Response:
    """Put what was typed in the place of what a turn says; what is the same keeps its times."""
    done = retype(library, recording, Seen(position, typed.was, typed.start), typed.text)
    return followed(done, [recording.id], following)


@router.post("/recordings/{identity}/turns/{position}/speaker", responses=answers(Done))
def give_turn(
    recording: Known, position: Position, library: Opened, given: Given, following: Following
) -> Response:
    """Give a turn, or a part of it, to a speaker: one who is there, or somebody new."""
    seen = Seen(position, given.text, given.start)
    part = Part(seen, given.was, given.start_char, given.end_char)
    done = give(library, recording, part, given.speaker)
    return followed(done, [recording.id], following)


@router.post("/recordings/{identity}/speakers", responses=answers(Done))
def say_of_speaker(recording: Known, library: Opened, what: Said, following: Following) -> Response:
    """Name a speaker, say that two are one, whose a passage is, or what role somebody has."""
    wishes = [Wish(EditKind(what.kind), what.who, what.what, apart=True)]
    undo = wish(library, recording, wishes)
    told = SAYINGS[what.kind].format(tidy(what.who), tidy(what.what))
    return followed(Done(told, undo), [recording.id], following)


@router.post("/replace", responses=answers(Replaced))
def replace(library: Opened, wanted: Replacement, following: Following) -> Response:
    """Show where a text stands as words of its own, or replace it there."""
    check_scope(wanted)
    meant = recordings_saying(library, wanted.stands, wanted.recording, wanted.project)
    if not wanted.apply:
        return answer(shown(replacements(library, meant, wanted.stands, wanted.said)))
    found, change = replace_everywhere(library, meant, wanted.stands, wanted.said)
    for recording, _ in found:
        following.later(recording.id)
    return answer(shown(found, undo_of_words(library, change) if change else None))


def check_scope(wanted: Replacement) -> None:
    """Raise UsageError unless it is said in one way where a text is to be replaced."""
    ways = (wanted.recording, wanted.project, wanted.everywhere)
    if sum(map(bool, ways)) != 1:
        raise UsageError("say where: in this recording, in a project, or everywhere.")


def shown(found: Found, undo: Undo | None = None) -> Replaced:
    """Return places as they are listed, with how many there are."""
    count = sum(len(made) for _, made in found)
    many = f"{counted(count, 'place')} in {counted(len(found), 'recording')}"
    told = f"Replaced: {many}." if undo else f"It stands in {many}."
    if not found:
        told = "It stands nowhere as words of its own, or says that already."
    return Replaced(tuple(spots(found))[:MOST_SHOWN], told, undo)


def counted(count: int, what: str) -> str:
    """Return how many there are of something."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def spots(found: Found) -> Iterator[Spot]:
    """Yield each place of a text."""
    for recording, made in found:
        for each in made:
            around = each.before, each.after, each.lead, each.trail
            yield Spot(recording.id, recording.title, each.start, each.end, *around)


@router.post("/undo", responses=answers(Done))
def undo(library: Opened, what: Taken, following: Following) -> Response:
    """Take something back."""
    meant = Undo(**what.model_dump())
    if meant.kind == "words" and meant.change is not None:
        made = library.changed_by(meant.change)
        return followed(undo_words(library, meant), list(made), following)
    if meant.kind == "speakers" and meant.recording is not None and meant.number is not None:
        recording = library.find(meant.recording)
        return followed(undo_speakers(library, recording, meant), [recording.id], following)
    raise UsageError("say what to take back: a change of words, or a recording and a number.")


def followed(done: Done, identities: Sequence[str], following: Follower) -> Response:
    """Return what was done, and have what was found in those recordings looked for again."""
    for identity in identities:
        following.later(identity)
    return answer(done)
