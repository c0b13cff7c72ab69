"""What an engine made of recordings, as one process tells it to another in a line of JSON.

Only the standard library is imported here: an engine may run in an environment without ours.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATUS = Path("/proc/self/status")


class LeftOut(Exception):
    """An engine that cannot take part, and why: a sentence for its row."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A word as an engine gives it; `channel` is None where all channels were heard mixed."""

    text: str
    start: float
    end: float
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What one engine made of one recording of `duration` seconds, in how many `seconds`."""

    file: str
    duration: float
    seconds: float
    words: tuple[Timed, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What one process made of all recordings, and the most memory that it held, in bytes."""

    runs: tuple[Run, ...]
    peak: int

    def to_json(self) -> str:
        """Write it in one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Made:
        """Read what `to_json` wrote."""
        made = json.loads(text)
        runs = (
            Run(**{**run, "words": tuple(Timed(**word) for word in run["words"])})
            for run in made["runs"]
        )
        return cls(tuple(runs), made["peak"])


def run_apart(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Made:
    """Run a process that prints what it made in its last line. Raises LeftOut if it fails."""
    return Made.from_json(last_line(command, environment))


def last_line(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Run a process and return the last line that it prints. Raises LeftOut if it fails."""
    done = subprocess.run(
        command, check=False, capture_output=True, encoding="utf-8", env=environment
    )
    if done.returncode:
        raise LeftOut(reason(done.stderr) or f"it ended with {done.returncode}")
    return done.stdout.splitlines()[-1]


def reason(errors: str) -> str:
    """Return the last line of what a process complained, without the name of an exception."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    kind, _, message = lines[-1].partition(": ") if lines else ("", "", "")
    return message if message and " " not in kind else (lines[-1] if lines else "")


def peak_memory() -> int:
    """Return the most memory that this process held, in bytes.

    `ru_maxrss` on Linux begins with what the parent held, so the kernel's own figure comes first.
    """
    if STATUS.exists():
        return status_bytes(STATUS.read_text(encoding="utf-8"), "VmHWM")
    import resource
    import sys

    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def status_bytes(status: str, name: str) -> int:
    """Return a figure of the text of /proc/PID/status, in bytes; 0 where it is not there."""
    for line in status.splitlines():
        if line.startswith(f"{name}:"):
            return 1024 * int(line.split()[1])
    return 0
