"""Clips alike in loudness, each channel by what its own person says."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from pipeline.clips.levels import MOST_LIFT, STANDS_OUT, TARGET, UNDER, loudness
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.audio import Samples
    from pipeline.clips.strands import Heard, Strand

ASIDE = 1.0  # seconds; what is shorter is a "mm-hm", turned up no more than the one who speaks
SHORTEST_LEAK = 0.2  # seconds of others alone, from which it is told how loud they leak in


def matched(samples: Samples, heard: Heard, cut: Span) -> Samples:
    """Return a passage with its speech at the target; samples are those from `cut.start` on.

    A channel in which nobody speaks is turned down with the others, and never up.
    """
    said = [_said(strand, cut) for strand in heard.strands]
    gains = [
        _gain(samples, heard, strand, cut, own)
        for strand, own in zip(heard.strands, said, strict=True)
    ]
    known = [gain for gain in gains if gain is not None]
    most = gains[max(range(len(said)), key=lambda place: seconds(said[place]))]
    made = samples.copy()
    for strand, gain, own in zip(heard.strands, gains, said, strict=True):
        lift = min([0.0, *known]) if gain is None else gain
        if most is not None and seconds(own) < ASIDE:
            lift = min(lift, most)
        made[:, list(strand.columns)] *= 10 ** (lift / 20)
    return np.asarray(made, dtype=np.float32)


def _said(strand: Strand, cut: Span) -> list[Span]:
    """Return when words are heard in a strand, within a passage."""
    return joined(
        Span(max(word.start, cut.start), min(word.end, cut.end))
        for word in strand.words
        if word.overlap(cut)
    )


def _gain(
    samples: Samples, heard: Heard, strand: Strand, cut: Span, said: Sequence[Span]
) -> float | None:
    """Return what a strand is turned up, in dB; None where nobody speaks in it."""
    spans = [Span(each.start - cut.start, each.end - cut.start) for each in said]
    found = loudness(samples[:, list(strand.columns)], heard.rate, spans)
    speech = strand.frames.level(said)
    if found is None or speech is None:
        return None
    lift = min(TARGET - found, MOST_LIFT)
    if speech - strand.frames.floor < STANDS_OUT:
        return min(lift, 0.0)
    leak = _leak(heard, strand)
    return lift if leak is None else min(lift, max(0.0, TARGET - UNDER - leak))


def _leak(heard: Heard, strand: Strand) -> float | None:
    """Return how loud others are heard in a strand while its own people say nothing, in dB."""
    end = heard.start + len(heard.samples) / heard.rate
    others = (other.words for other in heard.strands if other is not strand)
    there = [
        word for words in others for word in words if heard.start <= word.start and word.end <= end
    ]
    alone = without(there, joined(strand.words))
    if seconds(alone) < SHORTEST_LEAK:
        return None
    return strand.frames.level(alone)


def without(spans: Iterable[Span], taken: Sequence[Span]) -> list[Span]:
    """Return those spans that share nothing with others, which are in order and do not overlap."""
    starts = [each.start for each in taken]
    before = ((each, bisect_left(starts, each.end) - 1) for each in spans)
    return [each for each, place in before if place < 0 or taken[place].end <= each.start]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that overlap as one, so that no sound counts twice."""
    made: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if made and span.start <= made[-1].end:
            made[-1] = Span(made[-1].start, max(made[-1].end, span.end))
        else:
            made.append(Span(span.start, span.end))
    return made


def seconds(spans: Iterable[Span]) -> float:
    """Return how long spans are together."""
    return sum(each.duration for each in spans)
