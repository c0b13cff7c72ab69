"""The command about what names are called where nobody is to know them: `pseudonyms`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import (
    Place,
    as_json_option,
    example,
    open_library,
    show_json,
    show_lines,
)
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.redaction.checking import Checked

DECIDED = ("given", "kept", "added", "removed", "accepted", "reviewed")
ALONE = ("check", "hide", "unhide")
FOUND = 1  # the exit code where a name is left


@click.command(epilog=example('relisten pseudonyms --project acme --set "Priya Raman=P07"'))
@click.argument("recordings", nargs=-1)
@click.option("--project", metavar="NAME", help="Whose names. Default: recordings in no project.")
@click.option("--set", "given", multiple=True, metavar="NAME=P07", help="What a name is called.")
@click.option("--keep", "kept", multiple=True, metavar="NAME", help="A name stays as it is.")
@click.option("--add", "added", multiple=True, metavar="NAME", help="A name that is not listed.")
@click.option("--remove", "removed", multiple=True, metavar="NAME", help="Take back a decision.")
@click.option("--accept", "accepted", is_flag=True, help="All that is only proposed is decided.")
@click.option("-o", "target", type=Place(), metavar="FILE", help="Write the list: a .csv file.")
@click.option("--from", "reviewed", type=Place(), metavar="FILE", help="Take a reviewed .csv in.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--check", is_flag=True, help="Hear RECORDINGS, or all, again without the names.")
@click.option("--hide", metavar="ID@12:34-12:36", help="Put a tone over a passage, by hand.")
@click.option("--unhide", metavar="ID", help="Take back all that was hidden so, or by --check.")
@click.option("--model", metavar="NAME", help="With --check: the model to hear with.")
@as_json_option
def pseudonyms(recordings: tuple[str, ...], as_json: bool, **asked: Any) -> int:
    """List the names of a project, and decide what each is called with --redact.

    Names are proposed from what was found in its recordings, who speaks and takes part, and titles.
    Look at the list, change what is wrong, then --accept the rest. The list is private: it stays in
    the library.
    """
    check_together(recordings, asked)
    with open_library() as library:
        return pseudonyms_in(library, recordings, asked, as_json=as_json)


def pseudonyms_in(
    library: Library, recordings: tuple[str, ...], asked: dict[str, Any], *, as_json: bool
) -> int:
    """Do what was asked of a library's lists; return the exit code."""
    from pipeline.redaction.review import check_members, check_project

    check_project(library, asked["project"])
    if asked["hide"] or asked["unhide"]:
        show_lines(hide_or_not(library, asked), err=as_json)
        return 0
    if not recordings:
        check_members(library, asked["project"])
    if asked["check"]:
        return show_checks(library, recordings, asked, as_json=as_json)
    decided = [*decide(library, asked["project"], asked)]
    show_lines(decided, err=as_json)
    show_list(library, asked, only_what_is_left=bool(decided), as_json=as_json)
    return 0


def check_together(recordings: tuple[str, ...], asked: dict[str, Any]) -> None:
    """Raise UsageError for what does not go together."""
    if recordings and not asked["check"]:
        raise UsageError(
            "recordings are named only with --check. Say whose names: relisten pseudonyms "
            "--project acme"
        )
    deciding = [name for name in DECIDED if asked[name]]
    alone = [name for name in ALONE if asked[name]]
    if len(alone) > 1 or (alone and (deciding or asked["target"])):
        raise UsageError("--check, --hide and --unhide go alone: decide on the names first.")
    if asked["model"] and not asked["check"]:
        raise UsageError("--model: only with --check.")
    if asked["force"] and not asked["target"]:
        raise UsageError("--force: only with -o FILE.")


def decide(library: Library, project: str | None, asked: dict[str, Any]) -> Iterable[str]:
    """Keep what is decided, in the order of the options in the help; yield each in words."""
    from pipeline.lines.pseudonyms import decided_lines
    from pipeline.redaction import review

    again = review.command(project)
    for each in review.decide(library, project, wanted(asked)):
        yield from decided_lines(each, again)
    for each in asked["added"]:
        yield f"{each.strip()}: {review.add(library, project, each.strip()).pseudonym}"
    for each in asked["removed"]:
        review.remove(library, project, each)
        yield f"Taken back: {each}"
    if asked["reviewed"]:
        number = review.from_csv(library, project, asked["reviewed"])
        yield f"{number} names decided: {asked['reviewed']}"
    if asked["accepted"]:
        yield f"{review.accept(library, project)} names accepted."


def wanted(asked: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the names of --set and --keep with what they are to be called."""
    names = []
    for each in asked["given"]:
        name, mark, pseudonym = (part.strip() for part in each.partition("="))
        if not (mark and pseudonym):
            raise UsageError(f'{each!r} is not a name and what it is called. Write "NAME=P07".')
        names.append((name, pseudonym))
    return [*names, *((each.strip(), "") for each in asked["kept"])]


def show_list(
    library: Library, asked: dict[str, Any], *, only_what_is_left: bool, as_json: bool
) -> None:
    """Show a project's list, or write it to a file."""
    from pipeline.lines.pseudonyms import left_lines, pseudonym_lines
    from pipeline.redaction.review import as_csv, command, reviewed

    found = reviewed(library, asked["project"])
    target: Path | None = asked["target"]
    if target is not None:
        write_list(as_csv(found), target, force=asked["force"])
        show_lines([f"{len(found)} names: {target}"], err=as_json)
    if as_json:
        show_json(found)
    elif target is None:
        lines = left_lines if only_what_is_left else pseudonym_lines
        show_lines(lines(found, command(asked["project"])))


def write_list(text: str, target: Path, *, force: bool) -> None:
    """Write a list for a spreadsheet; raises UsageError where something else would be lost."""
    from pipeline.replacing import replacing

    if target.suffix.lower() != ".csv":
        raise UsageError(f"{target}: a list is written as .csv. Choose a name that ends so.")
    if target.exists() and not force:
        raise UsageError(f"{target}: it exists already; choose another name, or say --force.")
    with replacing(target) as beside:
        beside.write_bytes(text.encode("utf-8"))


def hide_or_not(library: Library, asked: dict[str, Any]) -> Iterable[str]:
    """Hide a passage, or take back what was hidden of a recording; yield it in words."""
    if asked["hide"]:
        yield hide(library, asked["hide"])
    else:
        recording = library.find(asked["unhide"])
        library.remove_heard_names(recording.id)
        yield f"{recording.title}: nothing is hidden by ear any more, listed names still are."


def hide(library: Library, passage: str) -> str:
    """Keep that a passage is to be hidden; return it in words."""
    from pipeline.commands.editing import meant
    from pipeline.pseudonyms import HeardName
    from pipeline.timestamps import format_timestamp

    if "@" not in passage:
        raise UsageError(f"{passage}: of which recording? Write it as --hide ID@12:34-12:36")
    recording, time = meant(library, passage)
    if not time.duration:
        raise UsageError(f"{passage}: from when to when? Write it as --hide ID@12:34-12:36")
    library.add_heard_names(recording.id, [HeardName(time.start, time.end, "")])
    span = f"{format_timestamp(time.start)}-{format_timestamp(time.end)}"
    return f"{recording.title}: hidden from now on with --redact: {span}"


def show_checks(
    library: Library, names: tuple[str, ...], asked: dict[str, Any], *, as_json: bool
) -> int:
    """Hear recordings again without their names, and tell of each what is left."""
    from pipeline.lines.pseudonyms import checked_lines

    left = False
    shown = []
    for checked in checks(library, names, asked):
        left = left or not checked.clean
        shown.append(checked)
        if not as_json:
            show_lines(checked_lines(checked))
    if as_json:
        show_json(shown)
    return FOUND if left else 0


def checks(library: Library, names: tuple[str, ...], asked: dict[str, Any]) -> Iterable[Checked]:
    """Yield each recording as it is heard again."""
    from models.engines import LocalEngines
    from pipeline.bars import bars
    from pipeline.redaction import redaction_of
    from pipeline.redaction.checking import check

    engines = LocalEngines(model=asked["model"])
    engines.require_recogniser()
    redaction = redaction_of(library, asked["project"])
    with bars() as report:
        for recording in members(library, names, asked["project"]):
            yield check(library, recording, redaction, engines, report)


def members(library: Library, names: tuple[str, ...], project: str | None) -> list[Recording]:
    """Return the recordings that are named, or all of a project.

    Raises UsageError for one of another project: its names are in another list.
    """
    own = library.recordings_of(project)
    if not names:
        return [each for identity in own if (each := library.get(identity))]
    found = [library.find(name) for name in names]
    for each in found:
        if each.id not in own:
            whose = f"--project {each.project}" if each.project else "no --project"
            raise UsageError(f"{each.title} is not in that project. Say {whose}.")
    return found
