"""Several processes take from the same files: each is done by one of them, and none is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.batch import Outcome, State, process_all, process_tasks
from pipeline.claiming import by_turns
from pipeline.library import Library
from pipeline.library.holding import held_now, holding
from pipeline.process import Request, process
from pipeline.survey import surveyed
from tests import slow_batch
from tests.commands import PROJECT
from tests.fakes import FakeEngines, FakeRecogniser
from tests.libraries import check_index, contents
from tests.sounds import by_turns as two_people
from tests.sounds import columns, speech, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.survey import Task

ASK = Request()


def survey_of(calls: list[Path], library: Library) -> list[Task]:
    return surveyed(calls, library, ASK, FakeEngines())


def identity(path: Path, library: Library) -> str:
    with by_turns(survey_of([path], library), library, FakeEngines(), never) as turns:
        ((_, turn),) = turns
        assert turn is not None
        found = turn.identity
        turn.close()
    assert found is not None
    return found


def never() -> None:
    pytest.fail("it waits")


def test_two_processes_at_once_do_each_recording_once(tmp_path: Path) -> None:
    files = [write_wav(tmp_path / f"{n}.wav", columns(*two_people(4, seed=n))) for n in range(5)]
    copy = tmp_path / "copy.wav"
    copy.write_bytes(files[0].read_bytes())
    files.append(copy)
    folder = tmp_path / "shared"
    command = [sys.executable, "-m", "tests.slow_batch", str(folder), *map(str, files)]
    both = [
        subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    printed = [process.communicate(timeout=60)[0].splitlines() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    words = [line.split(maxsplit=1) for lines in printed for line in lines[1:]]
    done = Counter(name for name, state in words if state == State.DONE)
    assert set(done.values()) == {1}
    assert {"1.wav", "2.wav", "3.wav", "4.wav"} <= set(done)
    assert len({"0.wav", "copy.wav"} & set(done)) == 1
    assert [len(lines) for lines in printed] == [1 + len(files)] * 2  # "begun" comes first
    with Library(tmp_path / "alone", create=True) as library:
        quick = FakeEngines(FakeRecogniser(slow_batch.TEXTS), readers={"en": slow_batch.READER})
        list(process_all(files, library, quick, slow_batch.REQUEST))
    shared, alone = (contents(each) for each in (folder, tmp_path / "alone"))
    if "0.wav" in done:  # else the copy was there first, and is the one that is kept
        assert shared == alone
    assert {key: len(rows) for key, rows in shared.items()} == {
        key: len(rows) for key, rows in alone.items()
    }
    check_index(folder)


def test_what_another_holds_is_put_off_and_done_by_whoever_is_free(
    library: Library, calls: list[Path]
) -> None:
    told: list[str] = []
    with holding(library.folder, identity(calls[0], library), never):
        outcomes = process_tasks(
            survey_of(calls, library),
            library,
            FakeEngines(),
            ASK,
            tell=lambda: told.append("waiting"),
        )
        assert [next(outcomes).path for _ in range(2)] == calls[1:]
        assert told == []
    (last,) = outcomes
    assert (last.path, last.state) == (calls[0], State.DONE)
    assert told == []  # it was free by then


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed so there")
def test_a_file_that_kills_relisten_stops_the_others_once(
    tmp_path: Path, calls: list[Path]
) -> None:
    first, *others = calls
    folder = tmp_path / "killed"
    command = [sys.executable, "-m", "tests.killing_batch", str(folder), first.name]
    command += map(str, calls)
    runs = [
        subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    assert [run.returncode for run in runs] == [-signal.SIGKILL] * 2
    assert [run.stdout.splitlines() for run in runs] == [
        [],
        [f"{path.name} {State.DONE}" for path in others],
    ]
    with Library(folder) as library:
        (failure,) = library.failures()
        assert failure.broken_off
        assert failure.reason.startswith(f"{first}: relisten ended by force")
        tasks = surveyed(calls, library, ASK, FakeEngines())
        assert [(task.path, task.suspect) for task in tasks][2] == (first, True)
        outcomes = list(process_all(calls, library, FakeEngines(), ASK))
        assert [outcome.path for outcome in outcomes] == [*others, first]
        assert library.failures() == []


def test_a_file_that_may_have_killed_relisten_is_not_begun_beside_another(
    library: Library, calls: list[Path]
) -> None:
    tasks = [replace(task, suspect=True) for task in survey_of(calls, library)]
    with by_turns(tasks, library, FakeEngines(), never) as turns:
        for _, turn in turns:
            assert turn is not None
            turns.go_ahead()
            assert turns._ahead is None
            turn.close()


def test_what_another_did_meanwhile_is_known_and_not_heard_again(
    library: Library, calls: list[Path], tmp_path: Path
) -> None:
    tasks = survey_of(calls, library)
    with Library(tmp_path / "library") as other:
        list(process_all(calls, other, FakeEngines(), ASK))
    engines = FakeEngines()
    outcomes = list(process_tasks(tasks, library, engines, ASK))
    assert [outcome.state for outcome in outcomes] == [State.KNOWN] * 3
    assert not {"recogniser", "voice_detector"} & set(engines.asked)


def test_it_waits_for_the_last_and_says_so_once(library: Library, calls: list[Path]) -> None:
    told: list[str] = []
    ids = {identity(path, library)[:2]: identity(path, library) for path in calls[:2]}
    release, held = threading.Event(), threading.Event()

    def other() -> None:
        with holding(library.folder, first, never):
            held.set()
            release.wait(10)

    first, *_ = ids.values()

    def tell() -> None:
        told.append("waiting")
        release.set()

    thread = threading.Thread(target=other)
    thread.start()
    held.wait(10)
    tasks = survey_of(calls[:2], library)
    outcomes = list(process_tasks(tasks, library, FakeEngines(), ASK, tell=tell))
    thread.join()
    assert told == ["waiting"]
    assert {outcome.path for outcome in outcomes} == set(calls[:2])
    assert {outcome.state for outcome in outcomes} == {State.DONE}


def test_while_one_is_worked_on_only_it_and_the_next_are_held(
    library: Library, calls: list[Path]
) -> None:
    ids = [identity(path, library) for path in calls]
    with by_turns(survey_of(calls, library), library, FakeEngines(), never) as turns:
        _, turn = next(iter(turns))
        assert turn is not None
        turns.go_ahead()
        assert turns._ahead is not None
        turns._ahead[1].result()
        free = [_is_free(library, each) for each in ids]
        turn.close()
    assert free == [False, False, True]
    assert all(_is_free(library, each) for each in ids)


def _is_free(library: Library, identity: str) -> bool:
    with held_now(library.folder, identity) as held:
        return held


def test_nothing_is_held_after_a_batch_that_is_broken_off(
    library: Library, calls: list[Path]
) -> None:
    ids = [identity(path, library) for path in calls]
    outcomes = process_all(calls, library, FakeEngines(), ASK)
    next(outcomes)
    outcomes.close()
    for each in ids:
        with holding(library.folder, each, lambda: None):
            pass


def test_a_file_that_cannot_be_read_is_held_by_nobody_and_told(
    library: Library, calls: list[Path], tmp_path: Path
) -> None:
    missing = tmp_path / "missing.wav"
    outcomes = list(process_all([calls[0], missing], library, FakeEngines(), ASK))
    assert [outcome.state for outcome in outcomes] == [State.DONE, State.FAILED]


def test_a_recording_can_be_named_while_others_are_worked_on(
    library: Library, calls: list[Path]
) -> None:
    done = process(calls[0], library, FakeEngines(), ASK).recording
    outcomes: list[Outcome] = []
    for outcome in process_all(calls[1:], library, FakeEngines(), ASK):
        with held_now(library.folder, done.id) as held:
            outcomes.append(outcome)
            ids = {each.id[:2] for each in library.recordings() if each.id != done.id}
            assert held or done.id[:2] in ids
    assert len(outcomes) == 2


def test_a_file_that_changed_since_it_was_looked_at_is_read_anew(
    library: Library, calls: list[Path]
) -> None:
    tasks = survey_of(calls[:1], library)
    write_wav(calls[0], speech(3, seed=8))
    (outcome,) = process_tasks(tasks, library, FakeEngines(), ASK)
    assert outcome.recording is not None
    assert outcome.recording.duration == 3
    (again,) = process_all(calls[:1], library, FakeEngines(), ASK)
    assert again.state is State.KNOWN
