"""A backup: the library in one zip file, with a digest of everything in it.

Any program opens it; nothing of it is encrypted. What is read of one is checked before it is used.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import zipfile
import zlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import uuid4

from pipeline.errors import BackupError, LibraryError, UsageError
from pipeline.library.database import FILE_NAME
from pipeline.privacy import private_file
from pipeline.progress import Progress, Report, silent
from pipeline.replacing import replacing
from pipeline.tracks import files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.library import Library

MANIFEST = "manifest.json"
FORMAT = 1
COPIES = "copies"  # the folder of listening copies, in the library's and in the zip
# No folder but that one, and no name that leads out of it or that a system keeps for itself.
MEMBER = re.compile(rf"(?:{COPIES}/)?[0-9A-Za-z][0-9A-Za-z_-]*(?:\.[0-9A-Za-z]+)+")
OWNER_ALONE = 0o100600 << 16  # a plain file with mode 0600, as zip says it
LARGEST_MANIFEST = 1 << 28  # bytes
BLOCK = 1 << 20  # bytes
SPOILT = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a backup: its name there, its bytes, and their sha256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup, and what wrote it when (UTC, ISO 8601); the recordings by their ids."""

    format: int
    relisten: str
    made_at: str
    recordings: tuple[str, ...]
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        """The bytes of all that is in it."""
        return sum(member.size for member in self.members)

    @property
    def copies(self) -> int:
        """How many recordings have a listening copy, or a part of one, in it."""
        names = {Path(each.name).stem for each in self.members if each.name.startswith(COPIES)}
        return len(names)


def back_up(
    library: Library,
    target: Path,
    *,
    audio: bool = True,
    force: bool = False,
    report: Report = silent,
) -> Manifest:
    """Write a library to a zip file, as it is at one moment, and read it back to be sure.

    Another process may write to the library meanwhile. Raises UsageError where the file must not
    be written, BackupError where it cannot.
    """
    check_target(target, library.folder, force=force)
    refuse_recording(target, library)
    with _refusals(target), replacing(target) as beside, _snapshot(library, target) as snapshot:
        private_file(beside)
        copies = listening_copies(library.folder) if audio else []
        manifest = _write(beside, snapshot, copies, report)
        if verified(beside, report) != manifest:
            raise BackupError("what was written is not what is read back")
    with contextlib.suppress(LibraryError):  # a library that can only be read
        library.remember_backup(target)
    return manifest


def check_target(target: Path, folder: Path, *, force: bool) -> None:
    """Raise UsageError where a backup of the library in a folder must not be written."""
    if target.is_dir():
        raise UsageError(f"{target} is a folder. Name the file to write: {target / 'backup.zip'}")
    if target.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            f"{target} is in the library's own folder, and would be lost with it. Name a file on "
            "another disk, or at least in another folder."
        )
    if not target.absolute().parent.is_dir():
        raise UsageError(f"{target.parent}: there is no such folder. Make it, or name another.")
    if target.exists() and not force:
        raise UsageError(f"{target} is there already. Name another, or write over it: --force")


def refuse_recording(target: Path, library: Library) -> None:
    """Raise UsageError for a target that is a recording of the library, under any name."""
    kept = (file for path in library.known_paths() for file in files_of(Path(path)))
    if target.exists() and any(file.exists() and file.samefile(target) for file in kept):
        raise UsageError(
            f"{target}: this is a recording, and recordings are never written over. Choose "
            "another name."
        )


@contextlib.contextmanager
def _refusals(target: Path) -> Iterator[None]:
    """Say of the backup what goes wrong while it is written."""
    try:
        yield
    except UsageError:
        raise
    except LibraryError as error:
        raise BackupError(f"{target}: the backup was not written. {error}") from error
    except OSError as error:
        raise BackupError(
            f"{target}: the backup was not written ({error.strerror or error}). Make room or "
            "check permissions, then run the same command again."
        ) from error


@contextlib.contextmanager
def _snapshot(library: Library, target: Path) -> Iterator[Path]:
    """Lend a copy of the library's database beside the target, where there must be room anyway."""
    beside = target.with_name(f".{uuid4().hex}.sqlite")
    try:
        private_file(beside)
        library.copy_to(beside)
        yield beside
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def listening_copies(folder: Path) -> list[Path]:
    """Return the listening copies in a library's folder, and what belongs to them."""
    return sorted(path for path in (folder / COPIES).glob("[!.]*") if path.is_file())


def _write(beside: Path, snapshot: Path, copies: list[Path], report: Report) -> Manifest:
    from pipeline.library.safekeeping import identities_in

    sources = {FILE_NAME: snapshot, **{f"{COPIES}/{path.name}": path for path in copies}}
    told = _telling("backup", sum(_size(path) for path in sources.values()), report)
    members = []
    with beside.open("r+b") as file:
        with zipfile.ZipFile(file, "w") as archive:
            for name, path in sources.items():
                with contextlib.suppress(FileNotFoundError):  # it was forgotten meanwhile
                    members.append(_add(archive, name, path, told))
            manifest = _manifest(identities_in(snapshot), tuple(members))
            text = json.dumps(asdict(manifest), indent=1).encode()
            archive.writestr(_entry(MANIFEST), text)
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _manifest(identities: tuple[str, ...], members: tuple[Member, ...]) -> Manifest:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(FORMAT, version("relisten"), made_at, identities, members)


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0


def _entry(name: str) -> zipfile.ZipInfo:
    """Return how a file is kept: small as far as that helps, for its owner alone."""
    entry = zipfile.ZipInfo(name, datetime.now().timetuple()[:6])
    sound = name.startswith(f"{COPIES}/")
    entry.compress_type = zipfile.ZIP_STORED if sound else zipfile.ZIP_DEFLATED
    entry.external_attr = OWNER_ALONE
    return entry


def _add(archive: zipfile.ZipFile, name: str, path: Path, told: Callable[[int], None]) -> Member:
    member = _entry(name)
    with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as target:
        return _copied(name, source, target.write, told)


def _copied(
    name: str, source: BinaryIO | Any, write: Callable[[bytes], object], told: Callable[[int], None]
) -> Member:
    """Copy what a file holds to where `write` puts it, and return what it was."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        size += len(block)
        write(block)
        told(len(block))
    return Member(name, size, digest.hexdigest())


def _telling(stage: str, total: float, report: Report) -> Callable[[int], None]:
    """Return what takes the bytes that are done, and reports how far that is."""
    done = 0

    def told(size: int) -> None:
        nonlocal done
        done += size
        report(Progress(stage, done, max(total, done)))

    return told


# Reading one


def verified(path: Path, report: Report = silent, into: Path | None = None) -> Manifest:
    """Return what a backup holds, having compared every byte with its digest.

    `into` is a folder to which its files are written, each for its owner alone. Raises BackupError
    for what is no backup, is not whole, or was written by a newer relisten.
    """
    with _opened(path) as archive:
        manifest = manifest_of(archive)
        told = _telling("check", manifest.size, report)
        for member in manifest.members:
            with archive.open(member.name) as source, _target(into, member.name) as write:
                if _copied(member.name, source, write, told) != member:
                    raise BackupError(f"{member.name} in it is not what was written")
    return manifest


def read_manifest(path: Path) -> Manifest:
    """Return what a backup says that it holds, without looking at it."""
    with _opened(path) as archive:
        return manifest_of(archive)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip file, and say of it what is wrong with it."""
    hint = "Take another backup: this one is cut off, was changed, or relisten did not write it."
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except BackupError as error:
        raise BackupError(f"{path}: {error}. {hint}") from error
    except SPOILT as error:
        raise BackupError(f"{path} cannot be read as a backup ({error}). {hint}") from error


def manifest_of(archive: zipfile.ZipFile) -> Manifest:
    """Return the manifest of a backup in which there is all that it lists, and nothing else."""
    names = archive.namelist()
    if MANIFEST not in names or FILE_NAME not in names:
        raise BackupError("it is a zip file, but no backup of a library")
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise BackupError("its list of files is too long to be one")
    manifest = to_manifest(archive.read(MANIFEST))
    if sorted(names) != sorted([MANIFEST, *(member.name for member in manifest.members)]):
        raise BackupError("it holds other files than it lists")
    if strange := next((name for name in names if not MEMBER.fullmatch(name)), None):
        raise BackupError(f"it holds a file with a name that no backup has ({strange!r})")
    if any(archive.getinfo(each.name).file_size != each.size for each in manifest.members):
        raise BackupError("its files are of other lengths than it lists")
    return manifest


def to_manifest(text: bytes) -> Manifest:
    """Return the manifest of its JSON."""
    try:
        fields = json.loads(text)
        if fields["format"] > FORMAT:
            raise BackupError("a newer relisten has written it. Update relisten")
        members = tuple(
            Member(str(each["name"]), int(each["size"]), str(each["sha256"]))
            for each in fields.pop("members")
        )
        recordings = tuple(map(str, fields.pop("recordings")))
        return Manifest(**fields, recordings=recordings, members=members)
    except (KeyError, TypeError, ValueError) as error:
        raise BackupError("its list of files makes no sense") from error


@contextlib.contextmanager
def _target(into: Path | None, name: str) -> Iterator[Callable[[bytes], object]]:
    """Lend what writes a file of a backup; without a folder, what drops it."""
    if into is None:
        yield len
        return
    path = into / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    private_file(path)
    with path.open("r+b") as file:
        yield file.write
        file.flush()
        os.fsync(file.fileno())


def check_room(folder: Path, needed: int) -> None:
    """Raise BackupError where a disk has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"{folder}: {needed / 1e6:,.0f} MB are needed there, {free / 1e6:,.0f} MB are free. "
            "Make room, then run the same command again."
        )
