"""The commands that read the library: list, show, search, play, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.shared import (
    as_json_option,
    example,
    filters_options,
    open_library,
    show_json,
    show_lines,
)
from pipeline.errors import NotFound, UsageError

if TYPE_CHECKING:
    from pipeline.library import Library
    from pipeline.recording import Recording

FORMATS = ("txt", "md", "json", "srt", "vtt")


@click.command("list", epilog=example("relisten list --project acme"))
@filters_options
@as_json_option
def list_(as_json: bool, since: str | None, until: str | None, **which: str | None) -> None:
    """List the recordings in the library."""
    from pipeline.library import EVERYTHING, Filters
    from pipeline.timestamps import parse_day
    from pipeline.view import entry_lines

    filters = Filters(since=parse_day(since), until=parse_day(until), **which)
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
    from pipeline.details import detail_lines, hint_lines
    from pipeline.view import transcript_lines

    with open_library() as library:
        found = library.find(recording)
        transcript = library.transcript(found.id)
    if as_json:
        show_json({"recording": found, "transcript": transcript})
    else:
        show_lines(transcript_lines(found, transcript))
        show_lines((detail_lines if details else hint_lines)(found, transcript))


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
    from pipeline.library import Filters
    from pipeline.search import search as find
    from pipeline.timestamps import parse_day
    from pipeline.view import hit_lines

    query = " ".join(words)
    which |= {name: parse_day(which[name]) for name in ("since", "until")}
    with open_library() as library:
        if name := which["recording"]:
            which["recording"] = library.find(name).id
        hits = find(library, query, Filters(**which), limit)
        if not hits and which["speaker"]:
            check_speaker(which["speaker"], library)
    show_json(hits) if as_json else show_lines(hit_lines(hits, query))


def check_speaker(name: str, library: Library) -> None:
    """Raise NotFound where nobody in the library is called so."""
    names = {each.casefold() for entry in library.entries() for each in entry.speakers}
    if name.casefold() not in names:
        raise NotFound(f"nobody is called {name!r} in the library. See who is: relisten list")


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
        kept = [each.path for each in library.recordings()] if output else []
    span = clips.around(start, end, recording.duration)
    path = clips.original(recording)
    if output is None:
        clips.play(path, span)
    else:
        clips.write_clip(path, span, output, kept=kept, force=force)
        click.echo(f"{output}: {span.duration:.1f} s of {recording.title}")


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
@click.argument("recordings", nargs=-1, required=True)
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
def export(recordings: tuple[str, ...], formats: str, output: Path, force: bool) -> None:
    """Write transcripts as files for people and other programs."""
    from pipeline.exporting import export_recording, known_formats

    chosen = known_formats(formats.split(","))
    with open_library() as library:
        for name in recordings:
            found = library.find(name)
            for path in export_recording(library, found, chosen, output, force=force):
                click.echo(path)
