"""A transcript as the rows of a table: what is said in each turn, and what was found there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.export.document import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.export.document import Document
    from pipeline.highlights import Highlighted
    from pipeline.transcript import Entity, Question, Turn

BETWEEN = "; "  # values of one cell


@dataclass(frozen=True, slots=True)
class Row:
    """A turn, counted from 1, with what stands in its cells; empty where there is nothing.

    `start` and `end` are seconds. `entities` are "LABEL: name", `questions` as they are asked in
    it, `tags` and `notes` those of the highlights that are in it or reach into it.
    """

    number: int
    start: float
    end: float
    speaker: str
    role: str
    text: str
    entities: str
    keyphrases: str
    questions: str
    tags: str
    notes: str
    starred: bool
    highlighted: bool


def rows_of(document: Document) -> Iterator[Row]:
    """Yield a row for each turn."""
    found = document.transcript.annotation
    turns = document.transcript.turns
    entities = _by_turn((each.mention.turn, named(each)) for each in found.entities)
    phrases = _by_turn((at.turn, each.text) for each in found.keyphrases for at in each.mentions)
    asked = _by_turn((each.mention.turn, asked_in(turns, each)) for each in found.questions)
    marks = marks_by_turn(document.highlighted)
    for place, turn in enumerate(turns):
        own = marks.get(place, [])
        yield Row(
            number=place + 1,
            start=turn.start,
            end=turn.end,
            speaker=one_line(turn.speaker or ""),
            role=document.roles.get(turn.speaker or "", ""),
            text=one_line(turn.text),
            entities=_together(entities.get(place, ())),
            keyphrases=_together(phrases.get(place, ())),
            questions=_together(asked.get(place, ())),
            tags=_together(tag for each in own for tag in each.highlight.tags),
            notes=_together(each.highlight.note for each in own),
            starred=any(each.highlight.starred for each in own),
            highlighted=bool(own),
        )


def named(entity: Entity) -> str:
    """Return an entity as a cell tells it: its label, and what it goes by."""
    return f"{entity.label}: {entity.name or entity.text}"


def asked_in(turns: tuple[Turn, ...], question: Question) -> str:
    """Return a question as it is asked."""
    place = question.mention
    return turns[place.turn].text[place.start_char : place.end_char]


def marks_by_turn(marks: Iterable[Highlighted]) -> dict[int, list[Highlighted]]:
    """Return the highlights by the positions of the turns that they are in."""
    found: dict[int, list[Highlighted]] = defaultdict(list)
    for each in marks:
        for turn in dict.fromkeys(place.turn for place in each.places):
            found[turn].append(each)
    return found


def _by_turn(found: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    """Return what is found in each turn, by its position."""
    together: dict[int, list[str]] = defaultdict(list)
    for place, text in found:
        together[place].append(text)
    return together


def _together(texts: Iterable[str]) -> str:
    """Return texts in one cell, each once."""
    return BETWEEN.join(dict.fromkeys(filter(None, map(one_line, texts))))
