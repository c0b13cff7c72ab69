"""Copies of a library's file that relisten keeps beside it by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from pipeline.privacy import private_file
from pipeline.replacing import replacing

if TYPE_CHECKING:
    from pathlib import Path

BEFORE_NAME = "library.before-version-{}.sqlite"
DAMAGED_NAME = "library.damaged-{}.sqlite"
KEPT = (BEFORE_NAME, DAMAGED_NAME)


def kept_beside(folder: Path) -> list[Path]:
    """Return the files beside a library that hold what it held before, logs and all."""
    return sorted(path for name in KEPT for path in folder.glob(f"{name.format('*')}*"))


def preserve(path: Path, version: int) -> None:
    """Copy a library's file before it is taken to a version; a copy that is there is kept.

    Only for who holds the right to write to it: nobody else makes a copy at the same time.
    """
    kept = path.with_name(BEFORE_NAME.format(version))
    if kept.exists():
        return
    with replacing(kept) as beside:
        private_file(beside)
        _copy(path, beside)


def _copy(path: Path, target: Path) -> None:
    """Copy page for page: what is damaged stays as it is."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
