"""What a search shows in the terminal."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.lines.hits import hit_lines, note_lines, passage_lines
from pipeline.query import Field, Query
from pipeline.search import Hit, Results, Wanted
from pipeline.search.around import Passage, inside
from pipeline.transcript import Answer, Span
from tests.libraries import recording
from tests.values import turn

SAID = turn("It is too expensive.", "Ben", 61)
QUERY = Query("too expensive", '"x"', "", (), (), "too expensive", "too and expensive", ())


def hit(number: int = 1, **fields: Any) -> Hit:
    plain: dict[str, Any] = {
        "recording": recording(project="acme"),
        "turn": SAID,
        "position": 0,
        "matches": (),
        "snippet": "It is **too expensive**.",
    }
    return Hit(61.6, 62.2, number, **{**plain, **fields})


def results(*hits: Hit, **fields: Any) -> Results:
    return Results(fields.pop("query", QUERY), hits, fields.pop("total", len(hits)), **fields)


def test_hits_stand_under_their_recordings_each_at_its_second() -> None:
    other = recording("cd" * 32, title="Second call")
    found = results(hit(1), hit(2), hit(3, recording=other))
    assert list(hit_lines(found)) == [
        "First call  2026-09-01  acme",
        "  1  [01:01] Ben: It is **too expensive**.",
        "  2  [01:01] Ben: It is **too expensive**.",
        "Second call  2026-09-01",
        "  3  [01:01] Ben: It is **too expensive**.",
        "Hear one: relisten play 1",
    ]


def test_what_nobody_says_is_repeated() -> None:
    assert list(hit_lines(results())) == ["Nothing is said that matches 'too expensive'."]


def test_filters_that_leave_nothing_say_so() -> None:
    nothing = Query("", "", "", (), (), "", "", ())
    assert list(hit_lines(results(query=nothing))) == ["Nothing passes these filters."]


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (results(hit(1), hit(2), total=45, more=True), "1-2 of 45. The next: --page 2"),
        (
            results(hit(21), total=9999, counted=False, more=True, wanted=Wanted(page=2)),
            "21-21 of more than 9,999. The next: --page 3",
        ),
        (results(hit(21), total=21, wanted=Wanted(page=2)), "21-21 of 21."),
    ],
)
def test_a_page_says_how_many_there_are_and_how_to_see_more(found: Results, line: str) -> None:
    assert list(hit_lines(found))[-2] == line


def test_one_page_that_holds_all_does_not_count_them() -> None:
    assert len(list(hit_lines(results(hit())))) == 3


def test_a_hit_by_meaning_says_so() -> None:
    near = hit(likeness=0.614, snippet="we could not justify it")
    assert "  1  [01:01] Ben: (by meaning, 0.61) we could not justify it" in hit_lines(
        results(near)
    )


def test_the_turns_around_a_hit_are_shown_with_who_says_them() -> None:
    before, after = turn("And the price?", "Ann", 58), turn("I see.", None, 64)
    lines = list(hit_lines(results(hit(before=(before,), after=(after,)))))
    assert lines[1:4] == [
        "     [00:58] Ann: And the price?",
        "  1  [01:01] Ben: It is **too expensive**.",
        "     [01:04] I see.",
    ]


def test_a_question_shows_how_its_answer_begins() -> None:
    asked = hit(answer=Answer(64, 90, 1, 2), said="Well, it depends ...")
    assert "     answer [01:04-01:30]: Well, it depends ..." in hit_lines(results(asked))


def test_what_was_understood_is_said_where_it_is_not_plain() -> None:
    fields = (Field("speaker", "Ben"),)
    query = Query("x", "x", "", (), fields, "", "x; said by Ben", ("a quotation mark was closed.",))
    notes = ("a quotation mark was closed.", "10 turns have it.")
    assert list(note_lines(results(query=query, notes=notes))) == [
        "Looked for: x; said by Ben",
        *notes,
    ]
    assert list(note_lines(results())) == []


# What is said around a hit

TURNS = (
    turn("So what of the price?", "Ann", 0.0),
    turn("It is far too high for us.", "Ben", 5.0),
    turn("Right.", "Ann", 5.6),
    turn("We looked elsewhere.", "Ben", 10.0),
)


def around(start: float, end: float) -> Passage:
    own = inside(TURNS, Span(start, end))
    return Passage(start, end, recording(), 0, TURNS, own)


def test_a_passage_is_pointed_at_and_its_words_are_marked() -> None:
    assert list(passage_lines(around(5.9, 6.5), 7)) == [
        "First call  2026-09-01",
        "  [00:00] Ann: So what of the price?",
        "> [00:05] Ben: It is far **too high** for us.",
        "  [00:05] Ann: Right.",
        "  [00:10] Ben: We looked elsewhere.",
        "Hear it: relisten play 7",
    ]


@pytest.mark.parametrize(
    ("start", "end", "own"),
    [
        pytest.param(5.9, 6.5, (1,), id="within a turn, not in what is said at the same time"),
        pytest.param(0.0, 7.1, (0, 1, 2), id="a question with its answer"),
        pytest.param(5.6, 5.9, (1,), id="of two that begin at once, the first"),
        pytest.param(6.0, 6.1, (1,), id="not where a word begins: the words are others by now"),
        pytest.param(20.0, 21.0, (), id="where nobody speaks"),
    ],
)
def test_a_passage_lies_in_the_turns_that_say_it(
    start: float, end: float, own: tuple[int, ...]
) -> None:
    assert inside(TURNS, Span(start, end)) == own


def test_a_passage_whose_words_are_gone_says_what_to_do() -> None:
    assert "Its words were made anew since: search again." in passage_lines(around(20.0, 21.0), 1)


def test_a_whole_turn_is_pointed_at_without_marks() -> None:
    assert "> [00:00] Ann: So what of the price?" in passage_lines(around(0.0, 1.5), 1)
