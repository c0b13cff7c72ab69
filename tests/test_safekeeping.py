"""`relisten backup`, `restore` and `forget` as they are typed: what they print, refuse and do."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import cli
from pipeline.commands import safekeeping
from pipeline.errors import LibraryError, NotFound, UsageError
from pipeline.library import Library, database
from pipeline.library.holding import held_now
from pipeline.lines.keeping import counted, forgotten_lines, size
from tests.commands import run
from tests.libraries import contents, fill, recording
from tests.test_library_safekeeping import reader
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.progress import Report
    from pipeline.recording import Recording

ID, OTHER = "3f2a91c4" * 8, "77777777" * 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a library of an old call and one of today, both of a project."""
    with Library(tmp_path / "library", create=True) as library:
        for identity, title, day in (
            (ID, "Harbor bakery", date(2021, 5, 3)),
            (OTHER, "Corner shop", date.today()),
        ):
            path = tmp_path / f"{title}.m4a"
            path.touch()
            kept = recording(
                identity,
                title=title,
                path=path,
                project="Acme",
                recorded_at=f"{day.isoformat()}T10:00:00",
            )
            fill(library, kept, turn(f"We of the {title} find it much too expensive."))
        (library.folder / "copies").mkdir()
        library.copy_path(ID).write_bytes(bytes(120_000))
    return tmp_path / "library"


def relisten(folder: Path, *arguments: object, typed: str = "") -> Result:
    words = ["--library", str(folder), *map(str, arguments)]
    return CliRunner().invoke(cli.relisten, words, input=typed, standalone_mode=False)


def printed(folder: Path, *arguments: object) -> str:
    """Return what a command that goes well prints."""
    done = relisten(folder, *arguments)
    assert done.exception is None, done.exception
    return done.output


def refused(folder: Path, *arguments: object) -> str:
    """Return the sentence with which a command refuses."""
    error = relisten(folder, *arguments).exception
    assert isinstance(error, UsageError | LibraryError)
    return str(error)


def test_a_backup_is_made_and_put_back(folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    said = printed(folder, "backup", tmp_path / "b.zip")
    assert f"{tmp_path / 'b.zip'}: 2 recordings, listening copies of 1, " in said
    assert "Read back: all of it is right.\nThe recordings themselves are not in it" in said
    said = printed(tmp_path / "new", "restore", tmp_path / "b.zip")
    assert said.startswith(f"{tmp_path / 'new'}: 2 recordings, as they were on 20")
    after = contents(tmp_path / "new")
    assert after.pop("backup") == [{"path": str(tmp_path / "b.zip")}]
    assert after == {name: rows for name, rows in before.items() if name != "backup"}


def test_a_backup_without_audio_says_so(folder: Path, tmp_path: Path) -> None:
    said = printed(folder, "backup", tmp_path / "b.zip", "--without-audio")
    assert "2 recordings, no sound, " in said


def test_a_restored_library_says_where_the_old_one_is(folder: Path, tmp_path: Path) -> None:
    printed(folder, "backup", tmp_path / "b.zip")
    assert "there is a library already" in refused(folder, "restore", tmp_path / "b.zip")
    said = printed(folder, "restore", tmp_path / "b.zip", "--force")
    (moved,) = tmp_path.glob("library-before-*")
    assert f"The library that stood there is kept: {moved}\nDelete that folder once" in said


def test_what_would_go_is_listed_and_nothing_is_done(folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    said = printed(folder, "forget", "harbor bakery")
    assert said.splitlines() == [
        "This would go from the library for good:",
        "",
        "  3f2a91c4  2021-05-03  Harbor bakery, 10:00",
        "            10 words, a listening copy of 0.1 MB",
        f"            stays: the recording itself, {tmp_path / 'Harbor bakery.m4a'}",
        "",
        "",
        "Nothing is forgotten yet. To do it, add: --yes",
    ]
    assert contents(folder) == before


def test_with_yes_it_is_done_and_proved(folder: Path) -> None:
    done = relisten(folder, "forget", "harbor", "--yes")
    assert done.return_value == 0
    assert done.output.startswith("Forgotten: Harbor bakery (3f2a91c4). Not touched: the recording")
    assert "\nIt comes back if that file is processed again" in done.output
    assert "in every byte of the library's" in done.output
    assert done.output.endswith("files: no byte of it is left.\n")
    with Library(folder) as library:
        assert library.identities() == (OTHER,)
    assert "Harbor bakery" not in printed(folder, "list")


@pytest.mark.parametrize(("typed", "left"), [("yes", 1), ("y", 2), ("", 2), ("no", 2)])
def test_on_a_terminal_yes_is_typed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, typed: str, left: int
) -> None:
    monkeypatch.setattr(safekeeping, "on_terminal", lambda: True)
    done = relisten(folder, "forget", "harbor", typed=f"{typed}\n")
    assert done.exception is None
    assert 'Type "yes" to forget this' in done.output
    with Library(folder) as library:
        assert len(library.identities()) == left


def test_the_same_recording_named_twice_is_listed_once(folder: Path) -> None:
    assert printed(folder, "forget", "harbor", ID[:8]).count("Harbor bakery, ") == 1


def test_the_old_ones_are_listed_first_and_go_with_yes(folder: Path) -> None:
    listed = printed(folder, "forget", "--older-than", "365d")
    assert "Harbor bakery" in listed
    assert "Corner shop" not in listed
    assert "Nothing is forgotten yet" in listed
    assert "no byte" in printed(folder, "forget", "--older-than", "365d", "--yes")
    assert printed(folder, "forget", "--older-than", "365d", "--yes") == (
        "No recording is that old. Nothing is forgotten.\n"
    )


def test_the_old_ones_of_a_project_alone_go(folder: Path) -> None:
    named = ("forget", "--older-than", "2y", "--project")
    assert isinstance(relisten(folder, *named, "Other").exception, NotFound)
    assert "Harbor bakery" in printed(folder, *named, "acme")


def test_what_is_as_old_as_the_age_itself_stays(folder: Path) -> None:
    day = date.today() - timedelta(days=30)
    with Library(folder) as library:
        known = recording("ee" * 32, recorded_at=f"{day.isoformat()}T00:00:00", title="Edge")
        library.put(known)
    assert "Edge" not in printed(folder, "forget", "--older-than", "30d")
    assert "Edge" in printed(folder, "forget", "--older-than", "29d")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say what to forget, in one way"),
        (("harbor", "--older-than", "1y"), "in one way"),
        (("--older-than", "1y", "--check", "x"), "in one way"),
        (("harbor", "--project", "Acme"), "--project goes with --older-than"),
        (("--older-than", "soon"), "'soon' is no age"),
        (("--check", " "), "what is to be looked for"),
        (("nobody",), "no recording goes by 'nobody'"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    folder: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    before = contents(folder)
    assert sentence in refused(folder, "forget", *arguments)
    assert contents(folder) == before


def test_one_unknown_name_keeps_all(folder: Path) -> None:
    assert isinstance(relisten(folder, "forget", "harbor", "x", "--yes").exception, NotFound)
    with Library(folder) as library:
        assert len(library.identities()) == 2


def test_a_phrase_is_looked_for_in_all_files(folder: Path) -> None:
    done = relisten(folder, "forget", "--check", "bakery find it much")
    assert done.return_value == 1
    assert "library.sqlite: 'bakery find it much' is there 3 times" in done.output
    assert "relisten search" in done.output
    printed(folder, "forget", "harbor", "--yes")
    done = relisten(folder, "forget", "--check", "bakery find it much")
    assert done.return_value == 0
    assert "is in none of the bytes of the library's" in done.output


def test_the_backups_that_still_have_it_are_named(folder: Path, tmp_path: Path) -> None:
    for name in ("here.zip", "lost.zip"):
        printed(folder, "backup", tmp_path / name)
    (tmp_path / "lost.zip").unlink()
    for words in (("forget", "harbor"), ("forget", "harbor", "--yes")):
        said = printed(folder, *words)
        assert f"{tmp_path / 'here.zip'}. Delete that too." in said
        assert f"may have it, and is not there now: {tmp_path / 'lost.zip'}" in said


def test_the_copies_from_before_an_update_are_named_first_and_go(folder: Path) -> None:
    older = folder / "library.before-version-3.sqlite"
    older.touch()
    assert f"With it goes what the library was before, all recordings of then: {older}" in (
        printed(folder, "forget", "harbor")
    )
    assert older.exists()
    assert f"With it went what the library was before: {older}" in (
        printed(folder, "forget", "harbor", "--yes")
    )
    assert not older.exists()


def test_what_is_left_is_told_and_ends_with_an_error(folder: Path) -> None:
    note = folder / "notes.txt"
    note.write_text("We of the Harbor bakery find it much too expensive.", encoding="utf-8")
    done = relisten(folder, "forget", "harbor", "--yes")
    assert done.return_value == 1
    assert f"Some are left in:\n  {note}\n" in done.output


def test_a_library_that_another_has_open_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY", 0.05)
    with closing(reader(folder)):
        assert "Close that, then run the same again" in (
            refused(folder, "forget", "harbor", "--yes")
        )
    assert "no byte of it is left" in printed(folder, "forget", "harbor", "--yes")


def test_the_recording_is_held_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.keeping import forgetting

    real, free = forgetting.forget, []

    def noted(
        recordings: Sequence[Recording], library: Library, report: Report
    ) -> forgetting.Forgotten:
        with held_now(folder, ID) as one, held_now(folder, OTHER) as other:
            free.extend([one, other])
        return real(recordings, library, report)

    monkeypatch.setattr(forgetting, "forget", noted)
    printed(folder, "forget", "harbor", "--yes")
    assert free == [False, True]


def test_recordings_that_share_a_lock_are_forgotten_together(folder: Path) -> None:
    with Library(folder) as library:
        fill(library, recording(f"3f{'00' * 31}", title="Twin"), turn("Nothing."))
    assert "no byte of it is left" in printed(folder, "forget", "harbor", "twin", "--yes")


def test_json_tells_the_same(folder: Path, tmp_path: Path) -> None:
    printed(folder, "backup", tmp_path / "b.zip")
    listed = CliRunner().invoke(
        cli.relisten, ["--library", str(folder), "forget", "harbor", "--json"]
    )
    told = json.loads(listed.stdout)
    assert told["would_go"][0]["holdings"]["words"] == 10
    assert told["elsewhere"][0]["path"] == str(tmp_path / "b.zip")
    assert "Nothing is forgotten yet" in listed.stderr
    checked = json.loads(printed(folder, "forget", "--check", "bakery find", "--json"))
    assert list(checked["found"].values()) == [3]
    done = json.loads(printed(folder, "forget", "harbor", "--yes", "--json"))
    assert done["proof"]["left"] == []
    assert done["forgotten"][0]["title"] == "Harbor bakery"


def test_the_whole_command_ends_with_a_sentence_and_a_code(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 and no more")
    done = run("--library", tmp_path / "new", "restore", tmp_path / "cut.zip")
    assert done.code == 1
    assert done.err.startswith(f"relisten: {tmp_path / 'cut.zip'} cannot be read as a backup")
    assert not (tmp_path / "new").exists()
    assert run("--library", folder, "forget", "harbor").code == 0
    assert run("--library", folder, "forget").code == 2


@pytest.mark.parametrize(
    ("number", "thing", "said"),
    [(1, "word", "1 word"), (2000, "word", "2,000 words"), (2, "copy", "2 copies")],
)
def test_things_are_counted_as_people_say_them(number: int, thing: str, said: str) -> None:
    assert counted(number, thing) == said


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0.0 kB"), (49_000, "49.0 kB"), (2_500_000_000, "2,500.0 MB")]
)
def test_bytes_are_told_as_people_say_them(number: int, said: str) -> None:
    assert size(number) == said


def test_what_is_not_there_any_more_is_told(tmp_path: Path) -> None:
    from pipeline.keeping.forgetting import Forgotten

    gone = recording(path=tmp_path / "gone.m4a")
    (line, _) = forgotten_lines([gone], Forgotten(9, 2, 3, (), 0, (), ()))
    assert line.endswith("gone.m4a (which is not there now).")
