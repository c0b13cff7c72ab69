"""Which files are recordings, in which order, and what each one is."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.audio import decode
from pipeline.errors import AudioError, UsageError
from pipeline.ingest import (
    content_id,
    describe,
    find_recordings,
    find_tracks,
    may_be_recording,
    size_of,
)
from pipeline.kinds import MEDIA_SUFFIXES, OTHER_SUFFIXES
from pipeline.recording import Layout, Recording, Track
from pipeline.watching import is_partial
from tests.sounds import Writing, by_turns, columns, speech, tone, write_wav, write_with_av


def put(folder: Path, *names: str) -> None:
    """Make files that are empty, whatever they are called."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(folder: Path, *paths: Path) -> list[str]:
    """Return what is found in paths (in the folder, if none), as names within the folder."""
    return [path.relative_to(folder).as_posix() for path in find_recordings(paths or [folder])]


# --- which ----------------------------------------------------------------------------------


def test_recordings_are_found_at_any_depth_in_the_order_of_their_paths(tmp_path: Path) -> None:
    put(tmp_path, "b.mp3", "a/z.wav", "a/y/x.flac", "c.m4a", "B.mp3", "a.ogg")
    assert found(tmp_path) == ["B.mp3", "a/y/x.flac", "a/z.wav", "a.ogg", "b.mp3", "c.m4a"]


def test_paths_keep_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    put(tmp_path, "second/b.wav", "second/a.wav", "first.wav")
    named = [tmp_path / "second", tmp_path / "first.wav"]
    assert found(tmp_path, *named) == ["second/a.wav", "second/b.wav", "first.wav"]
    assert found(tmp_path, *reversed(named)) == ["first.wav", "second/a.wav", "second/b.wav"]


@pytest.mark.parametrize(
    "name",
    [
        "two words.wav",
        "Gespräch mit Zoë.m4a",
        "打ち合わせ.mp3",
        "🎤 pitch.ogg",
        "line\nend.wav",
        "'quoted' \"twice\".flac",
        "-dash.wav",
        "100%.wav",
        "LOUD.WAV",
        "many.dots.in.it.Mp3",
    ],
)
def test_a_recording_may_have_any_name(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert found(tmp_path) == [name]
    assert found(tmp_path, tmp_path / name) == [name]


def test_a_name_that_is_not_text_is_a_name(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.wav")
    put(tmp_path, name)
    assert found(tmp_path) == [name]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.wav",
        "._call.m4a",  # what macOS lays beside a file on a foreign disk
        ".DS_Store",
        ".trash/call.wav",
        "calls/.cache/deep/call.wav",
    ],
)
def test_what_is_hidden_is_passed_over(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, "call.wav")
    assert found(tmp_path) == ["call.wav"]


def test_what_is_hidden_is_taken_where_it_is_named(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.wav", ".calls/a.wav")
    assert found(tmp_path, tmp_path / ".hidden.wav") == [".hidden.wav"]
    assert found(tmp_path, tmp_path / ".calls") == [".calls/a.wav"]


@pytest.mark.parametrize("suffix", sorted(OTHER_SUFFIXES))
def test_what_lies_beside_recordings_is_passed_over_without_being_opened(
    tmp_path: Path, suffix: str
) -> None:
    write_wav(tmp_path / f"sound{suffix}", tone(0.2))
    write_wav(tmp_path / f"SOUND{suffix.upper()}", tone(0.2))
    assert found(tmp_path) == []


@pytest.mark.parametrize("suffix", sorted(MEDIA_SUFFIXES))
def test_what_is_called_a_recording_is_one_even_if_it_is_broken(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(b"broken")
    assert may_be_recording(path)
    assert may_be_recording(path.rename(tmp_path / f"BROKEN{suffix.upper()}"))


def test_no_suffix_is_of_both_kinds() -> None:
    assert set() == MEDIA_SUFFIXES & OTHER_SUFFIXES
    assert all(suffix == suffix.lower() for suffix in MEDIA_SUFFIXES | OTHER_SUFFIXES)
    assert all(suffix.count(".") == 1 for suffix in MEDIA_SUFFIXES | OTHER_SUFFIXES)


@pytest.mark.parametrize("name", ["call", "call.rec", "REC0001.xyz", "call.wav.1"])
def test_a_file_of_an_unknown_kind_is_opened_to_see(tmp_path: Path, name: str) -> None:
    write_wav(tmp_path / name, tone(0.5))
    (tmp_path / f"letter {name}").write_bytes(b"Dear Anna, thank you for the call. " * 50)
    (tmp_path / f"empty {name}").touch()
    assert found(tmp_path) == [name]


def test_a_file_that_is_named_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    put(tmp_path, "notes.txt")
    assert found(tmp_path, tmp_path / "notes.txt") == ["notes.txt"]


def test_a_folder_called_like_a_recording_is_a_folder(tmp_path: Path) -> None:
    put(tmp_path, "calls.wav/first.wav")
    assert found(tmp_path) == ["calls.wav/first.wav"]


def test_an_empty_folder_and_no_folder_at_all_hold_nothing(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    assert list(find_recordings([])) == []


# --- each once ------------------------------------------------------------------------------


def test_a_file_named_twice_is_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "calls/a.wav", "calls/b.wav")
    monkeypatch.chdir(tmp_path)
    paths = [tmp_path / "calls" / "b.wav", tmp_path / "calls", tmp_path, Path("calls/../calls")]
    assert found(tmp_path, *paths) == ["calls/b.wav", "calls/a.wav"]


def test_a_link_to_a_file_that_is_there_is_no_second_recording(tmp_path: Path) -> None:
    put(tmp_path, "a.wav")
    (tmp_path / "link.wav").symlink_to(tmp_path / "a.wav")
    assert found(tmp_path) == ["a.wav"]


def test_a_link_to_a_file_elsewhere_is_a_recording(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/a.wav", "calls/.keep")
    (tmp_path / "calls" / "link.wav").symlink_to(tmp_path / "elsewhere" / "a.wav")
    assert found(tmp_path, tmp_path / "calls") == ["calls/link.wav"]


def test_folders_that_are_linked_in_a_loop_come_to_an_end(tmp_path: Path) -> None:
    put(tmp_path, "calls/a.wav")
    (tmp_path / "calls" / "again").symlink_to(tmp_path / "calls")
    (tmp_path / "calls" / "up").symlink_to(tmp_path)
    assert found(tmp_path) == ["calls/a.wav"]


def test_a_linked_folder_is_entered_where_it_is_named(tmp_path: Path) -> None:
    put(tmp_path, "calls/a.wav")
    (tmp_path / "link").symlink_to(tmp_path / "calls")
    assert found(tmp_path, tmp_path / "link") == ["link/a.wav"]


def test_links_that_lead_nowhere_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a.wav")
    (tmp_path / "gone.wav").symlink_to(tmp_path / "not there.wav")
    (tmp_path / "itself.wav").symlink_to(tmp_path / "itself.wav")
    assert found(tmp_path) == ["a.wav"]


def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert found(tmp_path) == []


def test_a_folder_that_may_not_be_looked_into_is_not_passed_over_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a/secret/x.wav", "b.wav")
    scandir = os.scandir

    def refusing(folder: Path) -> Any:
        if Path(folder).name == "secret":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refusing)
    monkeypatch.setattr(os, "listdir", refusing)
    assert found(tmp_path) == ["a/secret", "b.wav"]
    with pytest.raises(AudioError, match=r"secret: it cannot be read \(Permission denied\)"):
        content_id(tmp_path / "a" / "secret")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("not there.wav", "there is no such file"), ("x" * 300, "it cannot be reached (")],
)
def test_a_path_that_is_not_there_is_said(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        found(tmp_path, tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name}: {reason}")
    assert str(caught.value).endswith("Check the name.")


# --- what each one is -----------------------------------------------------------------------


def test_identity_is_content_whatever_the_name(tmp_path: Path) -> None:
    first, second = tmp_path / "a.wav", tmp_path / "b.mp3"
    first.write_bytes(b"the same")
    second.write_bytes(b"the same")
    assert content_id(first) == content_id(second) == hashlib.sha256(b"the same").hexdigest()
    second.write_bytes(b"not the same")
    assert content_id(first) != content_id(second)


def test_a_file_that_is_gone_has_no_identity(tmp_path: Path) -> None:
    with pytest.raises(AudioError) as caught:
        content_id(tmp_path / "gone.wav")
    assert str(caught.value) == (
        f"{tmp_path / 'gone.wav'}: there is no such file. Check the name, or plug the drive in."
    )


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no file without an end")
def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    endless, sparse = tmp_path / "endless.wav", tmp_path / "sparse.wav"
    endless.symlink_to("/dev/zero")
    sparse.touch()
    os.truncate(sparse, 10 * 1024**4)
    for path, reason in ((endless, "this is not a file"), (sparse, "nothing but zeros")):
        with pytest.raises(AudioError, match=reason):
            content_id(path)


def described(path: Path, project: str | None = None) -> Recording:
    """Return what a file is."""
    with decode(path) as audio:
        return describe(path, content_id(path), audio, project)


def test_a_recording_is_described_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    how = Writing(
        "ipod", "aac", tags={"title": " Anna on prices ", "creation_time": "2026-01-02 03:04:05"}
    )
    sound = columns(*by_turns(20.0, 48_000))
    path = write_with_av(tmp_path / "call.m4a", sound, 48_000, how)

    recording = described(path, "acme")

    assert recording == Recording(
        id=content_id(path),
        path=path,
        title="Anna on prices",
        duration=pytest.approx(20.0, abs=0.1),  # type: ignore[arg-type]
        channels=2,
        sample_rate=48_000,
        codec="aac",
        size=path.stat().st_size,
        layout=Layout.CHANNEL_PER_SPEAKER,
        recorded_at="2026-01-02T03:04:05",
        recorded_at_from="tag",
        project="acme",
        damage="",
    )


def test_a_recording_without_tags_goes_by_its_name_and_its_files_time(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "interview with Anna.wav", speech(2.0))
    moment = datetime(2025, 3, 4, 5, 6, 7)
    os.utime(path, (moment.timestamp(), moment.timestamp()))

    recording = described(path)

    assert (recording.title, recording.project) == ("interview with Anna", None)
    assert (recording.recorded_at, recording.recorded_at_from) == (
        "2025-03-04T05:06:07",
        "file time",
    )
    assert (recording.layout, recording.duration) == (Layout.MONO, 2.0)


def test_a_title_of_nothing_but_space_is_none(tmp_path: Path) -> None:
    how = Writing("mp3", "libmp3lame", tags={"title": "   "})
    path = write_with_av(tmp_path / "2025-05-06 call.mp3", tone(1.0), 16_000, how)
    recording = described(path)
    assert recording.title == "2025-05-06 call"
    assert (recording.recorded_at, recording.recorded_at_from) == ("2025-05-06T00:00:00", "name")


def test_a_path_is_kept_whole_so_that_it_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wav(tmp_path / "call.wav", tone(0.5))
    monkeypatch.chdir(tmp_path)
    assert described(Path("call.wav")).path == tmp_path / "call.wav"


def test_a_file_that_breaks_off_is_described_as_long_as_it_is_and_with_its_damage(
    tmp_path: Path,
) -> None:
    path = write_wav(tmp_path / "call.wav", np.tile(tone(1.0), 10))
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    recording = described(path)
    assert recording.duration == pytest.approx(5.0, abs=0.01)
    assert recording.damage.startswith("it breaks off")


# --- tracks ---------------------------------------------------------------------------------


def write_tracks(folder: Path, names: tuple[str, ...] = ("anna.wav", "ben.wav")) -> Path:
    """Write a track of its own for each name, the next a second shorter, and return the folder."""
    folder.mkdir(parents=True)
    for number, name in enumerate(names):
        write_wav(folder / name, speech(5.0 - number, seed=number))
    return folder


def test_a_folder_of_tracks_is_described_as_one_recording(tmp_path: Path) -> None:
    folder = write_tracks(tmp_path / "2026-03-03 10.00.12 Ann's Zoom Meeting" / "Audio Record")
    files = [folder / "anna.wav", folder / "ben.wav"]

    recording = described(folder, "acme")

    assert recording == Recording(
        id=content_id(folder),
        path=folder,
        title="2026-03-03 10.00.12 Ann's Zoom Meeting",
        duration=5.0,
        channels=2,
        sample_rate=16_000,
        codec="pcm_s16le",
        size=sum(file.stat().st_size for file in files),
        layout=Layout.CHANNEL_PER_SPEAKER,
        recorded_at="2026-03-03T10:00:12",
        recorded_at_from="name",
        project="acme",
        tracks=(Track("anna.wav", "anna"), Track("ben.wav", "ben")),
    )
    assert recording.track_names == ("anna", "ben")


def test_a_call_with_tracks_is_as_old_as_the_oldest_of_them(tmp_path: Path) -> None:
    folder = write_tracks(tmp_path / "call")
    for name, year in (("anna.wav", 2025), ("ben.wav", 2024)):
        moment = datetime(year, 3, 4, 5, 6, 7).timestamp()
        os.utime(folder / name, (moment, moment))
    recording = described(folder)
    assert (recording.recorded_at, recording.title) == ("2024-03-04T05:06:07", "call")


def test_tracks_are_known_by_their_content_wherever_the_folder_is(tmp_path: Path) -> None:
    folder = write_tracks(tmp_path / "first")
    before, size = content_id(folder), size_of(folder)
    assert before not in {content_id(folder / "anna.wav"), content_id(folder / "ben.wav")}
    folder = folder.rename(tmp_path / "second")
    (folder / "ben.wav").rename(folder / "benjamin.wav")
    (folder / "notes.txt").write_bytes(b"nothing to hear")
    assert (content_id(folder), size_of(folder)) == (before, size)


def test_another_track_or_another_order_is_another_recording(tmp_path: Path) -> None:
    folder = write_tracks(tmp_path / "call")
    before = content_id(folder)
    (folder / "anna.wav").rename(folder / "zoe.wav")
    assert content_id(folder) != before
    (folder / "zoe.wav").rename(folder / "anna.wav")
    assert content_id(folder) == before
    write_wav(folder / "carla.wav", speech(1.0))
    assert content_id(folder) != before


def test_folders_named_as_tracks_are_taken_each_once(tmp_path: Path) -> None:
    folders = [write_tracks(tmp_path / name) for name in ("first", "second")]
    assert list(find_tracks([*folders, folders[0]])) == folders


@pytest.mark.parametrize(
    ("names", "named", "reason"),
    [
        ((), "call", "no recordings lie directly in it"),
        (("anna.wav",), "call", "1 recording lies directly in it"),
        (tuple(f"{number}.wav" for number in range(65)), "call", "65 recordings lie directly"),
        (("anna.wav", "ben.wav"), "call/anna.wav", "there is no such folder"),
        (("anna.wav", "ben.wav"), "calls", "there is no such folder"),
    ],
)
def test_what_cannot_be_one_call_is_said(
    tmp_path: Path, names: tuple[str, ...], named: str, reason: str
) -> None:
    put(tmp_path, *(f"call/{name}" for name in names), "call/notes.txt")
    with pytest.raises(UsageError) as caught:
        list(find_tracks([tmp_path / named]))
    assert str(caught.value).startswith(f"{tmp_path / named}: {reason}")
    assert "one file for each participant of a call" in str(caught.value)


def test_the_copies_that_a_library_keeps_are_no_recordings(tmp_path: Path) -> None:
    kept = ("lib/copies/ab.opus", "lib/locks/ab.wav")
    for name in (*kept, "lib/library.sqlite", "lib/mine.wav", "other/copies/own.wav"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = [path.relative_to(tmp_path).as_posix() for path in find_recordings([tmp_path])]
    assert found == ["lib/mine.wav", "other/copies/own.wav"]
    assert is_partial(tmp_path / kept[0], tmp_path)
    assert not is_partial(tmp_path / "other/copies/own.wav", tmp_path)
