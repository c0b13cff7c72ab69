"""What is still to be transcribed for the browser: kept on disk, so that no end of a server
loses it.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from pipeline.privacy import SENT
from pipeline.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

FOLDER = ".asked"  # beside the recordings that were sent


@dataclass(frozen=True, slots=True)
class Ask:
    """A file that is to be transcribed, and how; `reason` says why that failed, if it did.

    `identity` is the id of the recording that it is, if that is known. One that is not `ready` is
    still being sent: its place is only reserved.
    """

    path: Path
    project: str = ""
    channels: str = ""
    reason: str = ""
    identity: str = ""
    ready: bool = True

    @property
    def options(self) -> tuple[str, ...]:
        """How it is said to `relisten process`."""
        said = {"--project": self.project, "--channels": self.channels}
        return tuple(f"{name}={value}" for name, value in said.items() if value)


@dataclass(frozen=True, slots=True)
class Asks:
    """All that is asked for, in its order, in a folder: a small file each."""

    folder: Path

    @classmethod
    def of(cls, library: Path) -> Asks:
        """Return what is asked for in a library's folder."""
        return cls(library / SENT / FOLDER)

    def __iter__(self) -> Iterator[tuple[str, Ask]]:
        """Yield what is asked for with the name that it is kept under, the first asked first."""
        for file in sorted(self.folder.glob("*.json")):
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                kept = json.loads(file.read_bytes().decode("utf-8", "surrogateescape"))
                yield file.name, Ask(**{**kept, "path": Path(kept["path"])})

    def add(self, ask: Ask) -> str:
        """Keep something that is asked for; return the name that it is kept under."""
        name = f"{time.time_ns():020d}-{uuid4().hex}.json"
        self.put(name, ask)
        return name

    def put(self, name: str, ask: Ask) -> None:
        """Keep what is asked for under a name."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({**asdict(ask), "path": str(ask.path)}, ensure_ascii=False)
        with replacing(self.folder / name) as beside:
            os.close(os.open(beside, os.O_CREAT | os.O_WRONLY, 0o600))
            beside.write_bytes(text.encode("utf-8", "surrogateescape"))

    def drop(self, name: str) -> None:
        """Take away what is done, or asked for no more."""
        (self.folder / name).unlink(missing_ok=True)

    def forget(self, identities: Collection[str], paths: Collection[Path]) -> None:
        """Take away what is asked of some recordings, by their ids or where their files are."""
        for name, ask in self:
            if ask.identity in identities or {ask.path, ask.path.resolve()} & set(paths):
                self.drop(name)

    def fail(self, name: str, reason: str) -> None:
        """Keep why something failed."""
        for known, ask in self:
            if known == name:
                self.put(name, replace(ask, reason=reason))

    def waiting(self) -> list[tuple[str, Ask]]:
        """Return what is still to be done."""
        return [(name, ask) for name, ask in self if ask.ready and not ask.reason]

    def failed(self) -> list[tuple[str, Ask]]:
        """Return what failed and has not been asked for again."""
        return [(name, ask) for name, ask in self if ask.reason]

    def again(self, path: Path) -> bool:
        """Ask once more for what failed; return whether there is such a thing."""
        for name, ask in self.failed():
            if ask.path == path:
                self.put(name, replace(ask, reason=""))
                return True
        return False

    def recover(self) -> None:
        """Take back what was broken off before it was there, as by a killed server."""
        for name, ask in self:
            if ask.ready:
                continue
            if size_of(ask.path):
                self.put(name, replace(ask, ready=True))
            else:  # the place that was reserved for it
                ask.path.unlink(missing_ok=True)
                self.drop(name)


def size_of(path: Path) -> int:
    """Return the bytes of a file; none of one that is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
