"""The right person on every word? Beside sherpa-onnx, on the same weights, in one run.

python -m benchmarks.speakers [--model tiny.en] [--models FOLDER] [--set NAME]
    [--conditions clean,noise,telephone] [FILE ...]

Two-channel recordings are heard as they are, a person by a channel. All are then heard as one
channel, with the number of speakers given and not given. Words are recognised once for each
recording and are the same in all tables; in noise and down the telephone only times are compared.
FOLDER holds the models in ONNX, for sherpa-onnx; without it, sherpa-onnx takes no part.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.conditions import CLEAN, CONDITIONS
from benchmarks.runs import LeftOut, last_line
from benchmarks.sherpa import SherpaOnnx
from benchmarks.speakers_cases import by_channel, in_one_channel, under, without_words
from benchmarks.speakers_results import (
    Round,
    judge,
    print_recordings,
    print_summary,
    spans_of,
)
from benchmarks.speech import LONG, SPEAKER_SETS, speaker_recordings
from benchmarks.telling import put_words
from benchmarks.told import AllTold, Task, tasks_to_json
from models.engines import LocalEngines
from pipeline.attribute import attribute
from pipeline.ingest import content_id
from pipeline.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.speakers_cases import Case
    from pipeline.transcript import Turn

US, THEY = "relisten", "sherpa-onnx"
BY_CHANNEL, GIVEN, FREE = "by channel", "given", "not given"
NAMES: dict[str, str] = dict(zip(("clean", "noise", "telephone"), CONDITIONS, strict=True))


def recognise(cases: Iterable[Case], library: Path, model: str) -> None:
    """Put the words of all cases that have a reference of them into a library."""
    engines = LocalEngines(model=model)
    with Library(library, create=True) as opened:
        for case in cases:
            if case.said:
                put_words(case.path, opened, engines)
                print(f"recognised {case.name}", file=sys.stderr, flush=True)


def tasks_of(cases: Sequence[Case], count: str) -> list[Task]:
    """Return what is asked for cases."""
    return [Task(str(case.path), case.speakers if count == GIVEN else None) for case in cases]


def ours(cases: Sequence[Case], library: Path, condition: str, count: str) -> Round:
    """Tell speakers apart as the product does, in a process of its own and a copy of a library."""
    with tempfile.TemporaryDirectory() as folder:
        copied = shutil.copytree(library, folder, dirs_exist_ok=True)
        tasks = tasks_to_json(tasks_of(cases, count))
        command = [sys.executable, "-m", "benchmarks.telling", str(copied), tasks]
        made = AllTold.from_json(last_line(command))
        with Library(Path(copied)) as filled:
            turns = [turns_in(filled, case) for case in cases]
    return judged(Round(US, condition, count, (), made.peak), cases, made, turns)


def turns_in(library: Library, case: Case) -> tuple[Turn, ...]:
    """Return what a library has of a case: nothing, where no words were recognised."""
    return library.transcript(content_id(case.path)).turns if case.said else ()


def theirs(
    sherpa: SherpaOnnx, cases: Sequence[Case], library: Path, condition: str, count: str
) -> Round:
    """Have sherpa-onnx tell speakers apart; words are given to them by our own rules."""
    made = sherpa.run(tasks_of(cases, count))
    with Library(library) as words:
        turns = [
            attribute(words.segments(content_id(case.path)), spans_of(told)) if case.said else ()
            for case, told in zip(cases, made.told, strict=True)
        ]
    return judged(Round(THEY, condition, count, (), made.peak), cases, made, turns)


def judged(
    empty: Round, cases: Sequence[Case], made: AllTold, turns: Iterable[Sequence[Turn]]
) -> Round:
    """Return a round with the results of all cases."""
    each = zip(cases, made.told, turns, strict=True)
    results = tuple((case.name, judge(case, told, said)) for case, told, said in each)
    print(f"{empty.engine}, {empty.condition}, {empty.count}: done", file=sys.stderr, flush=True)
    return replace(empty, results=results)


def rounds(
    files: Sequence[Path], names: Iterable[str], model: str, sherpa: SherpaOnnx | None
) -> Iterator[Round]:
    """Measure, round by round."""
    with tempfile.TemporaryDirectory() as kept:
        folder, library = Path(kept), Path(kept, "library")
        apart, mixed = by_channel(files), in_one_channel(files, folder)
        recognise([*apart, *mixed], library, model)
        if apart:
            yield ours(apart, library, CLEAN, BY_CHANNEL)
        for name in names:
            condition, cases = NAMES[name], mixed
            if condition != CLEAN:
                cases = without_words([under(case, condition, folder) for case in mixed])
            for count in (GIVEN, FREE):
                yield ours(cases, library, condition, count)
                if sherpa:
                    with said_if_left_out():
                        yield theirs(sherpa, cases, library, condition, count)


def print_all(measured: Iterable[Round]) -> None:
    """Print each round as it ends, recording by recording where nothing is made harder."""
    kept = []
    for each in measured:
        kept.append(each)
        if each.condition == CLEAN:
            print_recordings(each)
    print_summary(kept)


@contextlib.contextmanager
def said_if_left_out() -> Iterator[None]:
    """Say why sherpa-onnx takes no part, and go on."""
    try:
        yield
    except LeftOut as why:
        print(f"{THEY} is left out: {why}\n", flush=True)


def installed(folder: Path, models: Path | None) -> SherpaOnnx | None:
    """Return sherpa-onnx in an empty folder, None where it cannot be had."""
    with said_if_left_out():
        if models is None:
            raise LeftOut("name the folder of its models with --models")
        return SherpaOnnx.install(folder, models)
    return None


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--models", type=Path, help="a folder with the models for sherpa-onnx")
    parser.add_argument("--set", choices=(*SPEAKER_SETS, LONG, "all"), default="all")
    parser.add_argument("--conditions", default=",".join(NAMES))
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    conditions = asked.conditions.split(",")
    if unknown := ", ".join(set(conditions) - set(NAMES)):
        parser.error(f"there is no condition {unknown}: choose from {', '.join(NAMES)}")
    for name in ("preprocess", "error_rate"):  # meeteval's loggers: words of a turn may overlap
        logging.getLogger(name).setLevel(logging.ERROR)
    files = asked.files or speaker_recordings(asked.set)
    with tempfile.TemporaryDirectory() as folder:
        sherpa = installed(Path(folder), asked.models)
        print_all(rounds(files, conditions, asked.model, sherpa))


if __name__ == "__main__":
    main()
