"""`relisten pseudonyms`, as it is typed: the list, what is decided, and through a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import cli
from pipeline.errors import NotFound, UsageError
from pipeline.library import Library
from pipeline.pseudonyms import HeardName, Kind, Pseudonym
from pipeline.transcript import Annotation, Entity, Mention
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

ID = "ab" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Fill a library with a call of a project in which names are said."""
    with Library(tmp_path / "library", create=True) as library:
        kept = recording(project="pilot study", title="First call")
        fill(library, kept, turn("Priya Raman left Acme.", "Speaker 1", start=61.0))
        found = (
            Entity("Priya Raman", "PERSON", Mention(61.0, 61.6, 0, 0, 11)),
            Entity("Acme", "ORG", Mention(61.9, 62.2, 0, 17, 21)),
        )
        library.store_annotation(ID, Annotation(found), MADE)
        library.set_pseudonyms("pilot study", [Pseudonym("pilot", Kind.NAME, "")])
    return tmp_path / "library"


def typed(folder: Path, *arguments: object) -> Result:
    """Run the command on the project of a library."""
    words = ["--library", str(folder), "pseudonyms", "--project", "pilot study"]
    return CliRunner().invoke(cli.relisten, [*words, *map(str, arguments)], standalone_mode=False)


def decided(folder: Path) -> dict[str, str]:
    with Library(folder) as library:
        return {each.name: each.pseudonym for each in library.pseudonyms("pilot study")}


def test_names_are_listed_with_what_is_proposed_and_where_they_are_said(folder: Path) -> None:
    lines = typed(folder).stdout.splitlines()
    assert [line.split() for line in lines[:2]] == [
        ["?", "Acme", "Company", "A", "1x", "abababab@01:01"],
        ["?", "Priya", "Raman", "P01", "1x", "abababab@01:01"],
    ]
    assert '  relisten pseudonyms --project "pilot study" --accept' in lines


def test_what_is_accepted_is_decided(folder: Path) -> None:
    result = typed(folder, "--accept")
    assert result.stdout.splitlines() == [
        "2 names accepted.",
        "All names are decided on. Files written with --redact have the pseudonyms instead; one "
        "name stays as it is.",
    ]
    assert decided(folder) == {"pilot": "", "Priya Raman": "P01", "Acme": "Company A"}


def test_names_are_set_kept_added_and_taken_back(folder: Path) -> None:
    result = typed(
        folder, "--set", "priya raman=P07", "--keep", "Acme", "--add", "Zed", "--remove", "pilot"
    )
    assert result.exception is None
    assert decided(folder) == {"Priya Raman": "P07", "Acme": "", "Zed": "Name 1"}
    assert result.stdout.splitlines() == [
        "Priya Raman: P07",
        "Acme: stays as it is",
        "Zed: Name 1",
        "Taken back: pilot",
        'One name is only proposed. See the list: relisten pseudonyms --project "pilot study"',
    ]
    assert "listed by you" in typed(folder).stdout


def said_more(folder: Path, *named: tuple[str, str]) -> None:
    """Have more names be said in the call, each with its label."""
    with Library(folder) as library:
        text = " ".join(name for name, _ in named)
        fill(library, recording("cd" * 32, project="pilot study"), turn(text, "Speaker 1"))
        found = []
        for name, label in named:
            at = text.index(name)
            when = Mention(float(at), at + 0.5, 0, at, at + len(name))
            found.append(Entity(name, label, when))
        library.store_annotation("cd" * 32, Annotation(tuple(found)), MADE)


def test_what_is_typed_means_the_list_as_it_was_shown(folder: Path) -> None:
    said_more(
        folder, ("Marcus", "ORG"), ("Tessa", "PERSON"), ("Wilfred", "PERSON"), ("Fern", "PERSON")
    )
    shown = {each["name"]: each["proposed"] for each in json.loads(typed(folder, "--json").stdout)}
    wilfred, fern = shown["Wilfred"], shown["Fern"]
    typed(folder, "--set", f"Marcus={fern}", "--keep", "Tessa", "--keep", "Acme")
    assert (decided(folder)["Marcus"], decided(folder)["Fern"]) == (fern, fern)
    after = {each["name"]: each["proposed"] for each in json.loads(typed(folder, "--json").stdout)}
    assert (after["Wilfred"], after["Priya Raman"]) == (wilfred, shown["Priya Raman"])


def test_two_that_become_one_are_told_with_what_parts_them(folder: Path) -> None:
    said_more(folder, ("Tessa", "PERSON"))
    typed(folder, "--accept")
    _, one, way, *_ = typed(folder, "--set", "Tessa=p01").stdout.splitlines()
    assert one == "  Priya Raman is P01, too: they are one person from now on."
    assert way == '  If not: relisten pseudonyms --project "pilot study" --set "Tessa=P02"'
    assert decided(folder)["Tessa"] == "P01"
    assert "one person" not in typed(folder, "--set", "Tessa=P01").stdout


def test_who_was_to_have_a_pseudonym_is_decided_with_who_gets_it(folder: Path) -> None:
    result = typed(folder, "--set", "Acme=P01")
    assert "  Priya Raman is P01, too, and decided with it: they are one person" in result.stdout
    assert decided(folder) == {"pilot": "", "Acme": "P01", "Priya Raman": "P01"}


def test_two_that_are_to_be_parted_are_not_told_to_share_a_pseudonym(folder: Path) -> None:
    said_more(folder, ("Tessa", "PERSON"), ("Delaney", "ORG"), ("Marcus", "GPE"))
    result = typed(folder, "--set", "Delaney=P01", "--set", "Marcus=P02")
    ways = [line.rpartition("=")[2] for line in result.stdout.splitlines() if "If not" in line]
    assert ways == ['P03"', 'P04"']


def test_two_names_can_change_places(folder: Path) -> None:
    result = typed(folder, "--set", "Acme=P01", "--set", "Priya Raman=Company A")
    assert decided(folder) == {"pilot": "", "Acme": "P01", "Priya Raman": "Company A"}
    assert "too" not in result.stdout


def test_one_that_cannot_be_meant_keeps_the_others_from_being_kept(folder: Path) -> None:
    assert typed(folder, "--set", "Acme=P05", "--set", "=P07").exception is not None
    assert decided(folder) == {"pilot": ""}


def test_a_name_that_is_not_in_the_list_is_told(folder: Path) -> None:
    first, way, *_ = typed(folder, "--keep", "Priya Ramen").stdout.splitlines()
    assert first == "Priya Ramen: stays as it is (no such name was in the list; near: Priya Raman)"
    assert way.endswith('--remove "Priya Ramen"')


def test_a_full_name_and_a_part_of_it_with_two_pseudonyms_are_pointed_to(folder: Path) -> None:
    said_more(folder, ("Tessa", "PERSON"), ("Tessa Delaney", "ORG"))
    (line,) = (each for each in typed(folder).stdout.splitlines() if "Delaney" in each)
    assert line.endswith("(Tessa is P02)")


def test_without_a_project_where_all_is_in_one_is_told(folder: Path) -> None:
    words = ["--library", str(folder), "pseudonyms"]
    result = CliRunner().invoke(cli.relisten, words, standalone_mode=False)
    assert 'Say whose names: relisten pseudonyms --project "pilot study"' in str(result.exception)
    hidden = [*words, "--hide", f"{ID}@01:01-01:03"]  # for which no project is needed
    assert CliRunner().invoke(cli.relisten, hidden, standalone_mode=False).exception is None


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (["--set", "Priya"], UsageError, "not a name and what it is called"),
        (["--set", "Acme=New Acme"], UsageError, "has the name Acme in it"),
        (["--set", "=P07"], UsageError, "a name is empty"),
        (["--remove", "Nobody"], NotFound, "nothing was decided of 'Nobody'"),
        (["--add", "pilot"], UsageError, "in the list already"),
        (["--force"], UsageError, "only with -o"),
        (["--model", "base"], UsageError, "only with --check"),
        (["--check", "--accept"], UsageError, "go alone"),
        (["--unhide", ID, "--hide", ID], UsageError, "go alone"),
        (["-o", "list.txt"], UsageError, "written as .csv"),
        ([ID], UsageError, "only with --check"),
        (["--hide", f"{ID}@01:01"], UsageError, "from when to when"),
        (["--from", "nowhere.csv"], UsageError, "no such file"),
        (["--hide", "01:01-01:03"], UsageError, "of which recording"),
    ],
)
def test_what_cannot_be_meant_is_told(
    folder: Path, options: list[str], error: type[Exception], message: str
) -> None:
    result = typed(folder, *options)
    assert isinstance(result.exception, error)
    assert message in str(result.exception)
    assert decided(folder) == {"pilot": ""}


def test_an_unknown_project_is_told(folder: Path) -> None:
    words = ["--library", str(folder), "pseudonyms", "--project", "pilot studi"]
    result = CliRunner().invoke(cli.relisten, words, standalone_mode=False)
    assert isinstance(result.exception, NotFound)
    assert "Did you mean pilot study?" in str(result.exception)


def test_a_list_goes_through_a_spreadsheet_and_back(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "list.csv"
    assert typed(folder, "-o", target).exception is None
    assert isinstance(typed(folder, "-o", target).exception, UsageError)
    text = target.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["name", "kind", "pseudonym", "decided", "mentions"]
    edited = text.replace("Company A", "").replace("P01", "P05") + "Zed,person,P06,,\r\n"
    target.write_bytes(edited.replace(",", ";").encode())  # as a German spreadsheet writes it
    assert typed(folder, "--from", target).exception is None
    assert decided(folder) == {"pilot": "", "Priya Raman": "P05", "Acme": "", "Zed": "P06"}


def test_a_file_that_is_no_list_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\r\n1,2\r\n", encoding="utf-8")
    result = typed(folder, "--from", tmp_path / "other.csv")
    assert "no columns name and pseudonym" in str(result.exception)
    assert '--project "pilot study" -o list.csv' in str(result.exception)


def test_the_list_as_json(folder: Path) -> None:
    first, *_ = json.loads(typed(folder, "--json").stdout)
    assert (first["name"], first["proposed"], first["pseudonym"]) == ("Acme", "Company A", None)


def test_a_passage_is_hidden_by_hand(folder: Path) -> None:
    result = typed(folder, "--hide", f"{ID}@01:01-01:03")
    assert result.exception is None
    with Library(folder) as library:
        assert library.heard_names(ID) == (HeardName(61.0, 63.0, ""),)
    assert typed(folder, "--unhide", ID).exception is None
    with Library(folder) as library:
        assert library.heard_names(ID) == ()


def test_an_export_is_refused_until_all_is_decided_and_then_has_no_name(
    folder: Path, tmp_path: Path
) -> None:
    words = ["--library", str(folder), "export", ID, "--redact", "-o", str(tmp_path / "out")]
    refused = CliRunner().invoke(cli.relisten, words, standalone_mode=False)
    assert isinstance(refused.exception, UsageError)
    assert not (tmp_path / "out").exists()
    typed(folder, "--accept")
    assert CliRunner().invoke(cli.relisten, words, standalone_mode=False).exception is None
    (written,) = (tmp_path / "out").iterdir()
    assert "P01 left Company A." in written.read_text(encoding="utf-8")
