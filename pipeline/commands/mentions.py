"""The command that tells who brings something up: `mentions`."""

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


@click.command(epilog=example("relisten mentions Quickcrate --project acme"))
@click.argument("words", metavar="PHRASE", nargs=-1, required=True)
@filters_options
@as_json_option
def mentions(words: tuple[str, ...], as_json: bool, **which: str | None) -> None:
    """Tell who mentions something, and who did before the interviewer said it.

    PHRASE is a word, several words in a row, or the name of an entity, as `relisten entities`
    lists them. Customers are counted, not hits: each with the first mention in a call, by date.
    """
    from pipeline.lines.mentions import mention_lines
    from pipeline.mentioning import find_mentions

    with open_library() as library:
        found = find_mentions(library, " ".join(words), filters_typed(which))
    show_json(found) if as_json else show_lines(mention_lines(found))
