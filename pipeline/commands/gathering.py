"""Which recordings `relisten process` is to take: files, and folders that are one call each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.library import Library


def tracks_option(command: Any) -> Any:
    """Add the option that takes folders as calls."""
    return click.option(
        "--tracks",
        is_flag=True,
        help="Each folder is one call, with one file for each participant; the files begin "
        "together. Zoom's folders are taken so by themselves.",
    )(command)


def files_named(paths: Iterable[Path], *, tracks: bool) -> list[Path]:
    """Return the files that are meant, or the folders; raises UsageError for what is neither."""
    from pipeline.ingest import find_recordings, find_tracks

    return list(find_tracks(paths) if tracks else find_recordings(paths))


def recordings_among(files: Sequence[Path], library: Library, *, tracks: bool) -> list[Path]:
    """Return the recordings that files are, and say where several may be one call."""
    from pipeline.tracks import gathered

    if tracks:
        return list(files)
    known = library.recordings()
    recordings = list(gathered(files, {each.path for each in known if each.tracks}))
    for line in suggestions(recordings, {each.path for each in known}):
        click.echo(line, err=True)
    return recordings


def suggestions(recordings: Iterable[Path], known: set[Path]) -> Iterator[str]:
    """Yield a line for each folder with new recordings that look like the tracks of one call."""
    from pipeline.batch import claimed_duration
    from pipeline.tracks import files_of, may_be_tracks, suggestion

    new = [each for each in recordings if each.absolute() not in known and not each.is_dir()]
    for folder in dict.fromkeys(each.parent for each in new):
        files = files_of(folder)
        if not set(files) <= set(new) or not may_be_tracks([each.stem for each in files]):
            continue
        if line := suggestion(folder, {each: claimed_duration(each) for each in files}):
            yield line
