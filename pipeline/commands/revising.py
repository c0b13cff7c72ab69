"""What `relisten process` does with --from and --to: one passage again, not whole recordings."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import held, open_library, show_lines
from pipeline.errors import NotFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Protocol

    from models.engines import LocalEngines
    from pipeline.library import Library
    from pipeline.process import Request
    from pipeline.recording import Recording

    Times = tuple[str | None, str | None]

    class Prepare(Protocol):
        """Makes the engines and the request of what is typed."""

        def __call__(self, *, translated: bool) -> tuple[LocalEngines, Request]:
            """`translated` tells whether the recording was, as a whole."""
            ...


def passage_options(command: Any) -> Any:
    """Add the options that name a passage, `begin` and `end`."""
    for option in (
        click.option("--to", "end", metavar="TIME", help="Up to here. Default: to the end."),
        click.option(
            "--from",
            "begin",
            metavar="TIME",
            help="Only this passage of one recording of the library (an id, a title), as 12:30.",
        ),
    ):
        command = option(command)
    return command


def revise_passage(
    paths: tuple[Path, ...], times: Times, whole: Sequence[str], prepare: Prepare
) -> int:
    """Recognise a passage of one recording anew, and print what stood there and stands there.

    `whole` are the options given that are of whole recordings alone.
    """
    from pipeline.bars import bars
    from pipeline.lines.details import revised_lines
    from pipeline.revise import passage_of, revise, was_translated
    from pipeline.timestamps import parse_timestamp

    begin, end = (parse_timestamp(time) if time is not None else None for time in times)
    path = _one_of(paths, whole)
    with contextlib.ExitStack() as stack:
        library = stack.enter_context(open_library())
        recording = _meant(path, library)
        stack.enter_context(held(library, [recording.id]))
        passage = passage_of(recording, begin, end)
        made = library.made(recording.id).get("transcribe")
        engines, request = prepare(translated=made is not None and was_translated(made))
        engines.require_recogniser()
        with bars() as report:
            revised = revise(recording, passage, library, engines, request, report)
    show_lines(revised_lines(revised))
    return 0


def _one_of(paths: tuple[Path, ...], whole: Sequence[str]) -> Path:
    """Return what is named; raises UsageError for what a passage cannot have."""
    if len(paths) != 1:
        raise UsageError(
            f"--from and --to are for one recording, and {len(paths)} are named. Name one: "
            "relisten process 3f2a91c4 --from 12:30 --to 13:10"
        )
    if whole:
        raise UsageError(
            f"{' and '.join(whole)}: of a whole recording. Leave it out with --from and --to."
        )
    (path,) = paths
    if path.is_dir():
        raise UsageError(f"{path} is a folder, and --from and --to are for one recording. Name it.")
    return path


def _meant(path: Path, library: Library) -> Recording:
    """Return the recording that a file is, where it lies now, or that goes by a name or an id."""
    from pipeline.ingest import content_id

    if not path.is_file():
        return library.find(str(path))
    recording = library.get(content_id(path))
    if recording is None:
        raise NotFound(f"{path} is not in the library. Run: relisten process {path}")
    return replace(recording, path=path.absolute())
