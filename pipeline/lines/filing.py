"""What the terminal shows of how recordings are filed (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lines.view import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.filing import ProjectSummary
    from pipeline.recording import Recording

IN_NONE = "(no project)"


def filed_line(recording: Recording, tags: Sequence[str], participants: Sequence[str]) -> str:
    """Return what a recording is filed under on one line; "" where it is under nothing."""
    facts = {
        "Project": recording.project or "",
        "Tags": ", ".join(tags),
        "Participants": ", ".join(participants),
    }
    return "  ".join(f"{name}: {value}" for name, value in facts.items() if value)


def project_lines(projects: Sequence[ProjectSummary]) -> Iterator[str]:
    """Yield the projects as a table, and how to put a recording into one where there are none."""
    if not projects:
        yield "Nothing yet. Fill the library: relisten process FOLDER --project NAME"
        return
    rows = [("PROJECT", "RECORDINGS", "LENGTH", "FIRST", "LAST", "TAGS")]
    rows += [
        (
            each.project or IN_NONE,
            str(each.recordings),
            in_hours(each.duration),
            each.first,
            each.last,
            ", ".join(f"{tag.name} ({tag.recordings})" for tag in each.tags) or "-",
        )
        for each in projects
    ]
    yield from table(rows)
    if all(each.project is None for each in projects):
        yield 'Put a recording into a project: relisten set ID --project "Acme study"'


def in_hours(seconds: float) -> str:
    """Return a length for people: minutes below an hour, else hours to a tenth below ten."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = round(seconds / 3600, 1)
    return f"{hours:.1f} h" if hours < 10 else f"{hours:,.0f} h"
