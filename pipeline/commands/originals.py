"""The command that finds recordings again: relink."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from pipeline.commands.shared import (
    Place,
    as_json_option,
    example,
    held,
    open_library,
    show_json,
    show_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.relinking import Found


@dataclass(frozen=True, slots=True)
class Search:
    """What became of a search for lost recordings; `unread` says what could not be looked at."""

    found: tuple[Found, ...]
    missing: tuple[Recording, ...]
    unread: tuple[str, ...] = field(default=())


@click.command(epilog=example("relisten relink /media/archive"))
@click.argument("folders", nargs=-1, type=Place())
@as_json_option
def relink(folders: tuple[Path, ...], as_json: bool) -> int:
    """Find recordings again that were moved or renamed.

    They are looked for in FOLDERS by what is in them; without one, what is missing is listed.
    Nothing but where they lie is changed.
    """
    from pipeline.relinking import missing

    with open_library() as library:
        lost = missing(library.recordings())
        search = _search(lost, folders, library) if folders else Search((), tuple(lost))
    show_json(search) if as_json else show_lines(search_lines(search, looked=bool(folders)))
    return int(bool(folders and search.missing))


def _search(lost: list[Recording], folders: tuple[Path, ...], library: Library) -> Search:
    from pipeline.relinking import find, relink

    unread: list[str] = []
    found: list[Found] = []
    for each in find(lost, folders, unread.append):
        with held(library, [each.recording.id]):
            relink(library, each)
        found.append(each)
    again = {each.recording.id for each in found}
    rest = tuple(each for each in lost if each.id not in again)
    return Search(tuple(found), rest, tuple(unread))


def search_lines(search: Search, *, looked: bool) -> Iterator[str]:
    """Yield where each lost recording is, or was, and what to do next."""
    from pipeline.lines.view import short_id

    if not search.found and not search.missing:
        yield "No recording is missing: each is where it was."
        return
    for found in search.found:
        yield f"found    {short_id(found.recording)}  {found.recording.title}: {found.path}"
    for each in search.missing:
        yield f"missing  {short_id(each)}  {each.title}: it was {each.path}"
    yield from (f"not looked at: {reason}" for reason in search.unread)
    if looked:
        yield f"{len(search.found)} found, {len(search.missing)} still missing."
    if search.missing:
        yield "To look in a folder or on a drive: relisten relink FOLDER"
