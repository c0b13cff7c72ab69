"""A batch at work as other processes see it: while it runs, and never after."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from pipeline.batch import process_all
from pipeline.keeping.forgetting import forget
from pipeline.process import Request
from pipeline.progress import FILES, WHOLE, Progress, silent
from pipeline.running import FOLDER, Running, Shown, running, shown_as_running, sweep
from tests.commands import PROJECT
from tests.fakes import FakeEngines
from tests.libraries import fill, recording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.progress import Report

OTHER = """
import sys, time
from pathlib import Path
from pipeline.progress import FILES, Progress, silent
from pipeline.running import shown_as_running
with shown_as_running(Path(sys.argv[1]), silent) as report:
    report(Progress(FILES, 0, 2, path=Path("calls", "Other call.wav")))
    print("begun", flush=True)
    time.sleep(60)
"""


class Clock:
    """A clock that is put on by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a batch in another process."""
    command = [sys.executable, "-c", OTHER, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=PROJECT, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        yield process
        process.kill()


def left(folder: Path) -> list[str]:
    return sorted(each.name for each in (folder / FOLDER).glob("*"))


def begin(report: Report, path: Path, done: int = 0) -> None:
    report(Progress(FILES, done, 2, path=path))
    report(Progress(WHOLE, 30.0 * done, 60.0))


def test_another_process_sees_the_file_the_stage_and_the_whole(tmp_path: Path) -> None:
    told: list[Progress] = []
    with shown_as_running(tmp_path, told.append) as report:
        begin(report, tmp_path / "a.wav")
        report(Progress("transcribe", 12.0, 30.0))
        (seen,) = running(tmp_path)
    assert (seen.recording, seen.path) == ("a.wav", str(tmp_path / "a.wav"))
    assert (seen.stage, seen.done, seen.total) == ("transcribe", 12.0, 30.0)
    assert (seen.files_done, seen.files, seen.whole) == (0, 2, 0.0)
    assert seen.started.endswith("+00:00")
    assert [each.stage for each in told] == [FILES, WHOLE, "transcribe"]


def test_nothing_is_seen_before_it_comes_to_a_file_or_after_it_ended(tmp_path: Path) -> None:
    with shown_as_running(tmp_path, silent) as report:
        assert running(tmp_path) == ()
        begin(report, tmp_path / "a.wav")
        assert len(running(tmp_path)) == 1
    assert running(tmp_path) == ()
    assert left(tmp_path) == []


def test_what_is_broken_off_is_not_seen_either(tmp_path: Path) -> None:
    def broken_off() -> None:
        with shown_as_running(tmp_path, silent) as report:
            begin(report, tmp_path / "a.wav")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert left(tmp_path) == []


def test_a_batch_of_another_process_is_seen_until_it_is_killed(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    assert [each.recording for each in running(tmp_path)] == ["Other call.wav"]
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert left(tmp_path) != []
    assert running(tmp_path) == ()
    assert left(tmp_path) == []


def test_sweeping_leaves_what_still_runs(tmp_path: Path, other: subprocess.Popen[str]) -> None:
    sweep(tmp_path)
    assert [each.recording for each in running(tmp_path)] == ["Other call.wav"]


def test_two_batches_are_seen_the_longest_at_work_first(
    tmp_path: Path, other: subprocess.Popen[str]
) -> None:
    def own() -> None:
        with shown_as_running(tmp_path, silent) as report:
            begin(report, tmp_path / "b.wav")
            seen.extend(running(tmp_path))

    seen: list[Running] = []
    thread = threading.Thread(target=own)
    thread.start()
    thread.join()
    assert {each.recording for each in seen} == {"Other call.wav", "b.wav"}
    assert [each.started for each in seen] == sorted(each.started for each in seen)


def test_it_is_written_seldom_but_at_once_where_a_file_or_a_stage_begins(tmp_path: Path) -> None:
    clock = Clock()
    shown = Shown(tmp_path / "batch-1.json", Running(), clock)

    def written() -> tuple[str, str, float]:
        kept = json.loads(shown.file.read_bytes())
        return kept["recording"], kept["stage"], kept["done"]

    begin(shown.tell, tmp_path / "a.wav")
    shown.tell(Progress("listen", 1.0, 30.0))
    assert written() == ("a.wav", "listen", 1.0)
    shown.tell(Progress("listen", 2.0, 30.0))
    assert written() == ("a.wav", "listen", 1.0)
    clock.now = 0.6
    shown.tell(Progress("listen", 3.0, 30.0))
    assert written() == ("a.wav", "listen", 3.0)
    shown.tell(Progress("transcribe", 0.5, 30.0))
    assert written() == ("a.wav", "transcribe", 0.5)
    begin(shown.tell, tmp_path / "b.wav", 1)
    assert written() == ("b.wav", "", 0.0)


def test_the_time_left_is_told_once_it_is_known(tmp_path: Path) -> None:
    clock = Clock()
    shown = Shown(tmp_path / "batch-1.json", Running(), clock)
    begin(shown.tell, tmp_path / "a.wav")
    assert shown.state.left is None
    clock.now = 10.0
    shown.tell(Progress(WHOLE, 20.0, 60.0))
    assert shown.state.whole == pytest.approx(1 / 3)
    assert shown.state.left == pytest.approx(20.0)


def test_a_disk_that_takes_nothing_stops_no_batch(tmp_path: Path) -> None:
    gone = Shown(tmp_path / "not there" / "batch-1.json", Running())
    begin(gone.tell, tmp_path / "a.wav")
    assert gone.state.recording == "a.wav"
    (tmp_path / FOLDER).write_bytes(b"a file where the folder should be")
    told: list[Progress] = []
    with shown_as_running(tmp_path, told.append) as report:
        begin(report, tmp_path / "a.wav")
    assert len(told) == 2


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"other": 1}', b"\xff"])
def test_a_file_that_cannot_be_understood_is_passed_over(tmp_path: Path, text: bytes) -> None:
    with shown_as_running(tmp_path, silent) as report:
        begin(report, tmp_path / "a.wav")
        (file,) = (tmp_path / FOLDER).glob("*.json")
        file.write_bytes(text)
        assert running(tmp_path) == ()


def test_names_that_are_no_unicode_are_told(tmp_path: Path) -> None:
    with shown_as_running(tmp_path, silent) as report:
        begin(report, tmp_path / os.fsdecode(b"caf\xe9.wav"))
        assert [each.recording for each in running(tmp_path)] == [os.fsdecode(b"caf\xe9.wav")]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps others out by itself")
def test_its_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    with shown_as_running(tmp_path, silent) as report:
        begin(report, tmp_path / "a.wav")
        modes = {oct(each.stat().st_mode & 0o777) for each in (tmp_path / FOLDER).iterdir()}
        assert len(left(tmp_path)) == 2
    assert modes == {"0o600"}


def test_a_real_batch_names_each_file_that_it_comes_to(library: Library, calls: list[Path]) -> None:
    seen: list[tuple[str, int, int]] = []
    with shown_as_running(library.folder, silent) as report:
        for _ in process_all(calls, library, FakeEngines(), Request(), report):
            (now,) = running(library.folder)
            seen.append((now.recording, now.files_done, now.files))
    assert [name for name, _, _ in seen] == ["a.wav", "b.wav", "c.wav"]
    assert [(done, of) for _, done, of in seen] == [(0, 3), (1, 3), (2, 3)]


def test_what_a_killed_batch_left_is_gone_when_a_recording_is_forgotten(library: Library) -> None:
    stale = library.folder / FOLDER / "batch-1-1.json"
    stale.parent.mkdir(exist_ok=True)
    stale.write_text('{"recording": "first call of all.m4a"}', encoding="utf-8")
    named = recording(title="first call of all.m4a")
    done = forget([fill(library, named)], library)
    assert not stale.exists()
    assert done.left == ()
