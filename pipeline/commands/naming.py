"""The command about names that are said: `entities` over the library or in one recording."""

from __future__ import annotations

from dataclasses import replace
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
    from collections.abc import Sized

ALL = "all"
MOST_SHOWN = 30


@click.command(epilog=example('relisten entities --project acme --merge "Acme Corp=Acme"'))
@click.argument("recording", required=False)
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="LABEL",
    help="Only these, as PERSON, ORG, GPE, MONEY or DATE; or all. Default: what has a name.",
)
@click.option(
    "--limit",
    default=MOST_SHOWN,
    metavar="N",
    type=click.IntRange(1),
    help="How many, those in most calls first.",
)
@click.option("--merge", metavar="NAME=NAME", help="Two names are one: 'Acme Corp=Acme'.")
@click.option("--split", metavar="NAME", help="A name is none but itself: 'Acme Corp'.")
@click.option("--undo", is_flag=True, help="Take back what you said last of a name.")
@filters_options
@as_json_option
def entities(
    recording: str | None,
    labels: tuple[str, ...],
    limit: int,
    as_json: bool,
    **typed: str | None,
) -> None:
    """Show who and what is named in the library, or in one recording, and put names right.

    What you say of names holds for the whole library, and stays when it is processed again.
    """
    merge, split, undo = typed.pop("merge"), typed.pop("split"), bool(typed.pop("undo"))
    if merge is not None or split is not None or undo:
        said = say(merge, split, undo=undo)
        click.echo(said, err=as_json)
    filters = filters_typed(typed)
    with open_library() as library:
        if recording:
            filters = replace(filters, recording=library.find(recording).id)
        found = library.entities(filters, labels_meant(labels), limit)
    check_found(found, labels_meant(labels))
    if as_json:
        show_json(found)
    else:
        from pipeline.lines.entities import summary_lines

        show_lines(summary_lines(found, limit))


def labels_meant(typed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels that are asked for; none is all."""
    from pipeline.entities.merging import NAMES

    asked = tuple(
        label.strip().upper() for each in typed for label in each.split(",") if label.strip()
    )
    if ALL.upper() in asked:
        return ()
    return asked or tuple(sorted(NAMES))


def check_found(found: Sized, labels: tuple[str, ...]) -> None:
    """Raise UsageError where nothing is found and a label is one that nothing has."""
    from pipeline.entities.merging import NAMES
    from pipeline.library.narrowing import LABELS

    unknown = [each for each in labels if each not in LABELS | NAMES]
    if unknown and not found:
        raise UsageError(
            f"{unknown[0]} is no kind of name. There are {', '.join(sorted(LABELS))}; or all."
        )


def say(merge: str | None, split: str | None, *, undo: bool) -> str:
    """Keep what is said of a name, or take back the last; return it in words."""
    from pipeline.library.stages import now
    from pipeline.lines.entities import naming_line

    if (merge is not None) + (split is not None) + undo > 1:
        raise UsageError("--merge, --split and --undo go alone: say one thing at a time.")
    if split is not None and not split.strip():
        raise UsageError('--split needs a name. Write it as --split "Acme Corp"')
    with open_library() as library:
        if undo:
            last = library.take_back_name()
            return f"Taken back: {naming_line(last, library.as_written(last.folded))}."
        name, meant = (str(split), str(split)) if merge is None else halves(merge)
        said = library.say_of_name(name, meant, now())
        return f"Kept: {naming_line(said, name)}. Take it back: relisten entities --undo"


def halves(merge: str) -> tuple[str, str]:
    """Return the two names that are typed to --merge; raises UsageError for others."""
    from pipeline.filing import folded

    name, mark, meant = (part.strip() for part in merge.partition("="))
    if not (name and mark and meant):
        raise UsageError(f'{merge!r} is not two names. Write it as --merge "Acme Corp=Acme"')
    if folded(name) == folded(meant):
        raise UsageError(f"{name} and {meant} are one already.")
    return name, meant
