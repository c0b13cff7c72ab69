"""Recordings that are not where they were: which ones, and where they are now, told by content.

Only where a recording lies is changed by it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.clips import original
from pipeline.errors import AudioError, UsageError
from pipeline.ingest import content_id, size_of
from pipeline.sighting import sight
from pipeline.tracks import tracks_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.library import Library
    from pipeline.recording import Recording, Track

    Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that was missing, and where it is."""

    recording: Recording
    path: Path


def missing(recordings: Iterable[Recording]) -> list[Recording]:
    """Return the recordings that are not where they were, or are another file by now."""
    return [each for each in recordings if not _is_there(each)]


def _is_there(recording: Recording) -> bool:
    try:
        original(recording)
    except AudioError:
        return False
    return True


def find(lost: Iterable[Recording], places: Iterable[Path], tell: Tell) -> Iterator[Found]:
    """Yield each lost recording as it is found in folders, or as one of the files named.

    Only what is as long as a lost one is read. What cannot be looked at is told, in a sentence.
    Raises UsageError for a place that is not there, before anything is looked at.
    """
    wanted = {each.id: each for each in lost}
    kinds = {_kind(each) for each in wanted.values()}
    seen: set[Path] = set()
    for candidate, kind in _candidates([_existing(place) for place in places], kinds, tell):
        if candidate in seen or kind not in kinds:
            continue
        seen.add(candidate)
        if found := wanted.pop(_content(candidate, tell), None):
            yield Found(found, candidate)
            kinds = {_kind(each) for each in wanted.values()}
        if not wanted:
            return


# A number of bytes, and whether they are those of one file, or of all the tracks in a folder.
_Kind = tuple[int, bool]


def _kind(recording: Recording) -> _Kind:
    return recording.size, bool(recording.tracks)


def _existing(place: Path) -> Path:
    if not os.path.lexists(place):
        raise UsageError(f"{place}: there is no such file or folder. Check the name.")
    return place.absolute()


def _candidates(
    places: Iterable[Path], kinds: set[_Kind], tell: Tell
) -> Iterator[tuple[Path, _Kind]]:
    """Yield files, and folders as the recording that their tracks may be, if any is looked for."""
    with_tracks = any(of_tracks for _, of_tracks in kinds)
    for place in places:
        if not place.is_dir():
            yield from _measured(place, tell)
        for parent, folders, names in os.walk(place, onerror=lambda error: tell(_refused(error))):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                yield from _measured(Path(parent, name), tell)
            if with_tracks:
                yield from _measured(Path(parent), tell)


def _measured(place: Path, tell: Tell) -> Iterator[tuple[Path, _Kind]]:
    """Yield a file or a folder of tracks with what kind it is; nothing for what is neither."""
    try:
        if place.is_file():
            yield place, (place.stat().st_size, False)
        elif place.is_dir() and tracks_in(place):
            yield place, (size_of(place), True)
    except OSError as error:
        tell(_refused(error, place))


def _refused(error: OSError, place: Path | None = None) -> str:
    return f"{place or error.filename}: it cannot be looked at ({error.strerror or error})."


def _content(path: Path, tell: Tell) -> str:
    """Return the hash of what is in a file or a folder of tracks, "" where it cannot be read."""
    try:
        return content_id(path)
    except AudioError as error:
        tell(str(error))
        return ""


def relink(library: Library, found: Found) -> None:
    """Keep where a recording lies now; whoever calls this holds the recording.

    The participants of tracks stay who they are, whatever their files are called now.
    """
    recording = library.get(found.recording.id)
    if recording is not None:  # nobody has forgotten it meanwhile
        tracks = _moved(recording.tracks, found.path)
        library.put(replace(recording, path=found.path, tracks=tracks))
        doubles = {each.id: likeness for each, likeness in library.doubles(recording.id)}
        library.put_place(recording.id, sight(found.path), doubles)


def _moved(tracks: Sequence[Track], folder: Path) -> tuple[Track, ...]:
    """Return tracks under the names that their files have in a folder; their order is the same."""
    if not tracks:
        return ()
    files = [each.file for each in tracks_in(folder)]
    return tuple(replace(each, file=file) for each, file in zip(tracks, files, strict=True))
