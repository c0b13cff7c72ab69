"""Excel: a row per turn, then what was found, what was marked, and the facts of the recording."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from pipeline.export.document import one_line
from pipeline.export.packing import packed
from pipeline.export.rows import rows_of
from pipeline.export.shown import writable
from pipeline.export.tables import clock
from pipeline.timestamps import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openpyxl import Workbook

    from pipeline.export.document import Document
    from pipeline.export.rows import Row
    from pipeline.transcript import Mention

    Cell = str | int | float | None

# A cell holds 32,767 characters, and openpyxl cuts off the rest without a word.
LONGEST_CELL = 32_000
DAY = 86_400  # seconds: a spreadsheet counts times in days
CLOCK, SECONDS, COUNT, SHARE, TEXT = "[h]:mm:ss", "0.000", "0", "0.00", "@"
TIMED = ("from", "to", "start (s)", "end (s)")
FORMS = {**dict.fromkeys(TIMED[:2], CLOCK), **dict.fromkeys(TIMED[2:], SECONDS)}
FORMS |= {"turn": COUNT, "times said": COUNT, "rank": SHARE}
WIDTHS = {"text": 80, "quote": 80, "name": 30, "speaker": 18, "note": 40, "notes": 40, "fact": 16}
WIDTHS |= dict.fromkeys(("entities", "keyphrases", "questions"), 36)
WIDTHS |= {"value": 60, "all said at": 40}
WIDTH = 11  # of the other columns
# Else each workbook of the same transcript would be another.
PROPERTIES = "docProps/core.xml"
DATED = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its name, the names of its columns, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def write(document: Document) -> bytes:
    """Return a document as a workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title = _writable(one_line(document.title))
    book.properties.creator = "relisten"
    for table in (_turns(document), _found(document), _marked(document), _facts(document)):
        _add(book, table)
    written = BytesIO()
    book.save(written)
    return _undated(written)


def _undated(book: BytesIO) -> bytes:
    """Return a workbook without the times at which it was written."""
    with ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[PROPERTIES] = DATED.sub(b"", parts[PROPERTIES])
    return packed(parts)


def _turns(document: Document) -> Table:
    said = ("turn", *TIMED, "speaker", "role", "text", "entities", "keyphrases", "questions")
    columns = (*said, "highlighted", "starred", "tags", "notes")
    return Table("Turns", columns, tuple(chain.from_iterable(map(_turn, rows_of(document)))))


def _turn(row: Row) -> Iterator[tuple[Cell, ...]]:
    """Yield the row of a turn; one that a cell cannot hold goes on in further rows."""
    first, *more = pieces(row.text)
    who: tuple[Cell, ...] = (row.number, *_times(row.start, row.end), row.speaker, row.role)
    found = (row.entities, row.keyphrases, row.questions)
    marked = ("yes" if row.highlighted else "", "yes" if row.starred else "", row.tags, row.notes)
    yield (*who, first, *found, *marked)
    yield from ((*who, piece, *("" for _ in (*found, *marked))) for piece in more)


def pieces(text: str) -> list[str]:
    """Cut a text that is too long for a cell, between words where there are any."""
    cut = []
    while len(text) > LONGEST_CELL:
        space = text.rfind(" ", 1, LONGEST_CELL + 1)
        end = space if space > 0 else LONGEST_CELL
        cut.append(text[:end])
        text = text[end:].lstrip(" ")
    return [*cut, text]


def _found(document: Document) -> Table:
    """Return what was found: names as they are first said, then topics, highest ranked first."""
    columns = ("kind", "name", "value", "rank", "times said", "from", "turn", "all said at")
    return Table("Entities and keyphrases", columns, (*_entities(document), *_topics(document)))


def _entities(document: Document) -> Iterator[tuple[Cell, ...]]:
    said: dict[tuple[str, str], list[Mention]] = {}
    values: dict[tuple[str, str], list[str]] = {}
    for each in sorted(document.transcript.annotation.entities, key=lambda one: one.mention.start):
        called = each.label, one_line(each.name or each.text)
        said.setdefault(called, []).append(each.mention)
        values.setdefault(called, []).append(each.value)
    for (label, name), mentions in said.items():
        value = "; ".join(dict.fromkeys(filter(None, values[label, name])))
        yield label, name, value, None, *_mentioned(mentions)


def _topics(document: Document) -> Iterator[tuple[Cell, ...]]:
    phrases = document.transcript.annotation.keyphrases
    for each in sorted(phrases, key=lambda phrase: -phrase.rank):
        yield "keyphrase", one_line(each.text), "", each.rank, *_mentioned(each.mentions)


def _mentioned(mentions: Iterable[Mention]) -> tuple[Cell, ...]:
    places = sorted(mentions, key=lambda each: each.start)
    if not places:
        return 0, None, None, ""
    times = ", ".join(dict.fromkeys(clock(each.start) for each in places))
    return len(places), _days(places[0].start), places[0].turn + 1, times


def _marked(document: Document) -> Table:
    columns = (*TIMED, "turn", "speaker", "quote", "tags", "starred", "note", "marked as")
    return Table("Highlights", columns, tuple(_marks(document)))


def _marks(document: Document) -> Iterator[tuple[Cell, ...]]:
    for each in document.highlighted:
        mark = each.highlight
        turn = each.places[0].turn + 1 if each.places else None
        said = (each.speaker or "", each.text, ", ".join(mark.tags), "yes" if mark.starred else "")
        yield *_times(mark.start, mark.end), turn, *said, mark.note, mark.text


def _facts(document: Document) -> Table:
    facts = (("Title", one_line(document.title)), *document.facts, ("Id", document.id))
    return Table("Recording", ("fact", "value"), facts)


def _times(start: float, end: float) -> tuple[float, ...]:
    return _days(start), _days(end), milliseconds(start) / 1000, milliseconds(end) / 1000


def _days(seconds: float) -> float:
    return milliseconds(seconds) / 1000 / DAY


def _add(book: Workbook, table: Table) -> None:
    """Add a sheet: its head stays in sight, its columns can be filtered, its text is wrapped."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet: Any = book.create_sheet(table.name)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(column, WIDTH)
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)

    def cell(value: Cell, column: str) -> Any:
        made = WriteOnlyCell(sheet, _writable(value) if isinstance(value, str) else value)
        if isinstance(value, str):
            made.data_type = "s"  # else "=1+1" would be a formula
            made.quotePrefix = value.startswith("=")  # and become one once somebody touches it
        made.alignment = wrapped
        made.number_format = TEXT if isinstance(value, str) else FORMS.get(column, "General")
        return made

    head = [cell(column, column) for column in table.columns]
    for each in head:
        each.font = bold
    sheet.append(head)
    for row in table.rows:
        sheet.append([cell(*each) for each in zip(row, table.columns, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"


def _writable(text: str) -> str:
    """Return text as a cell can hold it."""
    shown = writable(text)
    return shown if len(shown) <= LONGEST_CELL else f"{shown[: LONGEST_CELL - 4]} ..."
