"""Markdown: the facts of the recording, its turns, then what was marked and found, with times."""

from __future__ import annotations

import re
from textwrap import shorten
from typing import TYPE_CHECKING

from pipeline.export.document import one_line
from pipeline.questions import answer_text
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.export.document import Document
    from pipeline.highlights import Highlighted
    from pipeline.transcript import Entity, Keyphrase, Mention, Question, Transcript, Turn

ANSWER = 120  # characters of an answer that are written
_INLINE = re.compile(r"([\\`*_\[\]<>&~|#])")
# Before what would make a list or a rule of a line's first words: "1. ", "1) ", "- ", "+ ", "==".
_AT_LINE_START = re.compile(r"^([0-9]*(?=[.)])|(?=[-+=]))")


def write(document: Document) -> str:
    """Return a document as Markdown."""
    transcript = document.transcript
    blocks = (
        f"# {escape(document.title)}",
        "\n".join(f"- {name}: {escape(value)}" for name, value in document.facts),
        *map(_paragraph, transcript.turns),
        *_highlight_blocks(document),
        *_entity_blocks(transcript.annotation.entities),
        *_keyphrase_blocks(transcript.annotation.keyphrases),
        *_question_blocks(transcript),
    )
    return "\n\n".join(blocks) + "\n"


def escape(text: str) -> str:
    """Return text on one line that Markdown shows as it stands."""
    return _AT_LINE_START.sub(r"\1\\", _INLINE.sub(r"\\\1", one_line(text)))


def _paragraph(turn: Turn) -> str:
    """Return a turn as `**Speaker** [MM:SS] text`."""
    speaker = f"**{escape(turn.speaker)}** " if turn.speaker else ""
    return f"{speaker}[{format_timestamp(turn.start)}] {escape(turn.text)}"


def _highlight_blocks(document: Document) -> Iterator[str]:
    """Yield the highlights in order of time, each as what is said there now."""
    if document.highlights:
        yield "## Highlights"
        yield "\n".join(map(_mark, document.highlighted))


def _mark(each: Highlighted) -> str:
    mark = each.highlight
    star = "\N{BLACK STAR} " if mark.starred else ""
    begin, end = format_timestamp(mark.start), format_timestamp(mark.end)
    said = " ".join(f"{_name(part.speaker)}{escape(part.text)}" for part in each.said)
    about = (
        f"Tags: {escape(', '.join(mark.tags))}." if mark.tags else "",
        f"Note: {escape(mark.note)}" if mark.note else "",
    )
    words = said or escape(mark.text) or "(no words)"
    return " ".join(filter(None, (f"- {star}[{begin}\N{EN DASH}{end}] {words}", *about)))


def _name(speaker: str | None) -> str:
    return f"**{escape(speaker)}:** " if speaker else ""


def _entity_blocks(entities: Iterable[Entity]) -> Iterator[str]:
    """Yield the entities by label and name, each in the order of first mention."""
    labels: dict[str, dict[str, list[Mention]]] = {}
    for entity in sorted(entities, key=lambda entity: entity.mention.start):
        called = entity.name or entity.text
        labels.setdefault(entity.label, {}).setdefault(called, []).append(entity.mention)
    if labels:
        yield "## Entities"
    for label, texts in labels.items():
        yield f"### {escape(label)}"
        yield "\n".join(_item(text, mentions) for text, mentions in texts.items())


def _keyphrase_blocks(keyphrases: Iterable[Keyphrase]) -> Iterator[str]:
    """Yield the keyphrases, the highest ranked first."""
    ranked = sorted(keyphrases, key=lambda keyphrase: -keyphrase.rank)
    if ranked:
        yield "## Keyphrases"
        yield "\n".join(_item(phrase.text, phrase.mentions) for phrase in ranked)


def _question_blocks(transcript: Transcript) -> Iterator[str]:
    """Yield the questions in the order in which they are asked, each with how its answer begins."""
    if transcript.annotation.questions:
        yield "## Questions"
        yield "\n".join(_asked(each, transcript.turns) for each in transcript.annotation.questions)


def _asked(question: Question, turns: Sequence[Turn]) -> str:
    place = question.mention
    asked = turns[place.turn].text[place.start_char : place.end_char]
    line = f"- [{format_timestamp(place.start)}] {escape(asked)}"
    if question.answer is None:
        return line
    begins = shorten(answer_text(question.answer, turns), ANSWER, placeholder=" ...")
    return f"{line} Answer [{format_timestamp(question.answer.start)}]: {escape(begins)}"


def _item(text: str, mentions: Iterable[Mention]) -> str:
    """Return a line of a list: a text, and the times at which it is said."""
    times = dict.fromkeys(format_timestamp(mention.start) for mention in mentions)
    return f"- {escape(text)} ({', '.join(times)})" if times else f"- {escape(text)}"
