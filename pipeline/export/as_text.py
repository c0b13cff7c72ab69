"""Plain text: the facts of the recording, a paragraph per turn, then what was marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.export.document import one_line
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.export.document import Document
    from pipeline.highlights import Highlighted
    from pipeline.transcript import Turn


def write(document: Document) -> str:
    """Return a document as plain text."""
    facts = (f"{name}: {value}" for name, value in document.facts)
    header = "\n".join((one_line(document.title), *facts))
    blocks = (header, *map(_paragraph, document.transcript.turns), *_marks(document))
    return "\n\n".join(blocks) + "\n"


def _paragraph(turn: Turn) -> str:
    """Return a turn as `[MM:SS] Speaker: text`."""
    speaker = f"{one_line(turn.speaker)}: " if turn.speaker else ""
    return f"[{format_timestamp(turn.start)}] {speaker}{one_line(turn.text)}"


def _marks(document: Document) -> Iterator[str]:
    """Yield the highlights under a heading of their own, each as what is said there now."""
    if document.highlights:
        yield "Highlights"
    for each in document.highlighted:
        yield "\n".join(_mark(each))


def _mark(each: Highlighted) -> Iterator[str]:
    mark = each.highlight
    begin, end = format_timestamp(mark.start), format_timestamp(mark.end)
    star = "\N{BLACK STAR} " if mark.starred else ""
    for said in each.said:
        speaker = f"{one_line(said.speaker)}: " if said.speaker else ""
        yield f"{star}[{begin}-{end}] {speaker}{one_line(said.text)}"
    if not each.said:
        yield f"{star}[{begin}-{end}] {one_line(mark.text) or '(no words)'}"
    if mark.tags:
        yield f"Tags: {one_line(', '.join(mark.tags))}"
    if mark.note:
        yield f"Note: {one_line(mark.note)}"
