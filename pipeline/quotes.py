"""Highlights as quotes for a report: who says what, in which recording, when (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.export import tables
from pipeline.export.as_markdown import escape
from pipeline.recording import SHORT_ID
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.highlights import Highlighted

COLUMNS = (
    *("quote", "speaker", "recording", "date", "from", "to", "project", "tags", "starred", "note"),
    *("marked as", "place"),
)


def as_markdown(found: Iterable[Highlighted]) -> str:
    """Return highlights as Markdown: each a quotation, with its source below."""
    blocks = ["# Highlights", *("\n".join(_quotation(each)) for each in found)]
    return "\n\n".join(blocks) + "\n"


def _quotation(each: Highlighted) -> Iterator[str]:
    several = len(each.said) > 1
    for said in each.said:
        speaker = f"**{escape(said.speaker or 'Somebody')}:** " if several else ""
        yield f"> {speaker}{escape(said.text)}"
        yield ">"
    if not each.said:
        yield f"> {escape(each.highlight.text or '(no words)')}"
        yield ">"
    yield f"> \u2014 {_source(each)}"
    about = list(_about(each))
    if about:
        yield ""
        yield from about


def _source(each: Highlighted) -> str:
    time = f"{format_timestamp(each.highlight.start)}\u2013{format_timestamp(each.highlight.end)}"
    names = [escape(each.speaker)] if each.speaker else []
    return ", ".join([*names, f"*{escape(each.title)}*", each.recorded_at[:10], time])


def _about(each: Highlighted) -> Iterator[str]:
    if each.highlight.starred:
        yield "- \u2605"
    if each.highlight.tags:
        yield f"- Tags: {escape(', '.join(each.highlight.tags))}"
    if each.highlight.note:
        yield f"- Note: {escape(each.highlight.note)}"
    if not each.said:
        yield "- The transcript has no words there now: these are those that were marked."


def as_csv(found: Iterable[Highlighted]) -> str:
    """Return highlights as a table with commas, which spreadsheets open."""
    return tables.as_csv(COLUMNS, map(_row, found))


def _row(each: Highlighted) -> tuple[str, ...]:
    highlight = each.highlight
    start, end = format_timestamp(highlight.start), format_timestamp(highlight.end)
    return (
        _quote(each),
        each.speaker or "",
        each.title,
        each.recorded_at[:10],
        tables.clock(highlight.start),
        tables.clock(highlight.end),
        each.project or "",
        ", ".join(highlight.tags),
        "yes" if highlight.starred else "",
        highlight.note,
        highlight.text,
        f"{each.recording_id[:SHORT_ID]}@{start}-{end}",
    )


def _quote(each: Highlighted) -> str:
    if len(each.said) > 1:
        return " ".join(f"{said.speaker or 'Somebody'}: {said.text}" for said in each.said)
    return each.text or each.highlight.text
