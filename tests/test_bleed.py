"""What is only the other voice leaking through is cut out; a person's own voice never is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio import Audio
from pipeline.bleed import without_bleed
from pipeline.transcript import Span
from tests.sounds import silence, speech

if TYPE_CHECKING:
    from pipeline.transcribe import Voiced
    from tests.sounds import Samples

LEVEL = 0.1  # of full scale: somebody speaking


def cut(voiced: Voiced, *channels: Samples) -> Voiced:
    """Return what is left of voiced stretches of channels."""
    with Audio.from_samples(np.stack(channels, axis=1)) as audio:
        return without_bleed(audio, voiced)


def then(*parts: Samples) -> Samples:
    return np.concatenate(parts)


def leaked(sound: Samples, decibels: float) -> Samples:
    return np.asarray(sound * 10 ** (-decibels / 20), dtype=np.float32)


def close(found: tuple[Span, ...], wanted: list[tuple[float, float]]) -> bool:
    pairs = [(span.start, span.end) for span in found]
    return len(pairs) == len(wanted) and np.allclose(pairs, wanted, atol=0.35)


@pytest.mark.parametrize("decibels", [26, 30, 45])
def test_a_leak_is_nobodys_voice(decibels: float) -> None:
    first, second = speech(5, seed=1), speech(5, seed=2)
    everywhere = (Span(0, 10),)
    found = cut(
        {0: everywhere, 1: everywhere},
        then(first, leaked(second, decibels)),
        then(leaked(first, decibels), second),
    )
    assert close(found[0], [(0, 5)])
    assert close(found[1], [(5, 10)])


def test_two_who_speak_at_once_are_both_kept() -> None:
    both: Voiced = {0: (Span(0, 5),), 1: (Span(0, 5),)}
    found = cut(both, speech(5, seed=1), speech(5, seed=2))
    assert close(found[0], [(0, 5)])
    assert close(found[1], [(0, 5)])


def test_a_quiet_channel_is_measured_beside_its_own_loudness() -> None:
    """A headset 24 dB under the other is a quiet person, not a leak."""
    quiet = leaked(speech(4, seed=2), 24)
    voiced: Voiced = {0: (Span(0, 4),), 1: (Span(4, 8),)}
    found = cut(voiced, then(speech(4, seed=1), silence(4)), then(silence(4), quiet))
    assert close(found[1], [(4, 8)])


def test_a_word_thrown_in_against_loud_speech_is_kept() -> None:
    own = then(silence(3), leaked(speech(0.8, seed=2), 8), silence(0.2), speech(4, seed=3))
    loud = then(speech(4, seed=1), silence(4))
    found = cut({0: (Span(0, 4),), 1: (Span(3, 3.8), Span(4, 8))}, loud, own)
    assert close(found[1], [(3, 3.8), (4, 8)])


def test_a_stretch_that_begins_with_a_leak_is_cut_where_the_own_voice_begins() -> None:
    first, second = speech(4, seed=1), speech(4, seed=2)
    voiced: Voiced = {0: (Span(0, 4),), 1: (Span(1, 8),)}
    found = cut(voiced, then(first, silence(4)), then(leaked(first, 32), second))
    assert close(found[1], [(4, 8)])


@pytest.mark.parametrize(
    "voiced",
    [
        {None: (Span(0, 2),)},
        {0: (Span(0, 2),)},
        {0: (Span(0, 2),), 1: ()},
        {0: (), 1: ()},
    ],
)
def test_where_there_is_one_voice_nothing_is_cut(voiced: Voiced) -> None:
    assert cut(voiced, speech(2, seed=1), silence(2)) == voiced


def test_more_than_two_channels_are_looked_at_together() -> None:
    voices = [speech(3, seed=seed) for seed in range(3)]
    channels = [
        then(*(voice if place == own else leaked(voice, 35) for place, voice in enumerate(voices)))
        for own in range(3)
    ]
    found = cut(dict.fromkeys(range(3), (Span(0, 9),)), *channels)
    assert all(close(found[own], [(3 * own, 3 * own + 3)]) for own in range(3))
