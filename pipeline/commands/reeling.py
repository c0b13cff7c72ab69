"""The command that puts many passages into one file: `reel`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import (
    Place,
    as_json_option,
    example,
    filters_typed,
    open_library,
    show_json,
    show_lines,
)
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.library import Filters, Library
    from pipeline.reels.cues import Reel
    from pipeline.reels.finding import Sought
    from pipeline.reels.making import Plan, Shape
    from pipeline.search.meaning import Meant

FILTERS = ("project", "participant", "speaker", "since", "until", "role", "entity")
ORDERS = ("time", "date", "best")
OF_A_QUERY = {"like": "--like", "questions": "--questions", "entity": "--entity"}
SHAPES = "Write: relisten reel price -o reel.mp3, or relisten reel --tag pricing -o reel.mp3"


def filters_options(command: Any) -> Any:
    """Add the filters of a search, without its --tag: here that is a highlight's."""
    for option in (
        click.option("--in", "recording", metavar="RECORDING", help="Only of this recording."),
        click.option("--entity", metavar="NAME", help="Only where it is named: a name, or ORG."),
        click.option("--until", metavar="DATE", help="Only up to this day, as 2026-09-30."),
        click.option("--since", metavar="DATE", help="Only from this day on, as 2026-09-01."),
        click.option("--participant", metavar="NAME", help="Only where this person took part."),
        click.option("--project", metavar="NAME", help="Only this project."),
        click.option("--role", metavar="ROLE", help="Only what the interviewer or customer says."),
        click.option("--speaker", metavar="NAME", help="Only what this speaker says."),
    ):
        command = option(command)
    return command


@click.command(epilog=example("relisten reel price --role customer --one-per-person -o reel.mp3"))
@click.argument("words", metavar="[QUERY]", nargs=-1)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Of highlights with this tag.")
@click.option("--starred", is_flag=True, help="Of highlights with a star.")
@click.option("--like", metavar="TEXT", help="What means the like, whatever the words.")
@click.option("--questions", is_flag=True, help="Only where it is asked; with the answer.")
@filters_options
@click.option("--one-per-person", is_flag=True, help="Only the best of each one interviewed.")
@click.option("--limit", type=click.IntRange(1), help="At most so many passages, the best.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="At most so long.")
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    default="time",
    show_default=True,
    help="The oldest recording first, the newest by date, or the best.",
)
@click.option(
    "--between",
    type=click.Choice(("tone", "silence")),
    default="tone",
    show_default=True,
    help="What is heard between passages.",
)
@click.option(
    "-o",
    "--output",
    "targets",
    multiple=True,
    type=Place(),
    metavar="FILE",
    help="Sound (.mp3 .flac .ogg .opus .wav), a cue sheet (.md .csv .m3u), a page (.html).",
)
@click.option("--redact", is_flag=True, help="With the project's pseudonyms, and tones for names.")
@click.option("--dry-run", is_flag=True, help="Show what would be in it, write nothing.")
@click.option("--force", is_flag=True, help="Write over files that exist, but no recording.")
@as_json_option
def reel(words: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Put all passages that match into one file, with a chapter for each.

    QUERY is as `relisten search` has it: each hit is heard in whole sentences. With --tag or
    --starred, highlights are heard as they were marked. -o may be given several times; sound comes
    with a cue sheet (.md) that leads back to each recording.
    """
    from pipeline.lines.reels import reel_lines
    from pipeline.reels.making import planned
    from pipeline.reels.writing import all_targets

    check(words, asked)
    targets = () if asked["dry_run"] else all_targets(asked["targets"])
    with open_library() as library:
        sought, shape = sought_by(library, words, asked), shape_of(asked)
        check_targets(library, targets, asked)
        meant = meaning(library, sought)
        plan = planned(library, sought, shape, meant)
        whole = written(library, plan, shape, targets)
    show_lines([*whole.notes, *(meant.notes if meant else ())], err=True)
    if as_json:
        show_json({"reel": nameless(whole) if asked["redact"] else whole, "files": targets})
    else:
        show_lines(reel_lines(whole, targets))


def nameless(reel: Reel) -> Reel:
    """Return a reel without its notes: they are of files, by their own names."""
    from dataclasses import replace

    return replace(reel, notes=())


def check(words: tuple[str, ...], asked: dict[str, Any]) -> None:
    """Raise UsageError for things that do not go together, or are missing."""
    marked = bool(asked["tags"] or asked["starred"])
    queried = [option for name, option in OF_A_QUERY.items() if asked[name]]
    if marked and (words or queried):
        first = " ".join(words) or queried[0]
        raise UsageError(
            f"{first!r} looks through what is said, --tag and --starred through highlights. "
            f"Choose one. {SHAPES}"
        )
    narrowed = any(asked[name] for name in (*FILTERS, "recording", "like", "questions"))
    if not (marked or words or narrowed):
        raise UsageError(f"a reel of what? {SHAPES}")
    if not asked["targets"] and not asked["dry_run"]:
        raise UsageError("where to? Name a file, as -o reel.mp3, or say --dry-run.")


def sought_by(library: Library, words: tuple[str, ...], asked: dict[str, Any]) -> Sought:
    """Return what the reel is to be of."""
    from pipeline.highlighting import Which
    from pipeline.reels.finding import Sought

    like = asked["like"]
    text = " ".join([like, *words] if like else words)
    marked = bool(asked["tags"] or asked["starred"])
    which = Which(asked["tags"], starred=asked["starred"]) if marked else None
    return Sought(text, narrowed(library, asked), bool(like), asked["questions"], which)


def narrowed(library: Library, asked: dict[str, Any]) -> Filters:
    """Return the filters that are typed."""
    from dataclasses import replace

    filters, name = filters_typed({each: asked[each] for each in FILTERS}), asked["recording"]
    return replace(filters, recording=library.find(name).id) if name else filters


def shape_of(asked: dict[str, Any]) -> Shape:
    """Return how the reel is to be."""
    from pipeline.reels.excerpts import Limits, Order
    from pipeline.reels.making import Shape
    from pipeline.reels.tape import Between

    minutes = asked["minutes"]
    seconds = None if minutes is None else minutes * 60
    limits = Limits(asked["limit"], seconds, asked["one_per_person"])
    return Shape(limits, Order(asked["order"]), Between(asked["between"]), asked["redact"])


def meaning(library: Library, sought: Sought) -> Meant | None:
    """Return what finds passages by meaning, where they are sought so."""
    from pipeline.search.meaning import meant_here

    return meant_here(library, needed=True) if sought.like else None


def check_targets(library: Library, targets: Sequence[Path], asked: dict[str, Any]) -> None:
    """Raise UsageError before anything is looked for, where a file must stay as it is."""
    from pipeline.commands.clipping import files_kept
    from pipeline.reels.writing import check as check_files

    if targets:
        kept = files_kept(library)
        check_files(targets, kept, force=asked["force"], redact=asked["redact"])


def written(library: Library, plan: Plan, shape: Shape, targets: Sequence[Path]) -> Reel:
    """Return the reel once it is written; as it would be, where nothing is to be."""
    from pipeline.bars import bars
    from pipeline.reels.making import drafted, made

    if not targets:
        return drafted(library, plan, shape)
    with bars() as report:
        return made(library, plan, shape, targets, report)
