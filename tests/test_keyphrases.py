"""Keyphrases beside those of other calls: what is said here and not elsewhere comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.keyphrases import (
    Said,
    Widespread,
    best_here,
    distinctness,
    widespread,
)
from pipeline.transcript import Keyphrase, Mention

A, B, C = "a" * 64, "b" * 64, "c" * 64
CALLS = st.integers(1, 20_000)


def phrase(text: str, rank: float) -> Keyphrase:
    return Keyphrase(text, rank, (Mention(1.0, 2.0, 0, 0, 4),), text)


MARCUS, RENEE = ("person", "marcus"), ("person", "renee")
PLAIN = Said("live map", "live map", 0.5, A, "2026-03-03", MARCUS, 1, 60.0)


def said(**fields: Any) -> Said:
    """Return that Marcus says "live map" once, with whatever is otherwise."""
    return replace(PLAIN, **fields)


@pytest.mark.parametrize(
    ("calls_with", "calls", "expected"),
    [
        (0, 0, 1.0),
        (1, 1, 1.0),
        (1, 4, 1.0),
        (4, 4, pytest.approx(0.84, abs=0.01)),  # a rival whom all four name must not vanish
        (100, 100, pytest.approx(0.23, abs=0.01)),  # but nor is a commonplace of a hundred telling
    ],
)
def test_the_more_calls_have_a_phrase_the_less_it_tells_of_one(
    calls_with: int, calls: int, expected: object
) -> None:
    assert distinctness(calls_with, calls) == expected


@given(CALLS, CALLS)
def test_distinctness_is_above_zero_and_at_most_one(calls_with: int, calls: int) -> None:
    assert 0 < distinctness(calls_with, calls) <= 1


@given(CALLS, CALLS)
def test_one_call_more_that_has_it_never_makes_a_phrase_more_telling(one: int, calls: int) -> None:
    assert distinctness(one + 1, calls) <= distinctness(one, calls)


def test_what_is_said_here_and_not_elsewhere_comes_first() -> None:
    phrases = (phrase("price", 1.0), phrase("live map", 0.9))
    ranked = best_here(phrases, {"price": 30, "live map": 1}, 30)
    assert [each.text for each in ranked] == ["live map", "price"]
    assert [each.rank for each in ranked] == [0.9, pytest.approx(0.4, abs=0.05)]


def test_a_call_that_is_alone_keeps_its_order_and_ranks() -> None:
    phrases = (phrase("price", 1.0), phrase("live map", 0.9))
    assert best_here(phrases, {"price": 1, "live map": 1}, 1) == phrases
    assert best_here(phrases, {}, 0) == phrases


def test_a_phrase_over_calls_says_how_many_people_say_it_how_often_and_where_first() -> None:
    over = [
        said(recording=B, day="2026-03-10", text="live maps", mentions=3, rank=1.0, start=5.0),
        said(),
        said(recording=B, day="2026-03-10", person=RENEE, mentions=2, rank=1.0),
    ]
    assert widespread(over, 1) == [
        Widespread(
            text="live map",
            lemma="live map",
            people=2,
            calls=2,
            mentions=6,
            first="2026-03-03",
            last="2026-03-10",
            recording=A,
            start=60.0,
            rank=0.75,
        )
    ]


def test_what_most_people_say_comes_first_then_what_is_most_telling() -> None:
    over = [
        said(lemma="price", text="price", person=("call", A, "customer"), rank=0.1),
        said(lemma="price", text="price", person=("call", B, "customer"), rank=0.1, recording=B),
        said(lemma="van", text="van", rank=0.2),
        said(),
    ]
    assert [(each.text, each.people) for each in widespread(over, 3)] == [
        ("price", 2),
        ("live map", 1),
        ("van", 1),
    ]


def test_one_who_says_a_phrase_in_two_calls_is_one_person() -> None:
    (one,) = widespread([said(), said(recording=B)], 2)
    assert (one.people, one.calls) == (1, 2)


def test_a_phrase_of_many_calls_ranks_lower_by_how_common_it_is() -> None:
    (rare,), (common,) = (
        widespread([said(recording=str(n), rank=0.5) for n in range(count)], 100)
        for count in (2, 90)
    )
    assert rare.people == common.people == 1
    assert common.rank < rare.rank < 0.5


@given(st.permutations([said(), said(recording=B), said(person=RENEE), said(day="2025-01-01")]))
def test_the_order_in_which_rows_are_read_does_not_matter(over: list[Said]) -> None:
    (one,) = widespread(over, 5)
    assert (one.first, one.people, one.mentions) == ("2025-01-01", 2, 4)
