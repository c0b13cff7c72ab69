"""The commands that read the library: list, show, export."""

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
from pipeline.errors import NotFound, UsageError

if TYPE_CHECKING:
    from pipeline.library import Filters, Library
    from pipeline.recording import Recording

SHORTEST_ID = 4  # as the library has it: what is shorter is the number of a hit
FORMATS = ("txt", "md", "json", "srt", "vtt", "html")


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


@click.command(epilog=example("relisten export 3f2a91c4 --format srt,md -o transcripts/"))
@click.argument("recordings", nargs=-1)
@filters_options
@click.option(
    "--format",
    "formats",
    default="txt",
    show_default=True,
    help=f"One or more of {', '.join(FORMATS)}, with commas between.",
)
@click.option(
    "-o",
    "--output",
    default=Path(),
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write to. Default: this one.",
)
@click.option("--no-audio", is_flag=True, help="A page of html without sound.")
@click.option(
    "--audio-beside", is_flag=True, help="A page of html with its sound in a file beside it."
)
@click.option("--force", is_flag=True, help="Write over files that you may have edited.")
def export(
    recordings: tuple[str, ...],
    formats: str,
    output: Path,
    force: bool,
    no_audio: bool,
    audio_beside: bool,
    **which: str | None,
) -> None:
    """Write transcripts as files for people and other programs.

    Name the RECORDINGS, or say which by filters: relisten export --project acme

    With --format html, a page that shows and plays the recording by itself, without a network:
    whoever has the file has the sound, your highlights and their notes.
    """
    from pipeline.bars import bars
    from pipeline.exporting import export_document, known_formats
    from pipeline.opening import document_of
    from pipeline.pages import Sound, where

    chosen, filters = known_formats(formats.split(",")), filters_typed(which)
    place = where(chosen, nowhere=no_audio, beside=audio_beside)
    with open_library() as library, bars() as report:
        for found in wanted(library, recordings, filters):
            sound = Sound(place, report, tell)
            document = document_of(library, found)
            for path in export_document(document, chosen, output, force=force, sound=sound):
                click.echo(path)


def tell(sentence: str) -> None:
    """Say what there is to know of what is written, beside the list of it."""
    click.echo(sentence, err=True)


def wanted(library: Library, names: tuple[str, ...], filters: Filters) -> list[Recording]:
    """Return the recordings that are named, or that filters leave and that have a transcript."""
    from pipeline.library import EVERYTHING

    if bool(names) is (filters != EVERYTHING):
        raise UsageError(
            "name recordings, or say which by filters, as in: relisten export --project acme"
        )
    if names:
        return [library.find(name) for name in names]
    entries = library.entries(filters)
    if not entries:
        raise NotFound(
            "no recording in the library matches that. See which there are: relisten list"
        )
    for entry in entries:
        if "attribute" not in entry.stages:
            title = entry.recording.title
            click.echo(f"{title}: left out, as it is not transcribed yet.", err=True)
    return [entry.recording for entry in entries if "attribute" in entry.stages]
