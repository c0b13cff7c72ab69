"""Whether names are left in what was made without them: its sound is heard again, its text read.

Where a name is heard, a tone is put there, too, and it is heard once more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.export import as_json
from pipeline.opening import document_of
from pipeline.progress import Report, silent
from pipeline.pseudonyms import HeardName
from pipeline.redaction.toning import toned
from pipeline.transcript import Turn, WordTimes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipeline.audio import Audio
    from pipeline.export import Document
    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.recording import Recording
    from pipeline.redaction.applying import Redaction
    from pipeline.transcript import Segment

ROUNDS = 3
AROUND = 0.12  # seconds by which what was heard is wider than its words: these are timed anew
# Where a name is not of the recording, but of the format: "PERSON", "speaker", "end".
FIELDS = re.compile(r'^\s*"[a-z_]+":', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A recording that was heard again without its names.

    `found` are names that were still heard and are hidden now, `left` those heard even then, and
    `written` those that stand in its text.
    """

    recording: Recording
    found: tuple[HeardName, ...]
    left: tuple[HeardName, ...]
    written: tuple[str, ...]
    rounds: int

    @property
    def clean(self) -> bool:
        """Whether no name is left."""
        return not (self.left or self.written)


def check(
    library: Library,
    recording: Recording,
    redaction: Redaction,
    engines: Engines,
    report: Report = silent,
) -> Checked:
    """Hear a recording again with tones in it, and keep where names are still heard.

    Raises UsageError where there is no listening copy to hear.
    """
    document = document_of(library, recording)
    if document.copy is None:
        raise UsageError(
            f"{recording.title}: there is no copy of it to put tones in and hear again. See how "
            "one is made: relisten status"
        )
    found: tuple[HeardName, ...] = ()
    number, left = 1, _left(document.copy, document, recording, redaction, engines, report)
    while left and number < ROUNDS:
        found, number = (*found, *left), number + 1
        redaction = redaction.hearing(recording.id, left)
        left = _left(document.copy, document, recording, redaction, engines, report)
    library.add_heard_names(recording.id, found)
    return Checked(recording, found, left, names_written(redaction, document), number)


def _left(
    copy: Path,
    document: Document,
    recording: Recording,
    redaction: Redaction,
    engines: Engines,
    report: Report,
) -> tuple[HeardName, ...]:
    """Return the names that are heard in the sound with tones."""
    with toned(copy, redaction.tones(document)) as audio:
        return tuple(names_in(hear(audio, recording, engines, report), redaction))


def hear(
    audio: Audio, recording: Recording, engines: Engines, report: Report = silent
) -> tuple[Segment, ...]:
    """Return what is heard in the sound of a recording, channel by channel."""
    from pipeline.hearing.voice import find_voice
    from pipeline.transcribe import TranscribeOptions, transcribe

    apart = audio.channels == recording.channels
    channels = recording.heard_channels if apart else (None,)
    voices = find_voice(audio, channels, engines.voice_detector, report)
    return transcribe(audio, voices, engines.recogniser, TranscribeOptions(), report).segments


def names_in(segments: Iterable[Segment], redaction: Redaction) -> Iterator[HeardName]:
    """Yield where listed names are heard."""
    for segment in segments:
        turn = Turn.of(None, segment.words)
        times = WordTimes.of(turn.words)
        for each in redaction.found_in(turn):
            span = times.span_of(each.start, each.end)
            yield HeardName(max(0.0, span.start - AROUND), span.end + AROUND, each.name)


def names_written(redaction: Redaction, document: Document) -> tuple[str, ...]:
    """Return the listed names that are in a document's text after all, and should not be."""
    written = as_json.write(redaction.document(document))
    return redaction.names_in(FIELDS.sub("", written))
