"""The commands that keep a library safe, and end it: backup, restore, forget."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipeline.commands.shared import (
    Place,
    as_json_option,
    example,
    held,
    library_folder,
    open_library,
    show_json,
    show_lines,
    tell_of_waiting,
)
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.recording import Recording


@click.command(epilog=example("relisten backup /media/usb/interviews.zip"))
@click.argument("file", type=Place())
@click.option("--without-audio", is_flag=True, help="Leave the listening copies out.")
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def backup(file: Path, without_audio: bool, force: bool) -> None:
    """Write the whole library to one file, while it is in use too.

    All texts, names, corrections and listening copies are in it; the recordings themselves are not.
    """
    from pipeline.bars import bars
    from pipeline.keeping.backing_up import back_up
    from pipeline.lines.keeping import backup_lines

    audio = not without_audio
    with open_library() as library, bars() as report:
        manifest = back_up(library, file, audio=audio, force=force, report=report)
    show_lines(backup_lines(file, manifest, audio=audio))


@click.command(epilog=example("relisten restore /media/usb/interviews.zip"))
@click.argument("file", type=Place())
@click.option("--force", is_flag=True, help="Move a library that is there aside, and keep it.")
def restore(file: Path, force: bool) -> None:
    """Put a backup back as the library, once every byte of it is checked.

    To look into a backup first, put it elsewhere: relisten --library NEW restore FILE
    """
    from pipeline.bars import bars
    from pipeline.keeping import restoring
    from pipeline.lines.keeping import restored_lines

    folder = library_folder()
    with bars() as report:
        done = restoring.restore(file, folder, force=force, tell=tell_of_waiting, report=report)
    show_lines(restored_lines(folder, done))


@click.command(epilog=example("relisten forget 3f2a91c4"))
@click.argument("recordings", nargs=-1)
@click.option("--older-than", "age", metavar="AGE", help="All that are older, as 365d, 18m or 2y.")
@click.option("--project", metavar="NAME", help="With --older-than: only of this project.")
@click.option("--yes", "sure", is_flag=True, help="Do it; without, what would go is listed.")
@click.option("--check", "phrase", metavar="PHRASE", help="Only look for it in the files' bytes.")
@as_json_option
def forget(
    recordings: tuple[str, ...],
    age: str | None,
    project: str | None,
    sure: bool,
    phrase: str | None,
    as_json: bool,
) -> int:
    """Delete recordings from the library for good, and prove that nothing is left.

    Text, index, voices, copies and log lines go; your own files are not touched. What would go is
    listed first.
    """
    check_asked(recordings, age, project, phrase)
    if phrase is not None:
        return look_for(phrase, as_json=as_json)
    with open_library() as library:
        meant = chosen(library, recordings, age, project)
        if not meant:
            click.echo("No recording is that old. Nothing is forgotten.", err=as_json)
            return 0
        if not sure:
            announce(library, meant, as_json=as_json)
            if not confirmed(as_json=as_json):
                return 0
        return part_with(library, meant, as_json=as_json)


def check_asked(
    recordings: tuple[str, ...], age: str | None, project: str | None, phrase: str | None
) -> None:
    """Raise UsageError for what cannot be meant together."""
    ways = [bool(recordings), age is not None, phrase is not None]
    if sum(ways) != 1:
        raise UsageError(
            "say what to forget, in one way: relisten forget ID, or relisten forget --older-than "
            '365d; or what to look for: relisten forget --check "a phrase"'
        )
    if project is not None and age is None:
        raise UsageError("--project goes with --older-than: relisten forget --older-than 365d ...")


def look_for(phrase: str, *, as_json: bool) -> int:
    """Look for a phrase in the bytes of the library's files; return 1 where it is there."""
    from pipeline.keeping.forgetting import files_of, phrase_left
    from pipeline.lines.keeping import check_lines

    with open_library() as library:
        found = phrase_left(phrase, library)
        files = len(files_of(library.folder))
    if as_json:
        found_in = {str(path): number for path, number in found.items()}
        show_json({"phrase": phrase, "files": files, "found": found_in})
    else:
        show_lines(check_lines(phrase, found, files))
    return int(bool(found))


def chosen(
    library: Library, names: Sequence[str], age: str | None, project: str | None
) -> list[Recording]:
    """Return the recordings that are named, or are older than an age."""
    from datetime import date

    from pipeline.keeping.forgetting import older_than, recorded_before

    if age is None:
        return list({found.id: found for found in map(library.find, names)}.values())
    return recorded_before(library, older_than(age, date.today()), project)


def announce(library: Library, meant: Sequence[Recording], *, as_json: bool) -> None:
    """Say what would go."""
    from pipeline.keeping.forgetting import elsewhere, parting
    from pipeline.library.preserving import kept_beside
    from pipeline.lines.keeping import parting_lines

    partings, earlier = [parting(each, library) for each in meant], kept_beside(library.folder)
    copies = elsewhere({each.id for each in meant}, library)
    if as_json:
        show_json({"would_go": partings, "earlier": earlier, "elsewhere": copies})
    else:
        show_lines(parting_lines(partings, earlier, copies))


def confirmed(*, as_json: bool) -> bool:
    """Ask on a terminal; elsewhere say how it is done."""
    if on_terminal() and not as_json:
        return bool(click.prompt('\nType "yes" to forget this', default="no") == "yes")
    click.echo("\nNothing is forgotten yet. To do it, add: --yes", err=as_json)
    return False


def on_terminal() -> bool:
    """Tell whether somebody is there to answer."""
    return sys.stdin.isatty()


def part_with(library: Library, meant: Sequence[Recording], *, as_json: bool) -> int:
    """Forget recordings, and say what became of it; return 1 where something is left."""
    from pipeline.bars import bars
    from pipeline.keeping import forgetting
    from pipeline.lines.keeping import forgotten_lines

    with held(library, [each.id for each in meant]), bars() as report:
        done = forgetting.forget(meant, library, report)
    if as_json:
        show_json({"forgotten": meant, "proof": done})
    else:
        show_lines(forgotten_lines(meant, done))
    return int(bool(done.left))
