"""The command line: the group that gathers the commands, and what every error comes to.

Nothing heavy is imported before a command needs it: help must be there at once.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import click

from pipeline.commands import machine, processing, reading
from pipeline.commands.shared import Ordered, example
from pipeline.errors import RelistenError

LIBRARY = "RELISTEN_LIBRARY"


def main() -> None:
    """Run the command line; turn every error into one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a Windows console may not be UTF-8
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = relisten(standalone_mode=False)
    except click.exceptions.Abort:
        code = _say("Stopped. What was finished is kept; run the same command to go on.", 130)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except RelistenError as error:
        code = _say(f"relisten: {error}", error.exit_code)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # a fault of ours: say so, and how to see more
        kind = type(error).__name__
        code = _say(f"relisten: a fault in relisten itself ({kind}: {error}). See more: -v", 1)
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentence: str, code: int) -> int:
    if os.environ.get("RELISTEN_TRACEBACK"):
        raise  # noqa: PLE0704 - called while an error is being handled
    click.echo(sentence, err=True)
    return code


@click.group(cls=Ordered, epilog=example("relisten process interviews/"))
@click.version_option(package_name="relisten", prog_name="relisten")
@click.option(
    "--library",
    "folder",
    envvar=LIBRARY,
    type=click.Path(path_type=Path),
    help="The library's folder; also set by RELISTEN_LIBRARY. Default: in your user data folder.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def relisten(ctx: click.Context, folder: Path | None, verbose: bool) -> None:
    """Turn recorded interviews into a library to search and hear again, on this machine alone."""
    ctx.obj = folder
    if verbose:
        os.environ["RELISTEN_TRACEBACK"] = "1"


for command in (
    processing.process,
    reading.list_,
    reading.show,
    reading.search,
    reading.play,
    reading.export,
    machine.models,
    machine.doctor,
):
    relisten.add_command(command)


if __name__ == "__main__":
    main()
