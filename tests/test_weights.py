"""Weights by name or by path: what is taken for a model, and what each is called."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from models.catalog import Store, load_catalog
from models.fetch import sha256_of
from models.weights import NEEDED, Own, Pulled, Weights, can_translate, weights_called
from pipeline.errors import ModelError, ModelMissing, UsageError

CATALOG = load_catalog()
WHISPER = b"\x06\0\0\0\x0c\0WhisperSpec\0\x03\0\0\0"
TRANSLATOR = b"\x06\0\0\0\x10\0TransformerSpec\0\x03\0\0\0"
CHECKPOINT = b"PK\x03\x04 weights"


def called(asked: object, store: Path = Path("none")) -> Weights:
    return weights_called(str(asked), CATALOG, Store(store))


def folder_of(
    path: Path, model: bytes = WHISPER, *, without: str = "", words: str = "vocabulary.json"
) -> Path:
    """Make a folder with a model of CTranslate2's, or most of one."""
    path.mkdir(parents=True, exist_ok=True)
    for name in {*NEEDED, words} - {without}:
        (path / name).write_bytes(model if name == "model.bin" else b"{}")
    return path


def checkpoint(path: Path, content: bytes = CHECKPOINT) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("asked", ["base", " BASE", "turbo", "large", "tiny.en"])
def test_a_name_of_the_catalogs_is_one_whatever_files_there_are(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder_of(tmp_path / asked.strip().lower())
    weights = called(asked)
    assert isinstance(weights, Pulled)
    assert weights.model == CATALOG.model(asked.strip().lower())


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("interviews-de", "interviews-de"),
        ("models/Interviews", "Interviews"),
        ("mine/base", "mine/base"),
        ("mine/Turbo", "mine/Turbo"),
    ],
)
@pytest.mark.parametrize("words", ["vocabulary.json", "vocabulary.txt"])
def test_a_folder_is_called_by_its_name_unless_that_is_another_models(
    tmp_path: Path, place: str, name: str, words: str
) -> None:
    folder = folder_of(tmp_path / place, words=words)
    weights = called(folder)
    assert (weights.name, weights.digest) == (name, hashlib.sha256(WHISPER).hexdigest())
    assert weights.require(None) == weights.converted("int8") == folder


@pytest.mark.parametrize("content", [CHECKPOINT, b"\x80\x02 an old one"])
@pytest.mark.parametrize("name", ["mine.pt", "base.pt", "Mine 2.pt"])
def test_a_checkpoint_is_called_by_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = checkpoint(tmp_path / name, content)
    weights = called(path)
    assert (weights.name, weights.digest) == (name, sha256_of(path))
    assert weights.require("openai") == weights.require(None) == path
    assert str(path) in weights.mend


def test_a_path_may_begin_at_home_or_be_a_bare_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint(tmp_path / "mine.pt")
    folder_of(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert called("~/mine.pt").digest == called("mine.pt").digest
    assert called("mine").require(None) == Path("mine")
    assert called("./mine").name == called("mine").name == "mine"


def test_two_of_one_name_have_different_digests(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    folder_of(one / "mine")
    folder_of(other / "mine", WHISPER + b"more")
    first, second = called(one / "mine"), called(other / "mine")
    assert first.name == second.name
    assert first.digest != second.digest


@pytest.mark.parametrize("missing", [*NEEDED, "vocabulary.json"])
def test_a_folder_that_is_not_whole_says_what_is_missing(tmp_path: Path, missing: str) -> None:
    folder = folder_of(tmp_path / "mine", without=missing)
    with pytest.raises(UsageError, match=f"mine: this is no Whisper model .* it has no {missing}"):
        called(folder)


@pytest.mark.parametrize("model", [TRANSLATOR, b"", b"\x06\0"])
def test_a_model_of_another_kind_is_told(tmp_path: Path, model: bytes) -> None:
    folder = folder_of(tmp_path / "mine", model)
    with pytest.raises(UsageError, match=r"model\.bin is a model of CTranslate2's, but not Whis"):
        called(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [("mine.pt", b"a text"), ("mine.pt", b""), ("model.bin", WHISPER), ("mine.onnx", CHECKPOINT)],
)
def test_a_file_that_is_no_checkpoint_is_told(tmp_path: Path, name: str, content: bytes) -> None:
    path = checkpoint(tmp_path / name, content)
    with pytest.raises(UsageError, match=f"{name}: this is no checkpoint of openai-whisper's"):
        called(path)


@pytest.mark.parametrize("asked", ["mine.pt", "models/mine", "~/mine", "/no/such/model"])
def test_a_path_to_nothing_is_told(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"there is no such file or folder\. Name a model"):
        called(asked)


@pytest.mark.parametrize("asked", ["gigantic", "en_core_web_sm", ""])
def test_a_name_of_no_whisper_model_is_told(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=f"{asked or 'no model'}"):
        called(asked)


@pytest.mark.parametrize(
    ("asked", "translates"),
    [("base", True), ("base.en", False), ("turbo", False), ("large", True), ("medium", True)],
)
def test_who_translates_is_known_by_name(asked: str, translates: bool) -> None:
    assert called(asked).translates is translates


@pytest.mark.parametrize(
    ("name", "translates"),
    [
        ("mine.en.pt", False),
        ("mine.pt", True),
        ("mineen.pt", True),
        ("large-v3-turbo.pt", False),
        ("Turbo-de.pt", False),
    ],
)
def test_who_translates_of_ones_own_is_known_by_name(
    tmp_path: Path, name: str, translates: bool
) -> None:
    assert called(checkpoint(tmp_path / name)).translates is translates


@pytest.mark.parametrize(
    ("name", "translates"), [("large-v3-turbo", False), ("tiny.en", False), ("base", True)]
)
def test_weights_of_the_catalogs_are_known_by_any_name(name: str, translates: bool) -> None:
    for form in CATALOG.model(name).forms:
        for digest in (form.digest, form.files[0].sha256[0]):
            assert can_translate("turbo-or-not.en.pt", digest) is translates


def with_languages(folder: Path, count: int) -> Path:
    """Have a folder's model know some languages."""
    config = {"lang_ids": list(range(50259, 50259 + count))}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def test_a_folder_of_a_later_model_must_say_how_many_bands_it_hears(tmp_path: Path) -> None:
    turbo = with_languages(folder_of(tmp_path / "mine"), 100)
    with pytest.raises(UsageError, match=r"mine: it has no preprocessor_config\.json, which a mod"):
        called(turbo)
    (turbo / "preprocessor_config.json").write_text("{}", encoding="utf-8")
    assert called(turbo).name == "mine"
    assert called(with_languages(folder_of(tmp_path / "older"), 99)).name == "older"


@pytest.mark.parametrize("config", ["", "[]", '{"lang_ids": 3}', "no JSON"])
def test_a_configuration_that_tells_no_languages_is_left_to_the_engine(
    tmp_path: Path, config: str
) -> None:
    folder = folder_of(tmp_path / "mine")
    (folder / "config.json").write_text(config, encoding="utf-8")
    assert called(folder).name == "mine"


def test_openai_whisper_runs_no_folder(tmp_path: Path) -> None:
    weights = called(folder_of(tmp_path / "mine"))
    with pytest.raises(UsageError, match=r"runs \.pt files alone; say --engine faster-whisper"):
        weights.require("openai")


def test_pulled_weights_that_are_not_here_name_the_command(tmp_path: Path) -> None:
    weights = called("base", tmp_path)
    with pytest.raises(ModelMissing, match="relisten models pull base"):
        weights.require(None)
    with pytest.raises(ModelMissing, match="relisten models pull base"):
        weights.converted("int8")
    assert weights.digest == ""


def test_a_checkpoint_that_holds_something_else_is_told_when_it_is_converted(
    tmp_path: Path,
) -> None:
    weights = called(checkpoint(tmp_path / "mine.pt"), tmp_path / "store")
    with pytest.raises(ModelError, match=r"mine\.pt is not a Whisper checkpoint"):
        weights.converted("int8")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # whisper's file
@pytest.mark.model
def test_a_checkpoint_is_converted_into_the_store_by_its_digest(
    tmp_path: Path, weights: Store
) -> None:
    path = tmp_path / "mine.pt"
    path.symlink_to(weights.folder / "tiny.en" / "openai" / "tiny.en.pt")
    own = called(path, tmp_path / "store")
    assert isinstance(own, Own)
    folder = own.converted("int8")
    assert folder.parent == tmp_path / "store" / "converted" / f"mine-{own.digest[:12]}"
    assert called(folder).name == "ct2-int8"
