"""Who speaks, put right while it is read: of what is shown, kept at once, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.correcting import Wish
from pipeline.errors import Changed, NotFound, RelistenError, UsageError
from pipeline.following import Seen, Undo, retype
from pipeline.recasting import Part, give, part_of, undo_speakers, wish
from pipeline.speakers import EditKind
from tests.test_following import CALL, LAST, assert_as_made_anew, names, put

if TYPE_CHECKING:
    from pipeline.library import Library


@pytest.fixture
def full(library: Library) -> Library:
    """Return a library of a call of two people in a channel each."""
    put(library, CALL)
    return library


def test_a_turn_is_given_to_somebody_and_back(full: Library) -> None:
    before = names(full)
    done = give(full, CALL, Part(Seen(4, LAST), "Ann"), "Ben")
    assert done.said == f"Given to Ben, not Ann: {LAST}"
    assert names(full)[-1] == "Ben"
    assert_as_made_anew(full)
    (edit,) = full.edits(CALL.id)
    assert done.undo == Undo("speakers", None, CALL.id, 1, 1, edit.made_at)
    assert done.undo is not None
    undo_speakers(full, CALL, done.undo)
    assert names(full) == before
    with pytest.raises(UsageError, match="taken back already"):
        undo_speakers(full, CALL, done.undo)


def test_a_part_of_a_turn_is_given_to_somebody_new(full: Library) -> None:
    give(full, CALL, Part(Seen(4, LAST), "Ann", LAST.index("acne"), len(LAST)), "Cy")
    assert [(t.speaker, t.text) for t in full.turns(CALL.id)][-2:] == [
        ("Ann", "Because we pay"),
        ("Cy", "acne too much."),
    ]
    assert_as_made_anew(full)


def test_words_that_were_put_right_can_be_given_too(full: Library) -> None:
    retype(full, CALL, Seen(4, LAST), "Because we pay a sum that is far too much.")
    done = give(full, CALL, Part(Seen(4), "Ann"), "Ben")
    assert done.said.startswith("Given to Ben")
    assert_as_made_anew(full)


def test_a_turn_of_somebody_else_by_now_is_not_given(full: Library) -> None:
    give(full, CALL, Part(Seen(4), "Ann"), "Cy")
    with pytest.raises(Changed, match="who says this was changed elsewhere") as raised:
        give(full, CALL, Part(Seen(4), "Ann"), "Ben")
    assert raised.value.stands == "Cy"
    with pytest.raises(NotFound):
        give(full, CALL, Part(Seen(40), "Ann"), "Ben")


@pytest.mark.parametrize("seen", [Seen(4, "We pay acne."), Seen(4, None, 10.6), Seen(1, LAST)])
def test_a_part_of_a_turn_that_was_changed_is_not_given(full: Library, seen: Seen) -> None:
    """Its characters are others by now."""
    with pytest.raises(Changed, match="this turn was changed elsewhere"):
        give(full, CALL, Part(seen, "Ann", 0, 6), "Ben")
    assert full.edits(CALL.id) == ()


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (None, None, LAST),
        (0, 7, "Because"),
        (2, 9, "Because we"),
        (8, None, "we pay acne too much."),
        (None, 10, "Because we"),
    ],
)
def test_a_part_is_the_words_that_are_touched(
    full: Library, start: int | None, end: int | None, said: str
) -> None:
    assert part_of(full.turns(CALL.id)[4], start, end).text == said


@pytest.mark.parametrize(("start", "end"), [(7, 8), (5, 5), (90, 99), (9, 3)])
def test_a_part_without_a_word_is_none(full: Library, start: int, end: int) -> None:
    with pytest.raises(UsageError, match="no word is marked there"):
        part_of(full.turns(CALL.id)[4], start, end)


def test_a_speaker_is_named_and_the_name_taken_back(full: Library) -> None:
    undo = wish(full, CALL, [Wish(EditKind.NAME, "Ann", "Ann Lee")])
    assert (undo.recording, undo.number, undo.count) == (CALL.id, 1, 1)
    assert names(full)[1] == "Ann Lee"
    assert "annotate" in full.made(CALL.id)  # nothing else changes by a name
    undo_speakers(full, CALL, undo)
    assert names(full)[1] == "Ann"


def test_two_who_are_one_go_by_one_name_and_what_was_found_stays(full: Library) -> None:
    wish(full, CALL, [Wish(EditKind.MERGE, "Ann", "Ben")])
    assert set(names(full)) == {"Ben"}
    assert_as_made_anew(full)


def test_what_cannot_be_meant_of_a_speaker_changes_nothing(full: Library) -> None:
    with pytest.raises(RelistenError, match="nobody is called 'Zed'"):
        wish(full, CALL, [Wish(EditKind.NAME, "Zed", "Ann Lee")])
    assert full.edits(CALL.id) == ()


@pytest.mark.parametrize(
    ("kind", "what"), [(EditKind.NAME, "Bea"), (EditKind.MERGE, "Ben"), (EditKind.ROLE, "customer")]
)
def test_who_goes_by_another_name_by_now_is_not_meant_by_the_old_one(
    full: Library, kind: EditKind, what: str
) -> None:
    wish(full, CALL, [Wish(EditKind.NAME, "Ann", "Ann Lee")])
    with pytest.raises(Changed, match="nobody is shown as Ann any more") as raised:
        wish(full, CALL, [Wish(kind, "Ann", what)])
    assert raised.value.stands == "Ann Lee"
    assert len(full.edits(CALL.id)) == 1


def test_who_was_merged_is_not_renamed_with_all_that_the_other_says(full: Library) -> None:
    wish(full, CALL, [Wish(EditKind.MERGE, "Ann", "Ben")])
    with pytest.raises(Changed) as raised:
        wish(full, CALL, [Wish(EditKind.NAME, "Ann", "Bea")])
    assert raised.value.stands == "Ben"
    with pytest.raises(Changed):
        wish(full, CALL, [Wish(EditKind.MERGE, "Ben", "Ann")])
    assert set(names(full)) == {"Ben"}


def test_what_has_the_number_of_something_taken_back_is_not_taken_back(full: Library) -> None:
    first = wish(full, CALL, [Wish(EditKind.NAME, "Ann", "Ann Lee")])
    undo_speakers(full, CALL, first)
    second = wish(full, CALL, [Wish(EditKind.NAME, "Ben", "Bob")])
    assert first.number == second.number
    with pytest.raises(UsageError, match="taken back already"):
        undo_speakers(full, CALL, first)
    assert names(full)[0] == "Bob"
    undo_speakers(full, CALL, second)
    assert names(full)[0] == "Ben"
