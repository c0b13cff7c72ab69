"""Files in one zip: whole or not at all, the same bytes for the same files."""

from __future__ import annotations

import os
import shutil
import zipfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.errors import RelistenError, UsageError
from pipeline.export import packing
from pipeline.exporting import Failed, NoRoom, save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What is packed as it is: these are as small as they get.
SMALL = {".docx", ".xlsx", ".qdpx", ".pdf", ".opus"}


@dataclass(frozen=True, slots=True)
class Zipped:
    """How many files are in a zip, and what could not be written; without any there is no zip."""

    files: int
    failed: tuple[Failed, ...]


def zipped(place: Path, write: Callable[[Path], Iterator[Path | Failed]], *, force: bool) -> Zipped:
    """Have files written into a zip, by what writes them into a folder and yields each.

    Each is gone from the folder once it is packed, so that there is room for the next.
    """
    packed: list[str] = []
    failed: list[Failed] = []

    def pack(target: Path) -> None:
        beside = TemporaryDirectory(prefix=".", dir=target.parent)  # where there is room for it
        with beside as folder, zipfile.ZipFile(target, "w") as archive:
            with _said_of(place, folder):
                for made in write(Path(folder)):
                    if isinstance(made, Failed):
                        failed.append(_of_zip(made, place, folder))
                    else:
                        _pack(archive, made)
            packed.extend(archive.namelist())
            if not packed:
                raise NothingToPack

    with suppress(NothingToPack):
        save(pack, place, force=force)
    return Zipped(len(packed), tuple(failed))


class NothingToPack(UsageError):
    """No file was written that a zip could hold."""


def _pack(archive: zipfile.ZipFile, path: Path) -> None:
    """Move a file into a zip."""
    member = packing.member(path.name)
    member.compress_type = zipfile.ZIP_STORED if path.suffix in SMALL else zipfile.ZIP_DEFLATED
    member.file_size = path.stat().st_size
    with path.open("rb") as file, archive.open(member, "w") as packed:
        shutil.copyfileobj(file, packed)
    path.unlink()


@contextmanager
def _said_of(place: Path, folder: str) -> Iterator[None]:
    """Have a full disk told of the zip: nobody knows the folder beside it."""
    try:
        yield
    except NoRoom as error:
        raise NoRoom(_named(str(error), place, folder)) from error


def _of_zip(failed: Failed, place: Path, folder: str) -> Failed:
    """Return what failed on the way into a zip, told of the zip."""
    sentence = _named(failed.sentence, place, folder)
    if sentence == failed.sentence:
        return failed
    told = RelistenError(sentence)
    told.__cause__ = failed.error
    return Failed(told)


def _named(sentence: str, place: Path, folder: str) -> str:
    """Return a sentence with a zip's name in the place of the folder beside it."""
    return sentence.replace(f"{folder}{os.sep}", f"{place}: ")
