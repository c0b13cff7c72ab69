"""The doctor looks at everything, breaks on nothing, and names the command that mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.catalog import Listed
from pipeline import doctor
from pipeline.errors import RelistenError
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from tests.libraries import recording


@pytest.fixture(autouse=True)
def _a_sound_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "sound_device", lambda: "Speakers")


def listed(*, whisper: bool, spacy: bool) -> list[Listed]:
    here = Path("cache")
    return [
        Listed("tiny.en", "whisper", "MIT", 1, "", here if whisper else None),
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
    assert found["models to transcribe with"].found == "tiny.en"


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
