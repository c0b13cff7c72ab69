"""Who is interviewed, and who is one person over calls: alike in all that counts people."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import cli
from pipeline.annotate import annotate
from pipeline.interviewed import Voice, is_interviewed, is_named, persons
from pipeline.library import Library
from pipeline.people import Recognised
from pipeline.speakers import EditKind, SpeakerEdit
from tests.fakes import FakeLanguageModel
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

WHEN = "2026-10-01T00:00:00+00:00"
A, B, C, D = "a" * 64, "b" * 64, "c" * 64, "d" * 64


def counted(*voices: Voice) -> int:
    return len(set(persons(voices).values()))


@pytest.mark.parametrize("speaker", ["Marcus", "Ann Lee", "Ray Lindqvist", "Guestavo", "7of9"])
def test_a_name_is_one_person_in_all_calls_of_a_project(speaker: str) -> None:
    assert is_named(speaker)
    assert counted(Voice(A, speaker, project="p"), Voice(B, speaker.upper(), project="P")) == 1


@pytest.mark.parametrize(
    "speaker",
    ["Speaker 2", "customer", "Customer", "channel 1", "Channel_1", "participant 12", "3", None],
)
def test_who_is_not_named_is_another_person_in_each_call(speaker: str | None) -> None:
    assert not is_named(speaker)
    assert counted(Voice(A, speaker, project="p"), Voice(B, speaker, project="p")) == 2


@pytest.mark.parametrize(("name", "people"), [("Ann", 2), ("Ann Lee", 1)])
@pytest.mark.parametrize("projects", [("p", "q"), (None, None), ("p", None)])
def test_only_a_full_name_is_one_person_in_several_projects_or_in_none(
    name: str, people: int, projects: tuple[str | None, str | None]
) -> None:
    one, other = projects
    assert counted(Voice(A, name, project=one), Voice(B, name, project=other)) == people


def test_who_is_confirmed_by_voice_is_one_with_that_name() -> None:
    confirmed = Voice(A, "Speaker 2", project="p", person="Ann")
    assert counted(confirmed, Voice(B, "Ann", project="p")) == 1
    assert counted(confirmed, Voice(B, "Speaker 1", project="q", person="Ann")) == 1
    assert counted(confirmed, Voice(B, "Ann", project="q")) == 2


@pytest.mark.parametrize(
    ("role", "speaker", "expected"),
    [
        ("interviewer", "Ann", False),
        ("other", "Ann", False),
        ("customer", "interviewer", True),
        (None, "Interviewer", False),
        (None, "Speaker 1", True),
        (None, None, True),
    ],
)
def test_who_asks_is_not_counted_and_whoever_else_may_be_is(
    role: str | None, speaker: str | None, expected: bool
) -> None:
    assert is_interviewed(role, speaker) is expected


SPEAKERS = {  # of each call: who asks, who answers, and the project
    A: ("Nora", "Ann", "acme"),
    B: ("interviewer", "Speaker 2", "acme"),  # confirmed to be Ann
    C: ("interviewer", "Bob Ray", "acme"),
    D: ("Nora", "Bob Ray", None),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of four calls in which two people, once asked, speak of Acme."""
    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        for identity, (asking, answering, project) in SPEAKERS.items():
            kept = recording(identity, title=identity[:4], project=project)
            turns = [
                turn("What of Acme?", asking, 0.0),
                turn("Acme is fine.", answering, 10.0),
            ]
            fill(library, kept, *turns)
            model = FakeLanguageModel(names={"Acme": "ORG"}, phrases=("Acme",))
            library.store_annotation(kept.id, annotate(turns, model), MADE)
            if asking == "Nora":
                role = SpeakerEdit(EditKind.ROLE, "Nora", "interviewer", None, 1, WHEN)
                library.store_edits(kept.id, [role], turns, MADE)
            if answering == "Speaker 2":
                named = SpeakerEdit(EditKind.NAME, "Speaker 2", "Ann", None, 1, WHEN)
                hers = [turns[0], replace(turns[1], speaker="Ann")]
                ann = Recognised(kept.id, "Speaker 2", "Ann", confirmed=True)
                library.store_edits(kept.id, [named], hers, MADE, ann)
    return folder


def test_entities_keyphrases_and_mentions_count_the_same_people(folder: Path) -> None:
    def told(*arguments: str) -> Any:
        typed = ["--library", str(folder), *arguments, "--json"]
        return json.loads(CliRunner().invoke(cli.relisten, typed).output)

    (entity,) = told("entities")
    (phrase,) = told("keyphrases")
    mentions = told("mentions", "Acme")
    assert (entity["people"], phrase["people"], mentions["mentioning"]) == (2, 2, 2)
    assert mentions["people"] == 2
