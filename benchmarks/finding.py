"""How near a hit lies to where its words are said, on the interviews.

python -m benchmarks.finding --library FOLDER [FOLDER ...] [--worst]

Each folder is a library of the interviews, heard in whatever way; a copy of it is searched. The
references know when each turn begins and ends, so the first words of a turn are looked for, and
the last: as phrases, of those that stand once in the reference and once in what was heard.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import head, percentile, row, share_within
from benchmarks.speech import SPEECH, reference
from benchmarks.times import tokens
from pipeline.library import Filters, Library
from pipeline.library.database import FILE_NAME
from pipeline.search import search

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORDS = 3  # of a phrase
NEAR = 0.3  # seconds


@dataclass(frozen=True, slots=True)
class Sought:
    """A phrase at an edge of a turn, and when that edge is."""

    phrase: str
    side: str
    at: float


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of a phrase, and by how many seconds it is late."""

    call: str
    sought: Sought
    late: float


def edges(call: Path) -> Iterator[Sought]:
    """Yield the phrases at the edges of a call's turns that stand once in its reference."""
    said = reference(call)
    everything = f" {' '.join(' '.join(tokens(each.text)) for each in said)} "
    for each in said:
        words = tokens(each.text)
        if len(words) < WORDS:
            continue
        for side, at, some in (
            ("start", each.start, words[:WORDS]),
            ("end", each.end, words[-WORDS:]),
        ):
            phrase = " ".join(some)
            if everything.count(f" {phrase} ") == 1:
                yield Sought(phrase, side, at)


def measure(library: Library) -> Iterator[Found]:
    """Yield the hits of what is said once, with how far off they are."""
    for recording in library.recordings():
        call = SPEECH / "interviews" / recording.path.name
        for sought in edges(call):
            hits = search(library, f'"{sought.phrase}"', Filters(recording=recording.id))
            if len(hits) == 1:
                heard = hits[0].start if sought.side == "start" else hits[0].end
                yield Found(recording.title, sought, heard - sought.at)


def line(name: str, side: str, found: Sequence[Found]) -> str:
    """Return a line of the table."""
    late = [each.late for each in found]
    within = f"{share_within(late, NEAR):.1f}"
    far = [abs(each) for each in late]
    times = (percentile(far, 50), percentile(far, 95), max(far))
    return row(name, side, len(found), within, *(f"{1000 * each:.0f}" for each in times))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, nargs="+", required=True)
    parser.add_argument("--worst", action="store_true", help="print those that are furthest off")
    typed = parser.parse_args()
    print(
        head("library", "edge", "phrases", "within 300 ms, %", "median ms", "95 % ms", "worst ms")
    )
    worst: list[tuple[str, Found]] = []
    for folder in typed.library:
        with tempfile.TemporaryDirectory() as scratch:
            shutil.copy(folder / FILE_NAME, scratch)
            with Library(Path(scratch)) as library:
                found = list(measure(library))
        worst += [(folder.name, each) for each in found]
        for side in ("start", "end"):
            print(line(folder.name, side, [each for each in found if each.sought.side == side]))
    if typed.worst:
        print(f"\n{head('library', 'call', 'at', 'edge', 'off by', 'phrase')}")
        for name, each in sorted(worst, key=lambda pair: -abs(pair[1].late))[:12]:
            sought = each.sought
            late = f"{each.late:+.2f} s"
            print(row(name, each.call, f"{sought.at:.1f} s", sought.side, late, sought.phrase))


if __name__ == "__main__":
    main()
