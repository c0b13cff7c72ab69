"""Searching libraries of 100, 1,000 and 10,000 hours: needles found, times by kind of query, sizes.

python -m benchmarks.search [--hours 100 1000 10000] [--keep FOLDER] [--rounds 3]

The libraries are made first (10,000 hours take some 20 minutes and 12 GB) or, with --keep, used
again. The needles that are hidden in each must all be found, where they are, and nothing else.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.searching.asking import Measured, measure
from benchmarks.searching.calls import World
from benchmarks.searching.library import BUILT, Builder, Built
from benchmarks.searching.needles_check import Checked, check
from benchmarks.searching.tables import report
from benchmarks.searching.text import source
from benchmarks.searching.vectors import Meanings, sentences
from benchmarks.speech import SPEECH

HOURS = (100, 1_000, 10_000)
ROUNDS = 3


def main() -> int:
    """Print the tables; 1 where a needle was missed, or something was found that was not hidden."""
    typed = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (typed.keep or Path(scratch)).absolute()
        measured = [of_size(folder / f"{hours:g}", hours, typed.rounds) for hours in typed.hours]
    report([each for each, _ in measured], [each for _, each in measured])
    return int(any(checked.wrong for _, checked in measured))


def arguments() -> argparse.Namespace:
    """Return what is typed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--hours", type=float, nargs="+", default=HOURS)
    parser.add_argument("--keep", type=Path, help="make the libraries here, or use those there")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each query is asked")
    return parser.parse_args()


def of_size(folder: Path, hours: float, rounds: int) -> tuple[Measured, Checked]:
    """Return what searching a library of some hours comes to; it is made where it is not there."""
    world, model = World(source(SPEECH), hours), sentences()
    if not (folder / BUILT).exists():
        print(f"Making {hours:,g} hours in {folder}", file=sys.stderr, flush=True)
        Builder(world, folder, Meanings(model, world) if model else None).build()
    built = Built.read(folder)
    return measure(folder, built, world, model, rounds), check(folder, built, model)


if __name__ == "__main__":
    sys.exit(main())
