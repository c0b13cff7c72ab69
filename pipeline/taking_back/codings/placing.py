"""Where the characters of a text that was edited elsewhere stand in our own (pure)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# A word of a script with spaces; a character alone of one without (Japanese, Chinese, Thai ...).
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")
IN_A_ROW = 4  # words that are the same one after another are so by no chance
FEW = 3  # words: so few may all have been put right, between others that stand
MOST_TOKENS = 200_000  # words: a day of speech
LENGTH = 2  # times as many words as were coded, and a few
MORE = 10

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it is compared, and its characters."""

    text: str
    start: int
    end: int


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a text, without case and punctuation."""
    found = _TOKEN.finditer(text)
    return tuple(Token(match[0].casefold(), match.start(), match.end()) for match in found)


def alike(text: str, ours: str) -> float:
    """Return the share of the words of the shorter text that both have, in any order; quickly."""
    counted = Counter(token.text for token in tokens(text))
    known = Counter(token.text for token in tokens(ours))
    return (counted & known).total() / max(1, min(counted.total(), known.total()))


@dataclass(frozen=True)
class Aligned:
    """A text beside ours: which of its words are which of ours.

    `pairs` are the positions of words that are the same, in order in both.
    """

    theirs: tuple[Token, ...]
    ours: tuple[Token, ...]
    pairs: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str, ours: str) -> Aligned:
        """Compare texts word by word; of too long ones no words are the same."""
        own, known = tokens(text), tokens(ours)
        if max(len(own), len(known)) > MOST_TOKENS:
            return cls(own, known, ())
        return cls(own, known, _pairs(own, known))

    @cached_property
    def likeness(self) -> float:
        """The share of the shorter text's words that both have, several in a row.

        A part of a transcript is like it, and so is one with much before and behind.
        """
        in_a_row = min(IN_A_ROW, len(self.theirs))
        rows: Counter[int] = Counter(theirs - n for n, (theirs, _) in enumerate(self.pairs))
        told = sum(count for count in rows.values() if count >= in_a_row)
        return told / max(1, min(len(self.theirs), len(self.ours)))

    def place(self, start: int, end: int) -> Place | None:
        """Return the characters of ours that characters [start, end) of the text are.

        None where they hold no word, where most of their words are others by now, or where they
        would be far apart.
        """
        first = bisect_right(self.theirs, start, key=lambda token: token.end)
        behind = bisect_left(self.theirs, end, key=lambda token: token.start)
        if start >= end or first >= behind or not self._holds(first, behind):
            return None
        begin, stop = self._begin(first), self._stop(behind)
        if not begin < stop <= begin + LENGTH * (behind - first) + MORE:
            return None
        return self.ours[begin].start, self.ours[stop - 1].end

    def _same(self, first: int, behind: int) -> Sequence[tuple[int, int]]:
        return self.pairs[self._pair(first) : self._pair(behind)]

    def _pair(self, word: int) -> int:
        """Return which pair is the first of a word or of one behind it."""
        return bisect_left(self.pairs, (word, -1))

    def _holds(self, first: int, behind: int) -> bool:
        """Tell whether half of the words are ours, or a few were put right where they stood."""
        same = self._same(first, behind)
        if same:
            return 2 * len(same) >= behind - first
        before, after = self._before(first), self._behind(behind)
        return max(after[0] - before[0], after[1] - before[1]) <= FEW + 1

    def _begin(self, first: int) -> int:
        """Return the word of ours with which words begin; a changed one is counted out."""
        before, after = self._before(first), self._behind(first)
        if after[0] == first:
            return after[1]
        return min(before[1] + first - before[0], after[1])

    def _stop(self, behind: int) -> int:
        before, after = self._before(behind), self._behind(behind)
        if before[0] == behind - 1:
            return before[1] + 1
        return max(after[1] - (after[0] - behind), before[1] + 1)

    def _before(self, word: int) -> tuple[int, int]:
        at = self._pair(word)
        return self.pairs[at - 1] if at else (-1, -1)

    def _behind(self, word: int) -> tuple[int, int]:
        at = self._pair(word)
        return self.pairs[at] if at < len(self.pairs) else (len(self.theirs), len(self.ours))


def _pairs(theirs: Sequence[Token], ours: Sequence[Token]) -> tuple[tuple[int, int], ...]:
    from rapidfuzz.distance import Levenshtein

    told, known = [token.text for token in theirs], [token.text for token in ours]
    same = (step for step in Levenshtein.opcodes(told, known) if step.tag == "equal")
    return tuple(
        pair
        for step in same
        for pair in zip(
            range(step.src_start, step.src_end),
            range(step.dest_start, step.dest_end),
            strict=True,
        )
    )
