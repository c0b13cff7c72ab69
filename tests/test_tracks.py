"""Which folders are one call with a file for each participant, and whose each file is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recording import Track
from pipeline.tracks import (
    SAME_LENGTH,
    files_of,
    gathered,
    may_be_tracks,
    named_by_zoom,
    participants,
    suggestion,
    title_of,
    tracks_in,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ZOOM = ("audioAliceSmith11234567890.m4a", "audioBob21234567890.m4a")


def put(folder: Path, *names: str) -> Path:
    """Make files that are empty, and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


def names_of(stems: Sequence[str], folder: str = "call") -> tuple[str, ...]:
    return participants(stems, folder)


# --- whose each file is -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stems", "names"),
    [
        (("audioAliceSmith11234567890", "audioBob21234567890"), ("Alice Smith", "Bob")),
        (("audioAnnaMcKay11234567890", "audioBoLi21234567890"), ("Anna McKay", "Bo Li")),
        (("audioZoë11234567890", "audio王伟21234567890"), ("Zoë", "王伟")),
        (("audioiPhone11234567890", "audioiPhone21234567890"), ("iPhone", "iPhone 2")),
        # who has no name there called by telephone
        (("audioAnna11234567890", "audio4930123421234567890"), ("Anna", "49301234")),
        (("audio-Alice Smith-11", "audio-Bob-21"), ("Alice Smith", "Bob")),
    ],
)
def test_zoom_names_its_files_after_participants(
    stems: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert names_of(stems, "Audio Record") == names


@pytest.mark.parametrize(
    ("stems", "names"),
    [
        (("alice", "bob"), ("alice", "bob")),
        (("session_alice", "session_bob"), ("alice", "bob")),
        (("2026-03-03 10.00 Alice Smith", "2026-03-03 10.00 Bob"), ("Alice Smith", "Bob")),
        (("alice_raw-audio", "bob_raw-audio"), ("alice", "bob")),
        (("pod_anna k_mar 3_mix", "pod_ben_mar 3_mix"), ("anna k", "ben")),
        (("Anna Smith", "Ben Smith"), ("Anna Smith", "Ben Smith")),  # a space parts no name
        (("audiobook1", "audiobook2"), ("audiobook1", "audiobook2")),
        (("call-1", "call-2"), ("call-1", "call-2")),  # a number is nobody's name
        (("alice", "alice-2"), ("alice", "alice-2")),
        (("Smith, Anna", "Jones, Ben"), ("Smith Anna", "Jones Ben")),
        (("Anna", "anna"), ("Anna", "anna 2")),
        (("Anna", "anna", "Anna 2"), ("Anna", "anna 2", "Anna 2 2")),
        (("---", "_"), ("Speaker 1", "Speaker 2")),
        (("alone",), ("alone",)),
        ((), ()),
    ],
)
def test_what_all_file_names_share_is_nobodys_name(
    stems: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert names_of(stems) == names


@given(st.lists(st.text(st.sampled_from("aBé1 _-.,"), max_size=12), max_size=8))
def test_every_file_has_a_name_of_its_own_that_can_stand_in_a_list(stems: list[str]) -> None:
    for folder in ("call", "Audio Record"):
        names = participants(stems, folder)
        assert len(names) == len(stems)
        assert len({name.casefold() for name in names}) == len(names)
        assert all(name == name.strip() != "" and "," not in name for name in names)


# --- which folders ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "stems", "is_zoom"),
    [
        ("Audio Record", ("audioAnna11234567890", "audioBen21234567890"), True),
        ("audio record", ("audioAnna1", "audioBen2"), True),
        ("elsewhere", ("audioAnna11234567890", "audioBen21234567890"), True),
        ("elsewhere", ("audioAnna1", "audioBen2"), False),
        ("elsewhere", ("audioAnna11234567890", "audioBen29876543210"), False),
        ("Audio Record", ("audioAnna11234567890",), False),
        ("Audio Record", ("audioAnna11234567890", "notes"), False),
        ("Audio Record", ("audio_only", "audioAnna11234567890"), False),
        ("elsewhere", ("audio1234567890", "audioAnna11234567890"), False),
        ("elsewhere", ("audio20260303100000", "audio20260304100000"), False),
        ("Audio Record", (), False),
    ],
)
def test_only_what_is_surely_zooms_is_taken_for_one_call(
    folder: str, stems: tuple[str, ...], is_zoom: bool
) -> None:
    assert named_by_zoom(folder, stems) is is_zoom


def test_tracks_are_the_recordings_directly_in_a_folder_by_name(tmp_path: Path) -> None:
    put(tmp_path, "b.wav", "A.flac", ".hidden.wav", "notes.txt", "c.WAV")
    put(tmp_path / "deeper.wav", "d.wav")
    assert tracks_in(tmp_path) == (
        Track("A.flac", "A"),
        Track("b.wav", "b"),
        Track("c.WAV", "c"),
    )
    assert files_of(tmp_path) == tuple(tmp_path / name for name in ("A.flac", "b.wav", "c.WAV"))
    assert files_of(tmp_path / "b.wav") == (tmp_path / "b.wav",)


def test_a_folder_of_zooms_is_one_recording_and_others_are_files(tmp_path: Path) -> None:
    record = put(tmp_path / "Meeting" / "Audio Record", *ZOOM)
    others = put(tmp_path / "interviews", "one.wav", "two.wav")
    files = [*files_of(record), *files_of(others)]
    assert list(gathered(files, set())) == [record, others / "one.wav", others / "two.wav"]
    assert title_of(record) == "Meeting"
    assert title_of(others) == "interviews"


def test_a_folder_that_was_named_as_tracks_once_stays_one_recording(tmp_path: Path) -> None:
    put(tmp_path, "anna.wav", "ben.wav")
    assert list(gathered(files_of(tmp_path), {tmp_path})) == [tmp_path]


def test_a_folder_of_which_only_one_file_is_named_is_that_file(tmp_path: Path) -> None:
    record = put(tmp_path / "Audio Record", *ZOOM)
    assert list(gathered([record / ZOOM[0]], {record})) == [record / ZOOM[0]]


def test_a_folder_in_the_place_of_its_files_stands_where_the_first_stood(tmp_path: Path) -> None:
    record = put(tmp_path / "Audio Record", *ZOOM, "odd.rec")
    other = put(tmp_path / "other", "x.wav") / "x.wav"
    files = [record / "odd.rec", record / ZOOM[1], other, record / ZOOM[0]]
    assert list(gathered(files, set())) == [record / "odd.rec", record, other]


# --- what is only suggested -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stems", "may_be"),
    [
        (("call_anna", "call_ben"), True),
        (("call_anna", "call_ben", "call_carla"), True),
        (("anna", "ben"), False),  # nothing in common
        (("call_1", "call_2"), False),
        (("call_anna",), False),
        ((), False),
    ],
)
def test_files_that_are_called_alike_but_for_a_name_may_be_tracks(
    stems: tuple[str, ...], may_be: bool
) -> None:
    assert may_be_tracks(stems) is may_be


@pytest.mark.parametrize(("difference", "told"), [(0.0, True), (SAME_LENGTH, True), (2.1, False)])
def test_files_that_are_equally_long_are_suggested_with_the_command(
    tmp_path: Path, difference: float, told: bool
) -> None:
    put(tmp_path, "call_anna.wav", "call_ben.wav")
    anna, ben = files_of(tmp_path)
    line = suggestion(tmp_path, {anna: 60.0, ben: 60.0 + difference})
    if told:
        assert "participant (anna, ben)" in line
        assert line.endswith(f"stop this and run: relisten process {tmp_path} --tracks")
    else:
        assert line == ""


def test_files_of_unknown_length_are_not_suggested(tmp_path: Path) -> None:
    put(tmp_path, "call_anna.wav", "call_ben.wav")
    assert suggestion(tmp_path, dict.fromkeys(files_of(tmp_path), 0.0)) == ""
