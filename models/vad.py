"""Where somebody speaks: the Silero voice activity detector, as faster-whisper ships it (MIT)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol

import numpy as np

from pipeline.transcript import Made, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.recogniser import Samples

RATE = 16_000
FRAME = 512  # samples that Silero hears at once: 32 ms
RELEASE = 0.15
LEAST_RELEASE = 0.01


@dataclass(frozen=True, slots=True)
class Sounding:
    """Where a voice may be heard, and where it surely is: without pauses, each in order."""

    faint: tuple[Span, ...]
    clear: tuple[Span, ...]


class VoiceDetector(Protocol):
    """Samples in, voiced stretches out."""

    @property
    def made(self) -> Made:
        """Engine, version and options."""
        ...

    def voiced(self, samples: Samples) -> Sounding:
        """Return where somebody speaks.

        samples : (n_samples,) float32 in [-1, 1], mono, 16 kHz.
        """
        ...


@dataclass(frozen=True, slots=True)
class SileroOptions:
    """How voice is told from the rest.

    `faint` and `clear` are probabilities; `shortest_silence` is the seconds for which it must stay
    away to part two utterances.
    """

    faint: float = 0.2  # at 0.5 a quarter of one telephone voice was missed: WER 39 against 17
    clear: float = 0.5  # begins and ends within 70 ms of where people do, 0.2 up to 250 ms late
    shortest_silence: float = 0.2


class Silero:
    """Silero VAD 6 through onnxruntime."""

    def __init__(self, options: SileroOptions | None = None) -> None:
        self._options = options or SileroOptions()
        self._loading = threading.Lock()

    @property
    def made(self) -> Made:
        """Engine, version and options."""
        options = self._options
        said = tuple((name, str(getattr(options, name))) for name in options.__slots__)
        return Made("silero-vad", f"faster-whisper {version('faster-whisper')}", options=said)

    def voiced(self, samples: Samples) -> Sounding:
        """Return where somebody speaks."""
        from faster_whisper.vad import get_vad_model

        with self._loading:  # by one thread, for all
            model = get_vad_model()
        padded = np.pad(samples, (0, FRAME - len(samples) % FRAME))
        probabilities = np.ravel(model(padded)).tolist()
        duration, silence = len(samples) / RATE, self._options.shortest_silence
        return Sounding(
            tuple(spans_above(self._options.faint, probabilities, silence, duration)),
            tuple(spans_above(self._options.clear, probabilities, silence, duration)),
        )


def spans_above(
    threshold: float, probabilities: Iterable[float], silence: float, duration: float
) -> Iterator[Span]:
    """Yield where voice begins at a threshold and lasts until it stays below for `silence`.

    The rule is Silero's own: once begun, it goes on down to `RELEASE` under the threshold.
    """
    release = max(threshold - RELEASE, LEAST_RELEASE)
    start = end = None
    for number, probability in enumerate(probabilities):
        time = number * FRAME / RATE
        if probability >= threshold:
            start, end = (time if start is None else start), None
        elif probability < release and start is not None:
            end = time if end is None else end
            if time - end >= silence:
                yield Span(start, end)
                start = end = None
    if start is not None and start < duration:
        yield Span(start, duration)
