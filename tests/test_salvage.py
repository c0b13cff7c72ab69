"""Rows read out of damaged files: round whatever cannot be read, each once, and none made up."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pipeline.library.salvage import Table, open_damaged

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 4096
COUNT = 600


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file with one table of many pages, some of its rows longer than a page."""
    made = tmp_path / "file.sqlite"
    with closing(sqlite3.connect(made)) as file, file:
        file.execute(f"PRAGMA page_size = {PAGE}")
        file.execute("CREATE TABLE said (position INTEGER NOT NULL, words TEXT NOT NULL) STRICT")
        file.executemany("INSERT INTO said VALUES (?, ?)", rows())
        file.execute("DELETE FROM said WHERE position BETWEEN 200 AND 260")
    return made


def rows() -> list[tuple[int, str]]:
    return [(n, f"{n} " + "word " * (2000 if n % 50 == 0 else 40)) for n in range(COUNT)]


def kept() -> set[tuple[int, str]]:
    return {row for row in rows() if not 200 <= row[0] <= 260}


def read(path: Path) -> tuple[list[tuple[object, ...]], bool]:
    with closing(open_damaged(path)) as file:
        table = Table(file, "said", ("position", "words"))
        found = list(table.rows())
        return found, table.whole


def test_a_sound_file_is_read_in_full(path: Path) -> None:
    found, whole = read(path)
    assert set(found) == kept()
    assert whole


@pytest.mark.parametrize("broken", [1, 2, 5, 12])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_round_broken_pages_is_read(path: Path, broken: int, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(path.read_bytes())
    for number in chance.sample(range(3, len(content) // PAGE), broken):
        content[number * PAGE : (number + 1) * PAGE] = bytes(PAGE)
    path.write_bytes(content)
    found, whole = read(path)
    assert len(found) == len(set(found))
    # A page that holds the rest of a long row may have been zeros: that is for seals to tell.
    made_up = [row for row in set(found) - kept() if "\0" not in str(row[1])]
    assert made_up == []
    assert len(found) >= len(kept()) - 25 * broken
    assert whole or len(found) < len(kept())


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3 + 17])
    found, complete = read(path)
    assert not complete
    assert len(set(found) & kept()) > COUNT / 3


def test_a_text_that_is_none_is_left_out(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"77 word word", b"77 w\xffrd word"))
    found, whole = read(path)
    assert {row[0] for row in kept()} - {row[0] for row in found} == {77, 177, 277, 377, 477, 577}
    assert not whole


@pytest.mark.parametrize("content", [b"", b"text", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_where_nothing_is_left_nothing_is_read(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    found: list[tuple[object, ...]] = []
    with contextlib.suppress(sqlite3.DatabaseError):
        found, _ = read(path)
    assert found == []
