"""What is still to be heard, and how its time is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.forecast import LISTENING, Work, announcement, spoken_time, work_ahead
from pipeline.process import Request, process
from pipeline.recording import Layout
from pipeline.survey import surveyed
from tests.fakes import FakeEngines
from tests.sounds import speech, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library

ASK = Request()


def ahead(calls: list[Path], library: Library, request: Request = ASK) -> Work:
    engines = FakeEngines()
    work = work_ahead(surveyed(calls, library, request, engines))
    assert engines.asked["recogniser"] == 0  # nothing is loaded to know it
    return work


def test_everything_is_ahead_of_an_empty_library(calls: list[Path], library: Library) -> None:
    assert ahead(calls, library) == Work(3, 12.0)


def test_what_is_done_is_not_ahead(calls: list[Path], library: Library) -> None:
    process(calls[0], library, FakeEngines(), ASK)
    assert ahead(calls, library) == Work(2, 8.0)
    for path in calls[1:]:
        process(path, library, FakeEngines(), ASK)
    assert ahead(calls, library) == Work(0, 0.0)


@pytest.mark.parametrize(
    ("request_", "recordings"),
    [
        (Request(model="fake-base"), 0),
        (Request(model="fake-large"), 3),
        (Request(language="de"), 3),
        (Request(translate=True), 3),
        (Request(channels=("Anna", "Ben")), 0),
        (Request(project="acme"), 0),
    ],
)
def test_what_is_asked_for_otherwise_is_ahead_again(
    calls: list[Path], library: Library, request_: Request, recordings: int
) -> None:
    for path in calls:
        process(path, library, FakeEngines(), ASK)
    assert ahead(calls, library, request_).recordings == recordings


def test_a_room_that_is_to_be_people_is_ahead_again(calls: list[Path], library: Library) -> None:
    known = process(calls[2], library, FakeEngines(), ASK).recording
    made = library.made(known.id)["transcribe"]
    heard_mixed = replace(made, options=(("channels", "mix"), ("language", "en")))
    library.put(replace(known, layout=Layout.ROOM))
    library._end_stage(known.id, "transcribe", heard_mixed)
    assert ahead(calls[2:], library) == Work(0, 0.0)
    assert ahead(calls[2:], library, Request(channels=("Anna", "Ben"))) == Work(1, 6.0)


def test_what_was_moved_is_not_ahead_and_what_was_changed_is(
    calls: list[Path], library: Library, tmp_path: Path
) -> None:
    for path in calls[:2]:
        process(path, library, FakeEngines(), ASK)
    moved = calls[0].rename(tmp_path / "moved.wav")
    write_wav(calls[1], speech(3, seed=4))
    assert ahead([moved, calls[1]], library) == Work(1, 3.0)


def test_a_file_that_is_none_has_no_sound(library: Library, tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound", encoding="utf-8")
    assert ahead([text, tmp_path / "missing.wav"], library) == Work(2, 0.0)


@pytest.mark.parametrize(
    ("speed", "seconds"), [(10.0, 360 + 3600 * LISTENING), (1000.0, 3.6 + 3600 * LISTENING)]
)
def test_time_is_that_of_recognising_and_of_listening(speed: float, seconds: float) -> None:
    assert Work(2, 3600.0).expected_time(speed) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("work", "line"),
    [
        (Work(12, 4200.0), "base on 2 cores: about 6 min for 12 recordings, 1 h 10 min of sound"),
        (Work(1, 30.0), "base on 2 cores: less than a minute for 1 recording, 30 s of sound"),
    ],
)
def test_a_run_is_announced_in_one_line(work: Work, line: str) -> None:
    assert announcement(work, 13.0, "base on 2 cores") == line


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "1 s"),
        (0.4, "1 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (89.0, "1 min"),
        (3569.0, "59 min"),
        (3599.0, "1 h"),
        (4200.0, "1 h 10 min"),
        (7200.0, "2 h"),
        (360_000.0, "100 h"),
    ],
)
def test_lengths_of_time_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert spoken_time(seconds) == said
