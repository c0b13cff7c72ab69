"""What goes wrong on other people's machines, done on purpose, and what it leaves of a library.

python -m benchmarks.faults [--quick] [MEASURE...] prints one table. Measures: media, kills,
sharing, disk, forgetting. Engines are doubles but where it says tiny.en; all else is real.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING

from benchmarks.faults_batch import Batch, Kills, excerpts, invented, kill_often, share
from benchmarks.faults_disk import Trouble, on_full_disks, read_only, unplugged, without_memory
from benchmarks.faults_media import sound_of, try_media
from benchmarks.faults_runs import Command, run
from benchmarks.figures import head, row
from benchmarks.speech import SPEECH
from tests.sounds import speech

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.faults_media import Report

RECORDING = SPEECH / "conversations" / "c01_stereo16k.flac"
FEW = 4  # recordings: while one is done, the next two may have been read already
MOST_SHOWN = 3  # of what was wrong


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is tried."""

    media: int = 500
    real_media: int = 30
    kills: int = 100
    real_kills: int = 12
    shares: int = 10
    rooms: int = 30
    files: int = 12
    seed: int = 0


QUICK = Scale(media=24, real_media=0, kills=6, real_kills=0, shares=1, rooms=4, files=4)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was done, how often, how it went, and what was wrong."""

    fault: str
    tries: int
    details: str
    wrong: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as the table has it."""
        held = "all" if not self.wrong else f"**not**: {'; '.join(self.wrong[:MOST_SHOWN])}"
        return row(self.fault, self.tries, held, self.details)


def media_rows(place: Path, scale: Scale) -> Iterator[Row]:
    """Yield how mutated files went, kind by kind."""
    sound = sound_of(RECORDING) if RECORDING.exists() else speech(3)
    report = try_media(place, sound, scale.media, scale.real_media, scale.seed)
    for kind, (count, done, _) in report.counts().items():
        wrong = [
            f"{each.mutation.path.name!r} {', '.join(each.wrong)}"
            for each in report.wrong
            if each.mutation.kind == kind
        ]
        yield Row(f"file: {kind}", count, f"{done} transcribed, the others refused", tuple(wrong))
    yield _about_all(report)


def _about_all(report: Report) -> Row:
    longest = max(each.ended.seconds for each in report.tried)
    memory = max(each.ended.memory for each in report.tried if not each.real)
    wrong = [f"{path!r} is not what it was" for path in report.changed]
    wrong += ["the network was asked"] * bool(report.asked)
    real = sum(each.real for each in report.tried)
    details = f"the longest took {longest:.1f} s, the largest {memory / 1e6:.0f} MB"
    if real:
        most = max(each.ended.memory for each in report.tried if each.real)
        details += f"; {real} of them by tiny.en, up to {most / 1e6:.0f} MB"
    return Row("all of these files", len(report.tried), details, tuple(wrong))


def kill_rows(place: Path, scale: Scale) -> Iterator[Row]:
    """Yield how batches went that were killed again and again."""
    batch = Batch(invented(place / "calls", scale.files), place)
    yield _killed("kill -9", kill_often(batch, scale.kills, 0.5))
    if scale.real_kills and RECORDING.exists():
        own = place / "real"
        real = Batch(excerpts(own / "calls", RECORDING, scale.files), own, real=True)
        yield _killed("kill -9, tiny.en", kill_often(real, scale.real_kills, 6.0))


def _killed(name: str, kills: Kills) -> Row:
    fell = ", ".join(f"{stage} {count}" for stage, count in kills.stages.most_common())
    return Row(name, kills.count, f"{kills.batches} batches; fell in: {fell}", tuple(kills.wrong))


def sharing_rows(place: Path, scale: Scale) -> Iterator[Row]:
    """Yield how two processes shared a folder."""
    batch = Batch(invented(place / "calls", scale.files), place)
    shared = [share(batch, number) for number in range(scale.shares)]
    calls = ", ".join("+".join(map(str, each.calls)) for each in shared)
    wrong = tuple(text for each in shared for text in each.wrong)
    yield Row("two processes at once", len(shared), f"recordings heard by each: {calls}", wrong)


def disk_rows(place: Path, scale: Scale) -> Iterator[Row]:
    """Yield how batches went that could not go on."""
    place.chmod(0o755)
    batch = Batch(invented(place / "calls", FEW), place)
    troubles = [unplugged(batch), without_memory(batch)]
    if os.name == "posix":
        troubles.append(read_only(batch))
    try:
        troubles += on_full_disks(batch, scale.rooms)
    except (OSError, CalledProcessError) as error:
        yield Row("a full disk", 0, f"left out: {error}")
    for what, each in grouped(troubles).items():
        stages = Counter(trouble.stage for trouble in each)
        fell = ", ".join(f"{name} {count}" for name, count in stages.items())
        yield Row(what, len(each), f"in: {fell}", tuple(w for t in each for w in t.wrong))


def grouped(troubles: Sequence[Trouble]) -> dict[str, list[Trouble]]:
    """Return troubles by what was wrong."""
    kinds: dict[str, list[Trouble]] = {}
    for each in troubles:
        kinds.setdefault(each.what, []).append(each)
    return kinds


def forgetting_rows(place: Path, scale: Scale) -> Iterator[Row]:
    """Yield what is left of a recording that was forgotten, in the bytes of the library's files."""
    batch = Batch(invented(place / "calls", min(4, scale.files)), place)
    named = next(batch.folder.iterdir()).rename(batch.folder / f"{NAMED}.wav")
    library = place / "library"
    words = Command(("process", str(named)), place / "run", library, texts=(SAID,))
    pieces = [SAID, *SAID.split()[:2], NAMED]
    commands = (
        words,
        replace(batch.command(library), pace=0.0),
        replace(words, words=("process", str(named), "--project", "acme")),
        replace(words, words=("search", SAID.split(maxsplit=1)[0])),
        replace(words, words=("forget", NAMED, "--yes")),
    )
    ended = [run(each) for each in commands[:-1]]
    there = all(holding(library, text) for text in pieces)
    ended.append(run(commands[-1]))
    wrong = [f"exit code {each.code}: {each.said[-200:]}" for each in ended if each.code]
    wrong += [f"{text!r} is in {path.name}" for text in pieces for path in holding(library, text)]
    wrong += ["it was not there before"] * (not there)
    files = sum(each.is_file() for each in library.rglob("*"))
    yield Row("forget", 1, f"{len(pieces)} phrases looked for in {files} files", tuple(wrong))


def holding(folder: Path, text: str) -> list[Path]:
    """Return the files in whose bytes or name a text is, whatever its case."""
    wanted = text.lower()
    return [
        path
        for path in sorted(folder.rglob("*"))
        if wanted in path.name.lower()
        or (path.is_file() and wanted.encode() in path.read_bytes().lower())
    ]


NAMED = "Zebulon Quillfeather"  # nobody else is called so
SAID = "xylograph kumquats bewilder the ombudsman"
MEASURES: dict[str, Callable[[Path, Scale], Iterator[Row]]] = {
    "media": media_rows,
    "kills": kill_rows,
    "sharing": sharing_rows,
    "disk": disk_rows,
    "forgetting": forgetting_rows,
}


def measured(names: Sequence[str], scale: Scale) -> Iterator[Row]:
    """Yield the rows of measures, each made in a folder of its own that is gone afterwards."""
    for name in names:
        with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)  # some of it runs as somebody else
            yield from MEASURES[name](Path(folder), scale)


def main() -> None:
    """Print the table, and exit with 1 where anything did not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("measures", nargs="*", choices=[[], *MEASURES], default=[])
    parser.add_argument("--quick", action="store_true", help="some of each, in about a minute")
    asked = parser.parse_args()
    wrong = 0
    print(head("fault", "tries", "held", "details"), flush=True)
    for each in measured(asked.measures or list(MEASURES), QUICK if asked.quick else Scale()):
        print(each, flush=True)
        wrong += len(each.wrong)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
