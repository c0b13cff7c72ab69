"""`relisten highlights` as it is typed: marking, listing, taking away, writing quotes."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

import cli
from pipeline.errors import NotFound, UsageError
from pipeline.library import Library
from tests.libraries import fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a library with a call in it."""
    with Library(tmp_path / "library", create=True) as library:
        fill(
            library,
            recording(project="acme"),
            turn("we pay four hundred dollars", "Ann", 61.0),
            turn("and why is that", "Ben", 65.0),
        )
    return tmp_path / "library"


def typed(folder: Path, line: str) -> str:
    """Run a line as it is typed after `relisten highlights`; return what it prints."""
    arguments = ["--library", str(folder), "highlights", *shlex.split(line)]
    ran = CliRunner().invoke(cli.relisten, arguments, catch_exceptions=False, standalone_mode=False)
    return ran.output


def test_a_passage_is_marked_and_listed_and_taken_away(folder: Path) -> None:
    out = typed(folder, "abab@1:01-1:02.5 --tag Pricing --note 'Ask again' --star")
    assert out == (
        "★ abababab:1  2026-09-01  First call  01:01-01:02  [Pricing]\n"
        "  Ann: we pay four hundred dollars\n"
        "  Note: Ask again\n"
        "Take it away: relisten highlights --remove abababab:1\n"
    )
    assert typed(folder, "").startswith(out.partition("Take")[0])
    assert "Tags: Pricing (1)" in typed(folder, "")
    assert typed(folder, "--remove abababab:1") == "Taken away: we pay four hundred dollars\n"
    assert typed(folder, "").startswith("No passage is marked yet. Mark one: relisten highlights")


def test_one_time_is_the_turn_at_it(folder: Path) -> None:
    assert "  Ben: and why is that\n" in typed(folder, "abab@1:05")
    with pytest.raises(NotFound, match="nobody speaks at 00:10 in First call"):
        typed(folder, "abab@0:10")


def test_filters_leave_what_was_asked_for(folder: Path) -> None:
    typed(folder, "abab@1:01 --tag a --star")
    typed(folder, "abab@1:05 --tag b")
    assert "dollars" not in typed(folder, "--tag b")
    assert "why" not in typed(folder, "--starred --in abab --project acme")
    assert typed(folder, "--tag a --tag b").startswith("No highlight matches that.")


def test_data_has_every_field(folder: Path) -> None:
    marked = json.loads(typed(folder, "abab@1:05 --tag b --json"))
    told = json.loads(typed(folder, "--json"))
    assert told["highlights"] == [marked]
    assert told["tags"] == [{"name": "b", "count": 1}]
    assert marked["highlight"]["text"] == marked["text"] == "and why is that"
    assert marked["places"] == [
        {"start": 65.0, "end": 66.2, "turn": 1, "start_char": 0, "end_char": 15}
    ]


def test_quotes_are_written_to_a_file(folder: Path, tmp_path: Path) -> None:
    typed(folder, "abab@1:05")
    path = tmp_path / "q.md"
    assert typed(folder, f"-o {path}") == f"1 quote: {path}\n"
    assert "> and why is that\n" in path.read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="--force"):
        typed(folder, f"-o {path}")
    assert typed(folder, f"-o {path} --force --tag none") == f"0 quotes: {path}\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--remove abab:1 --tag x", "--remove goes alone"),
        ("--remove abab:one", "'abab:one' is no highlight. Write it as it is listed"),
        ("--remove abab", "'abab' is no highlight"),
        ("abab@1:05 --starred", "--starred: not where a passage is marked"),
        ("abab@1:05 -o q.md", "-o: not where a passage is marked"),
        ("--note x", "--note: of which passage"),
        ("--force", "--force: only with -o FILE"),
        ("abab", "'abab' does not say when"),
        ("abab@99:00", "is no time of First call"),
    ],
)
def test_what_does_not_go_together_is_refused_in_a_sentence(
    folder: Path, line: str, said: str
) -> None:
    with pytest.raises(UsageError) as raised:
        typed(folder, line)
    assert said in str(raised.value)


def test_a_highlight_that_is_gone_is_none_to_take(folder: Path) -> None:
    with pytest.raises(NotFound, match="there is no highlight 3"):
        typed(folder, "--remove abababab:3")
