"""SubRip subtitles: the speaker's name opens each turn, unless names are not wanted.

What was found and marked in them has no place here: SubRip knows neither notes nor classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.export.cues import make_cues
from pipeline.timestamps import format_subtitle_time

if TYPE_CHECKING:
    from pipeline.export.cues import Cue
    from pipeline.export.document import Document

# SubRip has no escapes: players take <...> and {...} for styling and drop what stands there.
_LOOKALIKES = str.maketrans("<>{}", "‹›()")


def write(document: Document) -> str:
    """Return a document as SubRip subtitles."""
    cues = make_cues(document.transcript.turns, tagged=document.speaker_tags)
    return "\n".join(_block(number, cue) for number, cue in enumerate(cues, 1)) or "\n"


def _block(number: int, cue: Cue) -> str:
    """Return a numbered cue."""
    start, end = format_subtitle_time(cue.start), format_subtitle_time(cue.end)
    text = "\n".join(cue.lines).translate(_LOOKALIKES)
    return f"{number}\n{start} --> {end}\n{text}\n"
