"""Codings put together to highlights, beside those that there are (pure)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.filing import folded
from pipeline.highlighting import LONGEST_NOTE, MOST_TAGS
from pipeline.highlights import mentions_of, quoted, text_of, tidy_note
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipeline.export.document import Document
    from pipeline.export.qda.text import Plain
    from pipeline.highlights import Highlight
    from pipeline.transcript import Mention, Turn

Key = tuple[str, int, int]  # what tells a passage from others


@dataclass(frozen=True, slots=True)
class Landed(Span):
    """A coding that has its time: the tags that it is, and what was noted.

    `place` are its characters in our text; None where the file told only a time.
    """

    tags: tuple[str, ...] = ()
    note: str = ""
    starred: bool = False
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Coded(Span):
    """A highlight as it is to be: a new one, or the one of a `number` with more tags or a note.

    `text` is what is said there now.
    """

    text: str
    tags: tuple[str, ...] = ()
    note: str = ""
    number: int | None = None
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """Highlights to be kept, and how many need nothing, as they are there already."""

    found: tuple[Coded, ...]
    known: int


def joined(document: Document, plain: Plain, landed: Iterable[Landed]) -> Joined:
    """Put codings of the same words together, and leave out what is there already."""
    turns = dict(enumerate(document.transcript.turns))
    there: dict[Key, list[Highlight]] = defaultdict(list)
    for each in document.highlighted:
        there[_key(plain, each.places, each.highlight)].append(each.highlight)
    groups: dict[Key, list[Landed]] = defaultdict(list)
    for coding in landed:
        groups[_key_of(plain, turns, coding)].append(coding)
    found: list[Coded] = []
    known = 0
    for key, own in groups.items():
        made = list(_made(there.get(key, ()), own))
        # A highlight with its tag and its star is two codings, and one that is there.
        known += 0 if made else min(len(there[key]), len(own))
        found += (_with_text(turns, each) for each in made)
    return Joined(tuple(sorted(found, key=lambda each: (each.start, each.end))), known)


def _key_of(plain: Plain, turns: Mapping[int, Turn], coding: Landed) -> Key:
    if coding.place is None:
        return _key(plain, mentions_of(turns, coding), coding)
    return "words", *plain.touched(*coding.place)


def _key(plain: Plain, places: Sequence[Mention], span: Span) -> Key:
    """Return what tells a passage: its words; its time to 10 ms where nothing is said.

    By words as they stand in the text: where people talk at once there may be more between the
    first and the last than was said in that time.
    """
    if places:
        return "words", *plain.touched(*plain.around(places))
    return "time", round(span.start * 100), round(span.end * 100)


def _made(there: Sequence[Highlight], own: Sequence[Landed]) -> Iterator[Coded]:
    """Yield what is to be kept of codings of one passage, beside its highlights."""
    tags = _each_once(tag for coding in own for tag in coding.tags)
    note = _together(coding.note for coding in own)
    if not there:
        starred = any(coding.starred for coding in own)
        yield from _new(own[0], tags, note, starred=starred)
        return
    have = {folded(tag) for highlight in there for tag in highlight.tags}
    more = tuple(tag for tag in tags if folded(tag) not in have)
    first = there[0]
    unsaid = "" if any(note in highlight.note for highlight in there) else note
    if len(first.tags) + len(more) > MOST_TAGS:
        yield from _new(own[0], more, unsaid)
    elif more or unsaid:
        noted = _together((first.note, unsaid))
        yield Coded(
            first.start, first.end, "", (*first.tags, *more), noted, first.number, first.starred
        )


def _new(span: Span, tags: tuple[str, ...], note: str, *, starred: bool = False) -> Iterator[Coded]:
    """Yield new highlights: several where there are more tags than one may have."""
    for at in range(0, max(1, len(tags)), MOST_TAGS):
        some = tags[at : at + MOST_TAGS]
        yield Coded(span.start, span.end, "", some, note, starred=starred)


def _with_text(turns: Mapping[int, Turn], coded: Coded) -> Coded:
    text = text_of(quoted(turns, mentions_of(turns, coded)))
    return Coded(coded.start, coded.end, text, coded.tags, coded.note, coded.number, coded.starred)


def _each_once(tags: Iterable[str]) -> tuple[str, ...]:
    by_folded: dict[str, str] = {}
    for tag in tags:
        by_folded.setdefault(folded(tag), tag)
    return tuple(by_folded.values())


def _together(notes: Iterable[str]) -> str:
    """Return notes as one, without those that stand in another; cut where it is too long."""
    tidied = list(dict.fromkeys(filter(None, map(tidy_note, notes))))
    own = [note for note in tidied if not any(note in other for other in tidied if other != note)]
    return "\n".join(own)[:LONGEST_NOTE]
