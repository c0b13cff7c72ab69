"""One process at a time works on a recording: two would store stages made of each other's."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pipeline.errors import Held, LibraryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

FOLDER = "locks"
# Recordings share files by the beginning of their ids: a file each would be left behind for good.
SHARED_BY = 2  # characters
EVERY = tuple(f"{number:02x}" for number in range(16**SHARED_BY))


@contextlib.contextmanager
def holding(folder: Path, identity: str, tell: Callable[[], None]) -> Iterator[None]:
    """Hold a recording of a library; where another process does, call `tell` once and wait.

    The system lets go of what a killed process holds.
    """
    with contextlib.ExitStack() as stack:
        if not stack.enter_context(held_now(folder, identity)):
            tell()
            stack.enter_context(_held(folder, identity))
        yield


@contextlib.contextmanager
def holding_each(
    folder: Path, identities: Iterable[str], tell: Callable[[], None]
) -> Iterator[None]:
    """Hold some recordings, in the order in which everybody does: no two wait for each other."""
    with contextlib.ExitStack() as stack:
        for each in sorted({identity[:SHARED_BY] for identity in identities}):
            stack.enter_context(holding(folder, each, tell))
        yield


@contextlib.contextmanager
def held_now(folder: Path, identity: str) -> Iterator[bool]:
    """Hold a recording if no other process does; yield whether it is held."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(_held(folder, identity, patience=0))
        except Timeout:
            yield False
            return
        yield True


@contextlib.contextmanager
def held_within(folder: Path, identities: Iterable[str], seconds: float) -> Iterator[None]:
    """Hold some recordings; raises Held where another process does for longer than that."""
    with contextlib.ExitStack() as stack:
        for each in sorted({identity[:SHARED_BY] for identity in identities}):
            try:
                stack.enter_context(_held(folder, each, patience=seconds))
            except Timeout:
                raise Held(
                    "another relisten is at work on this recording just now, so nothing was "
                    "changed. Try again when it is done."
                ) from None
        yield


@contextlib.contextmanager
def holding_all(folder: Path, tell: Callable[[], None]) -> Iterator[None]:
    """Hold every recording of a library, and those that may come."""
    with holding_each(folder, EVERY, tell):
        yield


@contextlib.contextmanager
def _held(folder: Path, identity: str, patience: float = -1) -> Iterator[None]:
    """Raise Timeout where it cannot be held within some seconds; less than 0 is for good."""
    place = folder / FOLDER
    # One thread may begin what another goes on with and ends.
    lock = FileLock(place / f"{identity[:SHARED_BY]}.lock", mode=0o600, thread_local=False)
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        lock.acquire(timeout=patience)
    except Timeout:
        raise
    except (OSError, NotImplementedError) as error:
        raise LibraryError(
            f"{folder}: the library cannot be held while it is filled ({error}). "
            "Choose a folder on a disk of this machine: --library"
        ) from error
    try:
        yield
    finally:
        lock.release()
