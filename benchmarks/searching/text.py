"""Text as people talk, without end: drawn from the statistics of real transcripts.

A word follows as in the texts that it is learnt from (their next word, or the next of another place
with the same word), or is drawn afresh by Zipf's law from a vocabulary that has no end in sight:
the words of the texts come first in it, then forms made of syllables.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

ASKS, ANSWERS, READS = "interviewer", "customer", "reader"
# What names and amounts are replaced by: each call has its own.
LABELS = ("PERSON", "ORG", "GPE", "PRODUCT", "MONEY", "PERCENT", "DATE", "TIME", "CARDINAL")
MARKS = ("", ",", ".", "?", "!", "...")
ENDING = frozenset(".?!")
WEIGHT = 3  # how often the interviews count beside what is read aloud
# How a word comes about: it goes on as there, as in another place with the same word, or afresh.
GOES_ON, AS_ELSEWHERE = 0.4, 0.3
STREAMS = 64  # that are drawn side by side
# Zipf's law as Mandelbrot has it, and steeper for rare words: so a text of 3 M words has some
# 30,000 forms and one of 90 M some 120,000, growing with the 0.4th power (Heaps' law).
SHIFT, COMMON, RARE, KNEE = 2.7, 1.05, 2.5, 8_000
FORMS = 400_000  # words of the vocabulary; few texts come near its end
ONSETS = "b c d f g h j l m n p r s t v w bl br ch cl cr dr fl fr gr pl pr sh sl st tr"
CORES = "a e i o u ai ea ee oa ou"
CODAS = "- - - n r l s t m ck nd st rt mp x"  # "-" is none
ENDINGS = ("", "", "", "", "s", "ed", "ing", "er", "ly", "ment", "ation", "able", "ness")
UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_PIECE = re.compile(r"(?P<word>[\w$€£%&'’:-]+(?:[.,]\w+)*%?)(?P<mark>[^\w\s]*)")


@dataclass(frozen=True, slots=True)
class Source:
    """Texts to learn from: turns with the role of who says them, and names in them by label."""

    turns: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Words by number and their marks; a number beyond the vocabulary stands for a label."""

    words: Numbers
    marks: Numbers


def source(folder: Path) -> Source:
    """Return the texts of a folder of speech with references."""
    turns = [
        (row["speaker"], row["text"])
        for path in sorted(folder.glob("interviews/*.turns.json"))
        for row in json.loads(path.read_text(encoding="utf-8"))
    ] * WEIGHT
    for path in sorted(folder.glob("conversations/*.turns.json")):
        rows = json.loads(path.read_text(encoding="utf-8"))["segments"]
        turns += [(READS, f"{row['text'].capitalize()}.") for row in rows]
    read = sorted(folder.glob("ljspeech/LJ*.txt"))
    turns += [(READS, path.read_text(encoding="utf-8").strip()) for path in read]
    names = {
        (each["text"], each["label"])
        for path in sorted(folder.glob("interviews/*.gold.json"))
        for each in json.loads(path.read_text(encoding="utf-8"))["entities"]
    }
    return Source(tuple(turns), tuple(sorted(names)))


class Language:
    """What is learnt from texts, and texts like them, drawn by a generator of numbers."""

    def __init__(self, learnt: Source, forms: int = FORMS) -> None:
        pieces = [piece for _, text in learnt.turns for piece in _pieces(text, learnt.names)]
        counted = Counter(word for word, _ in pieces if word not in LABELS)
        self.words = vocabulary([word for word, _ in counted.most_common()], forms)
        self.known = len(counted)
        numbers = {word: number for number, word in enumerate(self.words[: self.known])}
        numbers |= {label: forms + number for number, label in enumerate(LABELS)}
        self._said = np.array([numbers[word] for word, _ in pieces])
        self._marks = np.array([MARKS.index(mark) for _, mark in pieces])
        self._zipf = np.cumsum(zipf(forms))
        self._next = _Following(self._said, forms + len(LABELS))
        self.lengths = {role: _lengths(learnt, role) for role in (ASKS, ANSWERS)}
        self.asking = {role: _asking(learnt, role) for role in (ASKS, ANSWERS)}

    def draw(self, random: np.random.Generator, count: int) -> Drawn:
        """Return some `count` words in a row."""
        steps = -(-count // STREAMS)
        words, marks = (np.empty((steps, STREAMS), np.int64) for _ in range(2))
        places = random.integers(len(self._said), size=STREAMS)
        chances = random.random((3, steps, STREAMS))
        for step in range(steps):
            how, which, fresh = chances[:, step]
            afresh = how > GOES_ON + AS_ELSEWHERE
            before = np.where(afresh, self._ranks(fresh), self._said[places])
            words[step], marks[step] = before, np.where(afresh, 0, self._marks[places])
            jumped = self._next.places(before, which)
            places = (np.where(how < GOES_ON, places, jumped) + 1) % len(self._said)
        return Drawn(words.T.ravel()[:count], marks.T.ravel()[:count])

    def afresh(self, random: np.random.Generator, count: int, least: int = 0) -> Numbers:
        """Return words by Zipf's law, none that is more frequent than the one of number `least`."""
        floor = self._zipf[least - 1] if least else 0.0
        return self._ranks(floor + (1 - floor) * random.random(count))

    def _ranks(self, chances: NDArray[np.float64]) -> Numbers:
        return np.minimum(np.searchsorted(self._zipf, chances), len(self.words) - 1)


class _Following:
    """Where each word stands in the texts; one that stands nowhere may be anywhere."""

    def __init__(self, said: Numbers, numbers: int) -> None:
        everywhere = np.arange(len(said))
        self._places = np.concatenate([np.argsort(said, kind="stable"), everywhere])
        counts = np.bincount(said, minlength=numbers)
        self._first = np.where(counts > 0, np.cumsum(counts) - counts, len(said))
        self._many = np.where(counts > 0, counts, len(said))

    def places(self, words: Numbers, chances: NDArray[np.float64]) -> Numbers:
        """Return a place for each word, by chances in [0, 1)."""
        within = (chances * self._many[words]).astype(np.int64)
        return np.asarray(self._places[self._first[words] + within])


def zipf(forms: int) -> NDArray[np.float64]:
    """Return how likely each word of a vocabulary is, the most frequent one first."""
    ranks = np.arange(1, forms + 1, dtype=np.float64)
    knee = (KNEE + SHIFT) ** -COMMON
    likely = np.where(ranks <= KNEE, (ranks + SHIFT) ** -COMMON, knee * (ranks / KNEE) ** -RARE)
    return np.asarray(likely / likely.sum())


def vocabulary(first: Sequence[str], forms: int, seed: int = 7) -> tuple[str, ...]:
    """Return words, each once: some that are given, then such as are made of syllables."""
    words = dict.fromkeys(first)
    random = np.random.default_rng(seed)
    while len(words) < forms:
        words.update(dict.fromkeys(made_up(random, forms)))
    return tuple(words)[:forms]


def made_up(random: np.random.Generator, count: int) -> list[str]:
    """Return words made of one to four syllables and an ending; some may be the same."""
    parts = [
        np.array(each, dtype=object)[random.integers(len(each), size=(count, 4))]
        for each in ([one.strip("-") for one in some.split()] for some in (ONSETS, CORES, CODAS))
    ]
    syllables = parts[0] + parts[1] + parts[2]
    many = random.choice([1, 2, 3, 4], size=count, p=[0.2, 0.5, 0.25, 0.05])
    endings = np.array(ENDINGS, dtype=object)[random.integers(len(ENDINGS), size=count)]
    return [
        "".join(row[:length]) + ending
        for row, length, ending in zip(syllables, many, endings, strict=True)
    ]


def _pieces(text: str, names: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the words of a text in lower case with their marks, labels in the place of names."""
    for name, label in sorted(names, key=lambda each: -len(each[0])):
        if label in LABELS:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", label, text)
    for match in _PIECE.finditer(text):
        word = match["word"] if match["word"] in LABELS else match["word"].lower()
        yield word, next((mark for mark in match["mark"] if mark in MARKS), "")


def _lengths(learnt: Source, role: str) -> Numbers:
    return np.array([len(text.split()) for said_by, text in learnt.turns if said_by == role])


def _asking(learnt: Source, role: str) -> float:
    asked = [text.rstrip().endswith("?") for said_by, text in learnt.turns if said_by == role]
    return sum(asked) / len(asked)


def spelt(number: int) -> str:
    """Return a whole number below a million as it is said: 1,850 is "one thousand eight ..."."""
    if number < 20:
        return UNITS.split()[number]
    if number < 100:
        rest = f"-{spelt(number % 10)}" if number % 10 else ""
        return TENS.split()[number // 10 - 2] + rest
    unit, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = f" {spelt(number % unit)}" if number % unit else ""
    return f"{spelt(number // unit)} {name}{rest}"
