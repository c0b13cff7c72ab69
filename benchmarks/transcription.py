"""relisten beside the engines that people use, on the same recordings and weights, in one run.

python -m benchmarks.transcription [--model tiny.en] [--rounds 2] [--noise MINUTES]
    [--set conversations|interviews|all] [FILE ...]

All engines hear mono recordings; two-channel ones, which relisten alone hears channel by channel,
have a table of their own. `lost` are reference words missing in runs of four or more; `invented`
are words heard in sounds in which nobody speaks.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import head, row, spread
from benchmarks.noise import KINDS, hour, kind_at
from benchmarks.peers import ENGINES
from benchmarks.runs import LeftOut, Made, run_apart
from benchmarks.scoring import WordErrors, count_errors, count_spoken, lost_words, pairs
from benchmarks.speech import SETS, SPEECH, is_mono, recordings, reference
from benchmarks.whisper_cpp import NAME as WHISPER_CPP
from benchmarks.whisper_cpp import WhisperCpp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.runs import Timed

    Contender = Callable[[Sequence[Path]], Made]

US = "relisten"
USUAL = ("c01_mono16k.flac", "c02_mono16k.flac", "c06_mono16k.flac")


@dataclass(frozen=True, slots=True)
class Result:
    """One engine's round: speeds in seconds of audio per second, peak memory in bytes."""

    errors: WordErrors
    lost: int
    speed: float
    peak: int
    speeds: tuple[float, ...]  # of each recording


@dataclass(frozen=True, slots=True)
class Measured:
    """Each engine's rounds, and why others have none."""

    results: dict[str, list[Result]]
    left_out: dict[str, str]


def run_engine(engine: str, model: str, files: Sequence[Path]) -> Made:
    """Run an engine of ours in a process of its own. Raises LeftOut where it cannot be run."""
    command = [sys.executable, "-m", "benchmarks.peers", engine, model]
    return run_apart([*command, *map(str, files)])


def contenders(model: str, folder: Path) -> tuple[dict[str, Contender], dict[str, str]]:
    """Return every engine that takes part, and why others do not."""
    try:
        run_engine("convert", model, [])
    except LeftOut as why:
        raise SystemExit(str(why)) from why
    engines: dict[str, Contender] = {name: partial(run_engine, name, model) for name in ENGINES}
    try:
        return {**engines, WHISPER_CPP: WhisperCpp.install(folder, model).run}, {}
    except LeftOut as why:
        return engines, {WHISPER_CPP: str(why)}


def judge(made: Made) -> Result:
    """Compare what an engine made with the references."""
    compared = [pair for run in made.runs for pair in pairs(reference(Path(run.file)), run.words)]
    seconds = sum(run.seconds for run in made.runs)
    return Result(
        errors=sum((count_errors(*pair) for pair in compared), WordErrors()),
        lost=sum(lost_words(*pair) for pair in compared),
        speed=sum(run.duration for run in made.runs) / seconds,
        peak=made.peak,
        speeds=tuple(run.duration / run.seconds for run in made.runs),
    )


def measure(engines: dict[str, Contender], files: Sequence[Path], rounds: int) -> Measured:
    """Let every engine hear all files, round by round, so that a slow moment hits all.

    An engine that fails once is out.
    """
    measured = Measured({name: [] for name in engines}, {})
    for number in range(rounds):
        for name in list(measured.results):
            try:
                result = judge(engines[name](files))
            except LeftOut as why:
                del measured.results[name]
                measured.left_out[name] = str(why)
                continue
            measured.results[name].append(result)
            print(f"round {number + 1}: {name} {result.speed:.1f}x", file=sys.stderr, flush=True)
    return measured


def invented(words: Iterable[Timed]) -> Counter[str]:
    """Count words heard in sounds without any, by the kind of sound."""
    heard: dict[str, list[str]] = {}
    for word in words:
        heard.setdefault(kind_at(word.start), []).append(word.text)
    return Counter({kind: count_spoken(texts) for kind, texts in heard.items()})


def invented_by(engines: dict[str, Contender], minutes: float) -> dict[str, Counter[str]]:
    """Let every engine hear the same noise; one that fails has no entry."""
    import soundfile

    counts: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "nobody.flac")
        soundfile.write(path, hour(60 * minutes), 16_000)
        for name, run in engines.items():
            try:
                counts[name] = invented(run([path]).runs[0].words)
            except LeftOut as why:
                print(f"{name}, in noise: {why}", file=sys.stderr, flush=True)
                continue
            print(f"{name} invents {counts[name].total()} words", file=sys.stderr, flush=True)
    return counts


def ratios(ours: Sequence[Result], theirs: Sequence[Result]) -> list[float]:
    """Return how many times as fast we are as they, round by round."""
    return [a.speed / b.speed for a, b in zip(ours, theirs, strict=True)]


def cells(results: Sequence[Result], ours: Sequence[Result]) -> list[str]:
    """Return an engine's figures as the table shows them, without what it invents."""
    lost = [result.lost for result in results]
    share = 100 * statistics.median(lost) / max(1, results[0].errors.words)
    return [
        spread([result.errors.rate for result in results]),
        f"{spread(lost, 0)}, {share:.1f} %",
        spread([result.speed for result in results], 1, "x"),
        "-" if results is ours or not ours else spread(ratios(ours, results), 2, "x"),
        f"{max(result.peak for result in results) / 1e6:.0f} MB",
    ]


def print_engines(measured: Measured, heard: dict[str, Counter[str]]) -> None:
    """Print a row for each engine, with why there is nothing in it for those left out."""
    ours = measured.results.get(US, [])
    print(head("engine", "WER %", "lost", "speed", "relisten is", "peak memory", "invented"))
    for name, results in measured.results.items():
        count = heard[name].total() if name in heard else "failed" if heard else "-"
        print(row(name, *cells(results, ours), count))
    for name, why in measured.left_out.items():
        print(row(name, f"left out: {why}", *["-"] * 5))


def print_recordings(measured: Measured, files: Sequence[Path]) -> None:
    """Print how fast each recording was; a folder is its recordings one after the other."""
    print("\nSpeed, recording by recording, and of the folder as a whole:\n")
    print(head("recording", *measured.results))
    for index, path in enumerate(files):
        speeds = ([each.speeds[index] for each in kept] for kept in measured.results.values())
        print(row(path.name, *(spread(each) for each in speeds)))
    whole = ([each.speed for each in kept] for kept in measured.results.values())
    print(row("whole folder", *(spread(each) for each in whole)))


def print_invented(heard: dict[str, Counter[str]]) -> None:
    """Print the kinds of sound in which words were invented, and by whom."""
    print("\nWords invented, by the sound in which they were heard:\n")
    print(head("sound", *heard))
    for kind in KINDS:
        if any(counts[kind] for counts in heard.values()):
            print(row(kind, *(counts[kind] for counts in heard.values())))


def table(model: str, rounds: int, minutes: float, files: Sequence[Path]) -> None:
    """Print all tables."""
    mono, apart = [p for p in files if is_mono(p)], [p for p in files if not is_mono(p)]
    print(f"{model}, {rounds} rounds; noise of {minutes:.0f} minutes.", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        engines, absent = contenders(model, Path(folder))
        if mono:
            measured = measure(engines, mono, rounds)
            measured.left_out.update(absent)
            taking_part = {name: engines[name] for name in measured.results}
            heard = invented_by(taking_part, minutes) if minutes else {}
            print(f"\n{len(mono)} mono recordings:\n")
            print_engines(measured, heard)
            print_recordings(measured, mono)
            if heard:
                print_invented(heard)
    if apart:
        measured = measure({US: partial(run_engine, US, model)}, apart, rounds)
        print(f"\n{len(apart)} two-channel recordings, each channel heard apart:\n")
        print_engines(measured, {})
        print_recordings(measured, apart)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--noise", type=float, default=60.0, help="minutes; 0 leaves it out")
    parser.add_argument("--set", choices=(*SETS, "all"), help="all recordings of a set")
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    usual = [SPEECH / "conversations" / name for name in USUAL]
    whole = recordings(asked.set) if asked.set else usual
    table(asked.model, asked.rounds, asked.noise, asked.files or whole)


if __name__ == "__main__":
    main()
