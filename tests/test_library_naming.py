"""Names over a whole library: merged, split, taken back, forgotten, and listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.entities.known import KnownName
from pipeline.errors import NotFound, UsageError
from pipeline.library import EVERYTHING, Filters, Library
from pipeline.speakers import EditKind, SpeakerEdit
from pipeline.transcript import Annotation, Entity, Mention
from tests.libraries import MADE, contents, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.recording import Recording

WHEN = "2026-10-01T00:00:00+00:00"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Yield a library of two calls, in which names are said."""
    with Library(tmp_path / "library", create=True) as made:
        call(made, "a", "Acme Corp", "Acme", "Priya", "Priya Raman")
        call(made, "b", "Acme's", "Priya", day="2026-08-01", project="Zeta")
        yield made


def call(
    library: Library, letter: str, *names: str, day: str = "2026-09-01", project: str = "Acme"
) -> Recording:
    """Put a call into a library in which each turn is a name, said by turns."""
    kept = recording(letter * 64, title=letter, recorded_at=f"{day}T10:00:00", project=project)
    speakers = ("Ann", "Speaker 2")
    turns = [
        turn(name, speakers[number % 2], start=10.0 * number, each=0.5)
        for number, name in enumerate(names)
    ]
    fill(library, kept, *turns)
    annotate(library, kept, *names)
    return kept


def annotate(library: Library, kept: Recording, *names: str) -> None:
    """Store the names of a call, as a run does."""
    full = {"Priya": "Priya Raman"} if "Priya Raman" in names else {}
    entities = [
        Entity(
            name,
            "PERSON" if name.startswith("P") else "ORG",
            Mention(10.0 * number, 10.0 * number + 1, number, 0, len(name)),
            full.get(name, name.removesuffix("'s")),
        )
        for number, name in enumerate(names)
    ]
    library.store_annotation(kept.id, Annotation(tuple(entities)), MADE)


def names(library: Library, letter: str = "a") -> list[str]:
    """Return the names of a call."""
    return [each.name for each in library.annotation(letter * 64).entities]


def test_an_entity_is_asked_for_by_any_of_its_spellings(library: Library) -> None:
    for name in ("Acme", "ACME corp", "acme's", "the Acme"):
        assert library.entity_names(name) == ("acme",)
    assert library.entity_names("Priya Raman") == ("priya raman",)
    assert library.entity_names("priya") == ("priya",)


def test_what_is_only_written_so_is_found_by_that(library: Library) -> None:
    library.store_annotation("b" * 64, Annotation(), MADE)
    assert library.entity_names("priya") == ("priya raman",)


def test_a_name_that_nothing_goes_by_is_told_with_names_that_are_near(library: Library) -> None:
    with pytest.raises(NotFound, match=r"'Akme'\. Did you mean acme\? See all: relisten entities"):
        library.entity_names("Akme")


def test_names_that_are_merged_are_one_from_then_on(library: Library) -> None:
    library.say_of_name("Acme Corp", "Zeta", WHEN)
    assert names(library) == ["Zeta", "Zeta", "Priya Raman", "Priya Raman"]
    assert names(library, "b") == ["Zeta", "Priya"]
    assert library.entity_names("acme") == library.entity_names("zeta") == ("zeta",)


def test_no_run_writes_over_what_was_said_of_names(library: Library) -> None:
    library.say_of_name("Acme", "Zeta", WHEN)
    library.say_of_name("Priya", "Priya", WHEN)
    before = names(library)
    annotate(library, recording("a" * 64), "Acme Corp", "Acme", "Priya", "Priya Raman")
    assert names(library) == before == ["Zeta", "Zeta", "Priya", "Priya Raman"]


def test_a_name_that_is_split_off_is_only_itself(library: Library) -> None:
    library.say_of_name("Acme Corp", "Acme Corp", WHEN)
    assert names(library)[:2] == ["Acme Corp", "Acme"]
    assert library.entity_names("Acme Corp") == ("acme corp",)
    assert library.entity_names("Acme") == ("acme",)


@pytest.mark.parametrize(
    ("name", "meant"), [("Acme", "Zeta"), ("Acme Corp", "Acme Corp"), ("Priya", "Priya")]
)
def test_what_was_said_last_is_taken_back_without_a_trace(
    library: Library, name: str, meant: str
) -> None:
    with library._database.atomic():
        library.name_entities(["a" * 64, "b" * 64], anew=True)
    before = contents(library.folder)
    library.say_of_name(name, meant, WHEN)
    assert contents(library.folder) != before
    assert library.take_back_name().meant == meant
    assert contents(library.folder) == before


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("acme corp", "Acme Corp"),
        ("ACME", "Acme"),
        ("priya raman", "Priya Raman"),
        ("the Acme's", "Acme"),
        ("FERNHOPP", "Fernhopp"),
        ("acme gmbh", "acme gmbh"),
        ("zürich", "Zürich"),
        ("muller", "Müller Ltd"),
    ],
)
def test_a_name_of_which_something_was_said_is_told_as_it_is_written(
    library: Library, typed: str, written: str
) -> None:
    call(library, "c", "Fernhopp", "Fernhopp", "FernHopp", "Zürich", "Müller Ltd")
    said = library.say_of_name(typed, "Else", WHEN)
    assert library.as_written(said.folded) == written  # while it holds
    assert library.take_back_name() == said
    assert library.as_written(said.folded) == written


def test_where_nothing_was_said_there_is_nothing_to_take_back(library: Library) -> None:
    with pytest.raises(UsageError, match="nothing was said of a name yet"):
        library.take_back_name()


def test_names_that_are_one_are_not_merged_again(library: Library) -> None:
    with pytest.raises(UsageError, match="Acme Corp and ACME are one already"):
        library.say_of_name("Acme Corp", "ACME", WHEN)
    with pytest.raises(NotFound):
        library.say_of_name("Nobody", "Acme", WHEN)
    assert library.namings().said == ()


def test_what_was_said_of_a_name_goes_with_the_last_recording_that_has_it(
    library: Library,
) -> None:
    library.say_of_name("Priya", "Priya", WHEN)
    library.say_of_name("Acme Corp", "Acme Corp", WHEN)
    library.empty(["a" * 64])
    assert [each.folded for each in library.namings().said] == ["priya"]
    library.empty(["b" * 64])
    assert library.namings().said == ()


def test_names_are_known_by_lists_by_who_takes_part_and_by_hand(library: Library) -> None:
    identity = "a" * 64
    library.set_vocabulary(identity, ["Beam [PRODUCT]", "Zeta"])
    library.set_vocabulary(identity, ["Beam [PRODUCT]"])
    library.set_participants(identity, ["Cy Twist"])
    edit = SpeakerEdit(EditKind.NAME, "Speaker 2", "Dee", number=1, made_at=WHEN)
    library.store_edits(identity, [edit], library.turns(identity), MADE)
    annotate(library, recording("b" * 64), "Priya")
    library.say_of_name("Priya", "Paula", WHEN)
    assert library.vocabulary(identity) == ("Beam [PRODUCT]",)
    assert library.known_names(identity) == (
        KnownName("Beam", "PRODUCT"),
        KnownName("Cy Twist", "PERSON"),
        KnownName("Dee", "PERSON"),
        KnownName("Cy", "PERSON"),
        KnownName("Paula", "PERSON"),
        KnownName("priya", "PERSON"),
    )


def test_entities_are_listed_by_how_many_calls_they_are_in(library: Library) -> None:
    acme, *others = library.entities(EVERYTHING)
    assert (acme.name, acme.label, acme.recordings, acme.mentions) == ("Acme", "ORG", 2, 3)
    assert [(each.name, each.recordings) for each in others] == [("Priya Raman", 1), ("Priya", 1)]


def test_an_entity_is_said_first_where_the_earliest_recording_has_it(library: Library) -> None:
    acme, *_ = library.entities(EVERYTHING)
    assert (acme.recording, acme.start) == ("b" * 64, 0.0)
    assert {each.name: each.recordings for each in acme.variants} == {
        "Acme Corp": 1,
        "Acme": 1,
        "Acme's": 1,
    }


def test_people_are_counted_and_one_name_in_two_projects_is_two(library: Library) -> None:
    people = {each.name: each.people for each in library.entities(EVERYTHING)}
    assert people == {"Acme": 3, "Priya Raman": 2, "Priya": 1}


@pytest.mark.parametrize(
    ("filters", "labels", "found"),
    [
        (Filters(project="zeta"), (), ["Acme", "Priya"]),
        (Filters(speaker="Ann"), ("ORG",), ["Acme", "Acme Corp"]),
        (Filters(recording="b" * 64), ("PERSON",), ["Priya"]),
        (EVERYTHING, ("MONEY",), []),
    ],
)
def test_filters_and_labels_leave_what_they_mean(
    library: Library, filters: Filters, labels: tuple[str, ...], found: list[str]
) -> None:
    named = {each.name for each in library.entities(filters, labels)}
    assert named <= set(found)
    assert bool(named) == bool(found)


def test_no_more_entities_are_listed_than_are_asked_for(library: Library) -> None:
    assert [each.name for each in library.entities(EVERYTHING, limit=1)] == ["Acme"]


@pytest.mark.parametrize("name", ["Quick Crate", "quick-crate", "QuickCrate", "quickcrate"])
def test_a_name_is_the_same_in_one_word_in_two_and_with_a_hyphen(
    library: Library, name: str
) -> None:
    call(library, "c", "quick-crate")
    assert library.entity_names(name) == ("quick-crate",)


def test_a_name_that_is_not_ascii_is_compared_in_any_case(library: Library) -> None:
    call(library, "c", "Zürich Ärzte")
    assert library.entity_names("ZÜRICHÄRZTE") == ("zurich arzte",)
