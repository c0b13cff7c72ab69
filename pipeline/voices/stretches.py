"""Stretches of a recording in which one voice speaks, and what each sounds like.

A recording is heard in windows that overlap by half. Within a window voices are told apart; what
each is like is worked out from the frames in which it speaks alone, for every stretch without a
break and, within that, moment by moment. Who is who across windows is not decided here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from models.voices import (
    FIRST_FRAME,
    FRAME_STEP,
    LOCAL_VOICES,
    PASSAGE,
    TIMBRE_RATE,
    WINDOW,
)
from pipeline.audio import SAMPLE_RATE
from pipeline.parallel import side_by_side
from pipeline.progress import Progress, Report, silent
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from models.voices import VoiceTeller
    from pipeline.audio import Audio

    Floats = npt.NDArray[np.float32]
    Flags = npt.NDArray[np.bool_]

HOP_FRAMES = 296  # from one window to the next: half of its 589 frames, so that all is heard twice
HOP = HOP_FRAMES * FRAME_STEP  # seconds
WINDOWS_AT_ONCE = 24  # two minutes: what one thread hears, from a passage of timbre on
ALONE = 0.3  # seconds: a stretch with less of its voice alone is judged by all of it
MOMENT = 0.8  # seconds of timbre that a moment is judged by
MOMENT_STEP = 0.1  # seconds from one moment to the next
MOMENT_EDGE = 0.2  # seconds from the ends of a stretch to its first and last moment
SHORTEST_WITH_MOMENTS = MOMENT + 2 * MOMENT_EDGE
LEAST_FRAMES = 3  # of timbre: fewer have no deviation to speak of


@dataclass(frozen=True, slots=True)
class Moments:
    """What a stretch sounds like as it goes on.

    times : (n,) seconds; embeddings : (n, n_dimensions) of length 1, in half precision, as an hour
    has 70,000; speech : (n,) the least probability of speech since the moment before.
    """

    times: npt.NDArray[np.float64]
    embeddings: npt.NDArray[np.float16]
    speech: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """One voice of a window, for as long as it speaks without a break.

    `voice` is its number in the window alone. `first` and `last` are frames of the window, the
    last not in it. `alone` is the seconds in which nobody else speaks; `embedding`, of length 1,
    is made of those.
    """

    window: int
    voice: int
    first: int
    last: int
    alone: float
    embedding: Floats
    moments: Moments | None = None

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return (self.last - self.first) * FRAME_STEP


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording as heard in windows: how many voices speak in each frame, and the stretches.

    voices : (n_windows, n_frames) int8, 0 to 3
    """

    voices: npt.NDArray[np.int8]
    stretches: tuple[Stretch, ...]


def hear_voices(
    audio: Audio, channel: int | None, teller: VoiceTeller, report: Report = silent
) -> Heard:
    """Hear a channel (None: the mix of all) in windows, several at once."""
    windows = range(_windows_of(audio.duration))
    blocks = [windows[first : first + WINDOWS_AT_ONCE] for first in windows[::WINDOWS_AT_ONCE]]

    def listen(block: range) -> list[tuple[npt.NDArray[np.int8], list[Stretch]]]:
        timbre = Timbre(audio, channel, teller)
        return [_hear_window(number, timbre) for number in block]

    found: list[tuple[npt.NDArray[np.int8], list[Stretch]]] = []
    for heard in side_by_side(listen, blocks, os.cpu_count() or 1):
        found += heard
        report(Progress("speakers", len(found) / len(windows) * audio.duration, audio.duration))
    return Heard(
        np.array([voices for voices, _ in found]),
        tuple(stretch for _, stretches in found for stretch in stretches),
    )


def _windows_of(duration: float) -> int:
    return 1 + max(0, ceil((duration - WINDOW) / HOP))


class Timbre:
    """The timbre of one channel, heard in whole passages, of which the last few are kept."""

    KEPT = 4  # passages: as many as one window touches

    def __init__(self, audio: Audio, channel: int | None, teller: VoiceTeller) -> None:
        self.audio, self.channel, self.teller = audio, channel, teller
        self._passages: dict[int, Floats] = {}

    def frames(self, start: float, end: float) -> Floats:
        """Return the frames from one time to another, in seconds: (n_frames, n_features)."""
        numbers = range(int(start / PASSAGE), ceil(min(end, self.audio.duration) / PASSAGE))
        passages = [self._passage(number) for number in numbers]
        skipped = round((start - numbers[0] * PASSAGE) * TIMBRE_RATE)
        return np.concatenate(passages)[skipped : skipped + round((end - start) * TIMBRE_RATE)]

    def _passage(self, number: int) -> Floats:
        if number not in self._passages:
            if len(self._passages) == self.KEPT:
                del self._passages[min(self._passages)]
            span = Span(number * PASSAGE, (number + 1) * PASSAGE)
            self._passages[number] = self.teller.timbre(self.audio.read(span, self.channel))
        return self._passages[number]


def _hear_window(number: int, timbre: Timbre) -> tuple[npt.NDArray[np.int8], list[Stretch]]:
    start = number * HOP
    samples = timbre.audio.read(Span(start, start + WINDOW), timbre.channel)
    talkers = timbre.teller.talkers(samples)
    voices = talkers.active.sum(axis=1, dtype=np.int8)
    if not voices.any():
        return voices, []
    frames = timbre.frames(start, start + len(samples) / SAMPLE_RATE)
    pooling = Pooling(frames, timbre.teller)
    stretches = [
        stretch
        for voice in range(LOCAL_VOICES)
        for first, last in runs(talkers.active[:, voice])
        if (stretch := _stretch(number, voice, (first, last), voices, pooling, talkers.speech))
    ]
    return voices, stretches


def runs(flags: Flags) -> Iterator[tuple[int, int]]:
    """Yield where flags are set without a break: the first, and the one after the last."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


class Pooling:
    """Embeddings of any choice of a window's frames."""

    def __init__(self, frames: Floats, teller: VoiceTeller) -> None:
        self.frames, self._teller = frames, teller
        none = np.zeros((1, frames.shape[1]))
        self._sums = np.concatenate([none, np.cumsum(frames, axis=0, dtype=np.float64)])
        squares = np.square(frames, dtype=np.float64)
        self._squares = np.concatenate([none, np.cumsum(squares, axis=0)])

    def of_frames(self, chosen: npt.NDArray[np.intp]) -> Floats:
        """Return the embedding of some frames, by number."""
        frames = self.frames[chosen]
        mean, deviation = frames.mean(axis=0), frames.std(axis=0, ddof=1)
        embedding: Floats = self._teller.embeddings(mean[np.newaxis], deviation[np.newaxis])[0]
        return embedding

    def of_ranges(self, first: npt.NDArray[np.intp], last: npt.NDArray[np.intp]) -> Floats:
        """Return the embeddings of ranges of frames, each from the first to before the last."""
        counts = (last - first)[:, np.newaxis]
        means = (self._sums[last] - self._sums[first]) / counts
        squares = (self._squares[last] - self._squares[first]) / counts
        variances = np.maximum(squares - means**2, 0) * counts / np.maximum(counts - 1, 1)
        return self._teller.embeddings(
            means.astype(np.float32), np.sqrt(variances).astype(np.float32)
        )


def _stretch(
    number: int,
    voice: int,
    run: tuple[int, int],
    voices: npt.NDArray[np.int8],
    pooling: Pooling,
    speech: Floats,
) -> Stretch | None:
    """Return a stretch, None where it is too short to sound like anybody."""
    frames = np.arange(*run)
    alone = frames[voices[frames] == 1]
    seconds = len(alone) * FRAME_STEP
    judged = alone if seconds >= ALONE else frames
    times = FIRST_FRAME + (judged + 0.5) * FRAME_STEP
    chosen = np.unique((times * TIMBRE_RATE).astype(np.intp))
    chosen = chosen[chosen < len(pooling.frames)]
    if len(chosen) < LEAST_FRAMES:
        return None
    moments = _moments(number, run, pooling, speech)
    return Stretch(number, voice, *run, seconds, pooling.of_frames(chosen), moments)


def _moments(number: int, run: tuple[int, int], pooling: Pooling, speech: Floats) -> Moments | None:
    start, end = (FIRST_FRAME + frame * FRAME_STEP for frame in run)
    if end - start < SHORTEST_WITH_MOMENTS:
        return None
    times = np.arange(start + MOMENT_EDGE, end - MOMENT_EDGE, MOMENT_STEP)
    most = len(pooling.frames)
    last = (np.minimum(end, times + MOMENT / 2) * TIMBRE_RATE).astype(np.intp).clip(2, most)
    first = (np.maximum(start, times - MOMENT / 2) * TIMBRE_RATE).astype(np.intp)
    first = np.minimum(first, last - 2)
    edges = ((times - FIRST_FRAME) / FRAME_STEP).astype(np.intp)
    least = [1.0, *(float(speech[a : b + 1].min()) for a, b in pairwise(edges.tolist()))]
    return Moments(
        number * HOP + times,
        pooling.of_ranges(first, last).astype(np.float16),
        np.array(least, dtype=np.float32),
    )
