"""The command line: the group that gathers the commands, and what every error comes to.

Nothing heavy is imported before a command needs it: help must be there at once.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from pipeline.commands import (
    clipping,
    editing,
    exporting,
    filing,
    highlighting,
    importing,
    keyphrases,
    machine,
    mending,
    mentions,
    naming,
    originals,
    processing,
    reading,
    redacting,
    reeling,
    safekeeping,
    searching,
    serving,
    speaking,
    standing,
    watching,
)
from pipeline.commands.shared import Ordered, example
from pipeline.errors import RelistenError
from pipeline.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARY = "RELISTEN_LIBRARY"
SHOW_CURSOR = b"\x1b[?25h"


def main() -> None:
    """Run the command line; turn every error into one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a Windows console may not be UTF-8
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        with _impatience():
            code = relisten(standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = _say("Stopped. What was finished is kept; run the same command to go on.", 130)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except RelistenError as error:
        code = _say(f"relisten: {error}", error.exit_code)
    except (
        SystemExit
    ):  # click's way out where the reader of a pipe has seen enough; it has no other
        _drop_output()
        code = 0
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        sentence = f"relisten: {place}the system refuses this ({error.strerror or error})."
        code = _say(f"{sentence} Make room or check permissions, then try again.", 1)
        _drop_output()
    except Exception as error:  # a fault of ours: say so, and how to see more
        kind = type(error).__name__
        code = _say(
            f"relisten: a fault in relisten itself ({kind}: {error}). See more: relisten -v ...", 1
        )
    _end(code if isinstance(code, int) else 0)


@contextlib.contextmanager
def _impatience() -> Iterator[None]:
    """Let the first Ctrl-C tidy up, and the next one end at once: transactions bear it."""

    def at_once(*_: object) -> None:
        if sys.stderr.isatty():  # a bar has hidden it
            os.write(2, SHOW_CURSOR)
        os._exit(130)

    def tidily(*_: object) -> None:
        signal.signal(signal.SIGINT, at_once)
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # else somebody wants it ignored
        signal.signal(signal.SIGINT, tidily)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is tidily:
            signal.signal(signal.SIGINT, before)


def _end(code: int) -> NoReturn:
    """Exit; without waiting for threads that are deep in an engine and cannot be told to stop."""
    others = [thread for thread in threading.enumerate() if not thread.daemon]
    if others != [threading.main_thread()]:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _drop_output() -> None:
    """Send what is still to be written nowhere, or Python would try again at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(sentence: str, code: int) -> int:
    if os.environ.get("RELISTEN_TRACEBACK"):
        traceback.print_exc()
    click.echo(printable(sentence), err=True)
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
    watching.watch,
    reading.list_,
    standing.status,
    reading.show,
    searching.search,
    clipping.play,
    clipping.clip,
    reeling.reel,
    serving.serve,
    keyphrases.keyphrases,
    mentions.mentions,
    exporting.export,
    importing.import_,
    originals.relink,
    filing.set_,
    filing.projects,
    editing.correct,
    highlighting.highlights,
    naming.entities,
    redacting.pseudonyms,
    speaking.speakers,
    speaking.voices,
    safekeeping.backup,
    safekeeping.restore,
    safekeeping.forget,
    machine.models,
    machine.doctor,
    mending.recover,
):
    relisten.add_command(command)


if __name__ == "__main__":
    main()
