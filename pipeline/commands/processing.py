"""The command that fills the library."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.annotating import annotate_named
from pipeline.commands.batching import Wanted, run_batch
from pipeline.commands.counting import (
    ANNOTATIONS,
    MEANING,
    ONLY,
    check_only,
    count_asked,
    speaker_options,
)
from pipeline.commands.embedding import embed_named
from pipeline.commands.gathering import again_options, filing_options, tracks_option
from pipeline.commands.revising import passage_options, revise_passage
from pipeline.commands.shared import Place, example

if TYPE_CHECKING:
    from models.engines import LocalEngines
    from pipeline.process import Request

ENGINES = {name: name for name in ("faster-whisper", "openai-whisper")}
ENGINES["openai"] = "openai-whisper"
# What cannot be asked of a passage.
HOW = ("tracks", "retry_failed", "dry_run", "project_from_folder")
OF_WHOLE = (
    *("channels", "project", "speakers", "min_speakers", "max_speakers", "only"),
    *("tag", "participants"),
    *HOW,
)
MOST_NAMED = 5  # lines of a vocabulary that are said to be of no use


@click.command(
    epilog=example("relisten process interviews/ --channels interviewer,customer --project acme")
)
@click.argument("paths", nargs=-1, type=Place())
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
    help="Names and products that are said, one a line, as Acme or Acme [ORG]. They are kept.",
)
@click.option("--channels", metavar="NAMES", help="Who is on which channel, first one first.")
@filing_options
@again_options
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto")
@speaker_options
@tracks_option
@passage_options
def process(
    paths: tuple[Path, ...],
    device: str,
    begin: str | None,
    end: str | None,
    **asked: Any,
) -> int:
    """Transcribe recordings, or folders of them, into the library.

    They are taken by name, folder by folder. What is done already is skipped, wherever it was
    moved to; what was broken off is resumed; one bad file stops nothing. Ctrl-C loses nothing.
    """
    taken = {name: asked.pop(name) for name in HOW}
    if begin is not None or end is not None:
        given = {**asked, **taken}
        whole = [f"--{name.replace('_', '-')}" for name in OF_WHOLE if given[name]]
        return revise_passage(paths, (begin, end), whole, partial(prepare, device, asked))
    if asked["only"] == ANNOTATIONS:
        return annotate_named(paths)
    if asked["only"] == MEANING:
        return embed_named(paths)
    check_only(asked)
    return run_batch(Wanted(paths, **taken), *prepare(device, asked))


def prepare(
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
    from pipeline.filing import named
    from pipeline.process import Request

    if asked["model"]:
        asked["model"], asked["digest"] = engines.model_name, engines.own_digest
    asked["vocabulary"] = _names(asked["vocabulary"]) if asked["vocabulary"] else ()
    asked["speakers"] = count_asked(asked)
    asked["only"] = ONLY.get(asked["only"])
    asked["tags"] = named(asked.pop("tag"))
    asked["participants"] = named([asked["participants"] or ""])
    channels = asked.pop("channels")
    names = tuple(name.strip() for name in channels.split(",")) if channels else ()
    return Request(channels=names, **asked)


def _names(path: Path) -> tuple[str, ...]:
    """Return the names that a file lists, and say which of them cannot be listened for."""
    from models.vocabulary import is_usable
    from pipeline.vocabulary import read_vocabulary, spoken_terms

    terms = read_vocabulary(path)
    if useless := [term for term in spoken_terms(terms) if not is_usable(term)]:
        few = ", ".join(useless[:MOST_NAMED]) + (" ..." if len(useless) > MOST_NAMED else "")
        said = f"{path}: not listened for, as their letters tell too little: {few}"
        click.echo(said, err=True)
    return terms
