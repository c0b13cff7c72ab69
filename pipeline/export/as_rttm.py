"""RTTM: who speaks when, a line per turn, as tools that judge diarization read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.export.fields import file_field, speaker_fields, times

if TYPE_CHECKING:
    from pipeline.export.document import Document

LEAST = 1  # millisecond: a line of no length is refused by NIST's md-eval


def write(document: Document) -> str:
    """Return a document as RTTM; its channel is 1, as dscore wants it, whoever speaks."""
    name, speakers = file_field(document), speaker_fields(document.transcript.speakers)
    lines = []
    for turn in document.transcript.turns:
        start, _, duration = times(turn, LEAST)
        who = speakers[turn.speaker or None]
        lines.append(f"SPEAKER {name} 1 {start} {duration} <NA> <NA> {who} <NA> <NA>\n")
    return "".join(lines) or "\n"
