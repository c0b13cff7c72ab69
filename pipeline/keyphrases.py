"""Keyphrases beside those of other calls: what is said here and not elsewhere first (pure)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.transcript import Keyphrase

# How many calls there must be until half is believed of how rare a phrase is among them: what all
# of four calls are about is no commonplace yet, and a rival whom everybody names must not vanish.
HALF_BELIEVED = 10


@dataclass(frozen=True, slots=True)
class Said:
    """That somebody who is interviewed says a phrase in a call: how often, and where first.

    `person` is the same for one person in all calls. `rank` is the phrase's in that call, `day` the
    call's date as ISO 8601.
    """

    lemma: str
    text: str
    rank: float
    recording: str
    day: str
    person: tuple[str, ...]
    mentions: int
    start: float


@dataclass(frozen=True, slots=True)
class Widespread:
    """A phrase over calls: how many people say it, in how many calls, and where first.

    All of it is of those alone who are interviewed. `rank` is as a keyphrase's. `first` and `last`
    are days; `recording` and `start` are where it is said first.
    """

    text: str
    lemma: str
    people: int
    calls: int
    mentions: int
    first: str
    last: str
    recording: str
    start: float
    rank: float


def distinctness(calls_with: int, calls: int) -> float:
    """Return how much it tells of a call that a phrase is said, in (0, 1]: 1 if nowhere else.

    `calls_with` of `calls` calls have it, this one among them.
    """
    if calls_with <= 1 or calls <= 1:
        return 1.0
    rarity = math.log(1 + calls / min(calls_with, calls)) / math.log(1 + calls)
    believed = calls / (calls + HALF_BELIEVED)
    return 1 - believed * (1 - rarity)


def best_here(
    keyphrases: Iterable[Keyphrase], calls_with: Mapping[str, int], calls: int
) -> tuple[Keyphrase, ...]:
    """Return keyphrases ranked among calls, so many of which say each, by lemma."""
    ranked = [
        replace(each, rank=round(each.rank * distinctness(calls_with.get(each.lemma, 1), calls), 4))
        for each in keyphrases
    ]
    return tuple(sorted(ranked, key=lambda each: -each.rank))


def widespread(said: Iterable[Said], calls: int) -> list[Widespread]:
    """Return phrases over some calls, those first that most people say, then the most telling.

    `calls` is how many calls there are.
    """
    by_lemma: dict[str, list[Said]] = {}
    for each in said:
        by_lemma.setdefault(each.lemma, []).append(each)
    together = [_together(each, calls) for each in by_lemma.values()]
    return sorted(together, key=lambda each: (-each.people, -each.rank, each.text))


def _together(said: Sequence[Said], calls: int) -> Widespread:
    in_order = sorted(said, key=lambda each: (each.day, each.recording, each.start))
    first, last = in_order[0], in_order[-1]
    ranks = {each.recording: each.rank for each in said}
    written = Counter[str]()
    for each in in_order:
        written[each.text] += each.mentions
    average = sum(ranks.values()) / len(ranks)
    return Widespread(
        text=written.most_common(1)[0][0],
        lemma=first.lemma,
        people=len({each.person for each in said}),
        calls=len(ranks),
        mentions=sum(each.mentions for each in said),
        first=first.day,
        last=last.day,
        recording=first.recording,
        start=first.start,
        rank=round(average * distinctness(len(ranks), calls), 4),
    )
