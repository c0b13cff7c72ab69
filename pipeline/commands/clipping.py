"""The commands that let a passage be heard, and write it to a file: play, clip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.commands.shared import Place, example, open_library, show_lines
from pipeline.errors import NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.clips import Clip, How
    from pipeline.export import Document
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.transcript import Span

SHAPES = "Write a hit's number, ID@12:34, ID@12:34-13:02, or a highlight as it is listed: ID:2."
MOST_DIGITS = 9
BETWEEN_WORDS = ", cut between words"  # else who asked for 5 s wonders why it is 4.4
force_option = click.option(
    "--force", is_flag=True, help="Write over a file that exists, but no recording."
)


@click.command(epilog=example("relisten play 3f2a91c4@12:34"))
@click.argument("what")
@click.option("-o", "--output", type=Place(), help="Write it, as clip.wav.")
@force_option
def play(what: str, output: Path | None, force: bool) -> None:
    """Hear a passage, from a little before it.

    WHAT is the number of a hit of the last search, a recording and a time: ID@12:34, a passage
    just so: ID@12:34-13:02, or a highlight as it is listed: ID:2.
    """
    from pipeline import clips
    from pipeline.opening import document_of

    with open_library() as library:
        recording, span = passage(library, what)
        kept = list(files_kept(library)) if output else []
        copy, document = library.copy_path(recording.id), document_of(library, recording)
    if output:
        clips.check_target(output, kept, force=force)
    source = heard(recording, copy)
    if output is None:
        clips.play(source, span)
    else:
        write(clips.plain(source, span), document, clips.How(), output)


@click.command(epilog=example("relisten clip 3f2a91c4@12:34-13:02 -o quote.mp3"))
@click.argument("what")
@click.option(
    "-o",
    "--output",
    type=Place(),
    help="The file to write: its ending says as what (.wav, .flac, .mp3, .ogg, .opus).",
)
@click.option(
    "--channel",
    metavar="WHICH",
    help="A speaker's name, 1, 2, both, or mix: both in one.  [default: both]",
)
@click.option("--redact", is_flag=True, help="A tone over names, and pseudonyms in the tags.")
@force_option
def clip(what: str, output: Path | None, channel: str | None, redact: bool, force: bool) -> None:
    """Write a passage to a file of its own, as loud as any other.

    WHAT is the number of a hit of the last search, of which it is the sentence, a passage:
    ID@12:34-13:02, a highlight as it is listed: ID:2, or a recording and a time: ID@12:34.
    It begins and ends between words, with a little room.
    """
    from pipeline import clips
    from pipeline.opening import document_of

    if output is None:
        raise UsageError("where to? Name a file, as -o quote.mp3.")
    with open_library() as library:
        clips.check_target(output, files_kept(library), force=force)
        recording, span = meant(library, what)
        copy, document = library.copy_path(recording.id), document_of(library, recording)
        how = clips.channels_named(document, channel)
        told, how = redacted(library, document, how) if redact else (document, how)
    made = clips.clip_of(heard(recording, copy), document, span, how)
    write(made, told, how, output, BETWEEN_WORDS)


def redacted(library: Library, document: Document, how: How) -> tuple[Document, How]:
    """Return a recording as it may be told of, and how it is heard without names."""
    import tempfile
    from dataclasses import replace
    from pathlib import Path

    from pipeline.redaction import redaction_of

    redaction = redaction_of(library, document.project)
    silent = replace(document, copy=None, peaks=None)  # no sound is needed of what is told
    with tempfile.TemporaryDirectory(prefix="relisten-") as folder:
        told = redaction.document(silent, Path(folder))
    return told, replace(how, tones=redaction.tones(document))


def heard(recording: Recording, copy: Path) -> Path:
    """Return the file that a recording is heard from, and say where it is the copy."""
    from pipeline import clips

    sound = clips.heard_from(recording, copy)
    if sound.said:
        click.echo(sound.said, err=True)
    return sound.path


def write(clip: Clip, told: Document, how: How, output: Path, where_cut: str = "") -> None:
    """Write a clip with what may be told of it, and say from when to when it is, and of whom."""
    from pipeline import clips
    from pipeline.timestamps import format_moment

    tags = clips.tags_of(told, clip.span, how)
    with clips.saving(output) as beside:
        clips.write_sound(beside, [clip.samples], clip.rate, tags)
    start, end = (format_moment(round(time, 1)) for time in (clip.span.start, clip.span.end))
    who = f", {tags.artist}" if tags.artist else ""
    length = f"{clip.duration:.1f} s{where_cut}"
    show_lines([f"{output}: {start}-{end} of {told.title}{who}, {length}"])


def files_kept(library: Library) -> Iterator[Path]:
    """Yield what no clip may take the place of: recordings and their copies."""
    for each in library.recordings():
        yield from (each.path, library.copy_path(each.id))


def passage(library: Library, what: str) -> tuple[Recording, Span]:
    """Return the recording and what of it is played, from a little before what is meant."""
    from pipeline import clips

    if is_hit(what):
        recording, start, end = library.hit(int(what))
        return recording, clips.around(start, end, recording.duration)
    return given(library, what, lambda _, span: span)


def meant(library: Library, what: str) -> tuple[Recording, Span]:
    """Return the recording and what of it is cut: of a hit, the sentence that it is in."""
    from pipeline import clips
    from pipeline.transcript import Span
    from pipeline.whole_sentences import sentences_around

    if not is_hit(what):
        return given(library, what, lambda of, span: clips.as_shown(library.turns(of.id), span))
    recording, start, end = library.hit(int(what))
    hit = Span(start, end)
    turns = library.turns_within(recording.id, hit).values()
    turn = next((each for each in turns if each.start <= start <= each.end), None)
    sentence = sentences_around(turn, hit) if turn else hit
    return recording, Span(min(start, sentence.start), max(end, sentence.end))  # with its answer


def given(
    library: Library, what: str, shown: Callable[[Recording, Span], Span]
) -> tuple[Recording, Span]:
    """Return what is written as ID@TIME, ID@FROM-TO or ID:NUMBER.

    `shown` says what is meant by the times of a passage as they are typed.
    """
    from pipeline import clips
    from pipeline.timestamps import parse_timestamp

    name, mark, times = what.rpartition("@")
    if not mark:
        return highlighted(library, what)
    recording = library.find(name.strip())
    first, mark, last = times.partition("-")
    start = parse_timestamp(first)
    if not mark:
        return recording, clips.around(start, None, recording.duration)
    span = clips.exactly(start, parse_timestamp(last), recording.duration)
    return recording, shown(recording, span)


def highlighted(library: Library, what: str) -> tuple[Recording, Span]:
    """Return the passage of a highlight, as the list names it."""
    name, mark, number = (part.strip() for part in what.rpartition(":"))
    if not (mark and number.isdecimal() and number.isascii()):
        raise UsageError(f"{what!r} is no passage. {SHAPES}")
    recording = library.find(name)
    for each in library.highlights(recording.id):
        if each.number == int(number):
            return recording, each
    raise NotFound(
        f"there is no highlight {number} in {recording.title}. See which there are: "
        f"relisten highlights --in {recording.id[:8]}"
    )


def is_hit(what: str) -> bool:
    """Tell whether something is the number of a hit; one of more digits is none of any search."""
    return what.strip().isdecimal() and len(what.strip()) <= MOST_DIGITS
