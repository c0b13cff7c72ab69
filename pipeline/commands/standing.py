"""The command that says how the library stands: `status`."""

from __future__ import annotations

import click

from pipeline.commands.shared import (
    as_json_option,
    example,
    filters_options,
    filters_typed,
    open_library,
    show_json,
    show_lines,
)


@click.command(epilog=example("relisten status --project acme"))
@filters_options
@as_json_option
def status(as_json: bool, **which: str | None) -> None:
    """Say how the library stands: what is unfinished, out of date, lost, and what mends it.

    Nothing is changed. What an older version or a lesser model made is told as worth knowing.
    """
    from pipeline.lines.standing import standing_lines
    from pipeline.standing import Installed, standing

    machine = Installed()
    with open_library() as library:
        stands = standing(library, filters_typed(which), machine, machine.models())
    show_json(stands) if as_json else show_lines(standing_lines(stands))
