"""Who brings something up: people and not hits, and what the interviewer had said before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.lines.mentions import mention_lines
from pipeline.mentions import Asked, How, Mentions, Part, Said, by_person, mentions
from pipeline.search.hits import Hit
from tests.libraries import recording
from tests.values import turn

if TYPE_CHECKING:
    from pipeline.recording import Recording

PRICE = "Price"


def call(name: str, day: int = 1, project: str | None = "acme") -> Recording:
    date = f"2026-09-{day:02}T10:00:00"
    return recording(name * 64, title=f"Call {name}", recorded_at=date, project=project)


def parts(*names: str, of: Recording | None = None, interviewer: str | None = "Nora") -> list[Part]:
    """Return who takes part in a call: an interviewer, if any, and others."""
    own = of or call("a")
    asking = [Part(own, interviewer, "interviewer")] if interviewer else []
    role = "customer" if interviewer else None
    return [*asking, *(Part(own, name, role) for name in names)]


def said(*hits: Hit, asked: dict[tuple[str, int], Asked] | None = None) -> Said:
    return Said({(hit.recording.id, hit.turn.speaker): hit for hit in hits}, asked or {})


def hit(speaker: str, start: float = 10.0, of: Recording | None = None, position: int = 3) -> Hit:
    spoken = turn("The price is fair.", speaker, start)
    return Hit(start, start + 1, 0, of or call("a"), spoken, position, (), "The **price** is fair.")


def counted(found: Mentions) -> tuple[int, int, int]:
    return found.mentioning, found.people, found.unprompted


def test_who_says_it_before_the_interviewer_is_unprompted() -> None:
    found = mentions(PRICE, parts("Ann"), said(hit("Ann", 10.0), hit("Nora", 20.0)))
    assert counted(found) == (1, 1, 1)
    assert [(each.name, each.how) for each in found.raised] == [("Ann", How.UNPROMPTED)]


def test_who_says_it_after_the_interviewer_is_prompted() -> None:
    found = mentions(PRICE, parts("Ann"), said(hit("Ann", 20.0), hit("Nora", 10.0)))
    assert counted(found) == (1, 1, 0)
    assert found.raised[0].how is How.PROMPTED


def test_what_begins_the_answer_to_a_question_was_asked_for() -> None:
    question = Asked("Nora", "Did you try anything else?")
    asked = {(call("a").id, 3): question}
    found = mentions(PRICE, parts("Ann"), said(hit("Ann"), asked=asked))
    assert (found.raised[0].how, found.raised[0].question) == (How.ANSWERING, question.text)
    assert found.unprompted == 0
    elsewhere = mentions(PRICE, parts("Ann"), said(hit("Ann", position=5), asked=asked))
    assert elsewhere.raised[0].how is How.UNPROMPTED


def test_the_answer_to_another_customer_is_unprompted() -> None:
    asked = {(call("a").id, 3): Asked("Bob", "Is it fair?")}
    found = mentions(PRICE, parts("Ann", "Bob"), said(hit("Ann"), asked=asked))
    assert found.raised[0].how is How.UNPROMPTED


def test_an_interviewer_and_who_is_neither_side_are_not_counted() -> None:
    others = [*parts("Ann"), Part(call("a"), "Colin", "other")]
    found = mentions(PRICE, others, said(hit("Nora"), hit("Colin")))
    assert counted(found) == (0, 1, 0)
    assert [each.name for each in found.never] == ["Ann"]


def test_where_nobody_is_known_to_ask_it_is_not_known_who_was_prompted() -> None:
    found = mentions(
        PRICE, parts("Speaker 1", "Speaker 2", interviewer=None), said(hit("Speaker 1"))
    )
    assert counted(found) == (1, 2, 0)
    assert found.raised[0].how is How.UNKNOWN
    assert found.unknown == (call("a"),)


def test_where_it_is_a_guess_who_asks_that_is_told() -> None:
    guessed = [replace(each, guessed=True) for each in parts("Ann")]
    assert mentions(PRICE, guessed, said()).guessed == (call("a"),)
    assert mentions(PRICE, parts("Ann"), said()).guessed == ()


def test_one_name_in_two_calls_of_a_project_is_one_person() -> None:
    first, second = call("a", 1), call("b", 2)
    both = [*parts("Ann", of=first), *parts("ann", of=second)]
    heard = said(hit("ann", of=second), hit("Ann", 20.0, first), hit("Nora", 10.0, first))
    found = mentions(PRICE, both, heard)
    assert counted(found) == (1, 1, 0)  # prompted the first time of all
    assert [each.how for each in found.raised] == [How.PROMPTED, How.UNPROMPTED]
    assert [each.number for each in found.raised] == [1, 2]


@pytest.mark.parametrize("name", ["Speaker 2", "customer", "Channel 1"])
def test_who_is_not_named_is_somebody_else_in_every_call(name: str) -> None:
    both = [*parts(name, of=call("a")), *parts(name, of=call("b"))]
    assert mentions(PRICE, both, said()).people == 2


def test_one_name_in_two_projects_or_in_none_is_two_people() -> None:
    for project in ("other", None):
        both = [*parts("Ann", of=call("a")), *parts("Ann", of=call("b", project=project))]
        assert mentions(PRICE, both, said()).people == 2


def test_who_is_confirmed_by_voice_is_one_person_everywhere() -> None:
    elsewhere = call("b", project="other")
    both = [
        Part(call("a"), "Speaker 2", "customer", person="Ann"),
        Part(elsewhere, "Speaker 1", "customer", person="Ann"),
        Part(call("c"), "Ann", "customer"),  # in a project in which she was confirmed
    ]
    people = by_person(both)
    assert len(people) == 1
    assert [each.name for each in both] == ["Ann", "Ann", "Ann"]


def test_lines_are_by_date() -> None:
    late, early = call("a", 9), call("b", 2)
    both = [*parts("Ann", of=late), *parts("Ben", of=early)]
    found = mentions(PRICE, both, said(hit("Ann", of=late), hit("Ben", of=early)))
    assert [each.name for each in found.raised] == ["Ben", "Ann"]
    assert found.raised[0].place == f"{early.id[:8]}@00:10"


def test_it_reads_as_people_then_mentions_then_who_never_did() -> None:
    both = [*parts("Ann", of=call("a")), *parts("Ben", of=call("b", 2))]
    assert list(mention_lines(mentions("price", both, said(hit("Ann"))))) == [
        "1 of 2 people mentions 'price', 1 unprompted (before the interviewer said it or asked "
        "for it).",
        "  1  2026-09-01  Ann, Call a  unprompted",
        f"     {'a' * 8}@00:10  The **price** is fair.",
        "Never: Ben (Call b)",
        "Hear one: relisten play 1",
    ]


def test_a_question_that_asked_for_it_is_shown() -> None:
    asked = {(call("a").id, 3): Asked("Nora", "What else?")}
    lines = list(mention_lines(mentions("price", parts("Ann"), said(hit("Ann"), asked=asked))))
    assert lines[1].endswith("Ann, Call a  in answer to: What else?")


def test_what_nobody_says_is_a_sentence() -> None:
    assert list(mention_lines(mentions("tax", parts("Ann"), said()))) == [
        "Nobody mentions 'tax': 0 of 1 person."
    ]
    assert "nobody to count" in next(mention_lines(mentions("tax", parts(), said())))


def test_what_is_not_known_of_roles_comes_with_what_to_do() -> None:
    unknown = mentions("price", parts("Speaker 1", interviewer=None), said(hit("Speaker 1")))
    assert any('--role "NAME=interviewer"' in each for each in mention_lines(unknown))
    guessed = [replace(each, guessed=True) for each in parts("Ann")]
    lines = list(mention_lines(mentions("price", guessed, said(hit("Ann")))))
    assert any(f"relisten speakers {'a' * 8}" in each for each in lines)


def test_of_very_many_who_never_do_some_are_named() -> None:
    many = [part for n in range(30) for part in parts(f"P{n}", of=call("a"))]
    lines = list(mention_lines(mentions("price", [*many, *parts("Ann")], said(hit("Ann")))))
    assert lines[3].endswith("P19 (Call a), and 10 more")
