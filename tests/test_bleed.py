"""What is only the other voice leaking through is cut out; a person's own voice never is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio import Audio
from pipeline.bleed import without_bleed
from pipeline.transcript import Span
from pipeline.voice import Voice
from tests.sounds import silence, speech

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.sounds import Samples


def voice(channel: int | None, *spans: tuple[float, float]) -> Voice:
    """Return a voice that is heard throughout its regions."""
    regions = tuple(Span(*span) for span in spans)
    return Voice(channel, regions, regions, regions)


def cut(voices: Sequence[Voice], *channels: Samples) -> tuple[Voice, ...]:
    """Return what is left of the voices of channels."""
    with Audio.from_samples(np.stack(channels, axis=1)) as audio:
        return without_bleed(audio, voices)


def then(*parts: Samples) -> Samples:
    return np.concatenate(parts)


def leaked(sound: Samples, decibels: float) -> Samples:
    return np.asarray(sound * 10 ** (-decibels / 20), dtype=np.float32)


def close(found: Voice, wanted: list[tuple[float, float]]) -> bool:
    pairs = [(span.start, span.end) for span in found.regions]
    return len(pairs) == len(wanted) and np.allclose(pairs, wanted, atol=0.35)


@pytest.mark.parametrize("decibels", [26, 30, 45])
def test_a_leak_is_nobodys_voice(decibels: float) -> None:
    first, second = speech(5, seed=1), speech(5, seed=2)
    found = cut(
        [voice(0, (0, 10)), voice(1, (0, 10))],
        then(first, leaked(second, decibels)),
        then(leaked(first, decibels), second),
    )
    assert close(found[0], [(0, 5)])
    assert close(found[1], [(5, 10)])


def test_two_who_speak_at_once_are_both_kept() -> None:
    found = cut([voice(0, (0, 5)), voice(1, (0, 5))], speech(5, seed=1), speech(5, seed=2))
    assert close(found[0], [(0, 5)])
    assert close(found[1], [(0, 5)])


def test_a_quiet_channel_is_measured_beside_its_own_loudness() -> None:
    """A headset 24 dB under the other is a quiet person, not a leak."""
    quiet = leaked(speech(4, seed=2), 24)
    voices = [voice(0, (0, 4)), voice(1, (4, 8))]
    found = cut(voices, then(speech(4, seed=1), silence(4)), then(silence(4), quiet))
    assert close(found[1], [(4, 8)])


def test_a_word_thrown_in_against_loud_speech_is_kept() -> None:
    own = then(silence(3), leaked(speech(0.8, seed=2), 8), silence(0.2), speech(4, seed=3))
    loud = then(speech(4, seed=1), silence(4))
    found = cut([voice(0, (0, 4)), voice(1, (3, 3.8), (4, 8))], loud, own)
    assert close(found[1], [(3, 3.8), (4, 8)])


def test_a_stretch_that_begins_with_a_leak_is_cut_where_the_own_voice_begins() -> None:
    first, second = speech(4, seed=1), speech(4, seed=2)
    voices = [voice(0, (0, 4)), voice(1, (1, 8))]
    found = cut(voices, then(first, silence(4)), then(leaked(first, 32), second))
    assert close(found[1], [(4, 8)])


@pytest.mark.parametrize(
    "voices",
    [
        pytest.param((), id="nothing is heard"),
        pytest.param((voice(None, (0, 2)),), id="a mix"),
        pytest.param((voice(0, (0, 2)),), id="one channel"),
        pytest.param((voice(0, (0, 2)), voice(1)), id="one speaks"),
        pytest.param((voice(0), voice(1)), id="nobody speaks"),
        pytest.param((voice(None, (0, 2)), voice(0, (0, 2)), voice(1)), id="a mix, and one speaks"),
    ],
)
def test_where_there_is_one_voice_nothing_is_cut(voices: tuple[Voice, ...]) -> None:
    assert cut(voices, speech(2, seed=1), silence(2)) == voices


def test_utterances_are_cut_with_the_regions_that_they_are_in() -> None:
    first, second = speech(4, seed=1), speech(4, seed=2)
    leaked_too = tuple(Span(*span) for span in ((1, 2), (3, 5), (6, 7)))
    heard = Voice(1, leaked_too, leaked_too[1:], (Span(0.7, 7.3),))
    voices = [voice(0, (0, 4)), heard]
    found = cut(voices, then(first, silence(4)), then(leaked(first, 32), second))[1]
    (region,) = found.regions
    assert (region.start, region.end) == pytest.approx((4, 7.3), abs=0.35)
    assert found.utterances == found.clear == (Span(region.start, 5), Span(6, 7))


def test_a_mix_beside_channels_heard_apart_stays_as_it_is() -> None:
    first, second = speech(5, seed=1), speech(5, seed=2)
    voices = (voice(1, (0, 10)), voice(None, (0, 10)), voice(0, (0, 10)))
    found = cut(voices, then(first, leaked(second, 30)), then(leaked(first, 30), second))
    assert [each.channel for each in found] == [1, None, 0]
    assert close(found[0], [(5, 10)])
    assert found[1] == voices[1]
    assert close(found[2], [(0, 5)])


def test_more_than_two_channels_are_looked_at_together() -> None:
    sounds = [speech(3, seed=seed) for seed in range(3)]
    channels = [
        then(*(sound if place == own else leaked(sound, 35) for place, sound in enumerate(sounds)))
        for own in range(3)
    ]
    found = cut([voice(own, (0, 9)) for own in range(3)], *channels)
    assert all(close(found[own], [(3 * own, 3 * own + 3)]) for own in range(3))
