"""A library put back: whole or not at all, and what stood there is kept."""

from __future__ import annotations

import signal
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import BackupError, LibraryError, UsageError
from pipeline.keeping import restoring
from pipeline.keeping.backing_up import back_up
from pipeline.keeping.restoring import put_aside, restore
from pipeline.library import Library
from pipeline.library.database import FILE_NAME, MIGRATIONS
from pipeline.library.holding import held_now
from pipeline.privacy import exposed
from tests.libraries import check_index, contents, fill, recording
from tests.test_backing_up import rewritten, with_manifest
from tests.test_database import old_library
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

ID, OTHER = "ab" * 32, "cd" * 32


def filled(folder: Path, identity: str = ID, text: str = "It is too expensive.") -> Path:
    """Return the folder of a library of one call with a listening copy."""
    with Library(folder, create=True) as library:
        fill(library, recording(identity, title=identity[:2]), turn(text))
    (folder / "copies").mkdir()
    (folder / "copies" / f"{identity}.opus").write_bytes(identity.encode())
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path / "library")


@pytest.fixture
def backup(folder: Path, tmp_path: Path) -> Path:
    with Library(folder) as library:
        back_up(library, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


def entries(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"locks"}


def test_a_backup_put_back_is_the_library_row_for_row(
    folder: Path, backup: Path, tmp_path: Path
) -> None:
    restored = restore(backup, tmp_path / "deep" / "new")
    assert restored.before is None
    assert restored.manifest.recordings == (ID,)
    assert contents(tmp_path / "deep" / "new") == contents(folder)
    check_index(tmp_path / "deep" / "new")
    copy = tmp_path / "deep" / "new" / "copies" / f"{ID}.opus"
    assert copy.read_bytes() == ID.encode()


def test_what_is_put_back_is_for_its_owner_alone(backup: Path, tmp_path: Path) -> None:
    restore(backup, tmp_path / "new")
    assert exposed(tmp_path / "new") == []


def test_nothing_is_left_beside_it(backup: Path, tmp_path: Path) -> None:
    restore(backup, tmp_path / "new")
    assert entries(tmp_path / "new") == {FILE_NAME, "copies"}


def test_a_library_that_is_there_stays_unless_it_is_forced(folder: Path, backup: Path) -> None:
    before = contents(folder)
    with pytest.raises(UsageError, match=r"there is a library already.*--force"):
        restore(backup, folder)
    assert contents(folder) == before


def test_a_library_that_is_there_is_moved_aside_whole(backup: Path, tmp_path: Path) -> None:
    other = filled(tmp_path / "other", OTHER, "Nobody may lose this.")
    before = contents(other)
    restored = restore(backup, other, force=True)
    assert restored.before is not None
    assert restored.before.parent == tmp_path
    assert restored.before.name.startswith(f"other-before-{datetime.now():%Y-}")
    kept = contents(restored.before)
    assert kept == before
    check_index(restored.before)
    assert entries(restored.before) == {FILE_NAME, "copies"}
    assert (restored.before / "copies" / f"{OTHER}.opus").read_bytes() == OTHER.encode()
    assert entries(other / "copies") == {f"{ID}.opus"}
    with Library(other) as library:
        assert library.identities() == (ID,)


def test_the_library_knows_the_copies_of_it_from_then_on(
    folder: Path, backup: Path, tmp_path: Path
) -> None:
    with Library(folder) as library:
        back_up(library, tmp_path / "later.zip")
    restored = restore(backup, folder, force=True)
    with Library(folder) as library:
        known = {each.path for each in library.backups()}
    assert known == {str(backup), str(tmp_path / "later.zip"), str(restored.before)}


def test_a_damaged_library_is_moved_aside_too(folder: Path, backup: Path) -> None:
    (folder / FILE_NAME).write_bytes(b"not a library" * 1000)
    restored = restore(backup, folder, force=True)
    assert restored.before is not None
    assert (restored.before / FILE_NAME).read_bytes().startswith(b"not a library")
    with Library(folder) as library:
        assert library.identities() == (ID,)


def test_a_library_that_another_has_open_is_not_moved(folder: Path, backup: Path) -> None:
    said = "another relisten has this library open"
    with Library(folder), pytest.raises(LibraryError, match=said):
        restore(backup, folder, force=True)
    assert entries(folder) >= {FILE_NAME, "copies"}
    with Library(folder) as library:
        assert library.identities() == (ID,)


def test_nobody_fills_the_library_meanwhile(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    real = restoring.put_aside

    def noted(folder: Path, stage: Path, moment: datetime) -> Path | None:
        with held_now(folder, ID) as free:
            held.append(not free)
        return real(folder, stage, moment)

    monkeypatch.setattr(restoring, "put_aside", noted)
    restore(backup, tmp_path / "new")
    assert held == [True]


@pytest.mark.parametrize("force", [True, False])
def test_what_is_no_whole_backup_changes_nothing(
    folder: Path, backup: Path, tmp_path: Path, force: bool
) -> None:
    broken = rewritten(backup, tmp_path / "broken.zip", **{f"copies/{ID}.opus": b"x" * 64})
    before, names = contents(folder), entries(folder)
    with pytest.raises((BackupError, UsageError)):
        restore(broken, folder, force=force)
    assert (contents(folder), entries(folder)) == (before, names)
    with pytest.raises(BackupError, match="is not what was written"):
        restore(broken, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert list(tmp_path.glob("library-before*")) == []


def as_backup(source: Path, database: Path, target: Path) -> Path:
    """Return a backup with another database in it, listed as it is."""
    from hashlib import sha256

    content = database.read_bytes()
    with zipfile.ZipFile(source) as archive:
        copy = archive.read(f"copies/{ID}.opus")
    members = [
        {"name": name, "size": len(each), "sha256": sha256(each).hexdigest()}
        for name, each in ((FILE_NAME, content), (f"copies/{ID}.opus", copy))
    ]
    listed = with_manifest(source, target.with_suffix(".listed"), members=members)
    return rewritten(listed, target, **{FILE_NAME: content})


def test_a_database_damaged_before_it_was_backed_up_is_refused(
    folder: Path, backup: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as file, file:
        file.execute("PRAGMA foreign_keys = OFF")
        file.execute("DELETE FROM recording")
    with pytest.raises(BackupError, match=r"its library is damaged \(rows lack\)"):
        restore(as_backup(backup, folder / FILE_NAME, tmp_path / "b.zip"), tmp_path / "new")
    (folder / "text").write_bytes(b"no database" * 500)
    with pytest.raises(BackupError, match="its library cannot be read"):
        restore(as_backup(backup, folder / "text", tmp_path / "c.zip"), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_newer_library_is_refused(folder: Path, backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        file.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer = as_backup(backup, folder / FILE_NAME, tmp_path / "newer.zip")
    with pytest.raises(BackupError, match=r"a newer relisten has written it\. Update"):
        restore(newer, tmp_path / "new")


@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_older_library_is_brought_up_to_date(backup: Path, tmp_path: Path, version: int) -> None:
    (tmp_path / "old").mkdir()
    old_library(tmp_path / "old", version)
    older = as_backup(backup, tmp_path / "old" / FILE_NAME, tmp_path / "older.zip")
    restore(older, tmp_path / "new")
    with Library(tmp_path / "new") as library:
        assert library.identities() == ("one",)
        assert [each.text for each in library.turns("one")] == ["Expensive."]
    assert FILE_NAME in entries(tmp_path / "new") <= {FILE_NAME, f"{FILE_NAME}-wal", "copies"}


def test_without_such_a_file_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no such file\. Name a backup"):
        restore(tmp_path / "backup.zip", tmp_path / "new")


def test_a_full_disk_leaves_what_was_there(
    folder: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = contents(folder)
    monkeypatch.setattr(restoring, "verified", full)
    with pytest.raises(BackupError, match=r"cannot be put there \(No space left"):
        restore(backup, folder, force=True)
    assert contents(folder) == before
    assert entries(folder) == {FILE_NAME, "copies"}


def test_what_else_lies_in_the_folder_stays_there(backup: Path, tmp_path: Path) -> None:
    other = filled(tmp_path / "other", OTHER)
    (other / "thesis.txt").write_text("mine", encoding="utf-8")
    restored = restore(backup, other, force=True)
    assert (other / "thesis.txt").read_text(encoding="utf-8") == "mine"
    assert restored.before is not None
    assert not (restored.before / "thesis.txt").exists()


def test_two_that_are_moved_aside_in_one_second_are_kept_both(tmp_path: Path) -> None:
    folder, moment = tmp_path / "library", datetime(2026, 9, 1, 10, 30)
    places = []
    for identity in (ID, OTHER):
        filled(folder, identity)
        places.append(put_aside(folder, folder / "none", moment))
    assert [place.name for place in places if place] == [
        "library-before-2026-09-01-103000",
        "library-before-2026-09-01-103000-2",
    ]
    assert [len(contents(place)["recording"]) for place in places if place] == [1, 1]


def test_broken_off_after_the_move_it_is_put_back_by_the_same_command(
    folder: Path, backup: Path, tmp_path: Path
) -> None:
    before = contents(folder)
    (folder / FILE_NAME).rename(tmp_path / "moved.sqlite")  # as a crash leaves it: copies remain
    restored = restore(backup, folder)
    assert contents(folder)["turn"] == before["turn"]
    assert restored.before is not None
    assert entries(restored.before) == {"copies"}


def test_an_empty_file_in_the_place_of_the_library_is_no_library(
    folder: Path, backup: Path
) -> None:
    before = contents(folder)
    (folder / FILE_NAME).write_bytes(b"")  # as a full disk leaves it
    with pytest.raises(LibraryError, match="put back a backup: relisten restore FILE"):
        Library(folder)
    restore(backup, folder)
    assert contents(folder)["turn"] == before["turn"]


def test_ctrl_c_between_the_two_moves_waits_until_the_library_is_there(
    folder: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, aside = contents(folder), restoring.put_aside

    def broken_off(*args: Any) -> Path | None:
        place = aside(*args)
        signal.raise_signal(signal.SIGINT)
        return place

    monkeypatch.setattr(restoring, "put_aside", broken_off)
    with pytest.raises(KeyboardInterrupt):
        restore(backup, folder, force=True)
    assert contents(folder)["turn"] == before["turn"]


def test_the_library_itself_is_put_in_place_last(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved: list[str] = []

    def told(path: Path, into: Path) -> None:
        moved.append(into.name)
        path.rename(into)

    monkeypatch.setattr("pipeline.keeping.restoring.shutil.move", told)
    restore(backup, tmp_path / "new")
    assert moved == ["copies", FILE_NAME]
