"""What a reel is made of: hits in whole sentences, highlights as they were marked, people told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import NotFound, UsageError
from pipeline.highlighting import Which
from pipeline.highlights import Highlight
from pipeline.library import Filters
from pipeline.reels import finding
from pipeline.reels.excerpts import Limits, Order, chosen, in_order
from pipeline.reels.finding import Sought, excerpts
from pipeline.search.meaning import Meant
from pipeline.transcript import Annotation, Answer, Mention, Question, Span
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pipeline.library import Library
    from pipeline.reels.excerpts import Excerpt

FIRST, SECOND = "ab" * 32, "cd" * 32
NORA, ANN, BEN = "interviewer", "Ann Lee", "Ben"


@pytest.fixture
def calls(library: Library) -> Library:
    """Return a library of two calls of one project, with an interviewer in both."""
    said = (
        turn("What about the price?", NORA, 2.0),
        turn("It is late. The price is fair. So is the paper. The price, yes.", ANN, 5.0),
        turn("Mm.", NORA, 9.5),
        turn("Paper gets lost.", ANN, 20.0),
    )
    other = (
        turn("And you, the price?", NORA, 1.0),
        turn("The price, the price: always the price.", BEN, 4.0),
        turn("The price went up.", ANN, 8.0),
    )
    kept = {"project": "acme", "title": "First", "recorded_at": "2026-09-02T10:00:00"}
    fill(library, recording(FIRST, **kept), *said)
    question = Question(Mention(2.0, 3.2, 0, 0, 21), True, Answer(5.0, 8.9, 1, 1))
    library.store_annotation(FIRST, Annotation(questions=(question,)), MADE)
    second = {**kept, "title": "Second", "recorded_at": "2026-09-01T10:00:00"}
    fill(library, recording(SECOND, **second), *other)
    return library


def places(found: tuple[Excerpt, ...]) -> set[tuple[str, float, float]]:
    return {(each.recording.title, each.start, each.end) for each in found}


def test_each_match_of_a_word_is_heard_in_its_sentence(calls: Library) -> None:
    found = excerpts(calls, Sought("price", Filters(recording=FIRST)))
    assert places(found) == {("First", 2.0, 3.2), ("First", 5.9, 7.1), ("First", 8.3, 9.2)}


def test_of_several_words_the_sentences_that_have_them_closest_are_heard(calls: Library) -> None:
    found = excerpts(calls, Sought("price paper", Filters(recording=FIRST)))
    assert places(found) == {("First", 7.1, 9.2)}


def test_a_phrase_is_one_thing_that_is_looked_for(calls: Library) -> None:
    found = excerpts(calls, Sought('"the price"', Filters(speaker=BEN)))
    assert places(found) == {("Second", 4.0, 6.1)}


def test_filters_alone_are_whole_turns(calls: Library) -> None:
    found = excerpts(calls, Sought("", Filters(speaker=BEN)))
    assert places(found) == {("Second", 4.0, 6.1)}


def test_a_question_is_heard_with_its_answer(calls: Library) -> None:
    (found,) = excerpts(calls, Sought("price", Filters(recording=FIRST), questions=True))
    assert (found.start, found.end) == (2.0, 8.9)


@dataclass(frozen=True, slots=True)
class Alike:
    """A passage that means the like."""

    recording: str
    mention: Mention
    likeness: float


def test_what_means_the_like_is_heard_in_whole_sentences_the_likest_first(calls: Library) -> None:
    asked: list[int] = []

    def nearest(text: str, filters: Filters, limit: int) -> list[Alike]:
        assert (text, filters.project) == ("too dear", "acme")
        asked.append(limit)
        paper, lost = Mention(7.1, 8.3, 1, 31, 47), Mention(20.0, 20.6, 3, 0, 10)
        return [Alike(FIRST, lost, 0.7), Alike(FIRST, paper, 0.4)]

    sought = Sought("too dear", Filters(project="acme"), like=True)
    found = excerpts(calls, sought, Meant(nearest))
    assert [(each.start, each.end, each.rank) for each in found] == [(20.0, 20.9, 0), (7.1, 8.3, 1)]
    assert asked == [finding.MOST_LIKE + 1]


def test_the_best_comes_first_whichever_call_it_is_in(calls: Library) -> None:
    found = excerpts(calls, Sought("price"))
    assert found[0].recording.id == SECOND
    assert (found[0].start, found[0].end) == (4.0, 6.1)  # which says it three times
    assert [each.rank for each in found] == sorted(each.rank for each in found)
    switches = [each.recording.id for each in found]
    assert switches != sorted(switches, key=switches.index)  # not call by call


def test_who_is_interviewed_is_known_and_one_person_in_both_calls(calls: Library) -> None:
    found = excerpts(calls, Sought("price"))
    people = {(each.recording.title, each.start): each.people for each in found}
    assert people["First", 2.0] == ()  # the interviewer's
    assert people["First", 5.9] == people["Second", 8.0] == (("person", "ann lee"),)
    assert people["Second", 4.0] == (("name", "acme", "ben"),)


def test_one_of_each_person_in_the_order_of_the_calls(calls: Library) -> None:
    found = chosen(excerpts(calls, Sought("price")), Limits(one_each=True), lambda span: 1.0)
    assert len(found) == 2
    heard = in_order(found, Order.TIME)
    assert heard[0].recording.id == SECOND
    assert {each.people for each in heard} == {(("person", "ann lee"),), (("name", "acme", "ben"),)}


def mark(library: Library, identity: str, span: Span, *tags: str, star: bool = False) -> None:
    made = Highlight(span.start, span.end, 0, "", tags, starred=star)
    library.add_highlights(identity, [made])


def test_highlights_are_heard_as_they_were_marked_those_with_a_star_first(calls: Library) -> None:
    mark(calls, FIRST, Span(6.0, 6.8), "pricing")
    mark(calls, SECOND, Span(8.0, 9.0), "Pricing", "later", star=True)
    mark(calls, FIRST, Span(20.0, 20.5), "paper")
    found = excerpts(calls, Sought(marked=Which(("pricing",))))
    assert [(each.recording.id, each.start, each.end) for each in found] == [
        (SECOND, 8.0, 9.0),
        (FIRST, 6.0, 6.8),
    ]
    assert {each.people for each in found} == {(("person", "ann lee"),)}
    starred = excerpts(calls, Sought(marked=Which(starred=True)))
    assert places(starred) == {("Second", 8.0, 9.0)}


@pytest.mark.parametrize(
    ("filters", "starts"),
    [
        (Filters(speaker="ann lee"), {6.0}),
        (Filters(role="interviewer"), {2.0}),
        (Filters(recording=SECOND), {4.0}),
        (Filters(since="2026-09-02"), {2.0, 6.0}),
        (Filters(project="acme"), {2.0, 4.0, 6.0}),
    ],
)
def test_highlights_are_narrowed_as_a_search_is(
    calls: Library, filters: Filters, starts: set[float]
) -> None:
    mark(calls, FIRST, Span(6.0, 6.8), "x")
    mark(calls, FIRST, Span(2.0, 3.0), "x")
    mark(calls, SECOND, Span(4.0, 5.0), "x")
    found = excerpts(calls, Sought(filters=filters, marked=Which(("x",))))
    assert {each.start for each in found} == starts


@pytest.mark.parametrize(
    ("sought", "sentence"),
    [
        (Sought("zebra"), "nothing is said that matches 'zebra'"),
        (Sought("", Filters(speaker=ANN, role="interviewer")), "nothing passes these filters"),
        (Sought(marked=Which(("nothing",))), "no highlight has the tag 'nothing'. See all"),
        (Sought(marked=Which(starred=True)), "no highlight has a star. See all"),
        (
            Sought(filters=Filters(speaker=ANN), marked=Which(("x", "y"), starred=True)),
            "no highlight has the tag 'x' and the tag 'y' and a star and passes these filters",
        ),
        (Sought("price", Filters(project="acne")), "acne"),
    ],
)
def test_where_nothing_is_found_that_is_said(calls: Library, sought: Sought, sentence: str) -> None:
    with pytest.raises(NotFound, match=sentence):
        excerpts(calls, sought)


def test_too_much_is_refused_rather_than_cut_short(
    calls: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_HITS", 2)
    with pytest.raises(UsageError, match="more than 2 passages match"):
        excerpts(calls, Sought("price"))


def test_a_reel_does_not_change_which_hits_have_numbers(calls: Library) -> None:
    calls.keep_hits([(FIRST, Span(1.0, 2.0))])
    excerpts(calls, Sought("price"))
    assert calls.hit(1)[1:] == (1.0, 2.0)


@pytest.mark.parametrize(
    ("sought", "name"),
    [
        (Sought(" price "), "price"),
        (Sought(""), "What was chosen"),
        (Sought(marked=Which(("pricing", "later"))), "pricing, later"),
        (Sought(marked=Which(starred=True)), "Highlights with a star"),
    ],
)
def test_a_reel_is_called_after_what_was_sought(sought: Sought, name: str) -> None:
    assert sought.name == name
    assert replace(sought, questions=True).name == name
