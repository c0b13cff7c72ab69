"""The errors of disks and of SQLite as sentences: what is wrong, where, and what to do next."""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from pipeline.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# By SQLite's result code; the codes that extend one share its lowest eight bits.
HINTS = {
    sqlite3.SQLITE_BUSY: "Another relisten is writing to it. Wait for it, then try again.",
    sqlite3.SQLITE_LOCKED: "Another relisten is writing to it. Wait for it, then try again.",
    sqlite3.SQLITE_FULL: "Make room on the disk, then run the same command again.",
    sqlite3.SQLITE_READONLY: "It can only be read here: check whose the file and its folder are.",
    sqlite3.SQLITE_IOERR: "The disk does not do what it should: see that it is connected and has "
    "room, then run the same command again. What was finished is kept.",
}
OTHERWISE = "Check that the folder can be written to, then try again."
ALL_CODES = 0xFF
MEND = "See what is left of it: relisten doctor --deep. Then save that: relisten recover"
# What SQLite says where the description of the tables, or a text, was changed: not by a code.
GARBLED = ("no such table", "no such column", "has no column", "Could not decode to UTF-8")

# Python makes a UnicodeError of a damaged name that SQLite tells of, or is asked for.
DAMAGED = (sqlite3.DatabaseError, UnicodeError)


@contextlib.contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turn the errors of disks and of SQLite into a sentence."""
    try:
        yield
    except DAMAGED as error:
        raise LibraryError(f"{place}: {_sentence(error)}") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise LibraryError(
            f"{place}: the library cannot be kept here ({reason}). Choose another: --library"
        ) from error


def _sentence(error: Exception) -> str:
    garbled = any(each in str(error) for each in GARBLED)
    if isinstance(error, sqlite3.OperationalError) and not garbled:
        hint = HINTS.get(getattr(error, "sqlite_errorcode", 0) & ALL_CODES, OTHERWISE)
        return f"the library cannot be used ({error}). {hint}"
    return f"the library is damaged ({error}). {MEND}"
