"""faster-whisper (CTranslate2): the default recogniser.

On CPU several workers of one thread each take a window at a time, on a GPU one takes batches; a
window whose text fails a check is decoded again in other ways.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from models.cuda import compute_type, runs_on_gpu
from models.decoding import FALLBACKS, FIRST, Attempt, Decoded, DecodingOptions, best, longest_hole
from models.memory import give_back_memory, keep_freed_memory
from models.recogniser import SURE, Asked, Heard, RawWord
from models.vocabulary import alike, with_terms
from pipeline.parallel import side_by_side
from pipeline.transcript import Made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from models.recogniser import Samples

FRAMES = 3000  # of 10 ms: the 30 s that Whisper's encoder hears
SAMPLES_PER_FRAME = 160
FRAMES_PER_POSITION = 2  # of the encoder's output
RATE = 16_000
WINDOW = 29.0  # seconds, of a full one
ENCODINGS = 2.5  # what a window takes in all, in times of its encoding, as measured
GPU_BATCH = 8  # windows at a time
# Silence that the encoder hears after a window, and that the decoder sees of it. What they leave
# out costs as much as speech; with 1 s in place of 3 the encoder makes 0.4 points more errors.
ENCODED_SILENCE = 300  # frames
DECODED_SILENCE = 100  # frames
# Frames. Less is heard and seen in the 30 s that Whisper learnt with: of 66 utterances under
# 2.5 s it else repeats most, and makes 94 instead of 15 % errors.
SHORT = 1500
PREPENDED = "\"'“¿([{-"  # as in openai-whisper's transcribe()
APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True, slots=True)
class _Call:
    """What one call asks for, and the flag by which it tells its workers to stop."""

    asked: Asked
    stopped: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class _Encoded:
    """Windows as the encoder gives them, and the tokenizer of their language."""

    values: Any
    windows: Sequence[Samples]
    tokenizer: Any


class FasterWhisper:
    """Whisper weights run by CTranslate2."""

    def __init__(self, folder: Path, name: str, digest: str, device: str = "auto") -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # faster-whisper must never ask a hub
        from faster_whisper import WhisperModel  # a second that others need not pay

        self._on_gpu = runs_on_gpu(device)
        self._workers = 1 if self._on_gpu else os.cpu_count() or 1
        self._options = DecodingOptions()
        self._compute = compute_type(device)
        self._model: Any = WhisperModel(
            str(folder),
            device="cuda" if self._on_gpu else "cpu",
            compute_type=self._compute,
            cpu_threads=1,
            num_workers=self._workers,
            local_files_only=True,
        )
        keep_freed_memory()  # not what loading freed
        self._name, self._digest = name, digest
        if self._on_gpu:  # that a library of CUDA's is missing shows only at the first encoding
            self._encode([np.zeros(RATE, dtype=np.float32)])

    @property
    def made(self) -> Made:
        """Engine, version, weights and options: what decides the words."""
        options = self._options
        said = tuple((name, str(getattr(options, name))) for name in options.__slots__)
        return Made(
            "faster-whisper",
            version("faster-whisper"),
            self._name,
            self._digest,
            (("beam", str(FIRST.beam)), ("compute_type", self._compute), *said),
        )

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages that the weights know."""
        return frozenset(self._model.supported_languages)

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Return the language's code and how probable it is, in [0, 1]."""
        if not self._model.model.is_multilingual:
            return "en", 1.0
        ((language, probability),) = self._languages(self._encode([window]))
        return language, probability

    def _languages(self, encoded: Any) -> list[tuple[str, float]]:
        found = self._model.model.detect_language(encoded)
        return [(window[0][0][2:-2], float(window[0][1])) for window in found]

    def expected_speed(self) -> float:
        """Return how many seconds of voice it may recognise in a second, by encoding silence."""
        silence = np.zeros(round(WINDOW * RATE), dtype=np.float32)
        self._encode([silence])  # the first fetches memory that the others use again
        began = time.perf_counter()
        self._encode([silence])
        return WINDOW * self._workers / (ENCODINGS * (time.perf_counter() - began))

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield what each window says, in the order of the windows, reading them as needed."""
        call = _Call(asked)
        batches = batched(windows, GPU_BATCH if self._on_gpu else 1)
        results = side_by_side(lambda batch: self._recognise(batch, call), batches, self._workers)
        try:
            for heard in results:
                yield from heard
        finally:
            call.stopped.set()
            results.close()
            give_back_memory()

    def _recognise(self, batch: Sequence[Samples], call: _Call) -> list[Heard]:
        """Return what each window says; nothing once it is stopped, for nobody reads it then."""
        if call.stopped.is_set():
            return []
        values = self._encode(batch)
        languages = self._spoken(values, len(batch), call.asked)
        if len(set(languages)) > 1:  # aligned together, windows must be in one language
            return [
                self._in_language([window], self._encode([window]), language, call)[0]
                for window, language in zip(batch, languages, strict=True)
            ]
        return self._in_language(batch, values, languages[0], call)

    def _spoken(self, values: Any, count: int, asked: Asked) -> list[str]:
        if not (asked.switching and self._model.model.is_multilingual):
            return [asked.language] * count
        return [
            language if probability > SURE else asked.language
            for language, probability in self._languages(values)
        ]

    def _in_language(
        self, windows: Sequence[Samples], values: Any, language: str, call: _Call
    ) -> list[Heard]:
        from faster_whisper.tokenizer import Tokenizer

        task = "translate" if call.asked.translate else "transcribe"
        written = "en" if call.asked.translate else language
        multilingual = self._model.model.is_multilingual
        tokenizer = Tokenizer(self._model.hf_tokenizer, multilingual, task, language)
        encoded = _Encoded(values, windows, tokenizer)
        texts = self._decode(encoded, FIRST)
        for index, text in enumerate(texts):
            if text.faults(self._options):
                texts[index] = self._decode_again(self._one(encoded, index), text, call)
        timed = self._align(encoded, texts)
        heard = []
        for index, (text, words) in enumerate(zip(texts, timed, strict=True)):
            if text.tokens and longest_hole(words, text.duration) > self._options.hole:
                text, words = self._fill_hole(self._one(encoded, index), text, words, call)  # noqa: PLW2901
            if call.asked.vocabulary and not call.stopped.is_set():
                words = self._with_terms(encoded, index, words, call.asked.vocabulary)  # noqa: PLW2901
            heard.append(text.heard(words, written))
        return heard

    def _one(self, encoded: _Encoded, index: int) -> _Encoded:
        """Return one window alone: what is tried with it need not be tried with all."""
        if len(encoded.windows) == 1:
            return encoded
        windows = [encoded.windows[index]]
        return replace(encoded, values=self._encode(windows), windows=windows)

    def _encode(self, windows: Sequence[Samples]) -> Any:
        """Encode windows: on CPU one, without the silence after it that decides nothing."""
        features = [self._model.feature_extractor(samples)[:, :FRAMES] for samples in windows]
        if self._on_gpu:
            return self._model.encode(np.stack([_padded(each, FRAMES) for each in features]))
        (only,) = features
        length = only.shape[1]
        if length < SHORT:
            return self._model.encode(_padded(only, FRAMES)[np.newaxis])
        frames = min(FRAMES, length + ENCODED_SILENCE)
        encoded = np.asarray(self._model.encode(_padded(only, frames)[np.newaxis]))
        return _storage(encoded[:, : (length + DECODED_SILENCE) // FRAMES_PER_POSITION])

    def _decode(self, encoded: _Encoded, attempt: Attempt) -> list[Decoded]:
        tokenizer, model = encoded.tokenizer, self._model
        prompt = model.get_prompt(
            tokenizer,
            [],
            without_timestamps=not attempt.timestamps,
            hotwords=", ".join(attempt.prompt) or None,
        )
        results = model.model.generate(
            encoded.values,
            [prompt] * len(encoded.windows),
            beam_size=attempt.beam,
            no_repeat_ngram_size=attempt.no_repeat,
            max_length=model.max_length,
            suppress_blank=True,
            suppress_tokens=_suppressed(tokenizer),
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [
            _decoded(result, tokenizer, len(window) / RATE)
            for result, window in zip(results, encoded.windows, strict=True)
        ]

    def _decode_again(self, encoded: _Encoded, first: Decoded, call: _Call) -> Decoded:
        """Decode one window in other ways until one passes; return the best of all."""
        tries = [first]
        for attempt in FALLBACKS:
            if call.stopped.is_set():
                break
            tries += self._decode(encoded, attempt)
            if not tries[-1].faults(self._options):
                return tries[-1]
        return best(tries, self._options)

    def _fill_hole(
        self, encoded: _Encoded, text: Decoded, words: list[RawWord], call: _Call
    ) -> tuple[Decoded, list[RawWord]]:
        """Decode a window from whose middle text is missing in other ways; keep what fills it."""
        for attempt in FALLBACKS:
            if call.stopped.is_set():
                break
            (other,) = self._decode(encoded, attempt)
            (timed,) = self._align(encoded, [other])
            filled = longest_hole(timed, other.duration) <= self._options.hole
            if filled and not other.faults(self._options):
                return other, timed
        return text, words

    def _with_terms(
        self, encoded: _Encoded, index: int, words: list[RawWord], terms: tuple[str, ...]
    ) -> list[RawWord]:
        """Return one window's words with the names in them written as the vocabulary has them."""
        prompted: list[str] = []
        if likely := alike(words, terms):
            (other,) = self._decode(self._one(encoded, index), replace(FIRST, prompt=likely))
            prompted, _ = encoded.tokenizer.split_to_word_tokens(list(other.tokens))
        return with_terms(words, prompted, terms)

    def _align(self, encoded: _Encoded, texts: Sequence[Decoded]) -> list[list[RawWord]]:
        from faster_whisper.transcribe import merge_punctuations

        frames = [min(FRAMES, len(each) // SAMPLES_PER_FRAME) for each in encoded.windows]
        tokens = [list(text.tokens) for text in texts]
        timed: list[Any] = self._model.find_alignment(
            encoded.tokenizer, tokens, encoded.values, frames
        )
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


def _padded(features: Any, frames: int) -> Any:
    return np.pad(features, ((0, 0), (0, frames - features.shape[1])))


def _storage(values: Any) -> Any:
    import ctranslate2

    return ctranslate2.StorageView.from_array(np.ascontiguousarray(values))


def _decoded(result: Any, tokenizer: Any, duration: float) -> Decoded:
    count = len(result.sequences_ids[0])
    tokens = tuple(token for token in result.sequences_ids[0] if token < tokenizer.eot)
    return Decoded(
        tokens=tokens,
        text=tokenizer.decode(list(tokens)).strip(),
        duration=duration,
        logprob=result.scores[0] * count / (count + 1),
        no_speech=result.no_speech_prob,
    )


def batched(windows: Iterable[Samples], size: int) -> Iterator[Sequence[Samples]]:
    """Yield windows in groups of a size; the last may be smaller."""
    source = iter(windows)
    while taken := list(islice(source, size)):
        yield taken


def _suppressed(tokenizer: Any) -> list[int]:
    from faster_whisper import transcribe

    find: Any = transcribe.get_suppressed_tokens  # typed as if it took and gave a tuple
    return list(find(tokenizer, [-1]))
