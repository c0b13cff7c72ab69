"""The files that the library keeps beside its one: each recording's small copy and its waveform.

A file is there before its row is, and goes before it.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import LibraryError
from pipeline.library.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.transcript import Made

FOLDER = "copies"
SUFFIXES = (".opus", ".dat")  # of the copy, of its waveform


@dataclass(frozen=True, slots=True)
class CopyFault:
    """A file that is not as the library knows it, or that it knows nothing of.

    `recording` is the id of the one whose it is, None where it is nobody's; `reason` reads on from
    the path.
    """

    path: Path
    recording: str | None
    reason: str


class Copies(Stages):
    """The listening copies of a library."""

    folder: Path

    def copy_path(self, identity: str) -> Path:
        """Return where the listening copy of a recording is, if it is anywhere."""
        return self.folder / FOLDER / f"{identity}{SUFFIXES[0]}"

    def peaks_path(self, identity: str) -> Path:
        """Return where the waveform of a recording is, if it is anywhere."""
        return self.folder / FOLDER / f"{identity}{SUFFIXES[1]}"

    def store_copy(self, identity: str, made: Made) -> None:
        """Keep that the copy of a recording and its waveform lie where they are to lie."""
        files = [each for path in self._files(identity) for each in _size_and_digest(path)]
        with self._database.atomic():
            self._database.write(
                "INSERT OR REPLACE INTO listening_copy VALUES (?, ?, ?, ?, ?)", (identity, *files)
            )
            self._end_stage(identity, "copy", made)

    def store_no_copy(self, identity: str, made: Made) -> None:
        """Keep that there is no copy of a recording, with the reason in what `made` notes."""
        self.drop_copy(identity)
        with self._database.atomic():
            self._end_stage(identity, "copy", made)

    def has_copy(self, identity: str) -> bool:
        """Tell whether a recording's copy and waveform are there, as long as they were."""
        found = self._copy_rows(identity)
        return bool(found) and not any(_faults(self._files(identity), found[0], deep=False))

    def drop_copy(self, identity: str) -> None:
        """Delete the copy of a recording and its waveform, and what a killed run left of them."""
        for path in self._files(identity):
            for each in (path, path.with_name(f".{path.name}")):
                _delete(each)
        with self._database.atomic():
            self._clear(identity, "listening_copy")
            self._forget(identity, ("copy",))

    def copies_wrong(self, *, deep: bool) -> Iterator[CopyFault]:
        """Yield every copy and waveform that is not as it was written, and files of nobody.

        What each holds is looked at only if `deep`; else, how long it is.
        """
        known: set[Path] = set()
        for row in self._copy_rows():
            files = self._files(row["recording_id"])
            known.update(files)
            yield from _faults(files, row, deep=deep)
        for path in sorted(_listed(self.folder / FOLDER) - known):
            yield CopyFault(path, None, "belongs to no recording of the library; it may be deleted")

    def _files(self, identity: str) -> tuple[Path, Path]:
        return self.copy_path(identity), self.peaks_path(identity)

    def _copy_rows(self, identity: str | None = None) -> list[Any]:
        return self._database.read(
            "SELECT * FROM listening_copy WHERE ?1 IS NULL OR recording_id = ?1 "
            "ORDER BY recording_id",
            (identity,),
        )


def _faults(files: tuple[Path, Path], row: Any, *, deep: bool) -> Iterator[CopyFault]:
    """Yield what is wrong with a copy and its waveform, given their row."""
    known = ((row["size"], row["sha256"]), (row["peaks_size"], row["peaks_sha256"]))
    for path, (size, digest) in zip(files, known, strict=True):
        if reason := _wrong(path, size, digest if deep else None):
            yield CopyFault(path, row["recording_id"], reason)


def _wrong(path: Path, size: int, digest: str | None) -> str:
    """Return what is wrong with a file, "" if nothing is; without a digest its length tells."""
    try:
        if not path.is_file():
            return "is not there any more"
        if (found := path.stat().st_size) != size:
            return f"has {found} bytes, and had {size} when it was written"
        if digest is not None and _size_and_digest(path)[1] != digest:
            return "is not what was written"
    except (OSError, LibraryError) as error:
        return f"cannot be read ({error})"
    return ""


def _size_and_digest(path: Path) -> tuple[int, str]:
    """Return the bytes of a file, and their sha256 in hexadecimal."""
    try:
        with path.open("rb") as file:
            return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise LibraryError(
            f"{path}: it cannot be read ({error.strerror or error}). Check the disk and its "
            "permissions, then run the same command again."
        ) from error


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(
            f"{path}: it cannot be deleted ({error.strerror or error}). Check the permissions of "
            "its folder, then run the same command again."
        ) from error


def _listed(folder: Path) -> set[Path]:
    """Return what lies in a folder; nothing where there is none."""
    with contextlib.suppress(OSError):
        return set(folder.iterdir())
    return set()
