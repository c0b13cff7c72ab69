"""Highlights in the library: kept as they are, changed by one at a time, never lost to a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import Changed, LibraryError, NotFound
from pipeline.highlights import Highlight
from pipeline.transcript import Span
from tests.libraries import MADE, contents, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library

ID, OTHER = "ab" * 32, "cd" * 32
DEAR = Highlight(3.0004, 4.5, 0, "too dear", ("Pricing", "Pain"), "ask\nagain", starred=True)
PLAIN = Highlight(1.0, 2.0, 0, "we pay")


@pytest.fixture
def full(library: Library) -> Library:
    """Return a library of two recordings."""
    for identity in (ID, OTHER):
        fill(library, recording(identity), turn("we pay and it is too dear", "Ann", 1.0))
    return library


def plain(highlight: Highlight) -> Highlight:
    return replace(highlight, made_at="", changed_at="")


def test_highlights_are_kept_numbered_on_and_read_by_time(full: Library) -> None:
    first, second = full.add_highlights(ID, [DEAR, PLAIN])
    (third,) = full.add_highlights(ID, [replace(PLAIN, note="twice")])
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert plain(first) == replace(DEAR, start=3.0, number=1)
    assert full.highlights(ID) == (second, third, first)
    assert full.highlights(OTHER) == ()
    assert full.highlighted() == {ID: (second, third, first)}


def test_what_is_sent_twice_is_kept_once(full: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = full.add_highlights(ID, [DEAR])
    assert full.add_highlights(ID, [DEAR]) == (first,)
    full.add_highlights(OTHER, [DEAR])
    assert [len(full.highlights(each)) for each in (ID, OTHER)] == [1, 1]
    monkeypatch.setattr("pipeline.library.highlights.TWICE", timedelta())  # a minute later
    (again,) = full.add_highlights(ID, [DEAR])
    assert full.highlights(ID) == (first, again)


def test_a_run_that_makes_everything_anew_takes_no_highlight_away(full: Library) -> None:
    (kept,) = full.add_highlights(ID, [DEAR])
    fill(full, recording(), turn("something else", "Ben", 0.0))
    full.store_turns(ID, (), MADE)
    assert full.highlights(ID) == (kept,)


def test_one_is_changed_by_who_saw_it_as_it_is(full: Library) -> None:
    (was,) = full.add_highlights(ID, [DEAR])
    now = full.change_highlight(ID, 1, was.changed_at, lambda each: replace(each, note="done"))
    assert (now.note, now.number, now.made_at) == ("done", 1, was.made_at)
    assert now.changed_at > was.changed_at
    assert full.highlights(ID) == (now,)


def test_who_saw_it_before_it_was_changed_changes_nothing(full: Library) -> None:
    (was,) = full.add_highlights(ID, [DEAR])
    now = full.change_highlight(ID, 1, was.changed_at, lambda each: replace(each, note="mine"))
    with pytest.raises(Changed, match="highlight 1 was changed elsewhere") as raised:
        full.change_highlight(ID, 1, was.changed_at, lambda each: replace(each, note="theirs"))
    assert raised.value.stands == "mine"
    with pytest.raises(Changed):
        full.remove_highlight(ID, 1, was.changed_at)
    assert full.highlights(ID) == (now,)


def test_a_change_that_fails_leaves_it_as_it_was(full: Library) -> None:
    (was,) = full.add_highlights(ID, [DEAR])

    def broken(_: Highlight) -> Highlight:
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        full.change_highlight(ID, 1, was.changed_at, broken)
    assert full.highlights(ID) == (was,)


def test_one_is_taken_away_and_then_there_is_none(full: Library) -> None:
    (was,) = full.add_highlights(ID, [DEAR])
    assert full.remove_highlight(ID, 1, was.changed_at) == was
    assert full.highlighted() == {}
    with pytest.raises(NotFound, match="there is no highlight 1 in abababab"):
        full.remove_highlight(ID, 1)


def test_only_turns_that_go_on_in_a_passage_are_read(full: Library) -> None:
    fill(full, recording("ef" * 32), turn("one", start=0.0), turn("two three", start=5.0))
    assert {n: each.text for n, each in full.turns_within("ef" * 32, Span(5.1, 9.0)).items()} == {
        1: "two three"
    }


def test_highlights_hang_on_a_recording_and_go_when_it_is_forgotten(
    full: Library, tmp_path: Path
) -> None:
    full.add_highlights(ID, [DEAR])
    full.add_highlights(OTHER, [PLAIN])
    assert full.holdings(ID).highlights == 1
    assert any(b"too dear" in value for value in full.contents_of(ID))
    full.empty([ID])
    assert [row["recording_id"] for row in contents(tmp_path / "library")["highlight"]] == [OTHER]


def test_tags_that_a_disk_has_changed_are_told_of_in_a_sentence(full: Library) -> None:
    full.add_highlights(ID, [DEAR])
    database = full._database
    for broken in ('["Pri', "7"):
        with database.atomic():
            database.write("UPDATE highlight SET tags = ?", (broken,))
        with pytest.raises(LibraryError, match="the library is damaged"):
            full.highlights(ID)
