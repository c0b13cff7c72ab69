"""CSV: a row per turn, with the facts of its recording, so that tables of many can be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.export import tables
from pipeline.export.document import one_line
from pipeline.export.fields import seconds
from pipeline.export.rows import rows_of
from pipeline.recording import SHORT_ID
from pipeline.timestamps import milliseconds

if TYPE_CHECKING:
    from pipeline.export.document import Document
    from pipeline.export.rows import Row

COLUMNS = (
    *("turn", "from", "to", "start (s)", "end (s)", "speaker", "role", "text", "entities"),
    *("keyphrases", "questions", "highlighted", "starred", "tags", "notes"),
    *("recording", "date", "project", "participants", "recording's tags", "file", "id"),
)


def write(document: Document) -> str:
    """Return a document as a table with commas."""
    facts = _facts(document)
    return tables.as_csv(COLUMNS, ((*_cells(row), *facts) for row in rows_of(document)))


def _cells(row: Row) -> tuple[str, ...]:
    return (
        str(row.number),
        tables.clock(row.start),
        tables.clock(row.end),
        seconds(milliseconds(row.start)),
        seconds(milliseconds(row.end)),
        row.speaker,
        row.role,
        row.text,
        row.entities,
        row.keyphrases,
        row.questions,
        "yes" if row.highlighted else "",
        "yes" if row.starred else "",
        row.tags,
        row.notes,
    )


def _facts(document: Document) -> tuple[str, ...]:
    facts = (
        document.title,
        (document.recorded_at or "")[:10],
        document.project or "",
        ", ".join(document.participants),
        ", ".join(document.tags),
        document.file_name,
        document.id[:SHORT_ID],
    )
    return tuple(map(one_line, facts))
