"""Sound at another rate, and in another number of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.audio import Samples

LAYOUTS = {1: "mono", 2: "stereo"}


def at_rate(samples: Samples, rate: int, wanted: int) -> Samples:
    """Return sound, (n_samples, n_channels), at another rate; its length to the sample."""
    if rate == wanted:
        return samples
    count = round(len(samples) * wanted / rate)
    found = np.concatenate([samples[:0], *resampled([samples], rate, wanted)])
    return np.pad(found[:count], ((0, max(0, count - len(found))), (0, 0)))


def resampled(blocks: Iterable[Samples], rate: int, wanted: int) -> Iterator[Samples]:
    """Yield blocks of one sound at another rate."""
    import av

    if rate == wanted:
        yield from blocks
        return
    resampler, channels = None, 1
    for block in blocks:
        channels = block.shape[1]
        layout = LAYOUTS.get(channels, f"{channels} channels")
        resampler = resampler or av.AudioResampler(format="flt", layout=layout, rate=wanted)
        yield from _arrays(resampler.resample(_frame(block, rate, layout)), channels)
    if resampler is not None:
        yield from _arrays(resampler.resample(None), channels)


def _frame(block: Samples, rate: int, layout: str) -> Any:
    import av

    packed: Any = np.ascontiguousarray(block, dtype=np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
    frame.sample_rate = rate
    return frame


def _arrays(frames: Iterable[Any], channels: int) -> Iterator[Samples]:
    for frame in frames:
        yield frame.to_ndarray().reshape(-1, channels)


def with_channels(samples: Samples, count: int) -> Samples:
    """Return sound in so many channels: one is doubled, several are mixed."""
    if samples.shape[1] == count:
        return samples
    mixed = samples.mean(axis=1, keepdims=True, dtype=np.float32)
    return np.repeat(mixed, count, axis=1)
