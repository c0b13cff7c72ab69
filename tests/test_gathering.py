"""Folders that are one call are processed as one recording, by themselves or where it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.batch import State, process_all
from pipeline.clips import check_target, original, plain
from pipeline.commands.gathering import files_named, recordings_among
from pipeline.errors import AudioError, UsageError
from pipeline.process import Request
from pipeline.recording import Layout
from pipeline.transcript import Span
from tests.fakes import FakeEngines
from tests.sounds import by_turns, columns, speech, tone, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.batch import Outcome
    from pipeline.library import Library

ASK = Request()
ZOOM = ("audioAnnaSmith11234567890.wav", "audioBen21234567890.wav")


def write_call(folder: Path, names: tuple[str, str]) -> Path:
    """Write a call of 6 s with a file for each of two people, and return its folder."""
    folder.mkdir(parents=True)
    for name, sound in zip(names, by_turns(6, leak=0.0), strict=True):
        write_wav(folder / name, sound)
    return folder


def ran(library: Library, *paths: Path, tracks: bool = False) -> list[Outcome]:
    """Process what is named, as the command does."""
    files = recordings_among(files_named(paths, tracks=tracks), library, tracks=tracks)
    return list(process_all(files, library, FakeEngines(), ASK))


def told(library: Library, *paths: Path, tracks: bool = False) -> list[tuple[str, State]]:
    return [(each.path.name, each.state) for each in ran(library, *paths, tracks=tracks)]


def test_zooms_folder_is_one_recording_with_a_speaker_for_each_file(
    library: Library, tmp_path: Path
) -> None:
    write_call(tmp_path / "calls" / "2026-03-03 Meeting" / "Audio Record", ZOOM)
    (outcome,) = ran(library, tmp_path / "calls")
    assert outcome.state is State.DONE
    (entry,) = library.entries()
    assert entry.recording.title == "2026-03-03 Meeting"
    assert entry.recording.track_names == ("Anna Smith", "Ben")
    assert entry.recording.layout is Layout.CHANNEL_PER_SPEAKER
    assert len(entry.speakers) == 2


def test_unrelated_recordings_in_a_folder_are_never_taken_as_one(
    library: Library, tmp_path: Path
) -> None:
    write_call(tmp_path / "calls", ("anna.wav", "ben.wav"))
    assert told(library, tmp_path / "calls") == [
        ("anna.wav", State.DONE),
        ("ben.wav", State.DONE),
    ]


def test_a_folder_is_one_recording_where_that_is_asked_and_ever_after(
    library: Library, tmp_path: Path
) -> None:
    call = write_call(tmp_path / "calls" / "first", ("anna.wav", "ben.wav"))
    assert told(library, call, tracks=True) == [("first", State.DONE)]
    assert told(library, tmp_path / "calls") == [("first", State.KNOWN)]


def test_a_folder_that_was_moved_is_known(library: Library, tmp_path: Path) -> None:
    call = write_call(tmp_path / "first", ("anna.wav", "ben.wav"))
    ran(library, call, tracks=True)
    moved = call.rename(tmp_path / "elsewhere")
    assert told(library, moved, tracks=True) == [("elsewhere", State.KNOWN)]
    assert [each.path for each in library.recordings()] == [moved]


def test_a_broken_track_is_named_and_stops_no_other_call(library: Library, tmp_path: Path) -> None:
    broken, whole = (
        write_call(tmp_path / name, ("anna.wav", "ben.wav")) for name in ("broken", "whole")
    )
    (broken / "ben.wav").write_bytes(b"this is no sound " * 99)
    failed, done = ran(library, broken, whole, tracks=True)
    assert (failed.state, done.state) == (State.FAILED, State.DONE)
    assert failed.message.startswith(f"{broken / 'ben.wav'}: ")


def test_files_that_are_named_stay_files(library: Library, tmp_path: Path) -> None:
    call = write_call(tmp_path / "Audio Record", ZOOM)
    assert told(library, call / ZOOM[0]) == [(ZOOM[0], State.DONE)]


def test_what_cannot_be_one_call_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--tracks takes a folder"):
        files_named([tmp_path], tracks=True)


def test_files_that_look_like_one_call_are_suggested_until_they_are_known(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = write_call(tmp_path / "call", ("call_anna.wav", "call_ben.wav"))
    assert told(library, call) == [("call_anna.wav", State.DONE), ("call_ben.wav", State.DONE)]
    said = capsys.readouterr()
    assert said.err.startswith(f"{call}: these files are equally long.")
    assert said.err.count("\n") == 1
    assert said.out == ""
    ran(library, call)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("names", [("anna.wav", "ben.wav"), ("call-1.wav", "call-2.wav")])
def test_nothing_is_suggested_for_recordings_that_are_called_otherwise(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str], names: tuple[str, str]
) -> None:
    ran(library, write_call(tmp_path / "call", names))
    assert capsys.readouterr().err == ""


# --- clips ------------------------------------------------------------------------------------


def test_a_clip_of_a_call_with_tracks_is_the_mix(library: Library, tmp_path: Path) -> None:
    call = write_call(tmp_path / "call", ("anna.wav", "ben.wav"))
    (outcome,) = ran(library, call, tracks=True)
    assert outcome.recording is not None
    assert original(outcome.recording) == call
    clip = plain(call, Span(1.0, 3.0))
    assert (clip.samples.shape, clip.rate) == ((32_000, 1), 16_000)


@pytest.mark.parametrize("name", ["anna.wav", "ben.wav"])
def test_no_track_is_written_over_even_by_force(tmp_path: Path, name: str) -> None:
    call = write_call(tmp_path / "call", ("anna.wav", "ben.wav"))
    with pytest.raises(UsageError, match="recordings are never written over"):
        check_target(call / name, [tmp_path / "other.wav", call], force=True)


def test_a_track_that_is_gone_or_new_is_said_with_what_to_do(
    library: Library, tmp_path: Path
) -> None:
    call = write_call(tmp_path / "call", ("anna.wav", "ben.wav"))
    (outcome,) = ran(library, call, tracks=True)
    assert outcome.recording is not None
    write_wav(call / "carla.wav", speech(1.0))
    with pytest.raises(AudioError, match="no longer the file that was transcribed"):
        original(outcome.recording)
    (call / "carla.wav").unlink()
    (call / "ben.wav").unlink()
    with pytest.raises(AudioError, match="this track of the recording is not there") as caught:
        original(outcome.recording)
    assert str(caught.value).startswith(f"{call / 'ben.wav'}: ")


def test_a_clip_of_more_channels_than_two_is_their_mix(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "call.wav", columns(*[tone(2.0, level=0.2)] * 5))
    assert plain(path, Span(0.0, 1.0)).samples.shape[1] == 1
