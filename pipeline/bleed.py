"""One voice heard faintly in another's channel is not that channel's voice.

Headphones leak, telephone hybrids echo: a channel carries the other side 20-40 dB down, loud
enough to be taken for speech. Who speaks is told by level, each channel beside its own loudness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import SAMPLE_RATE
from pipeline.layout import FRAME, frame_levels
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.audio import Audio
    from pipeline.voice import Voice

    Levels = NDArray[np.float64]

FRAME_SECONDS = FRAME / SAMPLE_RATE
# A channel this far under another, each beside its own speech level, only hears the other.
# Leaks measured lie 25-45 dB down, a back-channel against loud speech less than 10.
BLEED = 20.0  # dB
SMOOTHING = 15  # frames: 0.3 s, so that the gaps of syllables are no change of speaker
SHORTEST_OWN = 10  # frames: 0.2 s; less between two stretches of bleed is no word
SHORTEST_BLEED = 35  # frames: 0.7 s; less is a pause of one's own
EDGE = 0.2  # seconds kept on both sides of what is somebody's own voice


def without_bleed(audio: Audio, voices: Sequence[Voice]) -> tuple[Voice, ...]:
    """Return the voice of each channel without that in which another is heard there.

    Only channels heard apart are looked at; a mix (channel None) stays as it is.
    """
    channels = [voice.channel for voice in voices if voice.channel is not None]
    if len(channels) < 2:
        return tuple(voices)
    apart = [voice for voice in voices if voice.channel is not None]
    power = frame_levels(audio.blocks(), audio.channels).power[:, channels]
    own = _beside_own_speech(_smoothed(power), [voice.regions for voice in apart])
    bleed = own < own.max(axis=1, keepdims=True) - BLEED
    own_voice = {
        voice.channel: voice.within(_kept(voice.regions, bleed[:, index]))
        for index, voice in enumerate(apart)
    }
    return tuple(own_voice.get(voice.channel, voice) for voice in voices)


def _smoothed(power: Levels) -> Levels:
    """Return levels in dB, averaged over 0.3 s around each frame."""
    kernel = np.ones(SMOOTHING) / SMOOTHING
    columns = [np.convolve(column, kernel, mode="same")[: len(column)] for column in power.T]
    return 10 * np.log10(np.stack(columns, axis=1) + 1e-12)


def _beside_own_speech(levels: Levels, spans: Sequence[tuple[Span, ...]]) -> Levels:
    """Return levels in dB beside each channel's own loud speech (its 90th percentile)."""
    loud = [
        np.percentile(np.concatenate([levels[_frames(span), index] for span in own]), 90)
        if own
        else np.inf
        for index, own in enumerate(spans)
    ]
    return np.asarray(levels - np.array(loud))


def _frames(span: Span) -> slice:
    return slice(int(span.start / FRAME_SECONDS), int(span.end / FRAME_SECONDS) + 1)


def _kept(spans: Sequence[Span], bleed: NDArray[np.bool_]) -> Iterator[Span]:
    """Yield the parts of spans that are not bleed, with a little room where they were cut."""
    for span in spans:
        frames = _frames(span)
        edges = np.flatnonzero(np.diff(np.r_[True, bleed[frames], True].astype(np.int8)))
        own = [
            (frames.start + int(first), frames.start + int(last))
            for first, last in _bridged(edges.reshape(-1, 2))
        ]
        for first, last in own:
            start, end = first * FRAME_SECONDS - EDGE, last * FRAME_SECONDS + EDGE
            if last - first >= SHORTEST_OWN:
                yield Span(max(span.start, start), min(span.end, end))


def _bridged(runs: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Join runs of own voice, [first, last) each, where what parts them is only a pause."""
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and first - joined[-1][1] < SHORTEST_BLEED:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
