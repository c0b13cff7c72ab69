"""What commands have in common: the library in use, shared options, printing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pipeline.library import Filters, Library


class Ordered(click.Group):
    """A group that lists its commands in the order in which a newcomer needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands as they were written down."""
        return list(self.commands)


class Place(click.Path):
    """A file or folder by its name, which is not empty: that would be the folder one is in."""

    def __init__(self) -> None:
        from pathlib import Path

        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; a name of nothing is a mistake, as of an unset variable."""
        if not str(value).strip():
            self.fail("the name of a file or folder is empty. For this folder, write a dot.")
        return super().convert(value, param, ctx)


def example(line: str) -> str:
    """Return an epilog that click leaves as it is."""
    return f"\b\nExample:\n  {line}"


def library_folder() -> Path:
    """Return the folder of the library that is in use."""
    folder: Path | None = click.get_current_context().obj
    if folder is None:
        import platformdirs

        folder = platformdirs.user_data_path("relisten") / "library"
    return folder


def open_library(*, create: bool = False) -> Library:
    """Open the library that is in use."""
    from pipeline.library import Library

    return Library(library_folder(), create=create)


def tell_of_waiting() -> None:
    """Say that another process works on what is wanted."""
    click.echo("another relisten is at work on this recording; waiting for it", err=True)


@contextlib.contextmanager
def held(library: Library, identities: Iterable[str]) -> Iterator[None]:
    """Hold recordings: no other process works on them meanwhile."""
    from pipeline.library.holding import holding_each

    with holding_each(library.folder, identities, tell_of_waiting):
        yield


def as_json_option(command: Any) -> Any:
    """Add --json to a reading command."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def show_json(value: object) -> None:
    """Print values as JSON, field for field."""
    from pipeline.lines.view import to_json

    click.echo(to_json(value))


def show_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines of text, each on a line of its own whatever names are in it."""
    from pipeline.printable import printable

    for line in lines:
        click.echo(printable(line), err=err)


def filters_options(command: Any) -> Any:
    """Add the filters that reading commands share."""
    for option in (
        click.option("--until", metavar="DATE", help="Only up to this day, as 2026-09-30."),
        click.option("--since", metavar="DATE", help="Only from this day on, as 2026-09-01."),
        click.option("--participant", metavar="NAME", help="Only where this person took part."),
        click.option("--tag", metavar="TAG", help="Only what has this tag."),
        click.option("--project", metavar="NAME", help="Only this project."),
        click.option("--speaker", metavar="NAME", help="Only what this speaker says."),
    ):
        command = option(command)
    return command


def filters_typed(typed: Mapping[str, str | None]) -> Filters:
    """Return the filters that are typed; raises UsageError for a day that is none."""
    from pipeline.library import Filters
    from pipeline.timestamps import parse_day

    return Filters(
        recording=typed.get("recording"),
        project=typed.get("project"),
        tag=typed.get("tag"),
        participant=typed.get("participant"),
        speaker=typed.get("speaker"),
        since=parse_day(typed.get("since")),
        until=parse_day(typed.get("until")),
        role=typed.get("role"),
        entity=typed.get("entity"),
    )
