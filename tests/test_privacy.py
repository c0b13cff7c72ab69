"""A library's files are for its owner alone: made so under any umask, and put right when open."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from pipeline.library.holding import holding
from pipeline.privacy import exposed, make_private, own_files, private_file
from pipeline.process import Request, process
from tests.fakes import FakeEngines
from tests.libraries import fill, recording
from tests.sounds import by_turns, columns, write_wav
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


@pytest.fixture
def careless() -> Iterator[None]:
    """Let everything that is made be open to everybody, unless it says otherwise."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.lstat().st_mode)
        for path in [folder, *folder.rglob("*")]
    }


def copied(folder: Path) -> Path:
    """Return a library as some program copied it: open to all, with a listening copy."""
    Library(folder, create=True).close()
    (folder / "copies").mkdir()
    (folder / "copies" / "one.opus").write_bytes(b"sound")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@pytest.mark.usefixtures("careless")
def test_all_that_is_made_for_a_recording_is_for_its_owner_alone(tmp_path: Path) -> None:
    call = write_wav(tmp_path / "call.wav", columns(*by_turns(4)))
    folder = tmp_path / "library"
    with Library(folder, create=True) as library, holding(folder, "ab", lambda: None):
        process(call, library, FakeEngines(), Request())
        made = modes(folder)
    assert FILE_NAME in made
    assert f"{FILE_NAME}-wal" in made
    assert {name: mode for name, mode in made.items() if mode & 0o077} == {}


@pytest.mark.usefixtures("careless")
def test_a_private_file_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    private_file(tmp_path / "one")
    assert modes(tmp_path)["one"] == 0o600
    with pytest.raises(FileExistsError):
        private_file(tmp_path / "one")


def test_a_library_that_was_copied_is_put_right_when_it_is_opened(tmp_path: Path) -> None:
    folder = copied(tmp_path / "library")
    assert len(exposed(folder)) == 4
    Library(folder).close()
    assert modes(folder) == {
        ".": 0o700,
        FILE_NAME: 0o600,
        "copies": 0o700,
        "copies/one.opus": 0o600,
    }
    assert exposed(folder) == []


def test_what_is_private_already_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"
    Library(folder, create=True).close()
    monkeypatch.setattr(type(folder), "chmod", lambda *_: pytest.fail("it changes a mode"))
    make_private(folder)


def test_a_folder_that_holds_other_things_too_stays_open_and_so_do_they(tmp_path: Path) -> None:
    folder = copied(tmp_path / "library")
    (folder / "notes.txt").touch(0o644)
    (folder / ".ssh").mkdir(0o755)
    make_private(folder)
    after = modes(folder)
    assert (after["."], after["notes.txt"], after[".ssh"]) == (0o755, 0o644, 0o755)
    assert (after[FILE_NAME], after["copies"]) == (0o600, 0o700)


def test_recordings_that_a_browser_sent_lie_in_a_folder_of_the_library(tmp_path: Path) -> None:
    folder = copied(tmp_path / "library")
    theirs = folder / "recordings" / "call.wav"
    theirs.parent.mkdir()
    theirs.write_bytes(b"sound")
    theirs.chmod(0o644)
    make_private(folder)
    assert modes(folder)["."] == 0o700
    assert modes(folder)["recordings/call.wav"] == 0o644  # nobody else gets as far as to it


def test_what_a_link_leads_to_is_not_touched(tmp_path: Path) -> None:
    folder = copied(tmp_path / "library")
    outside = tmp_path / "outside"
    outside.touch(0o644)
    (folder / "copies" / "two.opus").symlink_to(outside)
    make_private(folder)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_modes_that_cannot_be_changed_are_told_and_stop_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(tmp_path / "library")

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(type(folder), "chmod", refuse)
    Library(folder).close()
    assert folder / FILE_NAME in exposed(folder)


def test_a_library_still_reads_and_writes_once_it_is_put_right(tmp_path: Path) -> None:
    folder = copied(tmp_path / "library")
    with Library(folder) as library:
        fill(library, recording(), turn("What is the price?"))
    with Library(folder) as library:
        assert len(library.recordings()) == 1


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("library.sqlite", True),
        ("library.sqlite-wal", True),
        ("copies", True),
        ("relisten.log.1", True),
        (f".{'0a' * 16}.zip", True),
        (".bashrc", False),
        ("thesis.log", False),
        ("notes.sqlite", False),
    ],
)
def test_what_relisten_keeps_is_told_from_what_others_do(
    tmp_path: Path, name: str, own: bool
) -> None:
    (tmp_path / name).touch()
    assert own_files(tmp_path) == ([tmp_path / name] if own else [])
