"""The command `highlights`: passages marked, listed, taken away, and written as quotes."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
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
from pipeline.errors import NotFound, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.highlights import Highlighted
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.transcript import Span

FILTERS = {"recording": "--in", "project": "--project", "starred": "--starred"}
MARKS = {"note": "--note", "star": "--star"}
SHAPES = (
    "Write: relisten highlights ID@12:34-13:02 --tag pricing, or relisten highlights --tag pricing "
    "to see them."
)


@click.command(epilog=example("relisten highlights 3f2a91c4@12:34-13:02 --tag pricing"))
@click.argument("passage", required=False, metavar="[ID@12:34-13:02]")
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", help="Only with this tag; or it gets it."
)
@click.option("--note", metavar="TEXT", help="What you want to say of the passage.")
@click.option("--star", is_flag=True, help="Give the passage a star.")
@click.option("--in", "recording", metavar="RECORDING", help="Only of this recording.")
@click.option("--project", metavar="NAME", help="Only of this project.")
@click.option("--starred", is_flag=True, help="Only those with a star.")
@click.option("--remove", metavar="ID:NUMBER", help="Take a highlight away, as the list names it.")
@click.option(
    "-o", "target", type=Place(), metavar="FILE", help="Write quotes: a .md or .csv file."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@as_json_option
def highlights(passage: str | None, as_json: bool, **asked: Any) -> None:
    """Mark passages, and list what is marked, over the whole library or a part of it.

    A passage is ID@12:34-13:02; with one time it is the turn at that time. A highlight stays when
    words are put right or the recording is processed again.
    """
    check_alone(passage, asked)
    with open_library() as library:
        if asked["remove"]:
            remove(library, asked["remove"])
        elif passage:
            mark(library, passage, asked, as_json=as_json)
        else:
            list_highlights(library, asked, as_json=as_json)


def check_alone(passage: str | None, asked: dict[str, Any]) -> None:
    """Raise UsageError for things that do not go together."""
    filters = [option for name, option in FILTERS.items() if asked[name]]
    marks = [option for name, option in MARKS.items() if asked[name]]
    if asked["remove"] and (passage or filters or marks or asked["tags"] or asked["target"]):
        raise UsageError("--remove goes alone: relisten highlights --remove 3f2a91c4:2")
    if passage and (filters or asked["target"]):
        given = [*filters, *(["-o"] if asked["target"] else [])]
        raise UsageError(f"{' and '.join(given)}: not where a passage is marked. {SHAPES}")
    if marks and not passage:
        raise UsageError(f"{' and '.join(marks)}: of which passage? {SHAPES}")
    if asked["force"] and not asked["target"]:
        raise UsageError("--force: only with -o FILE.")


def mark(library: Library, passage: str, asked: dict[str, Any], *, as_json: bool) -> None:
    """Mark a passage."""
    from pipeline.commands.editing import meant
    from pipeline.highlighting import marked, shown
    from pipeline.highlights import Highlight
    from pipeline.lines.highlights import marked_lines

    recording, time = meant(library, passage)
    span = time if time.duration else turn_at(library, recording, time)
    wanted = Highlight(
        span.start, span.end, 0, "", asked["tags"], asked["note"] or "", asked["star"]
    )
    kept = shown(library, recording, marked(library, recording, wanted))
    show_json(kept) if as_json else show_lines(marked_lines(kept))


def turn_at(library: Library, recording: Recording, time: Span) -> Span:
    """Return the turn that is going on at a time, or is shown with it; the last to begin."""
    from pipeline.rewording import turns_at
    from pipeline.timestamps import format_timestamp

    turns = turns_at(library.turns(recording.id), time.start)
    if not turns:
        raise NotFound(
            f"nobody speaks at {format_timestamp(time.start)} in {recording.title}. Look at the "
            f"times: relisten show {recording.id[:8]}"
        )
    return max(turns, key=lambda turn: turn.start)


def list_highlights(library: Library, asked: dict[str, Any], *, as_json: bool) -> None:
    """Show highlights, or write them to a file."""
    from pipeline.highlighting import Which, all_tags, highlighted, write_quotes
    from pipeline.lines.highlights import highlight_lines

    which = Which(asked["tags"], asked["recording"], asked["project"], asked["starred"])
    found = highlighted(library, which)
    target: Path | None = asked["target"]
    if target is not None:
        write_quotes(found, target, force=asked["force"])
        show_lines([written_line(found, target)], err=as_json)
    tags = all_tags(library)
    if as_json:
        show_json({"highlights": found, "tags": tags})
    elif target is None:
        show_lines(highlight_lines(found, tags))


def written_line(found: tuple[Highlighted, ...], target: Path) -> str:
    """Return how much was written where."""
    return f"{len(found)} {'quote' if len(found) == 1 else 'quotes'}: {target}"


def remove(library: Library, name: str) -> None:
    """Take a highlight away."""
    recording, number = highlight_meant(library, name)
    gone = library.remove_highlight(recording.id, number)
    said = shorten(gone.text, 80, placeholder=" ...") or "a passage without words"
    show_lines([f"Taken away: {said}"])


def highlight_meant(library: Library, name: str) -> tuple[Recording, int]:
    """Return the recording and the number of a highlight, as the list names it."""
    recording, mark, number = name.rpartition(":")
    if not mark or not number.isdecimal() or not number.isascii():
        raise UsageError(
            f"{name!r} is no highlight. Write it as it is listed: "
            "relisten highlights --remove 3f2a91c4:2"
        )
    return library.find(recording), int(number)
