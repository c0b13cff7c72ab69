"""The command that fills the library."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.counting import ONLY, check_only, count_asked, known_files, speaker_options
from pipeline.commands.gathering import files_named, recordings_among, tracks_option
from pipeline.commands.revising import passage_options, revise_passage, tell_of_waiting
from pipeline.commands.shared import Place, example, library_folder, open_library, show_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.engines import LocalEngines
    from pipeline.library import Library
    from pipeline.process import Request

ENGINES = {name: name for name in ("faster-whisper", "openai-whisper")}
ENGINES["openai"] = "openai-whisper"
# What cannot be asked of a passage.
OF_WHOLE = ("channels", "project", "speakers", "min_speakers", "max_speakers", "only")
MOST_NAMED = 5  # lines of a vocabulary that are said to be of no use


@click.command(
    epilog=example("relisten process interviews/ --channels interviewer,customer --project acme")
)
@click.argument("paths", nargs=-1, required=True, type=Place())
@click.option(
    "--model",
    metavar="NAME|PATH",
    help="Whisper's model: tiny.en, base, small ..., a .pt file, or a folder in CTranslate2's "
    "format. Default: what suits this machine.",
)
@click.option("--engine", type=click.Choice(list(ENGINES)), metavar="[faster-whisper|openai]")
@click.option("--language", metavar="CODE", help="As en or de. Default: what is heard.")
@click.option("--translate/--no-translate", default=None, help="Write English, whatever is spoken.")
@click.option(
    "--vocabulary",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Names and products that are said, one a line.",
)
@click.option("--channels", metavar="NAMES", help="Who is on which channel, first one first.")
@click.option("--project", help="The client or study that the recordings belong to.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto")
@speaker_options
@tracks_option
@passage_options
def process(
    paths: tuple[Path, ...],
    device: str,
    begin: str | None,
    end: str | None,
    tracks: bool,
    **asked: Any,
) -> int:
    """Transcribe recordings, or folders of them, into the library.

    What is done already is skipped; what was broken off is resumed; one bad file stops nothing.
    """
    if begin is not None or end is not None:
        whole = [f"--{name.replace('_', '-')}" for name in OF_WHOLE if asked[name]]
        whole += ["--tracks"] * tracks
        return revise_passage(paths, (begin, end), whole, partial(_prepare, device, asked))
    check_only(asked)
    return _process(paths, *_prepare(device, asked), tracks=tracks)


def _prepare(
    device: str, asked: dict[str, Any], *, translated: bool = False
) -> tuple[LocalEngines, Request]:
    """Return the engines and the request; what was translated is so again if nothing is said."""
    from models.choosing import Needs
    from models.engines import DEFAULT_ENGINE, LocalEngines

    engine = ENGINES.get(asked["engine"])
    translate = translated if asked["translate"] is None else asked["translate"]
    needs = Needs(asked["language"], translate)
    engines = LocalEngines(engine or DEFAULT_ENGINE, asked["model"], device, needs)
    return engines, _request(engines, {**asked, "engine": engine})


def _request(engines: LocalEngines, asked: dict[str, Any]) -> Request:
    """Return what is asked for, with the model under its own name."""
    from pipeline.process import Request

    if asked["model"]:
        asked["model"], asked["digest"] = engines.model_name, engines.own_digest
    asked["vocabulary"] = _names(asked["vocabulary"]) if asked["vocabulary"] else ()
    asked["speakers"] = count_asked(asked)
    asked["only"] = ONLY.get(asked["only"])
    channels = asked.pop("channels")
    names = tuple(name.strip() for name in channels.split(",")) if channels else ()
    return Request(channels=names, **asked)


def _names(path: Path) -> tuple[str, ...]:
    """Return the names that a file lists, and say which of them cannot be listened for."""
    from models.vocabulary import is_usable
    from pipeline.vocabulary import read_vocabulary

    terms = read_vocabulary(path)
    if useless := [term for term in terms if not is_usable(term)]:
        few = ", ".join(useless[:MOST_NAMED]) + (" ..." if len(useless) > MOST_NAMED else "")
        said = f"{path}: not listened for, as their letters tell too little: {few}"
        click.echo(said, err=True)
    return terms


def _process(
    paths: tuple[Path, ...], engines: LocalEngines, request: Request, *, tracks: bool
) -> int:
    from pipeline.bars import bars
    from pipeline.batch import State, process_all
    from pipeline.library.filling import filling
    from pipeline.view import outcome_line, summary_lines

    if not request.only:
        engines.require_recogniser()
    outcomes = []
    with open_library(create=True) as library, filling(library_folder(), tell_of_waiting):
        meant = known_files(paths, library) if request.only else paths
        named = files_named(meant, tracks=tracks)
        files = recordings_among(named, library, tracks=tracks)
        if not request.only:
            _announce(files, library, engines, request)
        with bars() as report:
            for outcome in process_all(files, library, engines, request, report):
                # click.echo goes round the bars, which then overwrite the line.
                print(outcome_line(outcome), flush=True)  # noqa: T201
                if outcome.details and os.environ.get("RELISTEN_TRACEBACK"):
                    click.echo(outcome.details, err=True)
                outcomes.append(outcome)
    show_lines(summary_lines(outcomes))
    return int(any(outcome.state is State.FAILED for outcome in outcomes))


def _announce(
    files: Sequence[Path], library: Library, engines: LocalEngines, request: Request
) -> None:
    """Say how long it will take, if anything is to be heard: nothing is loaded for this alone.

    And say beforehand what will be missing.
    """
    from pipeline.diarize import NO_MODEL
    from pipeline.forecast import announcement, work_ahead

    work = work_ahead(files, library, request, engines)
    if work.sound > 0:
        speed = engines.expected_speed()
        line = announcement(work, speed, engines.describe())
        click.echo(f"{line}{engines.advice}", err=True)
        if engines.voices is None:
            click.echo(NO_MODEL, err=True)
