"""What the terminal shows of how a library stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.lines.standing import in_bytes, standing_lines
from pipeline.standing import Finding, Kind, Standing

WELL = Standing(2345, 2345, 3600.0 * 812, 12, (), (), 1_200_000_000, 3_400_000, 120_000_000_000)
LOST = Finding(
    Kind.MISSING,
    "4 recordings have no original where it was",
    "relisten relink FOLDER",
    ("a", "b", "c", "d"),
    ("aaaaaaaa Call a", "bbbbbbbb Call b", "cccccccc Call c"),
)
OTHER = Finding(Kind.VERSION, "1 recording was heard by an engine of before", "", ("a",), ("a A",))


def test_pairs_that_are_all_shown_are_not_said_to_go_on() -> None:
    pairs = ("a A and b B", "c C and d D")
    double = Finding(Kind.DOUBLE, "2 pairs", "", ("a", "b", "c", "d"), pairs)
    assert "      ..." not in list(standing_lines(replace(WELL, findings=(double,))))
    more = replace(double, concerns=("a", "b", "c", "d", "e", "f"))
    assert "      ..." in list(standing_lines(replace(WELL, findings=(more,))))


def test_a_library_that_is_well_takes_few_lines() -> None:
    assert list(standing_lines(WELL)) == [
        "2,345 recordings, 812 h, in 12 projects: all finished.",
        "Nothing is to be done.",
        "",
        "Room: the library takes 1.2 GB, its copies for listening 3.4 MB; "
        "120 GB are free on their disk.",
    ]


def test_what_is_to_be_done_comes_with_examples_and_the_command() -> None:
    lines = list(standing_lines(replace(WELL, finished=2341, findings=(LOST,), notes=(OTHER,))))
    assert lines[:8] == [
        "2,345 recordings, 812 h, in 12 projects: 2,341 finished, 4 not.",
        "",
        "To do",
        "  4 recordings have no original where it was.",
        "      aaaaaaaa Call a",
        "      bbbbbbbb Call b",
        "      cccccccc Call c",
        "      ...",
    ]
    assert lines[8] == "    ->  relisten relink FOLDER"
    assert lines[9:13] == [
        "",
        "Worth knowing; what is done stays as it is",
        "  1 recording was heard by an engine of before.",
        "      a A",
    ]
    assert lines[13] == ""


@pytest.mark.parametrize(
    ("recordings", "projects", "said"),
    [
        (0, 0, "There is no recording yet. Fill the library: relisten process FOLDER"),
        (1, 0, "1 recording, 10 min, in no project: all finished."),
        (2, 1, "2 recordings, 10 min, in 1 project: all finished."),
    ],
)
def test_the_whole_is_said_in_words(recordings: int, projects: int, said: str) -> None:
    few = replace(
        WELL, recordings=recordings, finished=recordings, projects=projects, duration=600.0
    )
    assert next(standing_lines(few)) == said


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (352_256, "352 kB"),
        (1_500_000, "1.5 MB"),
        (15_400_000, "15 MB"),
        (2_900_000_000, "2.9 GB"),
        (1_200_000_000_000, "1.2 TB"),
    ],
)
def test_sizes_are_for_people(size: int, shown: str) -> None:
    assert in_bytes(size) == shown
