"""`relisten process --only annotations`: what is kept is read again, without any sound."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from pipeline.commands.counting import ANNOTATIONS
from pipeline.commands.shared import held, open_library, show_lines
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.recording import Recording

    # Reads some recordings of a library again; yields each, with the reason where it is not.
    Again = Callable[[Sequence[Recording], Library], Iterator[tuple[Recording, str]]]

TAKEN = {"paths", "only"}
SKIPPED = "skipped"
WIDTH = 9  # of what became of a recording


def annotate_named(paths: Sequence[Path]) -> int:
    """Annotate recordings again, or all where none is named; return the exit code."""
    from models.engines import LocalEngines
    from pipeline.annotating import annotate_again

    check_alone(ANNOTATIONS)
    again = partial(annotate_again, engines=LocalEngines())
    read, meant = read_again(paths, again, "annotated")
    click.echo(f"{read} of {meant} annotated again.")
    return int(read < meant)


def read_again(paths: Sequence[Path], again: Again, done: str) -> tuple[int, int]:
    """Read recordings again, or all where none is named, and print a line of each.

    done : what is said of one that was read. Return how many were, and how many were meant.
    """
    with open_library() as library:
        meant = recordings_named(paths, library)
        lines = list_shown(read_each(meant, library, again, done))
    return sum(not line.startswith(SKIPPED) for line in lines), len(meant)


def check_alone(only: str) -> None:
    """Raise UsageError where another option is typed, of which nothing would come."""
    context = click.get_current_context()
    given = [
        option.opts[0]
        for option in context.command.params
        if option.name not in TAKEN
        and context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
    ]
    if given:
        raise UsageError(f"{' and '.join(given)}: --only {only} changes nothing of that.")


def list_shown(lines: Iterator[str]) -> list[str]:
    """Print lines as they come, and return them."""
    shown = []
    for line in lines:
        show_lines([line])
        shown.append(line)
    return shown


def read_each(
    meant: Sequence[Recording], library: Library, again: Again, done: str
) -> Iterator[str]:
    """Read recordings again, each held on its own; yield a line of each."""
    for recording in meant:
        with held(library, [recording.id]):
            ((_, reason),) = again([recording], library)
        state = f"{SKIPPED if reason else done:<{WIDTH}}  {recording.id[:8]}"
        yield f"{state}  {recording.title}" + (f"  ({reason})" if reason else "")


def recordings_named(paths: Sequence[Path], library: Library) -> list[Recording]:
    """Return the recordings meant by files, folders, ids or titles; their files may be gone."""
    every = library.recordings()
    if not paths:
        return every
    found: dict[str, Recording] = {}
    for path in paths:
        place = path.absolute()
        inside = [each for each in every if each.path.absolute().is_relative_to(place)]
        for recording in inside or [library.find(str(path))]:
            found.setdefault(recording.id, recording)
    return list(found.values())
