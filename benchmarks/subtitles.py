"""How many subtitles of libraries' recordings break which rule, with names and without.

python -m benchmarks.subtitles LIBRARY ...
"""

from __future__ import annotations

import sys
from dataclasses import astuple, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import head, row
from pipeline.export.breaks import width
from pipeline.export.cues import STANDARD, make_cues
from pipeline.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.export.cues import Cue
    from pipeline.transcript import Turn

ROUNDING = 0.0005  # seconds that writing a time may take or give
COLUMNS = ("cues", "too wide", "under 1 s", "over 7 s", "too fast", "too fast as said", "overlap")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cues there are, and how many break each rule.

    `as_said` are those whose words alone, without a name, leave no time to read them; an overlap
    is one with the cue before.
    """

    cues: int
    wide: int
    short: int
    long: int
    fast: int
    as_said: int
    overlap: int


def counts(cues: Sequence[Cue]) -> Counts:
    """Count the cues that break a rule."""
    return Counts(
        len(cues),
        sum(any(width(line) > STANDARD.line_length for line in cue.lines) for cue in cues),
        sum(cue.duration < STANDARD.shortest - ROUNDING for cue in cues),
        sum(cue.duration > STANDARD.longest + ROUNDING for cue in cues),
        sum(too_fast(cue, " ".join(cue.lines)) for cue in cues),
        sum(too_fast(cue, without_name(cue)) for cue in cues),
        sum(after.start < before.end - ROUNDING for before, after in pairwise(cues)),
    )


def too_fast(cue: Cue, text: str) -> bool:
    """Tell whether a text cannot be read while a cue is shown."""
    return width(text) / STANDARD.characters_per_second > cue.duration + ROUNDING


def without_name(cue: Cue) -> str:
    """Return the text of a cue without the name of who says it."""
    return " ".join(cue.lines).removeprefix(f"{cue.speaker}:").strip()


def total(calls: Iterable[Counts]) -> Counts:
    """Add up what was counted in several calls."""
    return Counts(*map(sum, zip(*map(astuple, calls), strict=True)))


def line(name: str, found: Counts, *, tagged: bool) -> str:
    """Return a line of the table."""
    cues, *broken = astuple(found)
    return row(name, "yes" if tagged else "no", cues, *(share(some, cues) for some in broken))


def share(some: int, of: int) -> str:
    """Return a count with its percentage."""
    return f"{some} ({100 * some / max(of, 1):.1f} %)" if some else "0"


def lines(name: str, calls: Iterable[Sequence[Turn]]) -> list[str]:
    """Return the lines of a library: its calls with names, then without."""
    listed = list(calls)
    return [
        line(
            name, total(counts(make_cues(turns, tagged=tagged)) for turns in listed), tagged=tagged
        )
        for tagged in (True, False)
    ]


def main() -> None:
    """Print the table of the libraries whose folders are named."""
    print(head("library", "names", *COLUMNS))
    for folder in map(Path, sys.argv[1:]):
        with Library(folder) as library:
            calls = [library.turns(each.id) for each in library.recordings()]
        print("\n".join(lines(folder.name, calls)))


if __name__ == "__main__":
    main()
