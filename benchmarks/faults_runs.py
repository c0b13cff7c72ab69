"""The whole command in a process of its own, watched: with doubles for engines, or the real ones.

A server that has everything imported starts each process in some milliseconds. What a process
prints goes to files, so that it is there however the process ends.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks.runs import peak_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

    from models.findings import Spelling
    from models.recogniser import Asked, Heard, Samples
    from tests.fakes import FakeEngines

PRELOADED = (
    "cli",
    "av",
    "sqlite3",
    "importlib.readers",
    "soundfile",
    "tests.fakes",
    "pipeline.batch",
    "pipeline.bars",
    __name__,
)
TEXTS = ("we pay Acme too much", "yes the price is high", "no")
NAMES = {"Acme": "ORG"}
PHRASES = ("price", "too much")
PATIENCE = 60.0  # seconds until a process that does not end is killed
NOBODY = 65_534
HELD, CALLS = "memory.txt", "calls.txt"


@dataclass(frozen=True, slots=True)
class Command:
    """What is to be run: the command's words, where it may write, and what is odd about it.

    `pace` is the seconds that an engine takes for each window and each transcript. `broken` names
    an exception that the recogniser raises, `texts` are what it hears. `real` takes the engines of
    this machine. `nobody` gives up the rights of root, to whom no file is unreadable.
    """

    words: tuple[str, ...]
    place: Path
    library: Path
    pace: float = 0.0
    broken: str = ""
    real: bool = False
    nobody: bool = False
    temporary: Path | None = None
    texts: tuple[str, ...] = TEXTS


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: `code` is negative for a signal; `memory` is its peak in bytes."""

    code: int
    seconds: float
    memory: int
    out: str
    err: str
    in_time: bool = True

    @property
    def said(self) -> str:
        """All that it printed."""
        return f"{self.out}\n{self.err}"


@dataclass(slots=True)
class Running:
    """A command at work."""

    command: Command
    process: ForkServerProcess
    began: float = field(default_factory=time.monotonic)

    @property
    def printed(self) -> str:
        """What it has printed so far, but for errors and progress."""
        return _read(self.command.place / "out.txt")

    def wait(self, patience: float = PATIENCE) -> Ended:
        """Return how it ends; it is killed where it does not within some seconds."""
        self.process.join(patience)
        in_time = self.process.exitcode is not None
        return self.kill(in_time=in_time)

    def kill(self, *, in_time: bool = True) -> Ended:
        """End it with SIGKILL, if it has not ended by itself."""
        self.process.kill()
        self.process.join()
        place = self.command.place
        held = _read(place / HELD)
        return Ended(
            self.process.exitcode or 0,
            time.monotonic() - self.began,
            int(held) if held else 0,
            _read(place / "out.txt"),
            _read(place / "err.txt"),
            in_time,
        )


def start(command: Command) -> Running:
    """Start a command."""
    command.place.mkdir(parents=True, exist_ok=True)
    for name in (HELD, "out.txt", "err.txt"):
        (command.place / name).unlink(missing_ok=True)
    if command.nobody:
        command.place.chmod(0o777)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    process = context.Process(target=_run, args=(command,))
    process.start()
    return Running(command, process)


def run(command: Command, patience: float = PATIENCE) -> Ended:
    """Run a command to its end."""
    return start(command).wait(patience)


def calls_of(command: Command) -> list[str]:
    """Return a line for each time that a recogniser was asked, by whatever process."""
    return _read(command.place / CALLS).splitlines()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


# In the process


def _run(command: Command) -> None:
    import cli
    from models import engines

    _redirect(command.place)
    _note_memory_at_the_end(command.place / HELD)
    if command.temporary:
        import tempfile

        tempfile.tempdir = str(command.temporary)
    if command.nobody and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if not command.real:
        double: Callable[..., FakeEngines] = lambda *_: _doubles(command)  # noqa: E731
        setattr(engines, "LocalEngines", double)  # noqa: B010 - a double is no class of engines
    sys.argv = ["relisten", "--library", str(command.library), *command.words]
    cli.main()


def _redirect(place: Path) -> None:
    for stream, name in ((sys.stdout, "out.txt"), (sys.stderr, "err.txt")):
        stream.flush()
        number = 1 if name == "out.txt" else 2
        to = os.open(place / name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o666)
        os.dup2(to, number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    os.chdir(place)


def _note_memory_at_the_end(path: Path) -> None:
    path.touch()
    path.chmod(0o666)
    leave = os._exit

    def note_and_leave(code: int) -> None:
        path.write_text(str(peak_memory()), encoding="utf-8")
        leave(code)

    setattr(os, "_exit", note_and_leave)  # noqa: B010 - it says that it never returns


def _doubles(command: Command) -> FakeEngines:
    """Return engines that take their time, note each call in a file, and break if they shall."""
    from tests.fakes import FakeEngines, FakeLanguageModel, FakeRecogniser

    class Recogniser(FakeRecogniser):
        def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
            _append(command.place / CALLS, f"{os.getpid()}\n")
            if command.broken:
                raise {"MemoryError": MemoryError, "OSError": OSError}[command.broken]
            for each in super().recognise(windows, asked):
                time.sleep(command.pace)
                yield each

    class Reader(FakeLanguageModel):
        def read(self, texts: Sequence[str], known: Sequence[Spelling] = ()) -> Any:
            time.sleep(command.pace)
            return super().read(texts, known)

    class Engines(FakeEngines):
        model_name = "fake-base"
        own_digest = None

        def require_recogniser(self) -> None:
            """Have all weights."""

    return Engines(Recogniser(command.texts), readers={"en": Reader(NAMES, PHRASES)})


def _append(path: Path, line: str) -> None:
    with _APPENDING, path.open("a", encoding="utf-8") as file:
        file.write(line)


_APPENDING = threading.Lock()
