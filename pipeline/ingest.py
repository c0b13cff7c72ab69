"""Files and folders to recordings: which files there are, and what each one is.

Identity is content: the same bytes are the same recording, under whatever name. A folder that is
named as a recording is one: its files are the tracks of the participants.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.audio import check_readable, probe
from pipeline.channels.layout import layout_of
from pipeline.dates import recorded_at
from pipeline.errors import AudioError, RelistenError, UsageError
from pipeline.kinds import MEDIA_SUFFIXES, OTHER_SUFFIXES, kept_by_relisten
from pipeline.recording import Layout, Recording
from pipeline.tracks import MOST_TRACKS, files_of, title_of, tracks_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.audio import Audio
    from pipeline.recording import Track


def find_recordings(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file named, and those in folders that may be recordings, each once, by name.

    A folder within that may not be looked into is yielded itself: what is wrong is said in its
    turn. Raises UsageError for a path that is not there.
    """
    seen: set[str] = set()
    for path in paths:
        if not _exists(path):
            raise UsageError(f"{path}: there is no such file or folder. Check the name.")
        real = os.path.realpath(path)
        for file, place in _walk(path, real) if path.is_dir() else [(path, real)]:
            if place not in seen:
                seen.add(place)
                yield file


def find_tracks(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the folders named, each one call that has a file for each participant.

    Raises UsageError for what is no folder, or holds too few recordings or too many for a call.
    """
    for path in dict.fromkeys(paths):
        if not _exists(path) or not path.is_dir():
            raise UsageError(
                f"{path}: there is no such folder. --tracks takes a folder with one file for each "
                "participant of a call."
            )
        if not 2 <= (count := len(tracks_in(path))) <= MOST_TRACKS:
            raise UsageError(
                f"{path}: {_counted(count)} directly in it. --tracks takes a folder "
                f"with one file for each participant of a call, 2 to {MOST_TRACKS} of them."
            )
        yield path


def _counted(count: int) -> str:
    return "1 recording lies" if count == 1 else f"{count or 'no'} recordings lie"


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a folder above that may not be entered, a name that is too long
        reason = error.strerror or str(error)
        raise UsageError(f"{path}: it cannot be reached ({reason}). Check the name.") from error


def _walk(folder: Path, real: str) -> Iterator[tuple[Path, str]]:
    """Yield what may be recordings in a folder, by name, each with the file that it leads to.

    Nothing is asked of a file that its folder tells: there may be many thousands.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        yield folder, real
        return
    own = kept_by_relisten([entry.name for entry in entries])
    for entry in entries:
        path, place = folder / entry.name, f"{real}{os.sep}{entry.name}"
        if entry.is_dir(follow_symlinks=False):  # follows no links: they may loop
            if not entry.name.startswith(".") and entry.name not in own:
                yield from _walk(path, place)
        elif _is_file(entry) and may_be_recording(path):
            yield path, os.path.realpath(path) if entry.is_symlink() else place


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


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


def claimed_duration(path: Path) -> float:
    """Return the seconds that a file says it has; 0.0 for one that cannot be opened."""
    try:
        return probe(path).duration
    except (RelistenError, OSError, RuntimeError, ValueError):  # what decoders raise
        return 0.0  # when the file's turn comes, what is wrong with it is said


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all tracks in a folder; raises OSError."""
    return sum(file.stat().st_size for file in files_of(path))


def content_id(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hexadecimal; of tracks, that of theirs in order.

    The order counts: the words of a library stand by the number of their channel. Raises
    AudioError for what cannot be read, or is plainly no recording.
    """
    check_readable(path)
    try:
        if path.is_dir():
            together = "".join(content_id(file) for file in files_of(path))
            return hashlib.sha256(together.encode()).hexdigest()
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or str(error)
        raise AudioError(
            f"{path}: it cannot be read ({reason}). Check its permissions, or the drive."
        ) from error


def describe(path: Path, identity: str, decoded: Audio, project: str | None) -> Recording:
    """Return the recording that a decoded file is, or the tracks in a folder."""
    said = probe(path)
    tracks = tracks_in(path) if path.is_dir() else ()
    moment, origin = own_date(path, said.tags)
    return Recording(
        id=identity,
        path=path.absolute(),
        title=said.tags.get("title", "").strip() or _name(path, tracks),
        duration=decoded.duration,
        channels=decoded.channels,
        sample_rate=said.sample_rate,
        codec=said.codec,
        size=size_of(path),
        layout=Layout.CHANNEL_PER_SPEAKER if tracks else layout_of(decoded),
        recorded_at=moment,
        recorded_at_from=origin,
        project=project,
        damage=decoded.damage,
        tracks=tracks,
    )


def own_date(path: Path, tags: Mapping[str, str]) -> tuple[str, str]:
    """Return when a file, or the tracks in a folder, were recorded, and how they tell."""
    tracks = tracks_in(path) if path.is_dir() else ()
    modified = datetime.fromtimestamp(min(file.stat().st_mtime for file in files_of(path)))
    dated = " ".join((_name(path, tracks), *(track.file for track in tracks)))
    moment, origin = recorded_at(tags, dated, modified, datetime.now())
    return moment.isoformat(timespec="seconds"), origin


def _name(path: Path, tracks: Sequence[Track]) -> str:
    return title_of(path) if tracks else path.stem
