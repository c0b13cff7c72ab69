"""`relisten process --only annotations`: what is kept is read again, without any sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from pipeline.commands.shared import held, open_library, show_lines
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.annotating import Readers
    from pipeline.library import Library
    from pipeline.recording import Recording

TAKEN = {"paths", "only"}


def annotate_named(paths: Sequence[Path]) -> int:
    """Annotate recordings again, or all where none is named; return the exit code."""
    from models.engines import LocalEngines

    check_alone()
    with open_library() as library:
        meant = recordings_named(paths, library)
        lines = list_shown(annotated(meant, library, LocalEngines()))
        failed = sum(line.startswith("skipped") for line in lines)
    click.echo(f"{len(lines) - failed} of {len(meant)} annotated again.")
    return int(failed > 0)


def check_alone(only: str = "annotations") -> None:
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


def annotated(meant: Sequence[Recording], library: Library, engines: Readers) -> Iterator[str]:
    """Annotate recordings, each on its own; yield a line of each."""
    from pipeline.annotating import annotate_again

    for recording in meant:
        with held(library, [recording.id]):
            ((_, reason),) = annotate_again([recording], library, engines)
        state = f"skipped    {recording.id[:8]}" if reason else f"annotated  {recording.id[:8]}"
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
