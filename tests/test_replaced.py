"""Words in the place of others: their marks, their times, and the spaces between them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections.anchoring import Place, Token, place_of, placed
from pipeline.corrections.atoms import folded
from pipeline.corrections.replaced import replaced, said_at, shared, written
from pipeline.transcript import Span, Word, join_words
from tests.values import spoken_words, words

LATER = Span(100.0, 101.0)


def tokens(text: str, each: float = 0.3, *, spaced: bool = True) -> list[Token]:
    return [Token(word, 0) for word in words(text, each=each, spaced=spaced)]


def put(text: str, before: str, after: str) -> tuple[str, list[Token]]:
    """Return a text with words of it replaced, and the new words."""
    own = tokens(text)
    atoms = placed(own, 0, len(own))
    wanted = folded(before)
    first = [atom.folded for atom in atoms].index(wanted[0])
    place = place_of(atoms, first, first + len(wanted))
    new = replaced(own, place, after, LATER)
    own[place.first : place.last + 1] = new
    return join_words(token.word for token in own), new


@pytest.mark.parametrize(
    ("text", "before", "after", "now"),
    [
        ("we pay acne, honestly", "acne", "Acme", "we pay Acme, honestly"),
        ("we pay acne, honestly", "acne", "Acme;", "we pay Acme; honestly"),
        ("is it \u201cacne\u201d?", "acne", "Acme", "is it \u201cAcme\u201d?"),
        ("is it \u201cacne\u201d?", "acne", "Acme!", "is it \u201cAcme!"),
        ("is it (acne) so", "acne", "[Acme", "is it [Acme) so"),
        ("acne's price", "acne", "Acme", "Acme's price"),
        ("an acne-based one", "acne", "Acme", "an Acme-based one"),
        ("an acne-based one", "acne", "", "an based one"),
        ("an acne-based one", "acne based", "Acme", "an Acme one"),
        ("so, um, we pay", "um", "", "so, we pay"),
        ("the a pay here", "a pay", "app I", "the app I here"),
        ("for lee.", "lee", "Ann Lee", "for Ann Lee."),
        ("the delivery, planner is", "delivery planner", "app", "the app is"),
        ("it costs $240 a month", "240", "$250", "it costs $250 a month"),
        ("it costs $240 a month", "$240", "$250", "it costs $250 a month"),
        ("it is 5% more", "5%", "5 percent", "it is 5 percent more"),
    ],
)
def test_words_are_put_between_the_marks_that_stand(
    text: str, before: str, after: str, now: str
) -> None:
    assert put(text, before, after)[0] == now


def times(new: list[Token]) -> list[tuple[str, float, float]]:
    return [(t.word.text, round(t.word.start, 3), round(t.word.end, 3)) for t in new]


@pytest.mark.parametrize(
    ("before", "after", "timed"),
    [
        ("acne", "Acme", [("Acme,", 0.6, 0.9)]),
        ("pay acne", "say Acme", [("say", 0.3, 0.6), ("Acme,", 0.6, 0.9)]),
        ("acne", "Acme Inc", [("Acme", 0.6, 0.75), ("Inc,", 0.75, 0.9)]),
        ("pay acne honestly", "Acme", [("Acme", 0.3, 1.2)]),
        ("we pay acne", "we all pay Acme", [
            ("we", 0.0, 0.3), ("all", 0.3, 0.45), ("pay", 0.45, 0.6), ("Acme,", 0.6, 0.9),
        ]),
        ("acne honestly", "acne honestly so", [
            ("acne", 0.6, 0.9), ("honestly", 0.9, 1.14), ("so", 1.14, 1.2),
        ]),
        ("acne", "the acne of", [("the", 0.6, 0.69), ("acne", 0.69, 0.81), ("of,", 0.81, 0.9)]),
        ("we pay acne honestly", "we honestly", [("we", 0.0, 0.3), ("honestly", 0.9, 1.2)]),
    ],
)  # fmt: skip
def test_a_word_that_stays_keeps_its_time_and_others_share_theirs(
    before: str, after: str, timed: list[tuple[str, float, float]]
) -> None:
    assert times(put("we pay acne, honestly", before, after)[1]) == timed


def test_what_a_person_wrote_is_sure_and_known_as_theirs() -> None:
    (new,) = put("we pay acne", "acne", "Acme")[1]
    assert new.by_hand
    assert new.word.probability == 1.0


def test_no_word_reaches_into_the_next_one() -> None:
    own = [Token(Word(0.0, 2.0, "pay"), 0), Token(Word(0.5, 1.0, "now"), 0)]
    new = replaced(own, Place(0, 0, 0, 3), "to pay", LATER)
    assert new[-1].word.end == 0.5


@pytest.mark.parametrize(
    ("place", "time", "span"),
    [
        (1, Span(0.3, 0.8), Span(0.3, 0.5)),
        (0, Span(0.0, 0.05), Span(0.0, 0.0)),
        (2, Span(2.0, 3.0), Span(2.0, 3.0)),
        (2, Span(0.2, 0.4), Span(1.0, 1.0)),
        (1, Span(5.0, 6.0), Span(0.5, 0.5)),
    ],
)
def test_words_in_a_gap_take_what_there_is_of_it(place: int, time: Span, span: Span) -> None:
    own = [Token(Word(0.0, 0.25, "pay"), 3), Token(Word(0.5, 1.0, "now"), 4)]
    (new,) = replaced(own, Place(place, 0, place - 1, 0), "right", time)
    assert Span(new.word.start, new.word.end) == span
    assert new.segment == (4 if place == 2 else 3)


def test_nothing_is_put_where_there_is_no_word_at_all() -> None:
    assert replaced([], Place(0, 0, -1, 0), "right", LATER) == []
    assert replaced(tokens("so"), Place(1, 0, 0, 0), "", LATER) == []


def test_a_language_without_spaces_stays_without() -> None:
    own = tokens("\u4eca\u65e5 \u306f \u6674\u308c\u3002", spaced=False)
    new = replaced(own, Place(0, 0, 0, 2), "\u660e\u65e5", LATER)
    own[:1] = new
    assert join_words(token.word for token in own) == "\u660e\u65e5\u306f\u6674\u308c\u3002"
    gap = replaced(own, Place(3, 0, 2, 0), "\u3082", LATER)
    assert [token.word.spaced for token in gap] == [False]
    assert times(new) == [("\u660e", 0.0, 0.15), ("\u65e5", 0.15, 0.3)]


@pytest.mark.parametrize(
    ("head", "after", "tail", "text"),
    [
        ("", "", ",", ""),
        ("", "", "'s", "'s"),
        ("well-", "", "", "well"),
        ("(", "Acme", ").", "(Acme)."),
        ("", "Acme.", ",", "Acme."),
        ("co-", "co-op", "", "co-op"),
        ("", "Acme-based", "-based,", "Acme-based-based,"),
    ],
)
def test_what_stays_of_a_word_stays_with_the_new_one(
    head: str, after: str, tail: str, text: str
) -> None:
    assert written(head, after, tail) == text


def test_a_time_is_shared_out_by_length() -> None:
    assert shared(Span(1.0, 2.0), ["a", "bcd"]) == [Span(1.0, 1.25), Span(1.25, 2.0)]
    assert shared(Span(1.0, 1.0), ["a", "bcd"]) == [Span(1.0, 1.0), Span(1.0, 1.0)]


def test_marks_alone_take_no_time() -> None:
    whole, end = Span(1.0, 2.0), Span(2.0, 2.0)
    assert shared(whole, ["well", "-"]) == [whole, end]
    assert shared(whole, ["-", "well"]) == [Span(1.0, 1.0), whole]
    assert shared(whole, ["..."]) == [Span(1.0, 1.0)]


def test_words_say_when_they_are_said_and_none_when_they_would_be() -> None:
    assert said_at(tokens("so we pay"), LATER) == Span(0.0, 0.9)
    assert said_at([], LATER) == LATER


@given(spoken_words(), st.data())
def test_all_words_stay_in_order_and_none_has_a_negative_length(
    said: tuple[Word, ...], data: st.DataObject
) -> None:
    own = [Token(word, 0) for word in said]
    first = data.draw(st.integers(0, len(own) - 1))
    last = data.draw(st.integers(first, len(own) - 1))
    after = " ".join(data.draw(st.lists(st.sampled_from(("Acme", "so", "\u4eca\u65e5", "5%")))))
    place = Place(first, 0, last, len(own[last].word.text))
    new = replaced(own, place, after, LATER)
    now = [*own[:first], *new, *own[last + 1 :]]
    starts = [token.word.start for token in now]
    assert starts == sorted(starts)
    assert (
        join_words(token.word for token in new).split() == after.split() or not new[0].word.spaced
    )
    assert all(before.word.end <= after.word.start + 1e-9 for before, after in pairwise(new))
