"""Mutated files through `relisten process`, each in a process of its own; what is wrong then."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import stat
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faults_runs import Command, Ended, run
from benchmarks.mutations import Ends, Mutation, all_mutations
from pipeline.audio import SAMPLE_RATE, decode
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.mutations import Sound

LONGEST = 30.0  # seconds that a file may take
MOST_MEMORY = 1_500_000_000  # bytes
LARGE = 100_000_000  # bytes; of larger files only the size is compared
# What no user should read.
OUR_FAULT = re.compile(r"Traceback|fault in relisten|Please report|Exception ignored|\w+Error: ")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutation, how the command ended, and what was wrong with that: nothing, if all is well."""

    mutation: Mutation
    ended: Ended
    wrong: tuple[str, ...]
    real: bool = False


def try_all(mutations: Iterable[Mutation], place: Path, real: int = 0) -> Iterator[Tried]:
    """Process mutations one by one into one library; the last `real` ones with real engines."""
    mutations = list(mutations)
    library = place / "library"
    library.mkdir(parents=True)
    for number, mutation in enumerate(mutations):
        words = ["process", "--", str(mutation.path)]
        if is_real := number >= len(mutations) - real:
            words[1:1] = ["--model", "tiny.en"]
        own = library / ("real" if is_real else "doubles")
        if mutation.unreadable:
            own = place / "nobody" / "library"
            own.parent.mkdir(exist_ok=True)
            own.parent.chmod(0o777)
        where = place / "runs" / str(number)
        command = Command(tuple(words), where, own, real=is_real, nobody=mutation.unreadable)
        ended = run(command, 2 * LONGEST)
        yield Tried(mutation, ended, tuple(faults(mutation, ended)), is_real)


def faults(mutation: Mutation, ended: Ended) -> Iterator[str]:
    """Yield what is wrong with how a command ended."""
    if not ended.in_time or ended.seconds > LONGEST:
        yield "hangs"
    elif ended.code < 0:
        yield f"killed by signal {-ended.code}"
    if ended.memory > MOST_MEMORY:
        yield "takes too much memory"
    if OUR_FAULT.search(ended.said):
        yield "shows a fault of ours"
    if UNPRINTABLE.search(ended.said):
        yield "prints control characters"
    yield from _wrongly_ended(mutation, ended)


def _wrongly_ended(mutation: Mutation, ended: Ended) -> Iterator[str]:
    refused = ended.code in (1, 2)
    if mutation.ends is Ends.DONE and ended.code:
        yield "refused, though it is well"
    if mutation.ends is Ends.REFUSED and not refused:
        yield "not refused"
    if ended.code not in (0, 1, 2):
        yield f"exit code {ended.code}"
    if refused and not names(ended.said, mutation.path.name):
        yield "not named"
    if refused != bool(re.search(r"failed|relisten: |Error", ended.said)):
        yield "the exit code says otherwise"


def names(said: str, name: str) -> bool:
    """Tell whether a text names a file; what cannot be printed of its name may stand otherwise."""
    parts = re.split(r"[^\w .'!-]+", os.fsencode(name).decode(errors="replace"))
    longest = max(parts, key=len)
    return longest.strip() in said


def digests(folder: Path) -> dict[str, str]:
    """Return what lies in a folder, by name: its size, its time, and what is in it."""
    return {
        str(Path(parent, name)): _digest(Path(parent, name))
        for parent, folders, files in os.walk(folder)
        for name in (*folders, *files)
    }


def _digest(path: Path) -> str:
    about = path.lstat()
    said = f"{about.st_mode} {about.st_size} {about.st_mtime_ns}"
    if not stat.S_ISREG(about.st_mode) or about.st_size > LARGE:
        return said
    with path.open("rb") as file:
        return f"{said} {hashlib.file_digest(file, 'sha256').hexdigest()}"


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a server of this machine, and who asked it for anything."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    with server.accept()[0] as caller:
                        asked.append(repr(caller))
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        server.shutdown(socket.SHUT_RDWR)


def sound_of(recording: Path, start: float = 5.0, seconds: float = 3.0) -> Sound:
    """Return some seconds of a recording: (n_samples,)."""
    with decode(recording) as audio:
        assert SAMPLE_RATE == 16_000
        return audio.read(Span(start, start + seconds))


@dataclass(frozen=True, slots=True)
class Report:
    """How all mutations ended."""

    tried: tuple[Tried, ...]
    changed: tuple[str, ...]  # files that are not what they were, or are new
    asked: int  # how often the network was asked for anything

    @property
    def wrong(self) -> list[Tried]:
        """Those with which something was wrong."""
        return [each for each in self.tried if each.wrong]

    def counts(self) -> dict[str, tuple[int, int, int]]:
        """Return, by kind, how many were tried, how many were done, and how many went wrong."""
        kinds = Counter(each.mutation.kind for each in self.tried)
        done = Counter(each.mutation.kind for each in self.tried if each.ended.code == 0)
        wrong = Counter(each.mutation.kind for each in self.wrong)
        return {kind: (count, done[kind], wrong[kind]) for kind, count in kinds.items()}


def try_media(place: Path, sound: Sound, count: int, real: int, seed: int = 0) -> Report:
    """Make mutations of a sound, process them all, and report."""
    with listening() as (address, asked):
        media = place / "media"
        mutations = all_mutations(media, sound, count, address, seed)
        before = digests(media)
        tried = tuple(try_all(mutations, place / "work", real))
        after = digests(media)
    differ = [path for path in {**before, **after} if before.get(path) != after.get(path)]
    return Report(tried, tuple(differ), len(asked))
