"""`relisten process ID --from --to` as it is typed: what it prints, refuses and keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import cli
from models import engines
from models.choosing import Needs
from pipeline.errors import ModelMissing, NotFound, RelistenError, UsageError
from pipeline.library import Library
from pipeline.process import NAMES_UNUSED, Request, process
from tests.fakes import FakeEngines, FakeRecogniser
from tests.libraries import contents
from tests.sounds import by_turns, columns, write_wav

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = ("how is it going", "we pay Acme too much")


class Small(FakeEngines):
    """What the command takes for the engines of this machine, with another model."""

    model_name = "fake-small"
    own_digest = None
    said = ("we owe Acme",)

    made_with: tuple[object, ...] = ()

    def __init__(self, *arguments: object) -> None:
        Small.made_with = arguments
        super().__init__(FakeRecogniser(self.said, name=self.model_name))

    def require_recogniser(self) -> None:
        """Find all weights."""


class Silent(Small):
    """Hears nothing."""

    said = ("",)


class Missing(Small):
    """Has no weights."""

    def require_recogniser(self) -> None:
        """Raise ModelMissing."""
        raise ModelMissing("small: its weights are not here. Run: relisten models pull small")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a library of one call of two people, 8 s long, whose original is there."""
    call = write_wav(tmp_path / "call.wav", columns(*by_turns(8)))
    with Library(tmp_path / "library", create=True) as library:
        spoken = FakeEngines(FakeRecogniser(TEXTS))
        process(call, library, spoken, Request(channels=("Anna", "Ben")))
    return tmp_path / "library"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LocalEngines", Small)


def typed(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(cli.relisten, ["--library", str(folder), *map(str, arguments)])


def test_a_passage_is_heard_again_and_both_texts_are_shown(folder: Path) -> None:
    done = typed(folder, "process", "call", "--from", "0:02", "--to", "0:04", "--model", "small")
    assert done.exit_code == 0, done.output
    first, before, now, kept = done.stdout.splitlines()
    assert first[8:] == "  call  00:02-00:04  by fake-small"
    assert (before, now) == ("before: 'we pay Acme'", "now:    'we owe Acme'")
    identity = first[:8]
    assert kept == f"The words from before are kept: relisten show {identity} --details"
    shown = typed(folder, "show", identity).stdout
    assert "Ben: we owe Acme" in shown
    assert f"1 passage recognised anew: relisten show {identity} --details" in shown
    details = typed(folder, "show", "call", "--details").stdout
    assert "Words: fake-whisper 1, model fake-base (00ff), beam 1" in details
    assert "00:02-00:04 by fake-small on" in details
    assert "Before: 'we pay Acme'" in details
    assert "relisten show" not in details


def test_a_passage_without_an_end_goes_to_the_end(folder: Path) -> None:
    done = typed(folder, "process", "call", "--from", "0:05")
    assert "  call  00:05-00:08  by" in done.stdout
    done = typed(folder, "process", "call", "--to", "0:02")
    assert "  call  00:00-00:02  by" in done.stdout


def test_a_recording_may_be_named_by_its_file(folder: Path) -> None:
    done = typed(folder, "process", folder.parent / "call.wav", "--from", "6")
    assert "  call  00:06-00:08  by" in done.stdout


def test_a_passage_in_which_nothing_is_heard_stays_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "LocalEngines", Silent)
    before = contents(folder)
    done = typed(folder, "process", "call", "--from", "2", "--to", "4")
    assert "before: 'we pay Acme'\nnow:    no words are heard there." in done.stdout
    assert contents(folder) == before


def test_a_path_is_that_file_whatever_else_has_its_name(folder: Path) -> None:
    other = folder.parent / "elsewhere" / "call.wav"
    other.parent.mkdir()
    write_wav(other, columns(*by_turns(6, seed=7)))
    done = typed(folder, "process", other, "--from", "2")
    assert isinstance(done.exception, NotFound)
    assert str(done.exception) == f"{other} is not in the library. Run: relisten process {other}"


def test_a_file_that_was_moved_is_heard_where_it_lies(folder: Path) -> None:
    moved = (folder.parent / "call.wav").rename(folder.parent / "moved.wav")
    done = typed(folder, "process", moved, "--from", "2", "--to", "4")
    assert "now:    'we owe Acme'" in done.stdout


def test_a_folder_is_no_recording(folder: Path) -> None:
    done = typed(folder, "process", folder.parent, "--from", "2")
    assert isinstance(done.exception, UsageError)
    assert "is a folder, and --from and --to are for one recording" in str(done.exception)


@pytest.mark.parametrize(
    ("asked", "options", "translates"),
    [
        (Request(), (), False),
        (Request(), ("--translate",), True),
        (Request(translate=True), (), True),
        (Request(translate=True), ("--no-translate",), False),
    ],
)
def test_a_model_is_chosen_that_translates_if_the_whole_was_translated(
    folder: Path, asked: Request, options: tuple[str, ...], translates: bool
) -> None:
    with Library(folder) as library:
        process(folder.parent / "call.wav", library, FakeEngines(), asked)
    typed(folder, "process", "call", "--from", "2", *options)
    assert Small.made_with[-1] == Needs(None, translates)


def test_a_passage_of_what_was_translated_is_refused_by_what_cannot(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Small, "model_name", "large-v3-turbo")
    with Library(folder) as library:
        process(folder.parent / "call.wav", library, FakeEngines(), Request(translate=True))
    before = contents(folder)
    done = typed(folder, "process", "call", "--from", "2")
    assert "large-v3-turbo cannot translate" in str(done.exception)
    assert contents(folder) == before


def test_that_a_list_of_names_is_gone_is_said(folder: Path, tmp_path: Path) -> None:
    with Library(folder) as library:
        named = Request(vocabulary=("Acme",))
        kept = process(folder.parent / "call.wav", library, FakeEngines(), named).recording
        library.set_vocabulary(kept.id, ())  # as a version left it that kept none
    done = typed(folder, "process", "call", "--from", "2", "--to", "4")
    assert f"\nNote: {NAMES_UNUSED}.\n" in done.stdout
    names = tmp_path / "names.txt"
    names.write_text("Acme", encoding="utf-8")
    done = typed(folder, "process", "call", "--from", "2", "--to", "4", "--vocabulary", names)
    assert "Note" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (("call", "--from", "4", "--to", "2"), "00:04 is not before 00:02. Name a passage as", 2),
        (("call", "--from", "9"), "call is 00:08 long: 00:09 is past its end", 2),
        (("call", "--from", "2", "--to", "1:00"), "00:08 long: 01:00 is past its end", 2),
        (("call", "--from", "soon"), "not a time: 'soon'; write H:MM:SS", 2),
        (("call", "call", "--from", "2"), "are for one recording, and 2 are named", 2),
        (("call", "--from", "2", "--channels", "a,b"), "--channels: of a whole recording", 2),
        (("call", "--from", "2", "--project", "acme"), "--project: of a whole recording", 2),
        (("call", "--from", "2", "--speakers", "2"), "--speakers: of a whole recording", 2),
        (("zoo", "--from", "2"), "no recording goes by 'zoo'. See them all: relisten list", 1),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(
    folder: Path, arguments: tuple[str, ...], message: str, code: int
) -> None:
    before = contents(folder)
    done = typed(folder, "process", *arguments)
    assert isinstance(done.exception, RelistenError)
    assert message in str(done.exception)
    assert done.exception.exit_code == code
    assert contents(folder) == before


def test_a_library_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    done = typed(tmp_path / "none", "process", "call", "--from", "2")
    assert "there is no library here yet" in str(done.exception)
    assert not (tmp_path / "none").exists()


def test_missing_weights_are_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "LocalEngines", Missing)
    done = typed(folder, "process", "call", "--from", "2")
    assert "relisten models pull small" in str(done.exception)


def test_a_file_that_is_gone_is_a_sentence(folder: Path) -> None:
    (folder.parent / "call.wav").unlink()
    done = typed(folder, "process", "call", "--from", "2")
    assert "call.wav: the recording is not there any more" in str(done.exception)


def test_json_carries_revisions(folder: Path) -> None:
    typed(folder, "process", "call", "--from", "2", "--to", "4")
    shown = typed(folder, "show", "call", "--json").stdout
    for name in ('"revisions"', '"removed"', '"unheard"', '"languages"', '"standing": true'):
        assert name in shown
