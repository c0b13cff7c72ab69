"""Small sounds for tests, the files that hold them, and how far two sounds are apart."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

CHUNK = 1024  # samples handed to an encoder at once; codecs with frames of their own regroup them
BIT_RATE = 64_000  # bits a second and channel, for codecs that lose something
PICTURES = 10  # a second, in films


def tone(seconds: float, rate: int = 16_000, hertz: float = 440.0, level: float = 0.3) -> Samples:
    """Return a sine: (n_samples,) float32."""
    time = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def noise(seconds: float, rate: int = 16_000, level: float = 0.1, seed: int = 0) -> Samples:
    """Return white noise of an RMS: (n_samples,) float32."""
    drawn = np.random.default_rng(seed).standard_normal(round(seconds * rate))
    return np.clip(level * drawn, -1, 1).astype(np.float32)


def silence(seconds: float, rate: int = 16_000) -> Samples:
    """Return nothing to hear: (n_samples,) float32."""
    return np.zeros(round(seconds * rate), dtype=np.float32)


def speech(seconds: float, rate: int = 16_000, level: float = 0.1, seed: int = 0) -> Samples:
    """Return something like speech: (n_samples,) float32.

    Bursts of 0.1 to 0.4 s with pauses between them, each a low hum that glides and has
    overtones. No two stretches of it are alike, so that its place in a file can be told.
    """
    draw, count = np.random.default_rng(seed), round(seconds * rate)
    sound, place = np.zeros(count), 0
    while place < count:
        length, pause = (round(rate * draw.uniform(*span)) for span in ((0.1, 0.4), (0.03, 0.3)))
        time = np.arange(min(length, count - place)) / rate
        pitch = draw.uniform(90, 220) * time + draw.uniform(-60, 60) * time**2
        overtones = (draw.uniform(0.1, 1) / n * np.sin(2 * np.pi * n * pitch) for n in range(1, 9))
        rise = np.minimum(1, np.minimum(time, length / rate - time) / 0.02)
        sound[place : place + length] = rise * sum(overtones, np.zeros_like(time))
        place += length + pause
    return np.asarray(np.clip(level * sound / sound.std(), -1, 1), dtype=np.float32)


def by_turns(
    seconds: float, rate: int = 16_000, seed: int = 0, leak: float = 0.01
) -> tuple[Samples, Samples]:
    """Return two people who speak by turns of 2 s, each faintly heard by the other's microphone."""
    first = np.arange(round(seconds * rate)) / rate % 4 < 2
    here = np.where(first, speech(seconds, rate, seed=seed), 0)
    there = np.where(first, 0, speech(seconds, rate, seed=seed + 1))
    left, right = here + leak * there, there + leak * here
    return left.astype(np.float32), right.astype(np.float32)


def columns(*channels: Samples) -> Samples:
    """Return channels side by side: (n_samples, n_channels)."""
    return np.stack(channels, axis=1)


def lag(heard: Samples, meant: Samples, rate: int) -> float:
    """Return by how many seconds a sound comes later than it should (negative: earlier).

    Both are (n_samples,). The place at which their cross-correlation is highest.
    """
    size = 1 << (len(heard) + len(meant) - 1).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(meant, size))
    place = int(np.argmax(np.fft.irfft(spectrum, size)))
    return (place if place < size // 2 else place - size) / rate


@dataclass(frozen=True, slots=True)
class Writing:
    """How PyAV is to write a file: its container, its codec, and what is odd about it.

    `pause` is (second, length): the clock jumps by the length at that second. `delay` is the
    second at which the clock begins. `picture` adds a video track.
    """

    container: str
    codec: str
    pause: tuple[float, float] | None = None
    delay: float = 0.0
    picture: bool = False
    options: Mapping[str, str] | None = None
    tags: Mapping[str, str] | None = None


def write_wav(path: Path, samples: Samples, rate: int = 16_000) -> Path:
    """Write 16-bit WAV: (n_samples,) or (n_samples, n_channels)."""
    import soundfile

    soundfile.write(path, samples, rate, "PCM_16", format="WAV")
    return path


def write_with_av(path: Path, samples: Samples, rate: int, how: Writing) -> Path:
    """Write (n_samples,) or (n_samples, n_channels) with FFmpeg's muxers and encoders."""
    import av

    sound = samples.reshape(len(samples), -1)
    layout = {1: "mono", 2: "stereo", 4: "quad", 6: "5.1"}[sound.shape[1]]
    with av.open(str(path), "w", format=how.container, options=dict(how.options or {})) as file:
        file.metadata.update(how.tags or {})
        film = _film(file) if how.picture else None
        stream: Any = file.add_stream(how.codec, rate=rate)
        stream.layout = layout
        stream.bit_rate = BIT_RATE * sound.shape[1]
        if film is not None:
            _draw(file, film, len(sound) / rate)
        to_codec = av.AudioResampler(stream.codec_context.format.name, layout, rate)
        for first in range(0, len(sound), CHUNK):
            frame = _frame(sound[first : first + CHUNK], layout, rate)
            frame.pts = first + _shift(first / rate, how, rate)
            for fitted in to_codec.resample(frame):
                file.mux(stream.encode(fitted))
        file.mux(stream.encode(None))
    return path


def write_silent_film(path: Path, seconds: float = 1.0, container: str = "mp4") -> Path:
    """Write a video without an audio track."""
    import av

    with av.open(str(path), "w", format=container) as file:
        _draw(file, _film(file), seconds)
    return path


def _shift(second: float, how: Writing, rate: int) -> int:
    begins, length = how.pause or (0.0, 0.0)
    return round((how.delay + (length if second >= begins else 0.0)) * rate)


def _frame(sound: Samples, layout: str, rate: int) -> Any:
    import av

    pcm = np.clip(np.rint(sound * 32_768), -32_768, 32_767).astype(np.int16)
    packed: Any = pcm.reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
    frame.sample_rate = rate
    frame.time_base = Fraction(1, rate)
    return frame


def _film(file: Any) -> Any:
    stream = file.add_stream("mpeg4", rate=PICTURES)
    stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
    return stream


def _draw(file: Any, film: Any, seconds: float) -> None:
    import av

    for number in range(max(1, round(seconds * PICTURES))):
        grey = np.full((32, 32, 3), number % 256, dtype=np.uint8)
        frame: Any = av.VideoFrame.from_ndarray(grey, format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, PICTURES)
        file.mux(film.encode(frame))
    file.mux(film.encode(None))
