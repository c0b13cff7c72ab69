"""A double at each seam where an engine comes in, and one for each way in which an engine fails.

Each counts what it is asked for, so that tests can tell work from work done before.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from models.language import Findings, Found, RankedPhrase
from models.recogniser import Heard
from pipeline.errors import ModelMissing
from pipeline.transcript import Made, Span, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.language import LanguageModel
    from models.recogniser import Recogniser, Samples
    from models.vad import VoiceDetector

RATE = 16_000
FRAME = 160  # samples: 10 ms
LOUD = 0.02  # of full scale: the leak of one channel into the other stays below it
SMALLEST_GAP = 0.35  # seconds: quieter stretches than this are part of what is said
ENGLISH = frozenset({"en"})


class Broken(Exception):
    """What a broken engine raises: nothing that the pipeline knows."""


@dataclass
class FakeDetector:
    """Hears voice wherever it is loud."""

    calls: int = 0

    @property
    def made(self) -> Made:
        """Engine, version and options."""
        return Made("fake-ears", "1", options=(("loud", str(LOUD)),))

    def voiced(self, samples: Samples) -> tuple[Span, ...]:
        """Return the loud stretches, with gaps shorter than `SMALLEST_GAP` bridged."""
        self.calls += 1
        frames = np.abs(samples[: len(samples) // FRAME * FRAME]).reshape(-1, FRAME).max(axis=1)
        spans: list[Span] = []
        for frame in np.flatnonzero(frames > LOUD):
            start, end = (float(frame + edge) * FRAME / RATE for edge in (0, 1))
            if spans and start - spans[-1].end < SMALLEST_GAP:
                spans[-1] = Span(spans[-1].start, end)
            else:
                spans.append(Span(start, end))
        return tuple(spans)


@dataclass
class ScriptedDetector(FakeDetector):
    """Hears voice in each block of sound where its script says, block by block."""

    script: Sequence[Sequence[tuple[float, float]]] = ()
    lengths: list[float] = field(default_factory=list)

    def voiced(self, samples: Samples) -> tuple[Span, ...]:
        """Return the next line of the script."""
        self.lengths.append(len(samples) / RATE)
        self.calls += 1
        return tuple(Span(*pair) for pair in self.script[self.calls - 1])


class BrokenDetector(FakeDetector):
    """Breaks when it should listen."""

    def voiced(self, samples: Samples) -> tuple[Span, ...]:
        """Raise."""
        raise Broken("no ears")


@dataclass
class FakeRecogniser:
    """Says its texts window after window, from the first again after the last.

    The words of a window are spread evenly over it. `languages_heard` are the answers to
    `detect_language`, one after the other.
    """

    texts: Sequence[str] = ("one two three",)
    name: str = "fake-base"
    engine: str = "fake-whisper"
    languages: frozenset[str] = frozenset({"en", "de", "ja"})
    languages_heard: Sequence[tuple[str, float]] = (("en", 0.9),)
    calls: int = 0
    asked: list[str] = field(default_factory=list)
    lengths: list[float] = field(default_factory=list)
    detected: list[float] = field(default_factory=list)

    @property
    def made(self) -> Made:
        """Engine, version, weights and options."""
        return Made(self.engine, "1", self.name, "00ff", (("beam", "1"),))

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Return the next answer."""
        self.detected.append(len(window) / RATE)
        return self.languages_heard[(len(self.detected) - 1) % len(self.languages_heard)]

    def recognise(self, windows: Iterable[Samples], language: str) -> Iterator[Heard]:
        """Yield the texts."""
        self.calls += 1
        self.asked.append(language)
        for number, window in enumerate(windows):
            self.lengths.append(len(window) / RATE)
            yield heard(self.texts[number % len(self.texts)], len(window) / RATE)


def heard(text: str, length: float) -> Heard:
    """Return what is heard in a window of a length: each word in its equal part of it."""
    words = text.split()
    step = length / max(1, len(words))
    spoken = (Word(n * step, n * step + 0.9 * step, word, 0.8) for n, word in enumerate(words))
    return Heard(tuple(spoken), -0.25, 0.1, 0.0)


@dataclass
class BrokenRecogniser(FakeRecogniser):
    """Breaks after some windows, in one call (the first is 1) or in every one."""

    after: int = 0
    call: int | None = None

    def recognise(self, windows: Iterable[Samples], language: str) -> Iterator[Heard]:
        """Yield some texts, then raise."""
        for number, each in enumerate(super().recognise(windows, language)):
            if number == self.after and self.call in (None, self.calls):
                raise Broken("out of memory")
            yield each


class SilentRecogniser(FakeRecogniser):
    """Answers fewer windows than it is given."""

    def recognise(self, windows: Iterable[Samples], language: str) -> Iterator[Heard]:
        """Yield nothing."""
        list(windows)
        return iter(())


class SlowRecogniser(FakeRecogniser):
    """Takes its time, so that it can be killed at work."""

    def recognise(self, windows: Iterable[Samples], language: str) -> Iterator[Heard]:
        """Yield the texts, each after a while."""
        for each in super().recognise(windows, language):
            time.sleep(0.03)
            yield each


@dataclass
class FakeLanguageModel:
    """Knows some names, each with its label, and some phrases, the most telling first."""

    names: Mapping[str, str] = field(default_factory=dict)
    phrases: Sequence[str] = ()
    calls: int = 0

    @property
    def made(self) -> Made:
        """Engine, version and weights."""
        return Made("fake-reader", "1", "fake_sm", "00aa")

    def read(self, texts: Sequence[str]) -> Findings:
        """Return what of its names and phrases the texts hold."""
        self.calls += 1
        entities = [
            replace(found, label=label)
            for name, label in self.names.items()
            for found in places(name, texts)
        ]
        phrases = [
            RankedPhrase(phrase, 1 / place, tuple(places(phrase, texts)))
            for place, phrase in enumerate(self.phrases, start=5)
            if any(places(phrase, texts))
        ]
        entities.sort(key=lambda found: (found.text, found.start))
        return Findings(tuple(entities), tuple(phrases))


def places(text: str, texts: Sequence[str]) -> Iterator[Found]:
    """Yield where a text stands in texts."""
    for number, each in enumerate(texts):
        for match in re.finditer(re.escape(text), each):
            yield Found(number, match.start(), match.end(), "PHRASE")


class BrokenLanguageModel(FakeLanguageModel):
    """Breaks when it should read."""

    def read(self, texts: Sequence[str]) -> Findings:
        """Raise."""
        raise Broken("no grammar")


class SlowLanguageModel(FakeLanguageModel):
    """Takes its time, so that it can be killed at work."""

    def read(self, texts: Sequence[str]) -> Findings:
        """Return what it finds, after a while."""
        time.sleep(0.03)
        return super().read(texts)


@dataclass
class FakeEngines:
    """Engines that are there at once. `asked` counts how often each was asked for."""

    recogniser_: Recogniser = field(default_factory=FakeRecogniser)
    voice_detector_: VoiceDetector = field(default_factory=FakeDetector)
    readers: dict[str, LanguageModel] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def recogniser(self) -> Recogniser:
        """What hears words."""
        self.asked["recogniser"] += 1
        return self.recogniser_

    @property
    def voice_detector(self) -> VoiceDetector:
        """What hears that somebody speaks."""
        self.asked["voice_detector"] += 1
        return self.voice_detector_

    def language_model(self, language: str) -> LanguageModel | None:
        """Return what reads a language, None where there is nothing."""
        self.asked["language_model"] += 1
        return self.readers.get(language)


class NoWeights(FakeEngines):
    """Engines of a machine to which no weights were brought."""

    @property
    def recogniser(self) -> Recogniser:
        """Raise ModelMissing."""
        raise ModelMissing("base: its weights are not on this machine. Run: relisten models pull")
