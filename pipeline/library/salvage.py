"""Rows read out of a library's file, whatever is damaged in it: page by page round what is not.

Indexes are not trusted, and nothing is changed.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.library.explaining import DAMAGED
from pipeline.library.seals import COLUMNS, SEALED, row_digest, written

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

LAST = 2**63 - 1  # the largest number that SQLite gives to a row
FARTHEST = 2**40  # rows that are skipped at most, where all that follows seems to be damaged
MOST_LOOKS = 2_000  # at what is damaged in one table
Row = tuple[Any, ...]
Seals = dict[tuple[str | None, str], str]


@dataclass(slots=True)
class Table:
    """A table of a damaged file, by the columns to be read.

    Once all `rows` were read, `whole` tells whether every page could be, and every text.
    """

    file: sqlite3.Connection
    name: str
    columns: tuple[str, ...]
    whole: bool = True
    _gaps: deque[tuple[int, int, int]] = field(default_factory=deque)

    def rows(self) -> Iterator[Row]:
        """Yield each row that can be read, once.

        What cannot be is come at from both ends; what is left between is halved, until it is a row.
        """
        self._gaps = deque([(-1, LAST, 1)])
        for _ in range(MOST_LOOKS):
            if not self._gaps:
                return
            low, high, step = self._gaps.popleft()
            low = yield from self._run(low, high, "")
            if low < high:
                self.whole = False
                high = yield from self._run(low, high, "DESC")
                self._halve(low, high, step)

    def _halve(self, low: int, high: int, step: int) -> None:
        """Put down what to look at next between two rows; the last row of all is not known."""
        if high - low <= 2:
            return
        if high == LAST:
            if step < FARTHEST:
                self._gaps.append((low, low + step + 1, 1))
                self._gaps.append((low + step, LAST, 2 * step))
            return
        middle = (low + high) // 2
        self._gaps += [(low, middle + 1, 1), (middle, high, 1)]

    def _run(self, low: int, high: int, order: str) -> Generator[Row, None, int]:
        """Yield the rows between two as far as they can be read; return how far that was.

        Where all of them could be, that is the other end.
        """
        listed = ", ".join(f'"{column}"' for column in self.columns)
        query = (
            f"SELECT rowid, {listed} FROM {self.name} NOT INDEXED "
            f"WHERE rowid > ? AND rowid < ? ORDER BY rowid {order}"
        )
        reached = high if order else low
        try:
            with closing(self.file.execute(query, (low, high))) as found:
                for number, *row in found:
                    if not (low < number < reached if order else reached < number < high):
                        break  # a page that is no part of the table
                    reached = number
                    if all(map(_is_text, row)):
                        yield tuple(row)
                    else:
                        self.whole = False
                else:
                    return low if order else high
        except DAMAGED:
            pass
        return reached


def _is_text(value: object) -> bool:
    """Tell whether a value, if it is text, was made of Unicode."""
    return not isinstance(value, str) or value.isascii() or not _astray(value)


def _astray(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def open_damaged(path: Path, how: str = "") -> sqlite3.Connection:
    """Open a file of which parts may be damaged or cut off.

    Raises one of `DAMAGED` where nothing is left.
    """
    file = sqlite3.connect(path.absolute().as_uri() + how, isolation_level=None, uri=True)
    try:
        # Else SQLite refuses a file that is shorter than it was, and one table that cannot be
        # understood bars the way to all.
        file.execute("PRAGMA writable_schema = ON")
        file.execute("PRAGMA cell_size_check = ON")
        file.text_factory = _text
        file.execute("SELECT name FROM sqlite_master").fetchone()
    except BaseException:
        file.close()
        raise
    return file


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def columns_of(file: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """Return the columns of a table, in order; none where there is no such table, or no trace."""
    try:
        found = file.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    except DAMAGED:
        return ()
    return tuple(name for (name,) in found)


def seal_table(file: sqlite3.Connection) -> Table:
    """Return the table of seals."""
    return Table(file, "seal", ("recording_id", "rows_of", "sha256"))


def seals_in(seals: Table) -> Seals:
    """Return the seals that can be read."""
    return {
        (identity, table): digest
        for identity, table, digest in seals.rows()
        if isinstance(identity, str | None) and isinstance(table, str)
    }


def seals_worked_out(table: Table) -> Seals:
    """Return what the rows of a table come to that can be read, for each recording."""
    own = set(COLUMNS[table.name].replace('"', "").split(", ")) if table.name in COLUMNS else None
    kept = [n for n, name in enumerate(table.columns) if own is None or name in own]
    owner = SEALED[table.name]
    if owner and owner not in table.columns:
        return {}  # the table is gone, or what it is made of was changed
    place = table.columns.index(owner) if owner else None
    totals: dict[str | None, int] = {}
    for row in table.rows():
        identity = row[place] if place is not None and isinstance(row[place], str) else None
        totals[identity] = totals.get(identity, 0) + row_digest([row[n] for n in kept])
    return {(identity, table.name): written(total) for identity, total in totals.items()}
