"""Files of clips and reels: their length, tags and chapters, as ffprobe and other decoders see."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from pipeline.clips import SUFFIXES, Chapter, Tags, at_rate, put_tones, with_channels, write_sound
from pipeline.clips.resampling import resampled
from pipeline.clips.tones import LEVEL
from pipeline.clips.writing import rate_for
from pipeline.transcript import Span
from tests.sounds import columns, lag, noise, speech, tone

if TYPE_CHECKING:
    from pathlib import Path

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffmpeg is not here")

TAGS = Tags("Über Preise, 12:34-13:02", "Anna, Ben", "acme", "2026-09-01", "3f2a91c4@12:34-13:02")


def probed(path: Path) -> dict[str, Any]:
    """Return what ffprobe says of a file."""
    asked = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_chapters"]
    done = subprocess.run(
        [*asked, "-of", "json", str(path)], capture_output=True, encoding="utf-8", check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def decoded(path: Path) -> float:
    """Return how many seconds FFmpeg's own program decodes of a file."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", "48000", "-f", "s16le"]
    done = subprocess.run([*command, "-"], capture_output=True, check=True)
    return len(done.stdout) / 2 / 48_000


@needs_ffmpeg
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(("rate", "count"), [(8_000, 1_111), (16_000, 40_007), (44_100, 60_001)])
def test_a_file_is_as_long_as_its_sound_for_every_decoder(
    tmp_path: Path, suffix: str, rate: int, count: int
) -> None:
    path = tmp_path / f"clip{suffix}"
    write_sound(path, [columns(noise(count / rate, rate), noise(count / rate, rate))], rate)
    heard, own = soundfile.read(path)
    assert heard.shape[1] == 2
    assert len(heard) / own == pytest.approx(count / rate, abs=0.005)
    assert decoded(path) == pytest.approx(count / rate, abs=0.005)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("channels", [1, 2])
def test_a_file_holds_its_sound_at_its_time(tmp_path: Path, suffix: str, channels: int) -> None:
    path = tmp_path / f"clip{suffix}"
    sound = speech(3.0, 48_000)
    write_sound(path, [columns(*[sound] * channels)], 48_000)
    heard, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert (heard.shape[1], rate) == (channels, 48_000)
    assert abs(lag(heard[:, -1].astype(np.float32), sound, rate)) < 0.002
    assert np.corrcoef(heard[:, 0], sound)[0, 1] > 0.97


@needs_ffmpeg
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_tags_are_read_by_others(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"clip{suffix}"
    write_sound(path, [columns(tone(1.0))], 16_000, TAGS)
    found = probed(path)
    of_stream = found["streams"][0].get("tags", {})
    tags = {
        name.lower(): text
        for name, text in {**found["format"].get("tags", {}), **of_stream}.items()
    }
    assert {name: tags.get(name) for name in TAGS.known} == TAGS.known


@needs_ffmpeg
@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".ogg", ".opus"])
def test_chapters_are_read_by_others(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"reel{suffix}"
    chapters = [Chapter(0, 1.6155, "Anna, erster Anruf"), Chapter(1.6155, 3.0, "Ben: “no”, 00:05")]
    write_sound(path, [columns(speech(3.0))], 16_000, TAGS, chapters)
    found = probed(path)["chapters"]
    assert [each["tags"]["title"] for each in found] == [each.title for each in chapters]
    starts = [float(each["start_time"]) for each in found]
    assert starts == pytest.approx([0, 1.6155], abs=0.001)
    assert float(found[-1]["end_time"]) == pytest.approx(3.0, abs=0.01)
    assert decoded(path) == pytest.approx(3.0, abs=0.005)
    assert list(tmp_path.iterdir()) == [path]


def test_wav_has_no_chapters_and_takes_none_amiss(tmp_path: Path) -> None:
    path = tmp_path / "reel.wav"
    write_sound(path, [columns(tone(1.0))], 16_000, TAGS, [Chapter(0, 1, "all")])
    assert soundfile.info(path).frames == 16_000


def test_a_file_without_tags_says_nothing_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "clip.flac"
    write_sound(path, [columns(tone(0.5))], 16_000)
    with soundfile.SoundFile(path) as file:
        assert set(file.copy_metadata()) <= {"software"}


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_blocks_are_one_sound(tmp_path: Path, suffix: str) -> None:
    sound = columns(noise(7.0), noise(7.0, seed=1))
    whole, pieces = tmp_path / f"whole{suffix}", tmp_path / f"pieces{suffix}"
    write_sound(whole, [sound], 16_000)
    write_sound(pieces, iter([sound[:1], sound[1:70_001], sound[70_001:]]), 16_000)
    assert np.array_equal(soundfile.read(whole)[0], soundfile.read(pieces)[0])
    assert np.abs(soundfile.read(whole)[0] - sound).max() < 2 / 32_768


@pytest.mark.parametrize(
    ("suffix", "rate", "written"),
    [
        (".wav", 11_025, 11_025),
        (".flac", 96_000, 96_000),
        (".mp3", 8_000, 32_000),
        (".mp3", 44_100, 44_100),
        (".mp3", 96_000, 48_000),
        (".opus", 8_000, 8_000),
        (".opus", 11_025, 12_000),
        (".opus", 44_100, 48_000),
        (".ogg", 16_000, 44_100),
        (".ogg", 48_000, 48_000),
    ],
)
def test_each_format_has_a_rate_that_players_know(
    tmp_path: Path, suffix: str, rate: int, written: int
) -> None:
    assert rate_for(suffix, rate) == written
    path = tmp_path / f"clip{suffix}"
    write_sound(path, [columns(tone(0.5, rate))], rate)
    assert soundfile.info(path).samplerate == written
    assert soundfile.info(path).duration == pytest.approx(0.5, abs=0.005)


# --- rates and channels ---------------------------------------------------------------------


@pytest.mark.parametrize(("rate", "wanted"), [(8_000, 48_000), (44_100, 16_000), (11_025, 48_000)])
def test_sound_at_another_rate_is_as_long_and_where_it_was(rate: int, wanted: int) -> None:
    sound = columns(speech(2.0, rate))
    made = at_rate(sound, rate, wanted)
    assert len(made) == 2 * wanted
    meant = speech(2.0, wanted)
    assert abs(lag(made[:, 0], meant, wanted)) < 0.002
    assert np.corrcoef(made[:, 0], meant)[0, 1] > 0.95


def test_blocks_at_another_rate_have_no_seams() -> None:
    sound = columns(tone(3.0, 44_100), tone(3.0, 44_100, 550))
    blocks = [sound[first : first + 999] for first in range(0, len(sound), 999)]
    made = np.concatenate(list(resampled(blocks, 44_100, 48_000)))
    meant = columns(tone(3.0, 48_000), tone(3.0, 48_000, 550))
    assert len(made) == pytest.approx(len(meant), abs=48)
    middle = slice(4_800, -4_800)
    assert np.abs(made[: len(meant)][middle] - meant[: len(made)][middle]).max() < 0.01
    assert at_rate(sound, 44_100, 44_100) is sound


def test_channels_are_doubled_and_mixed() -> None:
    one, two = columns(tone(0.1)), columns(tone(0.1), 0 * tone(0.1))
    assert np.array_equal(with_channels(one, 2), np.repeat(one, 2, axis=1))
    assert np.allclose(with_channels(two, 1), one / 2)
    assert with_channels(two, 2) is two


# --- tones ----------------------------------------------------------------------------------


def test_a_tone_takes_the_place_of_all_that_was_there_in_every_channel() -> None:
    sound = columns(noise(2.0, level=0.2), noise(2.0, level=0.2, seed=1))
    made = put_tones(sound, 16_000, [Span(0.5, 0.9), Span(1.9, 3.0)])
    inside = made[8_000:14_400]
    assert np.array_equal(inside[:, 0], inside[:, 1])
    spectrum = np.abs(np.fft.rfft(inside[:, 0]))
    assert np.argmax(spectrum) * 16_000 / len(inside) == pytest.approx(440, abs=3)
    assert np.square(spectrum[160:200]).sum() > 0.99 * np.square(spectrum).sum()
    assert np.abs(inside).max() <= LEVEL
    assert np.array_equal(made[:7_999], sound[:7_999])
    assert np.array_equal(made[14_402:30_399], sound[14_402:30_399])


def test_a_tone_comes_and_goes_without_a_click() -> None:
    made = put_tones(columns(0 * tone(1.0)), 16_000, [Span(0.2, 0.7)])
    assert np.abs(np.diff(made[:, 0])).max() < 1.1 * LEVEL * 2 * np.pi * 440 / 16_000
