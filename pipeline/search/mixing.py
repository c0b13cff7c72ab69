"""Two rankings to one, by reciprocal rank (pure).

Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
Learning Methods", SIGIR 2009: 60 is theirs.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

K = 60
Key = TypeVar("Key", bound="Hashable")


def mixed(*rankings: Sequence[Key]) -> list[Key]:
    """Return all that are ranked, those first that stand high in most rankings.

    Of equals, those of the first ranking come first.
    """
    scores: dict[Key, float] = defaultdict(float)
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] += 1 / (K + rank)
    return sorted(scores, key=lambda key: -scores[key])
