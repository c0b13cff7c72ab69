"""The voice detector: its rule against Silero's own, and that it tells voice from hum."""

from __future__ import annotations

from dataclasses import fields
from importlib.metadata import version
from itertools import pairwise
from typing import TYPE_CHECKING
from unittest import mock

import faster_whisper.vad
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vad import FRAME, RATE, Silero, SileroOptions, Sounding, spans_above
from pipeline.transcript import Span
from tests.sounds import noise, silence, tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.recogniser import Samples

STEP = FRAME / RATE  # seconds
LATE = 0.3  # seconds: what Silero's memory of some frames costs at an edge
PITCH = 120  # Hz
VOWEL = 0.25  # seconds of each syllable that sound
FORMANTS = ((730, 90), (1090, 110), (2440, 170))  # Hz, and their widths: an "ah"


def vowels(seconds: float) -> Samples:
    """Return something that a vocal tract could make: pulses through formants, by syllables."""
    rate = 16_000
    time = np.arange(round(seconds * rate)) / rate
    glide = PITCH * (1 + 0.15 * np.sin(2 * np.pi * 1.7 * time))
    pulses = np.diff(np.floor(np.cumsum(glide) / rate), prepend=0.0)
    spectrum = np.fft.rfft(pulses)
    hertz = np.fft.rfftfreq(len(pulses), 1 / rate)
    gain = sum(1 / (1 + ((hertz - centre) / width) ** 2) for centre, width in FORMANTS)
    voice = np.fft.irfft(spectrum * gain, len(pulses)) * (time % (VOWEL + 0.1) < VOWEL)
    return np.asarray(0.3 * voice / np.abs(voice).max(), dtype=np.float32)


# The rule


def spans(frames: Sequence[float], threshold: float = 0.5, pause: float = 0.2) -> list[Span]:
    """Return the spans above a threshold, in frames in place of seconds."""
    found = spans_above(threshold, frames, pause, len(frames) * STEP)
    return [Span(round(each.start / STEP), round(each.end / STEP)) for each in found]


@pytest.mark.parametrize(
    ("frames", "found"),
    [
        pytest.param([], [], id="nothing to hear"),
        pytest.param([0.1] * 20, [], id="no voice"),
        pytest.param([0.0] * 3 + [0.9] * 5 + [0.0] * 10, [Span(3, 8)], id="one utterance"),
        pytest.param([0.9] * 5, [Span(0, 5)], id="from edge to edge"),
        pytest.param([0.5] + [0.0] * 10, [Span(0, 1)], id="the threshold itself is voice"),
        pytest.param([0.9] + [0.36] * 20 + [0.0] * 10, [Span(0, 21)], id="it goes on lower"),
        pytest.param([0.36] * 20, [], id="it does not begin there"),
        pytest.param([0.9] + [0.0] * 6 + [0.9], [Span(0, 8)], id="a short pause is bridged"),
        pytest.param(
            [0.9] + [0.0] * 8 + [0.9], [Span(0, 1), Span(9, 10)], id="a longer one is not"
        ),
        pytest.param(
            [0.9] + [0.0] * 4 + [0.9] + [0.0] * 4 + [0.9], [Span(0, 11)], id="two short pauses"
        ),
        pytest.param([0.9] + [0.0] * 3, [Span(0, 4)], id="a short pause at the end is bridged"),
    ],
)
def test_voice_lasts_until_it_stays_away(frames: list[float], found: list[Span]) -> None:
    assert spans(frames) == found


def test_a_low_threshold_is_left_below_a_hundredth() -> None:
    assert spans([0.1] + [0.02] * 20 + [0.0] * 10, threshold=0.1) == [Span(0, 21)]
    assert spans([0.1] + [0.009] * 20, threshold=0.1) == [Span(0, 1)]


def probabilities() -> st.SearchStrategy[list[float]]:
    """Make what a detector may say of frames: runs of voice, of doubt and of silence."""
    level = st.sampled_from([0.0, 0.02, 0.1, 0.2, 0.3, 0.36, 0.5, 0.7, 1.0])
    runs = st.lists(st.tuples(level, st.integers(1, 12)), max_size=20)
    return runs.map(lambda each: [level for level, count in each for _ in range(count)])


@given(probabilities(), st.integers(0, FRAME - 1), st.sampled_from([0.1, 0.2, 0.5]))
def test_utterances_are_those_of_sileros_own_rule(
    frames: list[float], more: int, pause: float
) -> None:
    samples = np.zeros(len(frames) * FRAME + more, dtype=np.float32)
    said = np.array([*frames, 0.0], dtype=np.float64)

    def model(padded: NDArray[np.float32]) -> NDArray[np.float64]:
        assert len(padded) == len(said) * FRAME
        return said

    with mock.patch.object(faster_whisper.vad, "get_vad_model", return_value=model):
        sounding = Silero(SileroOptions(0.2, 0.5, pause)).voiced(samples)
        assert sounding == Sounding(*(silero(samples, each, pause) for each in (0.2, 0.5)))


def silero(samples: Samples, threshold: float, pause: float) -> tuple[Span, ...]:
    """Return the utterances that faster-whisper's own code finds, with nothing added to them."""
    options = faster_whisper.vad.VadOptions(
        threshold=threshold,
        min_speech_duration_ms=0,
        min_silence_duration_ms=round(1000 * pause),
        speech_pad_ms=0,
    )
    found = faster_whisper.vad.get_speech_timestamps(samples, options)
    return tuple(Span(each["start"] / RATE, each["end"] / RATE) for each in found)


@given(probabilities())
def test_utterances_are_in_order_and_within_the_sound(frames: list[float]) -> None:
    found = list(spans_above(0.5, frames, 0.2, len(frames) * STEP))
    assert all(0 <= span.start < span.end <= len(frames) * STEP for span in found)
    assert all(after.start - before.end >= 0.2 for before, after in pairwise(found))


# What it is


def test_it_says_how_it_was_set() -> None:
    made = Silero(SileroOptions(faint=0.4)).made
    assert (made.engine, made.version) == (
        "silero-vad",
        f"faster-whisper {version('faster-whisper')}",
    )
    assert dict(made.options)["faint"] == "0.4"
    assert {name for name, _ in made.options} == {each.name for each in fields(SileroOptions)}


# What it hears


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(silence(4), id="silence"),
        pytest.param(tone(4, hertz=100), id="hum"),
        pytest.param(tone(4, hertz=1000), id="a test tone"),
        pytest.param(noise(4), id="noise"),
        pytest.param(silence(0), id="nothing at all"),
        pytest.param(silence(0.01), id="less than it hears at once"),
    ],
)
def test_what_is_no_voice_is_not_heard_as_one(sound: Samples) -> None:
    assert Silero().voiced(sound) == Sounding((), ())


def test_a_voice_is_heard_where_it_is() -> None:
    sound = np.concatenate([silence(2), vowels(2), silence(2), vowels(1.5), silence(2)])
    found = Silero().voiced(sound).faint
    assert [span.start for span in found] == pytest.approx([2, 6], abs=LATE)
    assert [span.end for span in found] == pytest.approx([4, 7.5], abs=LATE)


def test_what_is_clear_is_a_part_of_what_is_faint() -> None:
    sound = np.concatenate([silence(2), vowels(2), silence(2), vowels(1.5), silence(2)])
    found = Silero().voiced(sound)
    assert found.clear
    for clear in found.clear:
        assert any(faint.start <= clear.start < clear.end <= faint.end for faint in found.faint)


def test_voices_are_found_where_sileros_own_code_finds_them() -> None:
    sound = np.concatenate([vowels(3), noise(1), vowels(1), silence(1.5), vowels(2)])
    found = Silero().voiced(sound)
    assert found == Sounding(silero(sound, 0.2, 0.2), silero(sound, 0.5, 0.2))
    assert len(found.faint) > 1


def test_a_short_silence_is_bridged_and_a_longer_one_is_not() -> None:
    sound = np.concatenate([silence(1), vowels(2), silence(0.8), vowels(2), silence(1)])
    assert len(Silero(SileroOptions(shortest_silence=0.3)).voiced(sound).faint) == 2
    assert len(Silero(SileroOptions(shortest_silence=1.5)).voiced(sound).faint) == 1


def test_what_is_found_lies_within_the_sound() -> None:
    (span,) = Silero().voiced(vowels(3)).faint
    assert span.start == 0
    assert span.end <= 3
