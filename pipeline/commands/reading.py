"""The commands that read the library: list, show, search, play, export."""

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
    from collections.abc import Iterator

    from pipeline.library import Filters, Library
    from pipeline.recording import Recording

FORMATS = ("txt", "md", "json", "srt", "vtt")


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
@as_json_option
def show(recording: str, details: bool, as_json: bool) -> None:
    """Show one transcript, with speakers, times, entities and keyphrases.

    RECORDING is the start of an id, or a title, as `relisten list` shows them.
    """
    from pipeline.lines.details import detail_lines, hint_lines
    from pipeline.lines.filing import filed_line
    from pipeline.lines.view import transcript_lines
    from pipeline.rewording import fits_of

    with open_library() as library:
        found = library.find(recording)
        transcript = library.transcript(found.id)
        filed = {"tags": library.tags(found.id), "participants": library.participants(found.id)}
        fits = fits_of(found, library)
    if as_json:
        show_json({"recording": found, **filed, "transcript": transcript})
    else:
        show_lines(transcript_lines(found, transcript, filed_line(found, **filed)))
        show_lines((detail_lines if details else hint_lines)(found, transcript, fits))


@click.command(epilog=example('relisten search "too expensive" --speaker customer'))
@click.argument("words", metavar="QUERY", nargs=-1, required=True)
@filters_options
@click.option("--in", "recording", metavar="RECORDING", help="Only in this recording.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Most hits.")
@as_json_option
def search(words: tuple[str, ...], limit: int, as_json: bool, **which: str | None) -> None:
    """Find what was said, at the second where it is said.

    QUERY is words (all must be there; where they stand together comes first), pri* for all that
    begins so, AND, OR, NOT, and '"a phrase"', in quotes within quotes, for these words alone.
    """
    from pipeline.lines.view import hit_lines
    from pipeline.search import search as find

    query = " ".join(words)
    with open_library() as library:
        if name := which["recording"]:
            which["recording"] = library.find(name).id
        hits = find(library, query, filters_typed(which), limit)
    show_json(hits) if as_json else show_lines(hit_lines(hits, query))


@click.command(epilog=example("relisten play 3f2a91c4@12:34 -o clip.wav"))
@click.argument("what")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it, as clip.wav.")
@click.option("--force", is_flag=True, help="Write over a file that exists, but no recording.")
def play(what: str, output: Path | None, force: bool) -> None:
    """Hear a passage, from a little before it.

    WHAT is the number of a hit of the last search, or a recording and a time: ID@12:34.
    """
    from pipeline import clips

    with open_library() as library:
        recording, start, end = meant(library, what)
        kept = list(files_kept(library)) if output else []
        copy = library.copy_path(recording.id)
    span = clips.around(start, end, recording.duration)
    sound = clips.heard_from(recording, copy)
    if sound.said:
        click.echo(sound.said, err=True)
    if output is None:
        clips.play(sound.path, span)
    else:
        clips.write_clip(sound.path, span, output, kept=kept, force=force)
        click.echo(f"{output}: {span.duration:.1f} s of {recording.title}")


def files_kept(library: Library) -> Iterator[Path]:
    """Yield what no clip may take the place of: recordings and their copies."""
    for each in library.recordings():
        yield from (each.path, library.copy_path(each.id))


def meant(library: Library, what: str) -> tuple[Recording, float, float | None]:
    """Return the recording and the passage that a hit's number or ID@TIME means."""
    from pipeline.timestamps import parse_timestamp

    if what.strip().isdecimal():
        return library.hit(int(what))
    name, mark, time = what.rpartition("@")
    if not mark:
        raise UsageError(f"{what!r} is no passage. Write a hit's number, or ID@12:34.")
    return library.find(name.strip()), parse_timestamp(time), None


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
@click.option("--force", is_flag=True, help="Write over files that you may have edited.")
def export(
    recordings: tuple[str, ...], formats: str, output: Path, force: bool, **which: str | None
) -> None:
    """Write transcripts as files for people and other programs.

    Name the RECORDINGS, or say which by filters: relisten export --project acme
    """
    from pipeline.exporting import export_recording, known_formats

    chosen, filters = known_formats(formats.split(",")), filters_typed(which)
    with open_library() as library:
        for found in wanted(library, recordings, filters):
            for path in export_recording(library, found, chosen, output, force=force):
                click.echo(path)


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
