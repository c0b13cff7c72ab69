"""Files and folders to recordings: which files there are, and what each one is.

Identity is content: the same bytes are the same recording, under whatever name.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.audio import probe
from pipeline.dates import recorded_at
from pipeline.errors import AudioError, UsageError
from pipeline.layout import layout_of
from pipeline.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.audio import Audio

MEDIA_SUFFIXES = frozenset(
    f".{name}"
    for names in (
        "3g2 3gp aac ac3 aif aifc aiff alac amr ape asf au avi caf dss flac flv gsm m2ts m4a m4b",
        "m4v mka mkv mov mp1 mp2 mp3 mp4 mpc mpeg mpg mpga mts mxf oga ogg ogm ogv opus ra rm snd",
        "sph spx tta vob w64 wav weba webm wma wmv wv",
    )
    for name in names.split()
)
# What stands beside recordings in people's folders and needs no opening to be passed over.
OTHER_SUFFIXES = frozenset(
    f".{name}"
    for names in (
        "ass bak bmp crdownload css csv db doc docx eaf gif heic htm html ini jpeg jpg js json lab",
        "log md ods odt pages part pdf png ppt pptx py qdpx rtf rttm srt ssa stm sub svg textgrid",
        "tmp toml tsv txt vtt webp xls xlsx xml yaml yml zip",
    )
    for name in names.split()
)


def find_recordings(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file named, and those in folders that may be recordings, each once, by name.

    Raises UsageError for a path that is not there.
    """
    seen: set[Path] = set()
    for path in paths:
        if not _exists(path):
            raise UsageError(f"{path}: there is no such file or folder. Check the name.")
        for file in sorted(_walk(path)) if path.is_dir() else [path]:
            if (real := file.resolve()) not in seen:
                seen.add(real)
                yield file


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a folder above that may not be entered, a name that is too long
        reason = error.strerror or str(error)
        raise UsageError(f"{path}: it cannot be reached ({reason}). Check the name.") from error


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):  # follows no links: they may loop
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(parent, name)
            if path.is_file() and may_be_recording(path):
                yield path


def may_be_recording(path: Path) -> bool:
    """Tell whether a file met in a folder is worth processing.

    One with the suffix of a recording is, even if it turns out to be broken; one with an unknown
    suffix is if it opens as audio.
    """
    suffix = path.suffix.lower()
    if path.name.startswith(".") or suffix in OTHER_SUFFIXES:
        return False
    if suffix in MEDIA_SUFFIXES:
        return True
    try:
        probe(path)
    except AudioError:
        return False
    return True


def place_of(path: Path) -> tuple[Path, int]:
    """Return where a file lies and its size, by which it is most likely known without reading it.

    The size of a file that cannot be looked at is -1: when its turn comes, what is wrong is said.
    """
    try:
        return path.absolute(), path.stat().st_size
    except OSError:
        return path.absolute(), -1


def content_id(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or str(error)
        raise AudioError(
            f"{path}: it cannot be read ({reason}). Check its permissions, or the drive."
        ) from error


def describe(path: Path, identity: str, decoded: Audio, project: str | None) -> Recording:
    """Return the recording that a decoded file is."""
    said = probe(path)
    facts = path.stat()
    modified = datetime.fromtimestamp(facts.st_mtime)
    moment, origin = recorded_at(said.tags, path.stem, modified, datetime.now())
    return Recording(
        id=identity,
        path=path.absolute(),
        title=said.tags.get("title", "").strip() or path.stem,
        duration=decoded.duration,
        channels=decoded.channels,
        sample_rate=said.sample_rate,
        codec=said.codec,
        size=facts.st_size,
        layout=layout_of(decoded),
        recorded_at=moment.isoformat(timespec="seconds"),
        recorded_at_from=origin,
        project=project,
        damage=decoded.damage,
    )
