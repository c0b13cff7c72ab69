"""Run the command line as a user does: a process of its own, with its output and exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


def run(
    *arguments: object, environment: Mapping[str, str] | None = None, prefix: tuple[str, ...] = ()
) -> Ran:
    """Run `relisten` with arguments, and the environment changed as given."""
    command = [*prefix, sys.executable, str(PROJECT / "cli.py"), *map(str, arguments)]
    done = subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(environment or {})},
        cwd=PROJECT,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
