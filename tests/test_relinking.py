"""Recordings found again by what is in them, wherever they went and whatever they are called."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import relinking
from pipeline.clips import original
from pipeline.errors import AudioError, UsageError
from pipeline.ingest import content_id, size_of
from pipeline.relinking import Found, find, missing, relink
from pipeline.sighting import sight
from pipeline.tracks import tracks_in
from tests.libraries import recording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.recording import Recording


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "new")


def folder_of(path: Path, **files: bytes) -> Path:
    """Make a folder with files in it."""
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / name.replace("__", ".")).write_bytes(content)
    return path


def file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def taken_in(path: Path) -> Recording:
    """Return the recording that is at a path now."""
    tracks = tracks_in(path) if path.is_dir() else ()
    return recording(content_id(path), path=path, size=size_of(path), tracks=tracks)


def refuse(said: str) -> None:
    raise AssertionError(said)


def found(lost: Recording, *places: Path) -> list[Path]:
    return [each.path for each in find([lost], places, refuse)]


# What is missing


def test_what_is_where_it_was_is_not_missing(old: Path) -> None:
    assert missing([taken_in(file(old / "a.wav", b"one"))]) == []


@pytest.mark.parametrize("now", [None, b"", b"another"])
def test_what_is_gone_or_another_file_now_is_missing(old: Path, now: bytes | None) -> None:
    kept, lost = (taken_in(file(old / name, b"one")) for name in ("a.wav", "b.wav"))
    lost.path.unlink()
    if now is not None:
        lost.path.write_bytes(now)
    assert missing([kept, lost]) == [lost]


def test_a_call_of_which_a_track_is_gone_is_missing(old: Path) -> None:
    folder = folder_of(old / "call", Ann__wav=b"hello", Ben__wav=b"hi")
    call = taken_in(folder)
    assert missing([call]) == []
    (folder / "Ben.wav").unlink()
    assert missing([call]) == [call]


# Where it is


@pytest.mark.parametrize("name", ["a.wav", "renamed.mp3", "no suffix", "deep/er/é 🎙.wav"])
def test_a_recording_is_found_under_any_name_in_any_folder_below(
    old: Path, new: Path, name: str
) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    (new / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.move(lost.path, new / name)
    assert found(lost, new) == [new / name]
    assert found(lost, new / name) == [new / name]
    assert found(lost, old, new) == [new / name]


def test_a_file_that_is_as_long_is_not_taken_for_it(old: Path, new: Path) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    lost.path.rename(old / "b.wav")
    file(new / "a.wav", b"two")
    assert found(lost, new) == []
    assert found(lost, new, old) == [old / "b.wav"]


def test_only_what_is_as_long_is_read(
    old: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    read: list[Path] = []

    def noted(path: Path) -> str:
        read.append(path)
        return content_id(path)

    monkeypatch.setattr(relinking, "content_id", noted)
    for number in range(9):
        file(new / f"{number}.wav", b"x" * number)
    assert found(lost, new) == []
    assert read == [new / "3.wav"]


def test_of_two_copies_the_first_by_name_is_taken(old: Path, new: Path) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    for name in ("c.wav", "b.wav"):
        file(new / name, b"one")
    assert found(lost, new) == [new / "b.wav"]


def test_what_is_hidden_or_thrown_away_is_no_place_for_a_recording(old: Path, new: Path) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    file(folder_of(new / ".Trash-0") / "a.wav", b"one")
    assert found(lost, new) == []


def test_a_call_with_a_file_for_each_participant_is_found_as_a_folder(old: Path, new: Path) -> None:
    call = taken_in(folder_of(old / "call", Ann__wav=b"hello", Ben__wav=b"hi"))
    shutil.move(old / "call", new / "kickoff")
    file(new / "kickoff" / "notes.txt", b"of no account")
    assert found(call, new) == [new / "kickoff"]
    assert found(call, new / "kickoff") == [new / "kickoff"]


def test_the_same_tracks_in_another_order_are_not_that_call(old: Path, new: Path) -> None:
    call = taken_in(folder_of(old / "call", Ann__wav=b"hello", Ben__wav=b"hi"))
    folder_of(new / "call", Ann__wav=b"hi", Ben__wav=b"hello")
    assert found(call, new) == []


def test_links_that_run_in_a_circle_are_not_followed(old: Path, new: Path) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    (new / "around").symlink_to(new)
    (new / "nowhere.wav").symlink_to(new / "gone.wav")
    (new / "itself.wav").symlink_to(new / "itself.wav")
    assert found(lost, new) == []


def test_a_place_that_is_not_there_is_refused_before_anything_is_read(old: Path, new: Path) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    with pytest.raises(UsageError, match="gone: there is no such file or folder"):
        list(find([lost], [old, new / "gone"], refuse))


def test_what_cannot_be_looked_at_is_told_and_stops_nothing(
    old: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    walk = os.walk

    def shut(top: Path, **options: object) -> Iterator[object]:
        refusal = PermissionError(13, "Permission denied", str(new / "shut"))
        options["onerror"](refusal)  # type: ignore[operator]
        yield from walk(top)

    monkeypatch.setattr(os, "walk", shut)
    told: list[str] = []
    assert [each.path for each in find([lost], [old], told.append)] == [old / "a.wav"]
    assert told == [f"{new / 'shut'}: it cannot be looked at (Permission denied)."]


def test_a_file_that_may_not_be_read_is_told_and_the_next_is_found(
    old: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    shut = file(new / "a.wav", b"one")
    file(new / "b.wav", b"one")

    def refused(path: Path) -> str:
        if path == shut:
            raise AudioError(f"{path}: it cannot be read")
        return content_id(path)

    monkeypatch.setattr(relinking, "content_id", refused)
    told: list[str] = []
    assert [each.path for each in find([lost], [new], told.append)] == [new / "b.wav"]
    assert told == [f"{shut}: it cannot be read"]


@settings(max_examples=30)
@given(st.data())
def test_every_recording_that_is_anywhere_is_found_once_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    places = [tmp_path_factory.mktemp("place") for _ in range(3)]
    binary = st.binary(min_size=1, max_size=3).map(lambda each: b"x" + each)  # zeros are no file
    contents = data.draw(st.lists(binary, max_size=6, unique=True))
    lost, there = [], set()
    for number, content in enumerate(contents):
        path = file(places[0] / f"{number}.wav", content)
        lost.append(taken_in(path))
        if data.draw(st.booleans()):
            path.rename(data.draw(st.sampled_from(places[1:])) / f"{number}.mp3")
            there.add(lost[-1].id)
        else:
            path.unlink()
    again = list(find(lost, places, refuse))
    assert sorted(each.recording.id for each in again) == sorted(there)
    assert all(content_id(each.path) == each.recording.id for each in again)


# What is kept of it


def test_only_where_a_recording_lies_is_changed(library: Library, old: Path, new: Path) -> None:
    lost = replace(taken_in(file(old / "a.wav", b"one")), title="Mine", project="acme")
    library.put(lost)
    lost.path.rename(new / "b.wav")
    relink(library, Found(lost, new / "b.wav"))
    now = library.get(lost.id)
    assert now is not None
    assert now == replace(lost, path=new / "b.wav")
    assert missing([now]) == []
    assert original(now) == new / "b.wav"


def test_a_file_that_was_found_is_known_where_it_is_without_being_read(
    library: Library, old: Path, new: Path
) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    for each in (lost, recording("cd" * 32)):
        library.put(each)
    library.put_place(lost.id, sight(lost.path), {"cd" * 32: 0.75})
    lost.path.rename(new / "b.wav")
    relink(library, Found(lost, new / "b.wav"))
    assert library.place(sight(new / "b.wav")) == lost.id
    assert [(each.id, likeness) for each, likeness in library.doubles(lost.id)] == [
        ("cd" * 32, 0.75)
    ]


def test_what_was_changed_meanwhile_stays(library: Library, old: Path, new: Path) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    library.put(replace(lost, title="Named while it was looked for"))
    lost.path.rename(new / "b.wav")
    relink(library, Found(lost, new / "b.wav"))
    now = library.get(lost.id)
    assert now is not None
    assert now.title == "Named while it was looked for"


def test_what_was_forgotten_meanwhile_stays_forgotten(library: Library, old: Path) -> None:
    lost = taken_in(file(old / "a.wav", b"one"))
    relink(library, Found(lost, lost.path))
    assert library.get(lost.id) is None


def test_tracks_that_were_renamed_keep_their_participants(
    library: Library, old: Path, new: Path
) -> None:
    call = taken_in(folder_of(old / "call", Ann__wav=b"hello", Ben__wav=b"hi"))
    library.put(call)
    moved = folder_of(new / "call")
    (old / "call" / "Ann.wav").rename(moved / "track 1.wav")
    (old / "call" / "Ben.wav").rename(moved / "track 2.wav")
    (again,) = find([call], [new], refuse)
    relink(library, again)
    now = library.get(call.id)
    assert now is not None
    assert [(each.file, each.participant) for each in now.tracks] == [
        ("track 1.wav", "Ann"),
        ("track 2.wav", "Ben"),
    ]
    assert original(now) == moved
