"""`set`, `projects`, `status` and the filters of reading commands, as they are typed."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

import cli
from pipeline.commands import shared
from pipeline.library import Library
from pipeline.library.holding import holding
from tests.libraries import contents, fill, recording
from tests.sounds import tone, write_wav
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

A, B = "a" * 64, "b" * 64


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of two calls, both in one project, and one that is only taken in."""
    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        for identity, title in ((A, "Harbor"), (B, "Canyon")):
            path = tmp_path / f"{title}.wav"
            kept = recording(identity, title=title, project="Acorn", path=path)
            fill(library, kept, turn("Too expensive.", "Anna"))
        library.put(recording("c" * 64, title="Late", path=tmp_path / "late.wav"))
    return folder


def typed(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(
        cli.relisten, ["--library", str(folder), *map(str, arguments)], catch_exceptions=True
    )


def listed(folder: Path, *filters: str) -> list[dict[str, Any]]:
    shown = typed(folder, "list", "--json", *filters)
    assert shown.exit_code == 0, shown.exception
    return list(json.loads(shown.stdout))


def test_recordings_are_filed_several_at_once_and_shown_as_they_are_then(folder: Path) -> None:
    done = typed(
        folder, "set", "harbor", "canyon", "aaaa", "--project", "Acme study", "--tag", "pricing"
    )
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "aaaaaaaa  2026-09-01  Harbor  Project: Acme study  Tags: pricing",
        "bbbbbbbb  2026-09-01  Canyon  Project: Acme study  Tags: pricing",
    ]
    assert [each["tags"] for each in listed(folder)] == [["pricing"], ["pricing"], []]


def test_one_recording_is_filed_in_every_way_and_all_of_it_is_taken_away(folder: Path) -> None:
    every = ("--date", "2026-10-05 14:30", "--title", "Kick-off", "--participants", "Ann Lee, Bob")
    done = typed(folder, "set", "harbor", *every, "--tag", "a,b", "--tag", "c")
    filed = "Project: Acorn  Tags: a, b, c  Participants: Ann Lee, Bob\n"
    assert done.stdout == f"aaaaaaaa  2026-10-05  Kick-off  {filed}"
    shown = typed(folder, "show", "kick-off").stdout
    assert "2026-10-05 (by hand)" in shown
    assert f"\n{filed}" in shown
    away = ("--project", "", "--participants", "", "--untag", "A,b", "--untag", "c", "--title", "")
    done = typed(folder, "set", "kick-off", *away)
    assert done.stdout == "aaaaaaaa  2026-10-05  Harbor\n"


def test_a_date_by_hand_is_taken_away_and_that_of_the_file_is_there_again(
    folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "call 2026-03-04 10.30.wav"
    write_wav(path, tone(1))
    with Library(folder) as library:
        size = path.stat().st_size
        library.put(recording("d" * 64, title="Mill", path=path, size=size, recorded_at_from="tag"))
    assert typed(folder, "set", "mill", "--date", "2020-01-01", "--tag", "x").exit_code == 0
    done = typed(folder, "set", "mill", "harbor", "--date", " ")
    assert done.stdout.splitlines() == [
        "dddddddd  2026-03-04  Mill  Tags: x",
        "aaaaaaaa  2026-09-01  Harbor  Project: Acorn",  # none was given by hand: it stays
    ]
    with Library(folder) as library:
        kept = library.find("mill")
    assert (kept.recorded_at, kept.recorded_at_from) == ("2026-03-04T10:30:00", "name")


def test_where_the_file_is_gone_a_date_by_hand_stays_and_nothing_is_changed(folder: Path) -> None:
    typed(folder, "set", "canyon", "--date", "2020-01-01")
    before = contents(folder)
    refused = typed(folder, "set", "harbor", "canyon", "--date", "", "--tag", "new")
    assert "the recording is not there any more" in str(refused.exception)
    assert contents(folder) == before


def test_all_of_a_project_is_moved_to_another(folder: Path) -> None:
    assert typed(folder, "set", "--all-of", "ACORN", "--project", "Oak").exit_code == 0
    assert [each["recording"]["title"] for each in listed(folder, "--project", "oak")] == [
        "Canyon",
        "Harbor",
    ]
    gone = typed(folder, "list", "--project", "acorn")
    assert "no recording is in a project called 'acorn'" in str(gone.exception)


@pytest.mark.parametrize(
    "arguments",
    [
        ("harbor", "canyon", "--title", "Both"),
        ("harbor", "nobody", "--tag", "x"),
        ("harbor", "--tag", "x", "--untag", "never there"),
        ("harbor", "--project", "x", "--date", "soon"),
        ("harbor", "--all-of", "acorn", "--tag", "x"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(folder: Path, arguments: tuple[str, ...]) -> None:
    before = contents(folder)
    refused = typed(folder, "set", *arguments)
    assert refused.exit_code != 0
    assert contents(folder) == before


def test_a_recording_that_another_process_works_on_is_waited_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = threading.Event()
    monkeypatch.setattr(shared, "tell_of_waiting", waits.set)
    filed = threading.Thread(target=typed, args=(folder, "set", "harbor", "--tag", "x"))
    with holding(folder, A, lambda: None):
        filed.start()
        assert waits.wait(10)
        with Library(folder) as library:
            assert library.tags(A) == ()
    filed.join(10)
    with Library(folder) as library:
        assert library.tags(A) == ("x",)


def test_projects_are_listed_with_their_tags(folder: Path) -> None:
    typed(folder, "set", "harbor", "--tag", "pricing")
    lines = typed(folder, "projects").stdout.splitlines()
    assert lines[1].split() == [
        *("Acorn", "2", "20", "min", "2026-09-01", "2026-09-01", "pricing", "(1)")
    ]
    assert lines[2].startswith("(no project)  1")
    known = json.loads(typed(folder, "projects", "--json").stdout)
    assert known[0]["tags"] == [{"name": "pricing", "recordings": 1}]
    assert known[1]["project"] is None


@pytest.mark.parametrize("command", ["list", "search", "export", "status"])
def test_every_command_that_reads_several_recordings_takes_the_same_filters(command: str) -> None:
    options = {option for each in cli.relisten.commands[command].params for option in each.opts}
    wanted = {"--project", "--tag", "--participant", "--since", "--until", "--speaker"}
    assert wanted <= options


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (("--tag", "Pricing"), ["Harbor"]),
        (("--participant", "ann lee"), ["Canyon"]),
        (("--project", "acorn", "--tag", "pricing"), ["Harbor"]),
        (("--speaker", "anna"), ["Canyon", "Harbor"]),
        (("--until", "2026-08-31"), []),
    ],
)
def test_filters_hold_for_lists_searches_and_exports(
    folder: Path, tmp_path: Path, filters: tuple[str, ...], titles: list[str]
) -> None:
    typed(folder, "set", "harbor", "--tag", "pricing")
    typed(folder, "set", "canyon", "--participants", "Ann Lee")
    assert [each["recording"]["title"] for each in listed(folder, *filters)] == titles
    hits = json.loads(typed(folder, "search", "expensive", "--json", *filters).stdout)
    assert sorted(hit["recording"]["title"] for hit in hits) == titles
    written = typed(folder, "export", "-o", tmp_path / "out", *filters)
    assert (written.exit_code == 0) is bool(titles)
    files = sorted(path.name for path in (tmp_path / "out").glob("*"))
    assert [name.split("-")[0] for name in files] == titles


def test_an_export_by_filters_leaves_out_what_has_no_words_and_says_so(
    folder: Path, tmp_path: Path
) -> None:
    written = typed(folder, "export", "--since", "2026-01-01", "-o", tmp_path / "out")
    assert written.exit_code == 0
    assert len(list((tmp_path / "out").iterdir())) == 2
    assert "Late: left out, as it is not transcribed yet." in written.stderr


def test_an_export_says_what_the_recording_is_filed_under(folder: Path, tmp_path: Path) -> None:
    typed(folder, "set", "harbor", "--tag", "pricing", "--participants", "Ann Lee, Bob")
    typed(folder, "export", "harbor", "--format", "txt,json", "-o", tmp_path)
    text = next(tmp_path.glob("*.txt")).read_text(encoding="utf-8")
    assert "Participants: Ann Lee, Bob\nTags: pricing\n" in text
    data = json.loads(next(tmp_path.glob("*.json")).read_text(encoding="utf-8"))
    assert data["recording"]["participants"] == ["Ann Lee", "Bob"]
    assert data["recording"]["tags"] == ["pricing"]


def test_show_prints_what_a_recording_is_filed_under_as_json(folder: Path) -> None:
    typed(folder, "set", "harbor", "--tag", "pricing")
    shown = json.loads(typed(folder, "show", "harbor", "--json").stdout)
    assert (shown["tags"], shown["participants"]) == (["pricing"], [])


def test_status_says_what_is_to_be_done(folder: Path) -> None:
    shown = typed(folder, "status", "--until", "2026-09-30", "--json")
    assert shown.exit_code == 0, shown.exception
    stands = json.loads(shown.stdout)
    assert (stands["recordings"], stands["projects"]) == (3, 1)
    kinds = [each["kind"] for each in stands["findings"]]
    assert kinds == ["unfinished", "unfinished", "original missing"]
    lines = typed(folder, "status").stdout.splitlines()
    assert lines[0] == "3 recordings, 30 min, in 1 project: 0 finished, 3 not."
    assert "  1 recording is not transcribed yet." in lines


def test_status_changes_nothing(folder: Path) -> None:
    before = contents(folder)
    typed(folder, "status")
    assert contents(folder) == before


def test_who_says_who_took_part_is_told_how_their_names_are_looked_for(folder: Path) -> None:
    done = typed(folder, "set", "canyon", "--participants", "Ann Lee")
    command = done.stderr.strip().removeprefix("To have their names looked for: relisten ")
    again = typed(folder, *command.split())
    assert command.startswith("process --only annotations ")
    assert "no recording goes by" not in again.stderr
    assert typed(folder, "set", "canyon", "--participants", "").stderr == ""
