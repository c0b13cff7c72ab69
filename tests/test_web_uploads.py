"""Files that are sent: under safe names, never over others, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pipeline.errors import MachineError, UsageError
from pipeline.file_names import LONGEST_NAME_BYTES
from pipeline.kinds import MEDIA_SUFFIXES
from pipeline.web import uploads
from pipeline.web.uploads import ABANDONED, Upload, checked_name, names_like, sweep_parts

if TYPE_CHECKING:
    from pathlib import Path


class Usage(NamedTuple):
    """How full a disk is."""

    total: int
    used: int
    free: int


def sent(folder: Path, name: str, data: bytes) -> Path:
    with Upload(folder, name, len(data)) as upload:
        upload.write(data)
        place = upload.reserve()
        upload.keep(place)
        return place


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("call.wav", "call.wav"),
        ("Call With Ann.M4A", "Call With Ann.m4a"),
        ("C:\\fakepath\\call.mp3", "call.mp3"),
        ("../../etc/passwd.wav", "passwd.wav"),
        ("..wav.wav", "wav.wav"),
        (".hidden.ogg", "hidden.ogg"),
        ("what? is: this*.flac", "what_ is_ this_.flac"),
        ("con.wav", "_con.wav"),
        ("a\nb\x00.opus", "a_b_.opus"),
        ("Zürich été.mp4", "Zürich été.mp4"),
        ("2026.09.01 Ann.wav", "2026.09.01 Ann.wav"),
    ],
)
def test_a_name_is_made_safe(name: str, kept: str) -> None:
    assert checked_name(name) == kept


def test_a_long_name_keeps_its_ending() -> None:
    kept = checked_name("ü" * 400 + ".flac")
    assert kept.endswith("ü.flac")
    assert len(kept.encode()) <= LONGEST_NAME_BYTES + len(".flac")


@pytest.mark.parametrize("suffix", sorted(MEDIA_SUFFIXES))
def test_every_ending_of_a_recording_is_taken(suffix: str) -> None:
    assert checked_name(f"call{suffix}") == f"call{suffix}"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "/", "notes.txt", "call", ".wav", " .wav", "call.wav.exe", "call.wav/"]
)
def test_what_is_no_recording_by_its_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=r"none of a recording. Choose sound or video"):
        checked_name(name)


def test_a_refusal_shows_no_name_that_could_do_harm() -> None:
    with pytest.raises(UsageError) as refused:
        checked_name("a\x1b[2J.txt")
    assert "\x1b" not in str(refused.value)


def test_a_file_is_there_as_a_whole_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    place = sent(folder, "call.wav", b"sound")
    assert place == folder / "call.wav"
    assert place.read_bytes() == b"sound"
    assert names(folder) == ["call.wav"]
    if os.name != "nt":
        assert {oct(each.stat().st_mode & 0o777) for each in (folder, place)} == {"0o700", "0o600"}


def test_no_file_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "call.wav").write_bytes(b"a recording of somebody")
    assert sent(tmp_path, "call.wav", b"one").name == "call (2).wav"
    assert sent(tmp_path, "call.wav", b"two").name == "call (3).wav"
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert kept["call.wav"] == b"a recording of somebody"
    assert (kept["call (2).wav"], kept["call (3).wav"]) == (b"one", b"two")


def test_two_that_are_sent_at_once_get_places_of_their_own(tmp_path: Path) -> None:
    with Upload(tmp_path, "call.wav") as one, Upload(tmp_path, "call.wav") as other:
        one.write(b"one")
        other.write(b"other")
        places = [one.reserve(), other.reserve()]
        one.keep(places[0])
        other.keep(places[1])
    assert [path.read_bytes() for path in places] == [b"one", b"other"]


def test_names_are_numbered_without_end() -> None:
    numbered = names_like("a.b.wav")
    assert [next(numbered) for _ in range(3)] == ["a.b.wav", "a.b (2).wav", "a.b (3).wav"]


def test_what_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    def broken_off() -> None:
        with Upload(tmp_path, "call.wav") as upload:
            upload.write(b"half of it")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        broken_off()
    assert names(tmp_path) == []


def test_its_digest_is_that_of_all_that_was_sent(tmp_path: Path) -> None:
    with Upload(tmp_path, "call.wav") as upload:
        for piece in (b"one", b"", b"two"):
            upload.write(piece)
        assert (upload.size, upload.identity) == (6, hashlib.sha256(b"onetwo").hexdigest())


def test_what_the_disk_has_no_room_for_is_refused_before_it_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "pipeline.web.uploads.shutil.disk_usage", lambda _: Usage(10**10, 9 * 10**9, 10**9)
    )
    with pytest.raises(MachineError, match=r"call.wav: there is no room.* 600 MB.* 500 MB"):
        Upload(tmp_path, "call.wav", 600_000_000)
    assert names(tmp_path) == []
    with Upload(tmp_path, "call.wav", 500_000_000):
        pass


def test_room_is_looked_at_again_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LOOK", 4)
    with Upload(tmp_path, "call.wav") as upload:
        upload.write(b"four")
        monkeypatch.setattr("pipeline.web.uploads.shutil.disk_usage", lambda _: Usage(1, 1, 0))
        with pytest.raises(MachineError, match="no room"):
            upload.write(b"more")
    assert names(tmp_path) == []


class Full:
    """A file on a full disk."""

    def __init__(self, number: int) -> None:
        self.number = number

    def write(self, _: bytes) -> int:
        raise OSError(self.number, os.strerror(self.number))

    def close(self) -> None:
        raise OSError(self.number, os.strerror(self.number))


def refuse(upload: Upload, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the disk refuse what is written from now on."""
    upload._file.close()
    monkeypatch.setattr(upload, "_file", Full(number))


def test_a_full_disk_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Upload(tmp_path, "call.wav") as upload:
        refuse(upload, errno.ENOSPC, monkeypatch)
        with pytest.raises(MachineError, match=r"call.wav: the disk is full. Make room"):
            upload.write(b"data")
    assert names(tmp_path) == []


def test_what_else_the_disk_refuses_is_no_want_of_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Upload(tmp_path, "call.wav") as upload:
        refuse(upload, errno.EIO, monkeypatch)
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            upload.write(b"data")


def test_what_a_killed_server_left_goes_after_an_hour(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".1.part", ".2.part", "mine.part"))
    for path in (old, new, other):
        path.write_bytes(b"half")
    for path in (old, other):
        before = path.stat().st_mtime - ABANDONED - 1
        os.utime(path, (before, before))
    sweep_parts(tmp_path)
    assert names(tmp_path) == [".2.part", "mine.part"]
    sweep_parts(tmp_path, alone=True)
    assert names(tmp_path) == ["mine.part"]
