"""Where what was put right stands in words that may have been heard anew since (pure).

In this order: the very words, old or new, nearest in time and in what stands around them; whatever
stands in that time between what stood around; words in that very time that are spelt alike. When
in doubt there is no place: a correction must not end up at a wrong one.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.corrections.atoms import atoms_of, folded, occurrences
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.transcript import Word

# In seconds. Two models time a word within some 0.1 s of each other, seldom 0.3.
VERY_TIME = 0.3
NEARBY = 1.5  # how far words may have moved if what stands around them moved along
BEYOND = 0.4  # by how much what stands between the words around may pass the time
REACH = 12.0  # on both sides: of this much text a place is looked for
# How many seconds nearer one word that stands around as it did makes a place.
CONTEXT_WORTH = 0.25
MOST_CONTEXT = 4  # atoms on either side that count
LEAST_CONTEXT = 3  # atoms around, of both sides together, that place what stands between
MORE_BETWEEN = 2  # atoms that may stand between them beside as many as are wanted
SHARED = 0.5  # of the shorter of two words: so much of their time makes them one
LIKENESS = 70.0  # of 100, by rapidfuzz: "acne" and "acme" have 75
SHORTEST_LIKE = 3  # letters: shorter words are all alike


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a channel, the segment that it came in, and whether a person wrote it."""

    word: Word
    segment: int
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Wanted(Span):
    """What to look for: the words that stood in a time, those that are said, and some around."""

    before: str
    after: str
    lead: str
    trail: str


@dataclass(frozen=True, slots=True)
class Place:
    """From the character `start` of the word `first` to the character `end` of the word `last`.

    Where `last` is before `first`, it is the gap between the two words.
    """

    first: int
    start: int
    last: int
    end: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place with its time, and how many words around it are those that stood there.

    `cost` is how far it is from the time that is wanted, in seconds; context makes it nearer.
    """

    place: Place
    time: Span
    context: int
    cost: float


@dataclass(frozen=True, slots=True)
class Placed:
    """An atom, of which word of a text, with its characters [start, end) there."""

    folded: str
    token: int
    start: int
    end: int


def placed(tokens: Sequence[Token], first: int, end: int) -> tuple[Placed, ...]:
    """Return the atoms of the words [first, end)."""
    return tuple(
        Placed(atom.folded, place, atom.start, atom.end)
        for place in range(first, end)
        for atom in atoms_of(tokens[place].word.text)
    )


def place_of(atoms: Sequence[Placed], first: int, end: int) -> Place:
    """Return the place of the atoms [first, end), of which there is one."""
    begin, last = atoms[first], atoms[end - 1]
    return Place(begin.token, begin.start, last.token, last.end)


def with_marks(tokens: Sequence[Token], place: Place, text: str) -> Place:
    """Return a place with the marks around it that a text has as well: "Mr." is not "Mr"."""
    atoms = atoms_of(text)
    if not atoms or place.last < place.first:
        return place
    leading, trailing = text[: atoms[0].start], text[atoms[-1].end :]
    head = tokens[place.first].word.text[: place.start]
    tail = tokens[place.last].word.text[place.end :]
    start = place.start - len(leading) * head.endswith(leading)
    return Place(
        place.first, start, place.last, place.end + len(trailing) * tail.startswith(trailing)
    )


def time_of(tokens: Sequence[Token], place: Place) -> Span:
    """Return the time of a place; of a gap, that between its words, or their common edge."""
    if place.last >= place.first:
        words = [token.word for token in tokens[place.first : place.last + 1]]
        return Span(words[0].start, max(word.end for word in words))
    before = tokens[place.last].word.end if place.last >= 0 else 0.0
    after = tokens[place.first].word.start if place.first < len(tokens) else max(before, 0.0)
    return Span(min(before, after), after)


def anchor(tokens: Sequence[Token], wanted: Wanted) -> Anchor | None:
    """Return where in the words of a channel something is; None where that is in doubt."""
    around = _Around(tokens, wanted)
    ways = (around.by_text, around.by_time, around.by_moment, around.by_spelling)
    return next(filter(None, (way() for way in ways)), None)


class _Around:
    """What a channel says around the time of something that is looked for."""

    def __init__(self, tokens: Sequence[Token], wanted: Wanted) -> None:
        first = bisect_left(tokens, wanted.start - REACH, key=lambda token: token.word.start)
        end = bisect_left(tokens, wanted.end + REACH, key=lambda token: token.word.start)
        self.tokens, self.wanted = tokens, wanted
        self.window = range(first, end)
        self.atoms = placed(tokens, first, end)
        self.before, self.after = folded(wanted.before), folded(wanted.after)
        self.lead, self.trail = folded(wanted.lead), folded(wanted.trail)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The atoms as they are compared."""
        return tuple(atom.folded for atom in self.atoms)

    def by_text(self) -> Anchor | None:
        """Return where the words stand, else what stands between those that stood around.

        It is the latter too where much more of these stands there than around the words: "the" is
        another one, where "pay the the price" has become "pay the price".
        """
        words, between = self._by_words(), self._by_context()
        if words and between and between.cost < words.cost:
            return words if _holds(between.place, words.place) else between
        return words or between

    def _by_words(self) -> Anchor | None:
        """Return where the words stand, as they were or as they are to be, and a word around."""
        return _nearest([each for each in self._same_words() if self._moved_along(each)])

    def by_moment(self) -> Anchor | None:
        """Return where the words stand at that very moment, whatever stands around."""
        return _nearest([each for each in self._same_words() if self._at_once(each)])

    def _same_words(self) -> list[Anchor]:
        """Return where the words stand; not where the old ones stand as a part of the new."""
        old = list(self._standing(self.before))
        new = list(self._standing(self.after))
        return [
            *new,
            *(
                each
                for each in old
                if not any(
                    _holds(other.place, each.place) and other.context >= each.context
                    for other in new
                )
            ),
        ]

    def _standing(self, wanted: tuple[str, ...]) -> Iterator[Anchor]:
        for first in occurrences(wanted, self.texts):
            if (found := self._anchor(first, first + len(wanted))) and self._all_near(found):
                yield found

    def _all_near(self, found: Anchor) -> bool:
        """Tell whether no word of a place is far off, as after a long pause within it."""
        words = self.tokens[found.place.first : found.place.last + 1]
        return all(each.word.distance(self.wanted) <= NEARBY for each in words)

    def _by_context(self) -> Anchor | None:
        """Return what stands between the words that stood around."""
        most = max(len(self.before), len(self.after)) + MORE_BETWEEN if self.before else 0
        found = [
            each
            for first in range(len(self.atoms) + 1)
            if self._led(first) or (self._parts_words(first) and not self.lead)
            for end in range(first, min(first + most, len(self.atoms)) + 1)
            if self._trailed(end) or self._parts_words(end)
            if self._agree(first, end) and (each := self._anchor(first, end))
            if self._is_within(each) and self._moved_along(each)
        ]
        agreed = max((each.context for each in found), default=0)
        return _nearest([each for each in found if each.context == agreed])

    def by_time(self) -> Anchor | None:
        """Return the gap in the words in which something is said; None for other words."""
        if self.before:
            return None
        wanted = self.wanted
        first = next(
            (n for n in self.window if self.tokens[n].word.middle > wanted.middle),
            self.window.stop,
        )
        begin = self.tokens[first - 1].word.end if first else 0.0
        end = self.tokens[first].word.start if first < len(self.tokens) else wanted.end
        free = Span(max(begin, wanted.start), max(begin, wanted.start, min(end, wanted.end)))
        if not self.tokens or free.duration < wanted.duration * SHARED:
            return None
        return Anchor(Place(first, 0, first - 1, 0), free, 0, 0.0)

    def by_spelling(self) -> Anchor | None:
        """Return the words in that very time that are spelt most alike."""
        from rapidfuzz import fuzz

        asked = ["".join(each) for each in (self.before, self.after)]
        asked = [each for each in asked if len(each) >= SHORTEST_LIKE]
        if not self.before or not asked:
            return None
        alike: list[tuple[float, Anchor]] = []
        for first, end in self._in_that_time():
            text = "".join(self.texts[first:end])
            likeness = max(fuzz.ratio(text, each) for each in asked)
            more = any(_is_in_more(each, text) for each in asked)
            found = None if more else self._anchor(first, end)
            if found and likeness >= LIKENESS and self._at_once(found):
                alike.append((likeness, found))
        most = max((likeness for likeness, _ in alike), default=0.0)
        return _nearest([found for likeness, found in alike if likeness == most])

    def _in_that_time(self) -> Iterator[tuple[int, int]]:
        """Yield the runs of atoms that begin and end about when the words did."""
        wanted, length = self.wanted, len(self.before) + MORE_BETWEEN
        for first, begin in enumerate(self.atoms):
            if abs(self.tokens[begin.token].word.start - wanted.start) > VERY_TIME:
                continue
            for end in range(first + 1, min(first + length, len(self.atoms)) + 1):
                last = self.tokens[self.atoms[end - 1].token].word
                if abs(last.end - wanted.end) <= VERY_TIME:
                    yield first, end

    def _anchor(self, first: int, end: int) -> Anchor | None:
        """Return the place of the atoms [first, end), of the gap if there are none."""
        if first < end:
            place = place_of(self.atoms, first, end)
        else:
            following = self.atoms[first].token if first < len(self.atoms) else self.window.stop
            if first and self.atoms[first - 1].token == following:
                return None  # within a word
            place = Place(following, 0, following - 1, 0)
        time = time_of(self.tokens, place)
        context = self._led(first) + self._trailed(end)
        away = abs(time.middle - self.wanted.middle)
        return Anchor(place, time, context, away - CONTEXT_WORTH * context)

    def _led(self, first: int) -> int:
        """Return how many atoms before one are those that stood before."""
        own = self.texts[max(0, first - MOST_CONTEXT) : first]
        return _agreeing(own[::-1], self.lead[::-1])

    def _trailed(self, end: int) -> int:
        """Return how many atoms from one on are those that stood after."""
        return _agreeing(self.texts[end : end + MOST_CONTEXT], self.trail)

    def _parts_words(self, place: int) -> bool:
        """Tell whether a word ends before an atom, so that a cut there leaves no part of one."""
        if not 0 < place < len(self.atoms):
            return True
        return self.atoms[place - 1].token != self.atoms[place].token

    def _agree(self, first: int, end: int) -> bool:
        """Tell whether enough stands around on both sides to tell a place."""
        led, trailed = self._led(first), self._trailed(end)
        if (self.lead and not led) or (self.trail and not trailed):
            return False
        most = min(len(self.lead), MOST_CONTEXT) + min(len(self.trail), MOST_CONTEXT)
        return led + trailed >= max(2, min(LEAST_CONTEXT, most))

    def _is_within(self, found: Anchor) -> bool:
        """Tell whether a place passes the time by little on either side."""
        earliest, latest = self.wanted.start - BEYOND, self.wanted.end + BEYOND
        return earliest <= found.time.start and found.time.end <= latest

    def _moved_along(self, found: Anchor) -> bool:
        """Tell whether a place is near, and what stood around moved along with it."""
        if self._at_once(found):
            return found.context > 0
        near = {0: -1.0, 1: VERY_TIME}.get(found.context, NEARBY)
        return found.time.distance(self.wanted) <= near and not self._by_hand(found)

    def _at_once(self, found: Anchor) -> bool:
        """Tell whether a place has about the time that is wanted."""
        shorter = min(found.time.duration, self.wanted.duration)
        return found.time.distance(self.wanted) == 0 and (
            found.time.overlap(self.wanted) >= SHARED * shorter
        )

    def _by_hand(self, found: Anchor) -> bool:
        """Tell whether a person wrote a word of a place: it is theirs unless it is at once."""
        place = found.place
        return any(token.by_hand for token in self.tokens[place.first : place.last + 1])


def _is_in_more(wanted: str, text: str) -> bool:
    """Tell whether what is wanted is a part of much more: "modern" of "postmodern"."""
    return wanted in text and len(text) - len(wanted) >= SHORTEST_LIKE


def _holds(outer: Place, inner: Place) -> bool:
    begins = (outer.first, outer.start) <= (inner.first, inner.start)
    return begins and (inner.last, inner.end) <= (outer.last, outer.end)


def _agreeing(own: Sequence[str], other: Sequence[str]) -> int:
    """Return how many of two runs of atoms agree from their first on."""
    pairs = zip(own, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _nearest(found: Sequence[Anchor]) -> Anchor | None:
    """Return the nearest place; of two as near, the first."""
    return min(found, key=lambda each: each.cost, default=None)
