"""Which recordings `relisten process` is to take: files, and folders that are one call each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import show_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from pipeline.library import Library


def tracks_option(command: Any) -> Any:
    """Add the option that takes folders as calls."""
    return click.option(
        "--tracks",
        is_flag=True,
        help="Each folder is one call, with one file for each participant; the files begin "
        "together. Zoom's folders are taken so by themselves.",
    )(command)


def filing_options(command: Any) -> Any:
    """Add the options of what recordings are filed under."""
    for option in (
        click.option("--participants", metavar="NAMES", help='Who took part: "Ann Lee, Bob".'),
        click.option("--tag", metavar="TAG", multiple=True, help="A tag; may be given again."),
        click.option(
            "--project-from-folder",
            is_flag=True,
            help="What is in no project goes in the one called like its subfolder.",
        ),
        click.option("--project", help="The client or study that the recordings belong to."),
    ):
        command = option(command)
    return command


def again_options(command: Any) -> Any:
    """Add the options about runs before this one, and after it."""
    for option in (
        click.option(
            "--dry-run", is_flag=True, help="Say what would be done and why, and change nothing."
        ),
        click.option(
            "--retry-failed",
            is_flag=True,
            help="Only what failed before; without PATHS, wherever it is.",
        ),
    ):
        command = option(command)
    return command


def files_named(paths: Iterable[Path], *, tracks: bool) -> list[Path]:
    """Return the files that are meant, or the folders; raises UsageError for what is neither."""
    from pipeline.ingest import find_recordings, find_tracks

    return list(find_tracks(paths) if tracks else find_recordings(paths))


def recordings_among(files: Sequence[Path], library: Library, *, tracks: bool) -> list[Path]:
    """Return the recordings that files are, and say where several may be one call."""
    from pipeline.tracks import gathered

    if tracks:
        return list(files)
    known = library.known_paths()
    calls = {Path(path) for path, has_tracks in known.items() if has_tracks}
    recordings = list(gathered(files, calls))
    show_lines(suggestions(recordings, known), err=True)
    return recordings


def suggestions(recordings: Iterable[Path], known: Collection[str]) -> Iterator[str]:
    """Yield a line for each folder with new recordings that look like the tracks of one call."""
    from pipeline.ingest import claimed_duration
    from pipeline.tracks import files_of, may_be_tracks, suggestion

    new = [each for each in recordings if str(each.absolute()) not in known and not each.is_dir()]
    for folder in dict.fromkeys(each.parent for each in new):
        files = files_of(folder)
        if not set(files) <= set(new) or not may_be_tracks([each.stem for each in files]):
            continue
        if line := suggestion(folder, {each: claimed_duration(each) for each in files}):
            yield line
