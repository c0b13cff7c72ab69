"""oTranscribe's .otr: the text as HTML, each turn after a time that can be clicked.

What was found and marked follows the turns. Times are in seconds, to the millisecond.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from pipeline.export.document import one_line
from pipeline.export.rows import asked_in, named
from pipeline.timestamps import milliseconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.export.document import Document
    from pipeline.highlights import Highlighted
    from pipeline.transcript import Turn

_HARD_SPACE = "\u00a0"  # stands after each time that oTranscribe itself puts in


def write(document: Document) -> str:
    """Return a document as oTranscribe opens it; it takes out all tags but p, b, i and span."""
    annotation, turns = document.transcript.annotation, document.transcript.turns
    entities: dict[str, float] = {}
    for entity in annotation.entities:
        entities.setdefault(named(entity), entity.mention.start)
    ranked = sorted(annotation.keyphrases, key=lambda phrase: -phrase.rank)
    found = (
        ("Highlights", [(each.highlight.start, _told(each)) for each in document.highlighted]),
        (
            "Questions",
            [(each.mention.start, asked_in(turns, each)) for each in annotation.questions],
        ),
        ("Entities", [(start, text) for text, start in entities.items()]),
        ("Keyphrases", [(each.mentions[0].start, each.text) for each in ranked if each.mentions]),
    )
    paragraphs = (*map(_turn, turns), *(_list(name, items) for name, items in found if items))
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    opened = {"text": text, "media": document.file_name, "media-time": 0}
    return json.dumps(opened, ensure_ascii=False) + "\n"


def _turn(turn: Turn) -> str:
    """Return a turn: its time, who speaks, what is said."""
    speaker = one_line(turn.speaker or "")
    name = f"<b>{_shown(speaker)}:</b> " if speaker else ""
    return f"{_timestamp(turn.start)}{name}{_shown(turn.text)}"


def _list(heading: str, items: Sequence[tuple[float, str]]) -> str:
    """Return what was found in one paragraph, each item after its time."""
    listed = "; ".join(f"{_timestamp(start)}{_shown(text)}" for start, text in items)
    return f"<b>{heading}:</b> {listed}"


def _shown(text: str) -> str:
    return escape(one_line(text), quote=False)


def _told(shown: Highlighted) -> str:
    """Return a highlight's words, and what a person said of it."""
    mark = shown.highlight
    tags = ", ".join((*mark.tags, *(["starred"] if mark.starred else [])))
    return (
        f"{shown.text or mark.text}{f' ({tags})' if tags else ''}{mark.note and f': {mark.note}'}"
    )


def _timestamp(seconds: float) -> str:
    """Return a time as oTranscribe marks it."""
    thousandths = milliseconds(seconds)
    minutes, whole = divmod(thousandths // 1000, 60)
    return (
        f'<span class="timestamp" contenteditable="false" data-timestamp="{thousandths / 1000}">'
        f"{minutes // 60}:{minutes % 60:02}:{whole:02}</span>{_HARD_SPACE}"
    )
