"""The sound of a reel as it is put together, on disk: memory does not grow with its length."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.errors import MachineError
from pipeline.recording import Layout
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.audio import Samples
    from pipeline.recording import Recording

RATE = 48_000  # Hz: what video and Opus have; recordings of other rates come to it
AT_ONCE = 10 * RATE  # samples that are read together
EARS = 2

# Between two passages: enough for a listener to let go of one before the next begins.
SILENCE = 0.8  # seconds
PAUSE, TONE = 0.35, 0.18  # seconds: before and after the tone, and of it
PITCH = 880.0  # Hz: above the voices, so that it is heard softly
LEVEL = 0.06  # of full scale: about 10 dB under a voice at -18 LUFS
RISE = 0.02  # seconds, without a click


class Between(StrEnum):
    """What is heard between two passages."""

    TONE = "tone"
    SILENCE = "silence"


@dataclass(slots=True)
class Tape:
    """Sound that grows by what is added, in a file that is open to be written."""

    file: Any
    channels: int
    samples: int = field(default=0, init=False)

    def add(self, sound: Samples) -> Span:
        """Add (n_samples, n_channels) float32 at `RATE`; return where it is then."""
        import soundfile

        start = self.samples
        try:
            self.file.write(sound)
        except soundfile.LibsndfileError as error:
            raise MachineError(
                f"the reel cannot be put together in {gettempdir()} ({error}): an hour of it takes "
                "350 MB there. Make room, or set TMPDIR to a folder with more."
            ) from error
        self.samples += len(sound)
        return Span(start / RATE, self.samples / RATE)


@contextmanager
def tape(path: Path, channels: int) -> Iterator[Tape]:
    """Open a tape to be written at a path; its format has no end at 4 GB, as WAV has."""
    import soundfile

    with soundfile.SoundFile(path, "w", RATE, channels, "PCM_16", format="W64") as file:
        yield Tape(file, channels)


def blocks(path: Path) -> Iterator[Samples]:
    """Yield what is on a tape: (n_samples, n_channels) float32 in [-1, 1]."""
    import soundfile

    for block in soundfile.blocks(path, AT_ONCE, dtype="float32", always_2d=True):
        yield np.asarray(block, dtype=np.float32)


def between(kind: Between, channels: int) -> Samples:
    """Return what is heard between two passages: (n_samples, n_channels)."""
    if kind is Between.SILENCE:
        return np.zeros((round(SILENCE * RATE), channels), dtype=np.float32)
    pause = np.zeros(round(PAUSE * RATE))
    whole = np.concatenate([pause, _tone(), pause]).astype(np.float32)
    return np.repeat(whole[:, None], channels, axis=1)


def _tone() -> NDArray[np.float64]:
    time = np.arange(round(TONE * RATE)) / RATE
    edge = np.clip(np.minimum(time, TONE - time) / RISE, 0, 1)
    rise = (1 - np.cos(np.pi * edge)) / 2
    sound: NDArray[np.float64] = LEVEL * rise * np.sin(2 * np.pi * PITCH * time)
    return sound


def seconds_between(kind: Between) -> float:
    """Return how long that takes."""
    return SILENCE if kind is Between.SILENCE else 2 * PAUSE + TONE


def channels_for(recordings: Iterable[Recording]) -> int:
    """Return in how many channels all of them are heard: two only where a room was recorded so.

    Where each channel is one person's they are mixed: nobody wants a quote in one ear alone.
    """
    stereo = (each.layout is Layout.ROOM and each.channels == EARS for each in recordings)
    return EARS if any(stereo) else 1
