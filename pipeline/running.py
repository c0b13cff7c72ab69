"""Batches at work on a library, as other processes see them: a small file each, while they run.

Each file has a lock beside it, which the system lets go of when its process ends, however it does:
what is not held is what a killed one left, and is swept.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from pipeline.pace import Pace
from pipeline.progress import FILES, WHOLE, Progress, Report
from pipeline.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOLDER = "locks"  # with the other things of a library that only count while something runs
PREFIX = "batch-"
SELDOM = 0.5  # seconds between two writes, unless another file or stage begins
REFUSED = (OSError, NotImplementedError)  # by a disk that is full, or that knows no locks


@dataclass(frozen=True, slots=True)
class Running:
    """How far one batch is: the file it is at, the stage of that, and the whole.

    `done` and `total` are of the stage, in seconds of sound; `whole` is the part of all files, in
    [0, 1], and `left` the seconds that the rest takes, if that is known. `started` is UTC.
    """

    recording: str = ""
    path: str = ""
    stage: str = ""
    done: float = 0.0
    total: float = 0.0
    files_done: int = 0
    files: int = 0
    whole: float = 0.0
    left: float | None = None
    started: str = ""

    def after(self, progress: Progress, left: float | None) -> Running:
        """Return it as it is after a report."""
        if progress.stage == WHOLE:
            return replace(self, whole=progress.fraction, left=left)
        if progress.stage != FILES:
            done, total = progress.done, progress.total
            return replace(self, stage=progress.stage, done=done, total=total)
        counted = replace(self, files_done=int(progress.done), files=int(progress.total))
        if (path := progress.path) is None:
            return counted
        where = str(path.absolute())
        return replace(counted, recording=path.name, path=where, stage="", done=0.0, total=0.0)

    def at_the_same_as(self, other: Running) -> bool:
        """Tell whether it is at the same stage of the same file."""
        return (self.path, self.stage) == (other.path, other.stage)


@dataclass(slots=True)
class Shown:
    """One batch that writes how far it is; a file that cannot be written stops nothing."""

    file: Path
    state: Running
    clock: Callable[[], float] = time.monotonic
    pace: Pace = field(init=False)
    _written: float = field(init=False, default=float("-inf"))
    _just_written: bool = field(init=False, default=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.pace = Pace(self.clock)

    def tell(self, progress: Progress) -> None:
        """Take note of a report, from whichever thread, and write it if it is time."""
        with self._lock:
            before = self.state
            left = self.pace.left(progress) if progress.stage == WHOLE else None
            self.state = before.after(progress, left)
            now = self.clock()
            due = now - self._written >= SELDOM or not self.state.at_the_same_as(before)
            # How far the whole is, is told right after how far the stage is.
            if due or (progress.stage == WHOLE and self._just_written):
                self._written = now
                with contextlib.suppress(OSError):
                    self._write()
            self._just_written = due

    def _write(self) -> None:
        text = json.dumps(asdict(self.state), ensure_ascii=False)
        with replacing(self.file) as beside:
            os.close(os.open(beside, os.O_CREAT | os.O_WRONLY, 0o600))
            beside.write_bytes(text.encode("utf-8", "surrogateescape"))


@contextlib.contextmanager
def shown_as_running(folder: Path, report: Report) -> Iterator[Report]:
    """Lend a report that also shows other processes how far a batch on a library is."""
    file = folder / FOLDER / f"{PREFIX}{os.getpid()}-{threading.get_ident()}.json"
    lock = _lock_of(file)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire()
    except REFUSED:
        yield report
        return
    shown = Shown(file, Running(started=datetime.now(UTC).isoformat(timespec="seconds")))

    def tell(progress: Progress) -> None:
        shown.tell(progress)
        report(progress)

    try:
        yield tell
    finally:
        _drop(file)
        lock.release()


def running(folder: Path) -> tuple[Running, ...]:
    """Return the batches that are at work on a library and at a file, the longest at it first."""
    found = []
    for file in _files(folder):
        with contextlib.suppress(*REFUSED, ValueError, TypeError):  # it ended meanwhile
            if not _swept(file):
                text = file.read_bytes().decode("utf-8", "surrogateescape")
                found.append(Running(**json.loads(text)))
    return tuple(sorted((each for each in found if each.path), key=lambda each: each.started))


def sweep(folder: Path) -> None:
    """Delete what killed batches left: it names recordings."""
    for file in _files(folder):
        with contextlib.suppress(*REFUSED):
            _swept(file)


def _files(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).glob(f"{PREFIX}*.json"))


def _swept(file: Path) -> bool:
    """Delete a file if nobody holds it; return whether it was so."""
    lock = _lock_of(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    try:
        _drop(file)
    finally:
        lock.release()
    return True


def _drop(file: Path) -> None:
    """Delete a file and its lock, which is held."""
    for path in (file, file.with_suffix(".lock")):
        with contextlib.suppress(OSError):  # Windows lets nobody delete a lock that is held
            path.unlink()


def _lock_of(file: Path) -> FileLock:
    return FileLock(file.with_suffix(".lock"), mode=0o600, thread_local=False)
