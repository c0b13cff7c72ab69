"""Roles beside who speaks: in step with turns, names and what a person says of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pipeline.correcting import Wish, keep, scene, with_wishes, without_last
from pipeline.library import Library
from pipeline.library.database import FILE_NAME
from pipeline.library.examining import faults
from pipeline.library.roles import fill_roles
from pipeline.library.seals import seal_all
from pipeline.speakers import EditKind
from tests.fakes import FakeEngines
from tests.libraries import MADE, fill, recording
from tests.test_database import fuller
from tests.test_roles import chat, interview

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.recording import Recording

ID = "ab" * 32


def wished(library: Library, call: Recording, kind: EditKind, left: str, right: str) -> None:
    standing = with_wishes(scene(call, library), [Wish(kind, left, right)], "2026-09-01T10:00:00")
    keep(standing, library, FakeEngines())


def forgotten_and_filled(library: Library) -> None:
    """Fill the roles of a library anew, as if it had never had any."""
    with closing(sqlite3.connect(library.folder / FILE_NAME)) as file, file:
        file.row_factory = sqlite3.Row
        file.create_function("casefold", 1, lambda text: text and text.casefold())
        file.execute("UPDATE talk SET role = NULL, guessed = 1")
        fill_roles(file.execute)


@pytest.fixture
def call(library: Library) -> Recording:
    """A call of "Speaker 1", who asks, and "Speaker 2", with nothing left to annotate."""
    return fill(library, recording(ID), *interview("Speaker 1", "Speaker 2"))


def test_who_asks_is_guessed_when_turns_are_made(library: Library, call: Recording) -> None:
    assert library.roles_of(call.id) == {
        "Speaker 1": ("interviewer", True),
        "Speaker 2": ("customer", True),
    }


def test_where_nobody_clearly_asks_nobody_has_a_role(library: Library) -> None:
    fill(library, recording(ID), *chat())
    assert library.roles_of(ID) == {}


def test_who_is_called_by_a_role_has_it(library: Library) -> None:
    turns = interview("customer", "Interviewer")  # as the tracks were named, whoever asks
    fill(library, recording(ID), *turns)
    assert library.roles_of(ID) == {
        "customer": ("customer", False),
        "Interviewer": ("interviewer", False),
    }


def test_who_was_called_by_a_role_keeps_it_under_a_name(library: Library) -> None:
    kept = fill(library, recording(ID), *interview("customer", "interviewer"))
    wished(library, kept, EditKind.NAME, "customer", "Ann Lee")
    expected = {"Ann Lee": ("customer", False), "interviewer": ("interviewer", False)}
    assert library.roles_of(ID) == expected
    forgotten_and_filled(library)
    assert library.roles_of(ID) == expected


def test_what_a_person_says_goes_before_a_guess_until_it_is_taken_back(
    library: Library, call: Recording
) -> None:
    library.store_turns(call.id, library.turns(call.id), MADE)
    wished(library, call, EditKind.ROLE, "Speaker 2", "other")
    assert library.roles_of(call.id)["Speaker 2"] == ("other", False)
    wished(library, call, EditKind.NAME, "Speaker 2", "Ben Lind")
    assert library.roles_of(call.id)["Ben Lind"] == ("other", False)
    keep(without_last(without_last(scene(call, library))), library, FakeEngines())
    assert library.roles_of(call.id)["Speaker 2"] == ("customer", True)


def test_a_role_stays_when_turns_are_made_again(library: Library, call: Recording) -> None:
    wished(library, call, EditKind.ROLE, "Speaker 1", "customer")
    library.store_turns(call.id, library.turns(call.id), MADE)
    assert library.roles_of(call.id)["Speaker 1"] == ("customer", False)


def test_a_name_that_asks_in_many_calls_of_a_project_is_likelier_to_ask(library: Library) -> None:
    for number in range(4):
        turns = interview("Nora", f"Customer {number}")
        fill(library, recording(f"{number}" * 64, project="acme"), *turns)
    assert library.calls_of_speakers("ACME")["Nora"] == 4
    assert library.roles_of("3" * 64)["Nora"] == ("interviewer", True)


def test_roles_are_sealed_with_what_they_stand_beside(library: Library, call: Recording) -> None:
    wished(library, call, EditKind.ROLE, "Speaker 2", "other")
    assert list(faults(library.folder)) == []


@pytest.mark.parametrize(
    ("edits", "roles"),
    [
        ([], {"Speaker 1": ("interviewer", True), "Speaker 2": ("customer", True)}),
        (
            [(EditKind.ROLE, "Speaker 2", "customer"), (EditKind.ROLE, "Speaker 2", "other")],
            {"Speaker 1": ("interviewer", True), "Speaker 2": ("other", False)},
        ),
        (
            [(EditKind.ROLE, "Speaker 1", "interviewer"), (EditKind.NAME, "Speaker 1", "Ann")],
            {"Ann": ("interviewer", False), "Speaker 2": ("customer", True)},
        ),
    ],
)
def test_a_library_from_before_has_the_roles_that_would_be_kept_now(
    library: Library,
    call: Recording,
    edits: list[tuple[EditKind, str, str]],
    roles: dict[str, tuple[str, bool]],
) -> None:
    for kind, left, right in edits:
        wished(library, call, kind, left, right)
    assert library.roles_of(call.id) == roles
    forgotten_and_filled(library)
    assert library.roles_of(call.id) == roles


def test_a_migrated_library_has_roles(tmp_path: Path) -> None:
    fuller(tmp_path, 4)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file, file:
        for table in ("talk", "turn"):
            file.execute(f"UPDATE {table} SET speaker = 'interviewer' WHERE speaker = 'Ann'")
            file.execute(f"UPDATE {table} SET speaker = 'customer' WHERE speaker = 'Ben'")
        file.execute("DELETE FROM speaker_edit")
        file.execute("DELETE FROM seal")
        seal_all(file)
    with Library(tmp_path) as library:
        assert library.roles_of("two") == {
            "interviewer": ("interviewer", False),
            "customer": ("customer", False),
        }
