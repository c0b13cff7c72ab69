"""A backup: whole at one moment, checked, never over another file, and never trusted unread."""

from __future__ import annotations

import json
import os
import stat
import threading
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import BackupError, LibraryError, UsageError
from pipeline.keeping import backing_up
from pipeline.keeping.backing_up import (
    MANIFEST,
    Manifest,
    back_up,
    check_room,
    read_manifest,
    to_manifest,
    verified,
)
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from tests.libraries import check_index, contents, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.progress import Progress

ID, OTHER = "ab" * 32, "cd" * 32
SOUND = bytes(range(256)) * 40


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a library of two calls, one with a listening copy."""
    with Library(tmp_path / "library", create=True) as opened:
        for identity in (ID, OTHER):
            fill(opened, recording(identity, title=identity[:2]), turn("It is too expensive."))
        copies = opened.folder / "copies"
        copies.mkdir()
        for name, content in ((f"{ID}.opus", SOUND), (f"{ID}.dat", b"peaks"), (".half", b"half")):
            (copies / name).write_bytes(content)
        yield opened


def rewritten(source: Path, target: Path, **changed: bytes | None) -> Path:
    """Write a zip again with members changed (their names as given), left out (None) or added."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        members = {name: before.read(name) for name in before.namelist()} | changed
        for name, content in members.items():
            if content is not None:
                after.writestr(name, content)
    return target


def with_manifest(source: Path, target: Path, **fields: object) -> Path:
    """Write a backup again with fields of its manifest changed."""
    with zipfile.ZipFile(source) as archive:
        known = json.loads(archive.read(MANIFEST))
    return rewritten(source, target, **{MANIFEST: json.dumps(known | fields).encode()})


def test_a_backup_holds_the_library_its_copies_and_a_list_of_them(
    library: Library, tmp_path: Path
) -> None:
    target = tmp_path / "backup.zip"
    manifest = back_up(library, target)
    assert manifest.recordings == (ID, OTHER)
    assert manifest.copies == 1
    names = [FILE_NAME, f"copies/{ID}.dat", f"copies/{ID}.opus"]
    assert [each.name for each in manifest.members] == names
    assert read_manifest(target) == verified(target) == manifest
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        kinds = {each.filename: each.compress_type for each in archive.infolist()}
        assert archive.read(f"copies/{ID}.opus") == SOUND
    assert kinds[FILE_NAME] == zipfile.ZIP_DEFLATED
    assert kinds[f"copies/{ID}.opus"] == zipfile.ZIP_STORED


def test_what_comes_out_of_it_is_row_for_row_what_went_in(library: Library, tmp_path: Path) -> None:
    back_up(library, tmp_path / "backup.zip")
    before = contents(library.folder)
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        archive.extractall(tmp_path / "out")
    assert contents(tmp_path / "out") == {**before, "backup": []}
    check_index(tmp_path / "out")


def test_the_library_remembers_where_its_backups_are(library: Library, tmp_path: Path) -> None:
    back_up(library, tmp_path / "one.zip")
    back_up(library, tmp_path / "one.zip", force=True)
    back_up(library, tmp_path / "two.zip")
    assert {each.path for each in library.backups()} == {
        str(tmp_path / "one.zip"),
        str(tmp_path / "two.zip"),
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_backup_is_for_its_owner_alone_under_any_umask(library: Library, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        back_up(library, tmp_path / "backup.zip")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "backup.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        modes = {stat.S_IMODE(each.external_attr >> 16) for each in archive.infolist()}
    assert modes == {0o600}


def test_without_audio_the_copies_are_left_out(library: Library, tmp_path: Path) -> None:
    manifest = back_up(library, tmp_path / "backup.zip", audio=False)
    assert [each.name for each in manifest.members] == [FILE_NAME]
    assert manifest.copies == 0


def test_a_backup_is_of_one_moment_while_another_writes(library: Library, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:  # a recording with its turns comes in three transactions
        with Library(library.folder) as other:
            for number in range(10_000):
                if done.is_set():
                    break
                fill(other, recording(f"{number:064x}"), turn(f"Number {number} was here."))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            back_up(library, tmp_path / f"{number}.zip", audio=False)
    finally:
        done.set()
        writer.join()
    held = []
    for number in range(3):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
            archive.extractall(tmp_path / str(number))
        check_index(tmp_path / str(number))
        rows = contents(tmp_path / str(number))
        manifest = verified(tmp_path / f"{number}.zip")
        assert sorted(row["id"] for row in rows["recording"]) == list(manifest.recordings)
        assert {row["recording_id"] for row in rows["turn"]} <= set(manifest.recordings)
        held.append(len(manifest.recordings))
    assert held == sorted(held)
    assert held[-1] > 2, "nobody wrote meanwhile"


def test_a_copy_that_is_forgotten_meanwhile_is_left_out(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = library.folder / "copies" / "gone.opus"
    listed = backing_up.listening_copies(library.folder)
    monkeypatch.setattr(backing_up, "listening_copies", lambda _: [*listed, gone])
    manifest = back_up(library, tmp_path / "backup.zip")
    assert len(manifest.members) == 3
    assert verified(tmp_path / "backup.zip") == manifest


def test_how_far_it_is_goes_up_to_all_of_it(library: Library, tmp_path: Path) -> None:
    told: list[Progress] = []
    back_up(library, tmp_path / "backup.zip", report=told.append)
    for stage in ("backup", "check"):
        parts = [each.fraction for each in told if each.stage == stage]
        assert parts == sorted(parts)
        assert parts[-1] == 1


def test_a_file_that_is_there_is_written_over_only_with_force(
    library: Library, tmp_path: Path
) -> None:
    target = tmp_path / "thesis.zip"
    target.write_bytes(b"thesis")
    with pytest.raises(UsageError, match=r"is there already.*--force"):
        back_up(library, target)
    assert target.read_bytes() == b"thesis"
    back_up(library, target, force=True)
    assert verified(target).recordings == (ID, OTHER)


def test_a_recording_is_never_written_over(library: Library, tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"sound")
    (tmp_path / "link.zip").symlink_to(tmp_path / "call.wav")
    fill(library, recording("ef" * 32, path=tmp_path / "call.wav"), turn("Hello."))
    for name in ("call.wav", "link.zip"):
        with pytest.raises(UsageError, match="recordings are never written over"):
            back_up(library, tmp_path / name, force=True)
    assert (tmp_path / "call.wav").read_bytes() == b"sound"


@pytest.mark.parametrize("inside", ["backup.zip", "copies/backup.zip", "../library/backup.zip"])
def test_a_backup_is_not_kept_in_the_library_itself(library: Library, inside: str) -> None:
    with pytest.raises(UsageError, match="in the library's own folder"):
        back_up(library, library.folder / inside)
    assert not (library.folder / inside).exists()


def test_a_backup_goes_into_a_file_in_a_folder_that_is_there(
    library: Library, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"is a folder\. Name the file"):
        back_up(library, tmp_path)
    with pytest.raises(UsageError, match="there is no such folder"):
        back_up(library, tmp_path / "usb" / "backup.zip")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), r"was not written \(No space left.*Make room"),
        (LibraryError("It is damaged."), r"was not written\. It is damaged\."),
    ],
)
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    sentence: str,
) -> None:
    def full(*_: object) -> None:
        raise error

    disk = tmp_path / "disk"
    disk.mkdir()
    monkeypatch.setattr(backing_up, "_add", full)
    with pytest.raises(BackupError, match=sentence):
        back_up(library, disk / "backup.zip")
    assert list(disk.iterdir()) == []
    assert library.backups() == ()


def test_what_was_written_over_stays_where_writing_fails(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(library, tmp_path / "backup.zip")
    before = (tmp_path / "backup.zip").read_bytes()
    monkeypatch.setattr(backing_up, "verified", lambda *_: None)
    with pytest.raises(BackupError, match="not what is read back"):
        back_up(library, tmp_path / "backup.zip", force=True)
    assert (tmp_path / "backup.zip").read_bytes() == before


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_a_backup_that_is_cut_off_is_refused(library: Library, tmp_path: Path, part: float) -> None:
    back_up(library, tmp_path / "backup.zip")
    whole = (tmp_path / "backup.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(BackupError, match=r"cut\.zip cannot be read as a backup"):
        verified(tmp_path / "cut.zip")


def test_a_flipped_byte_anywhere_in_its_files_is_noticed(library: Library, tmp_path: Path) -> None:
    back_up(library, tmp_path / "backup.zip")
    whole = (tmp_path / "backup.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        ends = [each.header_offset for each in archive.infolist()][1:]
    for end in ends:
        flipped = bytearray(whole)
        flipped[end - 40] ^= 0x10
        (tmp_path / "flipped.zip").write_bytes(flipped)
        with pytest.raises(BackupError):
            verified(tmp_path / "flipped.zip")


def test_a_file_changed_with_its_checksum_is_noticed_by_its_digest(
    library: Library, tmp_path: Path
) -> None:
    back_up(library, tmp_path / "backup.zip")
    name, other = f"copies/{ID}.opus", SOUND[:-1] + b"!"
    changed = rewritten(tmp_path / "backup.zip", tmp_path / "changed.zip", **{name: other})
    with pytest.raises(BackupError, match=r"changed\.zip: copies/ab.* is not what was written"):
        verified(changed)


def test_another_zip_is_no_backup(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("photo.jpg", b"photo")
    with pytest.raises(BackupError, match="it is a zip file, but no backup of a library"):
        verified(tmp_path / "photos.zip")


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/passwd", "copies/../../x.opus", "copies\\x", "C:x.opus", ".bashrc"]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(
    library: Library, tmp_path: Path, name: str
) -> None:
    back_up(library, tmp_path / "backup.zip", audio=False)
    manifest = read_manifest(tmp_path / "backup.zip")
    listed = [*manifest.members, replace(manifest.members[0], name=name, size=1)]
    members = [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in listed]
    slipping = with_manifest(tmp_path / "backup.zip", tmp_path / "slip.zip", members=members)
    slipping = rewritten(slipping, tmp_path / "slipping.zip", **{name: b"x"})
    with pytest.raises(BackupError, match="a name that no backup has"):
        verified(slipping, into=tmp_path / "into")


def test_what_is_in_it_and_not_on_its_list_is_refused(library: Library, tmp_path: Path) -> None:
    back_up(library, tmp_path / "backup.zip")
    more = rewritten(tmp_path / "backup.zip", tmp_path / "more.zip", **{"copies/x.opus": b"x"})
    less = rewritten(tmp_path / "backup.zip", tmp_path / "less.zip", **{f"copies/{ID}.dat": None})
    for path in (more, less):
        with pytest.raises(BackupError, match="other files than it lists"):
            verified(path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"format": 2}', "a newer relisten has written it"),
        (b"[]", "makes no sense"),
        (b"{", "makes no sense"),
        (b"\xff", "makes no sense"),
        (b'{"format": 1, "members": [{}], "recordings": []}', "makes no sense"),
        (b'{"format": 1, "members": [], "recordings": [], "x": 1}', "makes no sense"),
    ],
)
def test_a_list_that_cannot_be_understood_is_refused(text: bytes, reason: str) -> None:
    with pytest.raises(BackupError, match=reason):
        to_manifest(text)


def test_a_length_that_is_not_that_of_the_list_is_refused(library: Library, tmp_path: Path) -> None:
    back_up(library, tmp_path / "backup.zip")
    longer = rewritten(
        tmp_path / "backup.zip", tmp_path / "longer.zip", **{f"copies/{ID}.opus": SOUND * 2}
    )
    with pytest.raises(BackupError, match="of other lengths"):
        verified(longer)


def test_a_disk_without_room_is_told_before_anything_is_written(tmp_path: Path) -> None:
    check_room(tmp_path, 1)
    with pytest.raises(BackupError, match="MB are needed there"):
        check_room(tmp_path, 1 << 60)


def test_the_size_of_a_backup_is_that_of_its_files() -> None:
    member = backing_up.Member(FILE_NAME, 7, "00")
    manifest = Manifest(1, "1", "2026-09-01", (), (member, member))
    assert manifest.size == 14
