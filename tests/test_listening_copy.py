"""Listening copies: on the clock of the transcript, small, the same every time, private."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
import soundfile

from pipeline import listening_copy
from pipeline.audio import SAMPLE_RATE, Audio, decode, read_passage
from pipeline.errors import LibraryError
from pipeline.listening_copy import (
    NOT_MADE,
    bit_rate,
    encode,
    made_of,
    unfinished,
    write_copies,
)
from pipeline.process import Request, process
from pipeline.transcript import Span
from pipeline.waveform import from_bytes
from tests.fakes import FakeEngines
from tests.libraries import contents
from tests.sounds import columns, lag, noise, silence, speech, tone, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.progress import Progress
    from tests.sounds import Samples

FRAME = 0.02  # seconds, of Opus as it is written


def click_at(second: float, length: float = 4.0) -> Samples:
    """Return silence with a click of 1 ms in it."""
    sound = silence(length)
    sound[round(second * SAMPLE_RATE) :][:16] = 0.8
    return sound


def encoded(*channels: Samples) -> bytes:
    """Return the copy of a recording."""
    file = io.BytesIO()
    with Audio.from_samples(columns(*channels)) as audio:
        encode(audio, file)
    return file.getvalue()


def decoded(data: bytes, folder: Path) -> Samples:
    """Return what is heard in a copy: (n_samples, n_channels) at 16 kHz."""
    path = folder / "copy.opus"
    path.write_bytes(data)
    with decode(path) as audio:
        blocks = [block / 32_768 for block in audio.blocks()]
    return np.concatenate(blocks).astype(np.float32)


# On the same clock, in the same channels


@pytest.mark.parametrize("channels", [1, 2, 3, 6, 8, 12])
def test_a_click_in_each_channel_is_heard_when_it_was_there_and_nowhere_else(
    tmp_path: Path, channels: int
) -> None:
    clicks = [0.5 + 0.25 * channel for channel in range(channels)]
    heard = decoded(encoded(*(click_at(second) for second in clicks)), tmp_path)
    assert heard.shape == (4 * SAMPLE_RATE, channels)
    for channel, second in enumerate(clicks):
        assert np.abs(heard[:, channel]).argmax() / SAMPLE_RATE == pytest.approx(second, abs=0.002)
        around = slice(*(round((second + edge) * SAMPLE_RATE) for edge in (-0.05, 0.1)))
        others = np.delete(heard[around], channel, axis=1)
        assert not others.size or np.abs(others).max() < 0.05 * np.abs(heard[:, channel]).max()


@pytest.mark.parametrize("samples", [159, 320, 321, 16_000, 33_333, 960_001])
def test_a_copy_is_as_long_as_its_recording(tmp_path: Path, samples: int) -> None:
    heard = decoded(encoded(noise(samples / SAMPLE_RATE)), tmp_path)
    assert len(heard) == pytest.approx(samples, abs=2)


def test_another_decoder_hears_the_same_at_the_same_time() -> None:
    sound = speech(5.0)
    read, rate = soundfile.read(io.BytesIO(encoded(sound, sound)), always_2d=True)
    heard = np.asarray(read, dtype=np.float32)
    assert heard.shape == (len(sound) * rate // SAMPLE_RATE, 2)
    assert abs(lag(heard[:: rate // SAMPLE_RATE, 0], sound, SAMPLE_RATE)) < 0.001


@pytest.mark.parametrize("start", [0.0, 0.013, 7.77, 31.4, 57.0])
def test_a_passage_is_cut_from_a_copy_where_it_is_in_the_recording(
    tmp_path: Path, start: float
) -> None:
    sound = speech(60.0)
    (tmp_path / "copy.opus").write_bytes(encoded(sound))
    heard, rate = read_passage(tmp_path / "copy.opus", Span(start, start + 2.5))
    meant = sound[round(start * SAMPLE_RATE) :][: round(2.5 * SAMPLE_RATE)]
    assert abs(lag(heard[:: rate // SAMPLE_RATE, 0], meant, SAMPLE_RATE)) < 0.001
    likeness = np.corrcoef(heard[:: rate // SAMPLE_RATE, 0][: len(meant)], meant)[0, 1]
    assert likeness > 0.95


def test_what_is_said_in_a_copy_is_what_was_said(tmp_path: Path) -> None:
    sounds = speech(10.0, seed=1), speech(10.0, seed=2)
    heard = decoded(encoded(*sounds), tmp_path)
    for channel, sound in enumerate(sounds):
        assert np.corrcoef(heard[:, channel], sound)[0, 1] > 0.95


# Small, and the same


def test_the_same_sound_gives_the_same_bytes() -> None:
    assert encoded(speech(3.0)) == encoded(speech(3.0))
    assert encoded(*[speech(1.0)] * 5) == encoded(*[speech(1.0)] * 5)
    assert encoded(speech(3.0, seed=1)) != encoded(speech(3.0, seed=2))


def test_a_copy_does_not_say_which_version_wrote_it() -> None:
    data = encoded(tone(1.0))
    assert b"OpusTags" in data
    assert not re.search(rb"Lav[cf]\d|encoder=", data)


@pytest.mark.parametrize(("channels", "rate"), [(1, 24_000), (2, 32_000), (3, 48_000)])
def test_a_copy_takes_about_as_much_as_it_is_to_take(channels: int, rate: int) -> None:
    data = encoded(*(speech(20.0, seed=seed) for seed in range(channels)))
    assert bit_rate(channels) == rate
    assert 0.5 * rate < len(data) * 8 / 20 < 1.4 * rate


def test_the_loudest_sound_stays_what_it_is(tmp_path: Path) -> None:
    loud = np.where(np.arange(SAMPLE_RATE) % 160 < 80, 1.0, -1.0).astype(np.float32)
    heard = decoded(encoded(loud), tmp_path)
    assert np.corrcoef(heard[:, 0], loud)[0, 1] > 0.95


def test_a_single_sample_is_no_trouble() -> None:
    assert encoded(tone(1 / SAMPLE_RATE)).startswith(b"OggS")


def test_an_hour_of_silence_takes_next_to_nothing() -> None:
    assert len(encoded(silence(60.0), silence(60.0))) < 40_000


def test_how_far_it_is_is_told_in_seconds_of_sound() -> None:
    told: list[Progress] = []
    with Audio.from_samples(silence(150.0)) as audio:
        encode(audio, io.BytesIO(), told.append)
    assert [(each.stage, each.done, each.total) for each in told] == [
        ("copy", done, 150.0) for done in (60.0, 120.0, 150.0)
    ]


def test_a_copy_says_how_it_was_made() -> None:
    with Audio.from_samples(columns(tone(0.1), tone(0.1))) as audio:
        made = made_of(audio)
    options = dict(made.options)
    assert (made.engine, made.version) == ("libopus", f"av {av.__version__}")
    assert (options["channels"], options["bit_rate"]) == ("2", "32000")


# Whole files, or none


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "copies" / "a.opus", tmp_path / "copies" / "a.dat"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_can_read_a_copy(places: tuple[Path, Path]) -> None:
    before = os.umask(0)
    try:
        with Audio.from_samples(speech(1.0)) as audio:
            write_copies(audio, *places)
    finally:
        os.umask(before)
    assert [mode(path) for path in (places[0].parent, *places)] == [0o700, 0o600, 0o600]
    assert sorted(places[0].parent.iterdir()) == sorted(places)
    assert len(from_bytes(places[1].read_bytes()).high) == 100


def test_what_a_killed_run_left_is_written_over(places: tuple[Path, Path]) -> None:
    places[0].parent.mkdir()
    for path in places:
        path.write_bytes(b"old")
        unfinished(path).write_bytes(b"left over " * 10_000)
    with Audio.from_samples(speech(1.0)) as audio:
        write_copies(audio, *places)
    assert sorted(places[0].parent.iterdir()) == sorted(places)
    assert places[0].read_bytes() == encoded(speech(1.0))


@pytest.mark.parametrize("after", [0, 1, 2, 5])
def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(
    places: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    places[0].parent.mkdir()
    places[0].write_bytes(b"old")
    full_after(after, monkeypatch)
    with Audio.from_samples(noise(30.0)) as audio, pytest.raises(LibraryError) as refused:
        write_copies(audio, *places)
    assert str(refused.value) == (
        f"{places[0].parent}: the small copy for listening cannot be kept here (No space left on "
        "device). The words are in the library. Make room or check permissions, then run the same "
        "command again."
    )
    assert [path.read_bytes() for path in places[0].parent.iterdir()] == [b"old"]


def full_after(writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a disk have no room any more after some blocks."""

    class Full(io.FileIO):
        count = 0

        def write(self, data: Any) -> int:
            self.count += 1
            if self.count > writes:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data)

    def opened(descriptor: int, _: str) -> io.BufferedWriter:
        return io.BufferedWriter(Full(descriptor, "wb"), 4096)

    monkeypatch.setattr(os, "fdopen", opened)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "copies").write_bytes(b"a file")
    place = tmp_path / "copies" / "a.opus"
    with (
        Audio.from_samples(tone(0.1)) as audio,
        pytest.raises(LibraryError, match="cannot be kept here"),
    ):
        write_copies(audio, place, place.with_suffix(".dat"))


# As a stage


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "call.wav", speech(4.0))


def test_every_recording_gets_a_copy_and_a_waveform(call: Path, library: Library) -> None:
    identity = process(call, library, FakeEngines(), Request()).recording.id
    with decode(library.copy_path(identity)) as copy:
        assert copy.channels == 1
        assert copy.duration == pytest.approx(4.0, abs=FRAME)
    assert len(from_bytes(library.peaks_path(identity).read_bytes()).high) == 400
    assert library.has_copy(identity)


def test_a_recording_of_an_older_library_gets_its_copy_and_nothing_else_runs(
    call: Path, library: Library, tmp_path: Path
) -> None:
    first = process(call, library, FakeEngines(), Request())
    before = contents(tmp_path / "library")
    library.drop_copy(first.recording.id)
    (entry,) = library.entries()
    assert entry.complete
    engines = FakeEngines()
    assert process(call, library, engines, Request()).ran == ("copy",)
    assert engines.asked.keys() <= {"language_model"}  # which is asked for one, and none is there
    assert contents(tmp_path / "library") == before


@pytest.mark.parametrize("lost", ["copy_path", "peaks_path"])
def test_a_copy_that_was_lost_is_made_again(call: Path, library: Library, lost: str) -> None:
    identity = process(call, library, FakeEngines(), Request()).recording.id
    path: Path = getattr(library, lost)(identity)
    written = path.read_bytes()
    path.unlink()
    assert process(call, library, FakeEngines(), Request()).ran == ("copy",)
    assert path.read_bytes() == written
    path.write_bytes(written[:-1])
    assert process(call, library, FakeEngines(), Request()).ran == ("copy",)
    assert process(call, library, FakeEngines(), Request()).ran == ()


def test_a_full_disk_costs_no_word(
    call: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        full_after(1, patch)
        with pytest.raises(LibraryError, match="The words are in the library"):
            process(call, library, FakeEngines(), Request())
    (entry,) = library.entries()
    assert (entry.complete, entry.turns) == (True, 1)
    assert process(call, library, FakeEngines(), Request()).ran == ("copy",)


@pytest.mark.parametrize("error", [ValueError("no such codec: libopus"), RuntimeError("odd")])
def test_where_opus_cannot_be_written_the_words_are_kept_and_the_copy_follows_later(
    call: Path, library: Library, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(listening_copy, "encode", refuse)
        processed = process(call, library, FakeEngines(), Request())
    made = library.made(processed.recording.id)["copy"]
    assert made.engine == NOT_MADE
    assert made.notes == (f"there is no copy for listening, as making it failed ({error})",)
    assert not library.has_copy(processed.recording.id)
    assert list(library.copies_wrong(deep=True)) == []
    assert process(call, library, FakeEngines(), Request()).ran == ("copy",)
    assert library.has_copy(processed.recording.id)
