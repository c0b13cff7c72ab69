"""The command that fills the library with whatever lands in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.commands import processing
from pipeline.commands.shared import Place, example, open_library, show_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from models.engines import LocalEngines
    from pipeline.batch import Outcome
    from pipeline.library import Library
    from pipeline.process import Request

# Of the options of `process`, those that are about a recording as such.
TAKEN = {"model", "engine", "language", "translate", "vocabulary", "channels", "project", "device"}
TAKEN |= {"tag", "participants", "speakers", "min_speakers", "max_speakers"}
TAKEN |= {"project_from_folder"}
OPTIONS = [each for each in processing.process.params if each.name in TAKEN]


@click.command(epilog=example("relisten watch ~/Recordings --project acme"), params=OPTIONS)
@click.argument("folders", nargs=-1, required=True, type=Place())
@click.option("--poll", is_flag=True, help="Look again and again: for drives on a network.")
def watch(
    folders: tuple[Path, ...], poll: bool, project_from_folder: bool, device: str, **asked: Any
) -> None:
    """Transcribe what lies in folders, and then whatever lands there, until you press Ctrl-C.

    A file is taken once it is completely written; what is done already is skipped. The options are
    those of process.
    """
    from pipeline.watching import watching

    engines, request = processing.prepare(device, {**asked, "only": None})
    engines.require_recogniser()
    by_folder = folders if project_from_folder else ()
    with open_library(create=True) as library:
        for number, watched in enumerate(watching(folders, poll=poll)):
            if number == 0:
                _greet(folders, watched.refused)
            if files := watched.ready(lambda: _calls(library)):
                _take(files, by_folder, library, engines, request)


def _greet(folders: Sequence[Path], refused: Sequence[OSError]) -> None:
    named = ", ".join(map(str, folders))
    show_lines([f"Watching {named}. What lands there is transcribed. To stop: Ctrl-C"], err=True)
    show_lines(map(_not_watched, refused), err=True)


def _not_watched(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: it is not watched, as it cannot be looked into ({reason})."


def _calls(library: Library) -> set[Path]:
    """Return the folders that are one call each, with a file for each participant."""
    return {each.path for each in library.recordings() if each.tracks}


def _take(
    files: Sequence[Path],
    by_folder: Sequence[Path],
    library: Library,
    engines: LocalEngines,
    request: Request,
) -> None:
    """Process files and tell of each; `by_folder` are those whose subfolders are projects."""
    from pipeline.bars import bars
    from pipeline.batch import State, process_tasks
    from pipeline.running import shown_as_running
    from pipeline.survey import of_folders, surveyed

    tasks = surveyed(files, library, request, engines)
    if by_folder:
        tasks = of_folders(tasks, by_folder)
    known = 0
    with bars() as shown, shown_as_running(library.folder, shown) as report:
        for outcome in process_tasks(tasks, library, engines, request, report):
            known += outcome.state is State.KNOWN
            for line in _told(outcome):
                # click.echo goes round the bars, which then overwrite the line.
                print(line, flush=True)  # noqa: T201
    show_lines([f"{known} already done"] if known else [])


def _told(outcome: Outcome) -> Iterator[str]:
    """Yield what to say of a file: nothing of one that is done already, or gone meanwhile."""
    from pipeline.batch import State
    from pipeline.lines.batch import is_worth_a_line
    from pipeline.lines.view import outcome_line
    from pipeline.printable import printable

    failed = outcome.state is State.FAILED
    if not is_worth_a_line(outcome, False) or (failed and not outcome.path.exists()):
        return
    yield outcome_line(outcome)
    if failed:
        yield printable(f"  {outcome.message} When the file changes, it is tried again.")
