"""The parts of a REFI-QDA project: codes, cases, moments, points of time, and their names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.qda.cases import cases_of, facts
from pipeline.export.qda.coded import (
    coding_guid,
    found,
    found_guid,
    marked,
    mentions,
    silent,
)
from pipeline.export.qda.codes import Code, code_guid, meant, tree
from pipeline.export.qda.naming import FOUND, HIGHLIGHTS, STARRED, UNTAGGED
from pipeline.export.qda.project import Project
from pipeline.export.qda.sources import EPOCH, Source, moment
from pipeline.export.qda.text import Plain
from pipeline.highlights import Highlight
from pipeline.transcript import Annotation, Entity, Keyphrase, Mention, Question, Transcript
from tests.values import document, rich_document, turn

if TYPE_CHECKING:
    from pipeline.export import Document

ACME = ("Entities", "ORG", "Acme")
SAID = turn("Acme pays Acme.", "Anna", 1.0)
FIRST, SECOND = Mention(1.0, 1.3, 0, 0, 4), Mention(1.6, 1.9, 0, 10, 14)


def names(codes: tuple[Code, ...]) -> dict[str, object]:
    """Return a tree of codes by the names that are shown."""
    return {each.name: names(tuple(each.under.values())) for each in codes}


def source(said: Document) -> Source:
    return Source.of(said, set())


# Codes


def test_codes_stand_under_one_another_highlights_first() -> None:
    paths = [ACME, ("Questions", "Open question"), ("Highlights", "pricing"), ("Keyphrases", "van")]
    assert names(tree(paths)) == {
        "Highlights": {"pricing": {}},
        "Entities": {"ORG": {"Acme": {}}},
        "Keyphrases": {"van": {}},
        "Questions": {"Open question": {}},
    }
    assert [each.name for each in tree(paths)] == [
        "Highlights",
        "Entities",
        "Keyphrases",
        "Questions",
    ]


def test_a_name_that_is_taken_says_what_it_is_of() -> None:
    paths = [("Highlights", "acme"), ACME, ("Entities", "PERSON", "ACME"), ("Keyphrases", "Acme")]
    assert names(tree(paths)) == {
        "Highlights": {"acme": {}},
        "Entities": {"ORG": {"Acme (ORG)": {}}, "PERSON": {"ACME (PERSON)": {}}},
        "Keyphrases": {"Acme (keyphrase)": {}},
    }


def test_a_name_that_is_taken_even_so_has_a_number() -> None:
    paths = [("Highlights", "Acme"), ("Highlights", "Acme (ORG)"), ACME]
    assert names(tree(paths))["Entities"] == {"ORG": {"Acme (ORG) 2": {}}}


@pytest.mark.parametrize("paths", [[ACME, ACME], [ACME, ("Entities", "ORG", "ACME")]])
def test_a_code_is_there_once_however_it_is_spelt(paths: list[tuple[str, ...]]) -> None:
    (root,) = tree(paths)
    (label,) = root.under.values()
    assert len(label.under) == 1
    assert len(set(map(code_guid, paths))) == 1


NAMES = st.sampled_from(["Acme", "acme", "price", "Acme (ORG)", "ORG"])
PATHS = st.one_of(
    st.tuples(st.just("Highlights"), NAMES),
    st.tuples(st.just("Entities"), st.sampled_from(["ORG", "PERSON"]), NAMES),
    st.tuples(st.just("Keyphrases"), NAMES),
)


@given(st.lists(PATHS, max_size=12))
def test_all_names_are_unlike_and_every_code_is_there(paths: list[tuple[str, ...]]) -> None:
    leaves: list[Code] = []
    waiting = list(tree(paths))
    while waiting:
        code = waiting.pop()
        waiting.extend(code.under.values())
        leaves += [] if code.under else [code]
    assert len({each.name.casefold() for each in leaves}) == len(leaves)
    assert {each.guid for each in leaves} == set(map(code_guid, paths))
    assert all(each.name == each.path[-1] for each in leaves if each.path[0] == HIGHLIGHTS)


@pytest.mark.parametrize(
    ("shown", "path"),
    [
        (("Entities", "ORG", "Acme (ORG)"), ACME),
        (ACME, ACME),
        (("Entities", "ORG", "Acme (PERSON)"), ("Entities", "ORG", "Acme (PERSON)")),
        (("Keyphrases", "van (keyphrase)"), ("Keyphrases", "van")),
        (("Entities",), ("Entities",)),
    ],
)
def test_a_name_is_read_without_what_it_was_told_apart_by(
    shown: tuple[str, ...], path: tuple[str, ...]
) -> None:
    assert meant(shown) == path


# What is coded


def with_found(annotation: Annotation) -> Document:
    return document(SAID, annotation=annotation)


def test_what_was_found_has_its_code() -> None:
    found = Annotation(
        (Entity("Acme", "ORG", FIRST, "Acme Ltd"), Entity("Acme", "ORG", SECOND)),
        (Keyphrase("acme", 0.5, (FIRST, SECOND)), Keyphrase("none", 0.1, ())),
        (Question(FIRST, True), Question(SECOND, False)),
    )
    assert list(mentions(found)) == [
        (("Entities", "ORG", "Acme Ltd"), FIRST),
        (("Entities", "ORG", "Acme"), SECOND),
        (("Keyphrases", "acme"), FIRST),
        (("Keyphrases", "acme"), SECOND),
        (("Questions", "Open question"), FIRST),
        (("Questions", "Closed question"), SECOND),
    ]
    assert {path[0] for path, _ in mentions(found)} == FOUND


def test_what_was_found_in_one_place_is_one_passage() -> None:
    said = with_found(
        Annotation((Entity("Acme", "ORG", FIRST),), (Keyphrase("acme", 0.5, (FIRST, SECOND)),))
    )
    plain = Plain.of(said.transcript.turns)
    passages = found(said, plain)
    assert [plain.text[each.start : each.end] for each in passages] == ["Acme", "Acme"]
    assert [each.codes for each in passages] == [
        (ACME, ("Keyphrases", "acme")),
        (("Keyphrases", "acme"),),
    ]
    assert passages[0].guid == found_guid(said.id, passages[0].start, passages[0].end)


@pytest.mark.parametrize(
    ("highlight", "codes"),
    [
        (Highlight(1.0, 1.9, 1, "", ("a", "b")), (("Highlights", "a"), ("Highlights", "b"))),
        (Highlight(1.0, 1.9, 1, ""), (UNTAGGED,)),
        (Highlight(1.0, 1.9, 1, "", ("a",), "", True), (("Highlights", "a"), STARRED)),
        (Highlight(1.0, 1.9, 1, "", (), "", True), (UNTAGGED, STARRED)),
    ],
)
def test_a_highlight_has_its_tags_as_codes(
    highlight: Highlight, codes: tuple[tuple[str, ...], ...]
) -> None:
    said = replace(document(SAID), highlights=(highlight,))
    (passage,) = marked(said, Plain.of(said.transcript.turns))
    assert passage.codes == codes
    assert silent(said) == ()
    unsaid = replace(said, transcript=Transcript("abc123", None, ()))
    (stretch,) = silent(unsaid)
    assert (stretch.codes, stretch.time, stretch.guid) == (codes, highlight, passage.guid)
    assert marked(unsaid, Plain.of(())) == ()


def test_a_coding_is_known_by_its_passage_and_its_code_however_they_are_written() -> None:
    assert coding_guid("AB", "cd") == coding_guid("ab", "CD") != coding_guid("abc", "d")


# Who and when


def test_a_case_is_by_recording_and_name_and_has_its_turns() -> None:
    turns = (turn("One.", "Anna"), turn("Two.", "Ben", 1.0), turn("Three.", "Anna", 2.0))
    first, second = cases_of([source(replace(document(*turns), roles={"Ben": "customer"}))])
    assert [(each.name, each.role, len(each.turns)) for each in (first, second)] == [
        ("Anna", "", 2),
        ("Ben", "customer", 1),
    ]
    assert not set(first.turns) & set(second.turns)


def test_names_that_differ_by_case_alone_are_told_apart_too() -> None:
    other = replace(document(turn("a", "anna")), title="Second call")
    cases = cases_of([source(document(turn("a", "Anna"), turn("b", "Ben", 1.0))), source(other)])
    assert [each.name for each in cases] == ["Anna (First call)", "Ben", "anna (Second call)"]


def test_of_recordings_of_one_title_the_same_names_are_counted() -> None:
    said = document(turn("a", "Anna"))
    other = replace(said, transcript=replace(said.transcript, recording="def456"))
    first, second = cases_of([source(said), source(other)])
    assert (first.name, second.name) == ("Anna (First call)", "Anna (First call) 2")
    assert first.guid != second.guid


@pytest.mark.parametrize(
    ("recorded_at", "dates"),
    [
        ("2026-09-01T10:00:00", ["2026-09-01"]),
        ("2026-09-01", ["2026-09-01"]),
        ("some day", []),
        (None, []),
    ],
)
def test_a_date_is_told_where_it_is_one(recorded_at: str | None, dates: list[str]) -> None:
    said = replace(document(SAID), recorded_at=recorded_at)
    assert [value[1].text for value in facts(source(said))] == dates


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-09-01T10:00:00", "2026-09-01T10:00:00"),
        ("2026-09-01T10:00:00.999999+00:00", "2026-09-01T10:00:00Z"),
        ("2026-09-01T01:30:00+02:00", "2026-08-31T23:30:00Z"),
        ("2026-09-01", "2026-09-01T00:00:00"),
        ("", ""),
        ("yesterday", ""),
    ],
)
def test_a_moment_is_written_as_xml_has_it(text: str, told: str) -> None:
    assert moment(text) == told


def test_where_nobody_knows_when_there_is_a_date_all_the_same() -> None:
    assert source(document(SAID)).made_at == EPOCH


# Names


def test_files_are_called_by_the_guids_of_their_parts() -> None:
    heard = source(replace(document(SAID), copy=Path("call.opus")))
    assert heard.sound_file == f"{heard.guid('recording')}.mp3"
    assert heard.text_file == f"{heard.guid('transcript')}.txt"
    assert source(document(SAID)).text_file == f"{heard.guid('recording')}.txt"


def test_a_project_is_called_after_its_recording_or_as_is_said() -> None:
    one, other = document(SAID), rich_document()
    assert Project.of([one]).name == "First call"
    assert Project.of([one, other]).name == "Interviews"
    assert Project.of([one, other], "acme").name == "acme"


def test_sources_of_one_name_are_told_apart_with_and_without_sound() -> None:
    heard = replace(document(SAID), copy=Path("call.opus"))
    sources = Project.of([heard, document(SAID), heard]).sources
    assert [(each.name, each.text_name) for each in sources] == [
        ("call.mp3", "call.txt"),
        ("call 2.txt", "call 2.txt"),
        ("call 2.mp3", "call 3.txt"),
    ]
