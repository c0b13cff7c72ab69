"""The whole sentences of a turn in which a passage of it lies (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.transcript import Span
from pipeline.wording import bare, ends_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.transcript import Turn, Word

SLACK = 0.0006  # seconds: times are kept rounded to milliseconds
# Seconds of a sentence on either side of what is sought. Some speak on for minutes, or are written
# without punctuation: then it is cut where the pause is longest.
AROUND = 30.0
# What ends in a full stop and no sentence.
SHORTENED = frozenset({"mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "approx", "no"})


def sentences_around(turn: Turn, span: Span) -> Span:
    """Return the sentences of a turn in which a passage of it lies."""
    own = [
        place
        for place, word in enumerate(turn.words)
        if span.start - SLACK <= word.middle <= span.end + SLACK
    ]
    if not own:
        return span
    first, last = first_of(turn.words, own[0]), last_of(turn.words, own[-1])
    words = turn.words[first : last + 1]
    return Span(min(word.start for word in words), max(word.end for word in words))


def first_of(words: Sequence[Word], place: int) -> int:
    """Return the place at which the sentence of a word begins."""
    before = [place]
    while before[-1] and not ends(words[before[-1] - 1]) and _near(words, before[-1] - 1, place):
        before.append(before[-1] - 1)
    first = before[-1]
    if not first or ends(words[first - 1]):
        return first
    return max(before, key=lambda each: words[each].start - words[each - 1].end)


def last_of(words: Sequence[Word], place: int) -> int:
    """Return the place at which the sentence of a word ends."""
    after, final = [place], len(words) - 1
    while after[-1] < final and not ends(words[after[-1]]) and _near(words, place, after[-1] + 1):
        after.append(after[-1] + 1)
    last = after[-1]
    if last == final or ends(words[last]):
        return last
    return max(after, key=lambda each: words[each + 1].start - words[each].end)


def ends(word: Word) -> bool:
    """Tell whether a sentence ends with a word, by its punctuation."""
    return ends_sentence(word) and bare(word) not in SHORTENED


def _near(words: Sequence[Word], first: int, last: int) -> bool:
    return words[last].end - words[first].start <= AROUND
