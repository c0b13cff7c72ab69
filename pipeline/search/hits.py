"""A turn that matches to a hit: which passage of it is meant, at which second (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.library import MARK_END, MARK_START
from pipeline.query.reading import folded
from pipeline.search.snippets import opening, snippet
from pipeline.transcript import Mention, Span

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from pipeline.library import Match
    from pipeline.recording import Recording
    from pipeline.transcript import Answer, Question, Turn

MARKS = re.compile(f"[{MARK_START}{MARK_END}]")
Range = tuple[int, int]  # characters [start, end)


@dataclass(frozen=True, slots=True)
class Hit(Span):
    """A passage that a query finds: where the matches in a turn stand closest together.

    It reaches from the first of these words' start to the last one's end. `matches` are the
    turn's matched words one by one, `snippet` the text around the passage's first, with the
    matches between ** marks. `likeness`, in [0, 1], is set where no words match, but what is said
    means the like. `before` and `after` are the turns around it that were asked for. Where
    questions were asked for, `answer` is that of the question, and `said` how it begins.
    """

    number: int
    recording: Recording
    turn: Turn
    position: int
    matches: tuple[Mention, ...]
    snippet: str
    likeness: float | None = None
    before: tuple[Turn, ...] = ()
    after: tuple[Turn, ...] = ()
    answer: Answer | None = None
    said: str = ""

    @property
    def passage(self) -> Span:
        """What is played of it: a question with its answer, else the hit itself."""
        return Span(self.start, max(self.end, self.answer.end)) if self.answer else self


def hit_of(match: Match, kinds: Sequence[Sequence[str]], number: int = 1) -> Hit:
    """Return the hit in a turn that matches. `kinds` is what is looked for: see `Query`."""
    text, ranges = match.turn.text, marked_ranges(match.marked)
    if not ranges:
        return hit_at(match, (), number)
    wanted = kinds_by_form(kinds)
    first, last = tightest(
        ranges, [wanted[meant_by(text[slice(*r)], tuple(wanted))] for r in ranges]
    )
    mentions = tuple(mention_of(match, each) for each in ranges)
    return Hit(
        start=mentions[first].start,
        end=max(mention.end for mention in mentions[first : last + 1]),
        number=number,
        recording=match.recording,
        turn=match.turn,
        position=match.position,
        matches=mentions,
        snippet=snippet(text, ranges, first),
    )


def hit_at(
    match: Match, places: Sequence[Mention], number: int = 1, likeness: float | None = None
) -> Hit:
    """Return the hit at places of a turn that are known otherwise; where there are none, all of it.

    What is only like in meaning is no match: nothing of it is marked.
    """
    text = match.turn.text
    ranges = [(place.start_char, place.end_char) for place in places]
    shown = snippet(text, ranges) if ranges and likeness is None else opening(text, ranges)
    return Hit(
        start=places[0].start if places else match.turn.start,
        end=places[0].end if places else match.turn.end,
        number=number,
        recording=match.recording,
        turn=match.turn,
        position=match.position,
        matches=() if likeness is not None else tuple(places),
        snippet=shown,
        likeness=likeness,
    )


def asking(marked: str, questions: Sequence[Question], *, strict: bool) -> Question | None:
    """Return the question of a turn in which the matches stand; None where they stand elsewhere.

    strict : all of the turn's matches must; else one is enough. A turn without any has its first.
    """
    ranges = marked_ranges(marked)
    text = marked.replace(MARK_START, "").replace(MARK_END, "")
    for question in questions:
        place = question.mention
        inside = [each for each in ranges if place.start_char <= each[0] < place.end_char]
        texts = {folded(text[slice(*each)]) for each in inside}
        everywhere = {folded(text[slice(*each)]) for each in ranges}
        if texts == everywhere or (texts and not strict):
            return question
    return None


def mention_of(match: Match, characters: Range) -> Mention:
    """Return the mention of characters of a turn."""
    span = match.turn.span_of(*characters)
    return Mention(span.start, span.end, match.position, *characters)


def kinds_by_form(kinds: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return which thing each form of it is; "" is what is none of them."""
    return {"": -1} | {form: number for number, forms in enumerate(kinds) for form in forms}


def meant_by(said: str, wanted: Sequence[str]) -> str:
    """Return which of the things looked for a matched text is: the one that begins most like it.

    The index's stemmer changes ends alone, so "Prices" is meant by "price", not by "pay". Of two
    with as much in common, it is the shorter: "price", not "pricey".
    """
    plain = folded(said)

    def likeness(each: str) -> tuple[int, int]:
        pairs = zip(plain, each, strict=False)
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        return alike, -len(each)

    return max((each for each in wanted if each), key=likeness, default="")


def tightest(ranges: Sequence[Range], kinds: Sequence[Hashable]) -> tuple[int, int]:
    """Return the first and last place of the shortest run of ranges with every kind in it.

    `ranges` are characters, in order; `kinds` tells for each what it is. A run is as long as its
    last range begins after its first: "price" is no shorter than "prices". Of equals, the first.
    """
    latest: dict[Hashable, int] = {}
    runs = []
    for place, kind in enumerate(kinds):
        latest[kind] = place
        runs.append((min(latest.values()), place, len(latest)))
    whole = [(first, last) for first, last, held in runs if held == len(latest)]
    return min(whole, key=lambda run: ranges[run[1]][0] - ranges[run[0]][0])


def marked_ranges(marked: str) -> list[Range]:
    """Return the marked characters as [start, end) of the text without its marks."""
    ranges, place = [], 0
    for number, piece in enumerate(MARKS.split(marked)):
        if number % 2:
            ranges.append((place, place + len(piece)))
        place += len(piece)
    return ranges
