"""Many files: in order, none stopped by another, and how far it all is."""

from __future__ import annotations

import errno
import re
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from pipeline import batch, ingest, listening, survey
from pipeline.audio import decode
from pipeline.batch import (
    State,
    claimed_duration,
    process_all,
    process_tasks,
)
from pipeline.errors import LibraryError, MachineError, ModelMissing, RecordingsGone, UsageError
from pipeline.journal import LOG
from pipeline.library import STAGES, Library
from pipeline.process import Request, process_heard
from pipeline.progress import FILES, WHOLE
from pipeline.sighting import sight
from pipeline.survey import surveyed
from pipeline.transcript import Span
from tests.fakes import (
    BrokenLanguageModel,
    BrokenRecogniser,
    FakeEngines,
    FakeRecogniser,
    NoWeights,
    SlowRecogniser,
)
from tests.sounds import (
    Writing,
    silence,
    speech,
    write_silent_film,
    write_wav,
    write_with_av,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.audio import Audio
    from pipeline.process import Processed
    from pipeline.progress import Progress

ASK = Request()


@pytest.fixture
def bad(tmp_path: Path) -> dict[str, Path]:
    """One file of each kind that cannot be heard."""
    files = {name: tmp_path / f"{name}.wav" for name in ("missing", "empty", "text", "folder")}
    files["empty"].write_bytes(b"")
    files["text"].write_bytes(b"this is no sound " * 99)
    files["folder"].mkdir()
    files["film"] = write_silent_film(tmp_path / "film.mp4")
    header = write_wav(tmp_path / "header.wav", speech(1))
    header.write_bytes(header.read_bytes()[:44])
    return {**files, "header": header}


def test_files_are_processed_in_order(library: Library, calls: list[Path]) -> None:
    outcomes = list(process_all(calls, library, FakeEngines(), ASK))
    assert [outcome.path for outcome in outcomes] == calls
    assert [outcome.state for outcome in outcomes] == [State.DONE] * 3
    assert [outcome.recording for outcome in outcomes] == [
        library.find(path.name) for path in calls
    ]


def test_no_files_are_no_outcomes(library: Library) -> None:
    assert list(process_all([], library, FakeEngines(), ASK)) == []


def test_each_outcome_comes_as_soon_as_it_is_known(library: Library, calls: list[Path]) -> None:
    recogniser = FakeRecogniser()
    outcomes = process_all(calls, library, FakeEngines(recogniser), ASK)
    assert next(outcomes).path == calls[0]
    assert recogniser.calls == 1


def test_what_is_done_is_known_the_next_time(library: Library, calls: list[Path]) -> None:
    list(process_all(calls[:2], library, FakeEngines(), ASK))
    states = [outcome.state for outcome in process_all(calls, library, FakeEngines(), ASK)]
    assert states == [State.KNOWN, State.KNOWN, State.DONE]


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "folder", "film", "header"])
def test_a_file_that_cannot_be_heard_stops_no_other(
    library: Library, calls: list[Path], bad: dict[str, Path], kind: str
) -> None:
    files = [calls[0], bad[kind], calls[1]]
    outcomes = list(process_all(files, library, FakeEngines(), ASK))
    assert [outcome.state for outcome in outcomes] == [State.DONE, State.FAILED, State.DONE]
    assert outcomes[1].recording is None
    assert outcomes[1].message.startswith(str(bad[kind]))
    assert outcomes[1].message.endswith(".")
    assert [bool(outcome.details) for outcome in outcomes] == [False, True, False]


def test_a_fault_of_ours_stops_no_other_and_asks_for_a_report(
    library: Library, calls: list[Path]
) -> None:
    engines = FakeEngines(BrokenRecogniser(call=2))
    outcomes = list(process_all(calls, library, engines, ASK))
    assert [outcome.state for outcome in outcomes] == [State.DONE, State.FAILED, State.DONE]
    assert "b.wav: Broken: out of memory. Please report this" in outcomes[1].message
    assert outcomes[1].details.startswith("Traceback")
    assert "tests.fakes.Broken: out of memory" in outcomes[1].details


def test_what_failed_is_made_up_for_the_next_time(library: Library, calls: list[Path]) -> None:
    list(process_all(calls, library, FakeEngines(BrokenRecogniser(call=2)), ASK))
    states = [outcome.state for outcome in process_all(calls, library, FakeEngines(), ASK)]
    assert states == [State.KNOWN, State.DONE, State.KNOWN]
    assert all(entry.complete for entry in library.entries())


def test_a_failure_costs_no_stage_before_it(library: Library, calls: list[Path]) -> None:
    engines = FakeEngines(readers={"en": BrokenLanguageModel()})
    outcomes = list(process_all(calls, library, engines, ASK))
    assert [outcome.state for outcome in outcomes] == [State.FAILED] * 3
    assert [entry.stages for entry in library.entries()] == [STAGES[:3]] * 3


def test_damage_is_told_of_a_file_that_is_done(library: Library, calls: list[Path]) -> None:
    calls[0].write_bytes(calls[0].read_bytes()[:-64_000])
    outcome = next(process_all(calls, library, FakeEngines(), ASK))
    assert outcome.state is State.DONE
    assert "it breaks off" in outcome.message


@pytest.mark.parametrize(
    ("engines", "request_", "error"),
    [
        pytest.param(NoWeights(), ASK, ModelMissing, id="missing weights"),
        pytest.param(FakeEngines(), Request(language="xx"), UsageError, id="an unknown language"),
    ],
)
def test_what_stops_one_file_for_a_cause_of_all_stops_all(
    library: Library,
    calls: list[Path],
    engines: FakeEngines,
    request_: Request,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        list(process_all(calls, library, engines, request_))
    assert len(library.entries()) <= 1


def test_a_library_that_cannot_be_written_stops_all(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise LibraryError("make room on the disk")

    monkeypatch.setattr(library, "store_speech", full)
    with pytest.raises(LibraryError, match="make room"):
        list(process_all(calls, library, FakeEngines(), ASK))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
def test_a_full_disk_for_decoded_sound_stops_all(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> BinaryIO:
        return Path("/dev/full").open("r+b")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(MachineError, match=r"No space left .* 115 MB\. Make room") as raised:
        list(process_all(calls, library, FakeEngines(), ASK))
    assert tempfile.gettempdir() in str(raised.value)


def test_no_folder_for_decoded_sound_stops_all(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(**_: object) -> BinaryIO:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "TemporaryFile", nowhere)
    with pytest.raises(MachineError, match="No usable temporary directory found"):
        list(process_all(calls, library, FakeEngines(), ASK))


def test_being_stopped_is_no_failure(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> Audio:
        raise KeyboardInterrupt

    library.put_failure(sight(calls[0]), "no sound")
    monkeypatch.setattr(batch, "process_heard", stopped)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            list(process_all(calls, library, FakeEngines(), ASK))
    assert [each.reason for each in library.failures()] == ["no sound"]
    library.clear_failure(calls[0])
    with pytest.raises(KeyboardInterrupt):
        list(process_all(calls, library, FakeEngines(), ASK))
    assert library.failures() == []


# Progress


def whole(told: list[Progress]) -> list[float]:
    return [each.done for each in told if each.stage == WHOLE]


def test_progress_of_the_whole_grows_to_the_total(
    library: Library, calls: list[Path], bad: dict[str, Path]
) -> None:
    told: list[Progress] = []
    files = [bad["missing"], *calls, bad["text"]]
    list(process_all(files, library, FakeEngines(), ASK, told.append))
    done = whole(told)
    assert all(before <= after for before, after in pairwise(done))
    assert (done[0], done[-1]) == (0, 12)
    assert {each.total for each in told if each.stage == WHOLE} == {12}


def test_progress_of_the_whole_reaches_into_each_file(library: Library, calls: list[Path]) -> None:
    told: list[Progress] = []
    list(process_all(calls, library, FakeEngines(), ASK, told.append))
    assert pytest.approx(whole(told)[1]) == 0.4  # of the first, a tenth: it was listened to
    assert {0, 4, 6, 12} <= set(whole(told))
    assert any(4 < done < 6 for done in whole(told)) or any(6 < done < 12 for done in whole(told))


def test_the_next_file_is_decoded_while_one_is_recognised(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[tuple[str, str]] = []

    def counted(path: Path) -> Audio:
        decoded.append((path.name, threading.current_thread().name))
        return decode(path)

    monkeypatch.setattr(listening, "decode", counted)
    list(process_all(calls, library, FakeEngines(), ASK))
    main = threading.current_thread().name
    by_main = {name: thread == main for name, thread in decoded}
    assert by_main == {"a.wav": True, "b.wav": False, "c.wav": False}
    assert len(decoded) == 3


def test_what_is_done_already_is_not_decoded_ahead(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(path: Path) -> Audio:
        raise AssertionError(path)

    list(process_all(calls, library, FakeEngines(), ASK))
    monkeypatch.setattr(listening, "decode", never)
    outcomes = list(process_all(calls, library, FakeEngines(), ASK))
    assert {outcome.state for outcome in outcomes} == {State.KNOWN}


def test_breaking_off_closes_what_was_decoded_ahead(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[Audio] = []

    def kept(path: Path) -> Audio:
        decoded.append(decode(path))
        return decoded[-1]

    monkeypatch.setattr(listening, "decode", kept)
    outcomes = process_all(calls, library, FakeEngines(), ASK)
    next(outcomes)
    next(outcomes)  # by then the third is decoded, or about to be
    outcomes.close()
    patience = time.monotonic() + 10
    while not all(map(is_closed, decoded)) and time.monotonic() < patience:
        time.sleep(0.02)
    assert all(map(is_closed, decoded))


def is_closed(audio: Audio) -> bool:
    try:
        audio.read(Span(0, 0.1))
    except ValueError:
        return True
    return False


def test_progress_of_stages_is_told_too(library: Library, calls: list[Path]) -> None:
    told: list[Progress] = []
    list(process_all(calls, library, FakeEngines(), ASK, told.append))
    assert {each.stage for each in told} >= {WHOLE, FILES, "listen", "transcribe"}


def test_files_done_before_are_no_part_of_the_whole(library: Library, calls: list[Path]) -> None:
    list(process_all(calls[:2], library, FakeEngines(), ASK))
    told: list[Progress] = []
    list(process_all(calls, library, FakeEngines(), ASK, told.append))
    assert (whole(told)[0], whole(told)[-1]) == (0, 6)
    assert [(each.done, each.total) for each in told if each.stage == FILES] == [(0, 1), (1, 1)]


def test_a_batch_of_nothing_to_hear_is_done(library: Library, bad: dict[str, Path]) -> None:
    told: list[Progress] = []
    list(process_all([bad["missing"]], library, FakeEngines(), ASK, told.append))
    assert told[-1].fraction == 1.0


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "folder", "film"])
def test_a_file_that_cannot_be_opened_claims_no_time(bad: dict[str, Path], kind: str) -> None:
    assert claimed_duration(bad[kind]) == 0.0


def test_a_file_claims_its_length(tmp_path: Path) -> None:
    assert claimed_duration(write_wav(tmp_path / "q.wav", silence(2.5))) == 2.5


@pytest.mark.parametrize("error", [PermissionError, RuntimeError])
def test_a_fault_in_looking_at_a_file_stops_no_other(
    calls: list[Path], monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def faulty(path: Path) -> None:
        raise error(path)

    monkeypatch.setattr(ingest, "probe", faulty)
    assert [claimed_duration(path) for path in calls] == [0.0] * 3


# Known by content


def moved(calls: list[Path]) -> Path:
    return calls[0].rename(calls[0].with_name("moved.wav"))


def test_a_file_that_was_moved_is_known_and_followed(library: Library, calls: list[Path]) -> None:
    list(process_all(calls[:1], library, FakeEngines(), ASK))
    path = moved(calls)
    (outcome,) = process_all([path], library, FakeEngines(), ASK)
    assert (outcome.state, outcome.message) == (State.KNOWN, f"moved from {calls[0]}")
    assert [each.path for each in library.recordings()] == [path]
    (again,) = process_all([path], library, FakeEngines(), ASK)
    assert (again.state, again.message) == (State.KNOWN, "")


def test_a_copy_is_known_and_the_recording_stays_where_it_was(
    library: Library, calls: list[Path]
) -> None:
    copy = calls[0].with_name("copy.wav")
    copy.write_bytes(calls[0].read_bytes())
    first, second = process_all([calls[0], copy], library, FakeEngines(), ASK)
    assert (first.state, second.state) == (State.DONE, State.KNOWN)
    assert second.message == f"a copy of {calls[0]}"
    assert [each.path for each in library.recordings()] == [calls[0]]
    again = list(process_all([calls[0], copy], library, FakeEngines(), ASK))
    assert [(each.state, each.message) for each in again] == [(State.KNOWN, "")] * 2


def test_a_file_written_over_with_another_is_new_and_the_old_one_is_found_where_it_went(
    library: Library, calls: list[Path]
) -> None:
    other = write_wav(calls[0].with_name("d.wav"), speech(4, seed=9))
    list(process_all([calls[0]], library, FakeEngines(), ASK))
    kept = calls[0].rename(calls[0].with_name("kept.wav"))
    other.rename(calls[0])  # as long as the one that was there
    new, old = process_all([calls[0], kept], library, FakeEngines(), ASK)
    assert (new.state, old.state) == (State.DONE, State.KNOWN)
    assert old.message == f"moved from {calls[0]}"
    assert {each.path for each in library.recordings()} == {calls[0], kept}


def test_what_lies_where_it_was_seen_is_not_read(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(path: Path) -> str:
        raise AssertionError(path)

    list(process_all(calls, library, FakeEngines(), ASK))
    monkeypatch.setattr(listening, "content_id", never)
    monkeypatch.setattr(survey, "content_id", never)
    monkeypatch.setattr(ingest, "probe", never)
    engines = FakeEngines()
    outcomes = list(process_all(calls, library, engines, ASK))
    assert {outcome.state for outcome in outcomes} == {State.KNOWN}
    assert not {"recogniser", "voice_detector"} & set(engines.asked)


# Filed


def test_what_recordings_are_filed_under_is_asked_at_any_time(
    library: Library, calls: list[Path]
) -> None:
    first = Request(project="acme", tags=("pricing", "q3"), participants=("Ann Lee", "Bob"))
    list(process_all(calls[:2], library, FakeEngines(), first))
    more = Request(project="beta", tags=("Pricing", "churn"))
    list(process_all(calls[1:], library, FakeEngines(), more))
    filed = {
        each.path.name: (each.project, library.tags(each.id), library.participants(each.id))
        for each in library.recordings()
    }
    assert filed == {
        "a.wav": ("acme", ("pricing", "q3"), ("Ann Lee", "Bob")),
        "b.wav": ("beta", ("churn", "pricing", "q3"), ("Ann Lee", "Bob")),
        "c.wav": ("beta", ("churn", "Pricing"), ()),
    }


def test_a_folder_stands_for_the_project_of_what_is_in_none(
    library: Library, calls: list[Path], tmp_path: Path
) -> None:
    list(process_all(calls[:1], library, FakeEngines(), Request(project="by hand")))
    (tmp_path / "acme" / "2026").mkdir(parents=True)
    files = [calls[0].rename(tmp_path / "acme" / "a.wav"), calls[1]]
    files.append(calls[2].rename(tmp_path / "acme" / "2026" / "c.wav"))
    tasks = survey.of_folders(surveyed(files, library, ASK, FakeEngines()), [tmp_path])
    list(process_tasks(tasks, library, FakeEngines(), ASK))
    projects = {each.path.name: each.project for each in library.recordings()}
    assert projects == {"a.wav": "by hand", "b.wav": None, "c.wav": "acme"}


# Doubles

PRICES = " ".join(f"well the price of plan {number} is too high" for number in range(12))


def test_one_call_in_two_formats_is_told_and_is_no_reason_to_skip_it(
    library: Library, tmp_path: Path
) -> None:
    sound = speech(5, seed=1)
    files = [
        write_wav(tmp_path / "call.wav", sound),
        write_with_av(tmp_path / "call.flac", sound, 16_000, Writing("flac", "flac")),
        write_wav(tmp_path / "longer.wav", speech(9, seed=1)),
    ]
    engines = FakeEngines(FakeRecogniser((PRICES,)))
    outcomes = list(process_all(files, library, engines, ASK))
    assert [outcome.state for outcome in outcomes] == [State.DONE] * 3
    first, second, third = outcomes
    assert first.recording is not None
    assert second.recording is not None
    assert second.message == f"likely the same call as call.wav ({first.recording.id[:8]})"
    assert (first.message, third.message) == ("", "")
    assert library.doubles(first.recording.id) == [(second.recording, 1.0)]
    assert library.doubles(second.recording.id) == [(first.recording, 1.0)]


# What goes wrong


def test_what_failed_is_kept_until_it_is_done(library: Library, calls: list[Path]) -> None:
    list(process_all(calls, library, FakeEngines(BrokenRecogniser(call=2)), ASK))
    (failure,) = library.failures()
    assert failure.path == calls[1]
    assert "Broken: out of memory" in failure.reason
    list(process_all(calls, library, FakeEngines(), ASK))
    assert library.failures() == []


def test_the_log_tells_what_was_done_and_what_failed(library: Library, calls: list[Path]) -> None:
    list(process_all(calls, library, FakeEngines(BrokenRecogniser(call=2)), ASK))
    log = (library.folder / LOG).read_text(encoding="utf-8")
    events = re.findall(r"\" (began|done|failed: Broken)\b", log)
    assert events == ["began", "done", "began", "failed: Broken", "began", "done"]
    assert "one two three" not in log


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "there is not enough memory for it. Close other programs"),
        (OSError(errno.EIO, "Input/output error"), "the system refuses it (Input/output error)"),
    ],
)
def test_what_one_file_is_too_much_for_is_its_failure_alone(
    library: Library,
    calls: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    monkeypatch.setattr(batch, "process_heard", failing_once(error))
    outcomes = list(process_all(calls[:2], library, FakeEngines(), ASK))
    assert [outcome.state for outcome in outcomes] == [State.FAILED, State.DONE]
    assert outcomes[0].message.startswith(f"{calls[0]}: {said}")
    assert outcomes[0].message.endswith("relisten process --retry-failed")


def test_a_full_disk_stops_all_with_a_sentence(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "process_heard", failing_once(OSError(errno.ENOSPC, "No space")))
    with pytest.raises(MachineError, match=r"no room left on a disk .* run the same command again"):
        list(process_all(calls, library, FakeEngines(), ASK))
    assert library.failures() == []


def failing_once(error: Exception) -> Callable[..., Processed]:
    left = [error]

    def process(*arguments: Any) -> Processed:
        if left:
            raise left.pop()
        return process_heard(*arguments)

    return process


def test_an_unplugged_drive_stops_all_with_one_sentence(
    library: Library, calls: list[Path], tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    files = [path.rename(drive / path.name) for path in calls]
    outcomes = process_all(files, library, FakeEngines(SlowRecogniser()), ASK)
    assert next(outcomes).state is State.DONE
    drive.rename(tmp_path / "elsewhere")
    with pytest.raises(RecordingsGone) as raised:
        list(outcomes)
    assert str(raised.value).startswith(f"{drive}: the recordings that are left are not there")
    assert re.search(r"\b[12] of 3 were finished and are kept", str(raised.value))
    assert library.failures() == []


def test_a_single_file_that_goes_is_its_own_failure(library: Library, calls: list[Path]) -> None:
    outcomes = process_all(calls, library, FakeEngines(), ASK)
    next(outcomes)
    calls[2].unlink()
    states = [outcome.state for outcome in outcomes]
    assert states[0] is State.DONE
    assert states[1] in {State.FAILED, State.DONE}  # it may have been decoded ahead


def test_the_same_file_by_another_way_is_neither_moved_nor_a_copy(
    library: Library, calls: list[Path]
) -> None:
    list(process_all(calls[:1], library, FakeEngines(), ASK))
    (calls[0].parent / "sub").mkdir()
    (outcome,) = process_all(
        [calls[0].parent / "sub" / ".." / calls[0].name], library, FakeEngines(), ASK
    )
    assert (outcome.state, outcome.message) == (State.KNOWN, "")
