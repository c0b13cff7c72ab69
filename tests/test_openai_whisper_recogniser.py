"""The reference recogniser around a model that says what it is told.

At the end with real weights on real speech, beside the default one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jiwer
import numpy as np
import pytest
import torch
import whisper
from faster_whisper import decode_audio

from models.catalog import default_store, load_catalog, require
from models.conversion import converted
from models.faster_whisper_recogniser import FasterWhisper
from models.openai_whisper_recogniser import BEAM, OpenAIWhisper
from models.recogniser import SURE, Asked
from tests.commands import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.recogniser import Recogniser, Samples

ENGLISH = Asked("en")
FIGURES = {
    "avg_logprob": -0.3,
    "no_speech_prob": 0.1,
    "compression_ratio": 1.5,
    "temperature": 0.0,
}


@dataclass
class ScriptedModel:
    """Stands for a loaded Whisper model; says its results one after the other."""

    is_multilingual: bool = True
    spoken: list[dict[str, float]] = field(default_factory=lambda: [{"en": 0.25, "de": 0.75}])
    detected: int = 0
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
        self.detected += 1
        return None, self.spoken[(self.detected - 1) % len(self.spoken)]

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
    heard = list(recogniser.recognise(windows(3), ENGLISH))
    assert [[word.text for word in each.words] for each in heard] == [["We", "pay"], [], ["$40."]]
    assert [each["length"] for each in model.asked] == [16_000, 32_000, 48_000]


def test_segments_of_a_window_are_one(model: ScriptedModel, recogniser: OpenAIWhisper) -> None:
    sure = segment(" We", avg_logprob=-0.1, no_speech_prob=0.0, temperature=0.0)
    unsure = segment(" pay", start=3.0, avg_logprob=-0.9, no_speech_prob=0.4, temperature=0.2)
    model.results = [[sure, unsure]]
    (heard,) = recogniser.recognise(windows(1), ENGLISH)
    assert [(word.text, word.start) for word in heard.words] == [("We", 0.0), ("pay", 3.0)]
    figures = heard.average_logprob, heard.no_speech_probability, heard.temperature
    assert figures == (-0.9, 0.4, 0.2)


def test_two_segments_that_it_believes_are_no_silence_together(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    doubtful = segment(" We", avg_logprob=-1.2, no_speech_prob=0.1)
    quiet = segment(" pay", start=3.0, avg_logprob=-0.2, no_speech_prob=0.9)
    for results in ([doubtful, quiet], [quiet, doubtful]):
        model.results, model.asked = [results], []
        (heard,) = recogniser.recognise(windows(1), ENGLISH)
        assert (heard.average_logprob, heard.no_speech_probability) == (-1.2, 0.1)
        assert not heard.silent


@pytest.mark.parametrize(
    ("ratios", "highest", "looped"), [([1.1, 1.6], 1.6, False), ([1.2, 9.0, 1.3], 9.0, True)]
)
def test_a_segment_in_circles_makes_the_window_a_loop(
    model: ScriptedModel,
    recogniser: OpenAIWhisper,
    ratios: list[float],
    highest: float,
    looped: bool,
) -> None:
    model.results = [[segment(" so", compression_ratio=ratio) for ratio in ratios]]
    (heard,) = recogniser.recognise(windows(1), ENGLISH)
    assert (heard.compression_ratio, heard.looped) == (highest, looped)


def test_a_silent_window_has_no_words_and_no_figures(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    model.results = [[]]
    (heard,) = recogniser.recognise(windows(1), ENGLISH)
    assert (heard.words, heard.average_logprob, heard.no_speech_probability) == ((), 0.0, 0.0)
    assert not heard.silent
    assert not heard.looped


def test_it_is_asked_as_its_own_command_line_asks(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    model.results = [[]]
    list(recogniser.recognise(windows(1), Asked("de")))
    (asked,) = model.asked
    assert (asked["beam_size"], asked["best_of"]) == (BEAM, BEAM) == (5, 5)
    assert (asked["language"], asked["word_timestamps"]) == ("de", True)
    assert asked["condition_on_previous_text"] is False
    assert asked["fp16"] is False
    assert asked["task"] == "transcribe"


# Languages


@pytest.mark.parametrize(
    ("spoken", "switching", "written"),
    [
        pytest.param({"de": 0.99, "en": 0.01}, True, "de", id="surely another"),
        pytest.param({"de": SURE, "en": 1 - SURE}, True, "en", id="not quite surely"),
        pytest.param({"de": 0.6, "en": 0.4}, True, "en", id="perhaps another"),
        pytest.param({"de": 0.01, "en": 0.99}, True, "en", id="the one that was asked for"),
        pytest.param({"de": 0.99, "en": 0.01}, False, "en", id="no other was asked for"),
    ],
)
def test_a_window_is_written_in_another_language_only_where_that_is_sure(
    model: ScriptedModel,
    recogniser: OpenAIWhisper,
    spoken: dict[str, float],
    switching: bool,
    written: str,
) -> None:
    model.results, model.spoken = [[segment(" so")]], [spoken]
    (heard,) = recogniser.recognise(windows(1), Asked("en", switching=switching))
    assert heard.language == model.asked[0]["language"] == written
    assert model.detected == int(switching)


def test_each_window_has_its_own_language(model: ScriptedModel, recogniser: OpenAIWhisper) -> None:
    model.results = [[segment(" so")], [segment("今日", "は")], [segment(" so")]]
    model.spoken = [{"en": 0.99}, {"ja": 0.99}, {"de": 0.5}]
    heard = list(recogniser.recognise(windows(3), Asked("en", switching=True)))
    assert [each.language for each in heard] == ["en", "ja", "en"]
    assert [word.text for word in heard[1].words] == ["今日", "は"]


def test_a_translation_is_made_of_english_words_whatever_is_spoken(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    model.results = [[segment(" The", " bak", "ery", " pays", ".")]]
    (heard,) = recogniser.recognise(windows(1), Asked("ja", translate=True))
    assert (model.asked[0]["task"], model.asked[0]["language"]) == ("translate", "ja")
    assert [word.text for word in heard.words] == ["The", "bakery", "pays."]
    assert heard.language == "en"


# What it is


def test_what_it_draws_at_random_is_the_same_for_every_window(
    model: ScriptedModel, recogniser: OpenAIWhisper
) -> None:
    model.results = [[], [], []]
    list(recogniser.recognise(windows(3), ENGLISH))
    assert len(set(model.drawn)) == 1


def test_windows_are_read_one_by_one(model: ScriptedModel, recogniser: OpenAIWhisper) -> None:
    model.results = [[], [], []]
    source = windows(3)
    next(recogniser.recognise(source, ENGLISH))
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
    model.results, model.spoken = [[]], [{"de": 0.99}]
    assert recogniser.detect_language(next(windows(1))) == ("en", 1.0)
    assert recogniser.languages == {"en"}
    (heard,) = recogniser.recognise(windows(1), Asked("en", switching=True))
    assert (heard.language, model.detected) == ("en", 0)


# Real weights on real speech

BAKERY = PROJECT / "data" / "samples" / "2026-09-01-harbor-bakery.flac"


@pytest.fixture(scope="module")
def both() -> tuple[Recogniser, Recogniser]:
    """Return both recognisers with the same weights."""
    model, store = load_catalog().model("tiny.en"), default_store()
    folder, checkpoint = converted(model, store, "int8"), require(model, store, "openai")
    return (
        OpenAIWhisper(checkpoint, "tiny.en", "", "cpu"),
        FasterWhisper(folder, "tiny.en", "", "cpu"),
    )


@pytest.mark.model
@pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning")
def test_the_default_recogniser_hears_the_same_in_the_same_windows(
    both: tuple[Recogniser, Recogniser],
) -> None:
    sound = np.asarray(decode_audio(str(BAKERY)), dtype=np.float32)
    sounds = [sound[16_000 * start : 16_000 * (start + 14)] for start in range(1, 29, 14)]
    theirs, ours = (
        " ".join(
            plain(word.text) for heard in each.recognise(sounds, ENGLISH) for word in heard.words
        )
        for each in both
    )
    assert len(theirs.split()) > 50
    assert jiwer.wer(theirs, ours) < 0.1


def plain(word: str) -> str:
    return "".join(sign for sign in word.casefold() if sign.isalnum())
