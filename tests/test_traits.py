"""What filters ask of turns, kept narrow beside them: in step with all that it is made of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.library import Filters, Library, Order
from pipeline.library.database import FILE_NAME
from pipeline.library.traits import fill_traits, note_traits
from pipeline.speakers import EditKind, SpeakerEdit
from pipeline.transcript import Annotation, Answer, Entity, Mention, Question
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ID, OTHER = "aa" * 32, "bb" * 32
SAID = (
    turn("What do you pay?", "Interviewer", 0.0),
    turn("Acme takes ten dollars.", "Ben", 5.0),
    turn("Too much.", "Ben", 9.0),
)
FOUND = Annotation(
    (
        Entity("Acme", "ORG", Mention(5.0, 5.3, 1, 0, 4)),
        Entity("ten dollars", "MONEY", Mention(5.6, 6.2, 1, 11, 22)),
    ),
    questions=(Question(Mention(0.0, 1.2, 0, 0, 16), True, Answer(5.0, 10.0, 1, 2)),),
)
TRAITS = (
    "SELECT turn_trait.position, speaker, role, asks, answers, labels FROM turn_trait "
    "JOIN recording_number ON number = recording WHERE recording_id = ? ORDER BY position"
)
Row = tuple[int, str | None, str | None, int, int, frozenset[str]]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path, create=True) as made:
        fill(made, recording(ID), *SAID)
        yield made


def traits(library: Library, identity: str = ID) -> list[Row]:
    """Return what is noted of the turns of a recording."""
    rows = library._database.read(TRAITS, (identity,))
    return [(*row[:5], frozenset(row[5].split(",")) - {""}) for row in map(tuple, rows)]


def speakers(library: Library) -> list[str | None]:
    return [row[1] for row in traits(library)]


def edges(library: Library, identity: str = ID) -> tuple[Any, ...]:
    query = "SELECT first, last FROM recording_number WHERE recording_id = ?"
    return tuple(library._database.read(query, (identity,))[0])


def test_turns_are_noted_with_who_says_them(library: Library) -> None:
    assert speakers(library) == ["Interviewer", "Ben", "Ben"]
    assert traits(library)[0][2] == "interviewer"
    first, last = edges(library)
    assert last - first == 2


def test_what_is_found_in_turns_is_noted_with_them(library: Library) -> None:
    library.store_annotation(ID, FOUND, MADE)
    assert [row[3:] for row in traits(library)] == [
        (1, 0, frozenset()),
        (0, 1, frozenset({"ORG", "MONEY"})),
        (0, 1, frozenset()),
    ]


def test_what_is_not_found_again_is_noted_no_more(library: Library) -> None:
    library.store_annotation(ID, FOUND, MADE)
    library.store_annotation(ID, Annotation(), MADE)
    assert {row[3:] for row in traits(library)} == {(0, 0, frozenset())}


def test_a_new_name_of_a_speaker_is_noted_and_the_findings_stay(library: Library) -> None:
    library.store_annotation(ID, FOUND, MADE)
    edit = SpeakerEdit(EditKind.NAME, "Ben", "Priya", number=1)
    renamed = (SAID[0], *(turn(each.text, "Priya", each.start) for each in SAID[1:]))
    library.store_edits(ID, (edit,), renamed, MADE)
    assert speakers(library) == ["Interviewer", "Priya", "Priya"]
    assert [row[3] for row in traits(library)] == [1, 0, 0]
    priya = library.turns_in(Filters(speaker="priya"), 10, Order.BEST)
    assert len(priya.ids) == 2


def test_turns_that_are_made_anew_take_what_was_noted_with_them(library: Library) -> None:
    library.store_annotation(ID, FOUND, MADE)
    library.store_turns(ID, SAID[:1], MADE)
    assert [row[3:] for row in traits(library)] == [(0, 0, frozenset())]


def test_a_recording_that_is_forgotten_leaves_nothing(library: Library) -> None:
    with library._database.atomic():
        library._database.write("DELETE FROM recording WHERE id = ?", (ID,))
    for table in ("turn_trait", "recording_number"):
        assert library._database.read(f"SELECT * FROM {table}") == []


def test_noting_twice_is_noting_once(library: Library) -> None:
    library.store_annotation(ID, FOUND, MADE)
    before = traits(library)
    with library._database.atomic():
        note_traits(library._database.write, ID)
    assert traits(library) == before


def test_turns_that_are_not_in_a_row_have_no_first_number(library: Library) -> None:
    with library._database.atomic():
        library._database.write("UPDATE turn SET id = id + 100 WHERE position = 1")
        fill_traits(library._database.read)
    assert edges(library)[0] is None
    assert speakers(library) == ["Interviewer", "Ben", "Ben"]


def test_all_that_is_noted_can_be_noted_anew(library: Library) -> None:
    fill(library, recording(OTHER, title="Other"), *SAID[:2])
    library.store_annotation(ID, FOUND, MADE)
    before = [traits(library, each) for each in (ID, OTHER)]
    with library._database.atomic():
        library._database.write("DELETE FROM turn_trait")
        library._database.write("DELETE FROM recording_number")
        fill_traits(library._database.read)
    assert [traits(library, each) for each in (ID, OTHER)] == before


def test_no_turn_is_without(library: Library, tmp_path: Path) -> None:
    fill(library, recording(OTHER, title="Other"), *SAID[:2])
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        (missing,) = file.execute(
            "SELECT count(*) FROM turn WHERE id NOT IN (SELECT id FROM turn_trait)"
        ).fetchone()
    assert missing == 0
