"""Fixtures shared by all tests, and the rule on recordings that are not ours to publish."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis
import pytest

from benchmarks.speech import SPEECH
from models.catalog import Store, default_store
from pipeline.library import Library
from tests import sounds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A busy machine is no reason to fail a property. In CI, which is to end soon, half as many examples
# are tried of those that name no number; others than on the run before.
hypothesis.settings.register_profile("relisten", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=50)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "relisten")

# Where the weights are, before a test points the environment elsewhere.
WEIGHTS = default_store()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with files that run real weights: no process is left with those at the end."""
    slow = {item.path for item in items if item.get_closest_marker("model")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def speech() -> Path:
    """Return the folder of real speech; skip where there is none, as outside our own machines."""
    if not SPEECH.is_dir():
        pytest.skip(f"there are no recordings in {SPEECH}")
    return SPEECH


@pytest.fixture
def weights() -> Store:
    """Return the store of real weights, which `relisten models pull` has filled."""
    return WEIGHTS


@pytest.fixture(autouse=True)
def _own_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep every test away from the library of whoever runs it."""
    monkeypatch.setenv("RELISTEN_LIBRARY", str(tmp_path / "library"))
    os.environ.pop("RELISTEN_TRACEBACK", None)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a new library in the test's folder."""
    with Library(tmp_path / "library", create=True) as made:
        yield made


@pytest.fixture
def calls(tmp_path: Path) -> list[Path]:
    """Return three calls of 4, 2 and 6 s, the last with two people."""
    return [
        sounds.write_wav(tmp_path / "a.wav", sounds.speech(4, seed=1)),
        sounds.write_wav(tmp_path / "b.wav", sounds.speech(2, seed=2)),
        sounds.write_wav(tmp_path / "c.wav", sounds.columns(*sounds.by_turns(6, seed=3))),
    ]
