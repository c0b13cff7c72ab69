"""What the terminal shows of filing."""

from __future__ import annotations

import pytest

from pipeline.filing import Count, ProjectSummary
from pipeline.lines.filing import filed_line, in_hours, project_lines
from tests.libraries import recording

ACME = ProjectSummary("acme", 12, 5400.0, "2026-09-01", "2026-09-30", (Count("pricing", 3),))
REST = ProjectSummary(None, 1, 60.0, "2026-10-01", "2026-10-01")


def test_projects_are_a_table_with_what_is_in_none_at_the_end() -> None:
    assert list(project_lines([ACME, REST])) == [
        "PROJECT       RECORDINGS  LENGTH  FIRST       LAST        TAGS",
        "acme          12          1.5 h   2026-09-01  2026-09-30  pricing (3)",
        "(no project)  1           1 min   2026-10-01  2026-10-01  -",
    ]


def test_who_has_no_project_is_told_how_to_make_one() -> None:
    assert list(project_lines([REST]))[-1].startswith(
        "Put a recording into a project: relisten set"
    )


def test_an_empty_library_has_no_table() -> None:
    assert list(project_lines([])) == [
        "Nothing yet. Fill the library: relisten process FOLDER --project NAME"
    ]


@pytest.mark.parametrize(
    ("project", "tags", "participants", "line"),
    [
        (None, (), (), ""),
        ("acme", (), (), "Project: acme"),
        ("acme", ("a", "b"), ("Ann Lee",), "Project: acme  Tags: a, b  Participants: Ann Lee"),
    ],
)
def test_what_a_recording_is_filed_under_is_one_line(
    project: str | None, tags: tuple[str, ...], participants: tuple[str, ...], line: str
) -> None:
    assert filed_line(recording(project=project), tags, participants) == line


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "0 min"),
        (59 * 60, "59 min"),
        (59.6 * 60, "1.0 h"),
        (9.94 * 3600, "9.9 h"),
        (9.97 * 3600, "10 h"),
        (4321.4 * 3600, "4,321 h"),
    ],
)
def test_lengths_are_for_people(seconds: float, shown: str) -> None:
    assert in_hours(seconds) == shown
