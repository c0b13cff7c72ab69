"""Names become engines only when they are asked for, and what is missing is said at once."""

from __future__ import annotations

from pathlib import Path

import ctranslate2
import pytest
import torch

from models import cuda
from models import engines as module
from models.catalog import Store, load_catalog
from models.choosing import Machine, Needs
from models.engines import (
    ENGINES,
    LANGUAGE_MODELS,
    LOADING,
    PULLED_FIRST,
    SENTENCES,
    VOICES,
    LocalEngines,
    place_of,
    uses_gpu,
)
from models.fetch import sha256_of
from models.vad import Silero
from models.weights import Pulled
from pipeline.errors import ModelError, ModelMissing, UsageError
from tests.fakes import FakeRecogniser

GB = 10**9


def test_a_model_is_known_by_its_own_name() -> None:
    assert LocalEngines(model="turbo").model_name == "large-v3-turbo"
    assert LocalEngines(model=" BASE").model_name == "base"


def test_a_model_by_name_needs_no_digest_and_one_by_path_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.pt"
    path.write_bytes(b"PK weights")
    engines = LocalEngines(model=str(path))
    assert engines.model_name == "mine.pt"
    assert engines.own_digest == sha256_of(path)
    engines.require_recogniser()
    assert LocalEngines(model="base").own_digest is None


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """Have a machine that is up to "small", with a store in which whole models can be put."""
    monkeypatch.setattr(module, "machine_of", lambda *_: Machine(8, 16 * GB))
    return Store(tmp_path)


def put(store: Store, name: str) -> None:
    """Put the checkpoint of a model into a store, with no more than its size."""
    model = load_catalog().model(name)
    (file,) = model.forms[0].files
    path = store.folder_of(model, "openai") / file.name
    path.parent.mkdir(parents=True)
    with path.open("wb") as sparse:
        sparse.truncate(file.size)


@pytest.mark.parametrize(
    ("installed", "name", "advised"),
    [
        ((), "small", False),
        (("tiny", "base"), "base", True),
        (("base", "small", "medium"), "small", False),
        (("large-v3",), "small", False),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_without_a_name_it_is_the_best_of_this_machines(
    machine: Store, engine: str, installed: tuple[str, ...], name: str, advised: bool
) -> None:
    for each in installed:
        put(machine, each)
    engines = LocalEngines(engine, store=machine)
    assert engines.model_name == name
    better = "; with relisten models pull small it would hear better"
    assert engines.advice == (better if advised else "")


def test_a_model_in_another_engines_format_is_none_that_is_there(machine: Store) -> None:
    model = load_catalog().model("base")
    folder = machine.folder_of(model, "ctranslate2")
    folder.mkdir(parents=True)
    for file in model.forms[1].files:
        with (folder / file.name).open("wb") as sparse:
            sparse.truncate(file.size)
    assert LocalEngines("faster-whisper", store=machine).model_name == "base"
    assert LocalEngines("openai-whisper", store=machine).model_name == "small"
    with pytest.raises(ModelMissing, match=r"models pull base --engine openai-whisper$"):
        LocalEngines("openai-whisper", "base", store=machine).require_recogniser()


def test_another_model_of_the_same_size_is_not_advised(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "machine_of", lambda *_: Machine(2, 8 * GB))
    store = Store(tmp_path)
    put(store, "base.en")
    engines = LocalEngines(needs=Needs("en"), store=store)
    assert (engines.model_name, engines.advice) == ("base.en", "")


def test_what_is_asked_for_by_name_is_not_advised_against(machine: Store) -> None:
    put(machine, "tiny")
    assert LocalEngines(model="tiny", store=machine).advice == ""


def test_the_default_is_one_that_does_what_is_needed(machine: Store) -> None:
    for each in ("tiny", "base.en"):
        put(machine, each)
    chosen = {
        needs: LocalEngines(needs=needs, store=machine).model_name
        for needs in (Needs(), Needs("en"), Needs("de"), Needs("en", translate=True))
    }
    assert list(chosen.values()) == ["tiny", "base.en", "tiny", "tiny"]


@pytest.mark.parametrize("name", ["tiny.en", "turbo", "large-v3-turbo"])
def test_a_model_that_cannot_translate_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"cannot translate\. Say --model base, small"):
        LocalEngines(model=name, needs=Needs(translate=True))
    assert LocalEngines(model=name).model_name.startswith(name[:4].replace("turb", "larg"))


def test_every_model_that_is_named_to_translate_does() -> None:
    for name in ("base", "small", "medium", "large"):
        LocalEngines(model=name, needs=Needs(translate=True))


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
    monkeypatch.setattr(Pulled, "require", lambda *_: Path("weights"))


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
    monkeypatch.setattr(cuda, "has_libraries", lambda: True)
    LocalEngines(engine, device="cuda").require_recogniser()


@pytest.mark.usefixtures("held")
def test_a_gpu_without_its_libraries_names_the_command_that_brings_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "has_cuda", lambda _: True)
    monkeypatch.setattr(cuda, "has_libraries", lambda: False)
    with pytest.raises(ModelError, match="pip install nvidia-cublas-cu12"):
        LocalEngines("faster-whisper", device="cuda").require_recogniser()
    LocalEngines("openai-whisper", device="cuda").require_recogniser()  # torch has its own


@pytest.mark.parametrize(
    ("device", "memory", "found", "used"),
    [
        ("cpu", 8 * GB, True, False),
        ("cuda", 0, False, True),
        ("auto", 8 * GB, True, True),
        ("auto", 8 * GB, False, False),
        ("auto", 0, True, False),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_gpu_is_used_where_driver_and_engine_know_it(
    monkeypatch: pytest.MonkeyPatch, engine: str, device: str, memory: int, found: bool, used: bool
) -> None:
    monkeypatch.setattr(cuda, "gpu_memory", lambda: memory)
    monkeypatch.setattr(cuda, "runs_on_gpu", lambda _: found)
    monkeypatch.setattr(module, "has_cuda", lambda _: found)
    assert uses_gpu(engine, device) is used


@pytest.mark.parametrize(
    ("engine", "on_gpu", "cores", "place"),
    [
        ("faster-whisper", False, 2, ("2 cores", "int8")),
        ("faster-whisper", False, 1, ("1 core", "int8")),
        ("faster-whisper", True, 16, ("CUDA", "float16")),
        ("openai-whisper", False, 2, ("2 cores", "float32")),
        ("openai-whisper", True, 2, ("CUDA", "float16")),
    ],
)
def test_where_and_in_what_is_computed_is_said(
    monkeypatch: pytest.MonkeyPatch, engine: str, on_gpu: bool, cores: int, place: tuple[str, str]
) -> None:
    monkeypatch.setattr(module, "uses_gpu", lambda *_: on_gpu)
    monkeypatch.setattr(module, "machine_of", lambda *_: Machine(cores, 8 * GB))
    monkeypatch.setattr(cuda, "compute_type", lambda _: "float16" if on_gpu else "int8")
    assert place_of(engine, "auto") == place
    said = LocalEngines(engine, "tiny").describe()
    assert said == f"tiny on {place[0]} ({engine}, {place[1]})"


@pytest.mark.parametrize("gpus", [0, 1])
def test_each_engine_looks_for_a_gpu_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch, gpus: int
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: gpus)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: bool(gpus))
    assert {module.has_cuda(engine) for engine in ENGINES} == {bool(gpus)}


@pytest.mark.parametrize("error", LOADING)
def test_what_fails_while_loading_is_a_fault_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fail(_: LocalEngines) -> None:
        raise error("CUDA driver version is insufficient")

    monkeypatch.setattr(LocalEngines, "_load_recogniser", fail)
    with pytest.raises(
        ModelError, match=r"cannot load the model base \(.?CUDA driver .* verify base"
    ):
        _ = LocalEngines(model="base").recogniser


def test_weights_that_load_and_cannot_hear_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf(FakeRecogniser):
        def expected_speed(self) -> float:
            raise ValueError("expected 128 bands")

    monkeypatch.setattr(LocalEngines, "_load_recogniser", lambda _: Deaf())
    with pytest.raises(ModelError, match=r"cannot run the model base \(expected 128 bands\)"):
        LocalEngines(model="base").expected_speed()
    monkeypatch.setattr(LocalEngines, "_load_recogniser", lambda _: FakeRecogniser())
    assert LocalEngines(model="base").expected_speed() == 10.0


def test_a_checkpoint_of_something_else_is_told_by_both_engines(tmp_path: Path) -> None:
    path = tmp_path / "mine.pt"
    torch.save({"some": "other checkpoint"}, path)
    for engine in ENGINES:
        with pytest.raises(ModelError, match=r"mine\.pt"):
            _ = LocalEngines(engine, str(path), store=Store(tmp_path)).recogniser


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


def test_voices_are_told_apart_once_their_weights_are_here(machine: Store) -> None:
    engines = LocalEngines(store=machine)
    assert engines.voices is None
    model = load_catalog().model(VOICES)
    folder = machine.folder_of(model, "torch")
    folder.mkdir(parents=True)
    for file in model.forms[0].files:
        assert engines.voices is None
        with (folder / file.name).open("wb") as sparse:
            sparse.truncate(file.size)
    teller = engines.voices
    assert teller is not None
    assert engines.voices is teller
    assert (teller.made.model, teller.made.digest) == (VOICES, model.forms[0].digest)


def test_what_sentences_mean_is_told_once_the_weights_are_here(machine: Store) -> None:
    engines = LocalEngines(store=machine)
    assert engines.sentences is None
    model = load_catalog().model(SENTENCES)
    folder = machine.folder_of(model, "onnx")
    folder.mkdir(parents=True)
    for file in model.forms[0].files:
        assert engines.sentences is None
        with (folder / file.name).open("wb") as sparse:
            sparse.truncate(file.size)
    reader = engines.sentences
    assert reader is not None
    assert engines.sentences is reader
    assert (reader.made.model, reader.made.digest) == (SENTENCES, model.forms[0].digest)
    with pytest.raises(ModelError, match="models verify sentences"):
        reader.embed(["these weights are empty"])


def test_what_is_pulled_first_is_all_that_processing_uses() -> None:
    catalog = load_catalog()
    kinds = {name: catalog.model(name).kind for name in PULLED_FIRST}
    assert kinds == {
        "base": "whisper",
        "voices": "voices",
        "en_core_web_sm": "spacy",
        "sentences": "sentences",
    }


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
