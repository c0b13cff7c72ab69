"""The library as a whole: copied while in use, checked, and freed of what is to be forgotten."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import BackupError, LibraryError
from pipeline.library import rows
from pipeline.library.database import FILE_NAME, MIGRATIONS
from pipeline.library.naming import Named
from pipeline.library.pseudonyms import Pseudonyms
from pipeline.library.stages import now

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from pipeline.library.database import Database

TEXT_INDEX = "turn_text"
# What no recording has to itself: how it was made, and digests of the rest.
COMMON = {"stage", "seal"}


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much hangs on a recording; `people` are known by their voice in it and nowhere else."""

    words: int
    corrections: int
    voiceprints: int
    people: tuple[str, ...]
    highlights: int = 0


@dataclass(frozen=True, slots=True)
class Backup:
    """Where a copy of the library was written to, and when (UTC, ISO 8601)."""

    path: str
    made_at: str


class Safekeeping(Named, Pseudonyms):
    """The library's database as a whole, and what a recording has in it."""

    _database: Database

    # Copies of the whole

    def copy_to(self, path: Path) -> None:
        """Write all that is in the library now into an empty file, whoever writes meanwhile."""
        self._database.copy_to(path)

    def identities(self) -> tuple[str, ...]:
        """Return the ids of all recordings."""
        found = self._database.read("SELECT id FROM recording ORDER BY id")
        return tuple(row["id"] for row in found)

    def backups(self) -> tuple[Backup, ...]:
        """Return where copies of the library were written to, the last one first."""
        found = self._database.read("SELECT path, made_at FROM backup ORDER BY made_at DESC, path")
        return tuple(Backup(row["path"], row["made_at"]) for row in found)

    def remember_backup(self, path: Path) -> None:
        """Keep that a copy of the library was written to a file, or came from it."""
        with self._database.atomic():
            self._database.write(
                "INSERT OR REPLACE INTO backup VALUES (?, ?)", (str(path.absolute()), now())
            )

    # What hangs on a recording

    def holdings(self, identity: str) -> Holdings:
        """Return how much hangs on a recording."""
        return Holdings(
            self._count("SELECT sum(json_array_length(words)) FROM turn", identity),
            self._count("SELECT count(*) FROM correction", identity),
            self._count("SELECT count(*) FROM voiceprint", identity),
            self._people_only_in(identity),
            self._count("SELECT count(*) FROM highlight", identity),
        )

    def _count(self, query: str, identity: str) -> int:
        found = self._database.read(f"{query} WHERE recording_id = ?", (identity,))
        return int(found[0][0] or 0)

    def _people_only_in(self, identity: str) -> tuple[str, ...]:
        found = self._database.read(
            "SELECT name FROM person WHERE id IN (SELECT person_id FROM recognised "
            "WHERE recording_id = ?1 AND verdict = ?2) AND id NOT IN (SELECT person_id "
            "FROM recognised WHERE recording_id <> ?1 AND verdict = ?2) ORDER BY folded",
            (identity, rows.CONFIRMED),
        )
        return tuple(row["name"] for row in found)

    def contents_of(self, identity: str) -> Iterator[bytes]:
        """Yield each value that the library keeps of a recording, as it lies in the file."""
        for table, column in self._columns():
            key = "id" if table == "recording" else "recording_id"
            if key != column and table in self._hanging() - COMMON:
                yield from self._values(table, column, f"WHERE {key} = ?", (identity,))

    def contents(self) -> Iterator[bytes]:
        """Yield each value of text or bytes in the library, and the names of its tables."""
        for row in self._database.read("SELECT CAST(sql AS BLOB) FROM sqlite_master"):
            yield row[0] or b""
        for table, column in self._columns():
            yield from self._values(table, column, "", ())

    def _values(
        self, table: str, column: str, where: str, values: tuple[str, ...]
    ) -> Iterator[bytes]:
        query = f'SELECT CAST("{column}" AS BLOB) FROM {table} {where}'
        for row in self._database.each(query, values):
            if row[0]:
                yield row[0]

    def _columns(self) -> list[tuple[str, str]]:
        """Return the tables of ours and their columns of text or bytes."""
        found = self._database.read(
            "SELECT t.name AS of, c.name AS name FROM sqlite_master AS t "
            "JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table' "
            "AND t.sql LIKE '%STRICT' AND c.type IN ('TEXT', 'BLOB')"
        )
        return [(row["of"], row["name"]) for row in found]

    def _hanging(self) -> set[str]:
        """Return the tables of which rows go with a recording."""
        found = self._database.read(
            "SELECT t.name AS of FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c "
            "WHERE t.type = 'table' AND c.name = 'recording_id'"
        )
        return {"recording"} | {row["of"] for row in found}

    def texts_of(self, identity: str) -> Iterator[bytes]:
        """Yield what is said in a recording, turn by turn."""
        return self._values("turn", "text", "WHERE recording_id = ?", (identity,))

    def said_elsewhere(self, expression: str, identities: Collection[str]) -> bool:
        """Tell whether turns of other recordings than some match an FTS5 expression."""
        found = self._database.each(
            "SELECT recording_id FROM turn_text JOIN turn ON turn.id = turn_text.rowid "
            "WHERE turn_text MATCH ?",
            (expression,),
        )
        return any(row[0] not in identities for row in found)

    # Forgetting

    def empty(self, identities: Collection[str]) -> None:
        """Delete all that hangs on recordings, and leave of each but what it is.

        So what is interrupted can be asked for again by name.
        """
        with self._database.atomic():
            named = self.names_in(identities)
            self.forget_pseudonyms(identities)
            for identity in identities:
                self._empty(identity)
            self.forget_names(named)
            self._database.write(
                "DELETE FROM person WHERE id NOT IN (SELECT person_id FROM recognised)"
            )

    def _empty(self, identity: str) -> None:
        self._database.write(
            "DELETE FROM failure WHERE path IN (SELECT path FROM place WHERE recording_id = ?1 "
            "UNION SELECT path FROM recording WHERE id = ?1)",
            (identity,),
        )
        self._database.write("DELETE FROM likely_double WHERE other_id = ?", (identity,))
        for table in sorted(self._hanging() - {"recording", "seal"}):
            self._database.write(f"DELETE FROM {table} WHERE recording_id = ?", (identity,))

    def wipe(self) -> bool:
        """Write the index of words, the file and its log anew: what was deleted is in none.

        FTS5 keeps deleted words in its segments until they are merged into one. Return whether the
        log is empty: another process that has the library open may need what is in it.
        """
        with self._database.atomic():  # 'secure-delete' would bar FTS5 of before 3.42 from it
            self._database.write(f"INSERT INTO {TEXT_INDEX} ({TEXT_INDEX}) VALUES ('optimize')")
        return self._database.rewrite()

    def settle(self) -> bool:
        """Move the log into the library's file; return whether it is empty then."""
        return self._database.settle()

    def erase(self, identities: Collection[str]) -> bool:
        """Delete the recordings themselves; return whether the log of that is empty."""
        with self._database.atomic():
            for identity in identities:
                self._database.write("DELETE FROM recording WHERE id = ?", (identity,))
        return self._database.settle()


def check_copy(folder: Path) -> None:
    """Raise BackupError where the library that lies in a folder is not whole, or too new."""
    place = (folder / FILE_NAME).absolute()
    try:
        with closing(sqlite3.connect(f"{place.as_uri()}?immutable=1", uri=True)) as file:
            (version,) = file.execute("PRAGMA user_version").fetchone()
            (verdict,) = file.execute("PRAGMA integrity_check(1)").fetchone()
            astray = file.execute("PRAGMA foreign_key_check").fetchone()
            file.execute("SELECT id FROM recording LIMIT 1")
    except sqlite3.DatabaseError as error:
        raise BackupError(f"its library cannot be read ({error})") from error
    if version > len(MIGRATIONS):
        raise BackupError("a newer relisten has written it. Update relisten")
    if verdict != "ok" or astray:
        raise BackupError(f"its library is damaged ({verdict if verdict != 'ok' else 'rows lack'})")


def check_alone(folder: Path) -> None:
    """Raise LibraryError where another process has a library open: it must not be moved then.

    A damaged library is nobody's; where its log can be moved into the file, it is.
    """
    place = (folder / FILE_NAME).absolute()
    try:
        with closing(sqlite3.connect(f"{place.as_uri()}?mode=rw", timeout=1.0, uri=True)) as file:
            file.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LibraryError(
                f"{folder}: another relisten has this library open. Close it, then try again."
            ) from error
    except (sqlite3.DatabaseError, UnicodeError):  # a damaged name is no text
        return


def identities_in(copy: Path) -> tuple[str, ...]:
    """Return the ids of the recordings in a copy of a library's file; raises BackupError."""
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?immutable=1", uri=True)) as file:
            return tuple(row[0] for row in file.execute("SELECT id FROM recording ORDER BY id"))
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{copy}: it cannot be read ({error})") from error
