"""What lands in folders, handed out when it is completely written; nothing is done with it here.

A file is complete when it has looked the same for some seconds and nobody writes to it.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RecordingsGone, UsageError
from pipeline.ingest import may_be_recording
from pipeline.kinds import OTHER_SUFFIXES, is_kept_by_relisten
from pipeline.tracks import ZOOM_PREFIX, gathered

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence

    Refused = Callable[[OSError], None] | None

QUIET = 5.0  # seconds without a change: a copy over a network pauses for less
TICK = 1.0  # seconds between two looks at what waits
POLL = 2.0  # seconds between two looks at a folder of which the system tells nothing
DEBOUNCE = 0.2  # seconds for which changes are gathered
# Folders and files of programs that are still at work on them; browsers, Zoom and copying programs.
PARTIAL_SUFFIXES = OTHER_SUFFIXES & {".part", ".crdownload", ".tmp", ".download", ".opdownload"}
PARTIAL_SUFFIXES |= OTHER_SUFFIXES & {".filepart", ".partial", ".zoom"}
WRITING = 0o3  # of the flags with which a file was opened: to write, or to read and write


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like from outside: `size` in bytes, `modified` in nanoseconds."""

    size: int
    modified: int


@dataclass(slots=True)
class Arrivals:
    """Files that are seen again and again, each handed out once it has looked the same for long.

    One that changes after it was handed out is waited for again. Times are those of any clock that
    does not go back, in seconds.
    """

    quiet: float = QUIET
    _waiting: dict[Path, tuple[Look, float]] = field(default_factory=dict)
    _taken: dict[Path, Look] = field(default_factory=dict)

    def see(self, path: Path, look: Look | None, now: float) -> None:
        """Note what a file looks like; None: it is not there any more."""
        if look is None:
            self._waiting.pop(path, None)
            self._taken.pop(path, None)
        elif look == self._taken.get(path):
            self._waiting.pop(path, None)
        elif look != self._waiting.get(path, (None,))[0]:
            self._waiting[path] = (look, now)

    @property
    def waiting(self) -> tuple[Path, ...]:
        """The files that are waited for."""
        return tuple(self._waiting)

    def still_written(self, path: Path, now: float) -> None:
        """Note that somebody writes to a file, though it looks the same."""
        look, _ = self._waiting[path]
        self._waiting[path] = (look, now)

    def quiet_at(self, now: float) -> tuple[Path, ...]:
        """Return the files that have looked the same for long enough, by name.

        The files of a call that has one for each participant are so together or not at all.
        """
        restless = {path for path, (_, since) in self._waiting.items() if now - since < self.quiet}
        held = {path.parent for path in restless if _may_be_of_call(path)}
        return tuple(
            sorted(
                path
                for path in self._waiting.keys() - restless
                if not (path.parent in held and _may_be_of_call(path))
            )
        )

    def take(self, paths: Iterable[Path]) -> None:
        """Hand files out: each is waited for again only if it changes."""
        for path in paths:
            self._taken[path], _ = self._waiting.pop(path)

    def taken_in(self, folder: Path) -> set[Path]:
        """Return the files of a folder that were handed out."""
        return {path for path in self._taken if path.parent == folder}


def _may_be_of_call(path: Path) -> bool:
    return path.name.casefold().startswith(ZOOM_PREFIX)


def is_partial(path: Path, root: Path) -> bool:
    """Tell whether a file in a folder is one that a program will rename when it is complete.

    A library's own copies are passed over likewise.
    """
    return is_kept_by_relisten(path) or any(
        part.startswith((".", "~$")) or Path(part).suffix.lower() in PARTIAL_SUFFIXES
        for part in path.relative_to(root).parts
    )


def look_at(path: Path) -> Look | None:
    """Return what a file looks like, None where there is no file (any more)."""
    try:
        about = path.stat()
    except OSError:
        return None
    return Look(about.st_size, about.st_mtime_ns) if path.is_file() else None


def is_written_to(path: Path) -> bool:
    """Tell whether a process of this user has a file open to write; only Linux tells."""
    if sys.platform != "linux":
        return False
    wanted = os.path.realpath(path)
    return any(_writes(process, wanted) for process in _numbered(Path("/proc")))


def _writes(process: Path, wanted: str) -> bool:
    return any(
        _leads_to(each, wanted) and _flags(process / "fdinfo" / each.name) & WRITING
        for each in _numbered(process / "fd")
    )


def _numbered(folder: Path) -> Iterator[Path]:
    """Yield what goes by a number in a folder, as processes and open files do, if it is open."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - twice as fast, for thousands of them
    except OSError:
        return
    yield from (folder / name for name in names if name.isdecimal())


def _leads_to(link: Path, wanted: str) -> bool:
    try:
        return os.readlink(link) == wanted  # noqa: PTH115 - as above
    except OSError:  # it was closed meanwhile
        return False


def _flags(about: Path) -> int:
    try:
        lines = about.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1], 8) for line in lines if line.startswith("flags:")), 0)


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that is watched, and what it was when that began: a drive may go."""

    path: Path
    device: int
    number: int

    @classmethod
    def of(cls, path: Path) -> Root:
        """Return the root that a folder is; raises UsageError for what is no folder."""
        try:
            about = path.stat()
        except OSError as error:
            reason = error.strerror or str(error)
            raise UsageError(f"{path}: it cannot be watched ({reason}). Name a folder.") from error
        if not path.is_dir():
            raise UsageError(f"{path}: it is a file. Name the folder that it lies in.")
        return cls(path.absolute(), about.st_dev, about.st_ino)

    def check(self) -> None:
        """Raise RecordingsGone where the folder is not there any more."""
        try:
            about = self.path.stat()
        except OSError:
            about = None
        if about is None or (about.st_dev, about.st_ino) != (self.device, self.number):
            raise RecordingsGone(
                f"{self.path}: the folder that was watched is gone. What was finished is kept. "
                "Plug the drive in again, or put the folder back; then run the same command."
            )

    def files(self, within: Path | None = None, refused: Refused = None) -> Iterator[Path]:
        """Yield the files in the folder, or in one within it, that are no partial ones.

        What cannot be looked into is told to `refused`.
        """
        for parent, folders, names in os.walk(within or self.path, onerror=refused):
            here = Path(parent)
            # Of these, it follows no links.
            folders[:] = [name for name in folders if not is_partial(here / name, self.path)]
            for name in names:
                if not is_partial(here / name, self.path):
                    yield here / name


class Watch:
    """Folders and what waits in them."""

    def __init__(self, folders: Sequence[Path], arrivals: Arrivals | None = None) -> None:
        self._roots = [Root.of(folder) for folder in folders]
        self._arrivals = arrivals or Arrivals()
        self.refused: list[OSError] = []  # of folders within that could not be looked into
        for root in self._roots:
            self._see(root.files(refused=self.refused.append))

    def _see(self, paths: Iterable[Path]) -> None:
        for path in paths:
            self._arrivals.see(path, look_at(path), time.monotonic())

    def note(self, changed: Iterable[Path]) -> None:
        """Look at what the system says has changed; raises RecordingsGone where a folder is."""
        for root in self._roots:
            root.check()
        for path in changed:
            root_of = next((each for each in self._roots if path.is_relative_to(each.path)), None)
            if root_of is None or is_partial(path, root_of.path):
                continue
            # Of a folder that came as a whole, the system may tell nothing more than that.
            self._see(root_of.files(path) if path.is_dir() else [path])
        self._see(self._arrivals.waiting)

    def ready(self, calls: Callable[[], Collection[Path]]) -> list[Path]:
        """Return the recordings that are completely written, each once.

        calls : what tells which folders are known to be one call each, with a file for each
        participant.
        """
        now = time.monotonic()
        quiet = self._arrivals.quiet_at(now)
        busy = {path for path in quiet if is_written_to(path)}
        for path in busy:
            self._arrivals.still_written(path, now)
        complete = [path for path in quiet if path not in busy]
        self._arrivals.take(complete)
        found = list(filter(may_be_recording, complete))
        return list(self._recordings(found, calls())) if found else []

    def _recordings(self, found: Iterable[Path], calls: Collection[Path]) -> Iterator[Path]:
        """Yield recordings, with their folder in place of those that came together with others."""
        by_folder: dict[Path, list[Path]] = defaultdict(list)
        for path in found:
            by_folder[path.parent].append(path)
        for folder, new in by_folder.items():
            before = self._arrivals.taken_in(folder) - set(new)
            together = set(gathered([*new, *sorted(before)], calls))
            yield from [folder] if folder in together else []
            yield from (path for path in new if path in together)


def watching(
    folders: Sequence[Path], *, poll: bool, arrivals: Arrivals | None = None
) -> Generator[Watch, None, None]:
    """Yield a watch of folders whenever there may be something new, at least each `TICK`."""
    from watchfiles import watch

    watched = Watch(folders, arrivals)
    yield watched
    changes = watch(
        *folders,
        watch_filter=None,
        debounce=round(DEBOUNCE * 1000),
        rust_timeout=round(TICK * 1000),
        yield_on_timeout=True,
        force_polling=poll or None,
        poll_delay_ms=round(POLL * 1000),
        ignore_permission_denied=True,
    )
    for changed in changes:
        watched.note(Path(path).absolute() for _, path in changed)
        yield watched
