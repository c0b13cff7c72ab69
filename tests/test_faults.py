"""The faults in short: what the benchmark does often is done a little, and its judgement tried."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import faults
from benchmarks.faults import MEASURES, NAMED, Row, Scale, holding, measured
from benchmarks.faults_batch import (
    BETWEEN,
    Batch,
    differences,
    invented,
    is_part,
    stage_under_way,
)
from benchmarks.faults_disk import Trouble, judged
from benchmarks.faults_media import digests, listening, names
from benchmarks.faults_media import faults as faults_of
from benchmarks.faults_runs import Command, Ended, calls_of, run, start
from benchmarks.mutations import Ends, Mutation
from pipeline.library.database import FILE_NAME
from tests.sounds import speech, write_wav

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there can all be provoked")
SHORT = Scale(media=16, real_media=0, kills=4, real_kills=0, shares=1, rooms=2, files=3)
MEGABYTE = 1_000_000


@pytest.mark.parametrize("name", MEASURES)
def test_nothing_is_lost(name: str) -> None:
    rows = list(measured([name], SHORT))
    assert rows
    assert [each for each in rows if each.wrong] == []


# The judgement


def ended(code: int = 0, out: str = "", err: str = "", **more: object) -> Ended:
    plain = {"seconds": 1.0, "memory": 50 * MEGABYTE, "in_time": True, **more}
    return Ended(code, out=out, err=err, **plain)  # type: ignore[arg-type]


CALL = Mutation(Path("/calls/call.wav"), "cut off")
WELL = "done  ab12cd34  call\n1 done.\n"
REFUSED = "failed  call.wav\n1 failed.\nNot transcribed:\n  /calls/call.wav: it is empty.\n"


@pytest.mark.parametrize(
    ("mutation", "how", "wrong"),
    [
        (CALL, ended(0, WELL), []),
        (CALL, ended(1, REFUSED), []),
        (CALL, ended(2, err="relisten: /calls/call.wav: there is no such file."), []),
        (CALL, ended(0, WELL, seconds=31.0), ["hangs"]),
        (CALL, ended(0, WELL, memory=1600 * MEGABYTE), ["takes too much memory"]),
        (CALL, ended(-11), ["killed by signal 11", "exit code -11"]),
        (CALL, ended(0, WELL + "Traceback (most recent"), ["shows a fault of ours"]),
        (CALL, ended(1, REFUSED + "  ValueError: x"), ["shows a fault of ours"]),
        (CALL, ended(0, "done  \x1b[31m call\n"), ["prints control characters"]),
        (CALL, ended(1, "failed\nit is empty"), ["not named"]),
        (CALL, ended(1, "call.wav is odd"), ["the exit code says otherwise"]),
        (CALL, ended(0, REFUSED), ["the exit code says otherwise"]),
        (CALL, ended(3, WELL), ["exit code 3"]),
        (Mutation(CALL.path, "", Ends.DONE), ended(1, REFUSED), ["refused, though it is well"]),
        (Mutation(CALL.path, "", Ends.REFUSED), ended(0, WELL), ["not refused"]),
    ],
)
def test_what_is_wrong_is_seen(mutation: Mutation, how: Ended, wrong: list[str]) -> None:
    assert list(faults_of(mutation, how)) == wrong


def test_a_name_is_found_whatever_stands_for_what_cannot_be_printed() -> None:
    assert names("  /calls/two\\nlines.wav: it is empty", "two\nlines.wav")
    assert names("  /calls/call.wav: it is empty", "call.wav")
    assert not names("  /calls/other.mp3: it is empty", "call.wav")


def test_a_changed_file_is_seen(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", speech(1))
    before = digests(tmp_path)
    assert digests(tmp_path) == before
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert digests(tmp_path).keys() == before.keys()
    assert digests(tmp_path) != before


def test_who_asks_the_network_is_seen() -> None:
    import socket
    import time

    with listening() as (address, asked):
        host, port = address.removeprefix("http://").split(":")
        socket.create_connection((host, int(port))).close()
        until = time.monotonic() + 5
        while not asked and time.monotonic() < until:
            time.sleep(0.01)
        assert len(asked) == 1


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """Return two recordings and the library that an undisturbed run makes of them."""
    place = tmp_path_factory.mktemp("batch")
    made = Batch(invented(place / "calls", 2), place)
    assert made.undisturbed.exists()
    return made


@pytest.fixture
def copy(batch: Batch, tmp_path: Path) -> Path:
    return Path(shutil.copytree(batch.undisturbed, tmp_path / "copy"))


def change(library: Path, statement: str) -> None:
    with closing(sqlite3.connect(library / FILE_NAME)) as file:
        file.execute(statement)
        file.commit()


def test_a_library_is_like_itself(batch: Batch, copy: Path) -> None:
    assert differences(copy, batch.undisturbed) == []
    assert is_part(copy, batch.undisturbed)
    assert stage_under_way(copy) == BETWEEN


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("UPDATE segment SET words = '[]' WHERE position = 0", "table segment"),
        ("DELETE FROM place", "table place"),
        ("UPDATE stage SET made = '{}' WHERE name = 'diarize'", "table stage"),
        ("INSERT INTO turn_text (turn_text, rowid, text) VALUES ('delete', 1, 'x')", "damaged"),
    ],
)
def test_another_library_is_told_from_it(
    batch: Batch, copy: Path, statement: str, wrong: str
) -> None:
    change(copy, statement)
    assert any(wrong in each for each in differences(copy, batch.undisturbed))


def test_another_copy_is_told_from_it(batch: Batch, copy: Path) -> None:
    for each in (copy / "copies").iterdir():
        each.write_bytes(b"noise")
    assert "copies" in differences(copy, batch.undisturbed)


@pytest.mark.parametrize("stage", ["transcribe", "diarize", "attribute", "annotate"])
def test_the_stage_that_a_run_was_in_is_the_first_that_is_missing(copy: Path, stage: str) -> None:
    change(copy, f"DELETE FROM stage WHERE name = '{stage}'")
    assert stage_under_way(copy) == stage


def test_no_library_is_one_that_is_being_opened(tmp_path: Path) -> None:
    assert stage_under_way(tmp_path) == "opening the library"
    (tmp_path / FILE_NAME).touch()
    assert stage_under_way(tmp_path) == "opening the library"


def test_a_run_that_ended_well_is_no_trouble(batch: Batch, copy: Path) -> None:
    full = ended(1, err="relisten: the disk is full. Make room.\n")
    assert judged("full", batch, copy, full) == Trouble(
        "full", BETWEEN, "relisten: the disk is full. Make room.", ()
    )
    assert judged("full", batch, copy, ended(0)).wrong == ("exit code 0",)
    change(copy, "UPDATE stage SET made = '{}'")
    assert judged("full", batch, copy, full).wrong == ("the library is not whole",)


# Processes


def test_a_process_that_does_not_end_is_killed(tmp_path: Path) -> None:
    folder = invented(tmp_path / "calls", 1)
    command = Command(("process", str(folder)), tmp_path / "run", tmp_path / "library", pace=60)
    stopped = run(command, patience=2)
    assert (stopped.code, stopped.in_time) == (-9, False)


def test_a_process_tells_its_memory_and_its_calls(batch: Batch) -> None:
    command = batch.command(batch.place / "again", "again-run", pace=0.0)
    done = start(command).wait()
    assert done.code == 0
    assert 20 * MEGABYTE < done.memory < 500 * MEGABYTE
    assert len(calls_of(command)) == 2


def test_bytes_are_looked_for_in_every_file(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_bytes(b"\x00the OMBUDSMAN\x00")
    (tmp_path / f"{NAMED}.dat").touch()
    assert holding(tmp_path, "ombudsman") == [tmp_path / "in" / "file"]
    assert holding(tmp_path, NAMED) == [tmp_path / f"{NAMED}.dat"]


def test_what_is_wrong_stands_in_the_table() -> None:
    assert str(Row("kill -9", 100, "3 batches")) == "| kill -9 | 100 | all | 3 batches |"
    assert "**not**: damaged" in str(Row("kill -9", 100, "3 batches", ("damaged",)))


def test_a_disk_that_cannot_be_mounted_leaves_its_row_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("unshare: not allowed")

    monkeypatch.setattr(faults, "on_full_disks", refuse)
    rows = {each.fault: each for each in measured(["disk"], SHORT)}
    assert rows["a full disk"].details == "left out: unshare: not allowed"
