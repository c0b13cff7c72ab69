"""relisten beside the engines that people use, on the same recordings and weights, in one run.

python -m benchmarks.transcription [--model tiny.en] [--rounds 2] [--noise MINUTES] [FILE ...]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from benchmarks.noise import hour
from benchmarks.peers import ENGINES
from benchmarks.scoring import WordErrors, align, count_errors
from benchmarks.speech import SPEECH, reference

LOST = 4  # reference words in a row without any text: speech that was dropped, not misheard
USUAL = ("c01_mono16k.flac", "c02_mono16k.flac", "c06_mono16k.flac")


@dataclass(frozen=True, slots=True)
class Result:
    """One engine's round: speed in seconds of audio per second, peak memory in bytes."""

    errors: WordErrors
    lost: int
    speed: float
    peak: int


def run(engine: str, model: str, files: list[Path]) -> Any:
    """Run an engine in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.peers", engine, model, *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    return json.loads(done.stdout.splitlines()[-1])


def judge(made: Any) -> Result:
    """Compare what an engine made with the references."""
    errors, lost = WordErrors(), 0
    for each in made["runs"]:
        said = " ".join(one.text for one in reference(Path(each["file"])))
        heard = " ".join(word for word, _, _ in each["words"])
        errors += count_errors(said, heard)
        lost += lost_words(said, heard)
    duration = sum(each["duration"] for each in made["runs"])
    seconds = sum(each["seconds"] for each in made["runs"])
    return Result(errors, lost, duration / seconds, made["peak"])


def lost_words(said: str, heard: str) -> int:
    """Count the reference words that are missing in runs of `LOST` or more."""
    runs = (list(group) for deleted, group in groupby(align(said, heard)) if deleted)
    return sum(len(each) for each in runs if len(each) >= LOST)


def invented(engine: str, model: str, minutes: float) -> int:
    """Count the words that an engine hears where nobody speaks."""
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "nobody.flac")
        soundfile.write(path, hour(60 * minutes), 16_000)
        (each,) = run(engine, model, [path])["runs"]
    return len(each["words"])


def table(model: str, rounds: int, minutes: float, files: list[Path]) -> None:
    """Print a row for each engine; rounds are interleaved, so that a slow moment hits all."""
    results: dict[str, list[Result]] = {name: [] for name in ENGINES}
    for _ in range(rounds):
        for name, kept in results.items():
            kept.append(judge(run(name, model, files)))
    first = [result.speed for result in results["relisten"]]
    print(f"{model}, {len(files)} recordings, {rounds} rounds; noise of {minutes:.0f} minutes.\n")
    print("| engine | WER % | lost | invented | speed | relisten is | peak memory |")
    print("|---|---|---|---|---|---|---|")
    for name, kept in results.items():
        speeds = [result.speed for result in kept]
        ratio = statistics.median(a / b for a, b in zip(first, speeds, strict=True))
        spread = f"{statistics.median(speeds):.1f}x ({min(speeds):.1f}-{max(speeds):.1f})"
        heard = invented(name, model, minutes) if minutes else "-"
        peak = max(result.peak for result in kept) / 1e6
        rate, lost = kept[0].errors.rate, kept[0].lost
        faster = "-" if name == "relisten" else f"{ratio:.1f}x faster"
        shown = f"{rate:.1f} | {lost} | {heard} | {spread} | {faster} | {peak:.0f} MB"
        print(f"| {name} | {shown} |", flush=True)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--noise", type=float, default=10.0, help="minutes; 0 leaves it out")
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    usual = [SPEECH / "conversations" / name for name in USUAL]
    table(asked.model, asked.rounds, asked.noise, asked.files or usual)


if __name__ == "__main__":
    main()
