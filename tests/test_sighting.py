"""What tells that a file is as it was: where it lies, its size and its time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.sighting import UNSEEN, Sighting, is_there, sight
from tests.sounds import speech, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_file_is_told_by_its_place_size_and_time(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"12345")
    os.utime(path, ns=(1, 123_456_789))
    assert sight(path) == Sighting(path, 5, 123_456_789)


def test_a_file_named_from_the_folder_one_is_in_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "call.wav").write_bytes(b"12345")
    monkeypatch.chdir(tmp_path)
    assert sight(Path("call.wav")) == sight(tmp_path / "call.wav")


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def later(path: Path) -> None:
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


@pytest.mark.parametrize("change", [longer, later, Path.unlink])
@pytest.mark.parametrize("folder", [False, True], ids=["a file", "a folder of tracks"])
def test_whatever_changes_is_seen(
    tmp_path: Path, change: Callable[[Path], None], folder: bool
) -> None:
    tracks = [write_wav(tmp_path / f"{name}.wav", speech(0.1)) for name in ("anna", "ben")]
    path = tmp_path if folder else tracks[1]
    os.utime(tmp_path, ns=(0, 0))
    before = sight(path)
    change(tracks[1])
    assert sight(path) != before


def test_tracks_are_as_large_as_all_and_as_old_as_the_last(tmp_path: Path) -> None:
    for number, name in enumerate(("anna.wav", "ben.wav", "notes.txt"), start=1):
        (tmp_path / name).write_bytes(b"x" * number)
        os.utime(tmp_path / name, ns=(0, number))
    os.utime(tmp_path, ns=(0, 0))
    assert sight(tmp_path) == Sighting(tmp_path, 3, 2)


def test_what_is_not_there_is_not_seen(tmp_path: Path) -> None:
    assert sight(tmp_path / "gone.wav") == Sighting(tmp_path / "gone.wav", UNSEEN, 0)
    assert sight(tmp_path / ("x" * 300)).size == UNSEEN
    assert not is_there(tmp_path / "gone.wav")
    assert is_there(tmp_path)


def test_a_drive_that_does_not_answer_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "stat", broken)
    assert not is_there(tmp_path)
    assert sight(tmp_path).size == UNSEEN
