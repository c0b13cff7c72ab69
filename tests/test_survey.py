"""What there is to do, and why, is known before anything is heard or changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import survey
from pipeline.batch import process_all
from pipeline.library.copies import FOLDER, SUFFIXES
from pipeline.process import STAGES, Request
from pipeline.sighting import Sighting
from pipeline.survey import LOOKING, Task, of_folders, surveyed, words_for
from tests.fakes import BrokenLanguageModel, BrokenRecogniser, FakeEngines
from tests.libraries import contents, recording
from tests.sounds import speech, write_wav

if TYPE_CHECKING:
    from pipeline.library import Library
    from pipeline.progress import Progress

ASK = Request()
SEEN = Sighting(Path("/calls/a.wav"), 1, 1)


def looked(calls: list[Path], library: Library, request: Request = ASK) -> list[Task]:
    """Look at files, and see that nothing is written for it."""
    before = contents(library.folder)
    tasks = surveyed(calls, library, request, FakeEngines())
    assert contents(library.folder) == before
    return tasks


def why(calls: list[Path], library: Library, request: Request = ASK) -> list[str]:
    return [words_for(task) for task in looked(calls, library, request)]


def run(calls: list[Path], library: Library, request: Request = ASK) -> None:
    list(process_all(calls, library, FakeEngines(), request))


def test_what_is_new_is_to_be_done_wholly(library: Library, calls: list[Path]) -> None:
    tasks = looked(calls, library)
    assert why(calls, library) == ["new"] * 3
    assert [task.sound for task in tasks] == [4, 2, 6]
    assert [task.missing for task in tasks] == [tuple(STAGES)] * 3


def test_what_is_done_is_settled_and_has_nothing_to_hear(
    library: Library, calls: list[Path]
) -> None:
    run(calls, library)
    tasks = looked(calls, library)
    assert all(task.settled for task in tasks)
    assert [task.sound for task in tasks] == [0, 0, 0]
    assert why(calls, library) == ["done already"] * 3


def test_what_was_moved_is_done_but_is_to_be_noted(library: Library, calls: list[Path]) -> None:
    run(calls, library)
    moved = calls[0].rename(calls[0].with_name("moved.wav"))
    (task,) = looked([moved], library)
    assert not task.settled
    assert task.stages == ()
    assert words_for(task) == f"done already; the same as {calls[0]}"


def test_only_a_file_as_large_as_a_known_one_is_read(
    library: Library, calls: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(calls[:1], library)
    read: list[str] = []
    monkeypatch.setattr(survey, "content_id", lambda path: read.append(path.name))
    same = write_wav(calls[0].with_name("same size.wav"), speech(4, seed=7))
    looked([*calls, same], library)
    assert read == ["same size.wav"]


@pytest.mark.parametrize(
    ("request_", "stale"),
    [
        (Request(model="fake-large"), ("transcribe",)),
        (Request(channels=("Anna", "Ben")), ("diarize",)),
        (Request(only="diarize"), ("diarize",)),
        (Request(project="acme"), ()),
    ],
)
def test_what_is_asked_for_otherwise_is_named(
    library: Library, calls: list[Path], request_: Request, stale: tuple[str, ...]
) -> None:
    run(calls, library)
    task = looked(calls, library, request_)[2]
    assert task.stale == stale
    expected = "again (" if stale else "done already"
    assert words_for(task).startswith(expected)


def test_what_was_broken_off_says_with_what_it_goes_on(library: Library, calls: list[Path]) -> None:
    engines = FakeEngines(readers={"en": BrokenLanguageModel()})
    list(process_all(calls[:1], library, engines, ASK))
    list(process_all(calls[1:2], library, FakeEngines(BrokenRecogniser()), ASK))
    going, begun = why(calls[:2], library)
    assert going.startswith("goes on with what is missing (entities and keyphrases")
    assert begun == "new, it was only begun"


def test_a_failure_before_is_the_reason(library: Library, tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound at all")
    (task,) = looked([broken], library)
    assert (task.sound, words_for(task)) == (0, "new")
    for reason in ("no sound", f"{broken}: no sound.", "broken.wav: no sound."):
        assert words_for(task, reason) == "again, it failed before (no sound)"


def test_how_far_it_is_is_told(library: Library, calls: list[Path]) -> None:
    told: list[Progress] = []
    surveyed(calls, library, ASK, FakeEngines(), told.append)
    assert {each.stage for each in told} == {LOOKING}
    assert told[-1].fraction == 1


@pytest.mark.parametrize(
    ("path", "project"),
    [
        ("/calls/acme/a.wav", "acme"),
        ("/calls/acme/2026/a.wav", "acme"),
        ("/calls/a.wav", None),
        ("/other/beta/deep/a.wav", "beta"),
        ("/elsewhere/acme/a.wav", None),
        ("/single/a.wav", None),
    ],
)
def test_the_first_folder_below_what_is_named_is_the_project(
    path: str, project: str | None
) -> None:
    roots = [Path("/calls"), Path("/other"), Path("/single/a.wav")]
    (task,) = of_folders([Task(Path(path), SEEN)], roots)
    assert task.project == project


def test_a_task_that_only_annotates_is_not_heard() -> None:
    task = Task(SEEN.path, SEEN, recording(), True, missing=("annotate",), duration=60)
    assert task.sound == 0
    assert replace(task, stale=("diarize",)).sound == 60


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_listening_copy_that_was_lost_is_made_again(
    library: Library, calls: list[Path], suffix: str
) -> None:
    run(calls, library)
    (lost,) = (each for each in library.recordings() if each.path == calls[0])
    (library.folder / FOLDER / f"{lost.id}{suffix}").unlink()
    first, *others = looked(calls, library)
    assert first.stages == ("copy",)
    assert all(task.settled for task in others)
    run(calls, library)
    assert library.has_copy(lost.id)
    assert looked(calls, library)[0].settled
