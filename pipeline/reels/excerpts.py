"""Which of the passages that were found are in a reel, and in which order (pure)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.recording import Recording

    Person = tuple[str, ...]

TOGETHER = 1.0  # seconds: what lies no further apart is heard as one passage


class Order(StrEnum):
    """In which order passages are heard."""

    TIME = "time"  # the oldest recording first
    DATE = "date"  # the newest recording first
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Excerpt(Span):
    """A passage of a recording: from its first word's start to its last one's end.

    `rank` is how good it is, 0 the best. `people` are those who were sought in it, of all who are
    interviewed: see `pipeline.interviewed`.
    """

    recording: Recording
    rank: int
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what is found is in a reel: passages, and seconds; None for all.

    one_each : only the best passage of each person who is interviewed.
    """

    count: int | None = None
    seconds: float | None = None
    one_each: bool = False


ALL = Limits()


def chosen(
    found: Iterable[Excerpt], limits: Limits, length: Callable[[Span], float]
) -> tuple[Excerpt, ...]:
    """Return the passages that are in a reel, the best first.

    length : of a passage as it takes room in the reel, in seconds.
    """
    ranked = sorted(found, key=_rank)
    own = best_of_each(ranked) if limits.one_each else ranked
    fitting = fit(merged(own), limits.seconds, length)
    return tuple(fitting[: limits.count])


def best_of_each(ranked: Iterable[Excerpt]) -> list[Excerpt]:
    """Return the first passage of each person; what nobody says who is interviewed goes."""
    heard: set[Person] = set()
    kept = []
    for each in ranked:
        if set(each.people) - heard:
            kept.append(each)
            heard.update(each.people)
    return kept


def merged(found: Iterable[Excerpt]) -> list[Excerpt]:
    """Return passages, those of a recording that touch or overlap as one, the best first."""
    ordered = sorted(found, key=lambda each: (each.recording.id, each.start))
    together: list[Excerpt] = []
    for _, own in groupby(ordered, key=lambda each: each.recording.id):
        whole: list[Excerpt] = []
        for each in own:
            if whole and each.start <= whole[-1].end + TOGETHER:
                whole[-1] = _joined(whole[-1], each)
            else:
                whole.append(each)
        together += whole
    return sorted(together, key=_rank)


def _joined(first: Excerpt, second: Excerpt) -> Excerpt:
    return replace(
        first,
        end=max(first.end, second.end),
        rank=min(first.rank, second.rank),
        people=tuple(dict.fromkeys((*first.people, *second.people))),
    )


def fit(
    ranked: Iterable[Excerpt], seconds: float | None, length: Callable[[Span], float]
) -> list[Excerpt]:
    """Return the best passages that fit into so many seconds; what is too long makes way."""
    kept, left = [], seconds
    for each in ranked:
        if left is None or length(each) <= left:
            kept.append(each)
            left = None if left is None else left - length(each)
    return kept


def in_order(found: Iterable[Excerpt], order: Order) -> tuple[Excerpt, ...]:
    """Return passages in the order in which they are heard; within a recording by time."""
    if order is Order.BEST:
        return tuple(sorted(found, key=_rank))
    by_time = sorted(found, key=lambda each: (each.recording.title, each.recording.id, each.start))
    newest_first = order is Order.DATE
    return tuple(sorted(by_time, key=lambda each: each.recording.recorded_at, reverse=newest_first))


def _rank(each: Excerpt) -> tuple[int, float]:
    return each.rank, each.start
