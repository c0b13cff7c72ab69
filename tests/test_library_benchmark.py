"""The library of the benchmark: as `process` leaves one, so that its times mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.library import PATTERNS, TURNS, identity, make
from pipeline.library import EVERYTHING, STAGES, Filters, Library
from pipeline.process import Request
from pipeline.standing import Models, standing
from pipeline.survey import surveyed
from tests.fakes import FakeEngines
from tests.libraries import check_index

if TYPE_CHECKING:
    from pathlib import Path

RECORDINGS = PATTERNS + 10


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("benchmark")
    (place / "calls").mkdir()
    make(place / "library", place / "calls", RECORDINGS)
    return place


def test_all_its_recordings_are_done_and_filed(place: Path) -> None:
    with Library(place / "library") as library:
        entries = library.entries()
        assert len(library.projects()) == 40
        assert len(library.entries(Filters(project="project 3", tag="TAG 1"))) == 1
    assert len(entries) == RECORDINGS
    assert {entry.stages for entry in entries} == {STAGES}
    assert {entry.turns for entry in entries} == {TURNS}
    assert len({entry.recording.id[:8] for entry in entries}) == RECORDINGS


def test_nothing_is_to_be_done_for_it(place: Path) -> None:
    with Library(place / "library") as library:
        engines, files = FakeEngines(), sorted((place / "calls").iterdir())
        stands = standing(library, EVERYTHING, engines, Models("base", {"base": 74}))
        tasks = surveyed(files, library, Request(), engines)
    assert stands.findings == ()
    assert [task.settled for task in tasks] == [True] * RECORDINGS


def test_a_recording_that_is_like_another_has_all_that_it_has(place: Path) -> None:
    first, like = identity(3), identity(PATTERNS + 3)
    with Library(place / "library") as library:
        one, other = library.transcript(first), library.transcript(like)
        found = library.matches('"expensive"', Filters(recording=like), 99)
    assert (one.turns, one.annotation) == (other.turns, other.annotation)
    assert len(found) == TURNS // 10
    check_index(place / "library")
