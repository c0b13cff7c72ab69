"""How hits are wanted, and what a search comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.library import Order

if TYPE_CHECKING:
    from pipeline.query import Query
    from pipeline.search.hits import Hit


class By(StrEnum):
    """What is looked for: words and, where they can be known, what they mean; or one of these."""

    BOTH = "both"
    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which hits are wanted of those that there are, and in which order.

    `context` is how many turns around each are shown. `questions` are hits only where they are
    asked with the words, and come with their answers. `kept` tells whether the numbers of hits are
    kept, for commands to name them by, `together` whether those of one recording follow each other.
    """

    order: Order = Order.BEST
    limit: int = 20
    page: int = 1
    context: int = 0
    questions: bool = False
    by: By = By.BOTH
    kept: bool = True
    together: bool = True

    def __post_init__(self) -> None:
        if self.limit < 1 or self.page < 1 or self.context < 0:
            raise ValueError(f"no page of hits: {self.limit=}, {self.page=}, {self.context=}")

    @property
    def need(self) -> int:
        """How many hits there are on this page and those before."""
        return self.limit * self.page


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what a query finds.

    `total` is how many turns match, at least; `counted` tells whether it is all of them. `more`
    tells whether there is another page. `notes` are what to know, in sentences.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    counted: bool = True
    more: bool = False
    wanted: Wanted = field(default_factory=Wanted)
    notes: tuple[str, ...] = ()
