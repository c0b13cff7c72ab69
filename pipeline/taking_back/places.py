"""Which turn an edited paragraph is about: by its mark, by its time, by what it says (pure)."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.export.word.marks import turn_mark
from pipeline.taking_back.settling import folded
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipeline.export.word.marks import TurnMark
    from pipeline.transcript import Turn

ALIKE = 60.0  # of 100: a paragraph and a turn that are as like are the same
HERE = 35.0  # of 100, where the time is the same, too
NEAR = 10.0  # seconds from the time that a paragraph has: what is as like further off is another
TELLING = 4  # words: fewer, as "Yeah, exactly.", are said time and again


@dataclass(frozen=True, slots=True)
class Touched:
    """Characters [start, end) of a paragraph's text that somebody marked, and their note."""

    start: int
    end: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph about a turn: the second that it names, and what it says.

    `speaker` is None where the text may open with a name. `mark` tells what stood there.
    """

    second: float | None
    text: str
    speaker: str | None = None
    is_nameless: bool = False
    mark: TurnMark | None = None
    touched: tuple[Touched, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """Turns by what finds them: marks as of now, digests of texts, the seconds of their starts."""

    turns: Sequence[Turn]
    marks: tuple[TurnMark, ...]
    by_text: Mapping[str, Sequence[int]]
    by_second: Mapping[float | None, Sequence[int]]

    @classmethod
    def of(cls, turns: Sequence[Turn]) -> Places:
        """Work out what finds each turn."""
        marks = tuple(turn_mark(position, turn) for position, turn in enumerate(turns))
        texts: dict[str, list[int]] = defaultdict(list)
        seconds: dict[float | None, list[int]] = defaultdict(list)
        for position, turn in enumerate(turns):
            texts[marks[position].text].append(position)
            seconds[float(math.floor(turn.start))].append(position)
        return cls(turns, marks, texts, seconds)

    def of_paragraph(self, paragraph: Paragraph, taken: Collection[int]) -> int | None:
        """Return the turn that a paragraph is about; None where there is none."""
        here = self.by_second.get(paragraph.second, ())
        if paragraph.mark is not None:
            found = self._marked(paragraph, paragraph.mark, here)
            if found is not None:
                return found
        free = [position for position in here if position not in taken]
        best = self._likest(paragraph, free, HERE)
        if best is None and paragraph.text.strip():
            free = [n for n in self._near(paragraph.second) if n not in taken]
            best = self._likest(paragraph, free, ALIKE)
        return best

    def _near(self, second: float | None) -> Sequence[int]:
        """Return the turns about a time; all of them where a paragraph has none."""
        every = range(len(self.turns))
        if second is None:
            return every
        time = Span(second, second)
        return [position for position in every if self.turns[position].distance(time) <= NEAR]

    def _marked(self, paragraph: Paragraph, mark: TurnMark, here: Sequence[int]) -> int | None:
        """Return the turn that says what one of a mark did, else the one that begins where it did.

        Many say the same ("Yeah."): the nearest in order is meant, of those that begin there.
        Where none does, that turn was put right, and another that says the same is not meant.
        """

        def away(position: int) -> tuple[bool, int]:
            return position not in here, abs(position - mark.position)

        alike = self.by_text.get(mark.text, ())
        there = [n for n in alike if n in here or self._is_told(n, paragraph, mark, here)]
        return min(there or here, key=away, default=None)

    def _is_told(
        self, position: int, paragraph: Paragraph, mark: TurnMark, here: Sequence[int]
    ) -> bool:
        """Tell whether a turn that begins elsewhere is a paragraph's, by its words or its place."""
        if paragraph.second is None and position == mark.position:
            return True
        return not here and len(self.turns[position].text.split()) >= TELLING

    def _likest(self, paragraph: Paragraph, positions: Sequence[int], least: float) -> int | None:
        """Return which of some turns a paragraph is likest, if it is like enough."""
        from rapidfuzz import fuzz

        if not paragraph.text.strip():
            return positions[0] if len(positions) == 1 else None
        told = {folded(paragraph.text), folded(paragraph.text.partition(": ")[2])} - {""}
        points = {
            n: max(fuzz.ratio(text, folded(self.turns[n].text)) for text in told) for n in positions
        }
        best = max(positions, key=lambda n: (points[n], -n), default=None)
        return best if best is not None and points[best] >= least else None
