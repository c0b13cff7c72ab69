"""Corrections in the library: kept whole, taken back, given again, and never lost to a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.corrections import Correction
from pipeline.transcript import Segment, Speech
from tests.libraries import MADE, contents, fill, recording
from tests.values import turn, words

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library

ID, OTHER = "ab" * 32, "cd" * 32
ACME = Correction(0.9, 1.2, "acne", "Acme", 1, "do we pay ", ", honestly")
UM = Correction(2.0004, 2.1234, "um", "", None, "so ", " yes")


@pytest.fixture
def full(library: Library) -> Library:
    """Return a library of two recordings."""
    for identity in (ID, OTHER):
        fill(library, recording(identity), turn("do we pay acne, honestly, um yes"))
    return library


def plain(corrections: tuple[Correction, ...]) -> list[Correction]:
    return [replace(each, made_at="") for each in corrections]


def test_corrections_are_kept_as_they_are_numbered_on_in_each_recording(full: Library) -> None:
    assert full.store_change({ID: [ACME, UM]}) == 1
    assert full.store_change({ID: [ACME], OTHER: [UM]}) == 2
    rounded = replace(UM, start=2.0, end=2.123)
    assert plain(full.corrections(ID)) == [
        replace(ACME, number=1, change=1),
        replace(rounded, number=2, change=1),
        replace(ACME, number=3, change=2),
    ]
    assert plain(full.corrections(OTHER)) == [replace(rounded, number=1, change=2)]
    assert all(each.made_at for each in full.corrections(ID))


def test_all_corrections_of_a_change_are_made_at_one_time(
    full: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which tells it from another change that gets its number once it is forgotten."""
    times = iter(["first", "second", "third"])
    monkeypatch.setattr("pipeline.library.corrections.exactly_now", lambda: next(times))
    full.store_change({ID: [ACME, UM], OTHER: [ACME]})
    made = [*full.corrections(ID), *full.corrections(OTHER)]
    assert [each.made_at for each in made] == ["first"] * 3


def test_words_put_right_make_turns_stale_in_the_same_breath(full: Library) -> None:
    full.store_change({ID: [ACME]})
    assert set(full.made(ID)) == {"transcribe", "diarize"}
    assert "attribute" in full.made(OTHER)
    assert full.left_behind() == (ID,)
    full.store_turns(ID, full.turns(ID), MADE)
    assert full.left_behind() == ()


def test_what_has_no_speakers_yet_is_not_left_behind(full: Library) -> None:
    full.put(recording("ef" * 32))
    full.store_speech("ef" * 32, Speech("en", ()), MADE)
    full.store_change({"ef" * 32: [ACME]})
    assert full.left_behind() == ()


def test_a_change_that_breaks_off_is_not_there_at_all(
    full: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(tmp_path / "library")

    def broken(*_: object) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(type(full), "_forget", broken)
    with pytest.raises(RuntimeError):
        full.store_change({ID: [ACME], OTHER: [UM]})
    assert contents(tmp_path / "library") == before


def test_a_change_is_taken_back_and_given_again_as_a_whole(full: Library) -> None:
    full.store_change({ID: [ACME], OTHER: [UM]})
    full.store_change({ID: [UM]})
    full.store_turns(OTHER, full.turns(OTHER), MADE)
    full.set_undone(1, undone=True)
    gone = [each.undone_at is not None for each in full.corrections(ID)]
    assert gone == [True, False]
    assert full.corrections(OTHER)[0].undone_at
    assert "attribute" not in full.made(OTHER)
    full.set_undone(1, undone=False)
    assert all(each.undone_at is None for each in full.corrections(ID))


def test_taking_back_twice_keeps_the_first_time(full: Library) -> None:
    full.store_change({ID: [ACME]})
    full.set_undone(1, undone=True)
    first = full.corrections(ID)
    full.set_undone(1, undone=True)
    assert full.corrections(ID) == first


def test_the_last_change_is_found_and_the_one_taken_back_last(full: Library) -> None:
    assert full.last_change() is None
    for own in ({ID: [ACME]}, {OTHER: [UM]}, {ID: [UM]}):
        full.store_change(own)
    assert (full.last_change(), full.last_change(OTHER)) == (3, 2)
    assert full.last_change(undone=True) is None
    full.set_undone(1, undone=True)
    full.set_undone(3, undone=True)
    full.set_undone(2, undone=True)
    assert full.last_change() is None
    assert full.last_change(undone=True) == 2
    assert full.last_change(ID, undone=True) == 3


def test_a_change_tells_its_corrections_by_recording(full: Library) -> None:
    full.store_change({OTHER: [UM], ID: [ACME, UM]})
    found = full.changed_by(1)
    assert {identity: len(own) for identity, own in found.items()} == {ID: 2, OTHER: 1}
    assert full.changed_by(2) == {}


def test_nothing_that_is_heard_or_told_anew_takes_a_correction(full: Library) -> None:
    full.store_change({ID: [ACME]})
    kept = full.corrections(ID)
    own = words("something else")
    full.store_speech(ID, Speech("en", (Segment(0, 1, own),)), MADE)
    full.store_speakers(ID, (), (), MADE)
    full.store_turns(ID, (), MADE)
    full.put(recording(ID, title="Another title"))
    assert full.corrections(ID) == kept


@pytest.mark.parametrize(
    ("text", "found"), [("ACNE", {ID, OTHER}), ("acn", {ID, OTHER}), ("acme", set())]
)
def test_recordings_that_say_something_are_found(full: Library, text: str, found: set[str]) -> None:
    assert full.saying(text) == found
