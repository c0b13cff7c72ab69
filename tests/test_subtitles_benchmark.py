"""The counts under the table of subtitles: a rule that is broken must show, and only once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.subtitles import Counts, counts, line, lines, main, total
from pipeline.export.cues import Cue
from pipeline.library import Library
from tests.libraries import MADE, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

GOOD = Cue(10.0, 12.0, "Ann", ("Ann: Yes, it was.",))
NONE = Counts(1, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("cue", "found"),
    [
        (GOOD, NONE),
        (replace(GOOD, end=11.0), NONE),
        (replace(GOOD, end=10.9), replace(NONE, short=1)),
        (replace(GOOD, end=17.001), replace(NONE, long=1)),
        (replace(GOOD, end=17.0), NONE),
        (replace(GOOD, lines=("x" * 43,), end=13.0), replace(NONE, wide=1)),
        (replace(GOOD, lines=("x" * 42,)), replace(NONE, fast=1, as_said=1)),
        (replace(GOOD, lines=("x" * 20, "x" * 19)), NONE),
        (replace(GOOD, lines=("Ann:", "x" * 37)), replace(NONE, fast=1)),
    ],
)
def test_each_rule_is_counted_by_itself(cue: Cue, found: Counts) -> None:
    assert counts([cue]) == found


def test_an_overlap_is_counted_where_the_next_begins_too_soon() -> None:
    touching, over = replace(GOOD, start=12.0, end=14.0), replace(GOOD, start=11.9, end=14.0)
    assert counts([GOOD, touching]).overlap == 0
    assert counts([GOOD, over]).overlap == 1


def test_calls_are_added_up_and_shown_as_shares() -> None:
    sums = total([NONE, replace(NONE, cues=3, fast=1)])
    assert line("lib", sums, tagged=True) == "| lib | yes | 4 | 0 | 0 | 0 | 1 (25.0 %) | 0 | 0 |"


def test_names_are_counted_with_and_without() -> None:
    said = turn("So it was.", "Maximiliane von Habsburg", each=0.3)
    answer = turn("I see, and then?", "Ben", said.end)
    with_names, without = lines("lib", [[said, answer]])
    assert with_names == "| lib | yes | 2 | 0 | 1 (50.0 %) | 0 | 1 (50.0 %) | 0 | 0 |"
    assert without == "| lib | no | 2 | 0 | 1 (50.0 %) | 0 | 0 | 0 | 0 |"


def test_a_library_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "lib"
    with Library(folder, create=True) as library:
        library.put(recording("a" * 64))
        library.store_turns("a" * 64, [turn("So it was.")], MADE)
    monkeypatch.setattr("sys.argv", ["subtitles", str(folder)])
    main()
    assert capsys.readouterr().out.splitlines()[2:] == [
        "| lib | yes | 1 | 0 | 0 | 0 | 0 | 0 | 0 |",
        "| lib | no | 1 | 0 | 0 | 0 | 0 | 0 | 0 |",
    ]
