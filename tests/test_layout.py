"""What channels are: calls with a channel each, one signal twice, rooms, and silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio import Audio
from pipeline.channels.layout import FRAME, FrameLevels, frame_levels, layout_of, layout_of_levels
from pipeline.recording import Layout
from tests.sounds import by_turns, columns, noise, silence, speech, tone

if TYPE_CHECKING:
    from tests.sounds import Samples

SECONDS = 20.0


def layout(*channels: Samples) -> Layout:
    """Return the layout of channels as they come from a decoded file."""
    with Audio.from_samples(columns(*channels)) as audio:
        return layout_of(audio)


def quieter(level: float, sound: Samples) -> Samples:
    """Return a sound at another level, upside down if that is negative."""
    return np.asarray(level * sound, dtype=np.float32)


def delayed(sound: Samples, samples: int) -> Samples:
    """Return a sound as a microphone further away hears it."""
    return np.concatenate([np.zeros(samples, np.float32), sound[:-samples]])


@pytest.mark.parametrize("leak", [0.0, 0.01, 0.1, 0.3])
def test_two_people_with_a_channel_each_are_told_apart_even_if_they_leak(leak: float) -> None:
    assert layout(*by_turns(SECONDS, leak=leak)) is Layout.CHANNEL_PER_SPEAKER


@pytest.mark.parametrize("hiss", [0.0001, 0.001])
def test_hiss_in_both_channels_does_not_hide_that_they_take_turns(hiss: float) -> None:
    first, second = by_turns(SECONDS)
    heard = first + noise(SECONDS, level=hiss, seed=1), second + noise(SECONDS, level=hiss, seed=2)
    assert layout(*heard) is Layout.CHANNEL_PER_SPEAKER


@pytest.mark.parametrize("level", [0.1, 0.03])
def test_people_of_unequal_loudness_still_have_a_channel_each(level: float) -> None:
    first, second = by_turns(SECONDS, leak=0.0)
    assert layout(first, quieter(level, second)) is Layout.CHANNEL_PER_SPEAKER


def test_people_who_mostly_talk_over_each_other_still_have_a_channel_each() -> None:
    assert layout(speech(60.0, seed=1), speech(60.0, seed=2)) is Layout.CHANNEL_PER_SPEAKER


def test_three_people_with_a_channel_each() -> None:
    time = np.arange(round(SECONDS * 16_000)) / 16_000
    channels = [
        np.where((time // 2) % 3 == number, speech(SECONDS, seed=number), 0).astype(np.float32)
        for number in range(3)
    ]
    assert layout(*channels) is Layout.CHANNEL_PER_SPEAKER
    assert layout(*channels, silence(SECONDS)) is Layout.CHANNEL_PER_SPEAKER


@pytest.mark.parametrize("level", [1.0, 0.7, 0.25, 0.05, -1.0, -0.5])
def test_one_signal_twice_is_dual_mono_at_any_level_and_phase(level: float) -> None:
    sound = speech(SECONDS)
    assert layout(sound, quieter(level, sound)) is Layout.DUAL_MONO
    assert layout(quieter(level, sound), sound) is Layout.DUAL_MONO


def test_one_signal_twice_with_its_own_hiss_each_is_dual_mono() -> None:
    sound = speech(SECONDS)
    hiss = noise(SECONDS, level=0.002, seed=1), noise(SECONDS, level=0.002, seed=2)
    assert layout(sound + hiss[0], sound + hiss[1]) is Layout.DUAL_MONO


def test_one_signal_in_all_of_four_channels_is_dual_mono_and_so_is_one_left_silent() -> None:
    sound = speech(SECONDS)
    assert layout(sound, sound, sound, sound) is Layout.DUAL_MONO
    assert layout(sound, sound, silence(SECONDS)) is Layout.DUAL_MONO


def test_two_channels_alike_do_not_hide_what_is_said_in_a_third() -> None:
    first, second = speech(SECONDS, seed=1), speech(SECONDS, seed=2)
    mixed = layout(first, first, second, second)
    assert mixed is not Layout.DUAL_MONO  # only the first channel of which would be heard


def test_a_signal_twice_behind_a_silent_channel_is_not_taken_from_the_silent_one() -> None:
    sound = speech(SECONDS)
    assert layout(silence(SECONDS), sound, sound) is Layout.ROOM


@pytest.mark.parametrize("hiss", [0.0, 0.00001])
def test_a_silent_channel_leaves_one(hiss: float) -> None:
    sound, nothing = speech(SECONDS), noise(SECONDS, level=hiss)
    assert layout(sound, nothing) is Layout.MONO
    assert layout(nothing, sound) is Layout.MONO


def test_two_microphones_in_a_room_are_a_room() -> None:
    first, second = by_turns(SECONDS, leak=0.0)
    left = first + quieter(0.8, delayed(second, 24))
    right = quieter(0.8, delayed(first, 24)) + second
    assert layout(left, right) is Layout.ROOM


def test_one_channel_is_one_whatever_is_in_it() -> None:
    for sound in (speech(1.0), silence(1.0), silence(0.0)):
        with Audio.from_samples(sound.reshape(-1, 1)) as audio:
            assert layout_of(audio) is Layout.MONO


@pytest.mark.parametrize("channels", [2, 3, 6])
def test_silence_in_all_channels_is_one(channels: int) -> None:
    assert layout(*[silence(5.0)] * channels) is Layout.MONO


@pytest.mark.parametrize("samples", [0, 1, FRAME - 1])
def test_what_is_too_short_to_tell_is_one(samples: int) -> None:
    assert layout(*[tone(1.0)[:samples]] * 2) is Layout.MONO


@pytest.mark.parametrize(
    ("decibels", "expected"),
    [
        # one channel leads by 7 dB, by turns
        ([[-20, -27], [-27, -20]], Layout.CHANNEL_PER_SPEAKER),
        # by 5 dB only
        ([[-20, -25], [-25, -20]], Layout.ROOM),
        # by 7 dB, always the same
        ([[-20, -27], [-20, -27]], Layout.ROOM),
        # by 7 dB in half of the frames
        ([[-20, -27], [-27, -20], [-20, -20], [-20, -20]], Layout.ROOM),
        # frames far below the loudest are nobody's
        ([[-20, -20], [-20, -20], [-60, -99], [-99, -60], [-60, -99]], Layout.ROOM),
    ],
)
def test_channels_are_peoples_where_they_lead_by_turns(
    decibels: list[list[float]], expected: Layout
) -> None:
    power = 10 ** (np.repeat(np.array(decibels, dtype=float), 20, axis=0) / 10)
    assert layout_of_levels(FrameLevels(power, np.zeros_like(power))) is expected


def test_levels_are_mean_squares_of_20_ms_and_what_a_channel_shares_with_the_first() -> None:
    blocks = [np.tile(np.array([[16_384, -8_192]], dtype=np.int16), (2 * FRAME, 1))] * 3
    levels = frame_levels(blocks, 2)
    assert levels.power.shape == levels.shared.shape == (6, 2)
    assert np.allclose(levels.power, [0.25, 0.0625])
    assert np.allclose(levels.shared, [0.25, -0.125])


def test_levels_of_nothing_are_no_frames() -> None:
    levels = frame_levels([], 3)
    assert levels.power.shape == levels.shared.shape == (0, 3)


@pytest.mark.parametrize("minutes", [1, 5])
def test_a_long_silence_around_a_short_call_hides_nobody(minutes: int) -> None:
    quiet = noise(60 * minutes, level=1e-4)
    first, second = by_turns(16)
    channels = [np.concatenate([quiet, voice, quiet[::-1]]) for voice in (first, second)]
    assert layout(*channels) is Layout.CHANNEL_PER_SPEAKER


def test_a_click_is_not_the_level_of_a_call() -> None:
    first, second = (0.02 * voice for voice in by_turns(40))
    first[16_000] = 1.0
    assert layout(first, second) is Layout.CHANNEL_PER_SPEAKER


@pytest.mark.parametrize("level", [0.1, 0.03, 0.01])
@pytest.mark.parametrize("hiss", [0.0, 0.0002])
def test_a_party_that_is_far_quieter_still_has_a_channel(level: float, hiss: float) -> None:
    first, second = by_turns(SECONDS, leak=0.0)
    heard = first + noise(SECONDS, level=hiss, seed=1), quieter(level, second)
    assert layout(*heard) is Layout.CHANNEL_PER_SPEAKER
    assert layout(*heard[::-1]) is Layout.CHANNEL_PER_SPEAKER


def test_a_noisy_line_does_not_hide_that_people_take_turns() -> None:
    """Noise 20 dB under the voices, in which nobody leads while nobody speaks."""
    first, second = by_turns(SECONDS, leak=0.0)
    pause = silence(SECONDS)
    heard = [
        np.concatenate([voice, pause]) + noise(2 * SECONDS, level=0.01, seed=seed)
        for seed, voice in enumerate((first, second))
    ]
    assert layout(*heard) is Layout.CHANNEL_PER_SPEAKER


@pytest.mark.parametrize("hiss", [0.0001, 0.001, 0.005])
def test_a_channel_of_nothing_but_hiss_is_a_silent_one(hiss: float) -> None:
    sound, nothing = speech(SECONDS), noise(SECONDS, level=hiss)
    assert layout(sound, nothing) is Layout.MONO
    assert layout(nothing, sound) is Layout.MONO


@pytest.mark.parametrize("samples", [1, 8, 80, 320])
@pytest.mark.parametrize("level", [1.0, 0.3])
def test_one_signal_that_comes_a_little_later_in_one_channel_is_dual_mono(
    samples: int, level: float
) -> None:
    sound = speech(SECONDS)
    assert layout(sound, quieter(level, delayed(sound, samples))) is Layout.DUAL_MONO


def test_one_signal_is_not_heard_from_a_channel_that_has_it_faintly() -> None:
    sound = speech(SECONDS)
    assert layout(quieter(0.1, delayed(sound, 80)), sound) is not Layout.DUAL_MONO


@pytest.mark.parametrize("seconds", [2.0, 6.0])
def test_who_speaks_seldom_is_not_taken_for_a_copy(seconds: float) -> None:
    """All but the end of the second channel is a leak of the first."""
    first = np.concatenate([speech(120, seed=1), silence(seconds)])
    seldom = np.concatenate([silence(120), speech(seconds, seed=2)])
    second = seldom + quieter(0.3, delayed(first, 80))
    assert layout(first, second) is not Layout.DUAL_MONO
