"""The reference recogniser around a model that says what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
import whisper

from models.openai_whisper_recogniser import BEAM, OpenAIWhisper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.recogniser import Samples

FIGURES = {"avg_logprob": -0.3, "no_speech_prob": 0.1, "temperature": 0.0}


@dataclass
class ScriptedModel:
    """Stands for a loaded Whisper model; says its results one after the other."""

    is_multilingual: bool = True
    results: list[list[dict[str, Any]]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    device: str = "cpu"
    dims: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(n_mels=80))

    def set_alignment_heads(self, heads: bytes) -> None:
        self.heads.append(heads)

    def detect_language(self, mel: Any) -> tuple[None, dict[str, float]]:
        assert tuple(mel.shape) == (80, 3000)
        return None, {"en": 0.25, "de": 0.75}

    def transcribe(self, window: Samples, **options: Any) -> dict[str, Any]:
        self.asked.append({"length": len(window), **options})
        self.drawn.append(float(torch.rand(1)))
        return {"segments": self.results[len(self.asked) - 1]}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """Put a scripted model where openai-whisper would load one."""
    scripted = ScriptedModel()

    def load(name: str, **settings: Any) -> ScriptedModel:
        scripted.settings |= {"name": name, **settings}
        return scripted

    monkeypatch.setattr(whisper, "load_model", load)
    return scripted


@pytest.fixture
def recogniser(model: ScriptedModel, tmp_path: Path) -> OpenAIWhisper:
    return OpenAIWhisper(tmp_path / "base.pt", "base", "00ff", "cpu")


def segment(*words: str, start: float = 0.0, **figures: float) -> dict[str, Any]:
    """Return a segment as openai-whisper gives it: words of 0.5 s."""
    timed = [
        {
            "word": word,
            "start": start + place / 2,
            "end": start + (place + 1) / 2,
            "probability": 0.5,
        }
        for place, word in enumerate(words)
    ]
    return {"words": timed, **FIGURES, **figures}


def windows(count: int) -> Iterator[Samples]:
    for number in range(1, count + 1):
        yield np.zeros(16_000 * number, dtype=np.float32)


def test_each_window_has_its_words(model: ScriptedModel, recogniser: OpenAIWhisper) -> None:
    model.results = [[segment(" We", " pay")], [], [segment(" $", "40", ".")]]
    heard = list(recogniser.recognise(windows(3), "en"))
    assert [[word.text for word in each.words] for each in heard] == [["We", "pay"], [], ["$40."]]
    assert [each["length"] for each in model.asked] == [16_000, 32_000, 48_000]


def test_segments_of_a_window_are_one_with_its_least_sure_figures(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    sure = segment(" We", avg_logprob=-0.1, no_speech_prob=0.0, temperature=0.0)
    unsure = segment(" pay", start=3.0, avg_logprob=-0.9, no_speech_prob=0.4, temperature=0.2)
    model.results = [[sure, unsure]]
    (heard,) = recogniser.recognise(windows(1), "en")
    assert [(word.text, word.start) for word in heard.words] == [("We", 0.0), ("pay", 3.0)]
    figures = heard.average_logprob, heard.no_speech_probability, heard.temperature
    assert figures == (-0.9, 0.4, 0.2)


def test_a_silent_window_has_no_words_and_no_figures(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    model.results = [[]]
    (heard,) = recogniser.recognise(windows(1), "en")
    assert (heard.words, heard.average_logprob, heard.no_speech_probability) == ((), 0.0, 0.0)


def test_it_is_asked_as_its_own_command_line_asks(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    model.results = [[]]
    list(recogniser.recognise(windows(1), "de"))
    (asked,) = model.asked
    assert (asked["beam_size"], asked["best_of"]) == (BEAM, BEAM) == (5, 5)
    assert (asked["language"], asked["word_timestamps"]) == ("de", True)
    assert asked["condition_on_previous_text"] is False
    assert asked["fp16"] is False


def test_what_it_draws_at_random_is_the_same_for_every_window(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    model.results = [[], [], []]
    list(recogniser.recognise(windows(3), "en"))
    assert len(set(model.drawn)) == 1


def test_windows_are_read_one_by_one(model: ScriptedModel, recogniser: OpenAIWhisper) -> None:
    model.results = [[], [], []]
    source = windows(3)
    next(recogniser.recognise(source, "en"))
    assert len(next(source)) == 32_000


def test_it_says_how_it_was_made(recogniser: OpenAIWhisper) -> None:
    made = recogniser.made
    assert (made.engine, made.version) == ("openai-whisper", version("openai-whisper"))
    assert (made.model, made.digest) == ("base", "00ff")
    assert made.options == (("beam", "5"), ("fp16", "False"))


@pytest.mark.parametrize(
    ("device", "gpu", "chosen"),
    [("auto", False, "cpu"), ("auto", True, "cuda"), ("cpu", True, "cpu"), ("cuda", False, "cuda")],
)
def test_auto_is_a_gpu_where_there_is_one(
    model: ScriptedModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    device: str,
    gpu: bool,
    chosen: str,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    made = OpenAIWhisper(tmp_path / "base.pt", "base", "00ff", device).made
    assert model.settings == {"name": str(tmp_path / "base.pt"), "device": chosen}
    assert dict(made.options)["fp16"] == str(chosen == "cuda")


@pytest.mark.parametrize("name", ["tiny.en", "base", "large-v3"])
def test_a_checkpoint_gets_back_the_alignment_heads_of_its_name(
    model: ScriptedModel, tmp_path: Path, name: str
) -> None:
    OpenAIWhisper(tmp_path / "weights.pt", name, "00ff", "cpu")
    assert model.heads == [whisper._ALIGNMENT_HEADS[name]]


def test_a_checkpoint_of_another_name_keeps_the_heads_that_it_has(
    model: ScriptedModel, tmp_path: Path
) -> None:
    OpenAIWhisper(tmp_path / "weights.pt", "my-own", "00ff", "cpu")
    assert model.heads == []


def test_a_language_is_heard_with_its_probability(recogniser: OpenAIWhisper) -> None:
    assert recogniser.detect_language(next(windows(1))) == ("de", 0.75)
    assert {"en", "de", "ja"} <= recogniser.languages


def test_english_weights_know_english_alone(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    model.is_multilingual = False
    assert recogniser.detect_language(next(windows(1))) == ("en", 1.0)
    assert recogniser.languages == {"en"}
