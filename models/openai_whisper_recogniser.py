"""openai-whisper (PyTorch): the reference recogniser, and the home of the official checkpoints."""

from __future__ import annotations

import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from models.recogniser import SURE, Asked, Heard, RawWord, to_words
from models.vocabulary import alike, with_terms
from pipeline.transcript import Made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from models.recogniser import Samples

BEAM = 5  # as in openai-whisper's own command line
WINDOW = 29.0  # seconds of voice in a full window
FRAMES = 3000  # of 10 ms: what the encoder hears, however little there is
# What a window takes, in times of its encoding: 15 to 60 with tiny.en on two cores.
ENCODINGS_A_WINDOW = 25


class OpenAIWhisper:
    """Official Whisper checkpoints run by their own code."""

    def __init__(self, checkpoint: Path, name: str, digest: str, device: str = "auto") -> None:
        import torch  # two seconds that no other command should pay
        import whisper

        on_gpu = device == "cuda" or (device == "auto" and torch.cuda.is_available())
        self._fp16 = on_gpu
        self._torch, self._whisper = torch, whisper
        self._model = whisper.load_model(str(checkpoint), device="cuda" if on_gpu else "cpu")
        # A checkpoint read from a path loses its alignment heads: they are known by name.
        if heads := whisper._ALIGNMENT_HEADS.get(name):
            self._model.set_alignment_heads(heads)
        self._name, self._digest = name, digest

    @property
    def made(self) -> Made:
        """Engine, version, weights and options: what decides the words."""
        options = (("beam", str(BEAM)), ("fp16", str(self._fp16)))
        return Made("openai-whisper", version("openai-whisper"), self._name, self._digest, options)

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages that the weights know."""
        known: Any = self._whisper.tokenizer.LANGUAGES
        return frozenset(known) if self._model.is_multilingual else frozenset({"en"})

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Return the language's code and how probable it is, in [0, 1]."""
        if not self._model.is_multilingual:
            return "en", 1.0
        mel = self._whisper.log_mel_spectrogram(
            self._whisper.pad_or_trim(window), n_mels=self._model.dims.n_mels
        )
        probabilities: Any
        _, probabilities = self._model.detect_language(mel.to(self._model.device))
        language = max(probabilities, key=probabilities.get)
        return language, float(probabilities[language])

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield what each window says, in the order of the windows, reading them as needed."""
        for window in windows:
            language = asked.language
            if asked.switching:
                other, probability = self.detect_language(window)
                language = other if probability > SURE else language
            segments = self._segments(window, language, asked.translate)
            words = _raw(segments)
            if likely := alike(words, asked.vocabulary):
                prompted = _raw(self._segments(window, language, asked.translate, likely))
                words = with_terms(words, [word.text for word in prompted], asked.vocabulary)
            elif asked.vocabulary:
                words = with_terms(words, (), asked.vocabulary)
            yield _heard(segments, words, "en" if asked.translate else language)

    def _segments(
        self, window: Samples, language: str, translate: bool, names: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Return what is said in a window, by the engine's own way; names are told beforehand."""
        self._torch.manual_seed(0)  # its fallback draws at random; the same input, same text
        result: Any = self._model.transcribe(
            window,
            language=language,
            task="translate" if translate else "transcribe",
            word_timestamps=True,
            condition_on_previous_text=False,
            initial_prompt=", ".join(names) or None,
            beam_size=BEAM,
            best_of=BEAM,
            fp16=self._fp16,
            verbose=None,
        )
        return list(result["segments"])

    def expected_speed(self) -> float:
        """Return how many seconds of voice it may recognise in a second, by encoding silence."""
        torch, model = self._torch, self._model
        kind = torch.float16 if self._fp16 else torch.float32
        silence = torch.zeros(1, model.dims.n_mels, FRAMES, dtype=kind, device=model.device)
        with torch.inference_mode():
            if self._fp16:  # a GPU's first time is none of its speed
                model.embed_audio(silence).sum().item()
            began = time.perf_counter()
            model.embed_audio(silence).sum().item()  # waits for the GPU
        return WINDOW / (ENCODINGS_A_WINDOW * (time.perf_counter() - began))


def _raw(segments: list[dict[str, Any]]) -> list[RawWord]:
    return [
        RawWord(word["word"], word["start"], word["end"], word["probability"])
        for segment in segments
        for word in segment["words"]
    ]


def _heard(segments: list[dict[str, Any]], words: Sequence[RawWord], language: str) -> Heard:
    """Return segments as one; its figures are those of the least sure one, so of one decoding."""
    least = min(segments, key=lambda each: each["avg_logprob"], default=None)
    return Heard(
        to_words(words, language),
        language,
        average_logprob=least["avg_logprob"] if least else 0.0,
        no_speech_probability=least["no_speech_prob"] if least else 0.0,
        compression_ratio=max((each["compression_ratio"] for each in segments), default=1.0),
        temperature=max((each["temperature"] for each in segments), default=0.0),
    )
