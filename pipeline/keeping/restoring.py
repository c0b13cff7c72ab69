"""A library put back from a backup: checked before anything is touched, the old one kept beside."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from pipeline.errors import BackupError, LibraryError, UsageError
from pipeline.finishing import finishing
from pipeline.keeping.backing_up import check_room, read_manifest, verified
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from pipeline.library.holding import FOLDER as LOCKS
from pipeline.library.holding import holding_all
from pipeline.library.preserving import kept_beside
from pipeline.library.safekeeping import check_alone, check_copy
from pipeline.privacy import own_files
from pipeline.progress import Report, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.keeping.backing_up import Manifest

STAY = {LOCKS, "process.lock"}  # others hold them by their place


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where the library that stood there is now; None: none did."""

    manifest: Manifest
    before: Path | None


def restore(
    path: Path,
    folder: Path,
    *,
    force: bool = False,
    tell: Callable[[], None] = lambda: None,
    report: Report = silent,
) -> Restored:
    """Put a backup in a folder as its library.

    A library that is there is moved aside, whole, with `force` alone. Raises BackupError for what
    is no whole backup, before anything is moved, and UsageError where a library is in the way.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file. Name a backup: relisten restore FILE")
    check_free(folder, force=force)
    needed = read_manifest(path).size
    try:
        with _made(folder), holding_all(folder, tell), _staging(folder) as stage:
            check_room(folder, needed)
            manifest = _unpacked(path, stage, report)
            check_free(folder, force=force)  # another may have made one meanwhile
            copies = [path, *_backups_of(folder)]
            with finishing():  # a Ctrl-C between would leave no library where there was one
                before = put_aside(folder, stage, datetime.now())
                # The library itself last: until it is there, the same command does all again.
                _move(sorted(stage.iterdir(), key=lambda each: each.name == FILE_NAME), folder)
                _remember(folder, [*copies, before] if before else copies)
    except OSError as error:
        raise BackupError(
            f"{folder}: the backup cannot be put there ({error.strerror or error}). Make room or "
            "check permissions, then run the same command again."
        ) from error
    return Restored(manifest, before)


def check_free(folder: Path, *, force: bool) -> None:
    """Raise UsageError where a library is in the way; an empty file is none."""
    files = (folder / FILE_NAME, folder / f"{FILE_NAME}-wal")
    if any(file.exists() and file.stat().st_size for file in files) and not force:
        raise UsageError(
            f"{folder}: there is a library already. Put the backup elsewhere (relisten --library "
            "NEW restore FILE), or have this one moved aside and kept: --force"
        )


@contextlib.contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder, and take it away again where it was not there and nothing came of it."""
    new = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """Lend a folder on the library's own disk, from which files can be moved at once."""
    stage = folder / f".{uuid4().hex}"
    stage.mkdir(mode=0o700)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _unpacked(path: Path, stage: Path, report: Report) -> Manifest:
    """Unpack a backup, check it and bring it up to date."""
    manifest = verified(path, report, stage)
    try:
        check_copy(stage)
    except BackupError as error:
        raise BackupError(f"{path}: {error}. Take another backup.") from error
    Library(stage).close()  # an older one is brought up to date before it takes its place
    for copy in kept_beside(stage):  # as it was before that: so it is in the backup too
        copy.unlink()
    return manifest


def _backups_of(folder: Path) -> list[Path]:
    """Return the backups that a library knows of; of a damaged one, or of none, there are none."""
    with contextlib.suppress(LibraryError), Library(folder) as library:
        return [Path(backup.path) for backup in library.backups()]
    return []


def _remember(folder: Path, copies: list[Path]) -> None:
    """Keep where copies are in the library that is there now: who is forgotten is in those."""
    with Library(folder) as library:
        for path in copies:
            library.remember_backup(path)


def put_aside(folder: Path, stage: Path, moment: datetime) -> Path | None:
    """Move the library of a folder to one beside it that tells when; return that."""
    old = [each for each in own_files(folder) if each.name not in STAY and each != stage]
    if not old:
        return None
    check_alone(folder)
    before = _free_name(folder.absolute(), f"{moment:%Y-%m-%d-%H%M%S}")
    before.mkdir(mode=0o700)
    # The library itself first: without it, what is left behind by a crash is in nobody's way.
    _move(sorted(own_files(folder), key=lambda each: each.name != FILE_NAME), before, {stage.name})
    return before


def _free_name(folder: Path, day: str) -> Path:
    name, number = folder.with_name(f"{folder.name}-before-{day}"), 2
    while name.exists():
        name, number = folder.with_name(f"{folder.name}-before-{day}-{number}"), number + 1
    return name


def _move(paths: list[Path], into: Path, without: set[str] | None = None) -> None:
    for path in paths:
        if path.name not in STAY | (without or set()):
            shutil.move(path, into / path.name)
