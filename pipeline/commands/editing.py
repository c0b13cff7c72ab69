"""The command `correct`: words put right by hand, in one place or everywhere, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import (
    as_json_option,
    example,
    held,
    open_library,
    show_json,
    show_lines,
)
from pipeline.commands.speaking import engines
from pipeline.errors import NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.corrections import Correction
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.transcript import Span

    Found = list[tuple[Recording, Sequence[Correction]]]

SHAPES = (
    'Write: relisten correct ID@12:34 "acne" "Acme", or relisten correct ID@12:34-12:41 "what is '
    'said there", or relisten correct --replace "acne" "Acme" --project acme. An ID alone lists '
    "what was put right."
)
SCOPES = {"recording": "--in", "project": "--project", "everywhere": "--everywhere"}
LAST = ""  # what --undo and --redo say where no change is named


@click.command(epilog=example('relisten correct 3f2a91c4@12:34 "acne" "Acme"'))
@click.argument("what", required=False)
@click.argument("texts", nargs=-1, metavar="[STANDS] [SAID]")
@click.option("--speaker", metavar="NAME", help="The turn at that time is this speaker's.")
@click.option("--replace", nargs=2, metavar="STANDS SAID", help="Wherever it stands as a word.")
@click.option("--in", "recording", metavar="RECORDING", help="Replace in this recording.")
@click.option("--project", metavar="NAME", help="Replace in all recordings of a project.")
@click.option("--everywhere", is_flag=True, help="Replace in the whole library.")
@click.option("--yes", is_flag=True, help="Do replace. Without it, it is only shown.")
@click.option("--undo", is_flag=False, flag_value=LAST, metavar="[CHANGE]", help="Take it back.")
@click.option("--redo", is_flag=False, flag_value=LAST, metavar="[CHANGE]", help="Do it again.")
@as_json_option
def correct(what: str | None, texts: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Put right what was heard wrongly. It stays when the recording is processed again.

    \b
    ID@12:34 "acne" "Acme"         these words, nearest to that time
    ID@12:34-12:41 "what is said"  all words in that time; "" takes them out
    ID@12:34 --speaker "Ann Lee"   the turn at that time is hers
    --replace "acne" "Acme"        with --in ID, --project NAME or --everywhere
    ID                             lists what was put right, and what no longer fits

    The number of a hit of the last search may stand for ID@12:34.
    """  # noqa: D301 - it is click's own mark
    check_alone(what, texts, asked)
    if asked["undo"] is not None or asked["redo"] is not None:
        take_back(what, asked, as_json=as_json)
    elif asked["replace"]:
        replace(asked, as_json=as_json)
    elif what is None:
        raise UsageError(f"there is nothing to put right in that. {SHAPES}")
    elif asked["speaker"] is not None:
        give_turn(what, asked["speaker"])
    elif texts:
        reword(what, texts)
    else:
        list_corrections(what, as_json=as_json)


def check_alone(what: str | None, texts: tuple[str, ...], asked: dict[str, Any]) -> None:
    """Raise UsageError for things that do not go together."""
    ways = {
        "--undo": asked["undo"] is not None,
        "--redo": asked["redo"] is not None,
        "--replace": bool(asked["replace"]),
        "--speaker": asked["speaker"] is not None,
        "words": bool(texts),
    }
    used = [name for name, is_used in ways.items() if is_used]
    if len(used) > 1:
        raise UsageError(f"{' and '.join(used)} do not go together: one after the other. {SHAPES}")
    if asked["replace"] and what is not None:
        raise UsageError(
            f"--replace takes two texts, and says where by --in, --project or --everywhere: "
            f'relisten correct --replace "acne" "Acme" --in {what!r}'
        )
    scopes = [option for name, option in SCOPES.items() if asked[name]]
    if not asked["replace"] and (scopes or asked["yes"]):
        left = scopes or ["--yes"]
        raise UsageError(f"{' and '.join(left)}: only with --replace. {SHAPES}")
    if asked["replace"] and len(scopes) != 1:
        raise UsageError(
            "say where to replace it, in one way: --in RECORDING, --project NAME or --everywhere."
        )


# One place


def reword(what: str, texts: tuple[str, ...]) -> None:
    """Put words right in one place."""
    from pipeline.lines.corrections import changed_lines
    from pipeline.rewording import also_at, passage_reworded, reworded, words_of
    from pipeline.timestamps import format_timestamp

    if len(texts) > 2:
        raise UsageError(f"put several words in quotes. {SHAPES}")
    with open_library() as library:
        recording, passage = meant(library, what)
        with held(library, [recording.id]):
            words = words_of(recording, library)
            if len(texts) == 2:
                made = reworded(words, passage.start, *texts)
            elif passage.duration:
                made = passage_reworded(words, passage, *texts)
            else:
                raise UsageError(f"say which words stand there, then what is said. {SHAPES}")
            change = kept(library, {recording.id: [made]})
    show_lines(changed_lines([(recording, [made])], change))
    if len(texts) == 2 and (others := also_at(words, made)):
        times = ", ".join(map(format_timestamp, others))
        click.echo(f"The same stands in that turn at {times}, and is left as it was.")


def meant(library: Library, what: str) -> tuple[Recording, Span]:
    """Return the recording and the time that ID@TIME, ID@TIME-TIME or a hit's number means.

    A single time is a span without length.
    """
    from pipeline.correcting import DASH, ROUNDED
    from pipeline.timestamps import format_timestamp, parse_timestamp
    from pipeline.transcript import Span

    if what.strip().isdecimal():
        return hit_meant(library, what)
    name, mark, time = what.rpartition("@")
    if not mark:
        raise UsageError(f"{what!r} does not say when. Write it with the time: {what}@12:34")
    begin, dash, last = time.replace(DASH, "-").partition("-")
    recording = library.find(name.strip())
    start = parse_timestamp(begin)
    end = parse_timestamp(last) if dash else start
    if start > end or max(start, end) > recording.duration + ROUNDED:
        length = format_timestamp(recording.duration)
        raise UsageError(
            f"{time!r} is no time of {recording.title}, which is {length} long. Write one time, "
            "12:34, or an earlier and a later one, 12:34-12:41."
        )
    return recording, Span(start, end)


def hit_meant(library: Library, number: str) -> tuple[Recording, Span]:
    """Return the recording and the time of a hit; who means a recording is told to name a time."""
    from pipeline.transcript import Span

    try:
        recording, start, end = library.hit(int(number))
    except NotFound as error:
        said = f"{error} For a recording, name the time too: {number.strip()}@12:34"
        raise NotFound(said) from error
    return recording, Span(start, end)


def give_turn(what: str, name: str) -> None:
    """Give the turn at a time to a speaker."""
    from pipeline.correcting import keep, scene
    from pipeline.giving import turn_given
    from pipeline.library.stages import now
    from pipeline.rewording import turns_at
    from pipeline.timestamps import format_timestamp

    with open_library() as library:
        recording, time = meant(library, what)
        with held(library, [recording.id]):
            standing = scene(recording, library)
            turns = turns_at(library.turns(recording.id), time.start)
            if not turns:
                raise NotFound(
                    f"nobody speaks at {format_timestamp(time.start)} in {recording.title}. "
                    f"Look at the times: relisten show {recording.id[:8]}"
                )
            turn = max(turns, key=lambda each: each.start)
            given = turn_given(turn, name, standing, now())
            keep(given, library, engines())
    click.echo(f"[{format_timestamp(turn.start)}] {turn.text}")
    click.echo(f"Given to {given.cast[given.edits[-1].speaker]}, not {turn.speaker or 'nobody'}.")
    parts = len(given.edits) - len(standing.edits)
    times = "" if parts == 1 else f", {parts} times, as it is {parts} passages"
    click.echo(f"Take it back: relisten speakers {recording.id[:8]} --undo{times}")


def list_corrections(what: str, *, as_json: bool) -> None:
    """Show what was put right in a recording."""
    from pipeline.lines.corrections import correction_lines
    from pipeline.rewording import fits_of

    with open_library() as library:
        try:
            recording = library.find(what)
        except NotFound:
            if "@" not in what:
                raise
            raise UsageError(f"say what is said at {what}. {SHAPES}") from None
        fits = fits_of(recording, library)
    told = {"recording": recording, "corrections": fits}
    show_json(told) if as_json else show_lines(correction_lines(recording, fits))


# Many places


def replace(asked: dict[str, Any], *, as_json: bool) -> None:
    """Show where a text would be replaced, or replace it."""
    from pipeline.lines.corrections import changed_lines, preview_lines
    from pipeline.rewording import recordings_saying, replacements

    stands, said = asked["replace"]
    with open_library() as library:
        recordings = recordings_saying(library, stands, asked["recording"], asked["project"])
        with held(library, [each.id for each in recordings] if asked["yes"] else ()):
            found: Found = [*replacements(library, recordings, stands, said)]
            if not found or not asked["yes"]:
                shown = {"changed": None, "places": places_told(found)}
                show_json(shown) if as_json else show_lines(preview_lines(found, stands))
                return
            change = kept(library, {recording.id: made for recording, made in found})
    if as_json:
        show_json({"changed": change, "places": places_told(found)})
    else:
        show_lines(changed_lines(found, change))


def places_told(found: Found) -> list[dict[str, object]]:
    """Return places as they are told to other programs."""
    return [{"recording": recording, "corrections": tuple(made)} for recording, made in found]


# Back and again


def take_back(what: str | None, asked: dict[str, Any], *, as_json: bool) -> None:
    """Take a change back, or do it again: the last, the last of a recording, or the one named."""
    from pipeline.lines.corrections import undone_lines

    undone = asked["undo"] is not None
    named = asked["undo"] if undone else asked["redo"]
    with open_library() as library:
        change = change_meant(library, what, named, undone=undone)
        with held(library, library.changed_by(change)):
            library.set_undone(change, undone=undone)
            made = library.changed_by(change)
            finish(library, made)
        found: Found = [
            (recording, own) for each, own in made.items() if (recording := library.get(each))
        ]
    told = {"changed": change, "undone": undone, "places": places_told(found)}
    show_json(told) if as_json else show_lines(undone_lines(change, found, undone=undone))


def change_meant(library: Library, what: str | None, named: str, *, undone: bool) -> int:
    """Return the number of the change that is to be taken back, or done again."""
    way = "undo" if undone else "redo"
    if named.isdecimal():
        of = library.find(what).id if what else None
        change_named(library, int(named), of, undone=undone)
        return int(named)
    name = named or what
    identity = library.find(name).id if name else None
    change = library.last_change(identity, undone=not undone)
    if change is None:
        none = "no word was put right" if undone else "nothing was taken back"
        where = f"in {name}" if name else "in this library"
        if undone and (last := library.last_change(identity, undone=True)) is not None:
            raise UsageError(
                f"all that was put right {where} is taken back already. Do the last again: "
                f"relisten correct --redo {last}"
            )
        raise UsageError(f"{none} {where}, so there is nothing to {way}.")
    return change


def change_named(library: Library, change: int, identity: str | None, *, undone: bool) -> None:
    """Refuse the number of a change that is none, is not of a recording, or is so already."""
    made = library.changed_by(change)
    if not made:
        raise NotFound(f"there is no change {change}. See a recording's: relisten correct ID")
    if identity is not None and identity not in made:
        raise UsageError(
            f"change {change} is of another recording. See this one's: relisten correct "
            f"{identity[:8]}"
        )
    if all((each.undone_at is not None) is undone for own in made.values() for each in own):
        state = "taken back" if undone else "as it was corrected"
        raise UsageError(f"change {change} is {state} already.")


# Keeping


def kept(library: Library, made: Mapping[str, Sequence[Correction]]) -> int:
    """Keep corrections as one change, and let what rests on them follow."""
    change = library.store_change(made)
    finish(library, made)
    return change


def finish(library: Library, identities: Iterable[str]) -> None:
    """Let turns follow, also where that was broken off before; say what no longer fits."""
    from pipeline.library.holding import held_now
    from pipeline.lines.corrections import unfit_lines
    from pipeline.rewording import fits_of, follow

    here = engines()
    follow(library, here, identities)
    for identity in library.left_behind():
        with held_now(library.folder, identity) as is_held:
            follow(library, here, [identity] if is_held else [])
    known = (library.get(identity) for identity in identities)
    fits = {each.id[:8]: fits_of(each, library) for each in known if each}
    for line in unfit_lines(fits):
        click.echo(line, err=True)
