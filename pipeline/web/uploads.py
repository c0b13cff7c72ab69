"""Files that are sent to the library: written beside their place, and there only as a whole."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import time
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from pipeline.errors import MachineError, UsageError
from pipeline.file_names import safe_name
from pipeline.kinds import MEDIA_SUFFIXES
from pipeline.privacy import SENT, private_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = SENT  # in the library's folder
KEPT_FREE = 500_000_000  # bytes of the disk that nothing sent may take: the work needs some too
LOOK = 64 << 20  # bytes after which it is looked again how much room there is
PART = ".part"
ABANDONED = 3600.0  # seconds without a byte: whoever sent it is gone
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def checked_name(name: str) -> str:
    """Return the name under which a file is kept; raises UsageError for what is no recording."""
    given = name.replace("\\", "/").rpartition("/")[2].strip()
    stem, dot, ending = given.rpartition(".")
    suffix = f"{dot}{ending}".lower()
    if not stem.strip(" .") or suffix not in MEDIA_SUFFIXES:
        shown = safe_name(given) if given else "a file without a name"
        raise UsageError(
            f"{shown}: its ending is none of a recording. Choose sound or video, as .wav, .mp3, "
            ".m4a, .flac, .opus, .mp4 or .mov."
        )
    return f"{safe_name(stem)}{suffix}"


def names_like(name: str) -> Iterator[str]:
    """Yield a name, and then the same with a number: "call.wav", "call (2).wav" ..."""
    yield name
    stem, dot, ending = name.rpartition(".")
    number = 2
    while True:
        yield f"{stem} ({number}){dot}{ending}"
        number += 1


def room_in(folder: Path) -> int:
    """Return the bytes that may be sent to a folder's disk."""
    return max(0, shutil.disk_usage(folder).free - KEPT_FREE)


def check_room(folder: Path, size: int, name: str) -> None:
    """Raise MachineError where so many bytes would leave too little of the disk."""
    room = room_in(folder)
    if size > room:
        raise MachineError(
            f"{name}: there is no room for it. It has {size / 1e6:,.0f} MB, and the library's disk "
            f"takes {room / 1e6:,.0f} MB: {KEPT_FREE / 1e6:,.0f} MB must stay free for the work. "
            "Make room, then add it again."
        )


class Upload:
    """One file that is being sent. What is not kept is gone when it is closed."""

    def __init__(
        self, folder: Path, name: str, size: int = 0, modified: float | None = None
    ) -> None:
        """Begin a file in the folder of recordings; `size` are the bytes that it is to have.

        modified : when the file that is sent was changed last, in seconds since 1970: where nothing
        else tells when a recording was made, that does.
        """
        self.name, self.size, self._modified = name, 0, modified
        self._folder, self._digest, self._looked = folder, hashlib.sha256(), 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_room(folder, size, name)
        self._part = folder / f".{uuid4().hex}{PART}"
        private_file(self._part)
        self._file = self._part.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):  # a full disk refuses what was still to be written
            self._file.close()
        self._part.unlink(missing_ok=True)

    @property
    def identity(self) -> str:
        """The sha256 of what was sent, in hexadecimal: the id of the recording that it is."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        """Write more of it; raises MachineError where the disk is full."""
        if self.size - self._looked >= LOOK:
            self._looked = self.size
            check_room(self._folder, len(data), self.name)
        try:
            self._file.write(data)
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise MachineError(
                f"{self.name}: the disk is full. Make room, then add it again."
            ) from error
        self._digest.update(data)
        self.size += len(data)

    def reserve(self) -> Path:
        """Return a place that no other file has, nor will have from now on."""
        for name in names_like(self.name):
            with contextlib.suppress(FileExistsError):
                place = self._folder / name
                private_file(place)
                return place
        raise AssertionError("there is no end of numbers")

    def keep(self, place: Path) -> None:
        """Put the whole file in the place that was reserved for it."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self._modified is not None:
            with contextlib.suppress(OSError, OverflowError):  # a time that this disk cannot keep
                os.utime(self._part, (self._modified, self._modified))
        self._part.replace(place)


def sweep_parts(folder: Path, *, alone: bool = False) -> None:
    """Delete what uploads left whose server was killed; where no other can be, all there is."""
    for part in folder.glob(f".*{PART}"):
        with contextlib.suppress(OSError):
            if alone or time.time() - part.stat().st_mtime > ABANDONED:
                part.unlink()
