"""The files of the faults are as odd as they are said to be, and the same each time."""

from __future__ import annotations

import os
import random
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.mutations import (
    CHANGES,
    KINDS,
    LYING,
    NAMES,
    SPARSE,
    Ends,
    all_mutations,
    wav,
    write_all_kinds,
)
from pipeline.audio import decode
from tests.sounds import columns, speech

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.mutations import Mutation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="some of them cannot be there")


@pytest.fixture(scope="module")
def mutations(tmp_path_factory: pytest.TempPathFactory) -> list[Mutation]:
    """Return all odd things and some changed files."""
    folder = tmp_path_factory.mktemp("media")
    return all_mutations(folder, speech(1), 220, "http://127.0.0.1:9", 0)


def test_as_many_are_made_as_are_asked_for(mutations: list[Mutation], tmp_path: Path) -> None:
    assert len(mutations) == 220
    assert len(all_mutations(tmp_path, speech(1), 20, "http://127.0.0.1:9", 0)) == 20


def test_each_is_there_and_none_is_there_twice(mutations: list[Mutation]) -> None:
    assert all(os.path.lexists(each.path) for each in mutations if not each.unreadable)
    assert len({each.path for each in mutations}) == 220


def test_every_kind_of_oddness_is_among_them(mutations: list[Mutation]) -> None:
    names = {each.path.name for each in mutations}
    assert set(NAMES) | set(LYING) <= names
    kinds = {each.kind for each in mutations}
    assert set(CHANGES) | {"a pipe", "a socket", "a link in a loop", "an archive"} <= kinds
    assert max(len(os.fsencode(name)) for name in names) == 255
    assert max(each.path.lstat().st_size for each in mutations if not each.unreadable) == SPARSE


def test_a_file_with_an_odd_name_is_well(mutations: list[Mutation]) -> None:
    for each in mutations:
        if each.kind == "an odd name":
            assert each.ends is Ends.DONE
            decode(each.path).close()


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    made = [
        {
            each.path.name: each.path.read_bytes()
            for each in all_mutations(tmp_path / name, speech(1), 30, "http://x", seed)
            if each.kind in CHANGES
        }
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert made[0] == made[1] != made[2]


def test_every_kind_of_file_can_be_heard_before_it_is_changed(tmp_path: Path) -> None:
    files = write_all_kinds(tmp_path, columns(speech(1), speech(1)))
    assert len(files) == len(KINDS)
    for path in files:
        with decode(path) as audio:
            assert (audio.channels, audio.damage) == (2, "")
            assert audio.duration == pytest.approx(1, abs=0.15)


@given(st.binary(min_size=20, max_size=2000), st.integers(0, 2**32))
def test_a_change_of_bytes_makes_bytes(data: bytes, seed: int) -> None:
    for change in CHANGES.values():
        assert isinstance(change(data, random.Random(seed)), bytes)
        assert change(data, random.Random(seed)) == change(data, random.Random(seed))


@pytest.mark.parametrize("name", ["bits flipped", "bits flipped in the header", "cut off"])
def test_a_change_changes_something(name: str) -> None:
    data = speech(1).tobytes()
    assert all(CHANGES[name](data, random.Random(seed)) != data for seed in range(20))


def test_a_header_says_what_it_is_told_to(tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "odd.wav"
    path.write_bytes(wav(rate=11_000, channels=2, samples=22_000))
    about = soundfile.info(path)
    assert (about.samplerate, about.channels, about.frames) == (11_000, 2, 11_000)
