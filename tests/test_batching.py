"""`relisten process FOLDER` as it is typed: what it prints of many files, and what it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import cli
from models import engines as module
from pipeline.commands.batching import NOTHING_FAILED
from pipeline.errors import ModelMissing, UsageError
from pipeline.journal import LOG
from pipeline.library import Library
from tests.fakes import FakeEngines, FakeVoices
from tests.sounds import speech, write_wav

if TYPE_CHECKING:
    from pathlib import Path


class Engines(FakeEngines):
    """What the command takes for the engines of this machine."""

    model_name = "fake-base"
    own_digest: str | None = None

    def require_recogniser(self) -> None:
        """Have all weights."""
        self.asked["required"] += 1


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch) -> Engines:
    fake = Engines(voices=FakeVoices())
    monkeypatch.setattr(module, "LocalEngines", lambda *_: fake)
    return fake


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three calls, of which one is broken."""
    for name, seed in (("acme/a.wav", 1), ("beta/c.wav", 3)):
        (tmp_path / "calls" / name).parent.mkdir(parents=True, exist_ok=True)
        write_wav(tmp_path / "calls" / name, speech(2, seed=seed))
    (tmp_path / "calls" / "b.wav").write_bytes(b"this is no sound " * 99)
    return tmp_path / "calls"


def typed(*arguments: object) -> Result:
    words = [str(each) for each in arguments]
    return CliRunner().invoke(cli.relisten, words, catch_exceptions=False, standalone_mode=False)


def library_of(folder: Path) -> Library:
    return Library(folder.parent / "library")


def mended(folder: Path) -> Path:
    return write_wav(folder / "b.wav", speech(2, seed=2))


def test_a_batch_ends_with_what_failed_the_command_and_the_log(folder: Path) -> None:
    done = typed("process", folder, "--channels", "Anna, Ben", "--tag", "q3", "--tag", "new")
    assert done.return_value == 1
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["done", "failed", "done"]
    assert lines[3:5] == ["2 done, 1 failed.", "Not transcribed:"]
    assert lines[5].startswith(f"  {folder / 'b.wav'}: ")
    assert lines[6] == (
        f"When that is mended, try these again: relisten process {folder} --retry-failed "
        "--channels 'Anna, Ben' --tag q3 --tag new"
    )
    assert lines[7:] == [f"What happened when: {folder.parent / 'library' / LOG}"]


def test_what_was_done_before_is_counted_and_does_not_hide_a_failure(folder: Path) -> None:
    typed("process", folder)
    done = typed("process", folder)
    assert done.stdout.splitlines()[:3] == [
        "failed  b.wav",
        "2 already done, 1 failed.",
        "Not transcribed:",
    ]
    named = typed("process", folder / "acme" / "a.wav")
    assert named.stdout.splitlines()[0].startswith("already done  ")


def test_what_failed_is_tried_again_without_being_named(folder: Path) -> None:
    typed("process", folder)
    mended(folder)
    done = typed("process", "--retry-failed", "--project", "acme")
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["done", "1"]
    assert typed("process", "--retry-failed").stdout == f"{NOTHING_FAILED}\n"
    with library_of(folder) as library:
        assert library.find("b.wav").project == "acme"


def test_only_what_failed_in_what_is_named_is_tried_again(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "d.wav").write_bytes(b"no sound either " * 99)
    typed("process", folder, tmp_path / "other")
    done = typed("process", "--retry-failed", tmp_path / "other")
    assert done.stdout.splitlines()[0] == "failed  d.wav"
    assert "b.wav" not in done.stdout


def test_a_failure_that_is_gone_is_dropped_and_one_on_a_drive_that_is_away_is_not(
    folder: Path,
) -> None:
    typed("process", folder)
    (folder / "b.wav").unlink()
    done = typed("process", "--retry-failed")
    assert done.stdout == f"{NOTHING_FAILED}\n"
    assert "b.wav: it is not there any more" in done.stderr
    (folder / "b.wav").write_bytes(b"no sound")
    typed("process", folder)
    folder.rename(folder.with_name("unplugged"))
    again = CliRunner().invoke(cli.relisten, ["process", "--retry-failed"])
    assert again.exit_code == 1
    assert "Plug it in" in str(again.exception)
    with library_of(folder) as library:
        assert len(library.failures()) == 1


def test_a_dry_run_says_what_would_be_done_and_leaves_no_trace(
    folder: Path, engines: Engines
) -> None:
    done = typed("process", folder, "--dry-run")
    assert done.return_value == 0
    lines = done.stdout.splitlines()
    assert [line.split(": ")[1] for line in lines[:3]] == ["new"] * 3
    assert lines[3] == "3 to do, 0 done already. Nothing is changed: a dry run."
    assert lines[4].startswith("a fake: less than a minute for 3 recordings")
    assert not (folder.parent / "library").exists()
    assert engines.asked["voice_detector"] == 0


def test_a_dry_run_of_a_library_changes_nothing_in_it(folder: Path) -> None:
    typed("process", folder)
    moved = (folder / "acme" / "a.wav").rename(folder / "moved.wav")
    before = (folder.parent / "library" / "library.sqlite").read_bytes()
    done = typed("process", folder, "--dry-run", "--language", "de")
    assert f"{moved}: again (the words" in done.stdout
    assert "b.wav: again, it failed before (" in done.stdout
    assert (folder.parent / "library" / "library.sqlite").read_bytes() == before
    with library_of(folder) as library:
        assert moved not in {each.path for each in library.recordings()}


def test_folders_are_projects_where_that_is_asked(folder: Path) -> None:
    typed("process", folder, "--project-from-folder", "--participants", "Ann Lee, Bob")
    with library_of(folder) as library:
        filed = {each.path.name: each for each in library.recordings()}
        assert {name: each.project for name, each in filed.items()} == {
            "a.wav": "acme",
            "c.wav": "beta",
        }
        assert library.participants(filed["a.wav"].id) == ("Ann Lee", "Bob")


def test_where_all_is_done_or_only_moved_no_model_is_wanted(
    folder: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "b.wav").unlink()
    typed("process", folder)
    engines.asked.clear()

    def missing(_: Engines) -> None:
        raise ModelMissing("base: its weights are not on this machine.")

    monkeypatch.setattr(Engines, "require_recogniser", missing)
    (folder / "acme").rename(folder / "zeta")
    done = typed("process", folder)
    assert done.return_value == 0
    assert f"(moved from {folder / 'acme' / 'a.wav'})" in done.stdout
    assert done.stdout.splitlines()[-1] == "2 already done."
    assert done.stderr == ""
    assert engines.asked["recogniser"] == engines.asked["voice_detector"] == 0


def test_a_missing_model_is_told_before_anything_is_heard(
    folder: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: Engines) -> None:
        raise ModelMissing("base: its weights are not on this machine.")

    monkeypatch.setattr(Engines, "require_recogniser", missing)
    with pytest.raises(ModelMissing):
        typed("process", folder)
    assert engines.asked["voice_detector"] == 0


def test_nothing_named_is_refused_with_what_to_type() -> None:
    with pytest.raises(UsageError, match=r"say which recordings.*: relisten process FOLDER"):
        typed("process")


@pytest.mark.parametrize(
    "option", [("--dry-run",), ("--retry-failed",), ("--tag", "x"), ("--participants", "Ann")]
)
def test_what_is_of_whole_recordings_is_not_asked_of_a_passage(
    folder: Path, option: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError, match=f"{option[0]}: of a whole recording"):
        typed("process", folder / "b.wav", "--from", "0", "--to", "1", *option)


def test_the_command_that_is_suggested_names_the_library_and_few_paths(folder: Path) -> None:
    elsewhere = folder.parent / "my library"
    files = [folder / "b.wav"] * 4
    done = typed("--library", elsewhere, "process", *files, "--no-translate", "--dry-run")
    assert done.return_value == 0
    done = typed("--library", elsewhere, "process", *files, "--no-translate")
    assert (
        f"again: relisten --library '{elsewhere}' process --retry-failed --no-translate\n"
        in done.stdout
    )


def test_what_failed_goes_in_its_folders_project_when_it_is_tried_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = folder / "acme" / "b.wav"
    (folder / "b.wav").rename(broken)
    monkeypatch.chdir(folder.parent)
    failed = typed("process", "calls", "--project-from-folder")
    assert "again: relisten process calls --retry-failed --project-from-folder\n" in failed.stdout
    write_wav(broken, speech(2, seed=2))
    typed("process", "calls", "--retry-failed", "--project-from-folder")
    with library_of(folder) as library:
        assert library.find("b.wav").project == "acme"
    with pytest.raises(UsageError, match="name the folder in which the projects are"):
        typed("process", "--retry-failed", "--project-from-folder")


def test_a_name_that_cannot_be_typed_is_printed_safely_and_not_suggested(folder: Path) -> None:
    odd = (folder / "b.wav").rename(folder / "two\nlines \x1b[31m.wav")
    done = typed("process", odd)
    assert "failed  two\\nlines \\x1b[31m.wav\n" in done.stdout
    assert "again: relisten process --retry-failed\n" in done.stdout
    for shown in (done, typed("process", odd, "--dry-run"), typed("status"), typed("list")):
        assert "\x1b" not in shown.stdout
        assert "two\nlines" not in shown.stdout


def test_why_a_file_failed_names_it_as_from_any_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert "  calls/b.wav: " in typed("process", "calls").stdout
    with library_of(folder) as library:
        (failure,) = library.failures()
    assert failure.reason.startswith(f"{folder / 'b.wav'}: ")
