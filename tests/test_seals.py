"""Seals: kept in step with every row by itself, the same in any order, and never of nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.library import Library
from pipeline.library.database import FILE_NAME, Database
from pipeline.library.seals import PASSING, SEALED, row_digest, seal_all, seal_of
from tests.libraries import TABLES, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VALUES = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text() | st.binary()
ROWS = st.lists(st.tuples(VALUES, VALUES), max_size=5)
# Tables by the rows that they may have; what is not named here is filled by `fill`.
BY_HAND = {
    "speaker_edit": "(?, 1, 'name', 'S1', 'Ben', NULL, NULL, 'now')",
    "voiceprint": "(?, 'S1', x'00ff', 1.0, 'ab')",
    "unprinted": "(?, 'S1')",
    "label_span": "(?, 'S1', 1.0, 2.0, NULL)",
    "removed": "(?, 0, 1.0, 2.0, 'Thanks.', 'nobody', NULL)",
    "unheard": "(?, 0, 1.0, 2.0, NULL)",
    "revision": "(?, 1, 1.0, 2.0, '{}', 'now', '[]', 1)",
    "entity": "(?, 0, 'Acme', 'ORG', 0, 0, 4, 1.0, 2.0, '', 'acme', '')",
    "keyphrase": "(?, 0, 'price', 1.0, 'price')",
    "keyphrase_mention": "(?, 0, 0, 0, 0, 4, 1.0, 2.0)",
    "tag": "(?, 'pilot', 'Pilot')",
    "participant": "(?, 'ben', 'Ben', 0)",
    "correction": "(?, 1, 1, NULL, 1.0, 2.0, 'a', 'b', '', '', 'now', NULL)",
    "highlight": "(?, 1, 1.0, 2.0, 'Cheap.', '[]', '', 0, 'now', 'now')",
    "heard_name": "(?, 1.0, 2.0, 'Acme', 'now')",
    "listening_copy": "(?, 1, 'ab', 1, 'cd')",
    "vocabulary": "(?, 0, 'Acme [ORG]')",
    "question": "(?, 0, 0, 0, 4, 1.0, 2.0, 1, 1, 1, 2.0, 3.0)",
    "meaning": "(?, 'ab', x'00', '[[0,0,4]]')",
    "meaning_vectors": "(?, 0, x'00')",
}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Database]:
    with Library(tmp_path, create=True) as library:
        fill(library, recording(), turn("Too expensive.", "Ben", 2.0), turn("Why?", "Ann", 5.0))
        fill(library, recording("cd" * 32), turn("Cheap.", "Ben", 2.0))
    with closing(Database(tmp_path, create=False)) as opened:
        yield opened


def seals(opened: Database) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in opened.read("SELECT * FROM seal")}


def worked_out(folder: Path) -> set[tuple[Any, ...]]:
    """Return the seals that all rows of a library come to, from nothing."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        file.execute("DELETE FROM seal")
        seal_all(file)
        return set(file.execute("SELECT * FROM seal"))


def test_every_table_is_sealed_or_named_as_passing(opened: Database) -> None:
    assert SEALED.keys() | PASSING == TABLES.keys()
    assert not SEALED.keys() & PASSING
    for table, owner in SEALED.items():
        columns = opened.read("SELECT name FROM pragma_table_info(?)", (table,))
        assert owner is None or owner in {row["name"] for row in columns}


def test_what_is_stored_is_sealed(opened: Database, tmp_path: Path) -> None:
    sealed = {(row[0], row[1]) for row in seals(opened)}
    for identity in (recording().id, "cd" * 32):
        tables = {table for whose, table in sealed if whose == identity}
        assert tables == {"recording", "stage", "segment", "speaker_span", "turn", "talk"}
    assert seals(opened) == worked_out(tmp_path)


@pytest.mark.parametrize("table", BY_HAND)
def test_every_table_is_sealed_as_it_is_written(
    opened: Database, tmp_path: Path, table: str
) -> None:
    before = seals(opened)
    with opened.atomic():
        if table == "keyphrase_mention":
            opened.write(f"INSERT INTO keyphrase VALUES {BY_HAND['keyphrase']}", (recording().id,))
        opened.write(f"INSERT INTO {table} VALUES {BY_HAND[table]}", (recording().id,))
    assert table in {row[1] for row in seals(opened) - before}
    assert seals(opened) == worked_out(tmp_path)
    with opened.atomic():
        opened.write(f"DELETE FROM {table}")
        opened.write("DELETE FROM keyphrase")
    assert seals(opened) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE turn SET text = 'Too cheap.' WHERE position = 0",
        "UPDATE recording SET title = 'Renamed'",
        "INSERT OR REPLACE INTO stage SELECT recording_id, name, '{}', 'then' FROM stage",
        "INSERT INTO recording SELECT * FROM recording WHERE true "
        "ON CONFLICT (id) DO UPDATE SET project = 'study'",
        f"UPDATE segment SET recording_id = '{'cd' * 32}', position = 7 WHERE position = 1",
        f"DELETE FROM recording WHERE id = '{'cd' * 32}'",
        "DELETE FROM turn",
        "INSERT INTO person VALUES (1, 'Ben', 'ben', 'now')",
        "INSERT INTO pseudonym VALUES ('', 'ben', 'Ben', 'person', 'P01', 0, 'now')",
    ],
)
def test_whatever_is_changed_is_sealed_anew(
    opened: Database, tmp_path: Path, statement: str
) -> None:
    before = seals(opened)
    with opened.atomic():
        opened.write(statement)
    assert seals(opened) != before
    assert seals(opened) == worked_out(tmp_path)


def test_what_is_taken_back_leaves_its_seals(opened: Database) -> None:
    before = seals(opened)

    def broken_off() -> None:
        with opened.atomic():
            opened.write("DELETE FROM turn")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert seals(opened) == before
    with opened.atomic():
        opened.write("UPDATE recording SET title = title")
    assert seals(opened) == before


def test_who_only_reads_does_not_watch(opened: Database) -> None:
    opened.read("SELECT * FROM turn")
    assert opened.read("SELECT * FROM sqlite_temp_master") == []


@given(ROWS)
def test_the_order_of_rows_does_not_matter(rows: list[tuple[Any, ...]]) -> None:
    assert seal_of(rows) == seal_of(reversed(rows))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "bc"), ("ab", "c")),
        (("1",), (1,)),
        ((1,), (1.0,)),
        (("ab",), (b"ab",)),
        ((None,), ("None",)),
        (("",), (b"",)),
        (("text 1", "a"), ("text 1, text 1", "")),
        ((0.1,), (0.1 + 2**-56,)),
    ],
)
def test_rows_that_differ_at_all_have_other_seals(
    one: tuple[Any, ...], other: tuple[Any, ...]
) -> None:
    assert row_digest(one) != row_digest(other)


def test_a_seal_is_what_it_always_was() -> None:
    row = ("ab" * 32, 0, None, 0.5, "Wir müssen über den Preis reden.", b"\x00\xff")
    assert seal_of([row]) == "4bfe30b0993cd20e04583eb3ff5a2fad1f9a3750b844f2fc6cc7d398a9b755b3"
