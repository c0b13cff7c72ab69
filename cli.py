"""The command line: each command parses, makes one call, and prints.

Nothing heavy is imported before a command needs it: help must be there at once.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import RelistenError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.engines import LocalEngines
    from pipeline.library import Library
    from pipeline.process import Request
    from pipeline.recording import Recording

LIBRARY = "RELISTEN_LIBRARY"
FORMATS = ("txt", "md", "json", "srt", "vtt")


def main() -> None:
    """Run the command line; turn every error into one sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may not be UTF-8
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = relisten(standalone_mode=False)
    except click.exceptions.Abort:
        code = _say("Stopped. What was finished is kept; run the same command to go on.", 130)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except RelistenError as error:
        code = _say(f"relisten: {error}", error.exit_code)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentence: str, code: int) -> int:
    if os.environ.get("RELISTEN_TRACEBACK"):
        raise  # noqa: PLE0704 - called while an error is being handled
    click.echo(sentence, err=True)
    return code


class Ordered(click.Group):
    """A group that lists its commands in the order in which a newcomer needs them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands as they were written down."""
        return list(self.commands)


def example(line: str) -> str:
    """Return an epilog that click leaves as it is."""
    return f"\b\nExample:\n  {line}"


@click.group(cls=Ordered, epilog=example("relisten process interviews/"))
@click.version_option(package_name="relisten")
@click.option(
    "--library",
    "folder",
    envvar=LIBRARY,
    type=click.Path(path_type=Path),
    help="The library's folder; also set by RELISTEN_LIBRARY. Default: in your user data folder.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def relisten(ctx: click.Context, folder: Path | None, verbose: bool) -> None:
    """Turn recorded interviews into a library to search and hear again, on this machine alone."""
    ctx.obj = folder
    if verbose:
        os.environ["RELISTEN_TRACEBACK"] = "1"


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


def as_json_option(command: Any) -> Any:
    """Add --json to a reading command."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def show_json(value: object) -> None:
    """Print values as JSON, field for field."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, indent=1))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def show_lines(lines: Iterable[str]) -> None:
    """Print lines of text."""
    for line in lines:
        click.echo(line)


def filters_options(command: Any) -> Any:
    """Add the filters that reading commands share."""
    for option in (
        click.option("--until", metavar="DATE", help="Only up to this day, as 2026-09-30."),
        click.option("--since", metavar="DATE", help="Only from this day on, as 2026-09-01."),
        click.option("--project", help="Only this project."),
        click.option("--speaker", help="Only what this speaker says."),
    ):
        command = option(command)
    return command


def day(text: str | None) -> str | None:
    """Return a day as it is kept; raises UsageError for what is no day."""
    import datetime

    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{text!r} is no day. Write it as 2026-09-01.") from error


@relisten.command(
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
    from pipeline.view import outcome_line, summary_lines

    engines.require_recogniser()
    files = list(find_recordings(paths))
    outcomes = []
    with open_library(create=True) as library, bars() as report:
        for outcome in process_all(files, library, engines, request, report):
            click.echo(outcome_line(outcome))
            outcomes.append(outcome)
    show_lines(summary_lines(outcomes))
    return int(any(outcome.state is State.FAILED for outcome in outcomes))


@relisten.command("list", epilog=example("relisten list --project acme"))
@filters_options
@as_json_option
def list_(as_json: bool, since: str | None, until: str | None, **which: str | None) -> None:
    """List the recordings in the library."""
    from pipeline.library import Filters
    from pipeline.view import entry_lines

    with open_library() as library:
        entries = library.entries(Filters(since=day(since), until=day(until), **which))
    show_json(entries) if as_json else show_lines(entry_lines(entries))


@relisten.command(epilog=example("relisten show 3f2a91c4"))
@click.argument("recording")
@as_json_option
def show(recording: str, as_json: bool) -> None:
    """Show one transcript, with speakers, times, entities and keyphrases.

    RECORDING is the start of an id, or a title, as `relisten list` shows them.
    """
    from pipeline.view import transcript_lines

    with open_library() as library:
        found = library.find(recording)
        transcript = library.transcript(found.id)
    if as_json:
        show_json({"recording": found, "transcript": transcript})
    else:
        show_lines(transcript_lines(found, transcript))


@relisten.command(epilog=example('relisten search "too expensive" --speaker customer'))
@click.argument("query")
@filters_options
@click.option("--in", "recording", metavar="RECORDING", help="Only in this recording.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Most hits.")
@as_json_option
def search(query: str, limit: int, as_json: bool, **which: str | None) -> None:
    """Find what was said, at the second where it is said.

    QUERY is words (all must be there), "a phrase", pri* for all that begins so, AND, OR, NOT.
    """
    from pipeline.library import Filters
    from pipeline.search import search as find
    from pipeline.view import hit_lines

    which |= {"since": day(which["since"]), "until": day(which["until"])}
    with open_library() as library:
        if name := which["recording"]:
            which["recording"] = library.find(name).id
        hits = find(library, query, Filters(**which), limit)
    show_json(hits) if as_json else show_lines(hit_lines(hits, query))


@relisten.command(epilog=example("relisten play 3f2a91c4@12:34 -o clip.wav"))
@click.argument("what")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write it, as clip.wav.")
def play(what: str, output: Path | None) -> None:
    """Hear a passage, from a little before it.

    WHAT is the number of a hit of the last search, or a recording and a time: ID@12:34.
    """
    from pipeline import clips

    with open_library() as library:
        recording, start, end = meant(library, what)
    span = clips.around(start, end, recording.duration)
    if output is None:
        clips.play(recording.path, span)
    else:
        clips.write_clip(recording.path, span, output)
        click.echo(f"{output}: {span.duration:.1f} s of {recording.title}")


def meant(library: Library, what: str) -> tuple[Recording, float, float | None]:
    """Return the recording and the passage that a hit's number or ID@TIME means."""
    from pipeline.timestamps import parse_timestamp

    if what.isdecimal():
        return library.hit(int(what))
    name, mark, time = what.rpartition("@")
    if not mark:
        raise UsageError(f"{what!r} is no passage. Write a hit's number, or ID@12:34.")
    return library.find(name), parse_timestamp(time), None


@relisten.command(epilog=example("relisten export 3f2a91c4 --format srt,md -o transcripts/"))
@click.argument("recordings", nargs=-1, required=True)
@click.option(
    "--format",
    "formats",
    default="txt",
    show_default=True,
    help=f"One or more of {', '.join(FORMATS)}, with commas between.",
)
@click.option(
    "-o",
    "--output",
    default=Path(),
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write to. Default: this one.",
)
def export(recordings: tuple[str, ...], formats: str, output: Path) -> None:
    """Write transcripts as files for people and other programs."""
    from pipeline.exporting import export_recording, known_formats

    chosen = known_formats(formats.split(","))
    with open_library() as library:
        for name in recordings:
            for path in export_recording(library, library.find(name), chosen, output):
                click.echo(path)


@relisten.group(cls=Ordered, epilog=example("relisten models pull"))
def models() -> None:
    """Bring models to this machine, check and remove them."""


@models.command("list", epilog=example("relisten models list"))
@as_json_option
def models_list(as_json: bool) -> None:
    """List the models that there are, and which are on this machine."""
    from models.catalog import default_store, listing, load_catalog
    from pipeline.view import model_lines

    listed = listing(load_catalog(), default_store())
    show_json(listed) if as_json else show_lines(model_lines(listed))


@models.command("pull", epilog=example("relisten models pull tiny.en"))
@click.argument("names", nargs=-1)
def models_pull(names: tuple[str, ...]) -> None:
    """Fetch models; without names, those that `process` uses. The only command that goes online."""
    from models.catalog import default_store, load_catalog, pull
    from models.engines import DEFAULT_MODEL, LANGUAGE_MODELS
    from pipeline.bars import bars

    catalog = load_catalog()
    wanted = [catalog.model(n) for n in names or (DEFAULT_MODEL, *LANGUAGE_MODELS.values())]
    for model in wanted:
        with bars() as report:
            path = pull(model, default_store(), report)
        click.echo(f"{model.name}: {path}")


@models.command("verify", epilog=example("relisten models verify"))
@click.argument("names", nargs=-1)
def models_verify(names: tuple[str, ...]) -> int:
    """Read every file of the models on this machine again and compare it with the catalog."""
    from models.catalog import default_store, listing, load_catalog, verify

    catalog, store = load_catalog(), default_store()
    wanted = names or [model.name for model in listing(catalog, store) if model.present]
    wrong = 0
    for name in wanted:
        model = catalog.model(name)
        found = verify(model, store)
        wrong += len(found)
        show_lines(
            f"{name}: {each.path} is {each.problem}. Run: relisten models pull {name}"
            for each in found
        )
        if not found:
            click.echo(f"{name}: all files are as published")
    return int(wrong > 0)


@models.command("remove", epilog=example("relisten models remove tiny.en"))
@click.argument("names", nargs=-1, required=True)
def models_remove(names: tuple[str, ...]) -> None:
    """Delete models from this machine."""
    from models.catalog import default_store, load_catalog, remove

    for name in names:
        freed = remove(load_catalog().model(name), default_store())
        click.echo(f"{name}: {freed / 1e6:,.0f} MB freed")


@relisten.command(epilog=example("relisten doctor"))
@as_json_option
def doctor(as_json: bool) -> int:
    """Say what is installed, what is missing, and the command that mends it."""
    from models.catalog import default_store, listing, load_catalog
    from models.engines import DEFAULT_MODEL
    from pipeline.doctor import examine
    from pipeline.view import check_lines

    listed = listing(load_catalog(), default_store())
    checks = list(examine(library_folder(), listed, DEFAULT_MODEL))
    show_json(checks) if as_json else show_lines(check_lines(checks))
    return int(any(check.needed and not check.well for check in checks))


if __name__ == "__main__":
    main()
