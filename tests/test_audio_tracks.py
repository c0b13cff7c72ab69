"""Files that begin together are heard as the channels of one recording, and played as their mix."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE, decode, probe, read_passage
from pipeline.errors import AudioError, DamagedAudio, NoAudio
from pipeline.transcript import Span
from tests.sounds import (
    Writing,
    columns,
    lag,
    noise,
    silence,
    speech,
    tone,
    write_wav,
    write_with_av,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sounds import Samples


def whole(folder: Path) -> Samples:
    """Return all channels of a folder: (n_samples, n_channels) float32."""
    with decode(folder) as audio:
        together = np.concatenate(list(audio.blocks()))
    return np.asarray(together / 32_768, dtype=np.float32)


def test_each_track_is_a_channel_in_the_order_of_the_names(tmp_path: Path) -> None:
    sounds = {"b.wav": speech(3, seed=1), "C.wav": speech(3, seed=2), "a.wav": speech(3, seed=3)}
    for name, sound in sounds.items():
        write_wav(tmp_path / name, sound)
    heard = whole(tmp_path)
    assert heard.shape == (3 * SAMPLE_RATE, 3)
    for channel, name in enumerate(("a.wav", "b.wav", "C.wav")):
        assert heard[:, channel] == pytest.approx(sounds[name], abs=1e-4)


@pytest.mark.parametrize("longer", [0, 1])
def test_a_shorter_track_is_silent_from_its_end_on(tmp_path: Path, longer: int) -> None:
    lengths = [2.5, 2.5]
    lengths[longer] = 4.0
    for name, seconds in zip(("a.wav", "b.wav"), lengths, strict=True):
        write_wav(tmp_path / name, tone(seconds))
    heard = whole(tmp_path)
    assert len(heard) == 4 * SAMPLE_RATE
    assert abs(heard[-SAMPLE_RATE:, 1 - longer]).max() == 0
    assert abs(heard[-SAMPLE_RATE:, longer]).max() > 0.2


def test_tracks_of_any_kind_rate_and_length_stay_in_step(tmp_path: Path) -> None:
    said = speech(150.0, 48_000)
    write_wav(tmp_path / "a.wav", said, 48_000)
    write_wav(tmp_path / "b.wav", speech(150.0, 16_000), 16_000)
    write_with_av(tmp_path / "c.flac", columns(said, said), 48_000, Writing("flac", "flac"))
    write_with_av(tmp_path / "d.m4a", said[: 48_000 * 70], 48_000, Writing("ipod", "aac"))
    heard = whole(tmp_path)
    first, last = slice(16_000, 16_000 * 9), slice(16_000 * 140, 16_000 * 148)
    assert abs(lag(heard[last, 2], heard[last, 0], SAMPLE_RATE)) < 0.001
    assert abs(lag(heard[first, 3], heard[first, 0], SAMPLE_RATE)) < 0.03
    assert heard[last, 2] == pytest.approx(heard[last, 0], abs=0.01)
    assert abs(heard[last, 3]).max() == 0


def test_tracks_say_together_what_they_are(tmp_path: Path) -> None:
    how = Writing("ipod", "aac", tags={"title": "Anna", "creation_time": "2026-01-02 03:04:05"})
    write_with_av(tmp_path / "a.m4a", tone(3.0, 48_000), 48_000, how)
    write_wav(tmp_path / "b.wav", tone(4.0))
    said = probe(tmp_path)
    assert (said.codec, said.channels, said.sample_rate) == ("aac, pcm_s16le", 2, 48_000)
    assert said.duration == pytest.approx(4.0, abs=0.1)
    assert "title" not in said.tags
    assert said.tags["creation_time"].startswith("2026-01-02T03:04:05")


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", NoAudio), (b"this is no sound " * 99, DamagedAudio)],
)
def test_a_broken_track_is_named(tmp_path: Path, content: bytes, error: type[AudioError]) -> None:
    write_wav(tmp_path / "anna.wav", tone(1.0))
    (tmp_path / "ben.wav").write_bytes(content)
    for opened in (decode, probe):
        with pytest.raises(error) as caught:
            opened(tmp_path)
        assert str(caught.value).startswith(f"{tmp_path / 'ben.wav'}: ")


def test_a_track_that_breaks_off_is_kept_as_far_as_it_goes_and_named(tmp_path: Path) -> None:
    for name in ("anna.wav", "ben.wav"):
        write_wav(tmp_path / name, tone(10.0))
    raw = (tmp_path / "ben.wav").read_bytes()
    (tmp_path / "ben.wav").write_bytes(raw[: len(raw) // 2])
    with decode(tmp_path) as audio:
        assert audio.duration == 10.0
        assert audio.damage.startswith("ben.wav: it breaks off: 5.0 s of")


def test_a_folder_without_recordings_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"nothing to hear")
    with pytest.raises(AudioError, match=r"this is not a file\. Name a recording\."):
        decode(tmp_path)


def test_memory_does_not_grow_with_the_length_of_tracks(tmp_path: Path) -> None:
    highest = []
    for minutes in (4, 16):
        folder = tmp_path / str(minutes)
        folder.mkdir()
        for name in ("a.wav", "b.wav"):
            write_wav(folder / name, np.tile(noise(60.0, 8_000), minutes), 8_000)
        tracemalloc.start()
        decode(folder).close()
        highest.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert highest[1] < 1.1 * highest[0]


# --- passages ---------------------------------------------------------------------------------


def test_a_passage_of_tracks_is_their_mix_at_the_highest_rate(tmp_path: Path) -> None:
    first, second = tone(5.0, 48_000, 440.0, 0.3), tone(5.0, 16_000, 1000.0, 0.2)
    write_wav(tmp_path / "a.wav", first, 48_000)
    write_wav(tmp_path / "b.wav", second, 16_000)
    passage, rate = read_passage(tmp_path, Span(1.0, 3.0))
    assert (rate, passage.shape) == (48_000, (96_000, 1))
    spectrum = abs(np.fft.rfft(passage[:, 0])) / 48_000
    assert spectrum[2 * 440] == pytest.approx(0.3, abs=0.01)
    assert spectrum[2 * 1000] == pytest.approx(0.2, abs=0.01)


def test_a_mix_is_no_louder_than_can_be_written(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav", "c.wav"):
        write_wav(tmp_path / name, tone(2.0, level=0.9))
    passage, _ = read_passage(tmp_path, Span(0.0, 2.0))
    assert abs(passage).max() == pytest.approx(1.0)


def test_where_one_track_has_ended_the_others_are_heard(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(2.0))
    write_wav(tmp_path / "b.wav", columns(tone(9.0), silence(9.0)))
    passage, _ = read_passage(tmp_path, Span(4.0, 6.0))
    assert abs(passage).max() == pytest.approx(0.15, abs=0.01)
    with pytest.raises(AudioError, match=r"there is no audio at 20\.0 s"):
        read_passage(tmp_path, Span(20.0, 21.0))
