"""One file being heard: what stages ask of its sound, each worked out once, and only if asked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pipeline.audio import decode
from pipeline.channels.bleed import without_bleed
from pipeline.hearing.voice import find_voice
from pipeline.ingest import content_id, describe
from pipeline.progress import Report, silent
from pipeline.sighting import sight

if TYPE_CHECKING:
    from pathlib import Path

    from models.language import LanguageModel
    from models.recogniser import Recogniser
    from models.sentences import SentenceModel
    from models.vad import VoiceDetector
    from models.voices import VoiceTeller
    from pipeline.audio import Audio
    from pipeline.hearing.voice import Voice
    from pipeline.recording import Recording


class Engines(Protocol):
    """The models that the stages use, each loaded when it is first asked for."""

    @property
    def recogniser(self) -> Recogniser:
        """What hears words."""
        ...

    @property
    def voice_detector(self) -> VoiceDetector:
        """What hears that somebody speaks."""
        ...

    @property
    def voices(self) -> VoiceTeller | None:
        """What tells voices apart, None where its weights are not on this machine."""
        ...

    @property
    def sentences(self) -> SentenceModel | None:
        """What tells what sentences mean, None where its weights are not on this machine."""
        ...

    def language_model(self, language: str) -> LanguageModel | None:
        """Return what reads a language, None where nothing installed does."""
        ...


class Listening:
    """One file being heard: decoded, and searched for voice, once and only if a stage asks."""

    def __init__(self, path: Path, engines: Engines, report: Report = silent) -> None:
        self.path, self.engines, self.report = path, engines, report
        self.sighting = sight(path)  # before it is read: it may change meanwhile
        self._voiced: dict[tuple[int | None, ...], tuple[Voice, ...]] = {}

    @cached_property
    def identity(self) -> str:
        """The hash of the file's content."""
        return content_id(self.path)

    @cached_property
    def audio(self) -> Audio:
        """The decoded sound."""
        return decode(self.path)

    @cached_property
    def described(self) -> Recording:
        """What the file is by itself, before anything is known or asked of it."""
        return describe(self.path, self.identity, self.audio, None)

    def voiced(self, recording: Recording) -> tuple[Voice, ...]:
        """Return where somebody speaks, in each channel that is heard apart."""
        channels = recording.heard_channels
        if channels not in self._voiced:
            voices = find_voice(self.audio, channels, self.engines.voice_detector, self.report)
            self._voiced[channels] = without_bleed(self.audio, voices)
        return self._voiced[channels]

    def ahead(self) -> None:
        """Find out what will be asked, before it is: for a file that nothing is known of yet."""
        self.voiced(self.described)

    def close(self) -> None:
        """Delete the decoded sound, if there is any."""
        if "audio" in self.__dict__:
            self.audio.close()

    def __enter__(self) -> Listening:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
