"""Turns cut into passages of a few sentences, each of one speaker: what is searched by meaning.

Every word of a turn that says more than "mm-hm" is in a passage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.transcript import word_offsets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.transcript import Turn, Word

MOST_WORDS = 25  # of a passage
FEWEST_WORDS = 4  # of a turn that is worth finding, and of a passage if its turn has more
COMMA = 0.3  # seconds of pause that a comma is worth where a sentence has to be cut
SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")

Range = tuple[int, int]  # the place of a first word, and that after the last


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters [start_char, end_char) of a turn, by its position."""

    turn: int
    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the passages of a recording mean, by the model of a digest.

    `codes` are the signs of the numbers of each passage's vector, a bit each, `vectors` those
    numbers as int8: `embedding.py` writes both.
    """

    digest: str
    codes: bytes
    passages: tuple[Passage, ...]
    vectors: bytes


def passages(turns: Sequence[Turn]) -> tuple[Passage, ...]:
    """Return the passages of turns, in the order of the text."""
    return tuple(each for number, turn in enumerate(turns) for each in _of_turn(number, turn))


def text_of(passage: Passage, turns: Sequence[Turn]) -> str:
    """Return what is said in a passage."""
    return turns[passage.turn].text[passage.start_char : passage.end_char]


def _of_turn(number: int, turn: Turn) -> Iterator[Passage]:
    if len(turn.words) < FEWEST_WORDS:
        return
    offsets = word_offsets(turn.words)
    for first, after in grouped(sentences(turn.words)):
        end = offsets[after - 1] + len(turn.words[after - 1].text)
        yield Passage(number, offsets[first], end)


def sentences(words: Sequence[Word]) -> Iterator[Range]:
    """Yield the sentences of words, those of more than `MOST_WORDS` in parts."""
    ends = [place + 1 for place, word in enumerate(words) if SENTENCE_END.search(word.text)]
    for first, after in pairwise(sorted({0, *ends, len(words)})):
        yield from _cut(words, first, after)


def _cut(words: Sequence[Word], first: int, after: int) -> Iterator[Range]:
    """Yield a sentence, cut in its middle third where the longest pause is until it is short."""
    if after - first <= MOST_WORDS:
        yield first, after
        return
    third = (after - first) // 3
    middle = (first + after) / 2

    def pause(place: int) -> tuple[float, float]:
        before = words[place - 1]
        comma = COMMA if before.text.endswith((",", ";", ":", "—")) else 0.0
        return words[place].start - before.end + comma, -abs(place - middle)

    cut = max(range(first + third, after - third + 1), key=pause)
    yield from _cut(words, first, cut)
    yield from _cut(words, cut, after)


def grouped(parts: Iterable[Range]) -> list[Range]:
    """Put neighbours together up to `MOST_WORDS`; one of too few words goes with its neighbour."""
    together: list[Range] = []
    for first, after in parts:
        if together and after - together[-1][0] <= MOST_WORDS:
            together[-1] = together[-1][0], after
        else:
            together.append((first, after))
    return _without_short(together)


def _without_short(ranges: Iterable[Range]) -> list[Range]:
    kept: list[Range] = []
    for first, after in ranges:
        if kept and (_is_short(kept[-1]) or _is_short((first, after))):
            kept[-1] = kept[-1][0], after
        else:
            kept.append((first, after))
    return kept


def _is_short(each: Range) -> bool:
    return each[1] - each[0] < FEWEST_WORDS
