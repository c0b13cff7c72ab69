"""Small conversations for tests, of tones in the place of voices: those that `FakeVoices` tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tests.fakes import PITCHES
from tests.sounds import silence, tone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.voices import Floats

RATE = 16_000
FADED = 0.01  # seconds at both ends: what breaks off has every pitch


class Said(NamedTuple):
    """From when until when somebody speaks, in seconds, and which of the voices it is."""

    start: float
    end: float
    voice: int


def in_turn(*turns: tuple[int, float], pause: float = 0.0) -> tuple[Said, ...]:
    """Return turns (voice, seconds) one after the other, each after a pause."""
    said, now = [], 0.0
    for voice, seconds in turns:
        now += pause
        said.append(Said(now, now + seconds, voice))
        now += seconds
    return tuple(said)


def sound(said: Iterable[Said], seconds: float = 0.0) -> Floats:
    """Return what is said, with silence to at least a length: (n_samples,) float32."""
    turns = tuple(said)
    made = silence(max(seconds, *(each.end for each in turns)) if turns else seconds)
    for start, end, voice in turns:
        first = round(start * RATE)
        own = tone(end - start, hertz=PITCHES[voice], level=0.2)[: len(made) - first]
        place = np.arange(len(own))
        fade = np.minimum(1, np.minimum(place, len(own) - place) / (FADED * RATE))
        made[first : first + len(own)] += (fade * own).astype(np.float32)
    return made


def one_hot(voice: int) -> Floats:
    """Return what `FakeVoices` makes of a voice."""
    return np.asarray(np.eye(len(PITCHES), dtype=np.float32)[voice])
