"""What docs/search.md says of the query language, tried on the calls that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import UsageError
from pipeline.filing import Filing
from pipeline.library import Library
from pipeline.query import parse
from pipeline.query.fields import FIELDS
from pipeline.query.parsing import DEEPEST
from pipeline.query.tokens import MOST_WORDS
from pipeline.search import search
from pipeline.speakers import EditKind, Role, SpeakerEdit
from pipeline.transcript import Annotation, Answer, Entity, Mention, Question
from tests.libraries import MADE, fill, recording
from tests.sources import ROOT
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.transcript import Turn

PAGE = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
DAYS = {"Acme": "2026-09-14", "Globex": "2026-10-02"}
ROLES = {"Ann": Role.INTERVIEWER, "Ben": Role.CUSTOMER, "Cara Diaz": Role.CUSTOMER}
NAMED = (("Acme", "ORG"), ("$450", "MONEY"), ("four hundred and fifty dollars", "MONEY"))


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the tables below a heading, without their own headings."""
    below = PAGE.partition(heading)[2]
    lines = [line for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


TURNS = [cells for cells in rows("# How to search") if len(cells) == 4 and cells[1].isdigit()]
EXAMPLES = [
    (cells[0].strip("`"), {int(each) for each in cells[1].split()}, cells[2])
    for cells in rows("## Words")
    if len(cells) == 3 and cells[0].startswith("`")
]
MISTYPED = {query for query, *_ in EXAMPLES[-6:]}


def calls() -> Iterator[tuple[str, list[Turn]]]:
    """Yield what each call is called, and its turns."""
    title, said = "", list[tuple[str, "Turn"]]()
    for place, (call, _, who, text) in enumerate(TURNS):
        title = call.partition(",")[0] or title
        said.append((title, turn(text, who, 30.0 * place)))
    for each in DAYS:
        yield each, [turn for of, turn in said if of == each]


def annotation(turns: list[Turn]) -> Annotation:
    """Return what is named and asked in a call, in which every question is answered."""
    entities, asked = [], []
    for place, each in enumerate(turns):
        for text, label in NAMED:
            if (start := each.text.find(text)) >= 0:
                entities.append(Entity(text, label, mention(each, place, start, len(text))))
        if each.text.endswith("?"):
            asked.append(place)
    questions = []
    for place, following in zip(asked, [*asked[1:], len(turns)], strict=True):
        span = turns[place + 1].start, turns[following - 1].end
        answer = Answer(*span, place + 1, following - 1)
        whole = mention(turns[place], place, 0, len(turns[place].text))
        questions.append(Question(whole, open=True, answer=answer))
    return Annotation(tuple(entities), (), tuple(questions))


def mention(said: Turn, place: int, start: int, length: int) -> Mention:
    span = said.span_of(start, start + length)
    return Mention(span.start, span.end, place, start, start + length)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("library"), create=True) as made:
        for title, turns in calls():
            day = f"{DAYS[title]}T10:00:00"
            kept = recording(title[0].lower() * 64, title=title, project=title, recorded_at=day)
            fill(made, kept, *turns)
            edits = [
                SpeakerEdit(EditKind.ROLE, who, role, number=number)
                for number, (who, role) in enumerate(ROLES.items(), start=1)
            ]
            made.store_edits(kept.id, edits, turns, MADE)
            made.store_annotation(kept.id, annotation(turns), MADE)
            others = tuple(dict.fromkeys(each.speaker or "" for each in turns))
            tags = ("pilot",) if title == "Acme" else ()
            made.file_under(kept, Filing(participants=others, tags=tags))
        yield made


def test_the_page_shows_two_calls_and_many_examples() -> None:
    assert [int(cells[1]) for cells in TURNS] == list(range(1, 9))
    assert len(EXAMPLES) > 40


@pytest.mark.parametrize(("query", "found", "said"), EXAMPLES, ids=[each[0] for each in EXAMPLES])
def test_an_example_finds_what_the_page_says(
    library: Library, query: str, found: set[int], said: str
) -> None:
    assert {round(hit.turn.start / 30) + 1 for hit in search(library, query)} == found
    assert list(parse(query).notes) == ([said] if query in MISTYPED else [])


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_on_the_page(name: str) -> None:
    assert any(f"{name}:" in query for query, *_ in EXAMPLES)


@pytest.mark.parametrize("query", ["-price", "after:lunch", "(" * (DEEPEST + 1) + "a"])
def test_what_the_page_says_cannot_be_looked_for_cannot(query: str) -> None:
    assert f"the first {MOST_WORDS} words" in PAGE
    assert f"more than {DEEPEST} deep" in PAGE
    with pytest.raises(UsageError):
        parse(query)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("3pm", "three o'clock"),
        ("June 9th", "the ninth of June"),
        ("1.5 million", "one and a half million"),
        ("four fifty", "$450"),
        ("four fifty", "$4.50"),
        ("four fifty", "4:50"),
    ],
)
def test_a_form_of_an_amount_on_the_page_is_found_in_another(query: str, text: str) -> None:
    assert query in PAGE
    assert text in PAGE
    assert "".join(filter(str.isalnum, text.casefold())).removeprefix("the") in parse(query).wanted
