"""One process at a time fills a library: two would store stages made of each other's."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pipeline.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOCK_NAME = "process.lock"


@contextlib.contextmanager
def filling(folder: Path, tell: Callable[[], None]) -> Iterator[None]:
    """Hold a library's folder; where another process holds it, call `tell` once and wait.

    The system lets go of the lock of a process that is killed.
    """
    lock = FileLock(folder / LOCK_NAME, mode=0o600)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell()
            lock.acquire()
    except (OSError, NotImplementedError) as error:
        raise LibraryError(
            f"{folder}: the library cannot be held while it is filled ({error}). "
            "Choose a folder on a disk of this machine: --library"
        ) from error
    try:
        yield
    finally:
        lock.release()
