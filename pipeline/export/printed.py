"""A document as it goes on paper: its paragraphs and its appendix, for whatever prints them (pure).

All text in it is `shown`: on one line, and without what no page can have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from textwrap import shorten
from typing import TYPE_CHECKING

from pipeline.export.document import one_line
from pipeline.export.shown import shown
from pipeline.questions import answer_text
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.export.document import Document
    from pipeline.highlights import Highlight, Highlighted
    from pipeline.transcript import Entity, Keyphrase, Mention, Question, Turn

ANSWER = 160  # characters of an answer that are printed
STAR = "\N{BLACK STAR}"
BETWEEN = " \N{MIDDLE DOT} "
UNTITLED = "Transcript"
NOTHING_SAID = "There are no words in this recording."
# What is found, in the words and the order in which people look for it.
KINDS = (
    ("People", ("PERSON", "PER")),
    ("Companies and groups", ("ORG", "NORP")),
    ("Products and works", ("PRODUCT", "WORK_OF_ART", "LAW", "EVENT")),
    ("Places", ("GPE", "LOC", "FAC")),
    ("Sums and shares", ("MONEY", "PERCENT")),
    ("Dates and times", ("DATE", "TIME")),
    ("Numbers", ("CARDINAL", "ORDINAL", "QUANTITY")),
)
OTHER = "Other"
_PLAIN = re.compile(r"^[A-Z]{3} |[\s$€£¥,.]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text of a turn, and the numbers of the highlights that it is part of."""

    text: str
    highlights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A turn: when it begins, who speaks ("" where nobody was told apart), what is said."""

    time: str
    speaker: str
    said: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Text in the appendix; `turn` is where it leads to, and what is `aside` is in grey."""

    text: str
    turn: int | None = None
    aside: bool = False


Item = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Items under a heading of their own, which is "" where their section has but one group."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the appendix; the items of a `narrow` one are a few words and times."""

    name: str
    groups: tuple[Group, ...]
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed of a document: who speaks and the facts, the turns, then what was found."""

    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...]


def printed(document: Document) -> Printed:
    """Return a document as it is printed."""
    marked = document.highlighted
    turns = document.transcript.turns
    return Printed(
        one_line(shown(document.title)) or UNTITLED,
        (*((name, shown(value)) for name, value in document.facts), *_speakers(document)),
        tuple(_paragraphs(turns, _by_turn(marked))),
        tuple(_sections(document, marked)),
    )


def _speakers(document: Document) -> Iterator[tuple[str, str]]:
    """Yield who speaks, each with what they do in the call, where that is known of anybody."""
    if document.roles and document.transcript.speakers:
        yield "Speakers", ", ".join(_cast(each, document) for each in document.transcript.speakers)


def _cast(name: str, document: Document) -> str:
    role = document.roles.get(name)
    alike = role is None or role.casefold() == name.casefold()
    return one_line(shown(name if alike else f"{name} ({role})"))


def _by_turn(marked: Iterable[Highlighted]) -> dict[int, list[tuple[Mention, int]]]:
    """Return the places of highlights with the numbers of these, by the turn that they are in."""
    places: dict[int, list[tuple[Mention, int]]] = {}
    for each in marked:
        for place in each.places:
            places.setdefault(place.turn, []).append((place, each.highlight.number))
    return places


def _paragraphs(
    turns: Iterable[Turn], marked: Mapping[int, list[tuple[Mention, int]]]
) -> Iterator[Paragraph]:
    for position, turn in enumerate(turns):
        said = tuple(_stretches(shown(turn.text), marked.get(position, [])))
        yield Paragraph(format_timestamp(turn.start), one_line(shown(turn.speaker or "")), said)


def _stretches(text: str, marked: Sequence[tuple[Mention, int]]) -> Iterator[Stretch]:
    """Yield text cut where a highlight begins or ends."""
    edges = {edge for place, _ in marked for edge in (place.start_char, place.end_char)}
    for start, end in pairwise(sorted({0, len(text), *edges})):
        own = (number for at, number in marked if at.start_char <= start and end <= at.end_char)
        yield Stretch(text[start:end], tuple(own))


def _sections(document: Document, marked: Sequence[Highlighted]) -> Iterator[Section]:
    """Yield what was marked and found, as far as there is any."""
    found, turns = document.transcript.annotation, document.transcript.turns
    ranked = sorted(found.keyphrases, key=lambda phrase: -phrase.rank)
    yield from _section("Highlights", [("", [_marked(each) for each in marked])])
    yield from _section("Questions", [("", [_asked(each, turns) for each in found.questions])])
    yield from _section("Entities", _kinds(found.entities), narrow=True)
    yield from _section("Keyphrases", [("", [_phrase(each) for each in ranked])], narrow=True)


def _section(
    name: str, groups: Iterable[tuple[str, Sequence[Item]]], *, narrow: bool = False
) -> Iterator[Section]:
    kept = tuple(Group(heading, tuple(items)) for heading, items in groups if items)
    if kept:
        yield Section(name, kept, narrow)


def _marked(each: Highlighted) -> Item:
    """Return a highlight: when, who says what, and what was noted of it."""
    highlight, first = each.highlight, each.places[0].turn if each.places else None
    who = f"{one_line(shown(each.speaker))}: " if each.speaker else ""
    quote = Piece(f"  {who}“{one_line(shown(each.text or highlight.text))}”")
    gone = () if each.text else (Piece(" (these words are no longer there)", aside=True),)
    noted = f"  {remark}" if (remark := BETWEEN.join(remarks(highlight))) else ""
    when = Piece(format_timestamp(highlight.start), first, aside=True)
    return tuple(piece for piece in (when, quote, *gone, Piece(noted, aside=True)) if piece.text)


def remarks(highlight: Highlight) -> Iterator[str]:
    """Yield what a person said of a highlight: a star, its tags, its note line by line."""
    if highlight.starred:
        yield STAR
    if highlight.tags:
        yield f"Tags: {', '.join(one_line(shown(tag)) for tag in highlight.tags)}"
    yield from (shown(line) for line in highlight.note.splitlines() if line.strip())


def _asked(question: Question, turns: Sequence[Turn]) -> Item:
    """Return a question, and how its answer begins."""
    place, answer = question.mention, question.answer
    asked = shown(turns[place.turn].text)[place.start_char : place.end_char]
    item = (_time(place), Piece(f"  {one_line(asked)}"))
    if answer is None:
        return item
    begins = shorten(shown(answer_text(answer, turns)), ANSWER, placeholder=" ...")
    when = Piece(format_timestamp(answer.start), answer.first)
    return *item, Piece("  Answer ", aside=True), when, Piece(f" {begins}", aside=True)


def _kinds(entities: Iterable[Entity]) -> Iterator[tuple[str, list[Item]]]:
    """Yield the entities by kind and name, those that are named most often first."""
    kinds: dict[str, dict[str, list[Entity]]] = {name: {} for name, _ in (*KINDS, (OTHER, ()))}
    for entity in sorted(entities, key=lambda each: each.mention.start):
        names = kinds[_kind(entity.label)]
        names.setdefault(one_line(shown(entity.name or entity.text)), []).append(entity)
    for kind, names in kinds.items():
        most = sorted(names.items(), key=lambda named: -len(named[1]))
        yield kind, [_named(name, said) for name, said in most]


def _kind(label: str) -> str:
    return next((kind for kind, labels in KINDS if label in labels), OTHER)


def _named(name: str, said: Sequence[Entity]) -> Item:
    values = dict.fromkeys(each.value for each in said if not _alike(name, each.value))
    value = (Piece(f"  {', '.join(map(shown, values))}", aside=True),) if values else ()
    return Piece(name), *value, *_times(each.mention for each in said)


def _alike(name: str, value: str) -> bool:
    """Tell whether a value says nothing that is not in the name, as "USD 450" of "$450"."""
    return _PLAIN.sub("", name) == _PLAIN.sub("", value) or not value


def _phrase(keyphrase: Keyphrase) -> Item:
    return Piece(one_line(shown(keyphrase.text))), *_times(keyphrase.mentions)


def _times(mentions: Iterable[Mention]) -> Iterator[Piece]:
    """Yield the times at which something is said, each but once."""
    once = {format_timestamp(mention.start): mention for mention in reversed(list(mentions))}
    for number, mention in enumerate(sorted(once.values(), key=lambda each: each.start)):
        yield Piece(", " if number else "  ", aside=True)
        yield _time(mention)


def _time(mention: Mention) -> Piece:
    return Piece(format_timestamp(mention.start), mention.turn)
