"""How loud sound is: frame by frame for its edges, and as a whole, so that clips are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from pipeline.audio import Samples
    from pipeline.transcript import Span

FRAME = 0.005  # seconds
EAR = 4  # frames, 20 ms: over so long an edge is heard
NOTHING = -120.0  # dB; digital silence
# EBU R128 has -23 LUFS for broadcasts, where a receiver turns all up alike. What is heard on
# telephones and laptops is louder: AES TD1008 has -18 LUFS for speech, Apple -16 for podcasts.
# At -18 speech still keeps most of its peaks under the ceiling.
TARGET = -18.0  # LUFS
CEILING = -1.5  # dB true peak: R128 allows -1 of what is decoded, and coders add a little
BLOCK = 0.4  # seconds: BS.1770 tells the loudness of no less
MOST_LIFT = 30.0  # dB
STANDS_OUT = 6.0  # dB by which speech is over what is quietest; what is less is not lifted
UNDER = 10.0  # dB by which the leaked voice of another stays under the target
LOOK = 0.003  # seconds in which the limiter comes down, before a peak and after it
FINER = 4  # times the rate at which peaks between samples are looked for, as BS.1770 has it


@dataclass(frozen=True, slots=True)
class Frames:
    """Mean squares of frames of 5 ms, the first of which begins at a second of the recording."""

    powers: NDArray[np.float64]
    start: float

    @classmethod
    def of(cls, columns: Samples, rate: int, start: float) -> Self:
        """Measure what several channels have together, (n_samples, n_channels)."""
        count = int(len(columns) / rate / FRAME)
        starts = np.rint(np.arange(count + 1) * FRAME * rate).astype(int)
        squares = np.square(columns[: starts[-1]], dtype=np.float64).mean(axis=1)
        sums = np.add.reduceat(squares, starts[:-1]) if count else np.zeros(0)
        return cls(sums / np.maximum(1, np.diff(starts)), start)

    @property
    def times(self) -> NDArray[np.float64]:
        """The seconds at which frames meet: edges may lie there."""
        return np.asarray(self.start + FRAME * np.arange(len(self.powers) + 1), dtype=np.float64)

    @property
    def heard(self) -> NDArray[np.float64]:
        """What is heard at those: the louder of the 20 ms before and the 20 ms after, in dB."""
        padded = np.concatenate([np.zeros(EAR), self.powers, np.zeros(EAR)])
        means = np.convolve(padded, np.full(EAR, 1 / EAR), "valid")
        return decibels(np.maximum(means[:-EAR], means[EAR:]).astype(np.float64))

    @property
    def floor(self) -> float:
        """What it sinks to where nobody speaks, in dB."""
        return float(np.percentile(self.heard, 10)) if len(self.powers) else NOTHING

    def level(self, spans: Iterable[Span]) -> float | None:
        """Return how loud passages are together, in dB; None where there is nothing of them."""
        within = np.zeros(len(self.powers), dtype=bool)
        for span in spans:
            first, last = (round((time - self.start) / FRAME) for time in (span.start, span.end))
            within[max(0, first) : max(0, last)] = True
        return float(decibels(self.powers[within].mean())) if within.any() else None


def decibels(power: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return powers in dB of full scale."""
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (NOTHING / 10))))


def loudness(columns: Samples, rate: int, spans: Sequence[Span]) -> float | None:
    """Return the loudness of passages in LUFS, None where it is none; they count from its start.

    What is shorter than a block of the measure is repeated: silence would make it quieter.
    """
    import pyloudnorm

    pieces = [columns[round(span.start * rate) : round(span.end * rate)] for span in spans]
    said = np.concatenate([columns[:0], *pieces])
    if not len(said):
        return None
    times = -(-round(BLOCK * rate + 1) // len(said))
    meter = pyloudnorm.Meter(rate, block_size=BLOCK)
    measured = float(meter.integrated_loudness(np.tile(said, (times, 1)).astype(np.float64)))
    return measured if np.isfinite(measured) else None


def limited(samples: Samples, rate: int) -> Samples:
    """Return sound with all its peaks under the ceiling, turned down only about each of them."""
    ceiling = 10 ** (CEILING / 20)
    peaks = true_peaks(samples)
    if not len(peaks) or peaks.max() <= ceiling:
        return samples
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    width = 2 * round(LOOK * rate) + 1
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, ceiling))
    lowest = minimum_filter1d(needed, 2 * width - 1, mode="nearest")
    gain = uniform_filter1d(lowest, width, mode="nearest")  # it is at most what each peak needs
    return np.asarray(samples * gain[:, np.newaxis], dtype=np.float32)


def true_peaks(samples: Samples) -> NDArray[np.float64]:
    """Return the highest level at each sample and up to the next, over all channels."""
    if not len(samples):
        return np.zeros(0)
    from scipy.signal import resample_poly

    finer = np.abs(resample_poly(samples, FINER, 1, axis=0)).max(axis=1)
    return np.asarray(finer.reshape(-1, FINER).max(axis=1), dtype=np.float64)
