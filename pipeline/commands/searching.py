"""The command that finds what was said: search."""

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
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.library import Filters, Library

ORDERS = ("best", "date", "time")
FILTERS = ("project", "tag", "participant", "speaker", "since", "until", "role", "entity")


@click.command(epilog=example('relisten search "too expensive" --speaker customer'))
@click.argument("words", metavar="QUERY", nargs=-1)
@filters_options
@click.option("--role", metavar="ROLE", help="Only what the interviewer or the customer says.")
@click.option("--entity", metavar="NAME", help="Only where it is named: a name, or as ORG, MONEY.")
@click.option("--in", "recording", metavar="RECORDING", help="Only in this recording.")
@click.option("--questions", is_flag=True, help="Only where it is asked; with the answer.")
@click.option("--like", metavar="TEXT", help="What means the like, whatever the words.")
@click.option("--words", "only_words", is_flag=True, help="Only by words, not by meaning.")
@click.option(
    "--order",
    default="best",
    show_default=True,
    type=click.Choice(ORDERS),
    help="The best first, the newest by date, or the oldest, in order of time.",
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Most hits.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1), help="Which of them.")
@click.option("--context", default=0, type=click.IntRange(0), help="Turns around each hit.")
@as_json_option
def search(words: tuple[str, ...], as_json: bool, **typed: object) -> None:
    """Find what was said, at the second where it is said.

    QUERY is words (all must be there; where they stand together comes first), pri* for all that
    begins so, AND, OR, NOT, NEAR, '"a phrase"', in quotes within quotes, for these words alone, and
    fields: speaker:Ann, project:acme, entity:Quickcrate, is:question. Without words, the filters
    alone say what is listed.
    """
    from pipeline.lines.hits import hit_lines, note_lines
    from pipeline.search import By, Order, Wanted, find
    from pipeline.search.meaning import meant_here

    like = typed["like"]
    text = " ".join([like, *words] if isinstance(like, str) else words)
    shape = {name: typed[name] for name in ("limit", "page", "context", "questions")}
    wanted = Wanted(order=Order(typed["order"]), by=looked_for(typed), **shape)  # type: ignore[arg-type]
    with open_library() as library:
        meant = None if wanted.by is By.WORDS else meant_here(library, needed=bool(like))
        found = find(library, text, narrowed(library, typed), wanted, meant)
    show_lines(note_lines(found), err=True)
    show_json(found.hits) if as_json else show_lines(hit_lines(found))


def looked_for(typed: Mapping[str, object]) -> str:
    """Return whether words, their meaning or both are to be looked for."""
    from pipeline.search import By

    if typed["like"] and (typed["only_words"] or typed["questions"]):
        other = "--words" if typed["only_words"] else "--questions"
        raise UsageError(f"--like looks for what is meant, and {other} for words. Choose one.")
    if typed["like"]:
        return By.MEANING
    return By.WORDS if typed["only_words"] else By.BOTH


def narrowed(library: Library, typed: Mapping[str, object]) -> Filters:
    """Return the filters that are typed."""
    from dataclasses import replace

    which = {name: str(typed[name]) if typed[name] is not None else None for name in FILTERS}
    filters, name = filters_typed(which), typed["recording"]
    return replace(filters, recording=library.find(str(name)).id) if name else filters
