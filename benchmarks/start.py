"""How long a command takes to be there: help, and a search over a library of 100 calls.

python -m benchmarks.start
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.library import Library
from pipeline.recording import Layout, Recording
from pipeline.transcript import Made, Turn, Word

CALLS = 100
TURNS = 200  # of a call of half an hour
RUNS = 15


def fill(folder: Path) -> None:
    """Make a library of 100 calls, each of 200 turns of 25 words."""
    made = Made("benchmark", "1")
    with Library(folder, create=True) as library:
        for call in range(CALLS):
            identity = f"{call:064x}"
            library.put(recording(identity, f"call {call}"))
            library.store_turns(identity, [turn(call, number) for number in range(TURNS)], made)


def recording(identity: str, title: str) -> Recording:
    """Return a recording of half an hour that is nowhere."""
    return Recording(
        id=identity,
        path=Path(f"{title}.wav").absolute(),
        title=title,
        duration=1800.0,
        channels=2,
        sample_rate=16_000,
        codec="pcm_s16le",
        size=1,
        layout=Layout.CHANNEL_PER_SPEAKER,
        recorded_at="2026-09-01T10:00:00",
        recorded_at_from="name",
    )


def turn(call: int, number: int) -> Turn:
    """Return a turn of 25 words, every tenth of which speaks of money."""
    start = number * 9.0
    texts = [f"word{(call * 31 + number * 7 + place) % 5000}" for place in range(24)]
    texts.append("expensive" if number % 10 == 0 else "fine")
    words = (Word(start + 0.3 * n, start + 0.3 * n + 0.25, text) for n, text in enumerate(texts))
    return Turn.of("customer" if number % 2 else "interviewer", words)


def milliseconds(arguments: list[str]) -> list[float]:
    """Return the time of each run of a command, after one that is not counted."""
    times = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run(arguments, check=True, capture_output=True)
        times.append(1000 * (time.perf_counter() - began))
    return times[1:]


def main() -> None:
    """Print the table."""
    program = str(Path(sys.executable).with_name("relisten"))
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder))
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "relisten --help": [program, "--help"],
            "relisten search expensive": [program, "--library", folder, "search", "expensive"],
            "relisten list": [program, "--library", folder, "list"],
        }
        print(f"Milliseconds as whole processes, {RUNS} runs; a library of {CALLS} calls.\n")
        print("| command | fastest | median | slowest |\n|---|---|---|---|")
        for name, command in commands.items():
            times = milliseconds(command)
            median = statistics.median(times)
            print(f"| `{name}` | {min(times):.0f} | {median:.0f} | {max(times):.0f} |")


if __name__ == "__main__":
    main()
