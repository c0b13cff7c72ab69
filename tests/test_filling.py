"""One process at a time fills a library, and a killed one holds it no longer."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import LibraryError
from pipeline.library.filling import LOCK_NAME, filling
from tests.commands import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from pipeline.library.filling import filling

with filling(Path(sys.argv[1]), lambda: print("waiting", flush=True)):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that holds a folder until its input ends."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


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
        with holder(tmp_path) as second:
            assert said(second) == "waiting"
            first.kill()
            assert said(second) == "held"


def test_other_libraries_are_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with holder(tmp_path) as first:
        assert said(first) == "held"
        with filling(tmp_path / "other", lambda: pytest.fail("it waits")):
            pass


def test_it_is_let_go_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), filling(tmp_path, lambda: pytest.fail("it waits")):
            raise ZeroDivisionError


def test_a_folder_that_cannot_be_held_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).mkdir()
    with (
        pytest.raises(LibraryError, match=r"cannot be held while it is filled .*--library"),
        filling(tmp_path, lambda: None),
    ):
        pass
