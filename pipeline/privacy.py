"""Who else may read the files of a library: they are made, and put right, for their owner alone.

Windows keeps what is in a user's profile from others by itself: nothing is put right there.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o700, 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO
# Those that relisten writes into a library's folder: all others there are somebody else's.
UNFINISHED = "." + "[0-9a-f]" * 32 + "*"  # what is being written, or was when it was broken off
OWN = (
    *("library*.sqlite*", "copies", "locks", "process.lock", "relisten.log*"),
    *(".library*", ".recovering*", UNFINISHED),
)
SENT = "recordings"  # what a browser sent: kept from others as it comes, and a person's own


def make_private(folder: Path) -> None:
    """Keep others from a library's folder and its files, as far as the system allows.

    All that is deeper is looked at only where something at the top was open to others: it came
    from elsewhere then. A folder that is used for other things too stays as it is.
    """
    if os.name == "nt" or not any(_exposed(path) for path in _at_top(folder)):
        return
    for path in exposed(folder):
        with contextlib.suppress(OSError):
            path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)


def exposed(folder: Path) -> list[Path]:
    """Return the folder and those of its own files, at any depth, that others may read or write."""
    if os.name == "nt":
        return []
    return [path for path in _all(folder) if _exposed(path)]


def private_file(path: Path) -> None:
    """Make an empty file for its owner alone, under any umask; raises FileExistsError."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))


def own_files(folder: Path) -> list[Path]:
    """Return what relisten keeps in a library's folder: files and folders at its top, by name."""
    return sorted({path for pattern in OWN for path in folder.glob(pattern)})


def _at_top(folder: Path) -> list[Path]:
    own = own_files(folder)
    with contextlib.suppress(OSError):
        if len(own) == sum(1 for each in folder.iterdir() if each.name != SENT):
            return [folder, *own]
    return own


def _all(folder: Path) -> Iterator[Path]:
    for path in _at_top(folder):
        yield path
        if path != folder and path.is_dir() and not path.is_symlink():
            yield from path.rglob("*")


def _exposed(path: Path) -> bool:
    """Tell whether others may do anything with a file; links are not followed out of the folder."""
    with contextlib.suppress(OSError):
        known = path.lstat()
        return not stat.S_ISLNK(known.st_mode) and bool(stat.S_IMODE(known.st_mode) & OTHERS)
    return False
