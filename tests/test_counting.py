"""The options of speakers, as they are typed: how many there are, and them alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

import cli
from pipeline.commands.counting import ONLY, count_asked, known_files, speaker_options
from pipeline.errors import AudioError, NotFound, UsageError
from pipeline.process import STAGES, Request, process
from pipeline.voices.clustering import SpeakerCount
from tests.fakes import FakeEngines
from tests.sounds import speech, write_wav

if TYPE_CHECKING:
    from pipeline.library import Library


@pytest.mark.parametrize(
    ("speakers", "least", "most", "count"),
    [
        (None, None, None, SpeakerCount()),
        (2, None, None, SpeakerCount(2, 2)),
        (None, 2, None, SpeakerCount(2, None)),
        (None, None, 4, SpeakerCount(None, 4)),
        (None, 2, 4, SpeakerCount(2, 4)),
        (None, 3, 3, SpeakerCount(3, 3)),
    ],
)
def test_what_is_typed_is_the_number_that_is_asked_for(
    speakers: int | None, least: int | None, most: int | None, count: SpeakerCount
) -> None:
    asked = {"speakers": speakers, "min_speakers": least, "max_speakers": most, "project": "acme"}
    assert count_asked(asked) == count
    assert asked == {"project": "acme"}


@pytest.mark.parametrize(("least", "most"), [(2, None), (None, 2), (1, 2)])
def test_a_number_and_its_limits_contradict_each_other(least: int | None, most: int | None) -> None:
    with pytest.raises(UsageError, match="leave out --min-speakers and --max-speakers"):
        count_asked({"speakers": 2, "min_speakers": least, "max_speakers": most})


def test_limits_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(UsageError, match="--min-speakers 4 is more than --max-speakers 2"):
        count_asked({"speakers": None, "min_speakers": 4, "max_speakers": 2})


@pytest.mark.parametrize("option", ["--speakers", "--min-speakers", "--max-speakers"])
@pytest.mark.parametrize("number", ["0", "-1", "two"])
def test_a_number_that_cannot_be_is_refused_with_its_option(
    tmp_path: Path, option: str, number: str
) -> None:
    arguments = ["process", str(tmp_path), f"{option}={number}"]
    done = CliRunner().invoke(cli.relisten, arguments)
    assert done.exit_code == 2
    assert option in done.stderr


def test_only_what_there_is_can_run_alone(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.relisten, ["process", str(tmp_path), "--only", "words"])
    assert done.exit_code == 2
    assert "'speakers'" in done.stderr
    assert set(ONLY.values()) <= set(STAGES)


def test_options_are_shown_in_the_order_in_which_one_asks() -> None:
    def take(**asked: object) -> None:
        """Take the options and do nothing."""

    command = click.command("any")(speaker_options(take))
    names = [each.opts[0] for each in command.params]
    assert names == ["--speakers", "--min-speakers", "--max-speakers", "--only"]


@pytest.fixture
def call(tmp_path: Path, library: Library) -> Path:
    """Put a call into the library."""
    path = write_wav(tmp_path / "harbor.wav", speech(3))
    process(path, library, FakeEngines(), Request())
    return path


def test_recordings_are_named_by_id_or_title_or_path(call: Path, library: Library) -> None:
    (entry,) = library.entries()
    named = [Path(entry.recording.id[:8]), Path("harbor"), call, call.parent]
    assert known_files(named, library) == [call, call, call, call.parent]


def test_what_is_neither_a_path_nor_a_recording_is_told(call: Path, library: Library) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        known_files([Path("nowhere")], library)


def test_a_recording_that_is_not_where_it_was_is_told(call: Path, library: Library) -> None:
    call.unlink()
    with pytest.raises(AudioError, match="not there any more"):
        known_files([Path("harbor")], library)
