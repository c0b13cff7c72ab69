"""Sound in which nobody speaks: what lies between the words of a call, and before the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.recogniser import Samples

    Kind = Callable[[float, np.random.Generator], Samples]

PIECE = 60.0  # seconds of each kind at a time
ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)  # Hz: the two tones of a telephone's keys

# Level, and the frequencies in Hz between which it lies: the formants of a far voice.
BABBLE = ((0.02, 150, 400), (0.012, 400, 900), (0.006, 900, 1800), (0.003, 1800, 3200))


def _time(seconds: float) -> Samples:
    return (np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE).astype(np.float32)


def _tones(seconds: float, *frequencies: float) -> Samples:
    time = _time(seconds)
    parts = [np.sin(2 * np.pi * frequency * time) for frequency in frequencies]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float32)


def _coloured(seconds: float, draw: np.random.Generator, low: float, high: float) -> Samples:
    """Return noise between two frequencies in Hz, falling by 3 dB an octave, of deviation 1."""
    count = round(seconds * SAMPLE_RATE)
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    heard = (frequencies >= low) & (frequencies <= high)
    spectrum = np.fft.rfft(draw.standard_normal(count)) * heard
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(1, frequencies)), count)
    return np.asarray(noise / noise.std(), dtype=np.float32)


def _swelling(seconds: float, draw: np.random.Generator, rate: float) -> Samples:
    """Return a loudness in [0, 1] that rises and falls at random, `rate` times a second."""
    knots = draw.random(round(seconds * rate) + 2)
    loudness = np.interp(_time(seconds) * rate, np.arange(len(knots)), knots)
    return np.asarray(loudness, dtype=np.float32)


def _scattered(
    seconds: float, sounds: Sequence[Samples], gaps: tuple[float, float], draw: np.random.Generator
) -> Samples:
    """Return sounds drawn one after the other, each after a gap of so many seconds."""
    whole = np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)
    at = 0.0
    while (at := at + draw.uniform(*gaps)) < seconds:
        sound = sounds[int(draw.integers(len(sounds)))]
        first = round(at * SAMPLE_RATE)
        room = whole[first : first + len(sound)]
        room += sound[: len(room)]
        at += len(sound) / SAMPLE_RATE
    return whole


def silence(seconds: float, _: np.random.Generator) -> Samples:
    """Return digital silence."""
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


def hum(seconds: float, _: np.random.Generator) -> Samples:
    """Return mains hum with its overtones, at -30 dBFS."""
    tones = [np.sin(2 * np.pi * 50 * n * _time(seconds)) / n for n in range(1, 9)]
    return np.asarray(0.03 * sum(tones, np.zeros(1)), dtype=np.float32)


def pink(seconds: float, draw: np.random.Generator) -> Samples:
    """Return pink noise of deviation 1."""
    return _coloured(seconds, draw, 0, SAMPLE_RATE / 2)


def hiss(seconds: float, draw: np.random.Generator) -> Samples:
    """Return pink noise at -40 dBFS, as a quiet room has it."""
    return 0.01 * pink(seconds, draw)


def ring_tones(seconds: float, _: np.random.Generator) -> Samples:
    """Return a telephone that rings: 440 and 480 Hz, two seconds in six."""
    return np.asarray(0.1 * _tones(seconds, 440, 480) * (_time(seconds) % 6 < 2), dtype=np.float32)


def music(seconds: float, draw: np.random.Generator) -> Samples:
    """Return music on hold: chords that change every half second, each note with overtones."""
    scale = 220 * 2 ** (np.array([0, 3, 5, 7, 10, 12, 15, 17]) / 12)
    bars = []
    for _ in range(round(seconds * 2)):
        time = _time(0.5)
        notes = draw.choice(scale, 3, replace=False)
        tones = [np.sin(2 * np.pi * note * n * time) / n**2 for note in notes for n in (1, 2, 3, 4)]
        bars.append(0.08 * np.exp(-3 * time) * sum(tones, np.zeros(1)))
    return np.concatenate(bars).astype(np.float32)


def keyboard(seconds: float, draw: np.random.Generator) -> Samples:
    """Return somebody who types: clicks of 10 to 40 ms, a few a second, with thuds of the desk."""
    clicks = []
    for length in (0.01, 0.02, 0.03, 0.04):
        fall = np.exp(-_time(length) * 4 / length)
        clicks.append(0.08 * fall * _coloured(length, draw, 1500, 7000))
        clicks.append(0.05 * fall * _coloured(length, draw, 80, 600))
    room = 0.001 * _coloured(seconds, draw, 0, 4000)
    return room + _scattered(seconds, clicks, (0.04, 0.35), draw)


def breathing(seconds: float, draw: np.random.Generator) -> Samples:
    """Return somebody who breathes into the microphone: 200-2000 Hz, in and out, -35 dBFS."""
    breaths = []
    for length in (0.8, 1.1, 1.5):
        swell = np.sin(np.pi * _time(length) / length) ** 2
        breaths.append(0.03 * swell * _coloured(length, draw, 200, 2000))
    room = 0.0005 * _coloured(seconds, draw, 0, 4000)
    return room + _scattered(seconds, breaths, (0.3, 1.2), draw)


def traffic(seconds: float, draw: np.random.Generator) -> Samples:
    """Return a street through a window: rumble under 200 Hz, and cars that pass."""
    rumble = 0.05 * _coloured(seconds, draw, 20, 200)
    cars = 0.03 * _swelling(seconds, draw, 0.2) ** 2 * _coloured(seconds, draw, 100, 1500)
    return np.asarray(rumble + cars, dtype=np.float32)


def babble(seconds: float, draw: np.random.Generator) -> Samples:
    """Return a crowd far away: bands of the voice that swell as syllables do, without a word."""
    whole = np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)
    for level, low, high in BABBLE:
        swell = _swelling(seconds, draw, 4.0) ** 2
        whole += level * swell * _coloured(seconds, draw, low, high)
    return whole


def keys(seconds: float, draw: np.random.Generator) -> Samples:
    """Return a telephone's keys: two tones for 0.12 s each, some a second, then a pause."""
    pressed = [0.1 * _tones(0.12, row, column) for row in ROWS for column in COLUMNS]
    return _scattered(seconds, pressed, (0.1, 1.5), draw)


def hold_beeps(seconds: float, _: np.random.Generator) -> Samples:
    """Return a line on hold or a recorder's beep: 1400 Hz for 0.4 s, every eight seconds."""
    return np.asarray(0.1 * _tones(seconds, 1400) * (_time(seconds) % 8 < 0.4), dtype=np.float32)


KINDS: dict[str, Kind] = {
    "silence": silence,
    "hum": hum,
    "hiss": hiss,
    "ring tones": ring_tones,
    "music": music,
    "keyboard": keyboard,
    "breathing": breathing,
    "traffic": traffic,
    "babble": babble,
    "keys": keys,
    "hold beeps": hold_beeps,
}


def hour(seconds: float = 3600.0) -> Samples:
    """Return an hour (or less) of them, in pieces of a minute, always the same."""
    draw = np.random.default_rng(0)
    kinds = list(KINDS.values())
    pieces = [kinds[n % len(kinds)](PIECE, draw) for n in range(round(seconds / PIECE))]
    return np.concatenate(pieces)


def kind_at(seconds: float) -> str:
    """Return which of them sounds at a time of `hour`."""
    return list(KINDS)[int(seconds / PIECE) % len(KINDS)]
