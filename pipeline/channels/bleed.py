"""One voice heard faintly in another's channel is not that channel's voice.

Headphones leak, telephone hybrids echo: a channel carries the other side 10-40 dB down, loud
enough to be taken for speech. Who speaks is told by level: each channel beside its own loudness,
and beside the other where the sound itself tells how much of that leaks through.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import SAMPLE_RATE
from pipeline.channels.alike import WINDOW, likeness
from pipeline.channels.layout import FRAME, frame_levels
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from pipeline.audio import Audio
    from pipeline.hearing.voice import Voice

    Levels = NDArray[np.float64]

FRAME_SECONDS = FRAME / SAMPLE_RATE
# A channel this far under another, each beside its own speech level, only hears the other.
# Leaks measured lie 25-45 dB down, a back-channel against loud speech less than 10.
BLEED = 20.0  # dB
SMOOTHING = 15  # frames: 0.3 s, so that the gaps of syllables are no change of speaker
SHORTEST_OWN = 10  # frames: 0.2 s; less between two stretches of bleed is no word
SHORTEST_BLEED = 35  # frames: 0.7 s; less is a pause of one's own
# Where one channel is in another as its copy, what is there is the copy alone as long as it is no
# louder than that. A copy correlates with 0.4-0.99 down to -36 dB; two voices with less than 0.1.
COPY = 0.3
LOUDER = 4.0  # dB by which one's own voice together with the copy is above it
FAINTEST = 6.0  # dB under the other; what leaks more is a room, and layout tells that
HUSHED = 8.0  # dB under the copy just before or after: the other's pause, and nothing of one's own
AROUND = 20  # frames on both sides: 0.4 s
LEADS = 6.0  # dB over the other channel, in most frames of a window that shows what leaks
LOUD = 20.0  # dB under a channel's loud frames, above which it shows what leaks
WINDOWS = 24  # that are compared at most, evenly over the recording
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
    levels = _smoothed(power)
    own = _beside_own_speech(levels, [voice.regions for voice in apart])
    bleed = own < own.max(axis=1, keepdims=True) - BLEED
    bleed |= copied(audio, levels, channels)
    own_voice = {
        voice.channel: voice.within(_kept(voice.regions, bleed[:, index]))
        for index, voice in enumerate(apart)
    }
    return tuple(own_voice.get(voice.channel, voice) for voice in voices)


def copied(audio: Audio, levels: Levels, channels: Sequence[int]) -> NDArray[np.bool_]:
    """Tell of each frame and channel whether it holds no more than the copy of another.

    levels : (n_frames, n_channels) in dB, of the channels named.
    """
    found = np.zeros(levels.shape, dtype=np.bool_)
    for (place, channel), (other_place, other) in permutations(enumerate(channels), 2):
        level, other_level = levels[:, place], levels[:, other_place]
        copy = likeness(audio, other, channel, _shown(other_level, level))
        if copy.correlation >= COPY and copy.gain <= 10 ** (-FAINTEST / 20):
            leaked = _later(other_level, copy.lag) + 20 * np.log10(copy.gain)
            found[:, place] |= level < np.maximum(leaked + LOUDER, _around(leaked) - HUSHED)
    return found


def _shown(level: NDArray[np.float64], other: NDArray[np.float64]) -> list[float]:
    """Return the seconds at which windows begin where a channel is loud and leads another."""
    frames = round(WINDOW / FRAME_SECONDS)
    whole = len(level) // frames * frames
    if not whole:
        return []
    shows = (level > np.percentile(level, 95) - LOUD) & (level > other + LEADS)
    windows = np.flatnonzero(shows[:whole].reshape(-1, frames).mean(axis=1) > 0.6)
    few = np.linspace(0, len(windows) - 1, min(WINDOWS, len(windows))).astype(int)
    return [float(windows[index]) * WINDOW for index in few]


def _later(level: NDArray[np.float64], lag: float) -> NDArray[np.float64]:
    """Return levels as they are some seconds later; silence before the first."""
    frames = min(max(0, round(lag / FRAME_SECONDS)), len(level))
    return np.concatenate([np.full(frames, -np.inf), level[: len(level) - frames]])


def _around(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the highest level of those around each frame."""
    padded = np.pad(level, AROUND, constant_values=-np.inf)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1).max(axis=1))


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
