"""What `relisten process` does with --from and --to: one passage again, not whole recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import library_folder, open_library, show_lines
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from models.engines import LocalEngines
    from pipeline.process import Request

    Times = tuple[str | None, str | None]


def passage_options(command: Any) -> Any:
    """Add the options that name a passage, `begin` and `end`."""
    for option in (
        click.option("--to", "end", metavar="TIME", help="Up to here. Default: to the end."),
        click.option(
            "--from",
            "begin",
            metavar="TIME",
            help="Only this passage of one recording of the library (an id, a title), as 12:30.",
        ),
    ):
        command = option(command)
    return command


def revise_passage(
    paths: tuple[Path, ...], times: Times, engines: LocalEngines, request: Request
) -> int:
    """Recognise a passage of one recording anew, and print what stood there and stands there."""
    from pipeline.bars import bars
    from pipeline.details import revised_lines
    from pipeline.library.filling import filling
    from pipeline.revise import passage_of, revise
    from pipeline.timestamps import parse_timestamp

    begin, end = (parse_timestamp(time) if time is not None else None for time in times)
    name = _one_of(paths, request)
    with open_library() as library:
        recording = library.find(name)
        passage = passage_of(recording, begin, end)
        engines.require_recogniser()
        with filling(library_folder(), tell_of_waiting), bars() as report:
            revised = revise(recording, passage, library, engines, request, report)
    show_lines(revised_lines(revised))
    return 0


def _one_of(paths: tuple[Path, ...], request: Request) -> str:
    """Return the recording that is named; raises UsageError for what a passage cannot have."""
    if len(paths) != 1:
        raise UsageError(
            f"--from and --to are for one recording, and {len(paths)} are named. Name one: "
            "relisten process 3f2a91c4 --from 12:30 --to 13:10"
        )
    if request.channels or request.project:
        raise UsageError(
            "--channels and --project are of a whole recording: leave them out with --from and --to"
        )
    (path,) = paths
    return path.name if path.is_file() else str(path)


def tell_of_waiting() -> None:
    """Say that another process holds the library."""
    click.echo("another relisten is filling this library; waiting for it", err=True)
