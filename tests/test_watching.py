"""What lands in a folder is taken when it is completely written, and once."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.faults_runs import Command, Running, start
from pipeline.commands import watching as watching_command
from pipeline.errors import RecordingsGone, UsageError
from pipeline.library import Library
from pipeline.watching import (
    QUIET,
    Arrivals,
    Look,
    Root,
    Watch,
    is_partial,
    is_written_to,
    look_at,
    watching,
)
from tests.sounds import speech, write_wav

if TYPE_CHECKING:
    from collections.abc import Iterator

CALL = Path("/calls/call.wav")
SMALL, LARGE = Look(10, 1), Look(20, 2)
PATIENCE = 30.0  # seconds: a busy machine is slow


def none() -> list[Path]:
    """Return the folders that are calls: there are none."""
    return []


# The rule


def test_a_file_is_quiet_when_it_has_looked_the_same_for_long() -> None:
    arrivals = Arrivals(quiet=5)
    arrivals.see(CALL, SMALL, 0)
    assert arrivals.quiet_at(4.9) == ()
    assert arrivals.quiet_at(5) == (CALL,)


def test_a_change_begins_the_wait_anew() -> None:
    arrivals = Arrivals(quiet=5)
    arrivals.see(CALL, SMALL, 0)
    arrivals.see(CALL, LARGE, 4)
    assert arrivals.quiet_at(8) == ()
    assert arrivals.quiet_at(9) == (CALL,)


def test_to_see_the_same_again_does_not() -> None:
    arrivals = Arrivals(quiet=5)
    for now in range(5):
        arrivals.see(CALL, SMALL, now)
    assert arrivals.quiet_at(5) == (CALL,)


def test_what_is_taken_is_not_waited_for_until_it_changes() -> None:
    arrivals = Arrivals(quiet=5)
    arrivals.see(CALL, SMALL, 0)
    arrivals.take([CALL])
    arrivals.see(CALL, SMALL, 6)
    assert arrivals.waiting == ()
    arrivals.see(CALL, LARGE, 7)
    assert arrivals.quiet_at(11) == ()
    assert arrivals.quiet_at(12) == (CALL,)


def test_a_file_that_goes_is_not_waited_for_and_is_new_when_it_comes_back() -> None:
    arrivals = Arrivals(quiet=5)
    arrivals.see(CALL, SMALL, 0)
    arrivals.see(CALL, None, 1)
    assert not arrivals.waiting
    arrivals.see(CALL, SMALL, 2)
    arrivals.take([CALL])
    arrivals.see(CALL, None, 8)
    arrivals.see(CALL, SMALL, 9)
    assert arrivals.waiting == (CALL,)


def test_a_file_that_somebody_writes_to_is_waited_for() -> None:
    arrivals = Arrivals(quiet=5)
    arrivals.see(CALL, SMALL, 0)
    arrivals.still_written(CALL, 5)
    assert arrivals.quiet_at(9) == ()
    assert arrivals.quiet_at(10) == (CALL,)


def test_one_file_does_not_keep_another_waiting() -> None:
    arrivals = Arrivals(quiet=5)
    arrivals.see(CALL, SMALL, 0)
    arrivals.see(CALL.with_name("other.wav"), SMALL, 4)
    assert arrivals.quiet_at(5) == (CALL,)


def test_the_files_of_a_call_come_together() -> None:
    arrivals = Arrivals(quiet=5)
    ann, ben = (Path(f"/calls/audio{name}123456789.m4a") for name in ("Ann", "Ben"))
    elsewhere = Path("/others/audioCleo1.m4a")
    arrivals.see(ann, SMALL, 0)
    arrivals.see(elsewhere, SMALL, 0)
    arrivals.see(ben, SMALL, 4)
    assert arrivals.quiet_at(6) == (elsewhere,)
    assert arrivals.quiet_at(9) == (ann, ben, elsewhere)


sights = st.lists(
    st.tuples(st.floats(0.1, 9), st.integers(0, 3)), min_size=1, max_size=30
)  # seconds since the last one, and the size


def taken_at(seen: list[tuple[float, int]], quiet: float) -> list[tuple[float, int]]:
    """Return when a file was taken that is seen so, and its size then; a size of 0: it is gone."""
    arrivals, now, taken = Arrivals(quiet=quiet), 0.0, []
    for after, size in [*seen, (100.0, seen[-1][1])]:
        now += after
        arrivals.see(CALL, Look(size, 0) if size else None, now)
        if quiet_now := arrivals.quiet_at(now):
            arrivals.take(quiet_now)
            taken.append((now, size))
    return taken


@given(sights)
def test_a_file_is_only_taken_after_it_has_been_quiet(seen: list[tuple[float, int]]) -> None:
    moments = [0.0]
    for after, _ in seen:
        moments.append(moments[-1] + after)
    sizes = [size for _, size in seen]
    for moment, size in taken_at(seen, 5.0):
        before = [
            other
            for at, other in zip(moments[1:], sizes, strict=True)
            if moment - 5.0 < at <= moment
        ]
        assert set(before) <= {size}


@given(sights)
def test_nothing_is_taken_twice_as_it_is(seen: list[tuple[float, int]]) -> None:
    taken = taken_at(seen, 5.0)
    gone = 0 in {size for _, size in seen}
    assert gone or all(before != after for (_, before), (_, after) in pairwise(taken))


@given(sights)
def test_what_stays_is_taken_in_the_end_as_it_is_then(seen: list[tuple[float, int]]) -> None:
    last = seen[-1][1]
    taken = taken_at(seen, 5.0)
    assert not last or taken[-1][1] == last


@given(st.integers(2, 60))
def test_a_file_that_is_copied_slowly_is_taken_once_at_its_end(seconds: int) -> None:
    assert [size for _, size in taken_at([(1.0, n + 1) for n in range(seconds)], QUIET)] == [
        seconds
    ]


# Names


@pytest.mark.parametrize(
    ("name", "partial"),
    [
        ("call.wav", False),
        ("call.part.wav", False),
        ("call.wav.part", True),
        ("call.m4a.crdownload", True),
        ("Unconfirmed 12.crdownload", True),
        ("call.tmp", True),
        ("CALL.TMP", True),
        (".call.wav.Xy12", True),
        ("~$call.wav", True),
        ("double_click_to_convert_01.zoom", True),
        ("call.m4a.download/call.m4a", True),
        (".trash/call.wav", True),
        ("2026/call.wav", False),
    ],
)
def test_partial_files_are_told_by_name(name: str, partial: bool) -> None:
    assert is_partial(Path("/calls", name), Path("/calls")) is partial


def test_the_name_of_the_watched_folder_tells_nothing(tmp_path: Path) -> None:
    assert not is_partial(Path("/home/.calls/call.wav"), Path("/home/.calls"))


# Files


def test_a_folder_looks_like_nothing(tmp_path: Path) -> None:
    assert look_at(tmp_path) is None
    assert look_at(tmp_path / "nothing.wav") is None
    file = write_wav(tmp_path / "call.wav", speech(1))
    assert look_at(file) == Look(file.stat().st_size, file.stat().st_mtime_ns)


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells")
def test_a_file_that_is_open_to_write_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    with path.open("wb"):
        assert is_written_to(path)
    assert not is_written_to(path)
    with path.open("rb"):
        assert not is_written_to(path)
    with path.open("r+b"):
        assert is_written_to(path)


def test_a_file_cannot_be_watched(tmp_path: Path) -> None:
    file = write_wav(tmp_path / "call.wav", speech(1))
    with pytest.raises(UsageError, match="it is a file"):
        Root.of(file)
    with pytest.raises(UsageError, match="it cannot be watched"):
        Root.of(tmp_path / "nowhere")


@pytest.fixture
def watched(tmp_path: Path) -> Watch:
    """Watch a folder, and wait for nothing."""
    (tmp_path / "calls").mkdir()
    return Watch([tmp_path / "calls"], Arrivals(quiet=0))


def test_what_lies_there_is_found(tmp_path: Path) -> None:
    first = write_wav(tmp_path / "a.wav", speech(1))
    (tmp_path / "more").mkdir()
    second = write_wav(tmp_path / "more" / "b.wav", speech(1))
    (tmp_path / "notes.txt").touch()
    (tmp_path / "c.wav.part").write_bytes(first.read_bytes())
    watch = Watch([tmp_path], Arrivals(quiet=0))
    assert sorted(watch.ready(none)) == [first, second]
    assert watch.ready(none) == []


def test_a_folder_that_comes_as_a_whole_is_looked_through(tmp_path: Path, watched: Watch) -> None:
    inner = tmp_path / "calls" / "new" / "inner"
    inner.mkdir(parents=True)
    call = write_wav(inner / "call.wav", speech(1))
    watched.note([tmp_path / "calls" / "new"])
    assert watched.ready(none) == [call]


def test_a_file_that_is_renamed_is_taken_under_its_last_name(
    tmp_path: Path, watched: Watch
) -> None:
    part = write_wav(tmp_path / "calls" / "call.wav.crdownload", speech(1))
    watched.note([part])
    assert watched.ready(none) == []
    whole = part.rename(tmp_path / "calls" / "call.wav")
    watched.note([part, whole])
    assert watched.ready(none) == [whole]


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells")
def test_a_file_is_not_taken_while_it_is_open_to_write(tmp_path: Path, watched: Watch) -> None:
    call = write_wav(tmp_path / "calls" / "call.wav", speech(1))
    with call.open("ab"):
        watched.note([call])
        assert watched.ready(none) == []
    assert watched.ready(none) == [call]


def test_the_files_of_a_meeting_are_taken_as_its_folder(tmp_path: Path, watched: Watch) -> None:
    folder = tmp_path / "calls" / "Audio Record"
    folder.mkdir()
    for name in ("Ann", "Ben"):
        write_wav(folder / f"audio{name}11234567890.wav", speech(1))
    watched.note([folder])
    assert watched.ready(none) == [folder]


def test_a_participant_that_comes_late_belongs_to_the_meeting(
    tmp_path: Path, watched: Watch
) -> None:
    folder = tmp_path / "calls" / "Audio Record"
    folder.mkdir()
    for name in ("Ann", "Ben"):
        write_wav(folder / f"audio{name}11234567890.wav", speech(1))
    watched.note([folder])
    assert watched.ready(none) == [folder]
    watched.note([write_wav(folder / "audioCleo11234567890.wav", speech(1))])
    assert watched.ready(none) == [folder]


def test_files_of_a_folder_that_is_known_as_a_call_are_taken_as_it(
    tmp_path: Path, watched: Watch
) -> None:
    files = [write_wav(tmp_path / "calls" / f"{name}.wav", speech(1)) for name in "ab"]
    watched.note(files)
    assert watched.ready(lambda: [tmp_path / "calls"]) == [tmp_path / "calls"]


def test_a_folder_that_goes_is_told(tmp_path: Path, watched: Watch) -> None:
    (tmp_path / "calls").rename(tmp_path / "elsewhere")
    with pytest.raises(RecordingsGone, match=r"calls: the folder that was watched is gone"):
        watched.note([])


def test_another_folder_in_its_place_is_not_it(tmp_path: Path, watched: Watch) -> None:
    (tmp_path / "calls").rename(tmp_path / "elsewhere")
    (tmp_path / "calls").mkdir()  # as a mount point is where the drive was pulled out
    with pytest.raises(RecordingsGone, match="Plug the drive in again"):
        watched.note([])


# As time goes by


def first_ready(folder: Path, poll: bool) -> Iterator[list[Path]]:
    """Yield what is ready, as soon as anything is."""
    until = time.monotonic() + PATIENCE
    for watch in watching([folder], poll=poll, arrivals=Arrivals(quiet=0.3)):
        if files := watch.ready(none):
            yield files
        assert time.monotonic() < until


@pytest.mark.parametrize("poll", [False, True])
def test_what_lands_is_told_by_the_system(tmp_path: Path, poll: bool) -> None:
    first = write_wav(tmp_path / "first.wav", speech(1))
    ready = first_ready(tmp_path, poll)
    assert next(ready) == [first]
    second = write_wav(tmp_path / "second.wav", speech(1))
    assert next(ready) == [second]
    second.write_bytes(second.read_bytes() + bytes(100))
    assert next(ready) == [second]


def begun(tmp_path: Path, folder: Path) -> Running:
    """Watch a folder by the whole command, with doubles for engines."""
    words = ("watch", str(folder))
    return start(Command(words, tmp_path / "run", tmp_path / "library"))


def printed(tmp_path: Path, text: str) -> str:
    """Return what the command has printed, once a text is in it."""
    said, until = "", time.monotonic() + PATIENCE
    while time.monotonic() < until:
        said = "".join(
            (tmp_path / "run" / name).read_text(encoding="utf-8")
            for name in SAID
            if (tmp_path / "run" / name).exists()
        )
        if text in said:
            return said
        time.sleep(0.05)
    raise AssertionError(said)


SAID = ("out.txt", "err.txt")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_the_whole_command_takes_what_lands_and_ends_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    write_wav(folder / "first.wav", speech(3, seed=1))
    (folder / "bad.wav").write_bytes(b"no sound at all" * 100)
    running = begun(tmp_path, folder)
    printed(tmp_path, "Watching ")
    source = write_wav(tmp_path / "second.wav", speech(3, seed=2)).read_bytes()
    with (folder / "second.wav").open("wb") as slow:
        for part in range(0, len(source), 20_000):
            slow.write(source[part : part + 20_000])
            slow.flush()
            time.sleep(0.2)
    said = printed(tmp_path, "second")
    assert said.count("second") == 1
    assert said.count("bad.wav: it is no audio or video") == 1
    pid = running.process.pid
    assert pid is not None
    os.kill(pid, signal.SIGINT)
    began = time.monotonic()
    ended = running.wait()
    assert time.monotonic() - began < 3
    assert (ended.code, "Stopped." in ended.err) == (130, True)
    with Library(tmp_path / "library") as library:
        assert {entry.recording.title for entry in library.entries()} == {"first", "second"}
        assert all(entry.complete for entry in library.entries())


def test_the_whole_command_says_where_there_is_no_folder(tmp_path: Path) -> None:
    ended = start(Command(("watch", str(tmp_path / "none")), tmp_path / "r", tmp_path / "l")).wait()
    assert ended.code == 2
    assert "none: it cannot be watched (No such file or directory)" in ended.err


def test_the_whole_command_says_where_a_folder_goes(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    running = begun(tmp_path, tmp_path / "calls")
    printed(tmp_path, "Watching ")
    shutil.move(tmp_path / "calls", tmp_path / "gone")
    ended = running.wait()
    assert ended.code == 1
    assert "the folder that was watched is gone" in ended.err


def test_a_folder_within_that_cannot_be_looked_into_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").mkdir()
    scandir = os.scandir

    def refusing(folder: Any) -> Any:
        if Path(folder).name == "secret":
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    (error,) = Watch([tmp_path]).refused
    assert watching_command._not_watched(error) == (
        f"{tmp_path / 'secret'}: it is not watched, as it cannot be looked into "
        "(Permission denied)."
    )
