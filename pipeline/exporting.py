"""Recordings of the library to files, in chosen formats, under safe names."""

from __future__ import annotations

import filecmp
import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING

from pipeline.errors import RelistenError, UsageError
from pipeline.export import FORMATS, Format
from pipeline.pages import INSIDE, writings
from pipeline.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pipeline.export import Document
    from pipeline.pages import Sound, Writing

# Under every file system's 255, with room for what stands behind a name.
LONGEST_NAME = 120  # characters
LONGEST_NAME_BYTES = 200  # as UTF-8
# Names that Windows keeps for devices, whatever their suffix.
DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    "conin$",
    "conout$",
    *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"),
}


def known_formats(names: Iterable[str]) -> list[Format]:
    """Return formats by name; raises UsageError for one that there is not."""
    wanted = [name.strip().lower() for name in names]
    for name in wanted:
        if name not in FORMATS:
            raise UsageError(f"there is no format {name!r}. There are: {', '.join(FORMATS)}.")
    return [FORMATS[name] for name in dict.fromkeys(wanted)]


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
    by `force`; else it raises UsageError. `sound` is what becomes of that of a page.
    """
    for chosen in formats:
        path = folder / f"{safe_name(document.stem)}-{document.id[:8]}{chosen.suffix}"
        for target, write in _writings(document, chosen, path, sound):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                _save(write, target, force=force)
            except OSError as error:
                reason = error.strerror or str(error)
                raise RelistenError(
                    f"{target}: it cannot be written there ({reason}). Choose another folder "
                    "with -o."
                ) from error
            yield target


def _writings(document: Document, chosen: Format, path: Path, sound: Sound) -> Iterator[Writing]:
    """Yield the files that a recording is in a format, each with what writes it."""
    if chosen is FORMATS["html"]:  # which shows and plays more than a document holds
        yield from writings(document, path, sound)
    else:
        yield path, partial(chosen.save, document)


def _save(write: Callable[[Path], object], path: Path, *, force: bool) -> None:
    """Have a file written in its place, whole or not at all."""
    with replacing(path) as beside:
        write(beside)
        if path.exists() and not force and not filecmp.cmp(beside, path, shallow=False):
            raise UsageError(
                f"{path}: it exists already and says something else, perhaps by your own hand. "
                "Choose another folder with -o, or say --force to write it anew."
            )


def safe_name(name: str) -> str:
    """Return a name that every system takes for a file: no marks that mean something, not empty."""
    kept = "".join(
        "_" if character in '<>:"/\\|?*' or unicodedata.category(character)[0] == "C" else character
        for character in unicodedata.normalize("NFC", name)
    )
    kept = re.sub(r"\s+", " ", kept).strip(" .")
    if not kept or kept.split(".")[0].rstrip().casefold() in DEVICES:
        kept = f"_{kept}"
    short = kept[:LONGEST_NAME].encode()[:LONGEST_NAME_BYTES].decode(errors="ignore")
    return short.rstrip(" .")
