"""Plain text: the facts of the recording, then a paragraph per turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.export.document import one_line
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from pipeline.export.document import Document
    from pipeline.transcript import Turn


def write(document: Document) -> str:
    """Return a document as plain text."""
    facts = (f"{name}: {value}" for name, value in document.facts)
    header = "\n".join((one_line(document.title), *facts))
    return "\n\n".join((header, *map(_paragraph, document.transcript.turns))) + "\n"


def _paragraph(turn: Turn) -> str:
    """Return a turn as `[MM:SS] Speaker: text`."""
    speaker = f"{one_line(turn.speaker)}: " if turn.speaker else ""
    return f"[{format_timestamp(turn.start)}] {speaker}{one_line(turn.text)}"
