"""Sound in which nobody speaks: silence, hum, hiss, music and ring tones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.recogniser import Samples

    Kind = Callable[[float, np.random.Generator], Samples]


def _time(seconds: float) -> Samples:
    return (np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE).astype(np.float32)


def silence(seconds: float, _: np.random.Generator) -> Samples:
    """Return digital silence."""
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


def hum(seconds: float, _: np.random.Generator) -> Samples:
    """Return mains hum with its overtones, at -30 dBFS."""
    tones = [np.sin(2 * np.pi * 50 * n * _time(seconds)) / n for n in range(1, 9)]
    return np.asarray(0.03 * sum(tones, np.zeros(1)), dtype=np.float32)


def hiss(seconds: float, draw: np.random.Generator) -> Samples:
    """Return pink noise at -40 dBFS, as a quiet room has it."""
    count = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(draw.standard_normal(count))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(1, np.arange(len(spectrum)))), count)
    return np.asarray(0.01 * pink / pink.std(), dtype=np.float32)


def ring_tones(seconds: float, _: np.random.Generator) -> Samples:
    """Return a telephone that rings: 440 and 480 Hz, two seconds in six."""
    time = _time(seconds)
    on = time % 6 < 2
    both = np.sin(2 * np.pi * 440 * time) + np.sin(2 * np.pi * 480 * time)
    return np.asarray(0.1 * both * on, dtype=np.float32)


def music(seconds: float, draw: np.random.Generator) -> Samples:
    """Return music on hold: chords that change every half second, each note with overtones."""
    scale = 220 * 2 ** (np.array([0, 3, 5, 7, 10, 12, 15, 17]) / 12)
    bars = []
    for _ in range(round(seconds * 2)):
        time = _time(0.5)
        notes = draw.choice(scale, 3, replace=False)
        tones = [np.sin(2 * np.pi * note * n * time) / n**2 for note in notes for n in (1, 2, 3, 4)]
        bars.append(0.08 * np.exp(-3 * time) * sum(tones, np.zeros(1)))
    return np.concatenate(bars).astype(np.float32)


KINDS: dict[str, Kind] = {
    "silence": silence,
    "hum": hum,
    "hiss": hiss,
    "ring tones": ring_tones,
    "music": music,
}


def hour(seconds: float = 3600.0) -> Samples:
    """Return an hour (or less) of them, in pieces of a minute, always the same."""
    draw = np.random.default_rng(0)
    kinds = list(KINDS.values())
    minutes = [kinds[n % len(kinds)](60.0, draw) for n in range(round(seconds / 60))]
    return np.concatenate(minutes)
