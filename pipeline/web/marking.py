"""What is marked: highlights of one recording and over the library, made, changed, taken away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from pipeline.errors import UsageError
from pipeline.highlighting import TagCount, Which, all_tags, changed, highlighted, marked
from pipeline.highlights import Highlight, Highlighted
from pipeline.quotes import as_csv, as_markdown
from pipeline.web.jsons import answer
from pipeline.web.libraries import Known, Opened
from pipeline.web.schemas import answers

router = APIRouter()

LONGEST_TIME = 1e7  # seconds: some four months
Seconds = Annotated[float, Field(ge=0, le=LONGEST_TIME, allow_inf_nan=False)]
Tags = Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=100)]
Note = Annotated[str, Field(max_length=20_000)]
Number = Annotated[int, Path(ge=1, lt=1 << 31)]
Name = Annotated[str | None, Query(max_length=500)]
Moment = Annotated[str, Field(max_length=100)]


class Marked(BaseModel):
    """A passage to be marked."""

    start: Seconds
    end: Seconds
    tags: Tags = []
    note: Note = ""
    starred: bool = False


class Change(BaseModel):
    """What is to be changed of a highlight that was changed last at `was`; null leaves it."""

    was: Moment
    start: Seconds | None = None
    end: Seconds | None = None
    tags: Tags | None = None
    note: Note | None = None
    starred: bool | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Highlights that are meant, and the tags of all there are."""

    highlights: tuple[Highlighted, ...]
    tags: tuple[TagCount, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken away, in a sentence."""

    said: str
    undo: None = None


def meant(
    tag: Name = None, recording: Name = None, project: Name = None, *, starred: bool = False
) -> Which:
    """Return which highlights an address asks for."""
    return Which((tag,) if tag else (), recording or None, project or None, starred)


Meant = Annotated[Which, Depends(meant)]


def text_of(kind: str) -> dict[int | str, dict[str, Any]]:
    """Return what a route says of its answer that is text of some kind."""
    return {200: {"content": {kind: {"schema": {"type": "string"}}}}}


@router.get("/highlights", responses=answers(Listing))
def list_highlights(library: Opened, which: Meant) -> Response:
    """Return highlights with what is said there now, by the date of their recordings."""
    return answer(Listing(highlighted(library, which), all_tags(library)))


@router.get("/highlights.md", response_class=Response, responses=text_of("text/markdown"))
def quotes_to_read(library: Opened, which: Meant) -> Response:
    """Return highlights as quotes in Markdown."""
    return download(as_markdown(highlighted(library, which)), "text/markdown", "highlights.md")


@router.get("/highlights.csv", response_class=Response, responses=text_of("text/csv"))
def quotes_in_a_table(library: Opened, which: Meant) -> Response:
    """Return highlights as quotes in a table for a spreadsheet."""
    return download(as_csv(highlighted(library, which)), "text/csv", "highlights.csv")


def download(text: str, kind: str, name: str) -> Response:
    """Return text as a file to be kept."""
    return Response(
        text.encode("utf-8", "backslashreplace"),
        media_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/recordings/{identity}/highlights", responses=answers(Highlight))
def mark(recording: Known, library: Opened, wanted: Marked) -> Response:
    """Mark a passage; return it as it is kept."""
    check_order(wanted.start, wanted.end)
    new = Highlight(
        wanted.start, wanted.end, 0, "", tuple(wanted.tags), wanted.note, wanted.starred
    )
    return answer(marked(library, recording, new))


@router.patch("/highlights/{identity}/{number}", responses=answers(Highlight))
def change_highlight(recording: Known, number: Number, library: Opened, change: Change) -> Response:
    """Change a highlight that nobody else has changed meanwhile; return it as it is kept."""
    wanted = change.model_dump(exclude={"was"}, exclude_none=True)
    if "tags" in wanted:
        wanted["tags"] = tuple(wanted["tags"])

    def as_wanted(stood: Highlight) -> Highlight:
        check_order(wanted.get("start", stood.start), wanted.get("end", stood.end))
        return replace(stood, **wanted)

    return answer(changed(library, recording, number, change.was, as_wanted))


@router.delete("/highlights/{identity}/{number}", responses=answers(Removed))
def remove_highlight(
    recording: Known,
    number: Number,
    library: Opened,
    was: Annotated[str, Query(max_length=100)],
) -> Response:
    """Take a highlight away that nobody else has changed meanwhile."""
    gone = library.remove_highlight(recording.id, number, was)
    return answer(Removed(f"No longer marked: {gone.text or 'a passage without words'}"))


def check_order(start: float, end: float) -> None:
    """Raise UsageError for a passage that ends where it begins, or before."""
    if start >= end:
        raise UsageError(
            f"a passage ends after it begins, not from {start:g} to {end:g} s. Mark some words."
        )
