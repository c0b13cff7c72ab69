"""The file under the library: opening, migrating, and writing all or nothing."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any

from pipeline.errors import LibraryError, NoLibrary
from pipeline.finishing import finishing
from pipeline.library.explaining import explained
from pipeline.library.preserving import preserve
from pipeline.library.seals import WIDENED, seal_all, seal_touched, seal_widened, seals_now, watch
from pipeline.library.traits import fill_traits
from pipeline.library.widening import fill_widened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

FILE_NAME = "library.sqlite"
FILLED = ("copies", "relisten.log")
# What SQLite answers where it may not write, or not beside the file as its log wants.
UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
PIECE = 64  # bytes of a deleted value that are looked for: less may be there by chance
SAME_BYTES = 8  # different bytes in a piece: fewer may be padding, which is everywhere
BLOCK = 1 << 24  # bytes that are read at once
BUSY = 60.0  # seconds to wait for another process that is writing


def _run(name: str, connection: sqlite3.Connection) -> None:
    script = resources.files("pipeline.library").joinpath(name).read_text(encoding="utf-8")
    for statement in statements(script):
        connection.execute(statement)


def _seal_first(connection: sqlite3.Connection) -> None:
    _run("version_4.sql", connection)
    seal_all(connection)


def _widen(connection: sqlite3.Connection) -> None:
    before = seals_now(connection, WIDENED)
    _run("version_5.sql", connection)
    fill_widened(connection.execute)
    fill_traits(connection.execute)
    seal_widened(connection, before)


# Each takes the library from version `index` to the next, in one transaction. schema.sql is
# always the newest: the first step makes a new library with it, which needs none of the others.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    partial(_run, "schema.sql"),
    partial(_run, "version_2.sql"),
    partial(_run, "version_3.sql"),
    _seal_first,
    _widen,
    partial(_run, "version_6.sql"),
)


class Database:
    """A SQLite file in a folder that only its owner can read.

    It is `read_only` where it cannot be written: on a disk of such a kind, or in another's folder.
    """

    def __init__(self, folder: Path, *, create: bool) -> None:
        self._path = folder / FILE_NAME
        self._watched = False
        with explained(folder):
            if create:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with contextlib.suppress(FileExistsError):
                    os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            elif not self._path.exists():
                raise NoLibrary(
                    f"{folder}: there is no library here yet. {self._way_to_one(folder)}"
                )
            if self._is_empty() and (not create or self._was_filled()):
                raise LibraryError(
                    f"{self._path}: this file is empty. If there was a library in it, put back a "
                    "backup: relisten restore FILE. Else delete it, and fill it anew: relisten "
                    "process FOLDER"
                )
            self.read_only = not os.access(self._path, os.W_OK)
            try:
                self._open("")
            except sqlite3.OperationalError as error:
                if create or error.sqlite_errorcode & 0xFF not in UNWRITABLE:
                    raise
                self._open_to_read()

    def _way_to_one(self, folder: Path) -> str:
        """Say how to come by a library: one may have been moved aside for a backup."""
        aside = sorted(folder.absolute().parent.glob(f"{folder.absolute().name}-before-*"))
        if aside:
            return (
                f"One that was moved aside is in {aside[-1]}: put a backup back (relisten restore "
                "FILE), or use that (--library)."
            )
        return "Fill one: relisten process FOLDER"

    def _is_empty(self) -> bool:
        """Tell whether nothing is there to be read, in the file or in its log."""
        log = self._path.with_name(f"{FILE_NAME}-wal")
        return not self._path.stat().st_size and not (log.exists() and log.stat().st_size)

    def _was_filled(self) -> bool:
        """Tell whether something lies there that a library has only once it is filled."""
        return any((self._path.parent / name).exists() for name in FILLED)

    def _open_to_read(self) -> None:
        """Open a file beside which nothing can be written.

        Its log can be read where an index of it is there too. As immutable, SQLite reads what was
        moved from the log into the file: all of it, unless the last process that wrote was killed.
        """
        self.read_only = True
        try:
            self._open("?mode=ro")
        except sqlite3.OperationalError:
            self._open("?immutable=1")

    def _open(self, how: str) -> None:
        place = self._path.absolute().as_uri() + how
        # A server opens it in one thread, uses it in the next and closes it in a third, in turn.
        self._connection = sqlite3.connect(
            place, timeout=BUSY, isolation_level=None, uri=True, check_same_thread=False
        )
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        self._connection.row_factory = sqlite3.Row
        # SQL's own NOCASE knows no letters but A-Z
        self._connection.create_function("casefold", 1, _casefold, deterministic=True)
        self._log_ahead()
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA synchronous = FULL")
        # What is deleted is overwritten: a voice that was forgotten is in no free page either.
        self._connection.execute("PRAGMA secure_delete = ON")
        self._migrate()

    def _log_ahead(self) -> None:
        """Turn write-ahead logging on; SQLite does not wait by itself for others who do so."""
        patience = time.monotonic() + BUSY
        while True:
            try:
                (mode,) = self._connection.execute("PRAGMA journal_mode").fetchone()
                if mode != "wal" and not self.read_only:
                    self._connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                    raise
                time.sleep(0.02)

    def _migrate(self) -> None:
        if self._version() > len(MIGRATIONS):
            raise LibraryError(
                f"{self._path}: a newer relisten has written this library. Update relisten."
            )
        if self.read_only and self._version() < len(MIGRATIONS):
            raise LibraryError(
                f"{self._path}: an older relisten has written this library, and it cannot be "
                "updated where it is. Copy its folder to where it can be written, then name that: "
                "--library"
            )
        while self._version() < len(MIGRATIONS):
            with self._transaction():  # another process may migrate meanwhile: look again inside
                if (version := self._version()) < len(MIGRATIONS):
                    if version:
                        preserve(self._path, len(MIGRATIONS))
                    MIGRATIONS[version](self._connection)
                    reached = version + 1 if version else len(MIGRATIONS)
                    self._connection.execute(f"PRAGMA user_version = {reached}")

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    @contextlib.contextmanager
    def atomic(self) -> Iterator[None]:
        """Write all of what is done inside, or nothing; what it changes is sealed anew.

        A Ctrl-C waits until it is written.
        """
        with finishing(), explained(self._path):
            if not self._watched:
                watch(self._connection)
                self._watched = True
            with self._transaction():
                yield
                seal_touched(self._connection)

    @contextlib.contextmanager
    def steady(self) -> Iterator[None]:
        """Read all that is read inside as of one moment, whatever others write meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        with explained(self._path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def passing(self) -> Iterator[None]:
        """Write all of what is done inside, or nothing, of what has no seal and may be lost.

        It is so only where the power fails: the disk is not waited for.
        """
        with finishing(), explained(self._path):
            self._connection.execute("PRAGMA synchronous = NORMAL")
            try:
                with self._transaction():
                    yield
            finally:
                self._connection.execute("PRAGMA synchronous = FULL")

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with explained(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has ended it already
                    self._connection.execute("ROLLBACK")
                raise

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run one statement; only inside `atomic`."""
        self._connection.execute(statement, values)

    def write_all(self, statement: str, rows: Iterator[Sequence[Any]]) -> None:
        """Run one statement for many rows; only inside `atomic`."""
        self._connection.executemany(statement, rows)

    def read(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Return the rows of a query."""
        with explained(self._path):
            return self._connection.execute(query, values).fetchall()

    def rewrite(self) -> bool:
        """Write the file anew from what is in it, and empty its log: nothing deleted is left.

        Return whether the log is empty: another process that reads may need what is in it.
        """
        with explained(self._path):
            self._connection.execute("VACUUM")
            (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def holds(self, contents: Sequence[bytes]) -> bool:
        """Tell whether a piece of some contents is anywhere in the bytes of the file or its log."""
        pieces = [
            piece
            for content in contents
            for start in range(0, len(content), PIECE)
            if len(set(piece := content[start : start + PIECE])) > SAME_BYTES
        ]
        with explained(self._path):
            files = [path for path in self._path.parent.glob(f"{FILE_NAME}*") if path.is_file()]
            return any(_holds(path, pieces) for path in files)

    def each(self, query: str, values: Sequence[Any] = ()) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query one by one: all at once may be more than there is memory."""
        with explained(self._path):
            yield from self._connection.execute(query, values)

    def copy_to(self, path: Path) -> None:
        """Write all that is in the file and its log now into an empty file, without free pages."""
        with explained(self._path):
            self._connection.execute("VACUUM INTO ?", (str(path),))

    def settle(self) -> bool:
        """Move the log into the file; return whether it is empty then."""
        with explained(self._path):
            (busy, *_) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _holds(path: Path, pieces: Sequence[bytes]) -> bool:
    """Tell whether one of some pieces is in a file, which is read block by block."""
    with path.open("rb") as file:
        before = b""
        while block := file.read(BLOCK):
            together = before + block
            if any(piece in together for piece in pieces):
                return True
            before = block[-PIECE:]
    return False


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; `executescript` would run it outside a transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
