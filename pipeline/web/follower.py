"""What was found in turns, looked for again behind the server: in a process of its own.

A model that is loaded beside it would have every answer wait. Who types turn after turn is waited
for, and one recording is read at a time.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from functools import cache
from typing import TYPE_CHECKING

from pipeline.looking_again import HELD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUIET = 5.0  # seconds without a change, after which a recording is read
AGAIN = 60.0  # seconds after which one that another process works on is tried again


def look_again(folder: Path, identity: str) -> bool:
    """Read a recording in a process of its own, and wait for its end.

    Return whether it is to be read again, as another process works on it.
    """
    silent = subprocess.DEVNULL
    # Without the folder that the server was started in, where there may be another pipeline/.
    command = [sys.executable, "-P", "-m", "pipeline.looking_again"]
    command += [str(folder.absolute()), identity]
    done = subprocess.run(command, stdin=silent, stdout=silent, stderr=silent, check=False)
    return done.returncode == HELD


class Follower:
    """Has recordings read that were put right, some seconds after the last change of each."""

    def __init__(
        self,
        read: Callable[[str], bool],
        quiet: float = QUIET,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._read, self._quiet, self._wait = read, quiet, wait
        self._due: dict[str, float] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def later(self, identity: str, after: float | None = None) -> None:
        """Have a recording read once nothing changes it any more, or so many seconds later."""
        with self._lock:
            self._due[identity] = time.monotonic() + (self._quiet if after is None else after)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (left := self._left()) is not None:
            if left > 0:
                self._wait(left)
            elif (identity := self._next()) is not None:
                with contextlib.suppress(OSError):  # there is no room for another process now
                    if self._read(identity):
                        self._once_more(identity)

    def _once_more(self, identity: str) -> None:
        if identity not in self._due:  # else it was changed meanwhile, and is read sooner
            self.later(identity, AGAIN)

    def _left(self) -> float | None:
        """Return the seconds until a recording is to be read; None ends the work."""
        with self._lock:
            if not self._due:
                self._thread = None
                return None
            return min(self._due.values()) - time.monotonic()

    def _next(self) -> str | None:
        with self._lock:
            identity = min(self._due, key=lambda each: self._due[each], default=None)
            if identity is not None:
                del self._due[identity]
            return identity


@cache
def follower_of(folder: Path) -> Follower:
    """Return the follower of a library."""
    return Follower(lambda identity: look_again(folder, identity))
