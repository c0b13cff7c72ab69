"""Which passages of a recording are coded, by what: what was found, and what a person marked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.export.qda.naming import (
    ENTITIES,
    HIGHLIGHTS,
    KEYPHRASES,
    QUESTIONS,
    STARRED,
    UNTAGGED,
    guid,
    level,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.export.document import Document
    from pipeline.export.qda.text import Plain
    from pipeline.highlights import Highlighted
    from pipeline.transcript import Annotation, Mention, Span

OPEN, CLOSED = "Open question", "Closed question"

Path = tuple[str, ...]  # a code's name behind those of the codes that it stands under


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters [start, end) of the text, said at `time`, with their codes and what is noted.

    `made_at` and `changed_at` are UTC as ISO 8601, empty for what was found.
    """

    guid: str
    start: int
    end: int
    time: Span
    codes: tuple[Path, ...]
    note: str = ""
    made_at: str = ""
    changed_at: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A highlight where nothing is said now: seconds of the sound."""

    guid: str
    time: Span
    codes: tuple[Path, ...]
    note: str = ""
    made_at: str = ""
    changed_at: str = ""


def mentions(annotation: Annotation) -> Iterator[tuple[Path, Mention]]:
    """Yield what was found, each with the code that it has."""
    for entity in annotation.entities:
        yield (ENTITIES, level(entity.label), level(entity.name or entity.text)), entity.mention
    for phrase in annotation.keyphrases:
        yield from (((KEYPHRASES, level(phrase.text)), mention) for mention in phrase.mentions)
    for question in annotation.questions:
        yield (QUESTIONS, OPEN if question.open else CLOSED), question.mention


def found(document: Document, plain: Plain) -> tuple[Passage, ...]:
    """Return what was found in a recording, a passage for each place."""
    places: dict[tuple[int, int], list[tuple[Path, Mention]]] = defaultdict(list)
    for path, mention in mentions(document.transcript.annotation):
        places[plain.place(mention)].append((path, mention))
    return tuple(
        Passage(found_guid(document.id, start, end), start, end, own[0][1], _each_once(own))
        for (start, end), own in sorted(places.items())
    )


def _each_once(own: list[tuple[Path, Mention]]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(path for path, _ in own))


def found_guid(recording: str, start: int, end: int) -> str:
    """Return the GUID of a passage in which something was found."""
    return guid(recording, "found", f"{start}-{end}")


def coding_guid(passage: str, code: str) -> str:
    """Return the GUID of a code's being given to a passage."""
    return guid("coding", passage.lower(), code.lower())


def marked(document: Document, plain: Plain) -> tuple[Passage, ...]:
    """Return the highlights where something is said, each from its first character to its last."""
    return tuple(_marked(document.id, each, plain) for each in document.highlighted if each.places)


def _marked(recording: str, shown: Highlighted, plain: Plain) -> Passage:
    kept = shown.highlight
    return Passage(
        guid(recording, "highlight", str(kept.number)),
        *plain.around(shown.places),
        kept,
        tags_of(shown),
        kept.note,
        kept.made_at,
        kept.changed_at,
    )


def silent(document: Document) -> tuple[Stretch, ...]:
    """Return the highlights where nothing is said now."""
    return tuple(
        Stretch(
            guid(document.id, "highlight", str(each.highlight.number)),
            each.highlight,
            tags_of(each),
            each.highlight.note,
            each.highlight.made_at,
            each.highlight.changed_at,
        )
        for each in document.highlighted
        if not each.places
    )


def tags_of(shown: Highlighted) -> tuple[Path, ...]:
    """Return the codes of a highlight: its tags, or one that says that there are none."""
    tags = tuple((HIGHLIGHTS, level(tag)) for tag in shown.highlight.tags) or (UNTAGGED,)
    return (*tags, STARRED) if shown.highlight.starred else tags
