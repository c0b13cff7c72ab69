"""What is printed of a document: nothing said is lost, and each time leads to its turn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.printed import UNTITLED, printed, remarks
from pipeline.highlights import Highlight
from pipeline.transcript import Annotation, Answer, Entity, Keyphrase, Mention, Question
from tests.values import conversations, document, rich_document, turn

if TYPE_CHECKING:
    from pipeline.export.document import Document
    from pipeline.export.printed import Item, Section
    from pipeline.transcript import Turn

CALL = (
    turn("How is it going?", "Anna", 0.0),
    turn("It is far too expensive for us.", "Ben", 2.0),
    turn("Acme, then?", "Anna", 60.0),
)


def marked(*highlights: Highlight) -> Document:
    return replace(document(*CALL), highlights=highlights)


def found(**annotation: tuple[object, ...]) -> Document:
    return document(*CALL, annotation=Annotation(**annotation))  # type: ignore[arg-type]


def entity(text: str, label: str, at: float, **more: str) -> Entity:
    return Entity(text, label, Mention(at, at + 0.3, 2 if at >= 60 else 0, 0, 4), **more)


def reads(item: Item) -> str:
    return "".join(piece.text for piece in item)


def leads(item: Item) -> list[tuple[str, int]]:
    return [(piece.text, piece.turn) for piece in item if piece.turn is not None]


def section(made: Document, name: str) -> Section:
    (wanted,) = (each for each in printed(made).sections if each.name == name)
    return wanted


def items(made: Document, name: str) -> list[str]:
    return [reads(item) for group in section(made, name).groups for item in group.items]


def test_a_turn_is_a_paragraph_with_its_time_and_its_speaker() -> None:
    paragraphs = printed(rich_document()).paragraphs
    assert [(each.time, each.speaker, each.said[0].text) for each in paragraphs] == [
        ("00:00", "Anna", "How is it going?"),
        ("00:02", "Ben & Co", "At Acme? Too expensive."),
        ("01:02", "", "Acme, then."),
    ]


def test_speakers_are_told_with_what_they_do_where_that_is_known() -> None:
    known = replace(document(*CALL), roles={"Anna": "interviewer", "Ben": "Ben"})
    assert printed(known).facts[-1] == ("Speakers", "Anna (interviewer), Ben")
    assert "Speakers" not in dict(printed(document(*CALL)).facts)


def test_a_document_without_a_title_has_one_all_the_same() -> None:
    assert printed(replace(document(), title=" \n")).title == UNTITLED


def test_a_document_in_which_nothing_was_found_has_no_appendix() -> None:
    assert printed(document(*CALL)).sections == ()


def test_a_turn_is_cut_where_a_highlight_begins_and_ends() -> None:
    too = CALL[1].words[2:6]  # "far too expensive for"
    said = printed(marked(Highlight(too[0].start, too[-1].end, 7, "x"))).paragraphs[1].said
    assert [(each.text, each.highlights) for each in said] == [
        ("It is ", ()),
        ("far too expensive for", (7,)),
        (" us.", ()),
    ]


def test_highlights_may_lie_over_each_other() -> None:
    words = CALL[1].words
    first = Highlight(words[0].start, words[3].end, 1, "x")
    second = Highlight(words[2].start, words[-1].end, 2, "x")
    said = printed(marked(first, second)).paragraphs[1].said
    assert [(each.text, each.highlights) for each in said] == [
        ("It is ", (1,)),
        ("far too", (1, 2)),
        (" expensive for us.", (2,)),
    ]


def test_a_highlight_is_listed_with_what_was_noted_of_it() -> None:
    words = CALL[1].words
    mark = Highlight(
        words[0].start, words[-1].end, 1, "x", ("price", "churn"), "Ask.\n\nAgain.", True
    )
    assert items(marked(mark), "Highlights") == [
        "00:02  Ben: “It is far too expensive for us.”  ★ · Tags: price, churn · Ask. · Again."
    ]
    assert leads(section(marked(mark), "Highlights").groups[0].items[0]) == [("00:02", 1)]


def test_a_highlight_whose_words_are_gone_is_listed_as_they_stood() -> None:
    (item,) = section(marked(Highlight(300.0, 301.0, 1, "once said")), "Highlights").groups[0].items
    assert reads(item) == "05:00  “once said” (these words are no longer there)"
    assert leads(item) == []


def test_a_highlight_of_which_nothing_was_noted_has_no_remarks() -> None:
    assert list(remarks(Highlight(0.0, 1.0, 1, "x"))) == []


def test_a_question_is_listed_with_how_its_answer_begins() -> None:
    asked = Question(Mention(0.0, 1.2, 0, 0, 16), True, Answer(2.0, 4.1, 1, 1))
    (item,) = section(found(questions=(asked,)), "Questions").groups[0].items
    assert reads(item) == "00:00  How is it going?  Answer 00:02 It is far too expensive for us."
    assert leads(item) == [("00:00", 0), ("00:02", 1)]


def test_a_question_that_nobody_answered_has_no_answer() -> None:
    asked = Question(Mention(60.3, 60.6, 2, 6, 11), False)
    assert items(found(questions=(asked,)), "Questions") == ["01:00  then?"]


def test_entities_are_listed_by_kind_the_most_mentioned_first() -> None:
    names = (
        entity("Bonn", "GPE", 1.0),
        entity("Oslo", "GPE", 0.5),
        entity("Bonn", "GPE", 60.0),
        entity("Priya", "PERSON", 2.0, name="Priya Raman"),
        entity("xy", "NEW_LABEL", 3.0),
    )
    groups = section(found(entities=names), "Entities").groups
    assert [(group.name, [reads(item) for item in group.items]) for group in groups] == [
        ("People", ["Priya Raman  00:02"]),
        ("Places", ["Bonn  00:01, 01:00", "Oslo  00:00"]),
        ("Other", ["xy  00:03"]),
    ]


@pytest.mark.parametrize(
    ("text", "value", "line"),
    [
        ("next June", "2026-06", "next June  2026-06  00:00"),
        ("$450", "USD 450", "$450  00:00"),
        ("$1,450", "USD 1450", "$1,450  00:00"),
        ("25%", "25%", "25%  00:00"),
        ("soon", "", "soon  00:00"),
    ],
)
def test_a_value_is_shown_where_it_says_more_than_the_words(
    text: str, value: str, line: str
) -> None:
    assert items(found(entities=(entity(text, "DATE", 0.0, value=value),)), "Entities") == [line]


def test_keyphrases_are_listed_by_rank_each_time_but_once() -> None:
    at = tuple(Mention(start, start + 0.1, 2, 0, 4) for start in (60.0, 60.4, 61.5))
    ranked = found(keyphrases=(Keyphrase("price", 0.1, ()), Keyphrase("acme", 0.9, at)))
    assert items(ranked, "Keyphrases") == ["acme  01:00, 01:01", "price"]


def test_sections_stand_in_the_order_in_which_people_read_them() -> None:
    made = replace(
        found(
            questions=(Question(Mention(0.0, 1.0, 0, 0, 3), True),),
            entities=(entity("Acme", "ORG", 60.0),),
            keyphrases=(Keyphrase("acme", 0.9, ()),),
        ),
        highlights=(Highlight(0.0, 1.0, 1, "x"),),
    )
    assert [(each.name, each.narrow) for each in printed(made).sections] == [
        ("Highlights", False),
        ("Questions", False),
        ("Entities", True),
        ("Keyphrases", True),
    ]


def test_what_no_page_can_have_stands_nowhere() -> None:
    bad = "a\x00b\ud800c\n\td"
    made = replace(
        document(turn("so", bad)),
        title=bad,
        tags=(bad,),
        highlights=(Highlight(0.0, 0.3, 1, bad, (bad,), bad),),
        roles={bad: "customer"},
    )
    assert not {"\x00", "\ud800", "\n", "\t"} & set(repr_of(made))


def repr_of(made: Document) -> str:
    """Return all text that is printed of a document."""
    paper = printed(made)
    facts = "".join(map("".join, paper.facts))
    said = "".join(f"{each.speaker}{each.said[0].text}" for each in paper.paragraphs)
    listed = "".join(
        reads(item) for each in paper.sections for group in each.groups for item in group.items
    )
    return paper.title + facts + said + listed


SPANS = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 20)), max_size=5)


@given(conversations(), SPANS)
def test_no_word_is_lost_however_turns_are_marked(
    turns: tuple[Turn, ...], spans: list[tuple[float, float]]
) -> None:
    marks = [Highlight(at, at + long, n, "x") for n, (at, long) in enumerate(spans, 1)]
    paragraphs = printed(replace(document(*turns), highlights=tuple(marks))).paragraphs
    assert ["".join(part.text for part in each.said) for each in paragraphs] == [
        each.text for each in turns
    ]


@given(conversations(), SPANS)
def test_what_is_marked_is_what_the_document_says_is(
    turns: tuple[Turn, ...], spans: list[tuple[float, float]]
) -> None:
    marks = [Highlight(at, at + long, n, "x") for n, (at, long) in enumerate(spans, 1)]
    made = replace(document(*turns), highlights=tuple(marks))
    paragraphs = printed(made).paragraphs
    for each in made.highlighted:
        number = each.highlight.number
        said = [
            "".join(part.text for part in paragraph.said if number in part.highlights)
            for paragraph in paragraphs
        ]
        assert " ".join(filter(None, said)) == each.text
