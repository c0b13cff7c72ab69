"""What is only the other voice leaking through is cut out; a person's own voice never is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio import Audio
from pipeline.channels.bleed import copied, without_bleed
from pipeline.channels.layout import frame_levels
from pipeline.hearing.voice import Voice
from pipeline.transcript import Span
from tests.sounds import silence, speech

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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


# --- copies, told by the sound ----------------------------------------------------------------


def later(sound: Samples, seconds: float) -> Samples:
    """Return a sound that begins later."""
    moved = round(seconds * 16_000)
    return np.concatenate([silence(seconds), sound[: len(sound) - moved]])


@pytest.mark.parametrize("decibels", [10, 15, 20, 25, 30])
@pytest.mark.parametrize("delay", [0.0, 0.06, 0.12])
def test_a_copy_goes_however_loud_it_is(decibels: float, delay: float) -> None:
    first, second = then(speech(10, seed=1), silence(10)), then(silence(10), speech(10, seed=2))
    found = cut(
        [voice(0, (0, 20)), voice(1, (0, 20))],
        first + leaked(later(second, delay), decibels),
        second + leaked(later(first, delay), decibels),
    )
    assert close(found[0], [(0, 10)])
    assert close(found[1], [(10, 20)])


def test_a_copy_that_is_louder_than_the_channels_own_voice_goes_and_that_stays() -> None:
    """One party is 20 dB quieter, and hears the other 15 dB down."""
    loud, quiet = speech(10, seed=1), leaked(speech(10, seed=2), 20)
    found = cut(
        [voice(0, (0, 10)), voice(1, (0, 20))],
        then(loud, silence(10)),
        then(leaked(loud, 15), quiet),
    )
    assert close(found[0], [(0, 10)])
    assert close(found[1], [(10, 20)])


def test_a_word_thrown_in_over_a_copy_is_kept() -> None:
    loud, word = speech(20, seed=1), leaked(speech(0.8, seed=2), 6)
    own = then(silence(12), word, silence(7.2))
    found = cut(
        [voice(0, (0, 20)), voice(1, (0, 30))],
        then(loud, silence(10)),
        then(leaked(loud, 18) + own, speech(10, seed=3)),
    )
    assert close(found[1], [(12, 12.8), (20, 30)])


@pytest.mark.parametrize("quieter", [0, 10, 18])
def test_two_voices_at_once_are_no_copies(quieter: float) -> None:
    sounds = speech(20, seed=1), leaked(speech(20, seed=2), quieter)
    with Audio.from_samples(np.stack(sounds, axis=1)) as audio:
        levels = smoothed(audio)
        assert not copied(audio, levels, (0, 1)).any()


def smoothed(audio: Audio) -> NDArray[np.float64]:
    return 10 * np.log10(frame_levels(audio.blocks(), audio.channels).power + 1e-12)


def test_the_own_voice_of_either_is_not_the_others_copy() -> None:
    first, second = then(speech(10, seed=1), silence(10)), then(silence(10), speech(10, seed=2))
    sounds = first + leaked(second, 15), second + leaked(first, 15)
    with Audio.from_samples(np.stack(sounds, axis=1)) as audio:
        found = copied(audio, smoothed(audio), (0, 1))
    spoken = smoothed_power(first) > -30
    assert not found[spoken, 0].any()
    assert found[spoken, 1].all()


def smoothed_power(sound: Samples) -> NDArray[np.float64]:
    with Audio.from_samples(sound) as audio:
        return smoothed(audio)[:, 0]
