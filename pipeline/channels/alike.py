"""How much two channels hear the same sound, one later or fainter than the other.

A leak, an echo and a signal recorded twice are copies; two voices at once are not alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import SAMPLE_RATE
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from pipeline.audio import Audio

    Spectrum = NDArray[np.complex128]

LONGEST_LAG = 0.2  # seconds; echoes of telephone calls measured come within 0.12
WINDOW = 2.0  # seconds that are compared at once: long beside a lag
SIZE = 1 << 16  # samples of a transform: the window and the lag, without wrapping round


@dataclass(frozen=True, slots=True)
class Likeness:
    """What of a channel is in another: at best `lag` seconds later, `gain` times as loud.

    `correlation` in [0, 1] is how much of the other channel that explains.
    """

    lag: float
    correlation: float
    gain: float


NOTHING_ALIKE = Likeness(0.0, 0.0, 0.0)


def likeness(audio: Audio, of: int, within: int, starts: Sequence[float]) -> Likeness:
    """Return what of one channel is in another, in the windows that begin at some seconds."""
    shared = np.zeros(SIZE // 2 + 1, dtype=np.complex128)
    power = other_power = 0.0
    for start in starts:
        span = Span(start, start + WINDOW)
        own, other = (audio.read(span, channel).astype(np.float64) for channel in (of, within))
        shared += np.fft.rfft(other, SIZE) * np.conj(np.fft.rfft(own, SIZE))
        power += float(own @ own)
        other_power += float(other @ other)
    if not power or not other_power:
        return NOTHING_ALIKE
    return _best(shared, power, other_power)


def _best(shared: Spectrum, power: float, other_power: float) -> Likeness:
    """Return the likeness at the lag, earlier or later, at which there is most of it."""
    most = round(LONGEST_LAG * SAMPLE_RATE)
    by_lag = np.fft.irfft(shared, SIZE)
    near = np.concatenate([by_lag[-most:], by_lag[: most + 1]])
    place = int(np.argmax(abs(near)))
    peak = float(abs(near[place]))
    correlation = min(1.0, peak / np.sqrt(power * other_power))
    return Likeness((place - most) / SAMPLE_RATE, correlation, peak / power)
