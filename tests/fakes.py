"""A double at each seam where an engine comes in, and one for each way in which an engine fails.

Each counts what it is asked for, so that tests can tell work from work done before.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from models.findings import Findings, Found, RankedPhrase, Spelling
from models.recogniser import Heard
from models.vad import Sounding
from models.voices import FIRST_FRAME, FRAME_STEP, LOCAL_VOICES, TIMBRE_RATE, WINDOW, Talkers
from pipeline.errors import ModelMissing
from pipeline.transcript import Made, Span, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.language import LanguageModel
    from models.recogniser import Asked, Recogniser, Samples
    from models.sentences import SentenceModel
    from models.vad import VoiceDetector
    from models.voices import Floats, VoiceTeller

RATE = 16_000
FRAME = 160  # samples: 10 ms
LOUD = 0.02  # of full scale: the leak of one channel into the other stays below it
SMALLEST_GAP = 0.35  # seconds: quieter stretches than this are part of what is said
ENGLISH = frozenset({"en"})
# Hz: each is a voice. In 20 ms, each has a whole number of waves, so that none is heard in another.
PITCHES = (200.0, 300.0, 400.0, 500.0)
HEARD_AT_ONCE = 320  # samples, 20 ms: what a voice is told by
WINDOW_FRAMES = 589  # of segmentation-3.0


class Broken(Exception):
    """What a broken engine raises: nothing that the pipeline knows."""


@dataclass
class FakeDetector:
    """Hears voice wherever it is loud; may be asked by several threads at once."""

    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @property
    def made(self) -> Made:
        """Engine, version and options."""
        return Made("fake-ears", "1", options=(("loud", str(LOUD)),))

    def voiced(self, samples: Samples) -> Sounding:
        """Return the loud stretches, with gaps shorter than `SMALLEST_GAP` bridged."""
        with self.lock:
            self.calls += 1
        frames = np.abs(samples[: len(samples) // FRAME * FRAME]).reshape(-1, FRAME).max(axis=1)
        spans: list[Span] = []
        for frame in np.flatnonzero(frames > LOUD):
            start, end = (float(frame + edge) * FRAME / RATE for edge in (0, 1))
            if spans and start - spans[-1].end < SMALLEST_GAP:
                spans[-1] = Span(spans[-1].start, end)
            else:
                spans.append(Span(start, end))
        return Sounding(tuple(spans), tuple(spans))


class BrokenDetector(FakeDetector):
    """Breaks when it should listen."""

    def voiced(self, samples: Samples) -> Sounding:
        """Raise."""
        raise Broken("no ears")


@dataclass
class FakeRecogniser:
    """Says its texts window after window, from the first again after the last.

    The words of a window are spread evenly over it. `languages_heard` are the answers to
    `detect_language`, one after the other; `spoken` are the languages that windows turn out to be
    in, where switching is asked for (empty: all in the one asked for).
    """

    texts: Sequence[str] = ("one two three",)
    name: str = "fake-base"
    engine: str = "fake-whisper"
    languages: frozenset[str] = frozenset({"en", "de", "ja"})
    languages_heard: Sequence[tuple[str, float]] = (("en", 0.9),)
    spoken: Sequence[str] = ()
    calls: int = 0
    asked: list[Asked] = field(default_factory=list)
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

    def expected_speed(self) -> float:
        """Return the seconds of voice in a second."""
        return 10.0

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield the texts."""
        self.calls += 1
        self.asked.append(asked)
        languages = (asked.switching and self.spoken) or (asked.language,)
        for number, window in enumerate(windows):
            self.lengths.append(len(window) / RATE)
            text = self.texts[number % len(self.texts)]
            yield heard(text, len(window) / RATE, languages[number % len(languages)])


def heard(text: str, length: float, language: str = "en") -> Heard:
    """Return what is heard in a window of a length: each word in its equal part of it."""
    words = text.split()
    step = length / max(1, len(words))
    spoken = (Word(n * step, n * step + 0.9 * step, word, 0.8) for n, word in enumerate(words))
    return Heard(tuple(spoken), language, average_logprob=-0.25, no_speech_probability=0.1)


@dataclass
class BrokenRecogniser(FakeRecogniser):
    """Breaks after some windows, in one call (the first is 1) or in every one."""

    after: int = 0
    call: int | None = None

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield some texts, then raise."""
        for number, each in enumerate(super().recognise(windows, asked)):
            if number == self.after and self.call in (None, self.calls):
                raise Broken("out of memory")
            yield each


class SilentRecogniser(FakeRecogniser):
    """Answers fewer windows than it is given."""

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield nothing."""
        list(windows)
        return iter(())


class SlowRecogniser(FakeRecogniser):
    """Takes its time, so that it can be killed at work."""

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield the texts, each after a while."""
        for each in super().recognise(windows, asked):
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

    def read(self, texts: Sequence[str], known: Sequence[Spelling] = ()) -> Findings:
        """Return what of its names and phrases the texts hold, and where known names stand."""
        self.calls += 1
        entities = [
            replace(found, label=label)
            for name, label in self.names.items()
            for found in places(name, texts)
        ]
        phrases = [
            RankedPhrase(phrase, 1 / place, tuple(places(phrase, texts)), phrase.casefold())
            for place, phrase in enumerate(self.phrases, start=5)
            if any(places(phrase, texts))
        ]
        entities.sort(key=lambda found: (found.text, found.start))
        here = [replace(at, label=name.label) for name in known for at in places(name.text, texts)]
        return Findings(tuple(entities), tuple(phrases), tuple(here))


def places(text: str, texts: Sequence[str]) -> Iterator[Found]:
    """Yield where a text stands in texts."""
    for number, each in enumerate(texts):
        for match in re.finditer(re.escape(text), each):
            yield Found(number, match.start(), match.end(), "PHRASE")


class BrokenLanguageModel(FakeLanguageModel):
    """Breaks when it should read."""

    def read(self, texts: Sequence[str], known: Sequence[Spelling] = ()) -> Findings:
        """Raise."""
        raise Broken("no grammar")


class SlowLanguageModel(FakeLanguageModel):
    """Takes its time, so that it can be killed at work."""

    def read(self, texts: Sequence[str], known: Sequence[Spelling] = ()) -> Findings:
        """Return what it finds, after a while."""
        time.sleep(0.03)
        return super().read(texts, known)


@dataclass
class FakeVoices:
    """Tells voices by their pitch, each one of `PITCHES`; may be asked by several threads at once.

    Within a window they are numbered as they begin.
    """

    calls: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @property
    def made(self) -> Made:
        """Engine, version, model and digest."""
        return Made("fake-voices", "1", "pitches", "00bb")

    def _count(self, name: str) -> None:
        with self.lock:
            self.calls[name] += 1

    def talkers(self, samples: Samples) -> Talkers:
        """Return who speaks in a window."""
        self._count("talkers")
        middles = FIRST_FRAME + FRAME_STEP * (0.5 + np.arange(WINDOW_FRAMES))
        room = HEARD_AT_ONCE // 2
        filled = np.pad(samples, (room, round(WINDOW * RATE) - len(samples) + room))
        first = (middles * RATE).astype(np.intp)[:, np.newaxis]
        loudest = loudness(filled[first + np.arange(HEARD_AT_ONCE)])
        loud = loudest > np.maximum(LOUD, loudest.max(axis=1, keepdims=True) / 3)
        begins = np.where(loud.any(axis=0), loud.argmax(axis=0), len(loud))
        active = loud[:, np.argsort(begins, kind="stable")[:LOCAL_VOICES]]
        return Talkers(active.any(axis=1).astype(np.float32), active)

    def timbre(self, samples: Samples) -> Floats:
        """Return how loud each pitch is in each frame."""
        self._count("timbre")
        frames = -(-len(samples) * TIMBRE_RATE // RATE)
        filled = np.pad(samples, (0, frames * HEARD_AT_ONCE - len(samples)))
        return loudness(filled.reshape(frames, HEARD_AT_ONCE))

    def embeddings(self, means: Floats, deviations: Floats) -> Floats:
        """Return the means, at length 1; of silence, what is like all voices alike."""
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        even = np.full_like(means, means.shape[1] ** -0.5)
        return np.where(lengths > LOUD, means / np.maximum(lengths, LOUD), even)


def loudness(frames: Samples) -> Floats:
    """Return how loud each of the `PITCHES` is in frames: (n, 320) to (n, 4)."""
    waves = np.exp(-2j * np.pi * np.outer(np.arange(HEARD_AT_ONCE), PITCHES) / RATE)
    return np.asarray(np.abs(frames @ waves) * 2 / HEARD_AT_ONCE, dtype=np.float32)


@dataclass
class BrokenVoices(FakeVoices):
    """Breaks when it should tell voices apart."""

    error: Exception = field(default_factory=lambda: MemoryError("no room for an array"))

    def talkers(self, samples: Samples) -> Talkers:
        """Raise."""
        raise self.error

    def timbre(self, samples: Samples) -> Floats:
        """Raise."""
        raise self.error


@dataclass
class FakeSentences:
    """Takes texts for the like of each other by the words that they share."""

    digest: str = "00cc"
    calls: int = 0

    @property
    def made(self) -> Made:
        """Engine, version, model and digest."""
        return Made("fake-sentences", "1", "words", self.digest)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return the sum of what each word has at random, but always the same, at length 1."""
        self.calls += 1
        means = [sum(map(word_vector, text.casefold().split()), word_vector("")) for text in texts]
        return np.array([each / np.linalg.norm(each) for each in means], dtype=np.float32)


def word_vector(word: str) -> Floats:
    """Return 384 numbers that are a word's own; of no word, next to nothing."""
    bare = word.strip(".,?!")
    drawn = np.random.default_rng(list(bare.encode())).standard_normal(384)
    return np.asarray(drawn if bare else drawn * 1e-6, dtype=np.float32)


@dataclass
class BrokenSentences(FakeSentences):
    """Breaks when it should read."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """Raise."""
        raise Broken("no sense")


@dataclass
class FakeEngines:
    """Engines that are there at once. `asked` counts how often each was asked for."""

    recogniser_: Recogniser = field(default_factory=FakeRecogniser)
    voice_detector_: VoiceDetector = field(default_factory=FakeDetector)
    readers: dict[str, LanguageModel] = field(default_factory=dict)
    voices: VoiceTeller | None = None
    sentences: SentenceModel | None = None
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

    @property
    def advice(self) -> str:
        """Nothing would be better."""
        return ""

    def describe(self) -> str:
        """Say what hears."""
        return "a fake"

    def expected_speed(self) -> float:
        """Return the recogniser's own."""
        return self.recogniser.expected_speed()

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
