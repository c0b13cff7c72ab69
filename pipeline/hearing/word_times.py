"""Words held to where somebody speaks: none begins in the silence before it (pure)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from models.recogniser import in_order
from pipeline.hearing.sounding import STEP, heard_in, heard_part
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.hearing.sounding import Sound
    from pipeline.hearing.voice import Voice
    from pipeline.transcript import Word

ONSET = 0.05  # seconds after a voice begins that the detector is sure of it, as measured
NEAR = 0.3  # seconds that a word may lie from an utterance and be held to it
# Seconds that the first word of an utterance may begin from its start, or the last end from its
# end, to be taken to there: the recogniser's alignment is off by as much beside a silence.
SNAP = 0.5


def bounded(words: Sequence[Word], voice: Voice, sound: Sound) -> tuple[Word, ...]:
    """Return words, in order, that begin and end where somebody surely speaks.

    Each is held to the utterance in which most of it is heard, or that is next to it; one that is
    far from all stays as it is, and so does one said so softly that nobody is surely heard.
    """
    if not words:
        return ()
    reach = Span(max(0.0, words[0].start - NEAR), max(word.end for word in words) + NEAR)
    faint = near(voice.utterances, reach)
    known = [Span(max(0.0, span.start - ONSET), span.end) for span in near(voice.clear, reach)]
    placed = [(_place(word, known, faint, sound), word) for word in words]
    held: list[Word] = []
    for number, group in groupby(placed, key=lambda each: each[0]):
        own = [word for _, word in group]
        held += own if number is None else _held(own, known[number], sound)
    return in_order(held)


def near(spans: Sequence[Span], reach: Span) -> Sequence[Span]:
    """Return those of spans, in order and without overlaps, that touch a stretch of time."""
    first = bisect_left(spans, reach.start, key=lambda span: span.end)
    last = bisect_right(spans, reach.end, key=lambda span: span.start)
    return spans[first:last]


def _place(word: Word, clear: Sequence[Span], faint: Sequence[Span], sound: Sound) -> int | None:
    """Return the number of the utterance that a word is held to, None if it stays as it is."""
    touched = [number for number, span in enumerate(clear) if word.overlap(span) > 0]
    if len(touched) > 1:
        if any(map(str.isdigit, word.text)):
            return None  # a number is one word, however long its digits pause
        return _most_heard(word, touched, clear, sound)
    if not touched and any(word.overlap(span) > 0 for span in faint):
        return None
    return utterance_of(word, clear)


def _most_heard(word: Word, touched: Sequence[int], spans: Sequence[Span], sound: Sound) -> int:
    """Return the number of the utterance, of those that a word touches, in which most is heard.

    A word is often too long: it begins in what leaks in of who spoke before.
    """
    middles = heard_in(word, sound) + STEP / 2

    def steps(number: int) -> int:
        span = spans[number]
        return int(np.count_nonzero((middles >= span.start) & (middles < span.end)))

    return max(touched, key=lambda number: (steps(number), word.overlap(spans[number])))


def utterance_of(word: Word, utterances: Sequence[Span]) -> int | None:
    """Return the number of the utterance that a word is in or next to, None if none is near."""
    first = bisect_left(utterances, word.start - NEAR, key=lambda span: span.end)
    last = bisect_left(utterances, word.end + NEAR, key=lambda span: span.start)
    return max(
        range(first, last),
        key=lambda number: (word.overlap(utterances[number]), -word.distance(utterances[number])),
        default=None,
    )


def _held(words: Sequence[Word], utterance: Span, sound: Sound) -> Iterator[Word]:
    """Yield the words of one utterance within it, the outermost at its edges if they are near.

    None of these begins before it is heard, or ends after.
    """
    for number, word in enumerate(words):
        first, last = number == 0, number == len(words) - 1
        start = min(max(word.start, utterance.start), utterance.end)
        end = max(min(word.end, utterance.end), start)
        if first and abs(word.start - utterance.start) <= SNAP:
            start = utterance.start
        if last and abs(word.end - utterance.end) <= SNAP:
            end = utterance.end
        if first or last:
            heard = heard_part(Span(start, end), sound)
            start, end = heard.start if first else start, heard.end if last else end
        yield replace(word, start=start, end=end)
