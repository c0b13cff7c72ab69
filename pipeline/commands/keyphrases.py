"""The command `keyphrases`: what calls are about."""

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
from pipeline.errors import UsageError


@click.command(epilog=example("relisten keyphrases --project acme"))
@click.argument("recording", required=False)
@filters_options
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1), help="Most phrases."
)
@as_json_option
def keyphrases(recording: str | None, limit: int, as_json: bool, **which: str | None) -> None:
    """Show what calls are about: the phrases that are said there and not elsewhere.

    Of one RECORDING, the phrases that tell most of it come first. Without one it is about all
    recordings that the filters leave: how many people say a phrase, those of most people first.
    A name is one person in all calls; "customer" or "Speaker 2" is another in each. What only
    interviewers say is left out there.
    """
    if recording is not None:
        _of_one(recording, which, limit, as_json=as_json)
    else:
        _of_many(which, limit, as_json=as_json)


def _of_one(name: str, which: dict[str, str | None], limit: int, *, as_json: bool) -> None:
    from pipeline.lines.keyphrases import keyphrase_table

    if any(value is not None for value in which.values()):
        raise UsageError(
            "name a recording, or say which by filters, as in: relisten keyphrases --project acme"
        )
    with open_library() as library:
        found = library.find(name)
        phrases = library.annotation(found.id).keyphrases[:limit]
    show_json(phrases) if as_json else show_lines(keyphrase_table(found, phrases))


def _of_many(which: dict[str, str | None], limit: int, *, as_json: bool) -> None:
    from pipeline.lines.keyphrases import widespread_table

    with open_library() as library:
        phrases = library.widespread(filters_typed(which), limit)
    show_json(phrases) if as_json else show_lines(widespread_table(phrases))
