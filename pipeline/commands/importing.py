"""The command `import`: what was edited elsewhere, brought back into the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.commands.editing import finish
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
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.taking_back.bringing import Brought

LEFT_OVER = 1  # the code to end with where something of a file cannot be brought back


@click.command("import", epilog=example("relisten import 3f2a91c4 edited.docx --dry-run"))
@click.argument("recording")
@click.argument("file", type=Place())
@click.option("--dry-run", is_flag=True, help="Only show what would be changed.")
@as_json_option
def import_(recording: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Bring an edited file back: .docx, .srt, .vtt, .txt, .md, or codings as .qdpx.

    Words that were changed become corrections, all of them one change that
    `relisten correct --undo` takes back. Codings, comments and marked words become
    highlights. What cannot be matched is listed, and then it ends with code 1.
    """
    from pipeline.lines.brought import brought_lines

    with open_library() as library:
        found = library.find(recording)
        brought = looked_at(library, found, file) if dry_run else taken(library, found, file)
    if as_json:
        show_json(brought)
    else:
        show_lines(brought_lines(brought, file.name, dry=dry_run))
    if brought.left:
        click.get_current_context().exit(LEFT_OVER)


def looked_at(library: Library, recording: Recording, file: Path) -> Brought:
    """Return what a file would change."""
    from pipeline.taking_back.bringing import looked_at as look

    return look(library, recording, file).brought


def taken(library: Library, recording: Recording, file: Path) -> Brought:
    """Keep what a file changes, and let what rests on it follow."""
    from pipeline.following import catch_up
    from pipeline.taking_back.bringing import kept
    from pipeline.taking_back.bringing import looked_at as look

    with held(library, [recording.id]):
        catch_up(library, recording)
        brought = kept(library, look(library, recording, file))
        if brought.corrections or brought.given:
            finish(library, [recording.id])
    return brought
