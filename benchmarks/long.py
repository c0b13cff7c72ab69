"""Recordings of hours: memory and speed of the real command, each in a process of its own.

python -m benchmarks.long [--hours 1,2,4] [--model base]

Two-channel conversations are repeated to the length that is wanted, as FLAC in a temporary folder
(about 150 MB an hour). Memory is the most that the command and all its children held together,
looked at a few times a second; where there is no /proc, it is the largest process.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import head, row
from benchmarks.runs import reason, status_bytes
from benchmarks.speech import PROJECT, is_mono, recordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROC = Path("/proc")
RATE = 16_000  # Hz
STEP = 60 * RATE  # samples written at a time
WATCH = 0.25  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Ended:
    """A command's wall time in seconds and its peak memory in bytes."""

    seconds: float
    peak: int


def material() -> list[Path]:
    """Return the two-channel recordings that are repeated: those in FLAC, at 16 kHz."""
    return [path for path in recordings("all") if path.suffix == ".flac" and not is_mono(path)]


def build(path: Path, seconds: float, pieces: Iterable[Path]) -> None:
    """Write a two-channel FLAC of a length, of pieces one after the other, again and again."""
    import soundfile

    left = round(seconds * RATE)
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16", format="FLAC") as written:
        for piece in cycle(pieces):
            for block in soundfile.blocks(str(piece), STEP, dtype="int16", always_2d=True):
                written.write(block[:left])
                left -= min(left, len(block))
                if not left:
                    return


def run(command: list[str]) -> Ended:
    """Run a command to its end and watch its memory. Raises RuntimeError if it fails."""
    began, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, cwd=PROJECT)
        while process.poll() is None:
            peak = max(peak, held(process.pid))
            time.sleep(WATCH)
        seconds = time.perf_counter() - began
        if process.returncode:
            errors.seek(0)
            raise RuntimeError(f"{' '.join(command)}: {reason(errors.read())}")
    return Ended(seconds, peak or largest_child())


def held(root: int) -> int:
    """Return the bytes that a process and all that came of it hold now; 0 without /proc."""
    parents = {
        int(stat.parent.name): parent_of(text)
        for stat in PROC.glob("[0-9]*/stat")
        if (text := _text(stat))
    }
    return sum(
        status_bytes(_text(PROC / str(pid) / "status"), "VmRSS") for pid in family(root, parents)
    )


def family(root: int, parents: Mapping[int, int]) -> set[int]:
    """Return a process and its descendants, by number."""
    found, fresh = {root}, {root}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def parent_of(stat: str) -> int:
    """Return the parent's number from the text of /proc/PID/stat, whatever the program's name."""
    return int(stat.rpartition(")")[2].split()[1])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it ended meanwhile
        return ""


def largest_child() -> int:
    """Return the most memory, in bytes, that any child so far held."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def words_in(folder: Path) -> int:
    """Count the words of the only recording in a library."""
    from pipeline.library import Library

    with Library(folder) as library:
        (entry,) = library.entries()
        return sum(len(turn.words) for turn in library.turns(entry.recording.id))


def process(recording: Path, model: str) -> tuple[Ended, int]:
    """Run the real command on a recording, with a new library; return also its count of words."""
    with tempfile.TemporaryDirectory() as library:
        program = [sys.executable, str(PROJECT / "cli.py"), "--library", library, "process"]
        ended = run([*program, "--model", model, "--language", "en", str(recording)])
        return ended, words_in(Path(library))


def table(hours: Iterable[float], model: str) -> None:
    """Print a row for each length."""
    print(f"relisten process, {model}, two channels; a new process and library for each.\n")
    print(head("hours", "peak memory", "wall time", "speed", "words an hour"), flush=True)
    for length in hours:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "long.flac")
            build(path, 3600 * length, material())
            ended, words = process(path, model)
        speed = f"{3600 * length / ended.seconds:.1f}x"
        minutes = f"{ended.seconds / 60:.1f} min"
        peak = f"{ended.peak / 1e6:.0f} MB"
        print(row(f"{length:g}", peak, minutes, speed, round(words / length)), flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", default="1,2,4", help="lengths, as 1,2,4")
    parser.add_argument("--model", default="base")
    asked = parser.parse_args()
    table([float(length) for length in asked.hours.split(",")], asked.model)


if __name__ == "__main__":
    main()
