"""The commands about filing: `set` says what recordings are filed under, `projects` lists it."""

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
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.filing import Filing
    from pipeline.library import Library
    from pipeline.recording import Recording


@click.command("set", epilog=example('relisten set 3f2a91c4 --project acme --tag "first call"'))
@click.argument("recordings", nargs=-1)
@click.option("--all-of", "project_of", metavar="PROJECT", help="Every recording of this project.")
@click.option("--project", metavar="NAME", help="The client or study that they belong to.")
@click.option("--title", help="What it is called; only of one recording.")
@click.option("--date", metavar="DATE", help="When it was recorded: 2026-09-01, or with 14:30.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="A tag more; may be repeated.")
@click.option("--untag", metavar="TAG", multiple=True, help="A tag less; may be repeated.")
@click.option(
    "--participants", metavar="NAMES", help='Who took part, with commas between: "Ann Lee, Bob".'
)
def set_(recordings: tuple[str, ...], project_of: str | None, **typed: Any) -> None:
    """Say what recordings are filed under: project, tags, participants, date and title.

    It stays when they are processed again. An empty value takes away what is there: --project "".
    """
    filing = filing_typed(**typed)
    with open_library() as library:
        meant = meant_by(library, recordings, project_of)
        check(library, filing, meant)
        if filing.date == "":
            meant = [dated_by_file(each) for each in meant]
        for recording in meant:
            file_under(library, recording, filing)
    if filing.participants:
        click.echo(f"To have their names looked for: {look_again(meant)}", err=True)


def look_again(recordings: list[Recording]) -> str:
    """Return the command that looks for names again in what is said."""
    from pipeline.lines.view import short_id

    return " ".join(("relisten process --only annotations", *map(short_id, recordings)))


def filing_typed(
    *,
    date: str | None,
    participants: str | None,
    tags: tuple[str, ...],
    untag: tuple[str, ...],
    **names: str | None,
) -> Filing:
    """Return what is typed; raises UsageError where nothing is, or a date that is none."""
    from pipeline.filing import Filing, moment, named

    filing = Filing(
        date=date and date.strip() and moment(date),
        participants=None if participants is None else named([participants]),
        tags=named(tags),
        untag=named(untag),
        **names,
    )
    if filing == Filing():
        raise UsageError(
            "say what to file them under, as in: relisten set 3f2a91c4 --project acme --tag pricing"
        )
    return filing


def meant_by(library: Library, names: tuple[str, ...], project: str | None) -> list[Recording]:
    """Return the recordings that are named, or all of a project, each once."""
    from pipeline.library import Filters

    if bool(names) is (project is not None):
        raise UsageError(
            "name the recordings, as `relisten list` shows them, or a project: --all-of acme"
        )
    if project is not None:
        return [entry.recording for entry in library.entries(Filters(project=project))]
    found = {recording.id: recording for recording in map(library.find, names)}
    return list(found.values())


def check(library: Library, filing: Filing, recordings: list[Recording]) -> None:
    """Raise, before anything is changed, where a filing cannot be meant."""
    from pipeline.library.filters import spellings

    if filing.title and len(recordings) > 1:
        raise UsageError(
            f"--title is for one recording, and {len(recordings)} are named. "
            "Give each its own, one after the other."
        )
    for tag in filing.untag:
        spellings("tag", tag, library.known_tags())


def dated_by_file(recording: Recording) -> Recording:
    """Return a recording with its file's own date, where a person gave it one.

    Raises AudioError where the file is gone, or another one by now.
    """
    from dataclasses import replace

    from pipeline.audio import probe
    from pipeline.clips import original
    from pipeline.filing import BY_HAND
    from pipeline.ingest import own_date

    if recording.recorded_at_from != BY_HAND:
        return recording
    path = original(recording)
    moment, origin = own_date(path, probe(path).tags)
    return replace(recording, recorded_at=moment, recorded_at_from=origin)


def file_under(library: Library, recording: Recording, filing: Filing) -> None:
    """Keep what a recording is filed under, and print it."""
    from pipeline.lines.filing import filed_line
    from pipeline.lines.view import short_id

    with held(library, [recording.id]):
        library.file_under(recording, filing)
    now = library.find(recording.id)
    filed = filed_line(now, library.tags(now.id), library.participants(now.id))
    click.echo(f"{short_id(now)}  {now.recorded_at[:10]}  {now.title}  {filed}".rstrip())


@click.command(epilog=example("relisten projects"))
@as_json_option
def projects(as_json: bool) -> None:
    """List the projects with their recordings, lengths, days and tags."""
    from pipeline.lines.filing import project_lines

    with open_library() as library:
        known = library.projects()
    show_json(known) if as_json else show_lines(project_lines(known))
