"""Passages played or cut just so, what no clip takes the place of, machines without sound."""

from __future__ import annotations

import resource
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile

from pipeline.clips import (
    SUFFIXES,
    Sound,
    around,
    check_target,
    exactly,
    heard_from,
    original,
    plain,
    play,
    saving,
    sound_device,
    write_sound,
)
from pipeline.clips.cutting import FADE
from pipeline.clips.edges import LEAD_IN, LENGTH
from pipeline.errors import AudioError, RelistenError, UsageError
from pipeline.timestamps import format_timestamp
from pipeline.transcript import Span
from tests.libraries import recording
from tests.sounds import Writing, columns, lag, noise, speech, tone, write_wav, write_with_av

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


def write_clip(
    path: Path, span: Span, target: Path, *, kept: Iterable[Path] = (), force: bool = False
) -> None:
    """Write a passage just so, as `relisten play -o` does."""
    check_target(target, [path, *kept], force=force)
    clip = plain(path, span)
    with saving(target) as beside:
        write_sound(beside, [clip.samples], clip.rate)


@pytest.mark.parametrize(
    ("start", "end", "duration", "span"),
    [
        # a moment: a little before it, and so much after
        (60.0, None, 3600.0, Span(60 - LEAD_IN, 60 + LENGTH)),
        (0.0, None, 3600.0, Span(0, LENGTH)),
        (0.4, None, 3600.0, Span(0, 0.4 + LENGTH)),
        (3595.0, None, 3600.0, Span(3594, 3600)),
        (3600.5, None, 3600.0, Span(3599.5, 3600)),
        (5.0, None, 6.0, Span(4, 6)),
        # a passage: a little before it, a little after
        (60.0, 62.0, 3600.0, Span(59, 63)),
        (60.0, 120.0, 3600.0, Span(59, 121)),
        (60.0, 60.0, 3600.0, Span(59, 61)),
        (0.0, 1.0, 3600.0, Span(0, 2)),
        (3590.0, 3599.5, 3600.0, Span(3589, 3600)),
    ],
)
def test_a_passage_is_played_from_a_little_before_it_within_the_recording(
    start: float, end: float | None, duration: float, span: Span
) -> None:
    assert around(start, end, duration) == span


@pytest.mark.parametrize(("start", "duration"), [(3601.0, 3600.0), (100.0, 60.0), (1.0, 0.0)])
def test_nothing_is_played_beyond_the_end(start: float, duration: float) -> None:
    with pytest.raises(UsageError, match=f"ends at {format_timestamp(duration)}, before "):
        around(start, None, duration)


def test_times_are_told_as_they_are_typed() -> None:
    beyond = r"^the recording ends at 03:53, before 09:20\.$"
    with pytest.raises(UsageError, match=beyond):
        around(560.0, None, 233.9)
    with pytest.raises(UsageError, match=beyond):
        exactly(560.0, 570.0, 233.9)
    with pytest.raises(UsageError, match=r"and 01:10 is not after 01:20\.5\. Write the earlier"):
        exactly(80.5, 70.0, 233.9)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("span", [Span(0, 1), Span(1.234, 3.456), Span(2.5, 2.9), Span(0.1, 4.333)])
def test_a_clip_is_as_long_as_its_passage_at_the_files_own_rate(
    tmp_path: Path, rate: int, span: Span
) -> None:
    clip = plain(write_wav(tmp_path / "call.wav", noise(5.0, rate), rate), span)
    assert clip.rate == rate
    assert clip.duration == pytest.approx(span.duration, abs=0.001)


def test_a_clip_fades_in_and_out_and_is_itself_between(tmp_path: Path) -> None:
    sound = tone(3.0, 44_100, level=0.5)
    heard = plain(write_wav(tmp_path / "call.wav", sound, 44_100), Span(1, 2)).samples[:, 0]
    fade = round(FADE * 44_100)

    assert abs(heard[0]) < 0.01
    assert abs(heard[-1]) < 0.02
    assert np.abs(heard[: fade // 4]).max() < 0.3 * np.abs(heard[fade : 3 * fade]).max()
    assert np.abs(heard[-fade // 4 :]).max() < 0.3 * np.abs(heard[fade : 3 * fade]).max()
    inside = slice(2 * fade, -2 * fade)
    assert np.abs(heard[inside] - sound[44_100:88_200][inside]).max() < 1e-3


@pytest.mark.parametrize("seconds", [0.001, 0.003, 0.01, 0.02])
def test_a_clip_shorter_than_its_fades_is_cut_all_the_same(tmp_path: Path, seconds: float) -> None:
    path = write_wav(tmp_path / "call.wav", noise(1.0))
    clip = plain(path, Span(0.5, 0.5 + seconds))
    assert len(clip.samples) == pytest.approx(seconds * 16_000, abs=1)


def test_a_clip_keeps_its_channels_apart(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", columns(tone(1.0, level=0.5), 0 * tone(1.0)))
    left, right = plain(path, Span(0.2, 0.8)).samples.T
    assert np.abs(left).max() > 0.49
    assert np.abs(right).max() == 0


def test_a_clip_beyond_the_end_is_refused(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", noise(1.0))
    with pytest.raises(AudioError, match=r"there is no audio at 2\.0 s"):
        plain(path, Span(2, 3))


def test_a_clip_of_a_film_is_its_sound(tmp_path: Path) -> None:
    how = Writing("mp4", "aac", picture=True)
    path = write_with_av(tmp_path / "film.mp4", speech(16.0, 48_000), 48_000, how)
    target = tmp_path / "clip.flac"

    write_clip(path, Span(12.0, 14.0), target)

    heard, rate = soundfile.read(target, dtype="float32", always_2d=True)
    assert (len(heard), rate) == (2 * 48_000, 48_000)
    meant = speech(16.0, 48_000)[12 * rate : 14 * rate]
    assert abs(lag(heard[:, 0].astype(np.float32), meant, rate)) < 0.03


@pytest.mark.parametrize("name", ["clip", "clip.m4a", "clip.txt", "clip.wav.bak", ".wav"])
def test_a_format_that_is_not_written_is_refused_before_the_file_is_read(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError) as caught:
        write_clip(tmp_path / "not there.wav", Span(0, 1), tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: ")
    assert all(suffix in str(caught.value) for suffix in SUFFIXES)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_before_any_work(tmp_path: Path) -> None:
    away = tmp_path / "away"
    with pytest.raises(UsageError, match=f"there is no folder {away}\\. Make it, or choose"):
        check_target(away / "clip.wav")
    away.mkdir()
    check_target(away / "clip.wav")


@pytest.mark.parametrize("suffix", [".wav", ".ogg"])
def test_a_disk_that_takes_no_more_is_said_in_words(tmp_path: Path, suffix: str) -> None:
    sound = noise(8.0).reshape(-1, 1)
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    target = tmp_path / f"clip{suffix}"
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most[1]))
    try:
        with pytest.raises(RelistenError) as caught, saving(target) as beside:
            write_sound(beside, [sound], 16_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert "(the disk takes no more of it and may be full)" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    target = tmp_path / "clip.wav"
    target.mkdir()
    path = write_wav(tmp_path / "call.wav", tone(1.0))
    there = sorted(tmp_path.iterdir())
    with pytest.raises(RelistenError) as caught:
        write_clip(path, Span(0, 1), target, force=True)
    assert str(caught.value).startswith(f"{target}: it cannot be written there (")
    assert str(caught.value).endswith("Choose another place or format.")
    assert sorted(tmp_path.iterdir()) == there


# --- what is there already ------------------------------------------------------------------


def a_file(path: Path) -> None:
    path.write_bytes(b"an hour of work")


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("away.wav")


@pytest.mark.parametrize("make", [a_file, a_folder, a_link_to_nothing])
def test_what_is_there_already_is_not_written_over(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path, target = write_wav(tmp_path / "call.wav", tone(1.0)), tmp_path / "clip.wav"
    make(target)
    with pytest.raises(UsageError) as caught:
        write_clip(path, Span(0, 1), target)
    assert str(caught.value) == (
        f"{target}: it exists already; choose another name, or say --force."
    )
    assert sorted(tmp_path.iterdir()) == [path, target]


def test_a_file_is_written_over_by_force(tmp_path: Path) -> None:
    path, target = write_wav(tmp_path / "call.wav", tone(1.0)), tmp_path / "clip.wav"
    a_file(target)
    write_clip(path, Span(0, 0.5), target, force=True)
    assert soundfile.info(target).duration == pytest.approx(0.5)
    assert sorted(tmp_path.iterdir()) == [path, target]


def by_its_name(path: Path) -> Path:
    return path


def by_a_way_round(path: Path) -> Path:
    return path.parent / ".." / path.parent.name / path.name


def by_a_link(path: Path) -> Path:
    link = path.with_name("link.wav")
    link.symlink_to(path)
    return link


def by_a_second_name(path: Path) -> Path:
    second = path.with_name("second.wav")
    second.hardlink_to(path)
    return second


@pytest.mark.parametrize("name", [by_its_name, by_a_way_round, by_a_link, by_a_second_name])
@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("other", [True, False])
def test_no_recording_is_written_over_even_by_force(
    tmp_path: Path, name: Callable[[Path], Path], force: bool, other: bool
) -> None:
    path = write_wav(tmp_path / "call.wav", tone(1.0))
    cut_from = write_wav(tmp_path / "other.wav", tone(1.0)) if other else path
    before = path.read_bytes()
    kept = [tmp_path / "on another drive.wav", path]
    with pytest.raises(UsageError, match="this is a recording, and recordings are never written"):
        write_clip(cut_from, Span(0, 1), name(path), kept=kept if other else (), force=force)
    assert path.read_bytes() == before


def test_a_clip_that_is_broken_off_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(path: Path, *_: object, **__: object) -> None:
        path.write_bytes(b"half a cl")
        raise KeyboardInterrupt

    path, target = write_wav(tmp_path / "call.wav", tone(1.0)), tmp_path / "clip.wav"
    a_file(target)
    monkeypatch.setattr(soundfile, "SoundFile", break_off)
    with pytest.raises(KeyboardInterrupt):
        write_clip(path, Span(0, 1), target, force=True)
    assert target.read_bytes() == b"an hour of work"
    assert sorted(tmp_path.iterdir()) == [path, target]


# --- the original ---------------------------------------------------------------------------


def test_a_recording_that_is_what_it_was_is_cut_from(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", tone(1.0))
    assert original(recording(path=path, size=path.stat().st_size)) == path


@pytest.mark.parametrize("name", ["gone.wav", "gone/call.wav", "call.wav/call.wav"])
def test_a_recording_that_is_gone_is_said_with_what_to_do(tmp_path: Path, name: str) -> None:
    write_wav(tmp_path / "call.wav", tone(1.0))
    with pytest.raises(AudioError) as caught:
        original(recording(path=tmp_path / name))
    assert str(caught.value) == (
        f"{tmp_path / name}: the recording is not there any more. "
        "Plug the drive in, or look for it where it may be: relisten relink FOLDER"
    )


@pytest.mark.parametrize("more", [-1, 1])
def test_another_file_in_a_recordings_place_is_not_cut_from(tmp_path: Path, more: int) -> None:
    path = write_wav(tmp_path / "call.wav", tone(1.0))
    with pytest.raises(AudioError) as caught:
        original(recording(path=path, size=path.stat().st_size + more))
    assert str(caught.value) == (
        f"{path}: this is no longer the file that was transcribed. Look for that one elsewhere: "
        "relisten relink FOLDER. Or run relisten process on this one."
    )


def test_a_recording_that_is_there_is_heard_itself(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", tone(1.0))
    copy = write_wav(tmp_path / "copy.opus", tone(1.0))
    known = recording(path=path, size=path.stat().st_size)
    assert heard_from(known, copy) == Sound(path)


@pytest.mark.parametrize("other", [None, b"another file"])
def test_a_copy_is_heard_where_the_recording_is_gone_or_changed(
    tmp_path: Path, other: bytes | None
) -> None:
    path, copy = tmp_path / "call.wav", write_wav(tmp_path / "copy.opus", tone(1.0))
    if other:
        path.write_bytes(other)
    said = f"the recording itself is not at {path}; this is its listening copy"
    assert heard_from(recording(path=path), copy) == Sound(copy, said)


def test_where_neither_is_there_it_is_the_recording_that_is_missed(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"call\.wav: the recording is not there any more"):
        heard_from(recording(path=tmp_path / "call.wav"), tmp_path / "copy.opus")


# --- playing --------------------------------------------------------------------------------


class PortAudioError(Exception):
    """What sounddevice raises."""


class FakeSoundDevice(ModuleType):
    """sounddevice on a machine of our choice."""

    PortAudioError = PortAudioError

    def __init__(self, missing: Exception | None = None, refusal: Exception | None = None) -> None:
        super().__init__("sounddevice")
        self.missing, self.refusal = missing, refusal
        self.played: list[tuple[tuple[int, ...], int, bool]] = []

    def query_devices(self, kind: str) -> dict[str, str]:
        if self.missing:
            raise self.missing
        return {"name": f"Loudspeaker ({kind})"}

    def play(self, samples: Any, rate: int, *, blocking: bool) -> None:
        if self.refusal:
            raise self.refusal
        self.played.append((samples.shape, rate, blocking))


class NoPortAudio:
    """A finder by which sounddevice fails while it is imported, as without PortAudio."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")


def test_a_passage_is_played_to_its_end_on_the_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeSoundDevice()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    path = write_wav(tmp_path / "call.wav", columns(tone(2.0, 44_100), tone(2.0, 44_100)), 44_100)

    play(path, Span(0.5, 1.5))

    assert sound_device() == "Loudspeaker (output)"
    assert fake.played == [((44_100, 2), 44_100, True)]


@pytest.mark.parametrize(
    "missing", [PortAudioError("no default output device"), ValueError("no output device")]
)
def test_a_machine_without_a_sound_device_is_told_to_write_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: Exception
) -> None:
    fake = FakeSoundDevice(missing=missing)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    with pytest.raises(RelistenError) as caught:
        play(write_wav(tmp_path / "call.wav", tone(1.0)), Span(0, 1))
    assert str(caught.value) == (
        "this machine has no sound device to play on. "
        "To have the passage as a file: relisten play ... -o clip.wav"
    )
    assert fake.played == []


def test_a_machine_without_portaudio_is_told_to_write_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoPortAudio(), *sys.meta_path])
    with pytest.raises(RelistenError, match=r"no PortAudio .* -o clip\.wav$"):
        play(write_wav(tmp_path / "call.wav", tone(1.0)), Span(0, 1))
    with pytest.raises(RelistenError, match="no PortAudio"):
        sound_device()


def test_a_device_that_refuses_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeSoundDevice(refusal=PortAudioError("Invalid sample rate"))
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    with pytest.raises(RelistenError, match=r"refuses to play \(Invalid sample rate\)\. To have"):
        play(write_wav(tmp_path / "call.wav", tone(1.0)), Span(0, 1))
