"""`relisten process --only meaning`: what is kept is read for its meaning, without any sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.commands.annotating import check_alone, list_shown, recordings_named
from pipeline.commands.shared import held, open_library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.meaning.embedding import Embedders
    from pipeline.recording import Recording


def embed_named(paths: Sequence[Path]) -> int:
    """Embed recordings again, or all where none is named; return the exit code."""
    from models.engines import LocalEngines

    check_alone("meaning")
    with open_library() as library:
        meant = recordings_named(paths, library)
        lines = list_shown(embedded(meant, library, LocalEngines()))
    failed = sum(line.startswith("skipped") for line in lines)
    click.echo(f"{len(lines) - failed} of {len(meant)} can be searched by meaning now.")
    return int(failed > 0)


def embedded(meant: Sequence[Recording], library: Library, engines: Embedders) -> Iterator[str]:
    """Embed recordings, each on its own; yield a line of each."""
    from pipeline.meaning.embedding import embed_again

    for recording in meant:
        with held(library, [recording.id]):
            ((_, reason),) = embed_again([recording], library, engines)
        state = f"skipped   {recording.id[:8]}" if reason else f"read      {recording.id[:8]}"
        yield f"{state}  {recording.title}" + (f"  ({reason})" if reason else "")
