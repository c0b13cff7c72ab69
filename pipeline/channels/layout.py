"""Tell what the channels of a recording are: one signal, one microphone per person, or a room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import FULL_SCALE, SAMPLE_RATE
from pipeline.channels.alike import WINDOW, likeness
from pipeline.recording import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from pipeline.audio import Audio, Block

    Levels = NDArray[np.float64]

FRAME = SAMPLE_RATE // 50  # samples: 20 ms, short beside a syllable
# Measured on telephone, headset and studio calls: where each person has a channel, one channel
# leads by 6 dB in 81-100 % of the active frames, against 0-1 % in stereo of one source.
LEAD = 6.0  # dB
LED_SHARE = 0.5
LEAST_SHARE = 0.01  # of the active frames, for a channel to be somebody's
ACTIVE_RANGE = 35.0  # dB below the loudest frames
ABOVE_NOISE = 6.0  # dB over the tenth of frames that are quietest, which noise alone does not reach
SPEECH_RANGE = 12.0  # dB below the loudest frames that are speech, however loud the noise is
SAME_SIGNAL = 0.9  # correlation; measured 0.98-1.00 for one source, 0.00-0.08 for two people
# Of each window of one source that comes later in one channel, which codecs and noise spoil.
SAME_WINDOW = 0.6
SAME_LAG = 0.005  # seconds
FAINT_COPY = 6.0  # dB; a first channel that is fainter than its copies is not heard alone
SILENCE = -90.0  # dBFS
LOUD_FRAMES = 50  # a second
SOME_WINDOWS = 24  # that are compared before all are
SPOKEN_SHARE = 0.3  # of a window's frames


@dataclass(frozen=True, slots=True)
class FrameLevels:
    """Levels of every 20 ms frame.

    power : (n_frames, n_channels) mean square, full scale = 1.
    shared : (n_frames, n_channels) mean product of each channel with the first.
    """

    power: Levels
    shared: Levels


def layout_of(audio: Audio) -> Layout:
    """Return what a recording's channels are, from how level moves between them."""
    if audio.channels == 1:
        return Layout.MONO
    levels = frame_levels(audio.blocks(), audio.channels)
    layout = layout_of_levels(levels)
    if layout in (Layout.ROOM, Layout.CHANNEL_PER_SPEAKER) and _is_one_later(audio, levels.power):
        return Layout.DUAL_MONO
    return layout


def layout_of_levels(levels: FrameLevels) -> Layout:
    """Return what channels are from their frame levels (two channels or more)."""
    decibels = 10 * np.log10(levels.power + 1e-12)
    loudest = decibels.max(axis=1)
    active = loudest > max(SILENCE, _loud(loudest) - ACTIVE_RANGE)
    if not active.any():
        return Layout.MONO
    spoken = decibels[:, ~_only_hiss(decibels)]
    if spoken.shape[1] < 2:
        return Layout.MONO
    beside_own = spoken - [_loud(column) for column in spoken.T]
    if any(_channel_per_speaker(each[_is_active(each)]) for each in (spoken, beside_own)):
        return Layout.CHANNEL_PER_SPEAKER
    audible = _audible(decibels[active])
    if audible.sum() < 2:
        return Layout.MONO
    if _least_correlation(levels.power[active], levels.shared[active], audible) > SAME_SIGNAL:
        return Layout.DUAL_MONO
    return Layout.ROOM


def _is_active(decibels: Levels) -> NDArray[np.bool_]:
    """Tell of each frame whether more than noise is in its loudest channel."""
    loudest = decibels.max(axis=1)
    loud, quiet = _loud(loudest), float(np.percentile(loudest, 10))
    noise = min(quiet + ABOVE_NOISE, loud - SPEECH_RANGE)
    return np.asarray(loudest > max(loud - ACTIVE_RANGE, noise))


def _only_hiss(decibels: Levels) -> NDArray[np.bool_]:
    """Tell of each channel whether it is silent, or steady noise far below the loudest."""
    loud = np.array([_loud(column) for column in decibels.T])
    quiet = np.maximum(np.percentile(decibels, 10, axis=0), SILENCE)
    steady = (loud - quiet < SPEECH_RANGE) & (loud < loud.max() - SPEECH_RANGE)
    return np.asarray(steady | (loud <= SILENCE))


def _is_one_later(audio: Audio, power: Levels) -> bool:
    """Tell whether all channels are one signal, which comes later in some; in every window."""
    decibels = 10 * np.log10(power + 1e-12)
    starts = _window_starts(decibels - [_loud(column) for column in decibels.T])
    total = 10 * np.log10(power.sum(axis=0) + 1e-12)
    if not starts or total[0] < total.max() - FAINT_COPY:
        return False
    some = starts[:: max(1, len(starts) // SOME_WINDOWS)]
    return all(
        likeness(audio, 0, other, some).correlation > SAME_SIGNAL
        and _is_same_throughout(audio, other, starts)
        for other in range(1, audio.channels)
    )


def _window_starts(decibels: Levels) -> list[float]:
    """Return the seconds at which windows begin in which anybody speaks."""
    frames = round(WINDOW * SAMPLE_RATE / FRAME)
    whole = len(decibels) // frames * frames
    if not whole:
        return []
    spoken = _is_active(decibels)[:whole].reshape(-1, frames).mean(axis=1) > SPOKEN_SHARE
    return [float(number) * WINDOW for number in np.flatnonzero(spoken)]


def _is_same_throughout(audio: Audio, other: int, starts: Sequence[float]) -> bool:
    """Tell whether a channel is the first one in every window, always as much later."""
    found = (likeness(audio, 0, other, [start]) for start in starts)
    lag: float | None = None
    for each in found:
        lag = each.lag if lag is None else lag
        if each.correlation < SAME_WINDOW or abs(each.lag - lag) > SAME_LAG:
            return False
    return True


def _loud(levels: Levels) -> float:
    """Return the level of the loudest second: a long silence or a click does not move it."""
    if not len(levels):
        return -np.inf
    rank = max(1, min(LOUD_FRAMES, len(levels) // 50))
    return float(np.partition(levels, -rank)[-rank])


def frame_levels(blocks: Iterable[Block], channels: int) -> FrameLevels:
    """Measure blocks of (n_samples, n_channels) int16, 20 ms at a time."""
    power, shared = [np.zeros((0, channels))], [np.zeros((0, channels))]
    for block in blocks:
        count = len(block) // FRAME * FRAME
        frames = block[:count].astype(np.float64).reshape(-1, FRAME, channels) / FULL_SCALE
        power.append((frames**2).mean(axis=1))
        shared.append((frames * frames[:, :, :1]).mean(axis=1))
    return FrameLevels(np.concatenate(power), np.concatenate(shared))


def _channel_per_speaker(decibels: Levels) -> bool:
    """Tell whether channels take the lead by turns: the mark of one microphone per person."""
    ranked = np.sort(decibels, axis=1)
    led = ranked[:, -1] - ranked[:, -2] > LEAD
    shares = np.bincount(decibels.argmax(axis=1)[led], minlength=decibels.shape[1]) / len(decibels)
    return bool(led.mean() > LED_SHARE and (shares >= LEAST_SHARE).sum() >= 2)


def _audible(decibels: Levels) -> NDArray[np.bool_]:
    """Tell of each channel whether anything is to be heard in it."""
    return np.asarray(decibels.max(axis=0) > decibels.max() - 2 * ACTIVE_RANGE)


def _least_correlation(power: Levels, shared: Levels, audible: NDArray[np.bool_]) -> float:
    """Return how much of the first channel is in the audible channel that has least of it."""
    scale = np.sqrt(power[:, 0].sum() * power.sum(axis=0))[audible]
    alike = abs(shared.sum(axis=0))[audible]
    return float(np.divide(alike, scale, out=np.zeros_like(scale), where=scale > 0).min())
