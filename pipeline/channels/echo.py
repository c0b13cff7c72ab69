"""Words of one channel that another says at the same time, louder: heard there through a leak.

What is cut out by level before anything is recognised (`bleed`) leaves little of it. People who
speak at once keep their words: theirs differ, or are as loud as their others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from pipeline.hearing.guards import letters, removed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.audio import Audio
    from pipeline.transcript import Removed, Segment, Span, Speech, Word

    Level = Callable[[Span, int], float]  # of a stretch in a channel, in dB

ECHO = "it is said in another channel, and only leaks into this one"
TOGETHER = 0.3  # seconds that a copy may begin, or end, after what it is a copy of
EARLIER = 0.15  # seconds that it may seem to come before it: the recogniser's own error
LONGEST_WORD = 1.0  # seconds
FAINTER = 6.0  # dB that a copy is at least under what it is a copy of
UNDER_OWN = 10.0  # dB that it is under the words that are the channel's own
NO_CHANCE = 4  # words in a row: two people do not say so many at once by chance
BETWEEN = 2  # words within such a row that may be misheard
EVEN = 3.0  # dB by which a misheard word may be louder than the row, beside the other channel
SOME = 40  # of a channel's own words, by which its level is told


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a channel, and by how many dB it is under the same word of another.

    `under` is None where no other channel says it then. `other` is the number of that channel.
    """

    word: Word
    channel: int
    under: float | None = None
    other: int | None = None

    @property
    def is_copy(self) -> bool:
        """Whether another channel says it at the same time, clearly louder."""
        return self.under is not None and self.under >= FAINTER


def without_echo(audio: Audio, speech: Speech) -> Speech:
    """Return what was heard without the words that only leak from one channel into another."""

    def level(span: Span, channel: int) -> float:
        samples = audio.read(span, channel)
        return 10 * float(np.log10(np.mean(np.square(samples)) + 1e-12)) if len(samples) else -120.0

    kept, gone = echoed(speech.segments, level)
    if not gone:
        return speech
    removed = sorted((*speech.removed, *gone), key=lambda each: each.start)
    return replace(speech, segments=kept, removed=tuple(removed))


def echoed(
    segments: Sequence[Segment], level: Level
) -> tuple[tuple[Segment, ...], tuple[Removed, ...]]:
    """Return segments without words that are copies of another channel's, and these (pure)."""
    channels = sorted({each.channel for each in segments if each.channel is not None})
    by_channel = {channel: words_of(segments, channel) for channel in channels}
    gone = [
        run for channel in channels for run in copies(compared(channel, by_channel, level), level)
    ]
    # Counted, as a channel may say a word twice at once: each goes by itself.
    lost: Counter[tuple[int | None, Word]] = Counter(
        (each.channel, each.word) for run in gone for each in run
    )
    left = (_without(segment, lost) for segment in segments) if lost else segments
    return (
        tuple(segment for segment in left if segment is not None),
        tuple(removed_of([each.word for each in run], ECHO, run[0].channel) for run in gone),
    )


def _without(segment: Segment, lost: Counter[tuple[int | None, Word]]) -> Segment | None:
    """Return a segment without the words that are lost, which are counted down."""
    words = []
    for word in segment.words:
        if lost[segment.channel, word]:
            lost[segment.channel, word] -= 1
        else:
            words.append(word)
    if len(words) == len(segment.words):
        return segment
    return segment.with_words(tuple(words)) if words else None


def words_of(segments: Iterable[Segment], channel: int) -> list[Word]:
    """Return a channel's words, by start."""
    own = (segment for segment in segments if segment.channel == channel)
    return sorted((word for each in own for word in each.words), key=lambda word: word.start)


def compared(channel: int, by_channel: dict[int, list[Word]], level: Level) -> list[Said]:
    """Return a channel's words, each beside the loudest other channel that says it too then."""
    return [_beside(word, channel, by_channel, level) for word in by_channel[channel]]


def _beside(word: Word, channel: int, by_channel: dict[int, list[Word]], level: Level) -> Said:
    best = Said(word, channel)
    for other, words in by_channel.items():
        same = next(_same(word, words), None) if other != channel else None
        if same is not None:
            under = level(same, other) - level(word, channel)
            if best.under is None or under > best.under:
                best = Said(word, channel, under, other)
    return best


def _same(word: Word, words: Sequence[Word]) -> Iterator[Word]:
    """Yield of words, by start, those that are the same as a word and said at the same time."""
    said = letters(word.text)
    first = bisect_left(words, word.start - LONGEST_WORD, key=lambda each: each.start)
    last = bisect_right(words, word.end + TOGETHER, key=lambda each: each.start)
    for each in words[first:last]:
        if said and letters(each.text) == said and _at_once(word, each):
            yield each


def _at_once(word: Word, other: Word) -> bool:
    delays = (word.start - other.start, word.end - other.end)
    return any(-EARLIER <= delay <= TOGETHER for delay in delays)


def copies(said: Sequence[Said], level: Level) -> list[list[Said]]:
    """Return the runs of a channel's words that are another's.

    A row of many needs no more; of a few, each must also be fainter than the channel's own words.
    """
    own = own_level([each for each in said if not each.is_copy], level)
    runs = (
        row_of_many(row, level)
        if sum(each.is_copy for each in row) >= NO_CHANCE
        else [each for each in row if each.is_copy and _is_faint(each, own, level)]
        for row in rows_of(said)
    )
    return [run for run in runs if run]


def own_level(said: Sequence[Said], level: Level) -> float | None:
    """Return the level of words that are a channel's own, in dB; None where there are none."""
    some = said[:: max(1, len(said) // SOME)]
    return median(level(each.word, each.channel) for each in some) if some else None


def _is_faint(each: Said, own: float | None, level: Level) -> bool:
    return own is None or level(each.word, each.channel) <= own - UNDER_OWN


def row_of_many(row: Sequence[Said], level: Level) -> list[Said]:
    """Return the copies of a row, and what is misheard among them: as far under the other."""
    sure = [each for each in row if each.is_copy]
    usual = median(each.under or 0.0 for each in sure)
    other = sure[0].other
    return [
        each
        for each in row
        if each.is_copy or (other is not None and _under(each, other, level) >= usual - EVEN)
    ]


def _under(each: Said, other: int, level: Level) -> float:
    return level(each.word, other) - level(each.word, each.channel)


def rows_of(said: Sequence[Said]) -> Iterator[list[Said]]:
    """Yield rows of copies, with the few words that stand between two of them."""
    row: list[Said] = []
    between: list[Said] = []
    for each in said:
        if not each.is_copy:
            between.append(each)
            continue
        if row and len(between) > BETWEEN:
            yield row
            row = []
        row += [*(between if row else []), each]
        between = []
    if row:
        yield row
