"""Filing in the library: what is filed comes back, and no run of a stage changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import LibraryError
from pipeline.filing import Count, Filing, ProjectSummary, folded
from pipeline.library import Filters, Library
from pipeline.recording import Track
from tests.libraries import contents, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A, B, C = "a" * 64, "b" * 64, "c" * 64
TRACKS = (Track("anna.wav", "Anna"), Track("ben.wav", "Ben"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path, create=True) as made:
        for identity, day in ((A, "01"), (B, "02"), (C, "03")):
            made.put(recording(identity, title=identity[0], recorded_at=f"2026-09-{day}T10:00:00"))
        yield made


def test_tags_come_back_by_the_alphabet_each_once(library: Library) -> None:
    library.add_tags(A, ["pricing", "Churn"])
    library.add_tags(A, ["PRICING", "first, call"])
    assert library.tags(A) == ("call", "Churn", "first", "pricing")
    assert library.tags(B) == ()


def test_a_tag_is_taken_off_in_any_spelling(library: Library) -> None:
    library.add_tags(A, ["Prénom", "churn"])
    library.remove_tags(A, ["PRENOM", "never there"])
    assert library.tags(A) == ("churn",)


def test_participants_come_back_in_their_order_and_take_the_place_of_those_before(
    library: Library,
) -> None:
    library.set_participants(A, ["Zoë", "Ann Lee", "zoe"])
    assert library.participants(A) == ("Zoë", "Ann Lee")
    library.set_participants(A, ["Bob"])
    assert library.participants(A) == ("Bob",)


def test_participants_are_whose_the_tracks_are_until_a_person_says_otherwise(
    library: Library,
) -> None:
    library.put(recording(A, tracks=TRACKS))
    assert library.participants(A) == ("Anna", "Ben")
    assert library.entries(Filters(recording=A))[0].participants == ("Anna", "Ben")
    library.set_participants(A, ["Anna Smith"])
    assert library.participants(A) == ("Anna Smith",)
    library.set_participants(A, [])
    assert library.participants(A) == ("Anna", "Ben")


def test_who_is_not_said_to_have_taken_part_is_not_found_by_the_name_of_a_track(
    library: Library,
) -> None:
    library.put(recording(A, tracks=TRACKS))
    library.put(recording(B, tracks=TRACKS))
    library.set_participants(A, ["Anna Smith", "Ben"])
    found = [entry.recording.id for entry in library.entries(Filters(participant="anna"))]
    assert found == [B]
    assert library.known_participants() == (
        Count("Anna", 1),
        Count("Anna Smith", 1),
        Count("Ben", 2),
    )


def test_everything_is_filed_at_once(library: Library) -> None:
    library.add_tags(A, ["old"])
    filing = Filing("acme", "Kick-off", "2026-10-05T00:00:00", ("Ann",), ("new",), ("OLD",))
    library.file_under(recording(A), filing)
    kept = library.get(A)
    assert kept is not None
    assert (kept.project, kept.title) == ("acme", "Kick-off")
    assert (kept.recorded_at, kept.recorded_at_from) == ("2026-10-05T00:00:00", "hand")
    assert (library.tags(A), library.participants(A)) == (("new",), ("Ann",))


def test_what_is_not_said_stays_and_what_is_empty_goes(library: Library) -> None:
    filed = recording(A, project="acme", title="Kick-off")
    library.put(filed)
    library.set_participants(A, ["Ann"])
    library.file_under(filed, Filing(tags=("new",)))
    assert library.get(A) == filed
    assert library.participants(A) == ("Ann",)
    library.file_under(filed, Filing(project="", title=" ", participants=()))
    kept = library.get(A)
    assert kept is not None
    assert (kept.project, kept.title, library.participants(A)) == (None, "first", ())


def test_filing_that_breaks_off_changes_nothing(library: Library, tmp_path: Path) -> None:
    before = contents(tmp_path)
    unknown = recording("d" * 64)
    with pytest.raises(LibraryError):
        library.file_under(unknown, Filing(project="acme", tags=("new",)))
    assert contents(tmp_path) == before


def test_no_stage_that_runs_again_changes_what_a_person_filed(library: Library) -> None:
    library.file_under(recording(A), Filing("acme", date="2026-10-05T00:00:00", tags=("new",)))
    filed = library.get(A)
    assert filed is not None
    fill(library, filed, turn("How is Acme?"))
    assert (library.get(A), library.tags(A)) == (filed, ("new",))


def test_projects_are_summed_up_whatever_their_spelling(library: Library) -> None:
    for identity, project in ((A, "acme"), (B, "Acme"), (C, "acme")):
        library.file_under(recording(identity), Filing(project=project, tags=("pricing",)))
    library.add_tags(B, ["churn"])
    library.put(recording("d" * 64))
    assert library.projects() == (
        ProjectSummary(
            "acme",
            3,
            1800.0,
            "2026-09-01",
            "2026-09-03",
            (Count("pricing", 3), Count("churn", 1)),
        ),
        ProjectSummary(None, 1, 600.0, "2026-09-01", "2026-09-01"),
    )


def test_an_empty_library_has_no_projects(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as empty:
        assert empty.projects() == ()


def test_a_list_says_what_each_recording_is_filed_under(library: Library) -> None:
    library.add_tags(A, ["b", "a"])
    library.set_participants(B, ["Zoë", "Ann"])
    filed = {entry.recording.id: (entry.tags, entry.participants) for entry in library.entries()}
    assert filed == {A: (("a", "b"), ()), B: ((), ("Zoë", "Ann")), C: ((), ())}


NAMES = st.text("aAbBéE\u0301 ", max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.tuples(st.booleans(), NAMES), max_size=8))
def test_tags_are_those_put_on_and_not_taken_off_since(
    library: Library, changes: list[tuple[bool, str]]
) -> None:
    library.remove_tags(A, library.tags(A))
    expected: set[str] = set()
    for put_on, name in changes:
        if put_on:
            library.add_tags(A, [name])
            expected |= {folded(name)} - {""}
        else:
            library.remove_tags(A, [name])
            expected -= {folded(name)}
    assert {folded(name) for name in library.tags(A)} == expected
