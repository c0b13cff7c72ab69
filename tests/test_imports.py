"""Who imports whom: values at the bottom, the command line on top, engines in models alone."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from tests.sources import ROOT, module_name, parsed, short, source_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# From the bottom up; a module imports none that stands above it. A name stands for its package.
LAYERS = (
    {
        "transcript",
        "progress",
        "errors",
        "recording",
        "timestamps",
        "printable",
        "dates",
        "replacing",
        "privacy",
        "parallel",
        "kinds",
        "tracks",
        "sighting",
        "pace",
        "doubles",
        "finishing",
        "going_on",
        "file_names",
    },
    {"models"},
    {
        "hearing",
        "channels",
        "voices",
        "corrections",
        "sources",
        "audio",
        "ingest",
        "clips",
        "export",
        "vocabulary",
        "listening",
        "transcribe",
        "diarize",
        "attribute",
        "boundaries",
        "turns",
        "wording",
        "whole_sentences",
        "speakers",
        "people",
        "roles",
        "questions",
        "portraits",
        "waveform",
        "highlights",
        "quotes",
        "carrying",
    },
    {
        "telling",
        "meaning",
        "keeping",
        "taking_in",
        "survey",
        "claiming",
        "journal",
        "listening_copy",
        "relinking",
        "filing",
        "interviewed",
        "keyphrases",
        "query",
        "standing",
        "process",
        "revise",
        "correcting",
        "rewording",
        "retyping",
        "following",
        "recasting",
        "looking_again",
        "highlighting",
        "giving",
        "recognising",
        "entities",
        "pseudonyms",
        "redaction",
        "annotate",
        "annotating",
        "library",
        "search",
        "mentions",
        "mentioning",
        "batch",
        "watching",
        "forecast",
        "running",
        "asked",
        "exporting",
        "taking_back",
        "parcels",
        "zipped",
        "reels",
        "opening",
        "pages",
        "carried_copy",
    },
    {"lines", "bars", "doctor", "inspecting"},
    {"web"},
    {"commands"},
    {"cli"},
)
FOR_MODELS = {"pipeline.transcript", "pipeline.progress", "pipeline.errors", "pipeline.parallel"}
ENGINES = {"torch", "whisper", "faster_whisper", "ctranslate2", "onnxruntime"}
ENGINES |= {"spacy", "pytextrank", "tokenizers", "onnx", "kaldi_native_fbank"}
HEAVY = {
    *ENGINES,
    "numpy",
    "scipy",
    "av",
    "soundfile",
    "sounddevice",
    "pydub",
    "rich",
    "platformdirs",
    "fastapi",
    "pydantic",
    "uvicorn",
    "orjson",
    "docx",
    "typst",
    "openpyxl",
    "praatio",
    "pympi",
    "pyloudnorm",
    "presidio_analyzer",
}
FILES = source_files()
PACKAGES = {module_name(path) for path in FILES if path.name == "__init__.py"}


def imported(path: Path) -> Iterator[str]:
    """Yield what a file imports, wherever in it: modules, and names that may be modules."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{short(path)} imports from a relative place"
            if node.module in PACKAGES:  # its names may be modules, or stand in its __init__
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)


def layer(module: str) -> int | None:
    """Return the number of a module's layer, 0 at the bottom; None for what is not ours."""
    first, _, rest = module.partition(".")
    part = rest.split(".")[0] if first == "pipeline" else first
    return next((number for number, names in enumerate(LAYERS) if part in names), None)


def outside(modules: set[str]) -> list[tuple[str, str]]:
    """Return (file, top-level module) for each import of certain modules."""
    return [
        (short(path), name.split(".")[0])
        for path in FILES
        for name in imported(path)
        if name.split(".")[0] in modules
    ]


@pytest.mark.parametrize("path", FILES, ids=short)
def test_every_module_has_a_layer(path: Path) -> None:
    assert module_name(path) == "pipeline" or layer(module_name(path)) is not None


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_module_imports_one_above_it(path: Path) -> None:
    own = layer(module_name(path))
    above = {name for name in imported(path) if own is not None and (layer(name) or 0) > own}
    assert above == set()


def test_no_layer_has_a_module_of_another() -> None:
    for first, second in combinations(LAYERS, 2):
        assert not first & second


def test_nothing_imports_the_command_line() -> None:
    assert outside({"cli"}) == []


def test_models_know_values_alone() -> None:
    known = {
        name
        for path in FILES
        if short(path).startswith("models/")
        for name in imported(path)
        if name.startswith("pipeline")
    }
    assert known <= FOR_MODELS
    assert known


def test_only_models_import_engines() -> None:
    users = outside(ENGINES)
    assert {path.split("/")[0] for path, _ in users} == {"models"}
    assert {engine for _, engine in users} >= {"torch", "faster_whisper", "spacy"}


def test_only_the_library_imports_sqlite() -> None:
    users = {path for path, _ in outside({"sqlite3"})}
    assert users
    assert {path.rpartition("/")[0] for path in users} == {"pipeline/library"}


def at_import(path: Path) -> Iterator[str]:
    """Yield the top-level modules that a file imports as soon as it is imported itself."""
    for node in parsed(path).body:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=short)
def test_no_engine_is_imported_before_it_is_needed(path: Path) -> None:
    assert ENGINES & set(at_import(path)) == set()


def loaded_with(module: str) -> set[str]:
    """Return all modules that are loaded once a module is imported in a fresh Python."""
    script = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(json.loads(run.stdout))


@pytest.mark.parametrize(
    "module",
    [
        *("cli", "pipeline.search", "pipeline.library", "pipeline.lines.view", "models.catalog"),
        *("pipeline.export", "pipeline.exporting"),
    ],
)
def test_what_must_be_there_at_once_imports_nothing_heavy(module: str) -> None:
    loaded = loaded_with(module)
    assert module in loaded
    assert HEAVY & loaded == set()


@pytest.mark.parametrize("module", ["pipeline.process", "pipeline.batch", "models.engines"])
def test_the_pipeline_is_imported_without_an_engine(module: str) -> None:
    loaded = loaded_with(module)
    assert module in loaded
    assert ENGINES & loaded == set()
