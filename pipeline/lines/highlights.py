"""What the terminal shows of passages that were marked."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

from pipeline.recording import SHORT_ID
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.highlighting import TagCount
    from pipeline.highlights import Highlighted

LONGEST = 400  # characters of a quote that are shown
NONE_YET = "No passage is marked yet. Mark one: relisten highlights ID@12:34-13:02 --tag pricing"


def name_of(each: Highlighted) -> str:
    """Return what a highlight goes by, as `--remove` takes it."""
    return f"{each.recording_id[:SHORT_ID]}:{each.highlight.number}"


def highlight_lines(found: Sequence[Highlighted], tags: Sequence[TagCount]) -> Iterator[str]:
    """Yield highlights, each with its place, its tags and what is said there, then all tags."""
    if not found:
        yield "No highlight matches that." if tags else NONE_YET
    for each in found:
        yield from _lines(each)
    if tags:
        yield f"Tags: {', '.join(f'{tag.name} ({tag.count})' for tag in tags)}"


def _lines(each: Highlighted) -> Iterator[str]:
    highlight = each.highlight
    star = "\u2605 " if highlight.starred else ""
    about = f"  [{', '.join(highlight.tags)}]" if highlight.tags else ""
    start, end = format_timestamp(highlight.start), format_timestamp(highlight.end)
    yield f"{star}{name_of(each)}  {each.recorded_at[:10]}  {each.title}  {start}-{end}{about}"
    for said in each.said:
        speaker = f"{said.speaker}: " if said.speaker else ""
        yield f"  {speaker}{shorten(said.text, LONGEST, placeholder=' ...')}"
    if not each.said:
        stood = shorten(highlight.text, LONGEST, placeholder=" ...") or "no words"
        yield f"  (nothing is said there now; when it was marked: {stood})"
    yield from (f"  Note: {line}" for line in highlight.note.splitlines())


def marked_lines(each: Highlighted) -> Iterator[str]:
    """Yield what was marked, and how to take that back."""
    yield from _lines(each)
    yield f"Take it away: relisten highlights --remove {name_of(each)}"
