"""A batch killed again and again, and one shared by two processes, each compared with another."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.faults_runs import Command, Ended, calls_of, run, start
from pipeline.audio import SAMPLE_RATE, decode
from pipeline.library import STAGES
from pipeline.library.database import FILE_NAME
from pipeline.transcript import Span
from tests.libraries import check_index, contents
from tests.sounds import by_turns, columns, speech, write_wav

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILES = 12
PACE = 0.03  # seconds of an engine for each window
REAL_PATIENCE = 300.0  # seconds for a whole batch by real engines
TIMED = {"recording", "stage"}  # tables whose rows tell when they were written
BETWEEN = "between two, or hearing"  # no recording is half done


@dataclass(frozen=True, slots=True)
class Batch:
    """A folder of recordings, where runs may write, and what an undisturbed run makes of it."""

    folder: Path
    place: Path
    real: bool = False
    pace: float = PACE

    def command(self, library: Path, name: str = "run", pace: float | None = None) -> Command:
        """Return the command that fills a library with the folder."""
        words = ["process", str(self.folder)]
        words += ["--model", "tiny.en"] if self.real else ["--channels", "Anna,Ben"]
        pace = self.pace if pace is None else pace
        return Command(tuple(words), self.place / name, library, pace, real=self.real)

    @property
    def undisturbed(self) -> Path:
        """The library of a run that nothing disturbs; it is made when it is first asked for."""
        library = self.place / "undisturbed"
        if not library.exists():
            ended = run(self.command(library, "undisturbed-run", pace=0.0), REAL_PATIENCE)
            if ended.code:
                raise RuntimeError(ended.said)
        return library


def invented(folder: Path, count: int = FILES) -> Path:
    """Write short recordings with something like speech: calls of two, and a memo each third."""
    folder.mkdir(parents=True)
    for seed in range(count):
        sound = speech(2, seed=seed) if seed % 3 == 2 else columns(*by_turns(5, seed=seed))
        write_wav(folder / f"{seed:02}.wav", sound)
    return folder


def excerpts(folder: Path, recording: Path, count: int = FILES, seconds: float = 8.0) -> Path:
    """Write passages of a recording, each as a file, all its channels."""
    folder.mkdir(parents=True)
    with decode(recording) as audio:
        for number in range(count):
            passage = Span(number * seconds, (number + 1) * seconds)
            channels = [audio.read(passage, channel) for channel in range(audio.channels)]
            write_wav(folder / f"{number:02}.wav", np.stack(channels, axis=1), SAMPLE_RATE)
    return folder


def differences(library: Path, undisturbed: Path) -> list[str]:
    """Return what of a library is otherwise than in an undisturbed one: nothing, if all is well."""
    try:
        check_index(library)
    except sqlite3.DatabaseError as error:
        return [f"damaged ({error})"]
    here, there = _comparable(library), _comparable(undisturbed)
    differ = [f"table {name}" for name in here if here[name] != there[name]]
    return differ + ["copies"] * (copies(library) != copies(undisturbed))


def _comparable(library: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a library without the seals of those that tell when they were written."""
    rows = contents(library)
    rows["seal"] = [
        {
            name: value
            for name, value in row.items()
            if name != "sha256" or row["rows_of"] not in TIMED
        }
        for row in rows["seal"]
    ]
    return rows


def is_part(library: Path, undisturbed: Path) -> bool:
    """Tell whether every stage that a library has is as an undisturbed run made it."""
    check_index(library)
    here, there = contents(library)["stage"], contents(undisturbed)["stage"]
    return all(row in there for row in here)


def copies(library: Path) -> dict[str, str]:
    """Return the digests of the files that a library keeps for listening."""
    folder = library / "copies"
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def stage_under_way(library: Path) -> str:
    """Return the stage that a run was in when it ended, as far as the library tells."""
    if not (library / FILE_NAME).exists():
        return "opening the library"
    try:
        with closing(sqlite3.connect(library / FILE_NAME)) as file:
            done: dict[str, set[str]] = {
                identity: set() for (identity,) in file.execute("SELECT id FROM recording")
            }
            for identity, name in file.execute("SELECT recording_id, name FROM stage"):
                done[identity].add(name)
    except sqlite3.OperationalError:  # its tables are not there yet
        return "opening the library"
    missing = [next((s for s in STAGES if s not in names), BETWEEN) for names in done.values()]
    return next((name for name in missing if name != BETWEEN), BETWEEN)


@dataclass(slots=True)
class Kills:
    """In which stage each kill fell, how many batches there were, and what was wrong after them."""

    stages: Counter[str] = field(default_factory=Counter)
    batches: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many runs were killed."""
        return self.stages.total()


def kill_often(batch: Batch, count: int, longest: float, seed: int = 0) -> Kills:
    """Kill runs at random moments, the next one going on, until so many were; compare each batch.

    A run is killed within `longest` seconds, or a little later each time that it did not get far.
    """
    draw, kills = random.Random(seed), Kills()
    while kills.count < count:
        kills.batches += 1
        library = batch.place / f"killed-{kills.batches}"
        _kill_until_done(batch, library, (count, longest), kills, draw)
        ended = run(batch.command(library, pace=0.0), REAL_PATIENCE)
        kills.wrong += [f"exit code {ended.code}"] * bool(ended.code)
        kills.wrong += differences(library, batch.undisturbed)
    return kills


def _kill_until_done(
    batch: Batch, library: Path, limits: tuple[int, float], kills: Kills, draw: random.Random
) -> None:
    count, longest = limits
    tries = 0
    while kills.count < count:
        running = start(batch.command(library))
        running.process.join(draw.uniform(0.0, longest * (1 + tries / 20)))
        at_work = running.process.exitcode is None
        ended = running.kill(in_time=not at_work)
        if not at_work:
            kills.wrong += [f"exit code {ended.code}: {ended.err[-200:]}"] * bool(ended.code)
            return
        kills.stages[stage_under_way(library)] += 1
        tries += 1


@dataclass(frozen=True, slots=True)
class Shared:
    """What came of a batch that two processes did at once."""

    calls: tuple[int, int]  # how often each asked its recogniser
    wrong: tuple[str, ...]


def share(batch: Batch, number: int) -> Shared:
    """Let two processes fill one library with one folder at once."""
    library = batch.place / f"shared-{number}"
    commands = [batch.command(library, f"shared-{number}-{each}") for each in "ab"]
    running = [start(command) for command in commands]
    ended = [each.wait(REAL_PATIENCE) for each in running]
    calls = [len(calls_of(command)) for command in commands]
    wrong = differences(library, batch.undisturbed) + list(_not_well(ended))
    alone = len(calls_of(batch.command(library, "undisturbed-run")))
    if sum(calls) != alone:
        wrong.append(f"{sum(calls)} calls of the recogniser instead of {alone}")
    return Shared((calls[0], calls[1]), tuple(wrong))


def _not_well(ended: Iterable[Ended]) -> Iterable[str]:
    return [f"exit code {each.code}: {each.err[-200:]}" for each in ended if each.code]


def seconds_of(batch: Batch) -> float:
    """Return how long an undisturbed run at the batch's pace takes."""
    began = time.monotonic()
    run(batch.command(batch.place / "timed"), REAL_PATIENCE)
    return time.monotonic() - began
