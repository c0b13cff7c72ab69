"""A batch whose disk is full, read-only or gone, or that has no memory, and its library then.

python -m benchmarks.faults_disk FOLDER PLACE ROOMS prints as JSON how it went on a full disk; it is
to be run where a file system can be mounted: unshare -rm.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faults_batch import (
    REAL_PATIENCE,
    Batch,
    differences,
    is_part,
    stage_under_way,
)
from benchmarks.faults_media import OUR_FAULT
from benchmarks.faults_runs import Ended, run, start

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 4096  # bytes
DISK = "64m"
LEAST_ROOM = 5 * PAGE  # bytes
FROM, TO = 0.7, 3.0  # of the bytes of a library: the log that is beside it may be as long as itself
UNHURRIED = 0.3  # seconds for each window: the next one is not done before the first is told of
PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A run that could not go on: what in, what it said, and what was wrong with that."""

    what: str
    stage: str
    said: str
    wrong: tuple[str, ...]


def judged(what: str, batch: Batch, library: Path, ended: Ended) -> Trouble:
    """Return what is wrong with how a run ended that could not go on, the library included."""
    wrong = ["does not end"] * (not ended.in_time)
    wrong += [f"exit code {ended.code}"] * (ended.code != 1)
    wrong += ["shows a fault of ours"] * bool(OUR_FAULT.search(ended.said))
    if (library / "library.sqlite").exists() and not _is_part(library, batch.undisturbed):
        wrong.append("the library is not whole")
    sentences = [line for line in ended.err.splitlines() if line.startswith("relisten: ")]
    return Trouble(what, stage_under_way(library), " ".join(sentences), tuple(wrong))


def _is_part(library: Path, undisturbed: Path) -> bool:
    import sqlite3

    try:
        return is_part(library, undisturbed)
    except sqlite3.DatabaseError as error:
        return "no such table" in str(error)  # it was not made yet


def went_on(trouble: Trouble, batch: Batch, library: Path) -> Trouble:
    """Return a trouble with what is wrong after the same command ran again, all being well."""
    ended = run(batch.command(library, pace=0.0), REAL_PATIENCE)
    wrong = list(trouble.wrong) + [f"then exit code {ended.code}"] * bool(ended.code)
    wrong += [f"then {each}" for each in differences(library, batch.undisturbed)]
    return replace(trouble, wrong=tuple(wrong))


# A full disk


def on_full_disks(batch: Batch, rooms: int) -> list[Trouble]:
    """Return what happens with so many amounts of room, in a process that may mount a disk.

    Raises CalledProcessError where nothing may be mounted.
    """
    _ = batch.undisturbed
    command = ["unshare", "-rm", sys.executable, "-m", "benchmarks.faults_disk"]
    done = subprocess.run(
        [*command, str(batch.folder), str(batch.place), str(rooms)],
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=PROJECT,
    )
    return [
        Trouble(**{**each, "wrong": tuple(each["wrong"])})
        for each in json.loads(done.stdout.splitlines()[-1])
    ]


def _fill_up(batch: Batch, rooms: int) -> Iterator[Trouble]:
    disk = batch.place / "disk"
    disk.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(disk)], check=True)
    needed = sum(each.stat().st_size for each in batch.undisturbed.rglob("*") if each.is_file())
    for number in range(rooms):
        room = LEAST_ROOM + round(needed * (number and FROM + (TO - FROM) * number / rooms))
        library = disk / "library"
        with _room_of(disk, room):
            ended = run(batch.command(library, pace=0.0), REAL_PATIENCE)
        if not ended.code:  # there was room enough
            break
        trouble = judged("a full disk", batch, library, ended)
        if " room" not in trouble.said:
            trouble = replace(trouble, wrong=(*trouble.wrong, "does not say to make room"))
        yield went_on(trouble, batch, library)
        shutil.rmtree(library)
    with _room_of(disk, 10 * PAGE):
        library = batch.place / "full-temporary"
        command = replace(batch.command(library, pace=0.0), temporary=disk)
        ended = run(command)
    trouble = judged("a full folder for temporary files", batch, library, ended)
    yield went_on(trouble, batch, library)


@contextmanager
def _room_of(disk: Path, room: int) -> Iterator[None]:
    """Fill a disk up but for so many bytes, for a while."""
    ballast = disk / "ballast"
    about = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(PAGE, about.f_bavail * about.f_frsize - room))
    try:
        yield
    finally:
        ballast.unlink()


# Other troubles


def unplugged(batch: Batch) -> Trouble:
    """Take the recordings away once the first of a batch is done."""
    library, elsewhere = batch.place / "unplugged", batch.folder.with_name("elsewhere")
    running = start(batch.command(library, pace=UNHURRIED))
    while running.process.is_alive() and "done" not in running.printed:
        time.sleep(0.02)
    batch.folder.rename(elsewhere)
    ended = running.wait()
    elsewhere.rename(batch.folder)
    return went_on(judged("the recordings' drive unplugged", batch, library, ended), batch, library)


def read_only(batch: Batch) -> Trouble:
    """Let a library be filled in a folder that may not be written."""
    folder = batch.place / "read-only"
    folder.mkdir()
    folder.chmod(0o555)
    library = folder / "library"
    command = replace(batch.command(library, "read-only-run", 0.0), nobody=True)
    trouble = judged("a folder that is read-only", batch, library, run(command))
    folder.chmod(0o755)
    return went_on(trouble, batch, library)


def without_memory(batch: Batch) -> Trouble:
    """Let the engine find no memory."""
    library = batch.place / "no-memory"
    command = replace(batch.command(library, "no-memory-run", 0.0), broken="MemoryError")
    return went_on(judged("no memory", batch, library, run(command)), batch, library)


def main() -> None:
    """Print how it went on a full disk."""
    folder, place, rooms = sys.argv[1:]
    batch = Batch(Path(folder), Path(place))
    print(json.dumps([asdict(each) for each in _fill_up(batch, int(rooms))]))


if __name__ == "__main__":
    main()
