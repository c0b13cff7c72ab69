"""The command that writes transcripts as files: export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import (
    example,
    filters_options,
    filters_typed,
    open_library,
    show_lines,
)
from pipeline.errors import NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.exporting import Failed
    from pipeline.library import Filters, Library
    from pipeline.recording import Recording

FORMATS = (
    *("txt", "md", "json", "srt", "vtt", "html", "docx", "pdf", "csv", "xlsx", "rttm", "ctm"),
    *("stm", "textgrid", "eaf", "otr", "qdpx"),
)
FAILED = 1  # the exit code where some of many files could not be written


@click.command(epilog=example("relisten export --project acme --format docx,srt -o acme.zip"))
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
    type=click.Path(path_type=Path),
    help="The folder to write to, or a .zip for all files in one. Default: this folder.",
)
@click.option("--redact", is_flag=True, help="Without names: see relisten pseudonyms.")
@click.option("--no-speaker-tags", is_flag=True, help="Subtitles without the speakers' names.")
@click.option("--no-audio", is_flag=True, help="A page of html, or a qdpx, without sound.")
@click.option(
    "--audio-beside", is_flag=True, help="A page of html with its sound in a file beside it."
)
@click.option("--force", is_flag=True, help="Write over files that you may have edited.")
def export(recordings: tuple[str, ...], formats: str, output: Path, **typed: Any) -> None:
    """Write transcripts as files for people and other programs.

    Name the RECORDINGS, or say which by filters: relisten export --project acme

    Each format is a file for each recording; one qdpx holds several. html is a page that shows
    and plays the recording by itself, without a network. Whoever has a file has your highlights
    and their notes too, in most formats. What cannot be written is told, and stops nothing.
    """
    from pipeline.bars import bars
    from pipeline.exporting import known_formats
    from pipeline.pages import Sound, where
    from pipeline.parcels import Parcel, export_all

    chosen, filters = tuple(known_formats(formats.split(","))), filters_typed(typed)
    place = where(chosen, nowhere=typed["no_audio"], beside=typed["audio_beside"])
    with open_library() as library, bars() as report:
        found = wanted(library, recordings, filters)
        parcel = Parcel(
            chosen,
            output,
            Sound(place, report, tell),
            force=typed["force"],
            speaker_tags=not typed["no_speaker_tags"],
            redact=typed["redact"],
        )
        tell_all(export_all(library, found, parcel), alone=len(found) * len(chosen) == 1)


def tell_all(written: Iterable[Path | Failed], *, alone: bool) -> None:
    """Print the files as they are written, and what failed: an error by itself if it was alone."""
    failed = False
    for each in written:
        if isinstance(each, Path):
            click.echo(each)
            continue
        if alone:
            raise each.error
        failed = True
        tell(f"relisten: {each.sentence}")
    if failed:
        click.get_current_context().exit(FAILED)


def tell(sentence: str) -> None:
    """Say what there is to know of what is written, beside the list of it."""
    show_lines([sentence], err=True)


def wanted(library: Library, names: tuple[str, ...], filters: Filters) -> list[Recording]:
    """Return the recordings that are named, or that filters leave and that have a transcript."""
    from pipeline.library import EVERYTHING

    if bool(names) is (filters != EVERYTHING):
        raise UsageError(
            "name recordings, or say which by filters, as in: relisten export --project acme"
        )
    if names:
        return list({found.id: found for found in map(library.find, names)}.values())
    entries = library.entries(filters)
    if not entries:
        raise NotFound(
            "no recording in the library matches that. See which there are: relisten list"
        )
    for entry in entries:
        if "attribute" not in entry.stages:
            tell(f"{entry.recording.title}: left out, as it is not transcribed yet.")
    return [entry.recording for entry in entries if "attribute" in entry.stages]
