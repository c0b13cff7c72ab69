"""One recording heard as the product hears it: channels told apart, voice found, bleed cut out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.runs import Timed
from pipeline.listening import Listening
from pipeline.transcribe import TranscribeOptions, transcribe

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.listening import Engines
    from pipeline.transcript import Speech


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard in a recording of `duration` seconds, in how many `seconds`.

    `apart` tells that each channel was heard by itself.
    """

    speech: Speech
    duration: float
    seconds: float
    apart: bool

    @property
    def words(self) -> tuple[Timed, ...]:
        """Every word with its channel."""
        return tuple(
            Timed(word.text, word.start, word.end, segment.channel)
            for segment in self.speech.segments
            for word in segment.words
        )


def hear(path: Path, engines: Engines) -> Hearing:
    """Decode a recording and have it recognised; the recogniser is loaded before time runs."""
    recogniser = engines.recogniser
    began = time.perf_counter()
    with Listening(path, engines) as listening:
        audio, recording = listening.audio, listening.described
        voiced = listening.voiced(recording)
        speech = transcribe(audio, voiced, recogniser, TranscribeOptions("en"))
        seconds = time.perf_counter() - began
        return Hearing(speech, audio.duration, seconds, len(recording.heard_channels) > 1)
