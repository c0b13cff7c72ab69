"""The commands about who speaks: `speakers` of one recording, and `voices` over all of them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import (
    Ordered,
    as_json_option,
    example,
    held,
    open_library,
    show_json,
    show_lines,
)
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.engines import LocalEngines
    from pipeline.correcting import Wish
    from pipeline.library import Library

FORMS = {
    "name": "Speaker 1=Ann Lee",
    "merge": "Speaker 3=Ann Lee",
    "passage": "12:34-13:02=Bob",
    "role": "Ann Lee=customer",
}
MEANINGS = {
    "name": "Call a speaker so: 'Speaker 1=Ann Lee'.",
    "merge": "Two are one person: 'Speaker 3=Ann Lee'.",
    "passage": "A passage is somebody else's, maybe somebody new: '12:34-13:02=Bob'.",
    "role": "Somebody is the interviewer, a customer or other: 'Ann Lee=customer'.",
}


def corrections(command: Any) -> Any:
    """Add the options that put speakers right; they are taken in this order."""
    for name, meaning in reversed(MEANINGS.items()):
        command = click.option(f"--{name}", multiple=True, metavar="WHO=WHAT", help=meaning)(
            command
        )
    return command


@click.command(epilog=example('relisten speakers 3f2a91c4 --name "Speaker 1=Ann Lee"'))
@click.argument("recording")
@corrections
@click.option("--undo", is_flag=True, help="Take back the last correction.")
@click.option("--play", "heard", metavar="WHO", help="Play some seconds of a speaker alone.")
@as_json_option
def speakers(
    recording: str, undo: bool, heard: str | None, as_json: bool, **typed: tuple[str, ...]
) -> None:
    """Show who speaks in a recording, and put it right.

    A speaker goes by the name that is shown, or by the one in brackets. What you say stays, when
    the recording is processed again too.
    """
    from pipeline.lines.speakers import speaker_lines
    from pipeline.recognising import described

    wishes = wished(typed)
    if undo and wishes:
        raise UsageError("--undo goes alone: take back the last correction, then make another.")
    if undo or wishes:
        taken_back = correct(recording, wishes)
        if taken_back:  # beside what is shown, where that is data
            click.echo(f"Taken back: {taken_back}.", err=as_json)
    if heard:
        play_speaker(recording, heard)
        return
    with open_library() as library:
        found = library.find(recording)
        known, edits = described(found, library), library.edits(found.id)
        notes = library.made(found.id)["diarize"].notes
    if as_json:
        show_json({"recording": found, "speakers": known, "edits": edits})
    else:
        show_lines(speaker_lines(found, known, edits, notes))


def wished(typed: dict[str, tuple[str, ...]]) -> list[Wish]:
    """Return the corrections that are typed, in the order in which they are taken."""
    from pipeline.correcting import Wish
    from pipeline.speakers import EditKind

    wishes = []
    for name, form in FORMS.items():
        for each in typed[name]:
            left, mark, right = each.partition("=")
            if not mark:
                raise UsageError(f"{each!r} lacks a '='. Write it as --{name} \"{form}\"")
            wishes.append(Wish(EditKind(name), left, right))
    return wishes


def correct(name: str, wishes: list[Wish]) -> str:
    """Keep corrections of a recording's speakers; without any, take back the last one.

    Return what is taken back, in words.
    """
    from pipeline.correcting import keep, scene, with_wishes, without_last
    from pipeline.library.stages import now
    from pipeline.lines.speakers import said

    with to_change(name) as library:
        standing = scene(library.find(name), library)
        wanted = with_wishes(standing, wishes, now()) if wishes else without_last(standing)
        keep(wanted, library, engines())
    return "" if wishes else said(standing.edits[-1])


def play_speaker(name: str, speaker: str) -> None:
    """Play some seconds of a speaker."""
    from pipeline import clips
    from pipeline.correcting import scene
    from pipeline.recognising import described

    with open_library() as library:
        recording = library.find(name)
        copy = library.copy_path(recording.id)
        label = scene(recording, library).label(speaker)
        known = next(
            each.portrait for each in described(recording, library) if each.portrait.label == label
        )
    if known.sample is None:
        raise UsageError(f"{known.name} never speaks alone in {recording.title}.")
    sound = clips.heard_from(recording, copy)
    if sound.said:
        click.echo(sound.said, err=True)
    clips.play(sound.path, known.sample)


@contextlib.contextmanager
def to_change(name: str | None = None) -> Iterator[Library]:
    """Open the library and hold a recording, or all: no other process works on it meanwhile."""
    from pipeline.library.holding import EVERY

    with open_library() as library, held(library, [library.find(name).id] if name else EVERY):
        yield library


def engines() -> LocalEngines:
    """Return the engines of this machine; each is loaded when it is first asked for."""
    from models import engines as of_this_machine

    return of_this_machine.LocalEngines()


@click.group(cls=Ordered, invoke_without_command=True, epilog=example("relisten voices"))
@as_json_option
@click.pass_context
def voices(ctx: click.Context, as_json: bool) -> None:
    """Show who is known by voice, and who else may be one of them.

    Voices are compared on this machine. Nobody is named before you confirm it.
    """
    from pipeline.lines.speakers import people_lines
    from pipeline.recognising import open_suggestions, people

    if ctx.invoked_subcommand:
        return
    with open_library() as library:
        known, likely = people(library), open_suggestions(library)
    if as_json:
        show_json({"people": known, "suggestions": likely})
    else:
        show_lines(people_lines(known, likely))


@voices.command(epilog=example('relisten voices confirm 3f2a91c4 "Speaker 1" "Ann Lee"'))
@click.argument("recording")
@click.argument("speaker")
@click.argument("name", required=False)
def confirm(recording: str, speaker: str, name: str | None) -> None:
    """Say that a speaker is a person, who is then looked for in other recordings.

    NAME is who is suggested, or the name that is shown, unless you give another.
    """
    from pipeline import recognising
    from pipeline.lines.speakers import confirmed_lines

    here = engines()
    with to_change(recording) as library:
        found = library.find(recording)
        confirmed = recognising.confirm(found, library, here, speaker, name)
    heard = confirmed.voice is not recognising.Voice.UNHEARD
    show_lines(confirmed_lines(found, confirmed, model_here=heard or here.voices is not None))


@voices.command(epilog=example('relisten voices refuse 3f2a91c4 "Speaker 2" "Ann Lee"'))
@click.argument("recording")
@click.argument("speaker")
@click.argument("name")
def refuse(recording: str, speaker: str, name: str) -> None:
    """Say that a speaker is not a person, who is then not suggested again."""
    from pipeline import recognising

    with to_change(recording) as library:
        found = library.find(recording)
        shown, person = recognising.refuse(found, library, speaker, name)
    click.echo(f"{shown} in {found.title} is not {person}.")


@voices.command(epilog=example('relisten voices undo 3f2a91c4 "Ann Lee"'))
@click.argument("recording")
@click.argument("speaker")
def undo(recording: str, speaker: str) -> None:
    """Take back what you said last of a speaker: that it is a person, and the name, or is not."""
    from pipeline import recognising

    with to_change(recording) as library:
        found = library.find(recording)
        last = recognising.undo(found, library, engines(), speaker)
    verdict = "is" if last.confirmed else "is not"
    click.echo(f"Taken back: that {last.speaker} in {found.title} {verdict} {last.person}.")


@voices.command(epilog=example('relisten voices forget "Ann Lee"'))
@click.argument("name")
def forget(name: str) -> None:
    """Delete a person's voice for good. Their words, and the name on them, stay."""
    from pipeline import recognising
    from pipeline.lines.speakers import forgotten_lines

    with to_change() as library:
        forgotten = recognising.forget(name, library)
    show_lines(forgotten_lines(forgotten))
