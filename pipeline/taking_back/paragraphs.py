"""What edited paragraphs, one for each turn, say otherwise than the transcript (pure).

Where a paragraph tells what stood there when it was written, what was put right in the library
since is not put back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.export.shown import shown
from pipeline.export.word.marks import turn_mark
from pipeline.taking_back.found import HIDDEN, Left, Reading, Typed, in_order
from pipeline.taking_back.marking import marked_in
from pipeline.taking_back.moving import MOVED, gained_or_lost
from pipeline.taking_back.naming import Names, Strangers, foreign_opening, given, is_said
from pipeline.taking_back.places import NEAR, Paragraph, Places
from pipeline.taking_back.settling import beside_hidden, folded, settled
from pipeline.transcript import Span, Turn, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.export import Document
    from pipeline.export.word.marks import TurnMark
    from pipeline.taking_back.found import Marked

MISSING = "no paragraph of the file is about this turn any more; it stays"
EMPTY = "its paragraph is empty; it stays. To take the turn out: relisten correct"
NOWHERE = "no turn is like this paragraph"
TWICE = "another paragraph is about the same turn"
BOTH = "this turn was changed in the library, too, since the file was written"


def read_paragraphs(
    paragraphs: Sequence[Paragraph], document: Document, hidden: frozenset[str] = frozenset()
) -> Reading:
    """Return what paragraphs say otherwise; a turn that none is about stays as it is.

    hidden : what takes the place of names in files for others; it is not brought back.
    """
    turns = document.transcript.turns
    names = Names.of(document, hidden)
    reader = _Reader(turns, Places.of(turns), names, Strangers(document.id, names))
    for paragraph in paragraphs:
        reader.read(paragraph)
    return reader.reading()


@dataclass(slots=True)
class _Reader:
    """What was read so far: `seen` are the turns, by their marks, that the file still has.

    `nowhere` is what paragraphs say that are no turn's, and when, without the name before it.
    """

    turns: Sequence[Turn]
    places: Places
    names: Names
    strangers: Strangers
    typed: dict[int, Typed] = field(default_factory=dict)
    marked: list[Marked] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    nowhere: list[tuple[float | None, str]] = field(default_factory=list)
    kept: int = 0

    def read(self, paragraph: Paragraph) -> None:
        """Read one paragraph as the turn that it is about."""
        if paragraph.mark is not None:
            self.seen.add(paragraph.mark.position)
        position = self.places.of_paragraph(paragraph, self.taken)
        if position is not None and position not in self.taken:
            self.taken.add(position)
            self._read_as(position, self._named(paragraph, self.turns[position]))
        elif paragraph.mark is not None and paragraph.mark.text == _mark_of(paragraph.text).text:
            self.kept += 1  # turns were cut otherwise in the library, and nothing in the file
        elif text := paragraph.text.strip():
            stands = "" if position is None else self.turns[position].text
            why = NOWHERE if position is None else TWICE
            said = (self.names.opening(text) or ("", text))[1]
            self.nowhere.append((paragraph.second, said))
            self.left.append(Left(paragraph.second, stands, text, why))

    def _named(self, paragraph: Paragraph, turn: Turn) -> Paragraph:
        """Return a paragraph with the name that its text opens with apart."""
        if paragraph.speaker is not None or paragraph.is_nameless:
            return paragraph
        text = paragraph.text
        if folded(text) == folded(turn.text):
            return paragraph
        found = self.names.opening(text)
        foreign = foreign_opening(text) if turn.speaker and not found else None
        if foreign and is_said(foreign, turn.text):
            foreign = None
        if not (opening := found or foreign):
            return paragraph
        return _after(paragraph, *opening)

    def _read_as(self, position: int, paragraph: Paragraph) -> None:
        turn = self.turns[position]
        stands = " ".join(turn.text.split())
        if not paragraph.text.strip():
            self.left.append(Left(turn.start, turn.text, "", EMPTY))
            return
        text = settled(stands, paragraph.text, self.names.hidden)
        beside = beside_hidden(stands, paragraph.text, self.names.hidden)
        self.left += (Left(turn.start, before, after, HIDDEN) for before, after in beside)
        changed = self._text(position, paragraph, text) if text != stands else None
        speaker = self._speaker(position, paragraph)
        if changed is not None or speaker is not None:
            self.typed[position] = Typed(position, changed, speaker)
        self.marked += marked_in(turn, paragraph.text, paragraph.touched)

    def _text(self, position: int, paragraph: Paragraph, text: str) -> str | None:
        """Return the text of a turn if it was edited, and not in the library alone or as well."""
        mark, turn = paragraph.mark, self.turns[position]
        if mark is None or mark.text == self.places.marks[position].text:
            return text
        if mark.text == _mark_of(paragraph.text).text:
            self.kept += 1
            return None
        self.left.append(Left(turn.start, turn.text, paragraph.text.strip(), BOTH))
        return None

    def _speaker(self, position: int, paragraph: Paragraph) -> str | None:
        """Return whose a turn is if the file names another of the speakers."""
        mark, turn, name = paragraph.mark, self.turns[position], paragraph.speaker
        if name is None or _is_same(name, turn.speaker) or self.names.hides(name):
            return None
        if mark is not None and mark.speaker == _mark_of("", name).speaker:
            return None  # who speaks was put right in the library alone
        known = self.names.find(name)
        if known is None:
            self.strangers.add(turn, name)
            return None
        if mark is not None and mark.speaker != self.places.marks[position].speaker:
            self.left.append(Left(turn.start, turn.speaker or "", name, BOTH))
            return None
        return given(turn, known)

    def reading(self) -> Reading:
        """Return all that was read, but for words that would be lost or stand twice."""
        typed = []
        for position in sorted(self.typed):
            told, turn = self.typed[position], self.turns[position]
            if told.text is not None and self._is_moved(turn, told.text):
                self.left.append(Left(turn.start, turn.text, told.text, MOVED))
            else:
                typed.append(told)
        left = [*self.left, *(Left(turn.start, turn.text, "", MISSING) for turn in self._gone())]
        every = in_order([*left, *self.strangers.left])
        return Reading(tuple(typed), tuple(self.marked), every, self.kept)

    def _is_moved(self, turn: Turn, text: str) -> bool:
        """Tell whether a turn would get the words of one beside it, or lose its own to one."""
        gone = (each.text for each in self._gone() if each.distance(turn) <= NEAR)
        nowhere = (
            text
            for second, text in self.nowhere
            if second is None or turn.distance(Span(second, second)) <= NEAR
        )
        return gained_or_lost(turn.text, text, tuple(gone), tuple(nowhere))

    def _gone(self) -> Iterator[Turn]:
        """Yield the turns that no paragraph is about, but those that were cut otherwise since."""
        last = max(self.seen, default=-1)
        whole = self.seen == set(range(last + 1))
        read = [self.turns[n].end for n in self.taken]
        for n, turn in enumerate(self.turns):
            recut = self.seen and whole and turn.start <= max(read, default=0.0)
            if n not in self.taken and not recut:
                yield turn


def _is_same(name: str, speaker: str | None) -> bool:
    return folded(shown(name)).strip() == folded(shown(speaker or "")).strip()


def _mark_of(text: str, speaker: str | None = None) -> TurnMark:
    """Return the mark of a turn that says what a paragraph does."""
    word = Word(0.0, 0.0, text.strip() or "-")
    return turn_mark(0, Turn.of(speaker, [word]))


def _after(paragraph: Paragraph, speaker: str, rest: str) -> Paragraph:
    """Return a paragraph without the name that it opened with."""
    cut = len(paragraph.text) - len(rest)
    touched = tuple(
        replace(each, start=max(0, each.start - cut), end=each.end - cut)
        for each in paragraph.touched
        if each.end > cut
    )
    return replace(paragraph, speaker=speaker, text=rest, touched=touched)
