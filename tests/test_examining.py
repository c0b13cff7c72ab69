"""What filters ask of turns, looked at: told where it is not what turns say, and mended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pipeline.library import Filters, Library, Order
from pipeline.library.database import FILE_NAME
from pipeline.library.examining import FILTERED, Fault, faults
from pipeline.library.parts import PARTS
from pipeline.library.recovering import recover
from pipeline.query.asked import Field
from tests.libraries import MADE, fill, recording
from tests.test_traits import FOUND, ID, OTHER, SAID

if TYPE_CHECKING:
    from pathlib import Path

ASTRAY = Fault(ID, FILTERED, "does not fit the transcript")
OF_IT = "WHERE id IN (SELECT id FROM turn WHERE recording_id = ?)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Library(tmp_path, create=True) as library:
        for identity in (ID, OTHER):
            fill(library, recording(identity, title=identity[:2]), *SAID)
            library.store_annotation(identity, FOUND, MADE)
    return tmp_path


def change(folder: Path, statement: str, *values: object) -> None:
    """Change a library behind its back, as a disk does."""
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as file:
        file.execute(statement, values)


def answered(folder: Path) -> list[int]:
    """Return how many turns pass each of some filters."""
    asked = (
        Filters(speaker="ben"),
        Filters(role="interviewer"),
        Filters(entity="money"),
        Filters(fields=(Field("is", "question"),)),
    )
    with Library(folder) as library:
        return [len(library.turns_in(each, 100, Order.BEST).ids) for each in asked]


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM turn_trait {OF_IT}",
        f"UPDATE turn_trait SET speaker = 'Bem' {OF_IT} AND speaker = 'Ben'",
        f"UPDATE turn_trait SET role = 'customer' {OF_IT} AND role = 'interviewer'",
        f"UPDATE turn_trait SET asks = 1 - asks {OF_IT}",
        f"UPDATE turn_trait SET answers = 0 {OF_IT}",
        f"UPDATE turn_trait SET labels = 'GPE' {OF_IT} AND labels != ''",
        f"UPDATE turn_trait SET position = position + 1 {OF_IT}",
        f"UPDATE turn_trait SET recording = recording + 7 {OF_IT}",
        "UPDATE recording_number SET first = first + 1 WHERE recording_id = ?",
        "UPDATE recording_number SET last = NULL WHERE recording_id = ?",
        "DELETE FROM recording_number WHERE recording_id = ?",
    ],
)
def test_what_filters_ask_is_told_where_it_is_not_what_turns_say_and_is_made_again(
    folder: Path, statement: str
) -> None:
    before = answered(folder)
    change(folder, statement, ID)
    assert list(faults(folder)) == [ASTRAY]
    recovered = recover(folder)
    assert recovered is not None
    assert (recovered.recordings, recovered.hurt) == (2, ())
    assert list(faults(folder)) == []
    assert answered(folder) == before


def test_all_of_it_may_be_gone(folder: Path) -> None:
    before = answered(folder)
    change(folder, "DELETE FROM turn_trait")
    change(folder, "DELETE FROM recording_number")
    assert [each.recording for each in faults(folder)] == [ID, OTHER]
    recover(folder)
    assert answered(folder) == before


def test_labels_are_the_same_in_any_order(folder: Path) -> None:
    turned = "CASE labels WHEN 'ORG,MONEY' THEN 'MONEY,ORG' WHEN 'MONEY,ORG' THEN 'ORG,MONEY' END"
    change(folder, f"UPDATE turn_trait SET labels = {turned} {OF_IT} AND labels != ''", ID)
    assert list(faults(folder)) == []


def test_a_recording_without_turns_has_nothing_to_fit(folder: Path) -> None:
    with Library(folder) as library:
        library.put(recording("cc" * 32, title="cc"))
        library.store_turns(OTHER, (), MADE)
    assert list(faults(folder)) == []


def test_where_a_turn_itself_was_changed_that_alone_is_told(folder: Path) -> None:
    change(folder, "UPDATE turn SET speaker = 'Bem' WHERE recording_id = ? AND position = 1", ID)
    assert [(each.recording, each.part) for each in faults(folder)] == [(ID, PARTS["turn"])]


def test_looking_writes_nothing(folder: Path) -> None:
    change(folder, "UPDATE turn_trait SET asks = 1")
    before = (folder / FILE_NAME).read_bytes()
    assert {each.part for each in faults(folder)} == {FILTERED}
    assert (folder / FILE_NAME).read_bytes() == before


def test_where_the_table_is_gone_the_file_is_told_to_be_built_otherwise(folder: Path) -> None:
    change(folder, "DROP TABLE turn_trait")
    assert {each.recording for each in faults(folder)} == {None}
