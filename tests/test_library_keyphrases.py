"""Keyphrases over the calls of a library, and the command that shows them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import cli
from pipeline.annotate import annotate
from pipeline.errors import NotFound
from pipeline.library import EVERYTHING, Filters, Library
from pipeline.lines.view import to_json
from tests.fakes import FakeLanguageModel
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

A, B, C = "a" * 64, "b" * 64, "c" * 64
PHRASES = ("live map", "hot food", "fixed price", "road map")
SAID: dict[str, tuple[str, ...]] = {  # by recording: "speaker: text"
    A: (
        "Nora: What of the fixed price and the road map?",
        "Marcus: The fixed price is fair. Give me the live map.",
        "Marcus: A fixed price.",
    ),
    B: ("Nora: And the fixed price?", "Renee: I do hot food. The fixed price is fine."),
    C: ("interviewer: So?", "customer: Hot food, and hot food, and a live map."),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of three calls, two of them in one project; Nora is the interviewer."""
    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        for number, (identity, lines) in enumerate(SAID.items()):
            _fill(library, identity, number, lines)
        with library._database.atomic():
            library._database.write("UPDATE talk SET role = 'interviewer' WHERE speaker = 'Nora'")
    return folder


def _fill(library: Library, identity: str, number: int, lines: tuple[str, ...]) -> None:
    day = f"2026-09-0{number + 1}T10:00:00"
    project = "Acme" if number < 2 else None
    kept = recording(identity, title=f"Call {number + 1}", recorded_at=day, project=project)
    said = [line.split(": ") for line in lines]
    turns = [turn(text, speaker, start=10.0 * place) for place, (speaker, text) in enumerate(said)]
    fill(library, kept, *turns)
    library.store_annotation(kept.id, annotate(turns, FakeLanguageModel(phrases=PHRASES)), MADE)


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library(folder) as library:
        yield library


def typed(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(
        cli.relisten, ["--library", str(folder), "keyphrases", *map(str, arguments)]
    )


def test_phrases_over_all_calls_come_with_their_people_calls_and_mentions(library: Library) -> None:
    told = [(p.text, p.people, p.calls, p.mentions) for p in library.widespread(EVERYTHING, 10)]
    assert told == [("live map", 2, 2, 2), ("hot food", 2, 2, 2), ("fixed price", 2, 2, 3)]


def test_a_phrase_over_calls_is_first_where_it_is_said_first(library: Library) -> None:
    live = library.widespread(EVERYTHING, 1)[0]
    assert (live.recording, live.first, live.last) == (A, "2026-09-01", "2026-09-03")
    assert 10.0 < live.start < 15.0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(project="acme"), ["fixed price", "hot food", "live map"]),
        (Filters(speaker="renee"), ["hot food", "fixed price"]),
        (Filters(since="2026-09-03"), ["live map", "hot food"]),
        (Filters(speaker="nora"), []),
    ],
)
def test_only_what_filters_leave_counts(
    library: Library, filters: Filters, expected: list[str]
) -> None:
    assert [each.text for each in library.widespread(filters, 10)] == expected


def test_no_more_phrases_are_given_than_are_asked_for(library: Library) -> None:
    assert library.widespread(EVERYTHING, 2) == library.widespread(EVERYTHING, 10)[:2]


def test_a_project_that_is_not_there_is_said_to_be_none(library: Library) -> None:
    with pytest.raises(NotFound, match="no recording is in a project called 'acne'"):
        library.widespread(Filters(project="acne"), 10)


def test_the_phrases_of_a_call_rank_by_what_its_project_has_elsewhere(library: Library) -> None:
    here = {each.text: each.rank for each in library.annotation(A).keyphrases}
    alone = {each.text: each.rank for each in library.annotation(C).keyphrases}
    assert list(here) == ["live map", "fixed price", "road map"]
    assert (here["live map"], alone["live map"]) == (1.0, 1.0)
    assert here["fixed price"] < 5 / 7  # as it was found, before it was weighed
    library.put(recording(B, project="Other"))
    (_, fixed, _) = library.annotation(A).keyphrases
    assert fixed.text == "fixed price"
    assert fixed.rank == pytest.approx(5 / 7, abs=1e-4)


def test_a_library_without_keyphrases_has_none(tmp_path: Path) -> None:
    with Library(tmp_path / "new", create=True) as library:
        assert library.widespread(EVERYTHING, 10) == []
    shown = typed(tmp_path / "new")
    assert (
        shown.stdout == "No keyphrases were found there, or nobody but an interviewer says them.\n"
    )


def test_over_calls_each_phrase_has_a_line_that_plays(folder: Path) -> None:
    shown = typed(folder, "--project", "acme")
    assert shown.exit_code == 0
    head, first, *_, hear = shown.stdout.splitlines()
    assert head.split() == ["PEOPLE", "CALLS", "SAID", "SINCE", "FIRST", "AT", "PHRASE"]
    assert first.split() == ["2", "2", "3", "2026-09-01", "aaaaaaaa@00:10", "fixed", "price"]
    assert hear == "Hear one: relisten play aaaaaaaa@00:10"


def test_of_one_call_each_phrase_has_a_line_that_plays(folder: Path) -> None:
    shown = typed(folder, "call 1", "--limit", "2")
    assert shown.exit_code == 0
    head, first, second, hear = shown.stdout.splitlines()
    assert head.split() == ["SAID", "FIRST", "AT", "PHRASE"]
    assert first.split()[0] == "1"
    assert first.endswith("live map")
    assert second.endswith("fixed price")
    assert hear.startswith("Hear one: relisten play aaaaaaaa@00:1")


def test_a_call_in_which_none_were_found_says_so(folder: Path) -> None:
    with Library(folder) as library:
        fill(library, recording("d" * 64, title="Call 4"), turn("Hm.", "Ann"))
    shown = typed(folder, "call 4")
    assert shown.stdout == (
        "No keyphrases were found in this recording. What was done with it: "
        "relisten show dddddddd\n"
    )


@pytest.mark.parametrize("what", [(), ("call 1",)])
def test_as_json_they_are_printed_field_for_field(folder: Path, what: tuple[str, ...]) -> None:
    shown = typed(folder, *what, "--json")
    with Library(folder) as library:
        known: Any = (
            library.annotation(A).keyphrases if what else library.widespread(EVERYTHING, 20)
        )
    assert json.loads(shown.stdout) == json.loads(to_json(known))
    assert json.loads(shown.stdout)


def test_a_recording_and_filters_together_are_refused(folder: Path) -> None:
    refused = typed(folder, "call 1", "--project", "acme")
    assert refused.exit_code != 0
    assert "name a recording, or say which by filters" in str(refused.exception)


def test_it_opens_no_library_that_is_not_there(tmp_path: Path) -> None:
    refused = typed(tmp_path / "none")
    assert refused.exit_code != 0
    assert "there is no library here yet" in str(refused.exception)
