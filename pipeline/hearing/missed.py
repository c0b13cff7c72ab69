"""Voice in which no word was found: listened to again, and marked where it stays so (pure)."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from pipeline.hearing.guards import letters
from pipeline.hearing.voice import joined
from pipeline.hearing.windows import TOUCH, pack
from pipeline.transcript import Span, Speech, Unheard, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.hearing.voice import Voice
    from pipeline.hearing.windows import Window
    from pipeline.transcript import Removed, Segment

UNHEARD = 1.0  # seconds of sure voice without a word, from which on it is listened to again
HOLE = 2.5  # seconds without a word between words of one utterance
AROUND = 2.0  # seconds more that are listened to then, on both sides
ECHO = 3  # words that the second hearing may say again of those around


@dataclass(frozen=True, slots=True)
class Missed(Span):
    """Sure voice without a word, in a channel; `before` and `after` are the words around it."""

    channel: int | None
    before: tuple[Word, ...]
    after: tuple[Word, ...]

    def holds(self, word: Word) -> bool:
        """Tell whether a word's middle lies between the word before and the word after."""
        start = max((each.end for each in self.before), default=0.0)
        end = self.after[0].start if self.after else inf
        return start <= word.middle < end

    def said_in(self, segments: Iterable[Segment]) -> bool:
        """Tell whether words were found in it."""
        own = (segment for segment in segments if segment.channel == self.channel)
        return any(self.overlap(word) > 0 for segment in own for word in segment.words)


def start_of(span: Span) -> float:
    """Return when a span begins: what things are sorted by."""
    return span.start


def missed_in(voice: Voice, segments: Iterable[Segment]) -> tuple[Missed, ...]:
    """Return where somebody speaks for a while in a channel and no word is.

    That is an utterance without a word for `UNHEARD` seconds, or part of one for `HOLE`: people
    hum and hesitate between their words.
    """
    own = [segment for segment in segments if segment.channel == voice.channel]
    words = sorted((word for segment in own for word in segment.words), key=start_of)
    found = []
    for span in voice.clear:
        first = bisect_left(words, span.start + TOUCH, key=lambda word: word.end)
        last = bisect_left(words, span.end, key=start_of)
        for bare in gaps(span, words[first:last]):
            if bare.duration >= (UNHEARD if first >= last else HOLE):
                at = bisect_left(words, bare.end - TOUCH, key=start_of)
                around = (tuple(words[max(0, at - ECHO) : at]), tuple(words[at : at + ECHO]))
                found.append(Missed(bare.start, bare.end, voice.channel, *around))
    return tuple(found)


def gaps(span: Span, words: Iterable[Word]) -> Iterator[Span]:
    """Yield the parts of a span in which no word is; words by start."""
    start = span.start
    for word in words:
        if word.start > start:
            yield Span(start, word.start)
        start = max(start, word.end)
    if start < span.end:
        yield Span(start, span.end)


def windows_around(missed: Iterable[Missed], voice: Voice) -> Iterator[Window]:
    """Yield windows round what was missed in a channel, none sounding in two of them."""
    own = (each for each in missed if each.channel == voice.channel)
    for span in joined(wider(each, voice) for each in own):
        yield from pack(voice.during(span))


def wider(span: Span, voice: Voice) -> Span:
    """Return a span with more of what is around it, as far as its region and `AROUND` reach."""
    at = bisect_left(voice.regions, span.start, key=lambda region: region.end)
    region = voice.regions[min(at, len(voice.regions) - 1)]
    start = max(region.start, span.start - AROUND)
    return Span(start, max(start, min(region.end, span.end + AROUND)))


def with_missed(first: Speech, missed: Sequence[Missed], second: Speech) -> Speech:
    """Return what was heard at first, with what the second hearing adds between its words."""
    added: list[Segment] = []
    for each in missed:
        parts = [part for segment in second.segments for part in between(segment, each)]
        added += [part for part in parts if part not in added]  # of two between the same words
    recovered = [each for each in missed if each.said_in(added)]
    unheard = [
        Unheard(each.start, each.end, each.channel) for each in missed if each not in recovered
    ]
    kept = [gone for gone in (*first.removed, *second.removed) if not _is_said(gone, added)]
    return Speech(
        first.language,
        tuple(sorted((*first.segments, *added), key=start_of)),
        tuple(sorted(dict.fromkeys(kept), key=start_of)),
        tuple(sorted(unheard, key=start_of)),
    )


def _is_said(gone: Removed, segments: Iterable[Segment]) -> bool:
    """Tell whether what was removed at first was found to be said after all."""
    said = "".join(
        letters(word.text)
        for segment in segments
        if segment.channel == gone.channel
        for word in segment.words
        if word.overlap(gone) > 0
    )
    wanted = letters(gone.text)
    return bool(wanted) and wanted in said


def between(segment: Segment, missed: Missed) -> Iterator[Segment]:
    """Yield what of a segment lies between the words around, without what it says of them again."""
    if segment.channel != missed.channel:
        return
    words = [word for word in segment.words if missed.holds(word)]
    words = words[echoed(missed.before[::-1], words) :]
    words = words[: len(words) - echoed(missed.after, words[::-1])]
    if words:
        yield segment.with_words(tuple(words))


def echoed(around: Sequence[Word], words: Sequence[Word]) -> int:
    """Return how many words are those around, told from where the two lists meet."""
    said = [letters(word.text) for word in around]
    again = [letters(word.text) for word in words]
    lengths = range(min(len(said), len(again)), 0, -1)
    return next((n for n in lengths if again[:n] == said[:n][::-1]), 0)
