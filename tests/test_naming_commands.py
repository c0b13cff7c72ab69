"""`relisten entities`, and `process --only annotations`, as they are typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import cli
from models import engines
from pipeline.entities.naming import Naming
from pipeline.entities.summary import EntitySummary
from pipeline.errors import NotFound, UsageError
from pipeline.filing import Count
from pipeline.library import Library
from pipeline.lines.entities import naming_line, summary_lines
from pipeline.transcript import Annotation, Entity, Made, Mention
from tests.fakes import FakeEngines, FakeLanguageModel
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

ID = "ab" * 32
SUMMARY = EntitySummary(
    "Acme", "ORG", 12, 9, 1234, (Count("Acme", 9), Count("Acme Corp", 2)), (), ID, 61.0
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Fill a library with a call in which names are said."""
    with Library(tmp_path / "library", create=True) as library:
        kept = fill(library, recording(ID), turn("Acme Corp pays $450.", "Ann", start=61.0))
        found = (
            Entity("Acme Corp", "ORG", Mention(61.0, 62.0, 0, 0, 9), "Acme Corp"),
            Entity("$450", "MONEY", Mention(62.0, 63.0, 0, 15, 19), "", "$ 450"),
        )
        library.store_annotation(kept.id, Annotation(found), Made("fake-reader", "1"))
    return tmp_path / "library"


def typed(folder: Path, *arguments: object) -> Result:
    """Run a command on a library."""
    words = ["--library", str(folder), *map(str, arguments)]
    return CliRunner().invoke(cli.relisten, words, standalone_mode=False)


def test_names_are_shown_with_where_each_is_first_said(folder: Path) -> None:
    head, line, play = typed(folder, "entities").stdout.splitlines()
    assert head.split() == ["NAME", "LABEL", "CALLS", "PEOPLE", "TIMES", "FIRST", "SAID", "ALSO"]
    assert line.split() == ["Acme", "Corp", "ORG", "1", "1", "1", "abababab@01:01"]
    assert play == "Hear where one is first said: relisten play abababab@01:01"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("--label", "money"), ["$450"]),
        (("--label", "all"), ["$450", "Acme Corp"]),
        (("--label", "ORG,MONEY"), ["$450", "Acme Corp"]),
        (("First call",), ["Acme Corp"]),
        (("--speaker", "ann"), ["Acme Corp"]),
        (("--until", "2026-08-31"), []),
    ],
)
def test_only_what_is_asked_for_is_shown(
    folder: Path, options: tuple[str, ...], shown: list[str]
) -> None:
    done = typed(folder, "entities", *options, "--json")
    assert sorted(each["name"] for each in json.loads(done.stdout)) == shown


def test_names_are_put_right_and_that_is_taken_back(folder: Path) -> None:
    done = typed(folder, "entities", "--merge", "Acme Corp = Zeta", "--json")
    assert done.stderr == "Kept: Acme Corp is Zeta. Take it back: relisten entities --undo\n"
    assert [each["name"] for each in json.loads(done.stdout)] == ["Zeta"]
    first, *_ = typed(folder, "entities", "--undo").stdout.splitlines()
    assert first == "Taken back: Acme Corp is Zeta."
    first, *_ = typed(folder, "entities", "--split", "Acme Corp").stdout.splitlines()
    assert first.startswith("Kept: Acme Corp is only itself.")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--merge", "Acme"), "'Acme' is not two names. Write it as --merge \"Acme Corp=Acme\""),
        (("--merge", "=Acme"), "'=Acme' is not two names"),
        (("--split", "Acme", "--undo"), "--merge, --split and --undo go alone"),
        (("--undo",), "nothing was said of a name yet"),
        (("--split", "Zeta"), "nothing that is said goes by 'Zeta'"),
    ],
)
def test_what_cannot_be_said_of_names_is_refused_in_a_sentence(
    folder: Path, options: tuple[str, ...], message: str
) -> None:
    done = typed(folder, "entities", *options)
    assert isinstance(done.exception, UsageError | NotFound)
    assert message in str(done.exception)


def test_where_no_names_are_found_other_kinds_are_pointed_at() -> None:
    assert list(summary_lines([], 30)) == [
        "No such names are in what was said. See other kinds: relisten entities --label all"
    ]


def test_numbers_other_spellings_and_more_are_shown() -> None:
    _, line, more, _ = summary_lines([SUMMARY], 1)
    assert "1,234" in line
    assert line.endswith("Acme Corp")
    assert more == "These are the first 1. See more: add --limit 10"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Naming(1, "acme corp", "Acme"), "Akme is Acme"),
        (Naming(1, "akme", "Akme"), "Akme is only itself"),
    ],
)
def test_what_was_said_of_a_name_is_told_in_words(said: Naming, words: str) -> None:
    assert naming_line(said, "Akme") == words


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> FakeLanguageModel:
    """Put a reader of English in the place of this machine's."""
    found = FakeLanguageModel({"Acme Corp": "ORG"})
    monkeypatch.setattr(engines, "LocalEngines", lambda: FakeEngines(readers={"en": found}))
    return found


@pytest.mark.parametrize("named", [(), (ID[:8],), ("First call",), ("calls/first.m4a",)])
def test_what_is_kept_is_annotated_again_though_its_file_is_gone(
    folder: Path, reader: FakeLanguageModel, named: tuple[str, ...]
) -> None:
    done = typed(folder, "process", *named, "--only", "annotations")
    assert done.stdout == "annotated  abababab  First call\n1 of 1 annotated again.\n"
    assert (done.return_value, reader.calls) == (0, 1)
    with Library(folder) as library:
        (entity, money) = library.annotation(ID).entities
        assert (entity.name, money.value) == ("Acme Corp", "$ 450")
        assert library.made(ID)["transcribe"] == MADE


def test_without_a_language_model_what_was_found_before_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "LocalEngines", FakeEngines)
    done = typed(folder, "process", "--only", "annotations")
    assert "skipped    abababab  First call  (no language model for 'en' here)" in done.stdout
    assert done.return_value == 1
    with Library(folder) as library:
        assert len(library.annotation(ID).entities) == 2


def test_what_is_not_transcribed_is_left_out(folder: Path, reader: FakeLanguageModel) -> None:
    with Library(folder) as library:
        library.put(recording("cd" * 32, title="New call"))
    done = typed(folder, "process", "New call", "--only", "annotations")
    assert "(it is not transcribed yet)" in done.stdout
    assert reader.calls == 0


def test_no_other_option_goes_with_annotating_again(folder: Path) -> None:
    done = typed(folder, "process", "--only", "annotations", "--model", "base", "--tag", "x")
    assert str(done.exception) == "--model and --tag: --only annotations changes nothing of that."


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--split", " "), "--split needs a name"),
        (("--merge", "Acme Corp=acme corp"), "are one already"),
        (("--label", "PERSN"), "PERSN is no kind of name. There are CARDINAL, DATE,"),
        (("--merge", "A=B", "--split", ""), "go alone"),
    ],
)
def test_what_means_nothing_is_a_sentence_and_changes_nothing(
    folder: Path, options: tuple[str, ...], message: str
) -> None:
    result = typed(folder, "entities", *options)
    assert isinstance(result.exception, UsageError)
    assert message in str(result.exception)
    with Library(folder) as library:
        assert library.namings().said == ()


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_is_at_least_one(folder: Path, limit: str) -> None:
    assert typed(folder, "entities", "--limit", limit).exit_code != 0
