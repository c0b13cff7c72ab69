"""What every recogniser does, and how its raw words become ours."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from pipeline.transcript import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.transcript import Made

    Samples = NDArray[np.float32]

# Whisper's own thresholds, as openai-whisper's transcribe() has them
LOOP = 2.4  # compression ratio
DOUBTFUL = -1.0  # average logprob
NO_SPEECH = 0.6  # probability
SURE = 0.9  # probability of a language, above which a window is written in it
SHORTEST_WORD = 0.02  # seconds: one step of Whisper's clock
# Written without spaces: Whisper gives each character there its own time.
UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th", "lo", "my", "yue", "km", "bo"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of a recogniser.

    `language` is the code of what is spoken, as "en"; with `switching`, a window that is surely in
    another one is written in that. `translate` has English written, whatever is spoken.
    `vocabulary` are names that may be said, as they are to be written.
    """

    language: str
    switching: bool = False
    translate: bool = False
    vocabulary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What a recogniser heard in one window: words timed from the window's start.

    `language` is the code of what is written. The others are the recogniser's own figures: natural
    logarithm per token, how probable it is that nobody speaks, how much the text repeats itself
    (its length by that of it compressed with zlib), and how far from the surest it was decoded.
    """

    words: tuple[Word, ...]
    language: str
    average_logprob: float = 0.0
    no_speech_probability: float = 0.0
    compression_ratio: float = 1.0
    temperature: float = 0.0

    @property
    def silent(self) -> bool:
        """Whether the recogniser rather hears silence than the text, which it then made up."""
        doubtful = self.average_logprob < DOUBTFUL
        return doubtful and self.no_speech_probability > NO_SPEECH

    @property
    def looped(self) -> bool:
        """Whether the text goes in circles."""
        return self.compression_ratio > LOOP


@dataclass(frozen=True, slots=True)
class RawWord:
    """A word as Whisper's alignment gives it: `text` keeps its leading space, if it has one."""

    text: str
    start: float
    end: float
    probability: float


class Recogniser(Protocol):
    """Speech in, words out. A window is (n_samples,) float32 in [-1, 1], 16 kHz, at most 30 s."""

    @property
    def made(self) -> Made:
        """Engine, version, weights and options: what decides the words."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages that the weights know."""
        ...

    def detect_language(self, window: Samples) -> tuple[str, float]:
        """Return the language's code and how probable it is, in [0, 1]."""
        ...

    def recognise(self, windows: Iterable[Samples], asked: Asked) -> Iterator[Heard]:
        """Yield what each window says, in the order of the windows, reading them as needed."""
        ...

    def expected_speed(self) -> float:
        """Return how many seconds of voice it may recognise in a second on this machine."""
        ...


def to_words(raw: Iterable[RawWord], language: str) -> tuple[Word, ...]:
    """Turn raw words into words: whole, in order, none without length.

    Whisper cuts "twenty-five" or "$43,000" where a token has no space before it; where a
    language writes spaces, such pieces are joined to the word that they belong to.
    """
    pieces = (piece for piece in raw if piece.text.strip())
    if language not in UNSPACED_LANGUAGES:
        pieces = (piece for piece in _join_pieces(pieces))
    return in_order(
        Word(
            start=max(0.0, piece.start),
            end=max(0.0, piece.start, piece.end),
            text=piece.text.strip(),
            probability=min(1.0, max(0.0, piece.probability)),
            spaced=piece.text[0].isspace() or language not in UNSPACED_LANGUAGES,
        )
        for piece in pieces
    )


def _join_pieces(pieces: Iterable[RawWord]) -> list[RawWord]:
    joined: list[RawWord] = []
    for piece in pieces:
        if joined and not piece.text[0].isspace():
            joined.append(_joined(joined.pop(), piece))
        else:
            joined.append(piece)
    return joined


def _joined(first: RawWord, second: RawWord) -> RawWord:
    probability = min(first.probability, second.probability)
    return RawWord(first.text.rstrip() + second.text, first.start, second.end, probability)


def in_order(words: Iterable[Word]) -> tuple[Word, ...]:
    """Give every word a length and let none start before the one before it.

    A word without length takes `SHORTEST_WORD` from the silence after it, or shares the next
    word's start; a word that reaches into the next one ends where that starts.
    """
    ordered: list[Word] = []
    for word in words:
        floor = ordered[-1].start + SHORTEST_WORD if ordered else 0.0
        start = max(word.start, floor)
        end = max(word.end, start + SHORTEST_WORD)
        ordered.append(Word(start, end, word.text, word.probability, word.spaced))
    trimmed = [
        Word(word.start, min(word.end, after.start), word.text, word.probability, word.spaced)
        for word, after in pairwise(ordered)
    ]
    return (*trimmed, *ordered[-1:])
