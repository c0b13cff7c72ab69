"""Who and what is named in calls that nobody made: people, firms, places, products and amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.searching.text import SHIFT, made_up, spelt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# How many there are of each in all calls together; the first ones are named much more often.
MANY = {"PERSON": 30_000, "ORG": 12_000, "GPE": 3_000, "PRODUCT": 4_000}
FIRST_NAMES = 2_000
IN_A_CALL = 8  # different ones of each kind
SPOKEN = 0.15  # share of the sums that are written out in words
CURRENCIES = (("$", "dollars"), ("$", "dollars"), ("£", "pounds"), ("€", "euros"))
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
MONTHS = "January February March April May June July August September October November December"
SEASONS = "spring summer autumn winter week month year quarter"
ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}

Draw = np.random.Generator


class Names:
    """The names that there are: some that are given, then others made of syllables."""

    def __init__(self, given: Sequence[tuple[str, str]], seed: int = 11) -> None:
        random = np.random.default_rng(seed)
        first = [each.capitalize() for each in dict.fromkeys(made_up(random, FIRST_NAMES))]
        self._named = {}
        for label, many in MANY.items():
            made = [each.capitalize() for each in made_up(random, many)]
            if label == "PERSON":
                made = [f"{first[number % len(first)]} {each}" for number, each in enumerate(made)]
            known = [name for name, of in given if of == label]
            self._named[label] = tuple(dict.fromkeys([*known, *made]))

    def some(self, random: Draw, label: str, count: int) -> list[str]:
        """Return some names of a kind, by Zipf's law; one may come twice."""
        named = self._named[label]
        cumulated = np.cumsum(1 / (np.arange(len(named)) + 1 + SHIFT))
        places = np.searchsorted(cumulated, random.random(count) * cumulated[-1])
        return [named[place] for place in places]

    def cast(self, random: Draw) -> dict[str, list[str]]:
        """Return what is named in one call, by label."""
        named = {label: self.some(random, label, IN_A_CALL) for label in MANY}
        named["PERSON"] += [name.split()[0] for name in named["PERSON"]]
        amounts = {label: [amount(random) for _ in range(IN_A_CALL)] for label, amount in AMOUNTS}
        return named | amounts


def rounded(random: Draw, most: int) -> int:
    """Return a number as people say them: one or two digits that are not nought."""
    size: float = 10 ** random.uniform(0, np.log10(most))
    unit: int = 10 ** max(0, int(np.log10(size)) - 1)
    return max(1, int(size / unit) * unit)


def money(random: Draw) -> str:
    """Return a sum, written or in words."""
    sign, name = CURRENCIES[int(random.integers(len(CURRENCIES)))]
    number = rounded(random, 99_000)
    return f"{spelt(number)} {name}" if random.random() < SPOKEN else f"{sign}{number:,}"


def _share(random: Draw) -> str:
    number = int(random.choice([5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 90, 100]))
    return f"{spelt(number)} percent" if random.random() < SPOKEN else f"{number}%"


def _day(random: Draw) -> str:
    number = int(random.integers(1, 29))
    month, season = (str(random.choice(each.split())) for each in (MONTHS, SEASONS))
    written = (
        f"{month} {number}{ORDINALS.get(number, 'th')}",
        f"last {season}",
        str(random.choice(DAYS.split())),
        month,
        f"{random.integers(2, 12)} {season}s",
    )
    return written[int(random.integers(len(written)))]


def _hour(random: Draw) -> str:
    hour = int(random.integers(1, 13))
    written = (f"{hour}pm", f"{hour} a.m.", f"{hour}:30", f"half past {spelt(hour)}")
    return written[int(random.integers(len(written)))]


def _count(random: Draw) -> str:
    return f"{rounded(random, 3000):,}"


AMOUNTS: tuple[tuple[str, Callable[[Draw], str]], ...] = (
    ("MONEY", money),
    ("PERCENT", _share),
    ("DATE", _day),
    ("TIME", _hour),
    ("CARDINAL", _count),
)
