"""A recording as one channel, as it is or made harder to hear: in noise, and down a telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.noise import pink
from benchmarks.peers import samples_of
from pipeline.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from models.recogniser import Samples
    from pipeline.transcript import Span

    Condition = Callable[[Samples, Sequence[Span], Path], None]

CLEAN, PINK, TELEPHONE = "clean", "pink noise, 20 dB", "8 kHz mu-law"
SNR = 20.0  # dB, of speech alone over noise
TELEPHONE_RATE = 8_000  # Hz


def clean(samples: Samples, _: Sequence[Span], path: Path) -> None:
    """Write a sound as it is."""
    import soundfile

    soundfile.write(path, samples, SAMPLE_RATE, subtype="PCM_16")


def in_noise(samples: Samples, spoken: Sequence[Span], path: Path) -> None:
    """Write a sound with pink noise under it, always the same."""
    noise = pink(len(samples) / SAMPLE_RATE, np.random.default_rng(0))
    level = loudness(samples, spoken) / 10 ** (SNR / 20)
    clean(np.clip(samples + level * noise, -1, 1).astype(np.float32), spoken, path)


def by_telephone(samples: Samples, _: Sequence[Span], path: Path) -> None:
    """Write a sound at 8 kHz in mu-law."""
    import soundfile

    soundfile.write(path, halved(samples), TELEPHONE_RATE, subtype="ULAW")


CONDITIONS: dict[str, Condition] = {CLEAN: clean, PINK: in_noise, TELEPHONE: by_telephone}


def loudness(samples: Samples, spoken: Sequence[Span]) -> float:
    """Return the RMS of a sound where somebody speaks; 0.0 where nobody does."""
    heard = np.zeros(len(samples), dtype=bool)
    for span in spoken:
        heard[round(span.start * SAMPLE_RATE) : round(span.end * SAMPLE_RATE)] = True
    return float(np.sqrt(np.mean(samples[heard] ** 2))) if heard.any() else 0.0


def halved(samples: Samples) -> Samples:
    """Return a sound at half its rate, without what lies above half of the new one."""
    count = len(samples) // 2
    spectrum = np.fft.rfft(samples[: 2 * count])[: count // 2 + 1]
    return np.clip(np.fft.irfft(spectrum, count) / 2, -1, 1).astype(np.float32)


def as_one_channel(recording: Path, condition: str, spoken: Sequence[Span], folder: Path) -> Path:
    """Return a recording, all its channels mixed, in a condition; written the first time."""
    path = folder / f"{recording.stem}.{list(CONDITIONS).index(condition)}.wav"
    if not path.exists():
        CONDITIONS[condition](samples_of(recording), spoken, path)
    return path
