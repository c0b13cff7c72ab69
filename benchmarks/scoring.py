"""Word errors, counted by jiwer after Whisper's own English normaliser, and words lost in runs."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from benchmarks.runs import Timed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.speech import Said
    from pipeline.transcript import Segment

LOST = 4  # reference words in a row without any text: speech that was dropped, not misheard
DESCRIBED = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*")


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Counts of words: those of the reference, and in how many ways they were missed."""

    words: int = 0
    substituted: int = 0
    deleted: int = 0
    inserted: int = 0

    def __add__(self, other: WordErrors) -> WordErrors:
        return WordErrors(
            self.words + other.words,
            self.substituted + other.substituted,
            self.deleted + other.deleted,
            self.inserted + other.inserted,
        )

    @property
    def rate(self) -> float:
        """Word error rate in percent."""
        return 100 * (self.substituted + self.deleted + self.inserted) / max(1, self.words)


@cache
def _normaliser() -> Any:
    from whisper.normalizers import EnglishTextNormalizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves a file open
        return EnglishTextNormalizer()


def normalise(text: str) -> str:
    """Return a text as Whisper's English normaliser has it: words between single spaces."""
    return " ".join(_normaliser()(text).split())


def count_errors(reference: str, hypothesis: str) -> WordErrors:
    """Compare two texts, word by word."""
    import jiwer

    wanted, got = _normaliser()(reference), _normaliser()(hypothesis)
    if not wanted:
        return WordErrors(inserted=len(got.split()))
    if not got:
        return WordErrors(len(wanted.split()), deleted=len(wanted.split()))
    found = jiwer.process_words(wanted, got)
    words = found.hits + found.substitutions + found.deletions
    return WordErrors(words, found.substitutions, found.deletions, found.insertions)


def lost_words(reference: str, hypothesis: str) -> int:
    """Count the words of the reference that are missing in runs of `LOST` or more."""
    runs = (list(group) for lost, group in groupby(_missing(reference, hypothesis)) if lost)
    return sum(len(each) for each in runs if len(each) >= LOST)


def _missing(reference: str, hypothesis: str) -> list[bool]:
    """Return for each word of the reference, in order, whether nothing stands for it."""
    import jiwer

    wanted, got = _normaliser()(reference), _normaliser()(hypothesis)
    if not wanted or not got:
        return [True] * len(wanted.split())
    (chunks,) = jiwer.process_words(wanted, got).alignments
    return [
        chunk.type == "delete"
        for chunk in chunks
        for _ in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def count_spoken(words: Iterable[str]) -> int:
    """Count words, without sounds that an engine describes in brackets: (wind), [MUSIC], *sighs*.

    A note of music alone is no word.
    """
    text = DESCRIBED.sub(" ", " ".join(words))
    return sum(any(character.isalnum() for character in word) for word in text.split())


def pairs(said: Sequence[Said], words: Iterable[Timed]) -> list[tuple[str, str]]:
    """Return what was said and what was heard; where channels were heard apart, for each."""
    heard = sorted(words, key=lambda word: word.start)
    if {word.channel for word in heard} <= {None}:
        return [(" ".join(each.text for each in said), " ".join(word.text for word in heard))]
    return [
        (
            " ".join(each.text for each in said if each.channel == channel),
            " ".join(word.text for word in heard if word.channel == channel),
        )
        for channel in sorted({each.channel for each in said})
    ]


def score(said: Sequence[Said], segments: Iterable[Segment]) -> WordErrors:
    """Count errors over a recording; where channels were heard apart, over each channel."""
    words = (
        Timed(word.text, word.start, word.end, segment.channel)
        for segment in segments
        for word in segment.words
    )
    return sum((count_errors(*pair) for pair in pairs(said, words)), WordErrors())
