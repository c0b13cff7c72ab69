"""A copy is found at its delay and level; two voices are not alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio import Audio
from pipeline.channels.alike import LONGEST_LAG, NOTHING_ALIKE, Likeness, likeness
from tests.sounds import columns, noise, silence, speech

if TYPE_CHECKING:
    from tests.sounds import Samples

SECONDS = 12.0
STARTS = (0.0, 4.0, 8.0)


def later(sound: Samples, seconds: float) -> Samples:
    """Return a sound that begins later, or earlier if that is negative."""
    moved = np.roll(sound, round(seconds * 16_000))
    return np.asarray(moved, dtype=np.float32)


def alike(first: Samples, second: Samples, starts: tuple[float, ...] = STARTS) -> Likeness:
    with Audio.from_samples(columns(first, second)) as audio:
        return likeness(audio, 0, 1, starts)


@pytest.mark.parametrize("lag", [0.0, 0.01, 0.06, 0.12, -0.05])
@pytest.mark.parametrize("decibels", [-10.0, -20.0, -30.0])
def test_a_copy_is_found_at_its_delay_and_level(lag: float, decibels: float) -> None:
    sound = speech(SECONDS)
    copy = later(sound * 10 ** (decibels / 20), lag) + noise(SECONDS, level=1e-4, seed=9)
    found = alike(sound, copy)
    assert found.lag == pytest.approx(lag, abs=0.001)
    assert 20 * np.log10(found.gain) == pytest.approx(decibels, abs=1.0)
    assert found.correlation > 0.85


def test_a_copy_beneath_a_voice_has_its_own_level() -> None:
    sound, voice = speech(SECONDS, seed=1), speech(SECONDS, seed=2)
    both = np.asarray(voice + 0.3 * later(sound, 0.05), dtype=np.float32)
    found = alike(sound, both)
    assert found.lag == pytest.approx(0.05, abs=0.001)
    assert found.gain == pytest.approx(0.3, abs=0.1)


def test_a_copy_upside_down_is_a_copy() -> None:
    sound = speech(SECONDS)
    assert alike(sound, -sound).correlation == pytest.approx(1.0, abs=0.01)


def test_two_voices_are_not_alike() -> None:
    assert alike(speech(60.0, seed=1), speech(60.0, seed=2)).correlation < 0.25


def test_what_comes_too_late_is_not_looked_for() -> None:
    sound = noise(SECONDS)
    assert alike(sound, later(sound, LONGEST_LAG + 0.1)).correlation < 0.1


@pytest.mark.parametrize("starts", [(), (0.0,), (50.0,)])
def test_in_silence_nothing_is_alike(starts: tuple[float, ...]) -> None:
    quiet = silence(SECONDS)
    assert alike(quiet, quiet, starts) == NOTHING_ALIKE
    assert alike(speech(SECONDS), quiet, starts) == NOTHING_ALIKE
