"""Where somebody speaks: found in blocks, several at once, and joined into regions."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from models.vad import Sounding
from pipeline.parallel import side_by_side
from pipeline.progress import Progress, Report, silent
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.vad import VoiceDetector
    from pipeline.audio import Audio

BLOCK = 60.0  # seconds of sound in which voice is looked for at once: a call keeps all cores busy
LEAD = 2.0  # seconds before a block that the detector hears first, to be in the middle of it
TOUCHING = 0.1  # seconds: stretches this near are one, cut by the edge of a block
BRIDGED = 0.8  # seconds: silence up to which two stretches are listened to as one region
PADDING = 0.3  # seconds kept before and after a region
SHORTEST = 0.1  # seconds; less between silences is no word


@dataclass(frozen=True, slots=True)
class Voice:
    """Where somebody speaks in one channel; `channel` is None for the mix of all.

    `utterances` are heard without a pause, however faintly; `clear` are those that are surely a
    voice; `regions` bridge short pauses between utterances and keep a little room on both sides:
    they are what is listened to. Each is in order and without overlaps.
    """

    channel: int | None
    utterances: tuple[Span, ...]
    clear: tuple[Span, ...]
    regions: tuple[Span, ...]

    def within(self, regions: Iterable[Span]) -> Voice:
        """Return what of it lies in other regions."""
        kept = tuple(regions)
        clear = _common(self.clear, kept)
        return Voice(self.channel, _common(self.utterances, kept), clear, kept)

    def during(self, span: Span) -> Voice:
        """Return what of it lies in a stretch of the recording."""
        return self.within(_common(self.regions, (span,)))

    @property
    def floor(self) -> tuple[Span, ...]:
        """The utterances, with those that only a short pause parts as one."""
        return tuple(joined(self.utterances, BRIDGED))

    @property
    def pauses(self) -> tuple[Span, ...]:
        """The silences between utterances."""
        return tuple(
            Span(before.end, after.start)
            for before, after in pairwise(self.utterances)
            if after.start > before.end
        )


def _common(spans: Sequence[Span], regions: Sequence[Span]) -> tuple[Span, ...]:
    """Return the parts that two lists of spans share, each in order and without overlaps."""
    shared: list[Span] = []
    first = second = 0
    while first < len(spans) and second < len(regions):
        span, region = spans[first], regions[second]
        if span.overlap(region) > 0:
            shared.append(Span(max(span.start, region.start), min(span.end, region.end)))
        if span.end <= region.end:
            first += 1
        else:
            second += 1
    return tuple(shared)


def find_voice(
    audio: Audio, channels: Sequence[int | None], detector: VoiceDetector, report: Report = silent
) -> tuple[Voice, ...]:
    """Return where somebody speaks, channel by channel."""
    edges = _edges(audio.duration)
    blocks = [(channel, block) for channel in channels for block in pairwise(edges)]

    def listen(block: tuple[int | None, tuple[float, float]]) -> Sounding:
        channel, (start, end) = block
        lead = max(0.0, start - LEAD)
        heard = detector.voiced(audio.read(Span(lead, end), channel))
        inside = (Span(start, end),)
        return Sounding(
            _common(_moved(heard.faint, lead), inside), _common(_moved(heard.clear, lead), inside)
        )

    found: dict[int | None, list[Sounding]] = {channel: [] for channel in channels}
    results = side_by_side(listen, blocks, os.cpu_count() or 1)
    for done, ((channel, _), sounding) in enumerate(zip(blocks, results, strict=True), start=1):
        found[channel].append(sounding)
        report(Progress("listen", done / len(blocks) * audio.duration, audio.duration))
    return tuple(_voice(channel, found[channel], audio.duration) for channel in channels)


def _moved(spans: Iterable[Span], by: float) -> list[Span]:
    return [Span(span.start + by, span.end + by) for span in spans]


def _edges(duration: float) -> list[float]:
    return [*(BLOCK * number for number in range(ceil(duration / BLOCK))), duration]


def _voice(channel: int | None, blocks: Sequence[Sounding], duration: float) -> Voice:
    faint = tuple(joined((span for block in blocks for span in block.faint), TOUCHING))
    clear = tuple(joined((span for block in blocks for span in block.clear), TOUCHING))
    return Voice(channel, faint, clear, tuple(regions_of(faint, duration)))


def joined(spans: Iterable[Span], gap: float = 0.0) -> Iterator[Span]:
    """Yield spans, in order, with those joined that are no further apart than `gap`."""
    last: Span | None = None
    for span in spans:
        if last is not None and span.start - last.end <= gap:
            last = Span(last.start, max(last.end, span.end))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def regions_of(utterances: Iterable[Span], duration: float) -> Iterator[Span]:
    """Yield the regions to listen to: utterances joined, with room around, none overlapping."""
    bridged = [span for span in joined(utterances, BRIDGED) if span.duration >= SHORTEST]
    ends = [0.0, *(span.end for span in bridged), duration]
    starts = [0.0, *(span.start for span in bridged), duration]
    for number, span in enumerate(bridged, start=1):
        before = min(PADDING, (span.start - ends[number - 1]) / (2 if number > 1 else 1))
        after = min(PADDING, (starts[number + 1] - span.end) / (2 if number < len(bridged) else 1))
        yield Span(max(0.0, span.start - before), min(duration, span.end + after))
