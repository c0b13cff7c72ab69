"""The voice detector: how it is asked, what it says of itself, and that it tells voice from hum."""

from __future__ import annotations

from dataclasses import fields
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import faster_whisper.vad
import numpy as np
import pytest

from models.vad import Silero, SileroOptions
from pipeline.transcript import Span
from tests.sounds import noise, silence, tone

if TYPE_CHECKING:
    from models.recogniser import Samples

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


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Take down what Silero is asked; answer with one stretch of 1 to 2.5 s."""
    seen: list[Any] = []

    def answer(samples: Samples, options: Any) -> list[dict[str, int]]:
        seen.append(options)
        return [{"start": 16_000, "end": 40_000}]

    monkeypatch.setattr(faster_whisper.vad, "get_speech_timestamps", answer)
    return seen


def test_answers_come_in_seconds(asked: list[Any]) -> None:
    assert Silero().voiced(silence(3)) == (Span(1.0, 2.5),)
    assert len(asked) == 1


def test_options_are_told_in_the_units_of_the_detector(asked: list[Any]) -> None:
    Silero(SileroOptions(0.4, 0.25, 0.15, 0.1, 12.0)).voiced(silence(3))
    (options,) = asked
    assert options.threshold == 0.4
    assert options.min_silence_duration_ms == 250
    assert options.min_speech_duration_ms == 150
    assert options.speech_pad_ms == 100
    assert options.max_speech_duration_s == 12.0


def test_it_says_how_it_was_set() -> None:
    made = Silero(SileroOptions(threshold=0.4)).made
    assert (made.engine, made.version) == (
        "silero-vad",
        f"faster-whisper {version('faster-whisper')}",
    )
    assert dict(made.options)["threshold"] == "0.4"
    assert {name for name, _ in made.options} == {each.name for each in fields(SileroOptions)}


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
    assert Silero().voiced(sound) == ()


def test_a_voice_is_heard_where_it_is() -> None:
    sound = np.concatenate([silence(2), vowels(2), silence(2), vowels(1.5), silence(2)])
    found = Silero().voiced(sound)
    assert [round(span.start) for span in found] == [2, 6]
    assert [span.end for span in found] == pytest.approx([4, 7.5], abs=0.7)


def test_a_short_silence_is_bridged_and_a_longer_one_is_not() -> None:
    sound = np.concatenate([silence(1), vowels(2), silence(0.8), vowels(2), silence(1)])
    assert len(Silero(SileroOptions(shortest_silence=0.3)).voiced(sound)) == 2
    assert len(Silero(SileroOptions(shortest_silence=1.5)).voiced(sound)) == 1


def test_what_is_found_lies_within_the_sound() -> None:
    (span,) = Silero().voiced(vowels(3))
    assert span.start == 0
    assert span.end <= 3
