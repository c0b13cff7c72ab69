"""openai-whisper (PyTorch): the reference recogniser, and the home of the official checkpoints."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from models.recogniser import Heard, RawWord, to_words
from pipeline.transcript import Made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from models.recogniser import Samples

BEAM = 5  # as in openai-whisper's own command line


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

    def recognise(self, windows: Iterable[Samples], language: str) -> Iterator[Heard]:
        """Yield what each window says, in the order of the windows, reading them as needed."""
        for window in windows:
            self._torch.manual_seed(
                0
            )  # its fallback draws at random; the same input, the same text
            result: Any = self._model.transcribe(
                window,
                language=language,
                word_timestamps=True,
                condition_on_previous_text=False,
                beam_size=BEAM,
                best_of=BEAM,
                fp16=self._fp16,
                verbose=None,
            )
            yield _heard(result["segments"], language)


def _heard(segments: list[dict[str, Any]], language: str) -> Heard:
    raw = [
        RawWord(word["word"], word["start"], word["end"], word["probability"])
        for segment in segments
        for word in segment["words"]
    ]
    return Heard(
        to_words(raw, language),
        average_logprob=min((each["avg_logprob"] for each in segments), default=0.0),
        no_speech_probability=max((each["no_speech_prob"] for each in segments), default=0.0),
        temperature=max((each["temperature"] for each in segments), default=0.0),
    )
