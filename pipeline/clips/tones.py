"""A tone in place of what is not to be heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.audio import Samples
    from pipeline.transcript import Span

HERTZ = 440.0  # low enough to be pleasant, high enough for a telephone's loudspeaker
LEVEL = 10 ** (-20 / 20)  # of a sine's peak: plainly there beside speech of -18 LUFS, and softer
SOFT = 0.01  # seconds in which it comes and goes


def put_tones(samples: Samples, rate: int, spans: Iterable[Span]) -> Samples:
    """Return sound, (n_samples, n_channels), with a tone in place of passages, in all channels.

    `spans` count from its first sample. Nothing of what was there is left in them.
    """
    made = samples.copy()
    for span in spans:
        first, last = max(0, int(span.start * rate)), min(len(made), int(span.end * rate) + 1)
        if first < last:
            made[first:last] = tone(last - first, rate)[:, np.newaxis]
    return made


def tone(count: int, rate: int) -> Samples:
    """Return so many samples of it: (n_samples,)."""
    place = np.arange(count) / rate
    edge = np.minimum(place, place[::-1]) / SOFT
    return (LEVEL * np.minimum(1.0, edge) * np.sin(2 * np.pi * HERTZ * place)).astype(np.float32)
