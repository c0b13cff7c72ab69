"""One process at a time works on a recording, and a killed one holds none any longer."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import Held, LibraryError
from pipeline.library.holding import EVERY, FOLDER, held_now, held_within, holding, holding_all
from tests.commands import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

FIRST, SECOND = "ab" * 32, "cd" * 32
HOLD = """
import sys
from pathlib import Path
from pipeline.library.holding import holding

with holding(Path(sys.argv[1]), sys.argv[2], lambda: print("waiting", flush=True)):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(folder: Path, identity: str = FIRST) -> Iterator[subprocess.Popen[str]]:
    """Run a process that holds a recording until its input ends."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLD, str(folder), identity]
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def never() -> None:
    pytest.fail("it waits")


def test_a_second_process_says_once_that_it_waits(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        assert said(first) == "held"
        with holder(tmp_path) as second:
            assert said(second) == "waiting"
            assert first.stdin is not None
            first.stdin.close()
            assert said(second) == "held"


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        assert said(first) == "held"
        with held_now(tmp_path, FIRST) as held:
            assert not held
        first.kill()
        first.wait()
        with held_now(tmp_path, FIRST) as held:
            assert held


def test_other_recordings_and_other_libraries_are_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with (
        holding(tmp_path, FIRST, never),
        holding(tmp_path, SECOND, never),
        holding(tmp_path / "other", FIRST, never),
    ):
        pass


def test_one_is_not_held_twice_in_one_process_either(tmp_path: Path) -> None:
    with held_now(tmp_path, FIRST) as held:
        assert held
        with held_now(tmp_path, FIRST) as again:
            assert not again
    with held_now(tmp_path, FIRST) as held:
        assert held


def test_all_are_held_where_one_is_not(tmp_path: Path) -> None:
    with holding_all(tmp_path, never), held_now(tmp_path, SECOND) as held:
        assert not held
    assert len(EVERY) == len(list((tmp_path / FOLDER).iterdir())) == 256


def test_a_thread_may_let_go_of_what_another_took(tmp_path: Path) -> None:
    taken: list[AbstractContextManager[bool]] = []

    def take() -> None:
        taken.append(held_now(tmp_path, FIRST))
        assert taken[0].__enter__()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    taken[0].__exit__(None, None, None)
    with held_now(tmp_path, FIRST) as held:
        assert held


def test_it_is_let_go_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), holding(tmp_path, FIRST, never):
            raise ZeroDivisionError


def test_who_will_not_wait_long_is_told_and_holds_nothing(tmp_path: Path) -> None:
    with holder(tmp_path, SECOND) as other:
        assert said(other) == "held"
        with (
            pytest.raises(Held, match="another relisten is at work on this recording just now"),
            held_within(tmp_path, [FIRST, SECOND], 0.05),
        ):
            pytest.fail("it is held by another")
        with held_now(tmp_path, FIRST) as is_held:
            assert is_held


def test_who_waits_a_little_holds_as_soon_as_the_other_lets_go(tmp_path: Path) -> None:
    let_go = threading.Event()
    with held_now(tmp_path, FIRST) as is_held:
        assert is_held

        def wait() -> None:
            with held_within(tmp_path, [FIRST], 10.0):
                let_go.set()

        thread = threading.Thread(target=wait)
        thread.start()
        assert not let_go.wait(0.1)
    assert let_go.wait(10.0)
    thread.join()


def test_only_the_owner_can_read_what_holds(tmp_path: Path) -> None:
    with holding(tmp_path, FIRST, never):
        (lock,) = (tmp_path / FOLDER).iterdir()
        assert (lock.stat().st_mode & 0o077, lock.parent.stat().st_mode & 0o077) == (0, 0)


def test_a_folder_that_cannot_be_held_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_bytes(b"no folder")
    with (
        pytest.raises(LibraryError, match=r"cannot be held while it is filled .*--library"),
        holding(tmp_path, FIRST, never),
    ):
        pass
