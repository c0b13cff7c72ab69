"""When in a stretch of sound somebody is heard, by how loud it is there (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import SAMPLE_RATE
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from models.recogniser import Samples

    Sound = Callable[[Span], Samples]  # of a stretch, in the channel that is heard
    Figures = NDArray[np.float64]

STEP = 0.01  # seconds
FRAME = round(STEP * SAMPLE_RATE)  # samples
SMOOTH = 3  # frames: one alone may lie between two beats of a low voice
# dB under the loudest: what is fainter is not that voice, but another that leaks in, which the
# detector takes for a voice too. With 20, soft ends are lost; with 30, leaks stay.
FAINTER = 25.0


def heard_in(span: Span, sound: Sound) -> Figures:
    """Return the seconds at which those steps of a stretch begin that are near its loudest."""
    levels = levels_of(sound(span))
    loud = np.flatnonzero(levels >= levels.max() - FAINTER) if len(levels) else np.empty(0)
    return np.asarray(span.start + STEP * loud, dtype=np.float64)


def heard_part(span: Span, sound: Sound) -> Span:
    """Return a stretch without what is too faint to be heard before and after."""
    heard = heard_in(span, sound)
    if not len(heard):
        return span
    end = float(heard[-1]) + STEP
    return Span(float(heard[0]), span.end if span.end < end + STEP else end)


def levels_of(samples: Samples) -> Figures:
    """Return the level of each `STEP` in dB, smoothed; what is left of the last one is left out."""
    count = len(samples) // FRAME
    if not count:
        return np.empty(0)
    frames = samples[: count * FRAME].astype(np.float64).reshape(count, FRAME)
    power = np.convolve(np.square(frames).mean(axis=1), np.ones(SMOOTH) / SMOOTH, mode="same")
    return np.asarray(10 * np.log10(power[:count] + 1e-12))
