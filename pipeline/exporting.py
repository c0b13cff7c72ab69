"""Recordings of the library to files, in chosen formats, under safe names."""

from __future__ import annotations

import errno
import filecmp
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pipeline.errors import RelistenError, UsageError
from pipeline.export import FORMATS, Format, as_qdpx
from pipeline.file_names import safe_name
from pipeline.pages import INSIDE, writings
from pipeline.recording import SHORT_ID
from pipeline.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.export import Document
    from pipeline.highlights import Highlight
    from pipeline.pages import Sound, Writing

# A disk that is full or may only be read.
FULL = {errno.ENOSPC, errno.EROFS, errno.EDQUOT}
# The formats without notes of highlights. Those of other packages are given them, and may tell.
WITHOUT_NOTES = {"srt", "rttm", "ctm", "stm"}
# What formats are called where they are not called by name.
MEANT = {
    **dict.fromkeys(("word", "doc"), "docx"),
    **dict.fromkeys(("excel", "xls"), "xlsx"),
    **dict.fromkeys(("text", "plain"), "txt"),
    **dict.fromkeys(("web", "page", "htm"), "html"),
    **dict.fromkeys(("refi", "refi-qda", "qda", "qualcoder"), "qdpx"),
    "markdown": "md",
    "webvtt": "vtt",
    "subrip": "srt",
    "praat": "textgrid",
    "elan": "eaf",
}


class NoRoom(RelistenError):
    """Nothing can be written where files are to be: no other will fare better."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What could not be written, and why, as an error of ours."""

    error: RelistenError

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do next."""
        return str(self.error)


def known_formats(names: Iterable[str]) -> list[Format]:
    """Return formats by name, ours or other packages'; raises UsageError for one there is not."""
    wanted = dict.fromkeys(name.strip().lower() for name in names)
    return [FORMATS.get(name) or _of_others(name) for name in wanted]


def _of_others(name: str) -> Format:
    from pipeline.export import others  # what is installed is looked through only where needed

    entries = others.entries()
    if name not in entries:
        known = ", ".join((*FORMATS, *entries))
        meant = MEANT.get(name) or name.removeprefix(".")
        near = f"Did you mean {meant}? " if meant in FORMATS else ""
        raise UsageError(f"there is no format {name!r}. {near}There are: {known}.")
    return others.format_of(entries[name])


def export_document(
    document: Document,
    formats: Iterable[Format],
    folder: Path,
    *,
    force: bool = False,
    sound: Sound = INSIDE,
) -> Iterator[Path]:
    """Write one recording in each format into a folder; yield the files written.

    A file that is there with other content, as a person may have edited it, is written over only
    by `force`; else it raises UsageError. `sound` is what becomes of that of a page, and who is
    told how far it is, of a page and of qdpx.
    """
    for chosen in formats:
        path = folder / file_name(document, chosen)
        for target, write in _writings(document, chosen, path, sound):
            save(write, target, force=force)
            yield target


def file_name(document: Document, chosen: Format) -> str:
    """Return what a recording is called in a format: after its own file, and unlike any other.

    No date stands in front: it may be put right later, and then would the same recording be
    another file; and most files that recorders write begin with one.
    """
    return f"{safe_name(document.stem)}-{document.id[:SHORT_ID]}{chosen.suffix}"


def _writings(document: Document, chosen: Format, path: Path, sound: Sound) -> Iterator[Writing]:
    """Yield the files that a recording is in a format, each with what writes it."""
    if chosen is FORMATS["html"]:  # which shows and plays more than a document holds
        yield from writings(document, path, sound)
    elif chosen is FORMATS["qdpx"]:  # which takes long with its sound, and tells how far it is
        yield path, partial(as_qdpx.save_project, [document], report=sound.report)
    else:
        yield path, partial(chosen.save, document)


def of_notes(marks: Iterable[Highlight], formats: Iterable[Format]) -> str | None:
    """Return what to know of the notes that files have in them; None where they have none."""
    holding = [each.name for each in formats if each.name not in WITHOUT_NOTES]
    noted = sum(bool(each.note) for each in marks) if holding else 0
    if not noted:
        return None
    many = "1 highlight has a note" if noted == 1 else f"{noted} highlights have notes"
    held = ("holds" if len(holding) == 1 else "hold") + (" it" if noted == 1 else " them")
    return f"{many} of yours: {', '.join(holding)} {held}, for all who get the files."


def in_one(
    documents: Sequence[Document], chosen: Format, name: str, sound: Sound
) -> Callable[[Path], object]:
    """Return what writes several recordings as one file, in a format that holds them."""
    if chosen is FORMATS["qdpx"]:
        return partial(as_qdpx.save_project, documents, name=name, report=sound.report)
    together = chosen.together
    if together is None:
        raise ValueError(f"{chosen.name} holds one recording alone")
    return lambda target: together(documents, target, name)


def save(write: Callable[[Path], object], path: Path, *, force: bool) -> None:
    """Have a file written in its place, whole or not at all; its folder is made."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoRoom(_unwritable(path, error)) from error
    try:
        with replacing(path) as beside:
            write(beside)
            _keep(path, beside, force=force)
    except OSError as error:
        kind = NoRoom if error.errno in FULL else RelistenError
        raise kind(_unwritable(path, error)) from error


def _unwritable(path: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{path}: it cannot be written there ({reason}). Choose another folder with -o."


def _keep(path: Path, beside: Path, *, force: bool) -> None:
    """Raise UsageError where a file would be written over that says something else."""
    if path.exists() and not force and not filecmp.cmp(beside, path, shallow=False):
        raise UsageError(
            f"{path}: it exists already and says something else, perhaps by your own hand. "
            "Choose another folder with -o, or say --force to write it anew."
        )
