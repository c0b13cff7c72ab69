"""Recordings that wait to be transcribed, each by a `relisten process` of its own, in turn.

The child is asked to end as by Ctrl-C when the server does: nothing is lost, and what waits is
taken up by the next server.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from pipeline.errors import LibraryError
from pipeline.library import Library

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pipeline.asked import Ask, Asks

# Without the folder that the server was started in, where there may be another cli.py.
RELISTEN = (sys.executable, "-P", "-m", "cli")
PATIENCE = 10.0  # seconds for a child to end, after each way of asking it to
SAID = "relisten: "  # what begins the sentence that a command ends with
UNKNOWN = "relisten ended without saying why (code {}). See: relisten doctor"


class Children:
    """Does what is asked for, one after the other; what is left waits on disk."""

    def __init__(self, folder: Path, asks: Asks) -> None:
        self._folder, self._asks = folder, asks
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[str] | None = None
        self._lock, self._closing = threading.Lock(), False
        self._now = ""  # the name under which the one that is being done is kept
        self.finished = 0

    def wake(self) -> None:
        """Begin with what waits, if nothing is being done."""
        with self._lock:
            if self._thread is None and not self._closing and self._asks.waiting():
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def waiting(self) -> list[Ask]:
        """Return what waits for its turn."""
        return [ask for name, ask in self._asks.waiting() if name != self._now]

    @property
    def doing(self) -> Ask | None:
        """What is being done."""
        name = self._now
        return next((ask for known, ask in self._asks.waiting() if known == name), None)

    def close(self) -> None:
        """End what is being done, so that it can be resumed."""
        with self._lock:
            self._closing, child, thread = True, self._child, self._thread
        if child is not None:
            ended(child)
        if thread is not None:
            thread.join(PATIENCE)

    def _work(self) -> None:
        try:
            while (turn := self._next()) is not None:
                self._do(*turn)
        finally:  # whatever the system refuses: who wakes it next tries again
            with self._lock:
                if self._thread is threading.current_thread():
                    self._thread, self._now = None, ""

    def _next(self) -> tuple[str, Ask] | None:
        """Return what is next; None where there is nothing."""
        with self._lock:
            waiting = [] if self._closing else self._asks.waiting()
            self._now = waiting[0][0] if waiting else ""
            if waiting:
                return waiting[0]
            self._thread = None  # here, so that whoever adds to it begins anew
            return None

    def _do(self, name: str, ask: Ask) -> None:
        with self._lock:
            if self._closing:
                return
            child = self._child = begun(RELISTEN, self._folder, ask)
        said = child.communicate()[1]
        with self._lock:
            self._child = None
            if self._closing and child.returncode:
                return  # it was ended by us, and goes on another time
        if child.returncode:
            reason = why_failed(self._folder, ask.path) or last_said(said, child.returncode)
            self._asks.fail(name, reason)
        else:
            self._asks.drop(name)
            self.finished += 1


def begun(command: Sequence[str], folder: Path, ask: Ask) -> subprocess.Popen[str]:
    """Begin to transcribe a file, in a process that a Ctrl-C on the terminal does not reach."""
    words = [*command, "--library", str(folder), "process", str(ask.path), *ask.options]
    return subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env=_environment(),
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def _environment() -> Mapping[str, str]:
    known = {name: value for name, value in os.environ.items() if name != "RELISTEN_TRACEBACK"}
    return {**known, "PYTHONIOENCODING": "utf-8"}


def ended(child: subprocess.Popen[str]) -> None:
    """End a process as Ctrl-C does, at once if it takes too long, and by force in the end."""
    for end in (_interrupt, _interrupt, subprocess.Popen[str].kill):
        end(child)
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            continue
        return


def _interrupt(child: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        child.send_signal(signal.CTRL_BREAK_EVENT)
    else:
        child.send_signal(signal.SIGINT)


def why_failed(folder: Path, path: Path) -> str:
    """Return why the library could make nothing of a file; "" where it does not say."""
    try:
        with Library(folder) as library:
            found = [each.reason for each in library.failures() if each.path == path]
    except LibraryError:
        return ""
    return found[0] if found else ""


def last_said(said: str, code: int) -> str:
    """Return the sentence with which a command ended."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    sentences = [line.removeprefix(SAID) for line in lines if line.startswith(SAID)]
    return (sentences or lines or [UNKNOWN.format(code)])[-1]
