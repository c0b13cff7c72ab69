"""The log of a library: what was done and when, of which file each line is, and no word said."""

from __future__ import annotations

import logging
import re
import threading
from pathlib import Path

import pytest

from pipeline import journal
from pipeline.errors import AudioError
from pipeline.journal import LOG, MARK, UNKNOWN, Journal, forget_lines, log_files
from pipeline.library.holding import FOLDER

FIRST, SECOND = "ab" * 32, "cd" * 32
CALL = Path("/calls/Gespräch mit Zoë.wav")
STARTS = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d \S{12} \"")


def lines(folder: Path) -> list[str]:
    return (folder / LOG).read_text(encoding="utf-8").splitlines()


def failure(message: str = "we pay Acme too much") -> Exception:
    """Return an error that was raised, as one that quotes what somebody says."""
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def test_each_event_is_a_line_with_its_time_and_its_file(tmp_path: Path) -> None:
    log = Journal(tmp_path)
    log.began(CALL, FIRST)
    log.done(CALL, FIRST, 12.34, ("transcribe", "attribute"))
    log.done(CALL, FIRST, 0.1, ())
    began, done, again = lines(tmp_path)
    assert STARTS.match(began)
    assert began.endswith(f' {FIRST[:MARK]} "{CALL}" began')
    assert done.endswith("done in 12.3 s: transcribe, attribute")
    assert again.endswith("done in 0.1 s: nothing new")
    assert log.path == tmp_path / LOG


def test_a_failure_tells_where_but_quotes_nothing(tmp_path: Path) -> None:
    Journal(tmp_path).failed(CALL, None, failure())
    first, *others = lines(tmp_path)
    assert first.endswith(f' {UNKNOWN} "{CALL}" failed: ValueError')
    assert others[0].split('" ', 1)[1].startswith("| ")
    assert "test_journal.py" in others[0]
    assert all(STARTS.match(line) for line in (first, *others))
    assert "Acme" not in "".join((first, *others))


def test_an_error_of_ours_is_told_with_its_reason_and_its_cause(tmp_path: Path) -> None:
    error = AudioError(f"{CALL}: the file is empty.")
    error.__cause__ = failure()
    Journal(tmp_path).failed(CALL, FIRST, error)
    said = "\n".join(lines(tmp_path))
    assert f"failed: {CALL}: the file is empty." in said
    assert said.count("ValueError") == 1


def test_what_ends_a_run_is_told(tmp_path: Path) -> None:
    Journal(tmp_path).stopped(CALL, FIRST, OSError(28, "No space left on device"))
    assert lines(tmp_path)[0].endswith("the run ended here: No space left on device")


@pytest.mark.parametrize(
    "name",
    ["esc\x1b[31m\x9b.wav", "line\nend.wav", 'a "quoted".wav', "new\u2028line.wav", "\udce9"],
)
def test_a_file_of_any_name_is_one_line_and_can_be_forgotten(tmp_path: Path, name: str) -> None:
    path = tmp_path / "calls" / name
    Journal(tmp_path).began(path, None)
    Journal(tmp_path).began(CALL, SECOND)
    assert (tmp_path / LOG).read_bytes().count(b"\n") == 2
    assert forget_lines(tmp_path, [str(path)]) == 1
    (left,) = lines(tmp_path)
    assert SECOND[:MARK] in left


def test_all_lines_of_a_recording_are_forgotten_in_all_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "LARGEST", 2000)
    log, other = Journal(tmp_path), Path("/calls/other.wav")
    for _ in range(6):
        log.began(CALL, FIRST)
        log.failed(CALL, FIRST, failure())
        log.began(other, SECOND)
    assert len(log_files(tmp_path)) > 1
    assert forget_lines(tmp_path, [FIRST]) > 10
    left = b"".join(path.read_bytes() for path in log_files(tmp_path))
    assert FIRST[:MARK].encode() not in left
    assert "Zoë".encode() not in left
    assert SECOND[:MARK].encode() in left
    assert all(path.stat().st_mode & 0o077 == 0 for path in log_files(tmp_path))
    assert forget_lines(tmp_path, [FIRST]) == 0


def test_a_line_of_another_file_that_names_it_goes_too(tmp_path: Path) -> None:
    Journal(tmp_path).failed(Path("/calls"), None, AudioError(f"{CALL}: no sound"))
    assert forget_lines(tmp_path, [str(CALL)]) >= 1
    assert str(CALL) not in (tmp_path / LOG).read_text(encoding="utf-8")


def test_a_library_without_a_log_has_nothing_to_forget(tmp_path: Path) -> None:
    assert forget_lines(tmp_path, [FIRST, str(CALL)]) == 0


def test_only_its_owner_can_read_it_and_it_does_not_grow_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "LARGEST", 500)
    for _ in range(40):
        Journal(tmp_path).began(CALL, FIRST)
    files = log_files(tmp_path)
    assert len(files) == journal.OLDER + 1
    assert all(path.stat().st_size <= 600 for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_several_write_at_once_and_no_line_is_torn(tmp_path: Path) -> None:
    def write(identity: str) -> None:
        for _ in range(10):
            Journal(tmp_path).failed(CALL, identity, failure())

    threads = [threading.Thread(target=write, args=(each,)) for each in (FIRST, SECOND)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = lines(tmp_path)
    assert sum(line.endswith("failed: ValueError") for line in written) == 20
    assert all(STARTS.match(line) for line in written)


def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / LOG).mkdir()
    Journal(tmp_path).began(CALL, FIRST)
    Journal(tmp_path / "nowhere").began(CALL, FIRST)
    (tmp_path / "held").mkdir()
    (tmp_path / "held" / FOLDER).write_bytes(b"")
    Journal(tmp_path / "held").began(CALL, FIRST)
    assert capsys.readouterr() == ("", "")


def test_no_other_log_hears_of_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Journal(tmp_path).began(CALL, FIRST)
    assert {record.name for record in caplog.records} <= {"filelock"}
