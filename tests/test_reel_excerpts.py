"""Which passages are in a reel: merged, the best of each, limited, in order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reels.excerpts import (
    TOGETHER,
    Excerpt,
    Limits,
    Order,
    chosen,
    in_order,
    merged,
)
from tests.libraries import recording

if TYPE_CHECKING:
    from pipeline.recording import Recording
    from pipeline.transcript import Span

ANN, BOB = ("person", "ann lee"), ("person", "bob")


def call(name: str, day: int = 1) -> Recording:
    date = f"2026-09-{day:02}T10:00:00"
    return recording(name * 64, title=f"Call {name}", recorded_at=date)


def excerpt(
    start: float, rank: int, of: Recording | None = None, *people: tuple[str, ...], end: float = 0.0
) -> Excerpt:
    return Excerpt(start, end or start + 2.0, of or call("a"), rank, people)


def ranks(found: tuple[Excerpt, ...]) -> list[int]:
    return [each.rank for each in found]


def own_length(span: Span) -> float:
    return span.duration


@pytest.mark.parametrize(
    ("starts", "spans"),
    [
        ((1.0, 5.0), [(1.0, 3.0), (5.0, 7.0)]),
        ((1.0, 3.0), [(1.0, 5.0)]),  # they touch
        ((1.0, 3.0 + TOGETHER), [(1.0, 5.0 + TOGETHER)]),
        ((1.0, 2.0, 9.0), [(1.0, 4.0), (9.0, 11.0)]),
        ((2.0, 1.0, 2.0), [(1.0, 4.0)]),
    ],
)
def test_what_touches_or_overlaps_is_one_passage(
    starts: tuple[float, ...], spans: list[tuple[float, float]]
) -> None:
    found = merged(excerpt(start, rank) for rank, start in enumerate(starts))
    assert sorted((each.start, each.end) for each in found) == spans


def test_one_within_another_adds_nothing_but_its_people_and_its_rank() -> None:
    long = excerpt(1.0, 7, None, ANN, end=20.0)
    (whole,) = merged([long, excerpt(3.0, 2, None, BOB)])
    assert (whole.start, whole.end, whole.rank, whole.people) == (1.0, 20.0, 2, (ANN, BOB))


def test_passages_of_two_recordings_stay_apart() -> None:
    assert len(merged([excerpt(1.0, 0), excerpt(1.0, 1, call("b"))])) == 2


def test_the_best_are_taken_then_put_in_order() -> None:
    found = [excerpt(10.0 * n, rank) for n, rank in enumerate((3, 0, 2, 1))]
    assert ranks(chosen(found, Limits(count=2), own_length)) == [0, 1]
    assert ranks(in_order(chosen(found, Limits(count=3), own_length), Order.TIME)) == [0, 2, 1]


def test_minutes_are_filled_with_the_best_that_fit() -> None:
    found = [excerpt(100.0 * n, n, end=100.0 * n + long) for n, long in enumerate((6, 30, 3, 5))]
    assert ranks(chosen(found, Limits(seconds=10.0), own_length)) == [0, 2]
    assert ranks(chosen(found, Limits(seconds=14.0), own_length)) == [0, 2, 3]
    assert chosen(found, Limits(seconds=2.0), own_length) == ()


def test_what_lies_between_counts_as_well() -> None:
    found = [excerpt(10.0 * n, n) for n in range(5)]
    assert ranks(chosen(found, Limits(seconds=9.0), lambda span: span.duration + 1.0)) == [0, 1, 2]


def test_each_person_has_one_passage_and_who_is_not_interviewed_none() -> None:
    other = call("b", 2)
    found = [
        excerpt(50.0, 0),  # an interviewer's
        excerpt(10.0, 1, None, ANN),
        excerpt(20.0, 2, other, ANN),
        excerpt(30.0, 3, other, BOB),
        excerpt(90.0, 4, None, BOB),
    ]
    assert ranks(chosen(found, Limits(one_each=True), own_length)) == [1, 3]
    assert ranks(chosen(found, Limits(count=1, one_each=True), own_length)) == [1]


@pytest.mark.parametrize(
    ("order", "places"),
    [
        (Order.TIME, [("a", 5.0), ("a", 9.0), ("c", 1.0), ("b", 4.0)]),
        (Order.DATE, [("b", 4.0), ("a", 5.0), ("a", 9.0), ("c", 1.0)]),
        (Order.BEST, [("b", 4.0), ("a", 9.0), ("c", 1.0), ("a", 5.0)]),
    ],
)
def test_passages_are_in_the_order_that_is_wanted(
    order: Order, places: list[tuple[str, float]]
) -> None:
    a, b, c = call("a", 1), call("b", 2), call("c", 1)  # two of one day go by their titles
    found = [excerpt(4.0, 0, b), excerpt(9.0, 1, a), excerpt(1.0, 2, c), excerpt(5.0, 3, a)]
    heard = in_order(found, order)
    assert [(each.recording.id[0], each.start) for each in heard] == places


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9), st.integers(0, 1)), max_size=12))
@settings(max_examples=100, deadline=None)
def test_merging_keeps_every_second_that_was_found(drawn: list[tuple[int, int, int]]) -> None:
    calls = [call("a"), call("b")]
    found = [
        excerpt(start, rank, calls[which], end=float(start + long))
        for rank, (start, long, which) in enumerate(drawn)
    ]
    whole = merged(found)
    assert all(any(_holds(one, each) for one in whole) for each in found)
    by_place = sorted(whole, key=lambda each: (each.recording.id, each.start))
    for first, second in pairwise(by_place):
        assert first.recording != second.recording or second.start > first.end + TOGETHER
    assert ranks(tuple(whole)) == sorted(each.rank for each in whole)


def _holds(whole: Excerpt, part: Excerpt) -> bool:
    same = whole.recording == part.recording
    return same and whole.start <= part.start and part.end <= whole.end
