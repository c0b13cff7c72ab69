"""Freed memory is kept where the C library can do so, and nothing is touched where it cannot."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from typing import NoReturn

import pytest

from models.memory import MMAP_MAX, TRIM_THRESHOLD, give_back_memory, keep_freed_memory
from tests.commands import PROJECT

HAS_GLIBC = platform.libc_ver()[0] == "glibc"
glibc_alone = pytest.mark.skipif(not HAS_GLIBC, reason="mallopt(3) is glibc's")
# Takes and frees 40 MB six times. Prints the pages that were fetched the first time, and later.
TAKES_AND_FREES = """
import resource
from models.memory import give_back_memory, keep_freed_memory

def fetched():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

{before}
counts = [fetched()]
for _ in range(6):
    b"x" * 40_000_000
    counts.append(fetched())
print(counts[1] - counts[0], counts[-1] - counts[1])
"""


@dataclass
class Library:
    """A C library whose mallopt() does what it is told, but for some parameters."""

    refused: frozenset[int] = frozenset()
    asked: list[tuple[int, int]] = field(default_factory=list)

    def mallopt(self, parameter: int, value: int) -> int:
        self.asked.append((parameter, value))
        return int(parameter not in self.refused)


@pytest.mark.parametrize("name", ["", "musl", "libc"])
def test_no_other_c_library_is_asked(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def load(*_: object) -> NoReturn:
        raise AssertionError("it was loaded")

    monkeypatch.setattr(platform, "libc_ver", lambda: (name, ""))
    monkeypatch.setattr(ctypes, "CDLL", load)
    assert keep_freed_memory() is False


@pytest.mark.parametrize(
    ("refused", "kept"),
    [
        (frozenset(), True),
        (frozenset({MMAP_MAX}), False),
        (frozenset({TRIM_THRESHOLD}), False),
        (frozenset({MMAP_MAX, TRIM_THRESHOLD}), False),
    ],
)
def test_a_refusal_is_told(
    monkeypatch: pytest.MonkeyPatch, refused: frozenset[int], kept: bool
) -> None:
    library = Library(refused)
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.36"))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    assert keep_freed_memory() is kept
    assert (MMAP_MAX, 0) in library.asked


@glibc_alone
def test_glibc_keeps_it_however_often_it_is_asked() -> None:
    assert [keep_freed_memory(), keep_freed_memory()] == [True, True]


def pages_fetched(before: str) -> tuple[int, int]:
    """Return how many pages a fresh process fetches the first time, and how many later."""
    script = [sys.executable, "-c", TAKES_AND_FREES.format(before=before)]
    ran = subprocess.run(script, capture_output=True, text=True, check=True, cwd=PROJECT)
    first, later = ran.stdout.split()
    return int(first), int(later)


@glibc_alone
def test_what_is_freed_is_not_fetched_again() -> None:
    first, later = pages_fetched("keep_freed_memory()")
    assert later < first / 10
    first, later = pages_fetched("")
    assert later > first


@glibc_alone
def test_what_was_kept_can_be_given_back() -> None:
    code = (
        "import numpy as np, pathlib\n"
        "from models.memory import give_back_memory, keep_freed_memory\n"
        "def resident():\n"
        "    return int(pathlib.Path('/proc/self/statm').read_text().split()[1]) * 4096\n"
        "keep_freed_memory()\n"
        "large = [np.ones(1_000_000) for _ in range(20)]\n"
        "del large\n"
        "before = resident()\n"
        "assert give_back_memory()\n"
        "print(before - resident())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8"
    )
    assert int(done.stdout) > 100_000_000


def test_nothing_is_given_back_where_it_is_no_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.libc_ver", lambda: ("", ""))
    assert not give_back_memory()
