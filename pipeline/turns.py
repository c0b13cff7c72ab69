"""Words whose speaker is known to turns: where one speaker's turn ends (pure).

- A speaker keeps the floor until they pause and somebody else has a word in that pause, so a word
  thrown in by another does not cut a sentence in two.
- Nor does a listener's remark in a pause: "mm-hm" is a turn of its own, and the long one goes on.
  It passes the floor where it is an answer: after a question, or where it agrees to a sentence.
- Where nobody is told apart, a turn is a paragraph: it ends with a sentence, at a pause or once it
  has grown long, or at any long pause.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.transcript import Span, Turn, Word
from pipeline.wording import HEARING, asks, begins_sentence, ends_sentence, is_remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHORTEST_PAUSE = 0.3  # seconds: less is a breath within a sentence
# Paragraphs of speech in which nobody is told apart, in seconds.
LONG_PAUSE = 1.5
SENTENCE_PAUSE = 0.5
LONG_PARAGRAPH = 30.0


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word and whose it is; None where nobody was told apart."""

    speaker: str | None
    word: Word


@dataclass(frozen=True, slots=True)
class Said:
    """Words by the time at which most of each is said: its middle, in seconds."""

    words: tuple[Word, ...]
    middles: tuple[float, ...]

    @classmethod
    def of(cls, words: Iterable[Word]) -> Said:
        """Put words in order."""
        in_order = tuple(sorted(words, key=lambda word: word.middle))
        return cls(in_order, tuple(word.middle for word in in_order))

    def during(self, span: Span) -> tuple[Word, ...]:
        """Return the words of which the middle lies in a span, its edges included."""
        first = bisect_left(self.middles, span.start)
        return self.words[first : bisect_right(self.middles, span.end)]


def gathered(spoken: Sequence[SpokenWord]) -> tuple[Turn, ...]:
    """Gather words, in order of their starts, into turns by start."""
    speakers = dict.fromkeys(each.speaker for each in spoken)
    turns = [turn for speaker in speakers for turn in turns_of(speaker, spoken)]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end)))


def turns_of(speaker: str | None, spoken: Sequence[SpokenWord]) -> list[Turn]:
    """Return one speaker's turns among everybody's words."""
    own = [each.word for each in spoken if each.speaker == speaker]
    others = Said.of(each.word for each in spoken if each.speaker != speaker)
    turns, words = [], own[:1]
    for before, word in pairwise(own):
        pause = Span(min(before.end, word.start), word.start)
        new_paragraph = speaker is None and paragraph_ends(words, pause)
        if new_paragraph or floor_passes(before, word, others.during(pause)):
            turns.append(Turn.of(speaker, words))
            words = []
        words.append(word)
    return [*turns, Turn.of(speaker, words)] if words else turns


def floor_passes(before: Word, after: Word, between: Sequence[Word]) -> bool:
    """Tell whether a speaker's turn ends between two of their words, by what others say there."""
    if not between or after.start - before.end < SHORTEST_PAUSE:
        return False
    if asks(before):
        return True
    if ends_sentence(before) or begins_sentence(after):
        return not is_remark(between, HEARING)
    return not is_remark(between)


def paragraph_ends(words: Sequence[Word], pause: Span) -> bool:
    """Tell whether words of nobody in particular are a paragraph, with a pause after them."""
    if pause.duration >= LONG_PAUSE:
        return True
    if not ends_sentence(words[-1]):
        return False
    long = words[-1].end - words[0].start >= LONG_PARAGRAPH
    return long or pause.duration >= SENTENCE_PAUSE
