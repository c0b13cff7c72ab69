"""Where files were seen, which failed, and which recordings are likely doubles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.library.places import MOST_COMPARED
from pipeline.sighting import Sighting
from tests.libraries import MADE, contents, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pipeline.library import Library

FIRST, SECOND, THIRD = ("ab" * 32, "cd" * 32, "ef" * 32)
SEEN = Sighting(Path("/calls/first.m4a"), 1234, 99)


@pytest.fixture
def filled(library: Library) -> Library:
    """Return a library of three recordings of ten minutes."""
    for identity in (FIRST, SECOND, THIRD):
        library.put(recording(identity))
    return library


def test_a_file_is_known_again_just_as_it_was_seen(filled: Library) -> None:
    filled.put_place(FIRST, SEEN, {})
    assert filled.place(SEEN) == FIRST
    assert filled.places() == {SEEN: FIRST}


@pytest.mark.parametrize(
    "other",
    [
        Sighting(Path("/calls/other.m4a"), 1234, 99),
        Sighting(SEEN.path, 1235, 99),
        Sighting(SEEN.path, 1234, 100),
    ],
)
def test_a_file_that_is_otherwise_in_anything_is_not_known(
    filled: Library, other: Sighting
) -> None:
    filled.put_place(FIRST, SEEN, {})
    assert filled.place(other) is None
    assert other not in filled.places()


def test_a_recording_may_lie_in_several_places_and_a_place_has_one(filled: Library) -> None:
    copy = Sighting(Path("/copies/first.m4a"), 1234, 7)
    filled.put_place(FIRST, SEEN, {})
    filled.put_place(FIRST, copy, {})
    filled.put_place(SECOND, Sighting(SEEN.path, 5, 5), {})
    assert filled.places() == {copy: FIRST, Sighting(SEEN.path, 5, 5): SECOND}


def test_every_path_that_is_known_is_told_with_whether_it_has_tracks(filled: Library) -> None:
    filled.put_place(FIRST, SEEN, {})
    assert filled.known_paths() == {str(Path("calls", "first.m4a")): False, str(SEEN.path): False}


def test_a_name_that_is_no_text_is_known_too(filled: Library) -> None:
    odd = Sighting(Path("/calls") / os.fsdecode(b"caf\xe9.wav"), 1, 1)
    filled.put_failure(odd, f"{odd.path}: it failed")
    filled.put_place(FIRST, odd, {})
    assert filled.place(odd) == FIRST
    assert filled.failures() == []


def test_a_failure_stays_until_the_file_is_taken_in_or_is_cleared(filled: Library) -> None:
    other = Sighting(Path("/calls/broken.wav"), -1, 0)
    filled.put_failure(other, "no sound")
    filled.put_failure(SEEN, "broken")
    filled.put_failure(SEEN, "still broken")
    assert [(each.path, each.reason) for each in filled.failures()] == [
        (other.path, "no sound"),
        (SEEN.path, "still broken"),
    ]
    assert all(each.failed_at for each in filled.failures())
    filled.put_place(FIRST, SEEN, {})
    filled.clear_failure(other.path)
    filled.clear_failure(Path("/calls/unknown.wav"))
    assert filled.failures() == []


def test_all_that_was_made_is_read_at_once(filled: Library) -> None:
    fill(filled, recording(FIRST), turn("hello", "Anna", 0))
    assert dict(filled.all_made()) == {FIRST: filled.made(FIRST)}
    assert filled.all_made()[FIRST]["transcribe"] == MADE


@pytest.mark.parametrize(
    ("length", "near"),
    [(600.0, True), (601.9, True), (594.1, True), (606.1, False), (1200.0, False)],
)
def test_recordings_are_as_long_within_a_hundredth(
    filled: Library, length: float, near: bool
) -> None:
    filled.put(recording(SECOND, duration=length))
    assert (SECOND in filled.as_long_as(recording(FIRST))) is near
    assert FIRST not in filled.as_long_as(recording(FIRST))


def test_short_ones_are_as_long_within_two_seconds(filled: Library) -> None:
    filled.put(recording(SECOND, duration=11.9))
    filled.put(recording(THIRD, duration=12.1))
    assert filled.as_long_as(recording(FIRST, duration=10.0)) == [SECOND]


def test_the_nearest_come_first_and_no_more_than_can_be_compared(library: Library) -> None:
    for number in range(MOST_COMPARED + 10):
        library.put(recording(f"{number:064x}", duration=600 + number / 100))
    found = library.as_long_as(recording(FIRST))
    assert len(found) == MOST_COMPARED
    assert found[0] == f"{0:064x}"


def test_what_is_said_is_read_in_its_order(filled: Library) -> None:
    fill(filled, recording(FIRST), turn("hello there", "Anna", 0), turn("hi", "Ben", 5))
    assert filled.text(FIRST) == "hello there hi"
    assert filled.text(SECOND) == ""


def test_doubles_are_told_of_both_the_likest_first(filled: Library) -> None:
    filled.put_place(SECOND, SEEN, {FIRST: 0.8, THIRD: 0.91234})
    assert [(each.id, share) for each, share in filled.doubles(SECOND)] == [
        (THIRD, 0.9123),
        (FIRST, 0.8),
    ]
    assert [(each.id, share) for each, share in filled.doubles(FIRST)] == [(SECOND, 0.8)]


def test_doubles_are_the_same_rows_whoever_found_them(filled: Library) -> None:
    filled.put_place(SECOND, SEEN, {FIRST: 0.8})
    before = contents(filled.folder)["likely_double"]
    filled.put_place(FIRST, SEEN, {SECOND: 0.8})
    assert contents(filled.folder)["likely_double"] == before


def test_what_is_no_double_any_more_is_none(filled: Library) -> None:
    filled.put_place(SECOND, SEEN, {FIRST: 0.8})
    filled.put_place(SECOND, SEEN, {})
    assert filled.doubles(FIRST) == filled.doubles(SECOND) == []
