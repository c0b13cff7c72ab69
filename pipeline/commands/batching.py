"""What `relisten process` does with files and folders: sort them out, work on them, tell of it."""

from __future__ import annotations

import contextlib
import os
import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from pipeline.commands.counting import known_files
from pipeline.commands.gathering import files_named, recordings_among
from pipeline.commands.shared import library_folder, open_library, show_lines
from pipeline.errors import NoLibrary, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from models.engines import LocalEngines
    from pipeline.batch import Outcome
    from pipeline.library import Library
    from pipeline.process import Request
    from pipeline.survey import Task

MOST_PATHS = 3  # that are named in the command that is suggested
OF_THIS_TIME = {"paths", "retry_failed", "dry_run"}
NOTHING_FAILED = "No recording failed before: there is nothing to try again."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files are meant, and how they are to be taken."""

    paths: tuple[Path, ...]
    tracks: bool = False
    retry_failed: bool = False
    dry_run: bool = False
    project_from_folder: bool = False

    def __post_init__(self) -> None:
        if not self.paths and not self.retry_failed:
            raise UsageError("say which recordings, or folders of them: relisten process FOLDER")
        if not self.paths and self.project_from_folder:
            raise UsageError(
                "--project-from-folder: name the folder in which the projects are: "
                "relisten process FOLDER --retry-failed --project-from-folder"
            )


def run_batch(wanted: Wanted, engines: LocalEngines, request: Request) -> int:
    """Process what is wanted, or show what that would be; return the exit code."""
    from pipeline.bars import bars
    from pipeline.survey import of_folders, surveyed

    if not wanted.dry_run and not has_library():
        engines.require_recogniser()  # before a library is made for nothing
    with library_of(wanted) as library:
        files = files_meant(wanted, request, library)
        if not files and wanted.retry_failed:
            click.echo(NOTHING_FAILED)
            return 0
        with bars() as report:
            tasks = surveyed(files, library, request, engines, report)
        if wanted.project_from_folder:
            tasks = of_folders(tasks, wanted.paths)
        if wanted.dry_run:
            show_plan(tasks, library, engines)
            return 0
        announce(tasks, engines, request)
        outcomes = list(outcomes_shown(tasks, library, engines, request, set(wanted.paths)))
        return conclude(outcomes, library)


def has_library() -> bool:
    """Tell whether the library that is in use is there already."""
    from pipeline.library.database import FILE_NAME

    return (library_folder() / FILE_NAME).exists()


@contextlib.contextmanager
def library_of(wanted: Wanted) -> Iterator[Library]:
    """Open the library; for a dry run, where there is none, one that is gone afterwards."""
    from pipeline.library import Library

    with contextlib.ExitStack() as stack:
        if not wanted.dry_run:
            yield stack.enter_context(open_library(create=True))
            return
        try:
            library = open_library()
        except NoLibrary:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="relisten-"))
            library = Library(Path(folder), create=True)
        yield stack.enter_context(library)


def files_meant(wanted: Wanted, request: Request, library: Library) -> list[Path]:
    """Return the recordings that are meant, in the order in which they are taken."""
    if wanted.retry_failed:
        return list(failed_before(wanted, library))
    meant = known_files(wanted.paths, library) if request.only else wanted.paths
    named = files_named(meant, tracks=wanted.tracks)
    return recordings_among(named, library, tracks=wanted.tracks)


def failed_before(wanted: Wanted, library: Library) -> Iterator[Path]:
    """Yield the files that failed, of those that are named if any are; one that is gone is not."""
    from pipeline.sighting import is_there

    named = [path.absolute() for path in wanted.paths]
    for failure in library.failures():
        path = failure.path
        if named and not any(path.is_relative_to(each) for each in named):
            continue
        if is_there(path) or not is_there(path.parent):  # a drive may be unplugged
            yield path
        elif not wanted.dry_run:
            library.clear_failure(path)
            show_lines([f"{path}: it is not there any more, and is not tried again"], err=True)


def announce(tasks: Sequence[Task], engines: LocalEngines, request: Request) -> None:
    """Say how long it will take, if anything is to be heard: nothing is loaded for this alone.

    And say beforehand what will be missing.
    """
    from pipeline.diarize import NO_MODEL

    if request.only or not any("transcribe" in task.stages for task in tasks):
        return
    engines.require_recogniser()
    if line := expected(tasks, engines):
        click.echo(line, err=True)
        if engines.voices is None:
            click.echo(NO_MODEL, err=True)


def expected(tasks: Sequence[Task], engines: LocalEngines) -> str:
    """Say what hears, and how long it will take; "" where there is nothing to hear."""
    from pipeline.forecast import announcement, work_ahead

    work = work_ahead(tasks)
    if work.sound <= 0:
        return ""
    return announcement(work, engines.expected_speed(), engines.describe()) + engines.advice


def show_plan(tasks: Sequence[Task], library: Library, engines: LocalEngines) -> None:
    """Print what would be done."""
    from pipeline.lines.batch import plan_lines

    failed = {failure.path: failure.reason for failure in library.failures()}
    show_lines(plan_lines(tasks, failed, expected(tasks, engines)))


def outcomes_shown(
    tasks: Sequence[Task],
    library: Library,
    engines: LocalEngines,
    request: Request,
    named: set[Path],
) -> Iterator[Outcome]:
    """Yield what becomes of each file, and print it where it is worth a line."""
    from pipeline.bars import bars
    from pipeline.batch import process_tasks
    from pipeline.lines.batch import is_worth_a_line
    from pipeline.lines.view import outcome_line
    from pipeline.running import shown_as_running

    with bars() as shown, shown_as_running(library.folder, shown) as report:
        outcomes = process_tasks(tasks, library, engines, request, report, tell_of_others)
        for outcome in outcomes:
            if is_worth_a_line(outcome, outcome.path in named):
                # click.echo goes round the bars, which then overwrite the line.
                print(outcome_line(outcome), flush=True)  # noqa: T201
            if outcome.details and os.environ.get("RELISTEN_TRACEBACK"):
                click.echo(outcome.details, err=True)
            yield outcome


def tell_of_others() -> None:
    """Say that all that is left is being worked on."""
    click.echo("another relisten is at work on what is left; waiting for it", err=True)


def conclude(outcomes: Sequence[Outcome], library: Library) -> int:
    """Print how it went, and return the exit code."""
    from pipeline.batch import State
    from pipeline.journal import Journal
    from pipeline.lines.batch import summary_lines

    show_lines(summary_lines(outcomes, command_again(), Journal(library.folder).path))
    return int(any(outcome.state is State.FAILED for outcome in outcomes))


def command_again() -> str:
    """Return the command that tries what failed again, with the options that were typed now."""
    context = click.get_current_context()
    words = ["relisten"]
    if context.parent and context.parent.get_parameter_source("folder") is TYPED:
        words += ["--library", str(library_folder())]
    words.append("process")
    paths: tuple[Path, ...] = context.params["paths"]
    printed = all(str(each).isprintable() for each in paths)
    if context.params["project_from_folder"] or (printed and len(paths) <= MOST_PATHS):
        words += map(str, paths)
    words.append("--retry-failed")
    for option in context.command.params:
        name = option.name or ""
        if name not in OF_THIS_TIME and context.get_parameter_source(name) is TYPED:
            words += _typed(option, context.params[name])
    return shlex.join(words)


TYPED = ParameterSource.COMMANDLINE


def _typed(option: click.Parameter, value: object) -> list[str]:
    """Return an option as it is typed."""
    if isinstance(value, bool):
        return [(option.opts if value else option.secondary_opts)[0]]
    values = value if isinstance(value, tuple) else (value,)
    return [word for each in values for word in (option.opts[0], str(each))]
