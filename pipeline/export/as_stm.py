"""STM: a line per turn with its speaker and words, as tools that judge transcripts read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.export.document import one_line
from pipeline.export.fields import channel_field, file_field, speaker_fields, times

if TYPE_CHECKING:
    from pipeline.export.document import Document

LEAST = 1  # millisecond: a line of no length is refused by NIST's sclite


def write(document: Document) -> str:
    """Return a document as STM."""
    name, speakers = file_field(document), speaker_fields(document.transcript.speakers)
    lines = []
    for turn in document.transcript.turns:
        start, end, _ = times(turn, LEAST)
        place = f"{name} {channel_field(document, turn.speaker)} {speakers[turn.speaker or None]}"
        lines.append(f"{place} {start} {end} {_said(turn.text)}\n")
    return "".join(lines) or "\n"


def _said(text: str) -> str:
    """Return what is said on one line; a "<" before it would begin a label."""
    said = one_line(text)
    return f"\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}{said[1:]}" if said[:1] == "<" else said
