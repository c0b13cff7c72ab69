"""A recording's file as it lies there: what tells without reading it that it is unchanged."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.tracks import files_of

if TYPE_CHECKING:
    from pathlib import Path

UNSEEN = -1  # the size of what cannot be looked at


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a file lies, its size in bytes, and when it was changed, in nanoseconds since 1970.

    A folder of tracks has the bytes of all, and the time of what was changed last.
    """

    path: Path
    size: int
    modified: int


def sight(path: Path) -> Sighting:
    """Look at a file, or at a folder of tracks; what is wrong with it is said when it is read."""
    try:
        found = path.stat()
        if not stat.S_ISDIR(found.st_mode):
            return Sighting(path.absolute(), found.st_size, found.st_mtime_ns)
        tracks = [each.stat() for each in files_of(path)]
    except OSError:
        return Sighting(path.absolute(), UNSEEN, 0)
    size = sum(each.st_size for each in tracks)
    return Sighting(path.absolute(), size, max(each.st_mtime_ns for each in (found, *tracks)))


def is_there(path: Path) -> bool:
    """Tell whether a path leads anywhere; a drive that does not answer leads nowhere."""
    try:
        path.stat()
    except OSError:
        return False
    return True
