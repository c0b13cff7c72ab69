"""Whose each word is where voices tell: spans first, then where a change fits best (pure).

Spans told by voice are right in the large and off by a word or two at their edges. So the words are
decided all together, at the least cost, and every cost is in seconds:

- a word costs what a speaker's spans leave out of it, and its distance from them (`word_cost`);
- a change of speaker costs most within a sentence that is spoken on, less after a sentence, and
  next to nothing in a pause or around a listener's "mm-hm" (`change_cost`).

So a change moves to the sentence's end or the pause beside it, a word or two of another's span amid
a sentence are taken for an error of that span, and where two speak at once, who speaks goes on.
How much more it would cost if somebody else said a word tells how sure its speaker is.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from pipeline.wording import ends_sentence, stands_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.transcript import SpeakerSpan, Word

NEAREST = 2.0  # seconds: a word further than this from every span is nobody's

# What a change of speaker costs: seconds by which words may lie outside their speaker's spans.
# Chosen over 31 minutes of calls in mono, by spans told by voice and by true ones with their edges
# moved at random; half and twice as much do about as well.
CHANGE = 0.5
LEAST_CHANGE = 0.05
# The share of that which is left where a change is likely.
AFTER_SENTENCE = 0.1
BESIDE_REMARK = 0.1
WHOLE_PAUSE = 0.5  # seconds: none is left after a pause like this
REMARK_LASTS = 1.0  # seconds: a span that is no longer may hold a remark and nothing else

# Seconds of cost for which the odds of being right are e times as good: over the same calls, of the
# words that were called 90 % sure about 90 % were right.
DOUBT = 0.25
ROUNDED = 7  # digits of a second: sums differ by less, where they are made of the same costs


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker's spans, by start; no two overlap."""

    speaker: str
    spans: tuple[SpeakerSpan, ...]
    starts: tuple[float, ...]
    ends: tuple[float, ...]

    @classmethod
    def of(cls, speaker: str, spans: Iterable[SpeakerSpan]) -> Voice:
        """Make a voice of one speaker's spans, which may overlap and be in any order."""
        whole = joined(spans)
        starts, ends = ([span.start for span in whole], [span.end for span in whole])
        return cls(speaker, whole, tuple(starts), tuple(ends))

    def around(self, word: Word) -> tuple[SpeakerSpan, ...]:
        """Return the spans that a word touches, and the next on either side."""
        first = bisect_left(self.ends, word.start)
        last = bisect_right(self.starts, word.end)
        return self.spans[max(0, first - 1) : last + 1]

    def nearest(self, word: Word) -> SpeakerSpan:
        """Return the span that a word shares most with, or else lies nearest to."""
        return max(self.around(word), key=lambda span: (span.overlap(word), -span.distance(word)))


@dataclass(frozen=True, slots=True)
class Whose:
    """A word's speaker, and how sure it is that they say it, in [0, 1]."""

    speaker: str
    probability: float


def whose(words: Sequence[Word], voices: Sequence[Voice]) -> list[Whose | None]:
    """Return whose each word is, None where nobody is near; words are in order of their starts."""
    costs = [costs_of(word, voices) for word in words]
    found: list[Whose | None] = []
    for near, run in groupby(range(len(words)), key=lambda place: somebody_near(costs[place])):
        places = list(run)
        part = slice(places[0], places[-1] + 1)
        found += _decided(words[part], costs[part], voices) if near else [None] * len(places)
    return found


def somebody_near(costs: Iterable[float]) -> bool:
    """Tell whether a word that costs this for each voice may be somebody's."""
    return min(costs, default=math.inf) < math.inf


def _decided(
    words: Sequence[Word], costs: Sequence[Sequence[float]], voices: Sequence[Voice]
) -> list[Whose]:
    """Return whose the words of a stretch are in which somebody is near each."""
    changes = [change_cost(*neighbours) for neighbours in pairwise(words)]
    decided = []
    for word, totals in zip(words, least_totals(costs, changes), strict=True):
        best, *others = sorted(zip(totals, voices, strict=True), key=_cost)
        (least, voice), next_best = best, min((total for total, _ in others), default=math.inf)
        sure = likelihood(next_best - least) * voice.nearest(word).probability
        decided.append(Whose(voice.speaker, sure))
    return decided


def _cost(each: tuple[float, Voice]) -> float:
    """Return what a word costs, so that voices that cost the same do whatever sums came before.

    Else a word that may as well be another's would go over when one is changed half an hour away.
    """
    return round(each[0], ROUNDED)


def least_totals(costs: Sequence[Sequence[float]], changes: Sequence[float]) -> list[list[float]]:
    """Return for each word and voice what all words cost at least if that voice says this one.

    costs : of each word for each voice; changes : of a change of speaker between each two words.
    """
    before = _costs_before(costs, changes)
    after = _costs_before(costs[::-1], changes[::-1])[::-1]
    return [
        [sum(parts) for parts in zip(*each, strict=True)]
        for each in zip(before, costs, after, strict=True)
    ]


def _costs_before(costs: Sequence[Sequence[float]], changes: Sequence[float]) -> list[list[float]]:
    """Return for each word and voice what the words before it cost at least."""
    rows = [[0.0] * len(costs[0])]
    for own, change in zip(costs, changes, strict=False):  # nothing comes after the last word
        so_far = [before + cost for before, cost in zip(rows[-1], own, strict=True)]
        from_another = min(so_far) + change
        rows.append([min(same, from_another) for same in so_far])
    return rows


def costs_of(word: Word, voices: Sequence[Voice]) -> list[float]:
    """Return what it costs to give a word to each voice.

    A remark in the middle of a short span is that span's, whoever speaks on at the same time.
    """
    costs = [word_cost(word, voice) for voice in voices]
    if not stands_alone(word):
        return costs
    own = [is_thrown_in(word, voice) for voice in voices]
    penalty = CHANGE if any(own) else 0.0
    return [cost if theirs else cost + penalty for cost, theirs in zip(costs, own, strict=True)]


def is_thrown_in(word: Word, voice: Voice) -> bool:
    """Tell whether a word is most of the little that a voice says at that time."""
    span = voice.nearest(word)
    return span.duration <= REMARK_LASTS and span.overlap(word) > word.duration / 2


def word_cost(word: Word, voice: Voice) -> float:
    """Return what it costs, in seconds, to give a word to a voice: no end, if it is not near."""
    distance = voice.nearest(word).distance(word)
    if distance > NEAREST:
        return math.inf
    left_out = word.duration - sum(span.overlap(word) for span in voice.around(word))
    return max(0.0, left_out) + distance


def change_cost(before: Word, after: Word) -> float:
    """Return what it costs, in seconds, that one speaker follows another between two words."""
    pause = max(0.0, after.start - before.end)
    in_time = max(0.0, 1 - pause / WHOLE_PAUSE)
    return LEAST_CHANGE + CHANGE * in_time * share_left(before, after)


def share_left(before: Word, after: Word) -> float:
    """Return which share of the cost of a change is left between two words, by what they are."""
    if ends_sentence(before):
        return AFTER_SENTENCE
    return BESIDE_REMARK if stands_alone(before) or stands_alone(after) else 1.0


def likelihood(margin: float) -> float:
    """Return how likely the cheapest speaker is, by the seconds that the next one costs more."""
    return 1 / (1 + math.exp(-margin / DOUBT))


def voices_of(spans: Iterable[SpeakerSpan]) -> list[Voice]:
    """Return the voices of spans, in the order in which they are first heard."""
    own: dict[str, list[SpeakerSpan]] = {}
    for span in sorted(spans, key=lambda span: span.start):
        own.setdefault(span.speaker, []).append(span)
    return [Voice.of(speaker, theirs) for speaker, theirs in own.items()]


def joined(spans: Iterable[SpeakerSpan]) -> tuple[SpeakerSpan, ...]:
    """Return one speaker's spans by start, those that overlap as one: as sure as the longest."""
    whole: list[SpeakerSpan] = []
    for span in sorted(spans, key=lambda span: span.start):
        if whole and span.start < whole[-1].end:
            whole[-1] = _together(whole[-1], span)
        else:
            whole.append(span)
    return tuple(whole)


def _together(before: SpeakerSpan, span: SpeakerSpan) -> SpeakerSpan:
    longest = max(before, span, key=lambda each: each.duration)
    return replace(longest, start=before.start, end=max(before.end, span.end))
