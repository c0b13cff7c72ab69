"""Lists of pseudonyms in the library: kept by project, forgotten with who was named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.library import Library
from pipeline.pseudonyms import HeardName, Kind, Pseudonym
from pipeline.transcript import Annotation, Entity, Mention
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST, SECOND = "ab" * 32, "cd" * 32
ANN = Pseudonym("Ann Lee", Kind.PERSON, "P01")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path, create=True) as opened:
        fill(opened, recording(FIRST, project="Acme"), turn("Ann Lee called Zed.", "Ben"))
        fill(opened, recording(SECOND, project="acme"), turn("Zed paid.", "Speaker 1"))
        found = (
            Entity("Ann", "PERSON", Mention(0, 1, 0, 0, 7), "Ann Lee"),
            Entity("Zed", "ORG", Mention(1, 2, 0, 15, 18)),
        )
        opened.store_annotation(FIRST, Annotation(found), MADE)
        yield opened


def test_a_list_is_kept_by_project_however_that_is_spelt(library: Library) -> None:
    library.set_pseudonyms("ACME", [ANN])
    assert library.pseudonyms("acme") == (ANN,)
    assert library.pseudonyms(None) == ()


def test_what_is_decided_last_holds(library: Library) -> None:
    library.set_pseudonyms(None, [ANN])
    library.set_pseudonyms(None, [Pseudonym("ann lee", Kind.PERSON, "P09", added=True)])
    assert library.pseudonyms(None) == (Pseudonym("ann lee", Kind.PERSON, "P09", added=True),)
    assert library.remove_pseudonym(None, "ANN LEE")
    assert not library.remove_pseudonym(None, "Ann Lee")


def test_names_are_found_with_where_they_are_said_and_who_speaks(library: Library) -> None:
    members = library.recordings_of("Acme")
    assert set(members) == {FIRST, SECOND}
    said = {(each.name, each.label, each.start) for each in library.names_said(members)}
    assert said == {("Ann Lee", "PERSON", 0.0), ("Zed", "ORG", 1.0), ("Ben", "PERSON", None)}
    assert "called" in library.words_said_small(members)
    assert "Zed" not in library.words_said_small(members)


def test_where_a_name_is_heard_is_kept_once(library: Library) -> None:
    heard = HeardName(1.0, 2.5, "Zed")
    for _ in range(2):
        library.add_heard_names(FIRST, [heard])
    assert library.heard_names(FIRST) == (heard,)
    library.remove_heard_names(FIRST)
    assert library.heard_names(FIRST) == ()


def test_who_is_forgotten_is_in_no_list_any_more(library: Library) -> None:
    zed = Pseudonym("Zed", Kind.COMPANY, "Company A")
    library.set_pseudonyms("Acme", [ANN, zed])
    library.add_heard_names(FIRST, [HeardName(1.0, 2.0, "Ann Lee")])
    library.empty([FIRST])
    assert library.pseudonyms("Acme") == (zed,)
    assert library.heard_names(FIRST) == ()
    library.empty([SECOND])
    assert library.pseudonyms("Acme") == ()


def test_the_lists_of_other_projects_stay(library: Library) -> None:
    library.set_pseudonyms("other", [ANN])
    library.empty([FIRST, SECOND])
    assert library.pseudonyms("other") == (ANN,)
