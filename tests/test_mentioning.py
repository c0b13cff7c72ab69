"""`mentions`, from what is typed to what is printed, over small libraries."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import cli
from pipeline.errors import NotFound, UsageError
from pipeline.library import Filters, Library
from pipeline.lines.mentions import mention_lines
from pipeline.mentioning import entity_names, find_mentions
from pipeline.mentions import How
from pipeline.people import Recognised
from pipeline.query import parse
from pipeline.questions import find_questions
from pipeline.speakers import EditKind, SpeakerEdit
from pipeline.transcript import Annotation, Entity, Mention
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from pipeline.recording import Recording
    from pipeline.transcript import Turn

A, B, C = "a" * 64, "b" * 64, "c" * 64


def talk(*said: str, customer: str = "customer") -> list[Turn]:
    """Return a call in which the interviewer begins and both take turns."""
    speakers = ("interviewer", customer)
    return [turn(text, speakers[n % 2], 10.0 * n) for n, text in enumerate(said)]


def kept(library: Library, call: Recording, turns: list[Turn]) -> Recording:
    """Keep a call with its questions; an Acme in it is an entity."""
    fill(library, call, *turns)
    entities = tuple(
        Entity("Acme", "ORG", Mention(each.start, each.end, place, at, at + 4), name="Acme Corp")
        for place, each in enumerate(turns)
        if (at := each.text.find("Acme")) >= 0
    )
    annotation = Annotation(entities, questions=find_questions(turns))
    library.store_annotation(call.id, annotation, MADE)
    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of three calls: one unprompted mention of prices, one prompted, and none."""
    folder = tmp_path / "library"
    first = recording(A, title="Harbor", project="acme", recorded_at="2026-09-03T10:00:00")
    second = replace(first, id=B, title="Canyon", recorded_at="2026-09-02T10:00:00")
    third = replace(first, id=C, title="Mill", project="other", recorded_at="2026-09-01T10:00:00")
    with Library(folder, create=True) as library:
        kept(
            library,
            first,
            talk(
                "How did you start?",
                "By van, in May.",
                "I see.",
                "Then the prices went up.",
                "What about the price?",
                "The price is fair.",
            ),
        )
        kept(library, second, talk("Is the pricing fair?", "It is priced well.", "Thanks.", "Bye."))
        kept(library, third, talk("Who else did you try?", "Well, Acme Corp. of course.", "Oh."))
    return folder


def typed(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(cli.relisten, ["--library", str(folder), *map(str, arguments)])


def test_people_are_counted_and_each_mention_can_be_played(folder: Path) -> None:
    lines = typed(folder, "mentions", "price", "--project", "acme").output.splitlines()
    assert lines == [
        "2 of 2 people mention 'price', 1 unprompted (before the interviewer said it or asked "
        "for it).",
        "  1  2026-09-02  customer, Canyon  prompted",
        f"     {B[:8]}@00:10  It is **priced** well.",
        "  2  2026-09-03  customer, Harbor  unprompted",
        f"     {A[:8]}@00:30  Then the **prices** went up.",
        "Hear one: relisten play 1",
    ]
    with Library(folder) as library:
        recording, start, _ = library.hit(2)
    assert recording.title == "Harbor"
    assert start == pytest.approx(30.6)  # at its word, not at its turn


def test_who_never_mentions_it_is_listed(folder: Path) -> None:
    lines = typed(folder, "mentions", "price").output.splitlines()
    assert "Never: customer (Mill)" in lines


def test_json_has_people_and_mentions_field_for_field(folder: Path) -> None:
    data = json.loads(typed(folder, "mentions", "price", "--json").output)
    assert (data["people"], data["mentioning"], data["unprompted"]) == (3, 2, 1)
    assert [each["how"] for each in data["raised"]] == ["prompted", "unprompted"]
    assert data["raised"][1]["hit"]["recording"]["title"] == "Harbor"
    assert [each["name"] for each in data["never"]] == ["customer"]


def test_several_words_are_a_phrase(folder: Path) -> None:
    with Library(folder) as library:
        assert len(find_mentions(library, "prices went up").raised) == 1
        assert find_mentions(library, "up went prices").raised == ()


def test_an_entity_is_found_by_its_other_names_and_in_answer_to_a_question(folder: Path) -> None:
    with Library(folder) as library:
        found = find_mentions(library, "Acme Corp").raised
        assert [(each.how, each.question) for each in found] == [
            (How.ANSWERING, "Who else did you try?")
        ]
        assert library.first_by_name(library.entity_names("acme corp"), Filters()) != {}


def test_words_and_names_that_are_looked_for_together_may_stand_between_ors(folder: Path) -> None:
    with Library(folder) as library:
        assert len(find_mentions(library, "Acme Corp OR prices").raised) == 3


def test_filters_and_fields_narrow_who_is_counted(folder: Path) -> None:
    with Library(folder) as library:
        assert find_mentions(library, "price", Filters(project="other")).people == 1
        assert find_mentions(library, "price in:Harbor").people == 1
        assert find_mentions(library, "price", Filters(since="2026-09-03")).people == 1
        assert find_mentions(library, "price -project:acme").people == 1


def test_a_speaker_who_is_named_is_counted_alone_and_may_have_been_prompted(tmp_path: Path) -> None:
    turns = talk("Is the price fair?", "The price is.", "Okay.", customer="Ann")
    with Library(tmp_path, create=True) as library:
        kept(library, recording(A), [*turns, turn("My price is not.", "Ben", 40.0)])
        found = find_mentions(library, "price", Filters(speaker="ben"))
        assert [(each.name, each.how) for each in found.raised] == [("Ben", How.PROMPTED)]
        assert found.people == 1
        assert find_mentions(library, "price -speaker:Ben").people == 1


@pytest.mark.parametrize(
    ("query", "phrase"),
    [
        ("price project:acme", "price"),
        ("project:acme price", "price"),
        ('price -project:"other" after:2026-09', "price"),
        ("prices  project:acme went up", "prices went up"),
        ("(price OR prices) in:Harbor,Canyon", "(price OR prices)"),
        ('"prices went up" in:Harbor', '"prices went up"'),
        ('"in:Harbor"', '"in:Harbor"'),
    ],
)
def test_what_is_mentioned_is_told_without_where_it_was_looked_for(
    folder: Path, query: str, phrase: str
) -> None:
    with Library(folder) as library:
        found = find_mentions(library, query)
    assert found.phrase == phrase
    assert repr(phrase) in next(mention_lines(found))


def test_an_entity_in_marks_is_found_by_its_other_names_where_a_field_stands_beside(
    folder: Path,
) -> None:
    with Library(folder) as library:
        for query in ('"Acme Corp" project:other', "went OR Acme Corp project:other"):
            assert len(find_mentions(library, query).raised) == 1
        names = library.entity_names("Acme Corp")
        assert entity_names(library, parse('"Acme Corp" project:other')) == names


@pytest.mark.parametrize("query", ["project:acme", "price is:question", "price role:customer"])
def test_what_says_nothing_to_it_is_a_sentence(folder: Path, query: str) -> None:
    with Library(folder) as library, pytest.raises(UsageError):
        find_mentions(library, query)
    done = typed(folder, "mentions", query)
    assert done.exit_code != 0


def test_a_project_that_there_is_not_is_a_sentence(folder: Path) -> None:
    with Library(folder) as library, pytest.raises(NotFound):
        find_mentions(library, "price", Filters(project="nowhere"))


def test_who_is_confirmed_in_two_calls_is_one_person(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as library:
        for identity, project in ((A, "one"), (B, "two")):
            turns = talk("How was it?", "The price is fair.", customer="Speaker 2")
            kept(library, recording(identity, project=project), turns)
            named = SpeakerEdit(EditKind.NAME, "Speaker 2", "Ann Lee", None, 1, "2026-09-01")
            shown = [
                replace(each, speaker="Ann Lee") if n else each for n, each in enumerate(turns)
            ]
            decided = Recognised(identity, "Speaker 2", "Ann Lee", confirmed=True)
            library.store_edits(identity, [named], shown, MADE, decided)
        found = find_mentions(library, "price")
        assert (found.people, found.mentioning, len(found.raised)) == (1, 1, 2)
        assert {each.name for each in found.raised} == {"Ann Lee"}


def test_what_nobody_was_told_to_say_is_counted_as_not_known(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as library:
        kept(library, recording(A), [turn("The price is fair.", None)])
        found = find_mentions(library, "price")
        assert [(each.name, each.how) for each in found.raised] == [("somebody", How.UNKNOWN)]
        assert [each.id for each in found.unknown] == [A]


def test_in_a_call_of_before_questions_were_looked_for_they_are_found(folder: Path) -> None:
    with Library(folder) as library:
        library.store_annotation(C, Annotation(), MADE)
        found = find_mentions(library, "Acme").raised
        assert library.without_questions([A, C]) == {C}
        assert [each.question for each in found] == ["Who else did you try?"]
