"""`relisten process --only meaning`, as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import cli
from models.engines import LocalEngines
from pipeline.library import Library
from tests.fakes import FakeSentences
from tests.libraries import fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of one call, whose file is gone, and one that nobody heard yet."""
    with Library(tmp_path, create=True) as library:
        fill(library, recording("ab" * 32), turn("We pay far too much for it."))
        library.put(recording("cd" * 32, title="Second call", path=tmp_path / "b.wav"))
    monkeypatch.setattr(LocalEngines, "sentences", FakeSentences())
    return tmp_path


def typed(folder: Path, *named: str) -> Result:
    arguments = ["--library", str(folder), "process", "--only", "meaning", *named]
    return CliRunner().invoke(cli.relisten, arguments, standalone_mode=False)


def test_a_recording_is_read_without_its_file(folder: Path) -> None:
    ran = typed(folder, "First call")
    assert (ran.return_value, ran.output.splitlines()) == (
        0,
        ["read       abababab  First call", "1 of 1 can be searched by meaning now."],
    )
    with Library(folder) as library:
        assert library.meaning("ab" * 32) is not None


def test_of_all_what_is_not_heard_is_skipped_and_said(folder: Path) -> None:
    ran = typed(folder)
    assert ran.return_value == 1
    assert "skipped    cdcdcdcd  Second call  (it is not transcribed yet)" in ran.output
    assert ran.output.splitlines()[-1] == "1 of 2 can be searched by meaning now."


def test_without_the_model_it_says_how_to_come_by_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalEngines, "sentences", None)
    ran = typed(folder, "First call")
    assert ran.return_value == 1
    assert "Run: relisten models pull sentences" in ran.output


def test_what_it_does_not_do_cannot_be_asked_for_with_it(folder: Path) -> None:
    ran = typed(folder, "--model", "base")
    assert str(ran.exception) == "--model: --only meaning changes nothing of that."
