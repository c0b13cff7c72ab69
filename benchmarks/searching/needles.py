"""What is hidden in calls to be found again, and what beside it must not be found.

Each needle is of words that are nowhere else, so that what a query for it finds beside where it was
planted was never said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.searching.needles_meant import MEANT
from benchmarks.searching.text import spelt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.searching.calls import Call

OF_A_KIND = 10
GONE = 3  # calls that are forgotten again
# No word of the vocabulary begins so; and no two of these words begin with the same seven letters.
WORDS = 25_000  # that there are
FIRST, CONSONANTS, VOWELS, LAST = "zw", "bdfglmnprt", "aeiou", "lont"
BETWEEN = ("of", "the", "one", "that", "we")  # common words
# Sums with four digits that are not nought: all others have two at most.
UNUSUAL = tuple(number for number in range(1_111, 10_000) if "0" not in str(number))


@dataclass(frozen=True, slots=True)
class Plant:
    """Words added to something that is said in a call; `found` are those that a query is to find.

    `where` picks among the turns that will do, in [0, 1); `speaker` is whose, by the call's list;
    `alone` words are a turn's only ones. `following` begins the next turn.
    """

    call: int
    where: float
    words: tuple[str, ...]
    following: tuple[str, ...] = ()
    found: tuple[int, int] | None = None
    speaker: int | None = None
    label: str = ""
    asks: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Needle:
    """A query, and all that it is to find; `meant` ones by meaning, among the first few."""

    kind: str
    query: str
    plants: tuple[Plant, ...]
    meant: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words stand that a query is to find, in seconds."""

    recording: str
    start: float
    end: float


def word(number: int) -> str:
    """Return a word that no other text has."""
    letters = ""
    for among in (CONSONANTS, VOWELS, CONSONANTS, VOWELS, CONSONANTS):
        number, place = divmod(number, len(among))
        letters += among[place]
    return f"{FIRST}{letters}{LAST}"


class Hiding:
    """Makes needles: hands out words, calls and turns, each word and forgotten call once."""

    def __init__(self, calls: Sequence[Call], seed: int) -> None:
        self._random = np.random.default_rng([seed, 17])
        self._words = 0
        self._sums = iter(self._random.permutation(UNUSUAL).tolist())
        whole = [each for each in calls if each.duration > 600]
        places: list[int] = self._random.permutation(len(whole)).tolist()
        order = [whole[place] for place in places]
        self.gone, self._calls = tuple(order[:GONE]), order[GONE:]
        self.middle = whole[len(whole) // 2].day

    def word(self) -> str:
        """Return a word that was not used yet."""
        self._words += 1
        return word(self._words * 7_919 % WORDS)  # neighbours are unlike

    def sum(self) -> int:
        """Return a sum that was not used yet."""
        return int(next(self._sums))

    def call(self, suits: Callable[[Call], bool] = lambda _: True) -> Call:
        """Return one of the calls that suit, by chance."""
        suitable = [each for each in self._calls if suits(each)]
        return suitable[self.number(len(suitable))]

    def number(self, below: int) -> int:
        """Return a number by chance."""
        return int(self._random.integers(below))

    def plant(self, call: Call, *words: str, found: tuple[int, int] | None = None) -> Plant:
        """Return words to be planted anywhere in a call."""
        return Plant(call.number, float(self._random.random()), words, found=found)


def hidden(calls: Sequence[Call], seed: int) -> tuple[tuple[Needle, ...], tuple[Call, ...]]:
    """Return all needles, and the calls that are to be forgotten."""
    hiding = Hiding(calls, seed)
    made = [kind(hiding) for kind in KINDS for _ in range(OF_A_KIND)]
    return (*made, *_meant(hiding)), hiding.gone


def _a_word(hiding: Hiding) -> Needle:
    sought = hiding.word()
    plants = (hiding.plant(hiding.call(), sought, found=(0, 1)) for _ in range(3))
    return Needle("word", sought, tuple(plants))


def _other_form(hiding: Hiding) -> Needle:
    sought = hiding.word()
    plants = (
        hiding.plant(hiding.call(), f"{sought}{ending}", found=(0, 1)) for ending in ("ing", "ed")
    )
    return Needle("word in another form", f"{sought}s", tuple(plants))


def _prefix(hiding: Hiding) -> Needle:
    sought = hiding.word()
    plant = hiding.plant(hiding.call(), sought, found=(0, 1))
    return Needle("prefix", f"{sought[: -len(LAST)]}*", (plant,))


def _phrase(hiding: Hiding) -> Needle:
    """Hide a phrase, and its words in another order, apart, and in two turns."""
    one, other = hiding.word(), hiding.word()
    common = BETWEEN[hiding.number(len(BETWEEN))]
    plants = (
        hiding.plant(hiding.call(), one, common, other, found=(0, 3)),
        hiding.plant(hiding.call(), other, common, one),
        hiding.plant(hiding.call(), one, common, common, other),
        replace(hiding.plant(hiding.call(), one, common), following=(other,)),
        replace(hiding.plant(hiding.call(), one), following=(common, other)),
    )
    return Needle("phrase", f'"{one} {common} {other}"', plants)


def _near(hiding: Hiding) -> Needle:
    one, other = hiding.word(), hiding.word()
    plants = (
        hiding.plant(hiding.call(), one, *BETWEEN[:3], other, found=(0, 5)),
        hiding.plant(hiding.call(), one, *BETWEEN * 5, other),
        replace(hiding.plant(hiding.call(), one), following=(other,)),
    )
    return Needle("near", f"{one} NEAR/8 {other}", plants)


def _both(hiding: Hiding) -> Needle:
    one, other, without = hiding.word(), hiding.word(), hiding.word()
    plants = (
        hiding.plant(hiding.call(), other, BETWEEN[0], one, found=(0, 3)),
        hiding.plant(hiding.call(), one),
        replace(hiding.plant(hiding.call(), one), following=(other,)),
        hiding.plant(hiding.call(), one, without, other),
    )
    return Needle("boolean", f"({one} AND {other}) NOT {without}", plants)


def _written(hiding: Hiding) -> Needle:
    """Hide a sum in figures, to be asked for in words."""
    number = hiding.sum()
    plant = hiding.plant(hiding.call(), "is", f"${number:,}", found=(1, 2))
    return Needle("sum, written", f'"{spelt(number)} dollars"', (plant,))


def _spoken(hiding: Hiding) -> Needle:
    """Hide a sum in words, to be asked for in figures."""
    number = hiding.sum()
    words = f"{spelt(number)} dollars".split()
    plant = hiding.plant(hiding.call(), *words, found=(0, len(words)))
    return Needle("sum, spoken", f"${number:,}", (plant,))


def _by_speaker(hiding: Hiding) -> Needle:
    sought, call = hiding.word(), hiding.call(_named)
    plants = (
        replace(hiding.plant(call, sought, found=(0, 1)), speaker=1),
        replace(hiding.plant(call, sought), speaker=0),
    )
    return Needle("by speaker", f'speaker:"{call.speakers[1]}" {sought}', plants)


def _in_project(hiding: Hiding) -> Needle:
    sought, call = hiding.word(), hiding.call()
    other = hiding.call(lambda each: each.project != call.project)
    plants = (hiding.plant(call, sought, found=(0, 1)), hiding.plant(other, sought))
    return Needle("in project", f'project:"{call.project}" {sought}', plants)


def _since(hiding: Hiding) -> Needle:
    sought, other = hiding.word(), hiding.call(lambda each: each.day < hiding.middle)
    call = hiding.call(lambda each: each.day > other.day)
    plants = (hiding.plant(call, sought, found=(0, 1)), hiding.plant(other, sought))
    return Needle("since", f"after:{call.day.isoformat()} {sought}", plants)


def _entity(hiding: Hiding) -> Needle:
    sought = hiding.word().capitalize()
    plants = (
        replace(hiding.plant(hiding.call(), sought, found=(0, 1)), label="ORG"),
        replace(hiding.plant(hiding.call(), "at", sought, found=(1, 2)), label="ORG"),
    )
    return Needle("entity", f'entity:"{sought}"', plants)


def _question(hiding: Hiding) -> Needle:
    sought = hiding.word()
    plants = (
        replace(hiding.plant(hiding.call(), "what", "about", sought, found=(0, 3)), asks=True),
        hiding.plant(hiding.call(), "about", sought),
    )
    return Needle("question", f"is:question {sought}", plants)


def _forgotten(hiding: Hiding) -> Needle:
    sought = hiding.word()
    call = hiding.gone[hiding.number(GONE)]
    return Needle("forgotten", sought, (hiding.plant(call, sought),))


def _meant(hiding: Hiding) -> Iterator[Needle]:
    for query, said in MEANT:
        words = tuple(said.split())
        plant = hiding.plant(hiding.call(), *words, found=(0, len(words)))
        yield Needle("by meaning", query, (replace(plant, alone=True),), meant=True)


def _named(call: Call) -> bool:
    return not call.speakers[0].startswith("Speaker ")


KINDS: tuple[Callable[[Hiding], Needle], ...] = (
    *(_a_word, _other_form, _prefix, _phrase, _near, _both, _written, _spoken),
    *(_by_speaker, _in_project, _since, _entity, _question, _forgotten),
)
