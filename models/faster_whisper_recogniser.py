"""faster-whisper (CTranslate2): the default recogniser.

Windows are decoded in batches, by several workers of one thread each; a window whose text fails
Whisper's own checks is decoded again, alone and in other ways.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from itertools import islice, pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from models.recogniser import Heard, RawWord, to_words
from pipeline.transcript import Made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from models.recogniser import Samples

FRAMES = 3000  # of 10 ms: the 30 s that Whisper's encoder hears
SAMPLES_PER_FRAME = 160
RATE = 16_000
# Windows at a time. With base on two cores, batches of 8, 4 and 2 take 47, 45 and 46 s of a
# processor and give the same words, with 1.9, 1.2 and 0.9 GB of memory at most.
CPU_BATCH = 4
GPU_BATCH = 8
PREPENDED = "\"'“¿([{-"  # as in openai-whisper's transcribe()
APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way of decoding a window. None draws at random: the same sound gives the same text."""

    beam: int = 5
    timestamps: bool = False
    no_repeat: int = 0  # tokens in a row that may not come twice; 0 lets them


# Measured with tiny.en on five conversations: a beam of 5 makes 10.5 % errors, greedy 11.6; asked
# for timestamps at once 14.8, yet it goes on where the first way ends a window after a sentence.
FIRST = _Attempt()
FALLBACKS = (_Attempt(timestamps=True), _Attempt(no_repeat=3))


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """How windows are decoded.

    A text that compresses by more than `compression_ratio` is a loop, one less probable than
    `average_logprob` (natural logarithm per token) is doubtful, one with fewer than `tokens` a
    second of voice, or in which no word begins for `hole` seconds, has lost some of it: all are
    decoded again. A doubtful one where no speech is more probable than `no_speech` is silence.
    `workers` of one thread each decode up to `batch` windows at a time.
    """

    batch: int = CPU_BATCH
    workers: int = 0
    compression_ratio: float = 2.4
    average_logprob: float = -1.0
    no_speech: float = 0.6
    tokens: float = 1.5
    hole: float = 3.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one call asks for, and the flag by which it tells its workers to stop."""

    tokenizer: Any
    language: str
    stopped: threading.Event = field(default_factory=threading.Event)


class FasterWhisper:
    """Whisper weights run by CTranslate2."""

    def __init__(self, folder: Path, name: str, digest: str, device: str = "auto") -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # faster-whisper must never ask a hub
        from faster_whisper import WhisperModel  # a second that others need not pay

        on_gpu = runs_on_gpu(device)
        self._options = DecodingOptions(
            batch=GPU_BATCH if on_gpu else CPU_BATCH, workers=os.cpu_count() or 1
        )
        self._compute = "float16" if on_gpu else "int8"
        self._model: Any = WhisperModel(
            str(folder),
            device="cuda" if on_gpu else "cpu",
            compute_type=self._compute,
            cpu_threads=1,
            num_workers=self._options.workers,
            local_files_only=True,
        )
        self._name, self._digest = name, digest
        if on_gpu:  # that a library of CUDA's is missing shows only at the first encoding
            self._model.encode(self._features([np.zeros(RATE, dtype=np.float32)]))

    @property
    def made(self) -> Made:
        """Engine, version, weights and options: what decides the words."""
        options = self._options
        decisive = ("compression_ratio", "average_logprob", "no_speech", "tokens", "hole")
        said = tuple((name, str(getattr(options, name))) for name in decisive)
        return Made(
            "faster-whisper",
            version("faster-whisper"),
            self._name,
            self._digest,
            (("compute_type", self._compute), *said),
        )

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages that the weights know."""
        return frozenset(self._model.supported_languages)

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Return the language's code and how probable it is, in [0, 1]."""
        if not self._model.model.is_multilingual:
            return "en", 1.0
        encoded = self._model.encode(self._features([window]))
        token, probability = self._model.model.detect_language(encoded)[0][0]
        return token[2:-2], float(probability)

    def recognise(self, windows: Iterable[Samples], language: str) -> Iterator[Heard]:
        """Yield what each window says, in the order of the windows, reading them as needed."""
        from faster_whisper.tokenizer import Tokenizer

        multilingual = self._model.model.is_multilingual
        tokenizer = Tokenizer(self._model.hf_tokenizer, multilingual, "transcribe", language)
        asked = _Asked(tokenizer, language)
        waiting: deque[Future[list[Heard]]] = deque()
        pool = ThreadPoolExecutor(self._options.workers)
        try:
            for batch in batches(windows, self._options):
                waiting.append(pool.submit(self._recognise_batch, batch, asked))
                if len(waiting) > self._options.workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:  # whoever broke it off does not wait for what nobody will read
            asked.stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)

    def _recognise_batch(self, batch: Sequence[Samples], asked: _Asked) -> list[Heard]:
        """Return what each window says; nothing once it is stopped, for nobody reads it then."""
        encoded = self._model.encode(self._features(batch))
        texts = self._decode(encoded, batch, asked.tokenizer, FIRST)
        for index, text in enumerate(texts):
            if text.faults(self._options) and not asked.stopped.is_set():
                texts[index] = self._decode_again(batch[index], text, asked)
        if asked.stopped.is_set():
            return []
        kept = [text.unless_silent(self._options) for text in texts]
        timed = self._align(encoded, batch, kept, asked.tokenizer)
        for index, (text, words) in enumerate(zip(kept, timed, strict=True)):
            if text.tokens and longest_hole(words, text.duration) > self._options.hole:
                kept[index], timed[index] = self._fill_hole(batch[index], text, words, asked)
        return [
            Heard(to_words(words, asked.language), text.logprob, text.no_speech)
            for words, text in zip(timed, kept, strict=True)
        ]

    def _features(self, batch: Sequence[Samples]) -> Any:
        padded = np.stack([self._padded_features(samples) for samples in batch])
        return np.ascontiguousarray(padded)

    def _padded_features(self, samples: Samples) -> Any:
        features = self._model.feature_extractor(samples)[:, :FRAMES]
        return np.pad(features, ((0, 0), (0, FRAMES - features.shape[1])))

    def _decode(
        self, encoded: Any, windows: Sequence[Samples], tokenizer: Any, attempt: _Attempt
    ) -> list[_Decoded]:
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=not attempt.timestamps)
        results = self._model.model.generate(
            encoded,
            [prompt] * len(windows),
            beam_size=attempt.beam,
            no_repeat_ngram_size=attempt.no_repeat,
            max_length=self._model.max_length,
            suppress_blank=True,
            suppress_tokens=_suppressed(tokenizer),
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [
            _Decoded.of(result, tokenizer, len(window) / RATE, attempt)
            for result, window in zip(results, windows, strict=True)
        ]

    def _decode_again(self, samples: Samples, first: _Decoded, asked: _Asked) -> _Decoded:
        """Decode one window in other ways until one passes; return the best of all."""
        encoded = self._model.encode(self._features([samples]))
        tries = [first]
        for attempt in FALLBACKS:
            if asked.stopped.is_set():
                break
            tries += self._decode(encoded, [samples], asked.tokenizer, attempt)
            if not tries[-1].faults(self._options):
                return tries[-1]
        return max(tries, key=lambda text: (-text.faults(self._options), text.logprob))

    def _fill_hole(
        self, samples: Samples, text: _Decoded, words: list[RawWord], asked: _Asked
    ) -> tuple[_Decoded, list[RawWord]]:
        """Decode a window from whose middle text is missing in other ways; keep what fills it."""
        encoded = self._model.encode(self._features([samples]))
        for attempt in FALLBACKS:
            if asked.stopped.is_set():
                break
            (other,) = self._decode(encoded, [samples], asked.tokenizer, attempt)
            (timed,) = self._align(encoded, [samples], [other], asked.tokenizer)
            filled = longest_hole(timed, other.duration) <= self._options.hole
            if filled and not other.faults(self._options):
                return other, timed
        return text, words

    def _align(
        self,
        encoded: Any,
        batch: Sequence[Samples],
        texts: Sequence[_Decoded],
        tokenizer: Any,
    ) -> list[list[RawWord]]:
        from faster_whisper.transcribe import merge_punctuations

        frames = [min(FRAMES, len(samples) // SAMPLES_PER_FRAME) for samples in batch]
        tokens = [list(text.tokens) for text in texts]
        timed: list[Any] = self._model.find_alignment(tokenizer, tokens, encoded, frames)
        for words in timed:
            merge_punctuations(words, PREPENDED, APPENDED)
        return [
            [
                RawWord(
                    word["word"],
                    float(word["start"]),
                    float(word["end"]),
                    float(word["probability"]),
                )
                for word in words
            ]
            for words in timed
        ]


@dataclass(frozen=True, slots=True)
class _Decoded:
    """One window's tokens with Whisper's own figures on them; `duration` in seconds of voice."""

    tokens: tuple[int, ...]
    duration: float
    logprob: float
    no_speech: float
    compression: float
    attempt: _Attempt

    @classmethod
    def of(cls, result: Any, tokenizer: Any, duration: float, attempt: _Attempt) -> _Decoded:
        from faster_whisper.transcribe import get_compression_ratio

        tokens = tuple(token for token in result.sequences_ids[0] if token < tokenizer.eot)
        text = tokenizer.decode(list(tokens)).strip()
        count = len(result.sequences_ids[0])
        return cls(
            tokens=tokens,
            duration=duration,
            logprob=result.scores[0] * count / (count + 1),
            no_speech=result.no_speech_prob,
            compression=get_compression_ratio(text) if text else 0.0,
            attempt=attempt,
        )

    def faults(self, options: DecodingOptions) -> int:
        """Return how badly a text fails Whisper's checks; 0 is well."""
        if self.compression > options.compression_ratio:
            return 3
        if self.silent(options):
            return 0  # no other decoding will make it speech
        sparse = len(self.tokens) < options.tokens * self.duration
        return 2 * sparse + self.doubtful(options)

    def doubtful(self, options: DecodingOptions) -> bool:
        """Tell whether Whisper itself is not sure of the text."""
        return self.logprob < options.average_logprob

    def silent(self, options: DecodingOptions) -> bool:
        """Tell whether Whisper rather hears silence than the text, which it then makes up."""
        return self.doubtful(options) and self.no_speech > options.no_speech

    def unless_silent(self, options: DecodingOptions) -> _Decoded:
        """Return the text, without words where it is silence; openai-whisper skips it too."""
        return replace(self, tokens=()) if self.silent(options) else self


def longest_hole(words: Sequence[RawWord], duration: float) -> float:
    """Return the longest time in a window of voice, in seconds, in which no word begins.

    Where text was dropped, the alignment stretches the words around it over its sound.
    """
    starts = [0.0, *(word.start for word in words), duration]
    return max(after - before for before, after in pairwise(starts))


def batches(windows: Iterable[Samples], options: DecodingOptions) -> Iterator[Sequence[Samples]]:
    """Yield windows in batches of equal size, round by round, so that no worker is left idle.

    The last round is short, and a short call is a last round: its windows are shared by all.
    """
    source = iter(windows)
    while taken := list(islice(source, options.batch * options.workers)):
        size = ceil(len(taken) / options.workers)
        for first in range(0, len(taken), size):
            yield taken[first : first + size]


def runs_on_gpu(device: str) -> bool:
    """Tell what "auto" comes to on this machine."""
    import ctranslate2

    return device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)


def _suppressed(tokenizer: Any) -> list[int]:
    from faster_whisper import transcribe

    find: Any = transcribe.get_suppressed_tokens  # typed as if it took and gave a tuple
    return list(find(tokenizer, [-1]))
