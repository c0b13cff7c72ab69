"""What stands between spaces in the files of speech research: names without any, times as they go.

RTTM, CTM and STM are read word by word, and ";;" begins a comment.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pipeline.recording import SHORT_ID
from pipeline.timestamps import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.export.document import Document
    from pipeline.transcript import Span

NOBODY = "unknown"


def field(text: str) -> str:
    """Return text as one field: an underscore for each run of white space and odd characters."""
    spaced = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    return "_".join(spaced.replace(";", "_").split()) or "_"


def file_field(document: Document) -> str:
    """Return what a recording is called: as its exported files are, so that they are told apart."""
    return field(f"{document.stem}-{document.id[:SHORT_ID]}")


def speaker_fields(speakers: Iterable[str]) -> dict[str | None, str]:
    """Return each speaker as one field, unlike any other's; None is who was not told apart."""
    named: dict[str | None, str] = {None: NOBODY}
    for speaker in speakers:
        named[speaker] = _unlike(field(speaker), set(named.values()))
    return named


def _unlike(name: str, taken: set[str]) -> str:
    others = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *others) if each not in taken)


def channel_field(document: Document, speaker: str | None) -> int:
    """Return the channel in which somebody is heard, from 1; 1 where it is not theirs alone."""
    return (document.speaker_channels.get(speaker or "") or 0) + 1


def times(span: Span, least: int = 0) -> tuple[str, str, str]:
    """Return start, end and duration in seconds, to the millisecond.

    Start and end are rounded, once, and the duration is what lies between; `least` is the number
    of milliseconds that must.
    """
    start = milliseconds(span.start)
    end = max(milliseconds(span.end), start + least)
    return seconds(start), seconds(end), seconds(end - start)


def seconds(thousandths: int) -> str:
    """Write milliseconds as seconds."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03}"
