"""The command that fills the library."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import example, library_folder, open_library, show_lines

if TYPE_CHECKING:
    from models.engines import LocalEngines
    from pipeline.process import Request


@click.command(
    epilog=example("relisten process interviews/ --channels interviewer,customer --project acme")
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--model", help="Whisper's model: tiny.en, base, small ... Default: base.")
@click.option("--engine", type=click.Choice(["faster-whisper", "openai-whisper"]))
@click.option("--language", metavar="CODE", help="As en or de. Default: what is heard.")
@click.option("--channels", metavar="NAMES", help="Who is on which channel, first one first.")
@click.option("--project", help="The client or study that the recordings belong to.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto")
def process(paths: tuple[Path, ...], device: str, channels: str | None, **asked: Any) -> int:
    """Transcribe recordings, or folders of them, into the library.

    What is done already is skipped; what was broken off is resumed; one bad file stops nothing.
    """
    from models.engines import DEFAULT_ENGINE, DEFAULT_MODEL, LocalEngines
    from pipeline.process import Request

    engine, model = asked["engine"] or DEFAULT_ENGINE, asked["model"] or DEFAULT_MODEL
    engines = LocalEngines(engine, model, device)
    if asked["model"]:
        asked["model"] = engines.model_name
    names = tuple(name.strip() for name in channels.split(",")) if channels else ()
    return _process(paths, engines, Request(channels=names, **asked))


def _process(paths: tuple[Path, ...], engines: LocalEngines, request: Request) -> int:
    from pipeline.bars import bars
    from pipeline.batch import State, process_all
    from pipeline.ingest import find_recordings
    from pipeline.library.filling import filling
    from pipeline.view import outcome_line, summary_lines

    engines.require_recogniser()
    files = list(find_recordings(paths))
    outcomes = []
    with (
        open_library(create=True) as library,
        filling(library_folder(), _tell_of_waiting),
        bars() as report,
    ):
        for outcome in process_all(files, library, engines, request, report):
            # click.echo goes round the bars, which then overwrite the line.
            print(outcome_line(outcome), flush=True)  # noqa: T201
            if outcome.details and os.environ.get("RELISTEN_TRACEBACK"):
                click.echo(outcome.details, err=True)
            outcomes.append(outcome)
    show_lines(summary_lines(outcomes))
    return int(any(outcome.state is State.FAILED for outcome in outcomes))


def _tell_of_waiting() -> None:
    click.echo("another relisten is filling this library; waiting for it", err=True)
