"""The options of `relisten process` that are of speakers: how many there are, and them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.voices.clustering import SpeakerCount

ANNOTATIONS = "annotations"
MEANING = "meaning"
# The stage that each word of --only means.
ONLY = {"speakers": "diarize", ANNOTATIONS: "annotate", MEANING: "embed"}
OF_WORDS = ("model", "engine", "language", "translate", "vocabulary")
NUMBER = click.IntRange(min=1)


def speaker_options(command: Any) -> Any:
    """Add the options, `speakers`, `min_speakers`, `max_speakers` and `only`."""
    for option in (
        click.option(
            "--only",
            type=click.Choice(list(ONLY)),
            help="Tell speakers apart again, look for names, phrases and questions again, or read "
            "for what is meant again, and keep the words. Recordings of the library may be named "
            "by id or title.",
        ),
        click.option("--max-speakers", type=NUMBER, metavar="N", help="No more than so many."),
        click.option("--min-speakers", type=NUMBER, metavar="N", help="No fewer than so many."),
        click.option(
            "--speakers",
            type=NUMBER,
            metavar="N",
            help="How many people speak, where they share a channel. Default: as heard.",
        ),
    ):
        command = option(command)
    return command


def check_only(asked: Mapping[str, Any]) -> None:
    """Raise UsageError for what cannot be asked of one stage alone."""
    given = [f"--{name}" for name in OF_WORDS if asked[name] is not None]
    if asked["only"] and given:
        raise UsageError(f"{' and '.join(given)}: of the words, which --only leaves as they are.")


def count_asked(asked: dict[str, Any]) -> SpeakerCount:
    """Return how many speakers are asked for, taking the options out of what is asked."""
    from pipeline.voices.clustering import SpeakerCount

    number, least, most = (asked.pop(name) for name in ("speakers", "min_speakers", "max_speakers"))
    if number and (least or most):
        raise UsageError("--speakers says the number: leave out --min-speakers and --max-speakers.")
    return SpeakerCount(number or least, number or most)


def known_files(paths: Iterable[Path], library: Library) -> list[Path]:
    """Return where recordings are that are named by id or title; what is a path stays one."""
    from pipeline.clips import original

    return [path if path.exists() else original(library.find(str(path))) for path in paths]
