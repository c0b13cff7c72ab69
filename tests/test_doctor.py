"""The doctor looks at everything, breaks on nothing, and names the command that mends it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.catalog import Listed
from models.choosing import Machine
from pipeline import doctor
from pipeline.errors import RelistenError
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from tests.libraries import recording

GB = 10**9


@pytest.fixture(autouse=True)
def _a_plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have loudspeakers, two cores and no GPU."""
    monkeypatch.setattr(doctor, "sound_device", lambda: "Speakers")
    become(monkeypatch, Machine(2, 8 * GB))


def become(
    monkeypatch: pytest.MonkeyPatch,
    machine: Machine,
    computed: str = "int8",
    *,
    usable: bool = True,
) -> None:
    """Have another machine; `usable` tells whether CUDA's libraries are there."""
    on_gpu = machine.gpu_memory > 0 and usable
    monkeypatch.setattr(doctor, "this_machine", lambda **_: machine)
    monkeypatch.setattr(doctor, "runs_on_gpu", lambda _: on_gpu)
    monkeypatch.setattr(doctor, "compute_type", lambda _: computed)
    monkeypatch.setattr(doctor, "gpu_memory", lambda: machine.gpu_memory)
    monkeypatch.setattr(doctor, "has_libraries", lambda: usable)


def listed(*, whisper: bool, spacy: bool) -> list[Listed]:
    here = Path("cache")
    return [
        Listed("base", "whisper", "MIT", 1, "", here if whisper else None),
        Listed("small", "whisper", "MIT", 1, "", None),
        Listed("voices", "voices", "MIT", 1, "", here),
        Listed("sentences", "sentences", "Apache-2.0", 1, "", here),
        Listed("en_core_web_sm", "spacy", "MIT", 1, "", here if spacy else None),
    ]


def checks(folder: Path, *, whisper: bool = True, spacy: bool = True) -> dict[str, doctor.Check]:
    found = doctor.examine(folder, listed(whisper=whisper, spacy=spacy), "base")
    return {check.name: check for check in found}


def test_a_machine_with_everything_is_well(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as library:
        library.put(recording())
    found = checks(tmp_path)
    assert all(check.well for check in found.values())
    assert found["library"].found == f"1 recordings in {tmp_path}"
    assert found["sound"].found == "Speakers"
    assert found["models to transcribe with"].found == "base"
    assert found["device"].found == "CPU, 2 cores, int8"
    assert found["default model"].found == "base"


@pytest.mark.parametrize(
    ("machine", "computed", "found"),
    [
        (Machine(16, 32 * GB, 8 * GB), "float16", "CUDA, 8 GB, float16"),
        (Machine(4, 8 * GB, 4 * GB), "int8_float16", "CUDA, 4 GB, int8_float16"),
        (Machine(8, 16 * GB), "int8", "CPU, 8 cores, int8"),
    ],
)
def test_what_computes_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: Machine, computed: str, found: str
) -> None:
    become(monkeypatch, machine, computed)
    assert checks(tmp_path)["device"] == doctor.Check("device", True, found)


def test_a_gpu_without_its_libraries_is_named_with_what_brings_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, Machine(4, 8 * GB, 8 * GB), usable=False)
    check = checks(tmp_path)["device"]
    assert check.found == "CPU, 4 cores, int8: there is a GPU, but not CUDA's libraries"
    assert (check.well, check.needed) == (False, False)
    assert check.mend == "pip install nvidia-cublas-cu12"


@pytest.mark.parametrize(
    ("machine", "whisper", "found", "mend"),
    [
        (Machine(2, 8 * GB), True, "base", ""),
        (
            Machine(8, 16 * GB),
            True,
            "base; this machine is up to small",
            "relisten models pull small",
        ),
        (Machine(2, 8 * GB), False, "base, which is not here", "relisten models pull base"),
        (Machine(8, 16 * GB), False, "small, which is not here", "relisten models pull small"),
    ],
)
def test_the_default_model_is_that_of_the_machine(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    machine: Machine,
    whisper: bool,
    found: str,
    mend: str,
) -> None:
    become(monkeypatch, machine)
    check = checks(tmp_path, whisper=whisper)["default model"]
    assert (check.found, check.mend, check.well) == (found, mend, not mend)
    assert check.well or not check.needed


@pytest.mark.parametrize(
    ("whisper", "spacy", "name", "mend"),
    [
        (False, True, "models to transcribe with", "relisten models pull base"),
        (True, False, "models to find entities with", "relisten models pull en_core_web_sm"),
    ],
)
def test_missing_models_name_the_command_that_brings_them(
    tmp_path: Path, whisper: bool, spacy: bool, name: str, mend: str
) -> None:
    check = checks(tmp_path, whisper=whisper, spacy=spacy)[name]
    assert (check.well, check.needed, check.mend) == (False, True, mend)


@pytest.mark.parametrize("name", ["tiny.en", "large-v3"])
def test_a_model_that_is_never_taken_by_itself_is_not_enough(tmp_path: Path, name: str) -> None:
    held = [Listed(name, "whisper", "MIT", 1, "", tmp_path)]
    found = {check.name: check for check in doctor.examine(tmp_path, held, "base")}
    check = found["models to transcribe with"]
    assert (check.well, check.needed, check.mend) == (False, True, "relisten models pull base")
    assert check.found == f"{name}, used only where --model says so"


def test_no_library_yet_is_nothing_wrong(tmp_path: Path) -> None:
    check = checks(tmp_path / "none")["library"]
    assert not check.well
    assert not check.needed
    assert "relisten process FOLDER" in check.found


def test_a_library_that_cannot_be_read_is_wrong_and_is_not_to_be_filled(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is a text, whatever its name says, " * 200)
    check = checks(tmp_path)["library"]
    assert (check.well, check.needed, check.mend) == (False, True, "")
    assert "the library is damaged" in check.found


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_library_that_others_can_read_is_told_and_breaks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Library(tmp_path, create=True).close()
    assert checks(tmp_path)["private library"].well
    (tmp_path / FILE_NAME).chmod(0o644)
    monkeypatch.setattr(type(tmp_path), "chmod", lambda *_: None)  # as on a stick that has no modes
    check = checks(tmp_path)["private library"]
    assert (check.well, check.needed, check.mend) == (False, False, f"chmod -R go= {tmp_path}")
    assert str(tmp_path / FILE_NAME) in check.found


@pytest.mark.parametrize(("covered", "found"), [(True, "is encrypted"), (False, "not encrypted")])
def test_whether_the_disk_is_encrypted_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, covered: bool, found: str
) -> None:
    monkeypatch.setattr(doctor, "encrypted", lambda _: covered)
    check = checks(tmp_path)["disk of the library"]
    assert (check.well, check.needed) == (covered, False)
    assert found in check.found


def test_nothing_is_said_of_a_disk_of_which_nothing_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "encrypted", lambda _: None)
    assert "disk of the library" not in checks(tmp_path)
    assert "private library" not in checks(tmp_path / "none")


def test_no_sound_device_is_nothing_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> str:
        raise RelistenError("this machine has no sound device to play on")

    monkeypatch.setattr(doctor, "sound_device", silent)
    check = checks(tmp_path)["sound"]
    assert (check.well, check.needed) == (False, False)
    assert "no sound device" in check.found


def test_a_package_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("spacy", "no-such-package"))
    found = checks(tmp_path)
    assert found["spacy"].well
    assert found["no-such-package"] == doctor.Check(
        "no-such-package", False, "not installed", "pip install relisten"
    )
