"""Any file to samples: every container, every way of being broken, and passages at their second."""

from __future__ import annotations

import gc
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE, Audio, decode, probe, read_passage
from pipeline.errors import AudioError, DamagedAudio, NoAudio
from pipeline.sources import FFmpegSource
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
    from collections.abc import Iterator

    from tests.sounds import Samples

SECONDS = 3.2
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "1000000"}

# Suffix, how it is written, its rate, and how many channels. Not all codecs take all rates.
FILES = [
    ("wav", Writing("wav", "pcm_s16le"), 44_100, 2),
    ("wav", Writing("wav", "pcm_s24le"), 48_000, 1),
    ("wav", Writing("wav", "pcm_mulaw"), 8_000, 2),
    ("wav", Writing("wav", "pcm_s16le"), 16_000, 6),
    ("w64", Writing("w64", "pcm_s16le"), 16_000, 2),
    ("aiff", Writing("aiff", "pcm_s16be"), 44_100, 2),
    ("caf", Writing("caf", "alac"), 44_100, 1),
    ("au", Writing("au", "pcm_s16be"), 22_050, 1),
    ("flac", Writing("flac", "flac"), 44_100, 2),
    ("flac", Writing("flac", "flac"), 96_000, 4),
    ("wv", Writing("wv", "wavpack"), 44_100, 2),
    ("mp3", Writing("mp3", "libmp3lame"), 44_100, 2),
    ("mp3", Writing("mp3", "libmp3lame"), 16_000, 1),
    ("mp3", Writing("mp3", "libmp3lame", options={"write_xing": "0"}), 16_000, 1),
    ("m4a", Writing("ipod", "aac"), 44_100, 2),
    ("m4a", Writing("ipod", "alac"), 44_100, 2),
    ("mp4", Writing("mp4", "aac", options=FRAGMENTS), 48_000, 1),
    ("aac", Writing("adts", "aac"), 44_100, 2),
    ("3gp", Writing("3gp", "aac"), 16_000, 1),
    ("ogg", Writing("ogg", "libopus"), 48_000, 2),
    ("opus", Writing("ogg", "libopus"), 16_000, 1),
    ("webm", Writing("webm", "libopus"), 48_000, 2),
    ("mka", Writing("matroska", "aac"), 44_100, 2),
    ("wma", Writing("asf", "wmav2"), 44_100, 2),
    ("ac3", Writing("ac3", "ac3"), 48_000, 2),
    ("mov", Writing("mov", "pcm_s16le"), 48_000, 2),
    ("mp4", Writing("mp4", "aac", picture=True), 48_000, 2),
    ("mov", Writing("mov", "aac", picture=True), 44_100, 1),
    ("mkv", Writing("matroska", "libopus", picture=True), 48_000, 2),
    ("avi", Writing("avi", "libmp3lame", picture=True), 44_100, 1),
    ("ts", Writing("mpegts", "aac"), 48_000, 2),
]


def labelled(files: list[tuple[Any, ...]]) -> list[Any]:
    """Return files as parameters that carry their container and codec as a name."""
    return [pytest.param(*file, id=f"{file[0]}-{file[1].codec}-{file[2]}") for file in files]


@pytest.mark.parametrize(("suffix", "how", "rate", "channels"), labelled(FILES))
def test_every_container_decodes_at_its_length_with_its_channels_in_their_order(
    tmp_path: Path, suffix: str, how: Writing, rate: int, channels: int
) -> None:
    sounds = [speech(SECONDS, rate, seed=number) for number in range(channels)]
    path = write_with_av(tmp_path / f"call.{suffix}", columns(*sounds), rate, how)

    with decode(path) as audio:
        assert audio.duration == pytest.approx(SECONDS, abs=0.1)
        assert audio.channels == channels
        assert audio.damage == ""
        heard = [audio.read(Span(0, SECONDS), number) for number in range(channels)]

    meant = [speech(SECONDS, SAMPLE_RATE, seed=number) for number in range(channels)]
    for number in {0, 1, channels - 1} & set(range(channels)):
        assert abs(lag(heard[number], meant[number], SAMPLE_RATE)) <= 0.07
        assert most_alike(heard[number], meant) == number


def most_alike(sound: Samples, others: list[Samples]) -> int:
    """Return which of the others has most of a sound in it, wherever it lies."""
    size = 2 * len(others[0]) + 4096
    spectra = [np.conj(np.fft.rfft(other, size)) for other in others]
    peaks = [np.fft.irfft(np.fft.rfft(sound, size) * spectrum, size).max() for spectrum in spectra]
    return int(np.argmax(peaks))


@pytest.mark.parametrize(("suffix", "how", "rate", "channels"), labelled(FILES))
def test_what_a_file_says_of_itself_is_what_was_written(
    tmp_path: Path, suffix: str, how: Writing, rate: int, channels: int
) -> None:
    sound = columns(*[tone(SECONDS, rate)] * channels)
    said = probe(write_with_av(tmp_path / f"call.{suffix}", sound, rate, how))

    assert said.channels == channels
    assert said.sample_rate == (48_000 if how.codec == "libopus" else rate)
    assert said.duration == pytest.approx(SECONDS, rel=0.1)
    assert said.codec.startswith(how.codec.removeprefix("lib")[:3])


@pytest.mark.parametrize("suffix", ["mat4", "htk", "mpc2k"])
def test_what_ffmpeg_does_not_know_is_read_by_libsndfile(tmp_path: Path, suffix: str) -> None:
    import soundfile

    path = tmp_path / f"call.{suffix}"
    soundfile.write(path, speech(12.0), SAMPLE_RATE, "PCM_16", format=suffix.upper())

    assert probe(path).container == suffix
    with decode(path) as audio:
        assert audio.duration == 12.0
        assert np.abs(audio.read(Span(0, 12)) - speech(12.0)).max() < 1e-4
    passage, rate = read_passage(path, Span(10.5, 11.25))
    assert rate == SAMPLE_RATE
    assert np.abs(passage[:, 0] - speech(12.0)[168_000:180_000]).max() < 1e-4


def test_tags_come_with_the_file_in_lower_case(tmp_path: Path) -> None:
    how = Writing("mp3", "libmp3lame", tags={"title": "Anna on prices", "DATE": "2026-09-01"})

    tags = probe(write_with_av(tmp_path / "call.mp3", tone(1.0), SAMPLE_RATE, how)).tags

    assert tags["title"] == "Anna on prices"
    assert tags["date"] == "2026-09-01"


# --- files that cannot be heard -------------------------------------------------------------


def a_letter(folder: Path) -> Path:
    path = folder / "letter.m4a"
    path.write_text("Dear Anna, thank you for the call. " * 40, encoding="utf-8")
    return path


def an_empty_file(folder: Path) -> Path:
    path = folder / "empty.wav"
    path.touch()
    return path


def a_film_without_sound(folder: Path) -> Path:
    return write_silent_film(folder / "film.mp4")


def no_samples(folder: Path) -> Path:
    return write_wav(folder / "nothing.wav", silence(0))


def no_intact_frame(folder: Path) -> Path:
    path = write_with_av(folder / "noise.m4a", speech(2.0), SAMPLE_RATE, Writing("ipod", "aac"))
    raw = path.read_bytes()
    first, last = raw.index(b"mdat") + 4, raw.index(b"moov") - 4
    path.write_bytes(raw[:first] + np.random.default_rng(0).bytes(last - first) + raw[last:])
    return path


def too_many_channels(folder: Path) -> Path:
    return write_wav(folder / "wall.wav", columns(*[silence(0.1)] * 65))


def nothing_there(folder: Path) -> Path:
    return folder / "away.m4a"


def too_long_a_name(folder: Path) -> Path:
    return folder / f"{'a' * 300}.m4a"


def a_folder(folder: Path) -> Path:
    (folder / "calls.wav").mkdir()
    return folder / "calls.wav"


UNHEARD = [
    (a_letter, DamagedAudio, "no audio or video that can be opened"),
    (an_empty_file, NoAudio, "empty (0 bytes)"),
    (a_film_without_sound, NoAudio, "no audio track"),
    (no_samples, NoAudio, "audio track is empty"),
    (no_intact_frame, DamagedAudio, "nothing in it can be decoded"),
    (too_many_channels, DamagedAudio, "cannot be decoded"),
    (nothing_there, AudioError, "there is no such file"),
    (too_long_a_name, AudioError, "cannot be read"),
    (a_folder, AudioError, "not a file"),
]


@pytest.mark.parametrize(
    ("make", "error", "reason"), UNHEARD, ids=[make.__name__ for make, *_ in UNHEARD]
)
def test_what_cannot_be_heard_is_said_in_one_line_that_names_the_file(
    tmp_path: Path, make: Any, error: type[AudioError], reason: str
) -> None:
    path = make(tmp_path)

    with pytest.raises(AudioError) as caught:
        decode(path)

    assert caught.type is error
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert reason in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize("make", [a_letter, an_empty_file, a_film_without_sound, nothing_there])
def test_probing_and_cutting_refuse_what_decoding_refuses(tmp_path: Path, make: Any) -> None:
    path = make(tmp_path)
    said = []
    for attempt in (decode, probe, lambda path: read_passage(path, Span(0, 1))):
        with pytest.raises(AudioError) as caught:
            attempt(path)
        said.append((caught.type, str(caught.value)))
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    ("call", "error"),
    [("open", PermissionError(13, "Permission denied")), ("stat", OSError(5, "I/O error"))],
)
def test_a_file_that_the_system_does_not_give_out_is_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: OSError
) -> None:
    path = write_wav(tmp_path / "locked.wav", tone(1.0))

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, call, refuse)
    with pytest.raises(AudioError) as caught:
        decode(path)
    assert (
        str(caught.value) == f"{path}: it cannot be read ({error.strerror}). Check its permissions."
    )


# --- files that can be heard in part --------------------------------------------------------

BREAKABLE = [
    ("wav", Writing("wav", "pcm_s16le"), SAMPLE_RATE),
    ("aiff", Writing("aiff", "pcm_s16be"), SAMPLE_RATE),
    ("flac", Writing("flac", "flac"), SAMPLE_RATE),
    ("mp3", Writing("mp3", "libmp3lame"), SAMPLE_RATE),
    ("webm", Writing("webm", "libopus"), 48_000),
    ("m4a", Writing("ipod", "aac", options={"movflags": "faststart"}), SAMPLE_RATE),
]


@pytest.mark.parametrize(("suffix", "how", "rate"), labelled(BREAKABLE))
@pytest.mark.parametrize("share", [0.4, 0.8])
def test_a_file_that_breaks_off_gives_what_is_there_and_says_how_much(
    tmp_path: Path, suffix: str, how: Writing, rate: int, share: float
) -> None:
    path = write_with_av(tmp_path / f"call.{suffix}", speech(10.0, rate), rate, how)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(share * len(raw))])

    with decode(path) as audio:
        assert audio.duration == pytest.approx(10 * share, abs=1.0)
        assert audio.damage.startswith("it breaks off: ")
        assert f"{audio.duration:.1f} s of the 10.0 s" in audio.damage
        heard = audio.read(Span(0, 3))
    assert abs(lag(heard, speech(10.0)[:48_000], SAMPLE_RATE)) <= 0.01


def test_a_long_file_that_lacks_its_last_twentieth_says_so(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", noise(120.0, 8_000), 8_000)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) * 19 // 20])

    with decode(path) as audio:
        assert audio.damage == (
            "it breaks off: 114.0 s of the 120.0 s that it claims could be read"
        )


@pytest.mark.parametrize("size", [0, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_a_header_that_was_never_finished_is_no_damage(tmp_path: Path, size: int) -> None:
    path = write_wav(tmp_path / "piped.wav", speech(2.0))
    raw = bytearray(path.read_bytes())
    raw[4:8] = raw[40:44] = size.to_bytes(4, "little")
    path.write_bytes(raw)

    with decode(path) as audio:
        assert (audio.duration, audio.damage) == (2.0, "")


def test_a_length_that_is_only_guessed_is_no_damage(tmp_path: Path) -> None:
    # A quiet beginning has few bits, from which FFmpeg concludes that the file is long.
    sound = np.concatenate([silence(5.0), speech(15.0)])
    path = write_with_av(tmp_path / "call.aac", sound, SAMPLE_RATE, Writing("adts", "aac"))

    with decode(path) as audio:
        assert probe(path).duration > 2 * audio.duration  # what makes it worth a test
        assert audio.damage == ""


@pytest.mark.parametrize(
    ("suffix", "how"), [("mp3", Writing("mp3", "libmp3lame")), ("m4a", Writing("ipod", "aac"))]
)
def test_a_file_that_is_damaged_inside_keeps_its_two_ends(
    tmp_path: Path, suffix: str, how: Writing
) -> None:
    path = write_with_av(tmp_path / f"call.{suffix}", speech(20.0), SAMPLE_RATE, how)
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 1500] = np.random.default_rng(0).bytes(1500)
    path.write_bytes(raw)

    with decode(path) as audio:
        assert audio.damage.startswith("it is damaged inside (")
        assert audio.damage.endswith("; what could be read was kept")
        assert audio.duration == pytest.approx(20.0, abs=0.5)
        ends = audio.read(Span(2, 5)), audio.read(Span(15, 18))
    for start, heard in zip((2, 15), ends, strict=True):
        meant = speech(20.0)[start * SAMPLE_RATE : (start + 3) * SAMPLE_RATE]
        assert abs(lag(heard, meant, SAMPLE_RATE)) < 0.5


def test_what_a_library_cannot_do_while_decoding_is_damage_and_leaves_no_spool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from av.error import ArgumentError

    def fail(*_: object) -> Iterator[object]:
        yield np.zeros((10, 1), dtype=np.int16)
        raise ArgumentError(22, "Invalid argument")

    monkeypatch.setattr(FFmpegSource, "blocks", fail)
    path = write_wav(tmp_path / "call.wav", tone(1.0))
    with pytest.raises(DamagedAudio, match=r"call\.wav: it cannot be decoded \(Invalid argument\)"):
        decode(path)
    gc.collect()  # a spool that was left open would warn here, and a warning is an error


# --- passages: a clip must land on the right second -----------------------------------------

LONG = 24.0
PASSAGES = [
    ("wav", Writing("wav", "pcm_s16le"), 44_100),
    ("flac", Writing("flac", "flac"), 44_100),
    ("aiff", Writing("aiff", "pcm_s16be"), 22_050),
    ("mp3", Writing("mp3", "libmp3lame"), 44_100),
    ("mp3", Writing("mp3", "libmp3lame", options={"write_xing": "0"}), 16_000),
    ("ogg", Writing("ogg", "libopus"), 48_000),
    ("m4a", Writing("ipod", "aac"), 44_100),
    ("mp4", Writing("mp4", "aac", options=FRAGMENTS), 16_000),
    ("webm", Writing("webm", "libopus"), 48_000),
    ("webm", Writing("webm", "libopus", options={"live": "1"}), 48_000),
    ("mka", Writing("matroska", "aac"), 44_100),
    ("wma", Writing("asf", "wmav2"), 44_100),
    ("ts", Writing("mpegts", "aac"), 48_000),
    ("mp4", Writing("mp4", "aac", picture=True), 48_000),
    ("mp4", Writing("mp4", "aac", picture=True, delay=3.0), 48_000),
    ("webm", Writing("webm", "libopus", pause=(13.0, 4.0)), 48_000),
    ("webm", Writing("webm", "libopus", pause=(13.0, 4.0), options={"live": "1"}), 48_000),
    ("mka", Writing("matroska", "aac", pause=(13.0, 4.0)), 16_000),
]


@pytest.mark.parametrize(("suffix", "how", "rate"), labelled(PASSAGES))
def test_a_passage_is_that_of_the_whole_decode_to_10_ms(
    tmp_path: Path, suffix: str, how: Writing, rate: int
) -> None:
    path = write_with_av(tmp_path / f"call.{suffix}", speech(LONG, rate), rate, how)
    whole, own_rate = read_passage(path, Span(0, 2 * LONG))

    for start in (0.0, 4.3, 9.99, 10.0, 12.345, 16.9, 20.02):
        passage, passage_rate = read_passage(path, Span(start, start + 1.5))
        meant = whole[round(start * own_rate) : round((start + 1.5) * own_rate)]
        assert passage_rate == own_rate == rate
        assert len(passage) == len(meant)
        assert abs(lag(passage[:, 0], meant[:, 0], rate)) <= 0.010, start


@pytest.mark.parametrize(("suffix", "how", "rate"), labelled(PASSAGES))
def test_a_passage_is_at_the_second_at_which_it_was_transcribed(
    tmp_path: Path, suffix: str, how: Writing, rate: int
) -> None:
    path = write_with_av(tmp_path / f"call.{suffix}", speech(LONG, rate), rate, how)
    with decode(path) as audio:
        for start in (5.0, 18.4):
            heard = audio.read(Span(start, start + 3))
            passage, _ = read_passage(path, Span(start, start + 3))
            at_16_khz = resampled(passage[:, 0], rate)[: len(heard)]
            assert abs(lag(at_16_khz, heard[: len(at_16_khz)], SAMPLE_RATE)) <= 0.010


def resampled(sound: Samples, rate: int) -> Samples:
    """Return a sound at 16 kHz, by straight lines: enough to see where it lies."""
    times = np.arange(round(len(sound) / rate * SAMPLE_RATE)) / SAMPLE_RATE
    at = np.interp(times, np.arange(len(sound)) / rate, sound)
    return at.astype(np.float32)


def test_a_passage_keeps_channels_and_values(tmp_path: Path) -> None:
    sound = columns(speech(12.0, seed=1), speech(12.0, seed=2))
    path = write_wav(tmp_path / "call.wav", sound)

    passage, rate = read_passage(path, Span(10.5, 11.5))

    assert passage.shape == (16_000, 2)
    assert passage.dtype == np.float32
    assert rate == SAMPLE_RATE
    assert np.abs(passage - sound[168_000:184_000]).max() < 1e-4


def test_a_passage_is_cut_off_at_the_end_and_there_is_none_beyond_it(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", speech(12.0))

    passage, _ = read_passage(path, Span(11.5, 30))
    assert len(passage) == 8_000
    with pytest.raises(AudioError, match=r"call\.wav: there is no audio at 12\.5 s\."):
        read_passage(path, Span(12.5, 13))


# --- the decoded sound ----------------------------------------------------------------------


def test_samples_in_memory_come_back_as_they_were() -> None:
    sound = speech(1.0)
    with Audio.from_samples(sound) as audio:
        assert (audio.channels, audio.samples, audio.duration) == (1, 16_000, 1.0)
        assert np.abs(audio.read(Span(0, 1)) - sound).max() <= 0.5 / 32_768 + 1e-9


def test_what_is_louder_than_full_scale_is_clipped_not_wrapped() -> None:
    with Audio.from_samples(np.array([-2.0, -1.0, 1.0, 2.0], dtype=np.float32)) as audio:
        read = audio.read(Span(0, 1))
    assert read.min() == -1.0
    assert read.max() == pytest.approx(1.0, abs=1e-4)
    assert list(np.sign(read)) == [-1, -1, 1, 1]


@pytest.mark.parametrize(
    ("span", "samples"),
    [
        (Span(0, 0), 0),
        (Span(0, 0.5), 8_000),
        (Span(0.9, 1.5), 1_600),
        (Span(1.0, 2.0), 0),
        (Span(5.0, 6.0), 0),
        (Span(0, 1e6), 16_000),
    ],
)
def test_reading_beyond_the_end_gives_what_there_is(span: Span, samples: int) -> None:
    with Audio.from_samples(tone(1.0)) as audio:
        read = audio.read(span)
    assert read.shape == (samples,)
    assert read.dtype == np.float32


def test_a_channel_is_read_alone_and_none_is_the_mean_of_all() -> None:
    left, right = tone(0.5, hertz=300), tone(0.5, hertz=700)
    with Audio.from_samples(columns(left, right)) as audio:
        span = Span(0, 0.5)
        assert np.abs(audio.read(span, 0) - left).max() < 1e-4
        assert np.abs(audio.read(span, 1) - right).max() < 1e-4
        assert np.abs(audio.read(span) - (left + right) / 2).max() < 1e-4


@pytest.mark.parametrize("seconds", [0.1, 0.7, 1.0, 60.0])
def test_blocks_are_no_longer_than_asked_and_together_the_whole(seconds: float) -> None:
    sound = columns(speech(2.3, seed=1), speech(2.3, seed=2))
    with Audio.from_samples(sound) as audio:
        blocks = list(audio.blocks(seconds))
    assert all(len(block) <= seconds * SAMPLE_RATE for block in blocks)
    assert np.abs(np.concatenate(blocks) / 32_768 - sound).max() < 1e-4


def test_several_threads_read_at_once_and_each_gets_its_own_passage() -> None:
    sound = noise(20.0)
    spans = [Span(place / 7, place / 7 + 0.3) for place in range(130)]
    with Audio.from_samples(sound) as audio, ThreadPoolExecutor(8) as pool:
        read = list(pool.map(audio.read, spans * 4))
    for span, passage in zip(spans * 4, read, strict=True):
        meant = sound[round(span.start * SAMPLE_RATE) : round(span.end * SAMPLE_RATE)]
        assert np.abs(passage - meant).max() < 1e-4


def test_decoding_holds_one_block_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    make = tempfile.TemporaryFile

    def measured(*args: Any, **kwargs: Any) -> Any:
        spool = make(*args, **kwargs)
        return Measured(spool, written)

    monkeypatch.setattr(tempfile, "TemporaryFile", measured)
    how = Writing("flac", "flac")
    path = write_with_av(tmp_path / "call.flac", noise(120.0, 8_000), 8_000, how)
    with decode(path) as audio:
        assert sum(written) == 2 * audio.samples == 2 * 120 * SAMPLE_RATE
    assert max(written) <= 2 * SAMPLE_RATE  # a second of a recording of any length


class Measured:
    """A file that notes how much is written to it at once."""

    def __init__(self, file: Any, written: list[int]) -> None:
        self._file, self._written = file, written

    def write(self, data: bytes) -> int:
        self._written.append(len(data))
        return int(self._file.write(data))

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def test_a_closed_recording_is_gone() -> None:
    with Audio.from_samples(tone(0.1)) as audio:
        pass
    with pytest.raises(ValueError, match="closed"):
        audio.read(Span(0, 0.1))


def test_blocks_that_fail_leave_no_spool_open() -> None:
    def blocks() -> Iterator[Any]:
        yield np.zeros((10, 1), dtype=np.int16)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Audio.from_blocks(blocks())
    gc.collect()  # a spool that was left open would warn here, and a warning is an error
