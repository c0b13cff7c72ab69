"""Both recognisers on the same weights, mono and two-channel: their word errors side by side.

python -m benchmarks.recognisers [--model tiny.en] [FILE ...]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.hearing import hear
from benchmarks.scoring import WordErrors, score
from benchmarks.speech import recordings, reference
from models.engines import ENGINES, LocalEngines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.listening import Engines


KINDS = ("all mono", "all two-channel", "all")


@dataclass(frozen=True, slots=True)
class Result:
    """Word errors of one recording, which total it counts in, and the seconds that it took."""

    errors: WordErrors
    kind: str
    duration: float
    seconds: float


def measure(path: Path, engines: Engines) -> Result:
    """Transcribe one recording and compare it with its reference."""
    heard = hear(path, engines)
    kind = "all two-channel" if heard.apart else "all mono"
    errors = score(reference(path), heard.speech.segments)
    return Result(errors, kind, heard.duration, heard.seconds)


def table(files: Iterable[Path], model: str) -> None:
    """Print a row for each recording, then the totals."""
    engines = [LocalEngines(engine, model) for engine in ENGINES]
    print(
        f"Word error rate in %, {model}, English normaliser; speed in seconds of audio a second.\n"
    )
    print(f"| recording | {' | '.join(ENGINES)} | apart | speed |")
    print("|---|" + "---|" * (len(ENGINES) + 2))
    totals = {kind: [WordErrors() for _ in ENGINES] for kind in KINDS}
    for path in files:
        results = [measure(path, each) for each in engines]
        for kind in ("all", results[0].kind):
            before = zip(totals[kind], results, strict=True)
            totals[kind] = [total + result.errors for total, result in before]
        speeds = ", ".join(f"{result.duration / result.seconds:.1f}" for result in results)
        print(row(path.name, [result.errors for result in results], speeds), flush=True)
    for kind, errors in totals.items():
        if errors[0].words:
            print(row(kind, errors, ""))


def row(name: str, errors: list[WordErrors], speeds: str) -> str:
    """Return one line of the table."""
    rates = [each.rate for each in errors]
    shown = " | ".join(f"{rate:.1f}" for rate in rates)
    return f"| {name} | {shown} | {max(rates) - min(rates):.1f} | {speeds} |"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    table(asked.files or recordings("conversations"), asked.model)


if __name__ == "__main__":
    main()
