"""Turns that others take the place of, and where something in a text stands after it (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.transcript import Turn

WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Turns of a recording that go, by their positions, and those that come."""

    gone: frozenset[int]
    come: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """So many characters that are the same in both texts: from `before` on, and from `after` on."""

    before: int
    after: int
    length: int


@dataclass(frozen=True, slots=True)
class Carried:
    """A text that became another, by the words that are the same in both."""

    text: str
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, before: str, after: str) -> Carried:
        """Compare two texts word by word."""
        old, new = list(WORD.finditer(before)), list(WORD.finditer(after))
        texts = [word[0] for word in old], [word[0] for word in new]
        matcher = SequenceMatcher(None, *texts, autojunk=False)
        runs = [run for run in matcher.get_matching_blocks() if run.size]
        return cls(
            after,
            tuple(
                Block(start, new[run.b].start(), old[run.a + run.size - 1].end() - start)
                for run in runs
                for start in [old[run.a].start()]
            ),
        )

    def exact(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where the characters [start, end) are now; None where some are others."""
        for each in self.blocks:
            if each.before <= start and end <= each.before + each.length:
                shift = each.after - each.before
                return start + shift, end + shift
        return None

    def about(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where characters are now of which some may be others; None where none is left."""
        begin, stop = self._first(start), self._last(end)
        left = self.text[begin:stop]
        begin += len(left) - len(left.lstrip())
        stop -= len(left) - len(left.rstrip())
        return (begin, stop) if begin < stop else None

    def _first(self, start: int) -> int:
        """Return where what begins at a character begins now: after what stands before it."""
        place = 0
        for each in self.blocks:
            if each.before <= start:
                place = each.after + min(each.length, start - each.before)
        return place

    def _last(self, end: int) -> int:
        """Return where what ends at a character ends now: before what stands after it."""
        place = len(self.text)
        for each in reversed(self.blocks):
            if end <= each.before + each.length:
                place = each.after + max(0, end - each.before)
        return place
