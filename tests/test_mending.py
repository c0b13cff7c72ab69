"""The commands round damage as a user meets them: what is wrong, what to do, what was saved."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from cli import relisten
from pipeline import inspecting
from pipeline.errors import LibraryError
from pipeline.ingest import content_id
from pipeline.inspecting import inspect, inspection_lines
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.doctor import Check


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a library of one recording whose file is there, with a copy for listening."""
    original = tmp_path / "first call.wav"
    original.write_bytes(b"sound")
    place = tmp_path / "library"
    with Library(place, create=True) as library:
        kept = recording(content_id(original), path=original)
        fill(library, kept, turn("Too expensive.", "Ben", 2.0))
        for path in (library.copy_path(kept.id), library.peaks_path(kept.id)):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"a copy")
        library.store_copy(kept.id, MADE)
    return place


def spoil(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as file:
        file.execute(statement)


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        relisten, ["--library", str(folder), *arguments], standalone_mode=False
    )


def found(folder: Path, *, originals: bool = False) -> Mapping[str, Check]:
    return {check.name: check for check in inspect(folder, originals=originals)}


def test_a_sound_library_is_well(folder: Path) -> None:
    checks = found(folder, originals=True)
    assert all(check.well for check in checks.values())
    assert checks["library, read in full"].found == "1 recordings, all as they were written"
    assert checks["recordings themselves"].found == "1 read"


def test_what_is_damaged_goes_by_its_title_and_date_with_what_to_do(folder: Path) -> None:
    spoil(folder, "UPDATE turn SET text = 'Too expansive.'")
    lines = list(inspection_lines(list(inspect(folder))))
    assert (
        "damaged  First call (2026-09-01): the transcript: not as it was written  ->  "
        "relisten recover"
    ) in lines
    assert "If you have a backup from before the damage, it has all: relisten restore FILE" in lines


def test_doctor_looks_deep_only_where_asked_to(folder: Path) -> None:
    spoil(folder, "UPDATE turn SET text = 'Too expansive.'")
    assert "damaged" not in run(folder, "doctor").output
    deep = run(folder, "doctor", "--deep", "--json")
    assert deep.return_value == 1
    names = {check["name"]: check["well"] for check in json.loads(deep.output)}
    assert names["First call (2026-09-01)"] is False


def test_a_copy_and_a_recording_that_changed_are_told(folder: Path) -> None:
    original = folder.parent / "first call.wav"
    next(folder.glob("copies/*.opus")).write_bytes(b"b copy")
    original.write_bytes(b"noise")
    changed = [check for check in inspect(folder, originals=True) if not check.well]
    assert [check.name for check in changed] == ["First call (2026-09-01)"] * 2
    assert changed[0].found.endswith(".opus is not what was written")
    assert changed[0].mend == f"delete it, then: relisten process '{original}'"
    assert changed[1].found == f"{original} is not the file any more that was taken in"


def test_a_recording_that_is_elsewhere_is_no_damage(folder: Path) -> None:
    (folder.parent / "first call.wav").unlink()
    check = found(folder, originals=True)["recordings themselves"]
    assert check.well
    assert check.found == "0 read, 1 not where they were: relisten relink FOLDER"


def test_a_library_that_cannot_be_opened_is_told_of_in_a_sentence(folder: Path) -> None:
    (folder / FILE_NAME).write_bytes(b"a text, whatever its name says, " * 200)
    for arguments in (["list"], ["recover"]):
        result = run(folder, *arguments)
        assert isinstance(result.exception, LibraryError)
        assert "relisten re" in str(result.exception)
    (check,) = inspect(folder)
    assert not check.well
    assert "relisten recover" in check.found
    assert "--deep" not in check.found  # it is this very look that says so


def test_words_that_are_no_json_any_more_are_a_sentence(folder: Path) -> None:
    spoil(folder, "UPDATE turn SET words = '[[\"Too\",2.0,2,'")
    error = run(folder, "show", "First call").exception
    assert isinstance(error, LibraryError)
    assert "relisten doctor --deep" in str(error)
    assert "First call (2026-09-01)" in found(folder)


def test_recover_says_what_was_saved_and_how_to_make_the_rest_again(folder: Path) -> None:
    spoil(folder, "UPDATE turn SET text = 'Too expansive.'")
    spoil(folder, "UPDATE recording SET title = 'Fist call'")
    lines = run(folder, "recover").output.splitlines()
    assert lines[:6] == [
        "1 recordings saved; 0 of them are as they were.",
        "Fist call (2026-09-01)",
        "  to be made again: the transcript",
        f"  ->  relisten process '{folder.parent / 'first call.wav'}'",
        "  may be wrong or not complete: its title, date and place",
        f"  ->  read it through: relisten show {content_id(folder.parent / 'first call.wav')[:8]}",
    ]
    assert lines[6].startswith(f"The damaged file is kept: {folder / 'library.damaged-'}")
    assert found(folder)["kept beside it"].well


def test_recover_leaves_what_is_well(folder: Path) -> None:
    said = "Nothing is wrong with the library. It stays as it is.\n"
    assert run(folder, "recover").output == said
    assert run(folder, "recover", "--json").output == "null\n"


def test_how_far_it_is_is_reported(folder: Path) -> None:
    reported: list[Any] = []
    list(inspect(folder, reported.append, originals=True))
    stages = [progress.stage for progress in reported]
    assert set(stages) == {"look", "read recordings"}
    assert reported[-1].fraction == 1


def test_words_that_cannot_be_read_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(path: Path) -> str:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(inspecting, "content_id", failing)
    wrong = [check for check in inspect(folder, originals=True) if not check.well]
    assert "cannot be read" in wrong[0].found
