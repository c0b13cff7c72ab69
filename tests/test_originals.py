"""`relisten relink` and `relisten play` as they are typed, where recordings are gone."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

import cli
from pipeline.errors import AudioError, UsageError
from pipeline.library import Library
from pipeline.process import Request, process
from tests.fakes import FakeEngines
from tests.libraries import contents
from tests.sounds import by_turns, columns, lag, speech, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sounds import Samples


@pytest.fixture
def call(tmp_path: Path) -> Path:
    (tmp_path / "calls").mkdir()
    return write_wav(tmp_path / "calls" / "call.wav", columns(*by_turns(8)))


@pytest.fixture
def folder(call: Path, tmp_path: Path) -> Path:
    """Return a library of a call of 8 s and of a memo of 6 s."""
    memo = write_wav(call.with_name("memo.wav"), speech(6.0))
    with Library(tmp_path / "library", create=True) as library:
        for path in (call, memo):
            process(path, library, FakeEngines(), Request())
    return tmp_path / "library"


def identity(folder: Path, title: str = "call") -> str:
    with Library(folder) as library:
        return library.find(title).id


def typed(folder: Path, *arguments: object) -> Result:
    words = ["--library", str(folder), *map(str, arguments)]
    return CliRunner().invoke(cli.relisten, words, standalone_mode=False)


def heard_in(path: Path) -> tuple[Samples, int]:
    """Return what another reader hears in a file: (n_samples, n_channels), and its rate."""
    heard, rate = soundfile.read(path, always_2d=True)
    return np.asarray(heard, dtype=np.float32), rate


# relink


def test_nothing_is_missing_where_all_is_in_its_place(folder: Path) -> None:
    done = typed(folder, "relink")
    assert done.output == "No recording is missing: each is where it was.\n"
    assert done.return_value == 0


def test_what_is_missing_is_listed_with_what_to_do(folder: Path, call: Path) -> None:
    call.unlink()
    before = contents(folder)
    done = typed(folder, "relink")
    assert done.output == (
        f"missing  {identity(folder)[:8]}  call: it was {call}\n"
        "To look in a folder or on a drive: relisten relink FOLDER\n"
    )
    assert done.return_value == 0
    assert contents(folder) == before


def test_what_was_moved_is_found_and_what_was_not_is_still_missing(
    folder: Path, call: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "archive" / "2026"
    archive.mkdir(parents=True)
    moved = shutil.move(call, archive / "kickoff.wav")
    call.with_name("memo.wav").unlink()
    done = typed(folder, "relink", tmp_path / "archive")
    assert done.output == (
        f"found    {identity(folder)[:8]}  call: {moved}\n"
        f"missing  {identity(folder, 'memo')[:8]}  memo: it was {call.with_name('memo.wav')}\n"
        "1 found, 1 still missing.\n"
        "To look in a folder or on a drive: relisten relink FOLDER\n"
    )
    assert done.return_value == 1
    with Library(folder) as library:
        assert library.find("call").path == moved
    assert "kickoff" not in typed(folder, "relink").output


def test_it_runs_well_where_everything_is_found(folder: Path, call: Path, tmp_path: Path) -> None:
    call.rename(tmp_path / "call.wav")
    done = typed(folder, "relink", tmp_path)
    assert done.output.endswith("1 found, 0 still missing.\n")
    assert done.return_value == 0


def test_a_search_can_be_read_by_programs(folder: Path, call: Path, tmp_path: Path) -> None:
    call.rename(tmp_path / "moved.wav")
    call.with_name("memo.wav").unlink()
    told = json.loads(typed(folder, "relink", tmp_path, "--json").output)
    assert [each["path"] for each in told["found"]] == [str(tmp_path / "moved.wav")]
    assert [each["recording"]["path"] for each in told["found"]] == [str(call)]
    assert [each["title"] for each in told["missing"]] == ["memo"]
    assert told["unread"] == []


def test_a_folder_that_is_not_there_is_refused(folder: Path, tmp_path: Path) -> None:
    done = typed(folder, "relink", tmp_path / "gone")
    assert isinstance(done.exception, UsageError)
    assert str(done.exception).startswith(f"{tmp_path / 'gone'}: there is no such file or folder.")


# play


def test_a_passage_is_cut_from_the_copy_where_the_recording_is_gone(
    folder: Path, call: Path, tmp_path: Path
) -> None:
    clip, copied = tmp_path / "clip.wav", tmp_path / "copied.wav"
    assert typed(folder, "play", "call@0:03", "-o", clip).stderr == ""
    call.unlink()
    done = typed(folder, "play", "call@0:03", "-o", copied)
    assert done.stdout == f"{copied}: 00:02-00:08 of call, Speaker 2, Speaker 1, 6.0 s\n"
    assert done.stderr == (f"the recording itself is not at {call}; this is its listening copy\n")
    (meant, rate), (heard, copied_rate) = heard_in(clip), heard_in(copied)
    assert len(heard) / copied_rate == pytest.approx(len(meant) / rate, abs=0.001)
    for channel in range(2):
        late = lag(heard[:: copied_rate // rate, channel], meant[:, channel], rate)
        assert abs(late) < 0.001


def test_where_neither_is_there_it_is_said_what_to_do(
    folder: Path, call: Path, tmp_path: Path
) -> None:
    call.unlink()
    with Library(folder) as library:
        library.drop_copy(identity(folder))
    done = typed(folder, "play", "call@0:03", "-o", tmp_path / "clip.wav")
    assert isinstance(done.exception, AudioError)
    assert "relisten relink FOLDER" in str(done.exception)
    assert not (tmp_path / "clip.wav").exists()


def test_no_clip_takes_the_place_of_a_copy(folder: Path) -> None:
    with Library(folder) as library:
        target = library.copy_path(library.find("memo").id)
    before = target.read_bytes()
    done = typed(folder, "play", "call@0:03", "-o", target, "--force")
    assert isinstance(done.exception, UsageError)
    assert "recordings are never written over" in str(done.exception)
    assert target.read_bytes() == before
