"""Which model a machine is up to, and which is taken of those that are there."""

from __future__ import annotations

import os

import pytest

from models import choosing
from models.catalog import load_catalog
from models.choosing import (
    ANYTHING,
    Machine,
    Needs,
    default_model,
    preferred_model,
    this_machine,
)

GB = 10**9
SMALL = Machine(2, 8 * GB)
BIG = Machine(8, 12 * GB)
GAMER = Machine(16, 32 * GB, 8 * GB)
OLD_GPU = Machine(4, 8 * GB, 4 * GB)
CATALOG = load_catalog()
WHISPER = {model.name for model in CATALOG.models if model.kind == "whisper"}
ENGLISH, GERMAN = Needs("en"), Needs("de")
TRANSLATED = Needs(translate=True)


@pytest.mark.parametrize(
    ("machine", "needs", "name"),
    [
        (SMALL, ANYTHING, "base"),
        (Machine(8, 11 * GB), ANYTHING, "base"),
        (Machine(7, 64 * GB), ANYTHING, "base"),
        (BIG, ANYTHING, "small"),
        (OLD_GPU, ANYTHING, "small"),
        (GAMER, ANYTHING, "large-v3-turbo"),
        (Machine(2, 4 * GB, 6 * GB), ANYTHING, "large-v3-turbo"),
        (GAMER, TRANSLATED, "medium"),
        (BIG, TRANSLATED, "small"),
    ],
)
def test_a_machine_prefers_what_it_hears_with_in_good_time(
    machine: Machine, needs: Needs, name: str
) -> None:
    assert preferred_model(machine, needs) == name
    assert default_model(CATALOG, WHISPER, machine, needs) == name


@pytest.mark.parametrize(
    ("machine", "installed", "needs", "name"),
    [
        pytest.param(SMALL, {"tiny"}, ANYTHING, "tiny", id="the only one"),
        pytest.param(BIG, {"tiny", "base"}, ANYTHING, "base", id="the largest"),
        pytest.param(SMALL, {"small", "large"}, ANYTHING, "base", id="none that is larger"),
        pytest.param(GAMER, {"medium", "large-v3"}, ANYTHING, "medium", id="turbo is no large"),
        pytest.param(SMALL, {"tiny", "base.en"}, ANYTHING, "tiny", id="all languages first"),
        pytest.param(SMALL, {"base.en"}, ANYTHING, "base", id="English is not guessed"),
        pytest.param(SMALL, {"base.en"}, GERMAN, "base", id="English hears no German"),
        pytest.param(SMALL, {"tiny", "base.en"}, ENGLISH, "base.en", id="English asked for"),
        pytest.param(BIG, {"base", "base.en"}, ENGLISH, "base.en", id="English of one size"),
        pytest.param(SMALL, {"base", "base.en"}, ENGLISH, "base", id="the preferred is there"),
        pytest.param(SMALL, {"base.en"}, Needs("en", True), "base", id="English translates none"),
        pytest.param(GAMER, {"large-v3-turbo", "base"}, TRANSLATED, "base", id="nor does turbo"),
        pytest.param(SMALL, {"en_core_web_sm"}, ANYTHING, "base", id="what hears nothing"),
        pytest.param(BIG, set(), ANYTHING, "small", id="nothing there"),
    ],
)
def test_what_is_there_is_taken_if_it_will_do(
    machine: Machine, installed: set[str], needs: Needs, name: str
) -> None:
    assert default_model(CATALOG, installed, machine, needs) == name


@pytest.mark.parametrize("name", sorted(WHISPER))
def test_every_whisper_model_has_a_size(name: str) -> None:
    model = CATALOG.model(name)
    assert 30 < model.parameters < 2000
    # A checkpoint of half precision has two bytes for each of them.
    assert model.forms[0].size / model.parameters / 1e6 == pytest.approx(2, rel=0.05)


def test_those_that_do_not_translate_are_known() -> None:
    cannot = {name for name in WHISPER if not CATALOG.model(name).translates}
    assert cannot == {"tiny.en", "base.en", "small.en", "medium.en", "large-v3-turbo"}


def test_this_machine_has_cores_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "gpu_memory", lambda: 8 * GB)
    machine = this_machine(on_gpu=False)
    assert machine.cores == os.cpu_count()
    assert GB // 2 < machine.memory < 10**14
    assert machine.gpu_memory == 0
    assert this_machine(on_gpu=True).gpu_memory == 8 * GB
