"""How windows are decoded: ways to try, and the checks that a text must pass (no engine here)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from models.recogniser import DOUBTFUL, LOOP, Heard, to_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.recogniser import RawWord


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way of decoding a window. None draws at random: the same sound gives the same text.

    `no_repeat` is the number of tokens in a row that may not come twice; 0 lets them. `prompt`
    are the names that the decoder is told to expect.
    """

    beam: int = 5
    timestamps: bool = False
    no_repeat: int = 0
    prompt: tuple[str, ...] = ()


# What these cost and gain is in docs/benchmarks.md. A window that ends after its first sentence
# goes on where timestamps are asked for; one that runs in circles stops where it may not repeat.
FIRST = Attempt()
FALLBACKS = (Attempt(timestamps=True), Attempt(no_repeat=3))


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """When a window is decoded again, beside Whisper's own thresholds.

    A text with fewer than `tokens` a second of voice, or in which no word begins for `hole`
    seconds, has lost some of what was said.
    """

    tokens: float = 1.5
    hole: float = 3.0


@dataclass(frozen=True, slots=True)
class Decoded:
    """One window's tokens with Whisper's own figures on them; `duration` in seconds of voice."""

    tokens: tuple[int, ...]
    text: str
    duration: float
    logprob: float
    no_speech: float

    @property
    def compression(self) -> float:
        """How much the text repeats itself: its length by that of it compressed with zlib."""
        raw = self.text.encode()
        return len(raw) / len(zlib.compress(raw)) if raw else 0.0

    def faults(self, options: DecodingOptions) -> int:
        """Return how badly a text fails the checks; 0 is well."""
        if self.compression > LOOP:
            return 3
        if self.heard((), "").silent:
            return 0  # no other decoding will make it speech
        sparse = len(self.tokens) < options.tokens * self.duration
        return 2 * sparse + (self.logprob < DOUBTFUL)

    def heard(self, words: Sequence[RawWord], language: str) -> Heard:
        """Return what was heard, with its words."""
        return Heard(
            to_words(words, language),
            language,
            average_logprob=self.logprob,
            no_speech_probability=self.no_speech,
            compression_ratio=self.compression,
        )


def best(tries: Sequence[Decoded], options: DecodingOptions) -> Decoded:
    """Return the text with the least faults; of several, the most probable."""
    return max(tries, key=lambda text: (-text.faults(options), text.logprob))


def longest_hole(words: Sequence[RawWord], duration: float) -> float:
    """Return the longest time in a window of voice, in seconds, in which no word begins.

    Where text was dropped, the alignment stretches the words around it over its sound.
    """
    starts = [0.0, *(word.start for word in words), duration]
    return max(after - before for before, after in pairwise(starts))
