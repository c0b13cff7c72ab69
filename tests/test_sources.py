"""Files as streams of blocks: what they say of themselves, their clocks, and how they fail."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE
from pipeline.errors import DamagedAudio, NoAudio
from pipeline.sources import (
    LONGEST_UNSAID,
    FFmpegSource,
    Probe,
    SoundFileSource,
    _missing_bytes,
    _Resampler,
    reason_of,
)
from pipeline.transcript import Span
from tests.sounds import (
    Writing,
    columns,
    lag,
    noise,
    silence,
    speech,
    tone,
    write_silent_film,
    write_wav,
    write_with_av,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.sounds import Samples

RATE = 48_000  # Hz: what Opus has inside, so that nothing is resampled
LIVE = {"live": "1"}  # a Matroska file written without going back: no length and no index


def whole(source: FFmpegSource | SoundFileSource, span: Span | None = None) -> Samples:
    """Return the first channel of what a source gives at its own rate."""
    blocks = list(source.blocks(source.probe.sample_rate, span))
    source.close()
    return np.asarray(np.concatenate(blocks)[:, 0] / 32_768, dtype=np.float32)


# --- what a file says of itself -------------------------------------------------------------


def test_a_probe_tells_container_codec_channels_rate_and_length(tmp_path: Path) -> None:
    sound = columns(tone(2.0, 44_100), tone(2.0, 44_100))
    source = FFmpegSource(write_wav(tmp_path / "call.wav", sound, 44_100))
    source.close()
    assert source.probe == Probe("wav", "pcm_s16le", 2, 44_100, 2.0)


def test_a_file_that_was_never_finished_says_no_length(tmp_path: Path) -> None:
    how = Writing("webm", "libopus", options=LIVE)
    source = FFmpegSource(write_with_av(tmp_path / "call.webm", speech(2.0, RATE), RATE, how))
    assert source.probe.duration == 0.0
    assert len(whole(source)) == pytest.approx(2.0 * RATE, abs=0.02 * RATE)


@pytest.mark.parametrize(
    ("suffix", "how", "guessed"),
    [
        ("wav", Writing("wav", "pcm_s16le"), False),
        ("flac", Writing("flac", "flac"), False),
        ("m4a", Writing("ipod", "aac"), False),
        ("webm", Writing("webm", "libopus"), False),
        ("aac", Writing("adts", "aac"), True),
        ("mp3", Writing("mp3", "libmp3lame", options={"write_xing": "0"}), True),
    ],
)
def test_a_probe_tells_whether_a_length_is_only_a_guess(
    tmp_path: Path, suffix: str, how: Writing, guessed: bool
) -> None:
    source = FFmpegSource(write_with_av(tmp_path / f"call.{suffix}", speech(5.0, RATE), RATE, how))
    source.close()
    assert source.probe.guessed is guessed


@pytest.mark.parametrize("container", ["matroska", "mp4"])
def test_the_length_of_a_film_counts_from_its_first_picture(tmp_path: Path, container: str) -> None:
    how = Writing(container, "aac", picture=True, delay=2.0)
    source = FFmpegSource(write_with_av(tmp_path / "film", speech(3.0, RATE), RATE, how))
    source.close()
    assert source.probe.duration == pytest.approx(5.0, abs=0.1)


def test_the_length_of_a_sound_does_not_count_the_clock_before_it(tmp_path: Path) -> None:
    how = Writing("matroska", "aac", delay=100.0)
    source = FFmpegSource(write_with_av(tmp_path / "call.mka", speech(3.0, RATE), RATE, how))
    assert source.probe.duration == pytest.approx(3.0, abs=0.1)
    assert len(whole(source)) == pytest.approx(3.0 * RATE, abs=0.1 * RATE)


# --- the clock ------------------------------------------------------------------------------

CLOCKS = [
    ("webm", Writing("webm", "libopus", pause=(4.0, 3.0))),
    ("webm", Writing("webm", "libopus", pause=(4.0, 3.0), options=LIVE)),
    ("mka", Writing("matroska", "aac", pause=(4.0, 3.0))),
    ("m4a", Writing("ipod", "aac", pause=(4.0, 3.0))),
    ("ogg", Writing("ogg", "libopus", pause=(4.0, 3.0))),
    ("mp4", Writing("mp4", "aac", picture=True, pause=(4.0, 3.0))),
]


@pytest.mark.parametrize(("suffix", "how"), CLOCKS)
def test_a_hole_in_the_clock_is_silence_so_that_what_follows_keeps_its_time(
    tmp_path: Path, suffix: str, how: Writing
) -> None:
    sound = speech(8.0, RATE)
    path = write_with_av(tmp_path / f"call.{suffix}", sound, RATE, how)

    heard = whole(FFmpegSource(path))

    assert len(heard) == pytest.approx(11 * RATE, abs=0.1 * RATE)
    assert np.abs(heard[round(4.2 * RATE) : round(6.8 * RATE)]).max() < 1e-3
    for start, moved in ((1, 0), (5, 3)):
        meant = sound[start * RATE : (start + 2) * RATE]
        place = heard[(start + moved) * RATE : (start + moved + 2) * RATE]
        assert abs(lag(place, meant, RATE)) < 0.03


@pytest.mark.parametrize(("suffix", "how"), CLOCKS)
def test_a_passage_that_begins_in_a_hole_begins_with_its_silence(
    tmp_path: Path, suffix: str, how: Writing
) -> None:
    later = Writing(how.container, how.codec, (14.0, 6.0), 0, how.picture, how.options)
    path = write_with_av(tmp_path / f"call.{suffix}", speech(18.0, RATE), RATE, later)

    whole_of_it = whole(FFmpegSource(path))
    passage = whole(FFmpegSource(path), Span(19.0, 21.5))

    assert len(passage) == 2.5 * RATE
    assert np.abs(passage[: round(0.9 * RATE)]).max() < 1e-3
    meant = whole_of_it[19 * RATE : round(21.5 * RATE)]
    assert abs(lag(passage, meant, RATE)) <= 0.010


@pytest.mark.parametrize(("container", "codec"), [("mp4", "aac"), ("matroska", "libopus")])
def test_sound_that_begins_after_the_picture_begins_after_silence(
    tmp_path: Path, container: str, codec: str
) -> None:
    sound = speech(4.0, RATE)
    how = Writing(container, codec, picture=True, delay=2.0)

    heard = whole(FFmpegSource(write_with_av(tmp_path / "film", sound, RATE, how)))

    assert len(heard) == pytest.approx(6 * RATE, abs=0.1 * RATE)
    assert np.abs(heard[: round(1.8 * RATE)]).max() < 1e-3
    assert abs(lag(heard, sound, RATE) - 2.0) < 0.03


def frames(*placed: tuple[float | None, Samples], rate: int = SAMPLE_RATE) -> Iterator[Any]:
    """Yield (time, frame) as a file would, one for each sound."""
    import av

    for time, sound in placed:
        packed: Any = (sound * 32_767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="s16", layout="mono")
        frame.sample_rate = rate
        yield time, frame


def placed(
    *sounds: tuple[float | None, Samples], longest: float = 60.0, first: int = 0
) -> list[tuple[int, int, bool]]:
    """Return (sample number, length, whether anything is to be heard) of each block."""
    blocks = _Resampler(SAMPLE_RATE, 1).placed(frames(*sounds), longest, first)
    return [(position, len(block), bool(block.any())) for position, block in blocks]


SECOND = tone(1.0)


@pytest.mark.parametrize(
    ("sounds", "blocks"),
    [
        ([(0.0, SECOND), (1.0, SECOND)], [(0, 16_000, True), (16_000, 16_000, True)]),
        # rounding of a clock in milliseconds
        ([(0.0, SECOND), (1.04, SECOND)], [(0, 16_000, True), (16_000, 16_000, True)]),
        # a hole
        (
            [(0.0, SECOND), (1.5, SECOND)],
            [(0, 16_000, True), (16_000, 8_000, False), (24_000, 16_000, True)],
        ),
        # a clock that goes back
        ([(0.0, SECOND), (0.2, SECOND)], [(0, 16_000, True), (16_000, 16_000, True)]),
        # a frame without a time
        ([(0.0, SECOND), (None, SECOND)], [(0, 16_000, True), (16_000, 16_000, True)]),
        # a frame dated after the file's end
        ([(0.0, SECOND), (61.0, SECOND)], [(0, 16_000, True), (16_000, 16_000, True)]),
        # a beginning that is late, however little
        ([(0.02, SECOND)], [(0, 320, False), (320, 16_000, True)]),
        # a beginning before the beginning
        ([(-0.5, SECOND)], [(0, 16_000, True)]),
        # nothing
        ([], []),
    ],
)
def test_blocks_follow_each_other_without_a_hole(
    sounds: list[tuple[float | None, Samples]], blocks: list[tuple[int, int, bool]]
) -> None:
    assert placed(*sounds) == blocks


def test_a_passage_starts_where_the_file_was_sought_to_or_with_silence() -> None:
    assert placed((8.0, SECOND), first=10 * SAMPLE_RATE) == [(128_000, 16_000, True)]
    assert placed((12.0, SECOND), first=10 * SAMPLE_RATE) == [
        (160_000, 32_000, False),
        (192_000, 16_000, True),
    ]


def test_a_long_hole_comes_in_pieces_of_a_minute_at_most() -> None:
    blocks = placed((0.0, SECOND), (3600.0, SECOND), longest=LONGEST_UNSAID)
    assert max(length for _, length, _ in blocks) == 60 * SAMPLE_RATE
    assert sum(length for _, length, _ in blocks) == 3601 * SAMPLE_RATE
    assert all(after[0] == before[0] + before[1] for before, after in pairwise(blocks))


def test_frames_that_change_their_rate_on_the_way_keep_their_seconds() -> None:
    def changing() -> Iterator[Any]:
        yield from frames((0.0, SECOND))
        yield from frames((1.0, tone(1.0, 44_100)), rate=44_100)

    blocks = [block for _, block in _Resampler(SAMPLE_RATE, 1).placed(changing(), 10.0)]
    assert sum(len(block) for block in blocks) == pytest.approx(2 * SAMPLE_RATE, abs=40)


# --- how much at once -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "how"),
    [
        ("wav", Writing("wav", "pcm_s16le")),
        ("flac", Writing("flac", "flac")),
        ("mp3", Writing("mp3", "libmp3lame")),
        ("m4a", Writing("ipod", "aac")),
    ],
)
def test_ffmpeg_gives_less_than_a_second_at_once(tmp_path: Path, suffix: str, how: Writing) -> None:
    path = write_with_av(tmp_path / f"call.{suffix}", noise(30.0), SAMPLE_RATE, how)
    source = FFmpegSource(path)
    lengths = [len(block) for block in source.blocks(SAMPLE_RATE)]
    source.close()
    assert max(lengths) < SAMPLE_RATE
    assert sum(lengths) == pytest.approx(30 * SAMPLE_RATE, abs=2000)


def test_libsndfile_gives_ten_seconds_at_most_at_once(tmp_path: Path) -> None:
    source = SoundFileSource(write_wav(tmp_path / "call.wav", noise(35.0)))
    lengths = [len(block) for block in source.blocks(SAMPLE_RATE)]
    source.close()
    assert max(lengths) <= 10 * SAMPLE_RATE
    assert sum(lengths) == 35 * SAMPLE_RATE


def test_a_passage_near_the_end_is_sought_not_decoded_up_to(tmp_path: Path) -> None:
    path = write_with_av(tmp_path / "call.flac", noise(60.0), SAMPLE_RATE, Writing("flac", "flac"))
    source = FFmpegSource(path)
    times = [time for time, _ in source._frames(Span(50, 51)) if time is not None]
    source.close()
    assert 47 < times[0] <= 48


# --- resampling -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FFmpegSource, SoundFileSource])
@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 96_000])
def test_a_tone_keeps_its_pitch_and_length_at_another_rate(
    tmp_path: Path, kind: Callable[[Path], FFmpegSource | SoundFileSource], rate: int
) -> None:
    source = kind(write_wav(tmp_path / "tone.wav", tone(2.0, rate, hertz=1000.0), rate))
    heard = np.concatenate(list(source.blocks(SAMPLE_RATE)))[:, 0]
    source.close()
    assert len(heard) == pytest.approx(2 * SAMPLE_RATE, abs=20)
    spectrum = np.abs(np.fft.rfft(heard[: 2 * SAMPLE_RATE - 100].astype(np.float64)))
    assert np.argmax(spectrum) / len(spectrum) * SAMPLE_RATE / 2 == pytest.approx(1000, abs=2)


@pytest.mark.parametrize("channels", [1, 2, 3, 5, 8, 24])
def test_any_number_of_channels_stays_apart(tmp_path: Path, channels: int) -> None:
    levels = [0.9 * (number + 1) / channels for number in range(channels)]
    path = write_wav(tmp_path / "many.wav", columns(*(tone(0.5, level=level) for level in levels)))
    for source in (FFmpegSource(path), SoundFileSource(path)):
        heard = np.concatenate(list(source.blocks(SAMPLE_RATE)))
        source.close()
        assert np.abs(heard.astype(np.float64) / 32_768).max(axis=0) == pytest.approx(
            levels, abs=0.01
        )


# --- how they fail --------------------------------------------------------------------------


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    path = write_silent_film(tmp_path / "film.mp4")
    with pytest.raises(NoAudio, match=r"film\.mp4: it holds no audio track"):
        FFmpegSource(path)


@pytest.mark.parametrize("kind", [FFmpegSource, SoundFileSource])
def test_what_is_no_sound_is_refused_with_the_librarys_own_reason(
    tmp_path: Path, kind: Callable[[Path], object]
) -> None:
    path = tmp_path / "letter"
    path.write_bytes(b"Dear Anna, thank you. " * 100)
    with pytest.raises(DamagedAudio) as caught:
        kind(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", [FFmpegSource, SoundFileSource])
def test_more_channels_than_any_recorder_has_are_refused(
    tmp_path: Path, kind: Callable[[Path], object]
) -> None:
    path = write_wav(tmp_path / "wall.wav", columns(*[silence(0.1)] * 65))
    with pytest.raises(DamagedAudio, match=r"wall\.wav"):
        kind(path)


def test_frames_that_cannot_be_decoded_are_passed_over_and_noted(tmp_path: Path) -> None:
    path = write_with_av(tmp_path / "a.m4a", speech(6.0, RATE), RATE, Writing("ipod", "aac"))
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 800] = bytes(800)
    path.write_bytes(raw)

    source = FFmpegSource(path)
    heard = whole(source)

    assert source.damage
    assert len(heard) == pytest.approx(6 * RATE, abs=0.3 * RATE)


def test_decoder_threads_never_log_through_python_where_they_would_wait_for_each_other(
    tmp_path: Path,
) -> None:
    from av.logging import PANIC, get_last_error, set_level

    path = write_with_av(tmp_path / "a.flac", noise(6.0), SAMPLE_RATE, Writing("flac", "flac"))
    raw = bytearray(path.read_bytes())
    for place in range(len(raw) // 4, len(raw), 5000):
        raw[place] ^= 0xFF
    path.write_bytes(raw)
    set_level(PANIC)  # as another library may have done
    logged, _ = get_last_error()

    source = FFmpegSource(path)
    whole(source)

    assert get_last_error()[0] == logged


def test_libsndfile_failing_on_the_way_keeps_what_was_read_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import soundfile

    source = SoundFileSource(write_wav(tmp_path / "call.wav", tone(25.0)))
    read, calls = source._file.read, []

    def failing(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise soundfile.LibsndfileError(5)
        return read(*args, **kwargs)

    monkeypatch.setattr(source._file, "read", failing)
    heard = np.concatenate(list(source.blocks(SAMPLE_RATE)))
    source.close()
    assert len(heard) == 10 * SAMPLE_RATE
    assert source.damage


def test_libsndfile_stops_where_the_file_does(tmp_path: Path) -> None:
    source = SoundFileSource(write_wav(tmp_path / "call.wav", speech(2.0)))
    assert len(list(source.blocks(SAMPLE_RATE, Span(5, 6)))) == 0
    assert len(whole(source, Span(1.5, 9))) == 8_000


@pytest.mark.parametrize(
    ("header", "size", "missing"),
    [
        (b"RIFF" + (92).to_bytes(4, "little"), 100, 0),
        (b"RIFF" + (92).to_bytes(4, "little"), 60, 40),
        (b"RIFF" + (92).to_bytes(4, "little"), 200, 0),  # something was hung on behind
        (b"RIFF" + (0).to_bytes(4, "little"), 60, 0),
        (b"RIFF" + (0xFFFF_FFFF).to_bytes(4, "little"), 60, 0),
        (b"RF64" + (0xFFFF_FFFF).to_bytes(4, "little"), 60, 0),
        (b"RIFX" + (92).to_bytes(4, "little"), 60, 0),
    ],
)
def test_bytes_are_missing_only_where_a_header_announces_them(
    tmp_path: Path, header: bytes, size: int, missing: int
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(header.ljust(size, b"\0"))
    assert _missing_bytes(path) == missing


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (ValueError("it is so. "), "it is so"),
        (ValueError(""), "ValueError"),
        (ValueError(" \n"), "ValueError"),
    ],
)
def test_a_reason_stands_within_a_sentence(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason
