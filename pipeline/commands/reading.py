"""The commands that read the library: list, show."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from pipeline.library import Library

SHORTEST_ID = 4  # as the library has it: what is shorter is the number of a hit


@click.command("list", epilog=example("relisten list --project acme"))
@filters_options
@as_json_option
def list_(as_json: bool, **which: str | None) -> None:
    """List the recordings in the library."""
    from pipeline.library import EVERYTHING
    from pipeline.lines.view import entry_lines

    filters = filters_typed(which)
    with open_library() as library:
        entries = library.entries(filters)
    if as_json:
        show_json(entries)
    else:
        show_lines(entry_lines(entries, filtered=filters != EVERYTHING))


@click.command(epilog=example("relisten show 3f2a91c4"))
@click.argument("recording")
@click.option("--details", is_flag=True, help="Also how it was made, and what to listen to again.")
@click.option(
    "--context", default=3, show_default=True, type=click.IntRange(0), help="Turns around a hit."
)
@as_json_option
def show(recording: str, details: bool, context: int, as_json: bool) -> None:
    """Show one transcript, with speakers, times, entities and keyphrases.

    RECORDING is the start of an id, or a title, as `relisten list` shows them; or the number of a
    hit of the last search: then what is said around it.
    """
    from pipeline.lines.details import detail_lines, hint_lines
    from pipeline.lines.filing import filed_line
    from pipeline.lines.view import transcript_lines
    from pipeline.rewording import fits_of

    with open_library() as library:
        if is_hit(recording):
            show_passage(library, int(recording), context, as_json)
            return
        found = library.find(recording)
        transcript = library.transcript(found.id)
        filed = {"tags": library.tags(found.id), "participants": library.participants(found.id)}
        fits = fits_of(found, library)
    if as_json:
        show_json({"recording": found, **filed, "transcript": transcript})
    else:
        show_lines(transcript_lines(found, transcript, filed_line(found, **filed)))
        show_lines((detail_lines if details else hint_lines)(found, transcript, fits))


def is_hit(what: str) -> bool:
    """Tell whether something is the number of a hit: an id has more figures."""
    return what.strip().isdecimal() and len(what.strip()) < SHORTEST_ID


def show_passage(library: Library, number: int, context: int, as_json: bool) -> None:
    """Print what is said around a hit."""
    from pipeline.lines.hits import passage_lines
    from pipeline.search.around import around

    seen = around(library, number, context)
    show_json(seen) if as_json else show_lines(passage_lines(seen, number))
