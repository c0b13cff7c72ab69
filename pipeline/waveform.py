"""The waveform of a recording: how far each channel swings in each hundredth of a second.

Kept as audiowaveform's data, version 2 at 8 bits, which players of others read too:
https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pipeline.audio import Audio

    Peaks = NDArray[np.int8]

# 10 ms, to which words are timed: 0.7 MB an hour and channel, so that three hours are read at once.
SAMPLES_PER_PIXEL = 160
PIXELS_AT_ONCE = 6_000
VERSION = 2
EIGHT_BITS = 1  # the flag of the format
STEP = 256  # of 16-bit samples to one at 8 bits
HEADER = struct.Struct("<iIiiIi")  # version, flags, rate, samples per pixel, pixels, channels


@dataclass(frozen=True, slots=True)
class Waveform:
    """The least and the greatest sample of each pixel: (n_pixels, n_channels) int8, full scale 128.

    `rate` is that of the samples in Hz; the last pixel may stand for fewer of them.
    """

    low: Peaks
    high: Peaks
    samples_per_pixel: int = SAMPLES_PER_PIXEL
    rate: int = SAMPLE_RATE

    @property
    def channels(self) -> int:
        """How many channels are drawn."""
        return int(self.low.shape[1])

    @property
    def pixels_per_second(self) -> float:
        """Pixels for a second of sound."""
        return self.rate / self.samples_per_pixel


def drawn(audio: Audio) -> Waveform:
    """Return the waveform of a recording."""
    lows, highs = [], []
    for block in audio.blocks(PIXELS_AT_ONCE * SAMPLES_PER_PIXEL / SAMPLE_RATE):
        firsts = np.arange(0, len(block), SAMPLES_PER_PIXEL)
        lows.append(_in_8_bits(np.minimum.reduceat(block, firsts, axis=0)))
        highs.append(_in_8_bits(np.maximum.reduceat(block, firsts, axis=0)))
    nothing = np.zeros((0, audio.channels), dtype=np.int8)
    return Waveform(np.concatenate([nothing, *lows]), np.concatenate([nothing, *highs]))


def _in_8_bits(samples: NDArray[np.int16]) -> Peaks:
    return np.floor_divide(samples, STEP).astype(np.int8)


def coarser(waveform: Waveform, factor: int) -> Waveform:
    """Return a waveform of fewer pixels: each stands for a number of those of before."""
    firsts = np.arange(0, len(waveform.low), factor)
    if not len(firsts):
        return waveform
    return Waveform(
        np.minimum.reduceat(waveform.low, firsts, axis=0),
        np.maximum.reduceat(waveform.high, firsts, axis=0),
        waveform.samples_per_pixel * factor,
        waveform.rate,
    )


def to_bytes(waveform: Waveform) -> bytes:
    """Return a waveform as it is kept: a header, then each pixel's pairs, channel by channel."""
    pairs = np.stack([waveform.low, waveform.high], axis=2)
    pixels, channels, _ = pairs.shape
    header = (VERSION, EIGHT_BITS, waveform.rate, waveform.samples_per_pixel, pixels, channels)
    return HEADER.pack(*header) + pairs.tobytes()


def from_bytes(data: bytes) -> Waveform:
    """Return the waveform that was kept so; raises ValueError for what is none, or is cut off."""
    if len(data) < HEADER.size:
        raise ValueError(f"a waveform has a header of {HEADER.size} bytes, not {len(data)}")
    version, flags, rate, samples_per_pixel, pixels, channels = HEADER.unpack_from(data)
    if (version, flags) != (VERSION, EIGHT_BITS) or min(rate, samples_per_pixel, channels) < 1:
        raise ValueError(f"not a waveform of version {VERSION} at 8 bits: {data[: HEADER.size]!r}")
    if len(data) != HEADER.size + 2 * pixels * channels:
        raise ValueError(f"a waveform of {pixels} pixels was cut off at {len(data)} bytes")
    pairs = np.frombuffer(data, dtype=np.int8, offset=HEADER.size).reshape(pixels, channels, 2)
    return Waveform(pairs[:, :, 0], pairs[:, :, 1], samples_per_pixel, rate)
