"""Every row, text and page of a library looked at, to tell whether a disk has changed one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import LibraryError
from pipeline.library import rows
from pipeline.library.database import BUSY, FILE_NAME, MIGRATIONS, UNWRITABLE
from pipeline.library.explaining import ALL_CODES, DAMAGED, explained
from pipeline.library.parts import PARTS
from pipeline.library.salvage import (
    Table,
    columns_of,
    open_damaged,
    seal_table,
    seals_in,
    seals_worked_out,
)
from pipeline.library.seals import SEALED
from pipeline.library.traits import note_traits
from pipeline.progress import Progress, Report, silent
from pipeline.transcript import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.library.salvage import Seals

WHOLE_FILE = "the file of the library"
INDEX = "the index for searching"
FILTERED = "the index for filters"
# Tables of the names that `note_traits` writes to, which it finds before the library's own.
BESIDE = (
    "PRAGMA temp_store = MEMORY",  # what is said in a library is written nowhere else
    "CREATE TEMP TABLE turn_trait AS SELECT * FROM main.turn_trait WHERE FALSE",
    "CREATE INDEX temp.trait_beside ON turn_trait (id)",
    "CREATE TEMP TABLE recording_number "
    "(number INTEGER PRIMARY KEY, recording_id TEXT UNIQUE, first INTEGER, last INTEGER)",
    "INSERT INTO temp.recording_number (number, recording_id) "
    "SELECT number, recording_id FROM main.recording_number",
)
NOTED = (
    "SELECT labels, turn_trait.id, turn_trait.position, turn_trait.speaker, role, asks, answers, "
    "first, last FROM turn "
    "CROSS JOIN {0}.turn_trait ON turn_trait.id = turn.id "
    "CROSS JOIN {0}.recording_number ON number = recording "
    "AND recording_number.recording_id = turn.recording_id WHERE turn.recording_id = ?"
)
NOTED_OF = {"recording", "turn", "talk", "question", "entity"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it was written: a `part`, of a recording by its id or of the whole library."""

    recording: str | None
    part: str
    reason: str


def faults(folder: Path, report: Report = silent) -> Iterator[Fault]:
    """Yield what is damaged in a library's file; nothing is changed by looking."""
    with explained(folder), closing(_opened(folder)) as file:
        yield from _pages(file)
        yield from _pointers(file)
        yield from _index(file)
        sealed = _broken_seals(file, report)
        yield from _unlike(sealed)
        yield from _unnoted(file, {identity for identity, table in sealed if table in NOTED_OF})
        yield from _unread(file, sealed)


def _broken_seals(file: sqlite3.Connection, report: Report) -> set[tuple[str | None, str]]:
    """Return of which recordings, in which tables, the rows are not those that were sealed."""
    seals = seals_in(seal_table(file))
    found: Seals = {}
    for done, table in enumerate(SEALED, start=1):
        found |= seals_worked_out(Table(file, table, columns_of(file, table)))
        report(Progress("look", done, len(SEALED)))
    return {key for key in {*found, *seals} if found.get(key) != seals.get(key)}


def _opened(folder: Path) -> sqlite3.Connection:
    try:
        return open_damaged(folder / FILE_NAME, "?mode=ro")
    except sqlite3.OperationalError:  # where nothing can be written beside it
        return open_damaged(folder / FILE_NAME, "?immutable=1")


def _pages(file: sqlite3.Connection) -> Iterator[Fault]:
    try:
        file.execute("PRAGMA writable_schema = OFF")  # else what is cut off passes
        (verdict,) = file.execute("PRAGMA integrity_check(1)").fetchone()
    except DAMAGED as error:
        verdict = str(error)
    finally:
        file.execute("PRAGMA writable_schema = ON")
    if verdict != "ok":
        yield Fault(None, WHOLE_FILE, f"is damaged ({' '.join(verdict.split())})")
    if _structure(file) != _structure(_new()):
        yield Fault(None, WHOLE_FILE, "is not built as it should be")


def _new() -> sqlite3.Connection:
    file = sqlite3.connect(":memory:", isolation_level=None)
    MIGRATIONS[0](file)
    return file


def _structure(file: sqlite3.Connection) -> set[tuple[object, ...]]:
    """Return what a file is built of: tables by their columns, all else by its words."""
    try:
        found = file.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    except DAMAGED:
        return set()
    return {
        (kind, name, of, columns_of(file, name) if kind == "table" else sql)
        for kind, name, of, sql in found
        if not str(name).startswith("sqlite_")
    }


def _pointers(file: sqlite3.Connection) -> Iterator[Fault]:
    try:
        astray = file.execute("PRAGMA foreign_key_check").fetchone()
    except DAMAGED:
        return  # told of its pages
    if astray:
        yield Fault(None, WHOLE_FILE, "holds parts of recordings that it does not know")


def _index(file: sqlite3.Connection) -> Iterator[Fault]:
    """Compare the index for searching with the turns.

    FTS5 does so for whoever may write alone; where nobody may, it is not looked at.
    """
    (path,) = file.execute("SELECT file FROM pragma_database_list").fetchone()
    try:
        with closing(sqlite3.connect(path, timeout=BUSY, isolation_level=None)) as writing:
            writing.execute("INSERT INTO turn_text (turn_text, rank) VALUES ('integrity-check', 1)")
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & ALL_CODES not in UNWRITABLE:
            yield Fault(None, INDEX, "cannot be read")
    except DAMAGED:
        yield Fault(None, INDEX, "does not fit the transcripts")


def _unlike(keys: set[tuple[str | None, str]]) -> Iterator[Fault]:
    told = {(identity, PARTS[table]) for identity, table in keys if table in PARTS}
    for identity, part in sorted(told, key=lambda each: (each[0] or "", each[1])):
        yield Fault(identity, part, "not as it was written")


def _unnoted(file: sqlite3.Connection, known: set[str | None]) -> Iterator[Fault]:
    """Yield the recordings of which filters are not answered as their turns would."""
    try:
        for statement in BESIDE:
            file.execute(statement)
        identities = file.execute("SELECT id FROM recording").fetchall()
    except DAMAGED:
        return  # told of its pages
    for (identity,) in identities:
        if identity not in known and not _is_noted(file, identity):
            yield Fault(identity, FILTERED, "does not fit the transcript")


def _is_noted(file: sqlite3.Connection, identity: str) -> bool:
    """Compare what is noted of a recording's turns with what would be now, both at one moment."""
    file.execute("BEGIN")
    try:
        note_traits(file.execute, identity)
        return _noted(file, "main", identity) == _noted(file, "temp", identity)
    except DAMAGED:
        return True  # told of its pages
    finally:
        file.rollback()  # of what was noted beside: nothing else was written


def _noted(file: sqlite3.Connection, where: str, identity: str) -> set[tuple[object, ...]]:
    found = file.execute(NOTED.format(where), (identity,))
    return {(frozenset(labels.split(",")), *rest) for labels, *rest in found}  # in any order


def _unread(file: sqlite3.Connection, known: set[tuple[str | None, str]]) -> Iterator[Fault]:
    """Yield the recordings with turns that are not what their words are."""
    columns = ("recording_id", "speaker", "start", "end", "text", "words")
    told = {identity for identity, table in known if table == "turn"}
    for identity, speaker, start, end, text, words in Table(file, "turn", columns).rows():
        if identity not in told and not _is_read(speaker, start, end, text, words):
            told.add(identity)
            yield Fault(identity, PARTS["turn"], "not what its words are")


def _is_read(speaker: str | None, start: float, end: float, text: str, words: str) -> bool:
    try:
        return Turn(start, end, speaker, rows.to_words(words)).text == text
    except (LibraryError, ValueError, TypeError):
        return False
