"""Word errors, counted by jiwer after Whisper's own English normaliser."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.speech import Said
    from pipeline.transcript import Segment, Word


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


def align(reference: str, hypothesis: str) -> list[bool]:
    """Return for each word of the reference, in order, whether nothing stands for it."""
    import jiwer

    wanted, got = _normaliser()(reference), _normaliser()(hypothesis)
    if not got:
        return [True] * len(wanted.split())
    (chunks,) = jiwer.process_words(wanted, got).alignments
    return [
        chunk.type == "delete"
        for chunk in chunks
        for _ in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def score(said: Sequence[Said], segments: Iterable[Segment]) -> WordErrors:
    """Count errors over a recording; where channels were heard apart, over each channel."""
    segments = list(segments)
    channels = {segment.channel for segment in segments}
    if channels <= {None}:
        return count_errors(" ".join(each.text for each in said), _text(segments))
    total = WordErrors()
    for channel in {each.channel for each in said}:
        wanted = " ".join(each.text for each in said if each.channel == channel)
        own = [segment for segment in segments if segment.channel == channel]
        total += count_errors(wanted, _text(own))
    return total


def _text(segments: Iterable[Segment]) -> str:
    words: list[Word] = [word for segment in segments for word in segment.words]
    return " ".join(word.text for word in sorted(words, key=lambda word: word.start))
