"""The command that makes a damaged library whole again, as far as that is possible."""

from __future__ import annotations

import click

from pipeline.commands.shared import (
    as_json_option,
    example,
    library_folder,
    show_json,
    show_lines,
    tell_of_waiting,
)


@click.command(epilog=example("relisten recover"))
@as_json_option
def recover(as_json: bool) -> None:
    """Save all that can be read of a damaged library, and keep the damaged file.

    What is lost is listed, with the command that makes it again.
    """
    from pipeline.bars import bars
    from pipeline.library.recovering import recover as save
    from pipeline.lines.recovery import recovery_lines

    with bars() as report:
        recovered = save(library_folder(), tell_of_waiting, report)
    show_json(recovered) if as_json else show_lines(recovery_lines(recovered))
