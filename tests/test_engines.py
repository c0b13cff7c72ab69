"""Names become engines only when they are asked for, and what is missing is said at once."""

from __future__ import annotations

from pathlib import Path

import ctranslate2
import pytest
import torch

from models import engines as module
from models.catalog import Store, load_catalog
from models.engines import DEFAULT_MODEL, ENGINES, LANGUAGE_MODELS, LocalEngines
from models.vad import Silero
from pipeline.errors import ModelError, ModelMissing, UsageError


def test_a_model_is_known_by_its_own_name() -> None:
    assert LocalEngines(model="turbo").model_name == "large-v3-turbo"
    assert LocalEngines(model=" BASE").model_name == "base"
    assert LocalEngines().model_name == DEFAULT_MODEL


def test_what_the_catalog_does_not_have_is_refused() -> None:
    with pytest.raises(UsageError, match="gigantic"):
        LocalEngines(model="gigantic")


def test_a_model_that_hears_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="no Whisper model"):
        LocalEngines(model="en_core_web_sm")


@pytest.mark.parametrize("engine", ENGINES)
def test_missing_weights_name_the_command_that_brings_them(engine: str, tmp_path: Path) -> None:
    engines = LocalEngines(engine, "tiny.en", store=Store(tmp_path))
    with pytest.raises(ModelMissing, match=r"relisten models pull tiny\.en"):
        engines.require_recogniser()
    with pytest.raises(ModelMissing, match=r"relisten models pull tiny\.en"):
        _ = engines.recogniser


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all weights."""
    monkeypatch.setattr(module, "require", lambda *_: Path("weights"))


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_gpu_that_is_not_there_is_told_before_any_work(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "has_cuda", lambda _: False)
    LocalEngines(engine).require_recogniser()
    with pytest.raises(ModelError, match="there is no CUDA device here; leave out --device"):
        LocalEngines(engine, device="cuda").require_recogniser()
    monkeypatch.setattr(module, "has_cuda", lambda _: True)
    LocalEngines(engine, device="cuda").require_recogniser()


@pytest.mark.parametrize("gpus", [0, 1])
def test_each_engine_looks_for_a_gpu_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch, gpus: int
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: gpus)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: bool(gpus))
    assert {module.has_cuda(engine) for engine in ENGINES} == {bool(gpus)}


@pytest.mark.parametrize("error", [RuntimeError, OSError, MemoryError])
def test_what_fails_while_loading_is_a_fault_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(_: LocalEngines) -> None:
        raise error("CUDA driver version is insufficient")

    monkeypatch.setattr(LocalEngines, "_load_recogniser", fail)
    with pytest.raises(
        ModelError, match=r"cannot load the model base \(CUDA driver .* verify base"
    ):
        _ = LocalEngines().recogniser


def test_the_detector_of_voice_needs_no_weights_from_elsewhere(tmp_path: Path) -> None:
    engines = LocalEngines(store=Store(tmp_path))
    assert isinstance(engines.voice_detector, Silero)
    assert engines.voice_detector is engines.voice_detector


@pytest.mark.parametrize("language", ["en", "de", "xx", ""])
def test_a_language_that_nothing_here_reads_has_no_model(language: str, tmp_path: Path) -> None:
    assert LocalEngines(store=Store(tmp_path)).language_model(language) is None


def test_every_language_model_is_in_the_catalog() -> None:
    catalog = load_catalog()
    assert {catalog.model(name).kind for name in LANGUAGE_MODELS.values()} == {"spacy"}


@pytest.mark.model
@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_loaded_is_kept_and_says_what_it_is(engine: str, weights: Store) -> None:
    engines = LocalEngines(engine, "tiny.en", store=weights)
    recogniser = engines.recogniser
    assert engines.recogniser is recogniser
    assert (recogniser.made.engine, recogniser.made.model) == (engine, "tiny.en")
    assert recogniser.made.digest.startswith("d3dd57d32acc")
    assert recogniser.languages == {"en"}


@pytest.mark.model
def test_spacy_reads_english_from_the_store(weights: Store) -> None:
    engines = LocalEngines(store=weights)
    model = engines.language_model("en")
    assert model is not None
    assert model is engines.language_model("en")
    texts = ["We pay $450 to Google in Columbus.", "", "Google again."]
    found = model.read(texts)
    shown = {(texts[each.text][each.start : each.end], each.label) for each in found.entities}
    assert shown >= {("$450", "MONEY"), ("Google", "ORG"), ("Columbus", "GPE")}
    google = next(each for each in found.phrases if each.phrase == "Google")
    assert [mention.text for mention in google.mentions] == [0, 2]
