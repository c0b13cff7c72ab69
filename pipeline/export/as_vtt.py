"""WebVTT subtitles: each cue carries its speaker in a voice tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.export.cues import make_cues
from pipeline.export.document import one_line
from pipeline.timestamps import format_subtitle_time

if TYPE_CHECKING:
    from pipeline.export.cues import Cue
    from pipeline.export.document import Document

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write(document: Document) -> str:
    """Return a document as WebVTT subtitles."""
    return "\n".join(("WEBVTT\n", *map(_block, make_cues(document.transcript.turns))))


def _block(cue: Cue) -> str:
    """Return a cue; its voice tag needs no end, since it holds for the whole cue."""
    start, end = (format_subtitle_time(time, mark=".") for time in (cue.start, cue.end))
    voice = f"<v {one_line(cue.speaker).translate(_ESCAPES)}>" if cue.speaker else ""
    text = "\n".join(cue.lines).translate(_ESCAPES)
    return f"{start} --> {end}\n{voice}{text}\n"
