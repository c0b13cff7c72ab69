"""The commands that find what was said and let it be heard: search, play, clip."""

from __future__ import annotations

from pathlib import Path
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
    from collections.abc import Iterator, Mapping

    from pipeline.library import Filters, Library
    from pipeline.recording import Recording
    from pipeline.transcript import Span

ORDERS = ("best", "date", "time")
FILTERS = ("project", "tag", "participant", "speaker", "since", "until", "role", "entity")
output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write it, as clip.wav."
)
force_option = click.option(
    "--force", is_flag=True, help="Write over a file that exists, but no recording."
)


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


@click.command(epilog=example("relisten play 3f2a91c4@12:34"))
@click.argument("what")
@output_option
@force_option
def play(what: str, output: Path | None, force: bool) -> None:
    """Hear a passage, from a little before it.

    WHAT is the number of a hit of the last search, a recording and a time: ID@12:34, or a passage
    just so: ID@12:34-13:02.
    """
    hear_or_write(what, output, force=force)


@click.command(epilog=example("relisten clip 3f2a91c4@12:34-13:02 -o clip.wav"))
@click.argument("what")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write: its ending says as what (.wav, .flac, .mp3, .ogg, .opus).",
)
@force_option
def clip(what: str, output: Path, force: bool) -> None:
    """Write a passage to a file of its own.

    WHAT is the number of a hit of the last search, which is cut a little before and after its
    words, a passage, which is cut just so: ID@12:34-13:02, or a recording and a time: ID@12:34.
    """
    hear_or_write(what, output, force=force)


def hear_or_write(what: str, output: Path | None, *, force: bool) -> None:
    """Play a passage, or write it to a file."""
    from pipeline import clips

    with open_library() as library:
        recording, span = passage(library, what)
        kept = list(files_kept(library)) if output else []
        copy = library.copy_path(recording.id)
    sound = clips.heard_from(recording, copy)
    if sound.said:
        click.echo(sound.said, err=True)
    if output is None:
        clips.play(sound.path, span)
    else:
        clips.write_clip(sound.path, span, output, kept=kept, force=force)
        show_lines([f"{output}: {span.duration:.1f} s of {recording.title}"])


def files_kept(library: Library) -> Iterator[Path]:
    """Yield what no clip may take the place of: recordings and their copies."""
    for each in library.recordings():
        yield from (each.path, library.copy_path(each.id))


def passage(library: Library, what: str) -> tuple[Recording, Span]:
    """Return the recording and what of it is heard for a hit's number, ID@TIME or ID@FROM-TO."""
    from pipeline import clips
    from pipeline.timestamps import parse_timestamp

    if is_hit(what):
        recording, start, end = library.hit(int(what))
        return recording, clips.around(start, end, recording.duration)
    name, mark, times = what.rpartition("@")
    if not mark:
        raise UsageError(f"{what!r} is no passage. Write a hit's number, or ID@12:34.")
    recording = library.find(name.strip())
    first, mark, last = times.partition("-")
    start = parse_timestamp(first)
    if not mark:
        return recording, clips.around(start, None, recording.duration)
    return recording, clips.exactly(start, parse_timestamp(last), recording.duration)


def is_hit(what: str) -> bool:
    """Tell whether something is the number of a hit."""
    return what.strip().isdecimal()
