"""Recordings that were put right are read once nobody changes them any more, one at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from pipeline.looking_again import HELD
from pipeline.web import follower
from pipeline.web.follower import Follower, follower_of, look_again

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PATIENCE = 10.0  # seconds for a thread to be done


class Reading:
    """Notes what is read, and tells when as much was as is waited for."""

    def __init__(self, count: int) -> None:
        self.read: list[str] = []
        self._count, self._done = count, threading.Event()

    def __call__(self, identity: str) -> bool:
        """Read a recording, which needs no second time."""
        self.read.append(identity)
        if len(self.read) == self._count:
            self._done.set()
        return False

    def wait(self) -> list[str]:
        """Return what was read, once it is as much as was to be."""
        assert self._done.wait(PATIENCE)
        return self.read


def test_a_recording_that_changes_again_and_again_is_read_once() -> None:
    reading, go_on = Reading(2), threading.Event()
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        assert go_on.wait(PATIENCE)
        patient._quiet = 0.0

    patient = Follower(reading, quiet=0.01, wait=wait)
    for _ in range(3):
        patient.later("one")
    patient.later("two")
    go_on.set()
    assert sorted(reading.wait()) == ["one", "two"]
    assert max(waited, default=0.0) <= 0.01


def test_who_comes_after_all_were_read_is_read_as_well() -> None:
    first = Reading(1)
    patient = Follower(first, quiet=0.0)
    patient.later("one")
    assert first.wait() == ["one"]
    second = Reading(1)
    patient._read = second
    patient.later("two")
    assert second.wait() == ["two"]


def test_a_recording_that_changes_while_it_is_read_is_read_again() -> None:
    reading = Reading(2)

    def read(identity: str) -> bool:
        if not reading.read:
            patient.later(identity)
        return reading(identity)

    patient = Follower(read, quiet=0.0)
    patient.later("one")
    assert reading.wait() == ["one", "one"]


def test_it_is_read_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[Any] = []

    def run(command: list[str], **how: Any) -> subprocess.CompletedProcess[bytes]:
        ran.append((command, how))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    assert not look_again(tmp_path, "ab")
    ((command, how),) = ran
    assert command == [sys.executable, "-P", "-m", "pipeline.looking_again", str(tmp_path), "ab"]
    assert how["stdout"] == how["stderr"] == how["stdin"] == subprocess.DEVNULL


def test_what_another_process_works_on_is_read_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes, waited, done = [HELD, 0], [], threading.Event()

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        if len(codes) == 1:
            done.set()
        return subprocess.CompletedProcess(command, codes.pop(0))

    def wait(seconds: float) -> None:
        waited.append(seconds)
        patient._due["ab"] = 0.0  # as if they were over

    monkeypatch.setattr(subprocess, "run", run)
    patient = Follower(lambda identity: look_again(tmp_path, identity), quiet=0.0, wait=wait)
    patient.later("ab")
    assert done.wait(PATIENCE)
    assert [follower.AGAIN - 1 < seconds <= follower.AGAIN for seconds in waited] == [True]


def test_code_in_the_folder_where_the_server_runs_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pipeline").mkdir()
    trap = "from pathlib import Path; Path(__file__).with_name('ran').touch()"
    (tmp_path / "pipeline" / "__init__.py").write_text(trap, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    look_again(tmp_path / "library", "ab")
    assert not (tmp_path / "pipeline" / "ran").exists()


def test_where_a_process_cannot_be_begun_the_next_one_is_tried(tmp_path: Path) -> None:
    reading = Reading(1)

    def read(identity: str) -> bool:
        if identity == "one":
            raise OSError(12, "no memory", str(tmp_path))
        return reading(identity)

    patient = Follower(read, quiet=0.0)
    patient.later("one")
    patient.later("two")
    assert reading.wait() == ["two"]


def test_a_library_has_one_follower(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reading(1)
    monkeypatch.setattr(follower, "look_again", lambda _, identity: reading(identity))
    assert follower_of(tmp_path) is follower_of(tmp_path)
    own = follower_of(tmp_path)
    own._quiet = 0.0
    own.later("one")
    assert reading.wait() == ["one"]
