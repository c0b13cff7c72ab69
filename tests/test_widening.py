"""What version 5 added to rows that were there: their values, and whether they are as sealed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from pipeline.library.examining import faults
from pipeline.library.parts import PARTS
from pipeline.library.recovering import recover
from pipeline.library.seals import WIDENED, seal_all
from tests.libraries import contents
from tests.test_database import fuller

if TYPE_CHECKING:
    from pathlib import Path

WRONG = {
    "entity": "UPDATE entity SET text = 'Acne' WHERE recording_id = 'two'",
    "keyphrase": "UPDATE keyphrase SET text = 'prize' WHERE recording_id = 'two'",
    "talk": "UPDATE talk SET seconds = 7 WHERE recording_id = 'two' AND position = 0",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a library of version 4, sealed as it was then."""
    fuller(tmp_path, 4)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file, file:
        file.execute("UPDATE entity SET text = 'Zoë' WHERE recording_id = 'one'")
        file.execute("DELETE FROM stage")  # those say nothing of how they were made
        file.execute("DELETE FROM seal")
        seal_all(file)
    return tmp_path


def damage(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME)) as file, file:
        file.execute(statement)


def told(folder: Path) -> list[tuple[str | None, str]]:
    return [(each.recording, each.part) for each in faults(folder)]


def test_rows_are_given_what_they_had_no_columns_for(folder: Path) -> None:
    Library(folder).close()
    kept = contents(folder)
    assert [(row["name"], row["folded"]) for row in kept["entity"]] == [
        ("Zoë", "zoe"),
        ("Acme", "acme"),
    ]
    assert {row["lemma"] for row in kept["keyphrase"]} == {"price"}
    assert told(folder) == []


@pytest.mark.parametrize("table", WIDENED)
def test_what_was_wrong_before_is_told_after(folder: Path, table: str) -> None:
    damage(folder, WRONG[table])
    Library(folder).close()
    assert told(folder) == [("two", PARTS[table])]


def test_an_older_library_is_recovered_as_whole_as_it_was(folder: Path) -> None:
    damage(folder, "UPDATE turn SET text = 'No?' WHERE id = 11")
    recovered = recover(folder)
    assert recovered is not None
    assert [(hurt.id, hurt.doubtful) for hurt in recovered.hurt] == [("two", ())]
    kept = contents(folder)
    assert [(row["recording_id"], row["folded"]) for row in kept["entity"]] == [
        ("one", "zoe"),
        ("two", "acme"),
    ]
    with Library(folder) as library:
        assert [row.text for row in library.annotation("one").keyphrases] == ["price"]


@pytest.mark.parametrize("table", WIDENED)
def test_what_is_wrong_in_an_older_library_is_named_when_it_is_recovered(
    folder: Path, table: str
) -> None:
    damage(folder, WRONG[table])
    recovered = recover(folder)
    assert recovered is not None
    assert [(hurt.id, hurt.lost) for hurt in recovered.hurt] == [("two", (PARTS[table],))]
