"""Whether two recordings are one call in two files, by what is said in them (pure)."""

from __future__ import annotations

import re
from itertools import pairwise

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
FEWEST = 20  # triples: in fewer words, two greetings are alike by chance
ALIKE = 0.5

Triple = tuple[str, str, str]


def triples(text: str) -> frozenset[Triple]:
    """Return every three words that follow each other, without regard to case."""
    words = WORD.findall(text.casefold())
    pairs = list(pairwise(words))
    return frozenset((first, *pair) for (first, _), pair in pairwise(pairs))


def likeness(first: frozenset[Triple], second: frozenset[Triple]) -> float:
    """Return the share of triples that two texts have in common, 0 to 1; 0 where too few tell."""
    if min(len(first), len(second)) < FEWEST:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))
