"""The log of a library: what was begun, done and failed, and when; never what anybody says.

Every line tells which file it is of, so that all lines of a recording can be dropped. Several
processes write to it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import traceback
from dataclasses import dataclass
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import LibraryError, RelistenError
from pipeline.library.holding import holding
from pipeline.printable import printable
from pipeline.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from io import TextIOWrapper

LOG = "relisten.log"
LARGEST, OLDER = 1_000_000, 3  # bytes of one file, and how many are kept beside the newest
MARK = 12  # characters of an id that a line begins with, after its time
UNKNOWN = "-" * MARK
HELD_AS = "log"
PROGRAM = Path(__file__).parent.parent
LINE = re.compile(r"[^\n]*\n|[^\n]+")  # names of files may hold what else ends lines


@dataclass(frozen=True, slots=True)
class Journal:
    """The log in a library's folder. One that cannot be written stops nothing."""

    folder: Path

    @property
    def path(self) -> Path:
        """Where the newest lines are."""
        return self.folder / LOG

    def began(self, path: Path, identity: str | None) -> None:
        """Note that a file's turn came."""
        self._write(path, identity, ["began"])

    def done(self, path: Path, identity: str, seconds: float, ran: tuple[str, ...]) -> None:
        """Note what was made of a file, in how many seconds."""
        self._write(path, identity, [f"done in {seconds:.1f} s: {', '.join(ran) or 'nothing new'}"])

    def failed(self, path: Path, identity: str | None, error: Exception) -> None:
        """Note that a file failed, and where in the program."""
        self._write(path, identity, [f"failed: {_reason(error)}", *_where(error)])

    def stopped(self, path: Path, identity: str | None, error: BaseException) -> None:
        """Note what ended the whole run at a file."""
        self._write(path, identity, [f"the run ended here: {_reason(error)}"])

    def _write(self, path: Path, identity: str | None, events: list[str]) -> None:
        moment = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        before = f"{moment} {(identity or UNKNOWN)[:MARK]} {_written(path)} "
        text = "\n".join(before + event for event in events)
        with contextlib.suppress(LibraryError, OSError), _held(self.folder):
            handler = _Private(
                self.path,
                maxBytes=LARGEST,
                backupCount=OLDER,
                encoding="utf-8",
                delay=True,
                errors="surrogateescape",
            )
            handler.emit(logging.makeLogRecord({"msg": text}))
            handler.close()


class _Private(RotatingFileHandler):
    """A log file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        os.close(os.open(self.baseFilename, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say nothing: a full disk is told of by what it stops."""


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    with holding(folder, HELD_AS, lambda: None):
        yield


def _written(path: Path) -> str:
    return _quoted(str(path.absolute()))


def _quoted(path: str) -> str:
    """Return a path on one line that ends where it ends, whatever is in it."""
    return printable(json.dumps(path, ensure_ascii=False))


def _ways(path: str) -> tuple[str, ...]:
    """Return the ways in which a path stands in a log: before an event, in a reason, and once."""
    return _quoted(path)[1:-1], printable(path), json.dumps(path, ensure_ascii=False)[1:-1]


def _reason(error: BaseException) -> str:
    """Return why it failed; of an error that is not ours only its kind: it may quote a text."""
    if isinstance(error, RelistenError):
        return printable(str(error))
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return type(error).__name__


def _where(error: BaseException) -> Iterator[str]:
    """Yield where in the program an error went through, and the last step outside of it.

    What caused it comes first.
    """
    if error.__cause__ is not None:
        yield from _where(error.__cause__)
    frames = traceback.extract_tb(error.__traceback__)
    for frame in frames:
        if frame is frames[-1] or Path(frame.filename).is_relative_to(PROGRAM):
            yield f"| {'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} in {frame.name}"
    yield f"| {type(error).__name__}"


def forget_lines(folder: Path, marks: Collection[str]) -> int:
    """Drop every line of some recordings from a library's log, and return how many there were.

    marks : ids of recordings, and paths of their files, as text.
    """
    beginnings = {mark[:MARK] for mark in marks}
    paths = {written for mark in marks for written in _ways(mark)}
    dropped = 0
    with _held(folder):
        for path in log_files(folder):
            text = path.read_bytes().decode("utf-8", "surrogateescape")
            lines = LINE.findall(text)
            kept = [line for line in lines if not _is_of(line, beginnings, paths)]
            if len(kept) < len(lines):
                dropped += len(lines) - len(kept)
                with replacing(path) as beside:
                    os.close(os.open(beside, os.O_CREAT | os.O_WRONLY, 0o600))
                    beside.write_bytes("".join(kept).encode("utf-8", "surrogateescape"))
    return dropped


def log_files(folder: Path) -> list[Path]:
    """Return the files of a library's log."""
    return sorted(each for each in folder.glob(f"{LOG}*") if each.is_file())


def _is_of(line: str, beginnings: Collection[str], paths: Collection[str]) -> bool:
    """Tell whether a line is of a file; one in which its path is named otherwise is too."""
    mark = line.split(" ", 3)[2:3]
    return (bool(mark) and mark[0] in beginnings) or any(path in line for path in paths)
