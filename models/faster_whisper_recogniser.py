"""faster-whisper (CTranslate2): the default recogniser.

Windows are decoded greedily in batches, by several workers of one thread each; a window whose
text fails Whisper's own checks is decoded again, alone and with a beam.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
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
PREPENDED = "\"'“¿([{-"  # as in openai-whisper's transcribe()
APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """How windows are decoded.

    A text that compresses by more than `compression_ratio` is a loop, one less probable than
    `average_logprob` (natural logarithm per token) is doubtful: both are decoded again.
    `workers` of one thread each decode `batch` windows at a time.
    """

    batch: int = 8
    workers: int = 0
    fallback_beam: int = 5
    compression_ratio: float = 2.4
    average_logprob: float = -1.0
    no_speech: float = 0.6


class FasterWhisper:
    """Whisper weights run by CTranslate2."""

    def __init__(self, folder: Path, name: str, digest: str, device: str = "auto") -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # faster-whisper must never ask a hub
        from faster_whisper import WhisperModel  # a second that others need not pay

        self._options = DecodingOptions(workers=os.cpu_count() or 1)
        on_gpu = runs_on_gpu(device)
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

    @property
    def made(self) -> Made:
        """Engine, version, weights and options: what decides the words."""
        options = self._options
        decisive = ("fallback_beam", "compression_ratio", "average_logprob", "no_speech")
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
        waiting: deque[Future[list[Heard]]] = deque()
        source = iter(windows)
        with ThreadPoolExecutor(self._options.workers) as pool:
            while batch := list(islice(source, self._options.batch)):
                waiting.append(pool.submit(self._recognise_batch, batch, tokenizer, language))
                if len(waiting) > self._options.workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()

    def _recognise_batch(
        self, batch: Sequence[Samples], tokenizer: Any, language: str
    ) -> list[Heard]:
        encoded = self._model.encode(self._features(batch))
        texts = self._decode(encoded, len(batch), tokenizer, beam=1)
        for index, text in enumerate(texts):
            if self._fails(text):
                texts[index] = self._decode_again(batch[index], tokenizer, text)
        timed = self._align(encoded, batch, texts, tokenizer)
        return [
            Heard(
                to_words(words, language),
                text.logprob,
                text.no_speech,
                temperature=text.temperature,
            )
            for words, text in zip(timed, texts, strict=True)
        ]

    def _features(self, batch: Sequence[Samples]) -> Any:
        padded = np.stack([self._padded_features(samples) for samples in batch])
        return np.ascontiguousarray(padded)

    def _padded_features(self, samples: Samples) -> Any:
        features = self._model.feature_extractor(samples)[:, :FRAMES]
        return np.pad(features, ((0, 0), (0, FRAMES - features.shape[1])))

    def _decode(self, encoded: Any, count: int, tokenizer: Any, **search: Any) -> list[_Decoded]:
        beam = search.pop("beam")
        results = self._model.model.generate(
            encoded,
            [self._model.get_prompt(tokenizer, [], without_timestamps=True)] * count,
            beam_size=beam,
            max_length=self._model.max_length,
            suppress_blank=True,
            suppress_tokens=_suppressed(tokenizer),
            return_scores=True,
            return_no_speech_prob=True,
            **search,
        )
        return [_Decoded.of(result, tokenizer, float(beam > 1)) for result in results]

    def _fails(self, text: _Decoded) -> bool:
        options = self._options
        silent = text.no_speech > options.no_speech and text.logprob < options.average_logprob
        looped = text.compression > options.compression_ratio
        return looped or (text.logprob < options.average_logprob and not silent)

    def _decode_again(self, samples: Samples, tokenizer: Any, first: _Decoded) -> _Decoded:
        """Decode one window with a beam, then without repeating itself; return the best text."""
        encoded = self._model.encode(self._features([samples]))
        tries = [first]
        for search in ({}, {"no_repeat_ngram_size": 3}):
            beam = self._options.fallback_beam
            again = self._decode(encoded, 1, tokenizer, beam=beam, **search)[0]
            if not self._fails(again):
                return again
            tries.append(again)
        unlooped = [text for text in tries if text.compression <= self._options.compression_ratio]
        return max(unlooped or tries[-1:], key=lambda text: text.logprob)

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
                RawWord(word["word"], word["start"], word["end"], float(word["probability"]))
                for word in words
            ]
            for words in timed
        ]


@dataclass(frozen=True, slots=True)
class _Decoded:
    """One window's tokens with Whisper's own figures on them."""

    tokens: tuple[int, ...]
    logprob: float
    no_speech: float
    compression: float
    temperature: float

    @classmethod
    def of(cls, result: Any, tokenizer: Any, temperature: float) -> _Decoded:
        from faster_whisper.transcribe import get_compression_ratio

        tokens = tuple(token for token in result.sequences_ids[0] if token < tokenizer.eot)
        text = tokenizer.decode(list(tokens)).strip()
        count = len(result.sequences_ids[0])
        return cls(
            tokens=tokens,
            logprob=result.scores[0] * count / (count + 1),
            no_speech=result.no_speech_prob,
            compression=get_compression_ratio(text) if text else 0.0,
            temperature=temperature,
        )


def runs_on_gpu(device: str) -> bool:
    """Tell what "auto" comes to on this machine."""
    import ctranslate2

    return device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)


def _suppressed(tokenizer: Any) -> list[int]:
    from faster_whisper import transcribe

    find: Any = transcribe.get_suppressed_tokens  # typed as if it took and gave a tuple
    return list(find(tokenizer, [-1]))
