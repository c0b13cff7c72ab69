"""Queries as people type them, drawn from what is said in a library, by kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.searching.calls import BOUNDARY
from pipeline.search import By, Order, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.searching.calls import Call, Utterance, World

OF_A_KIND = 50
CALLS = 40  # from which queries are drawn
FEW = 20  # turns that have a rare word, at most
SOME, MANY = 1 / 200, 1 / 100  # of the turns: words of the middle are in fewer, common ones in more
LETTERS = 4  # of a beginning
FIFTH = Wanted(page=5, by=By.WORDS)
WORDS = Wanted(by=By.WORDS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of a kind, and how its hits are wanted."""

    kind: str
    text: str
    wanted: Wanted = field(default=WORDS)


class Drawing:
    """Draws queries from a world's calls.

    many : in how many turns of the library a word, or a phrase in quotes, stands.
    """

    def __init__(self, world: World, many: Callable[[str], int], turns: int, seed: int = 5) -> None:
        self._random = np.random.default_rng(seed)
        places: list[int] = self._random.permutation(len(world.calls))[:CALLS].tolist()
        chosen = [world.calls[place] for place in places]
        self._said = [(call, world.said(call)) for call in chosen]
        self.many, self._turns = many, turns

    def queries(self) -> list[Asked]:
        """Return all queries, each kind's different from each other as far as there are so many."""
        return [query for kind, make, wanted in KINDS for query in self._of(kind, make, wanted)]

    def _of(
        self, kind: str, make: Callable[[Drawing], str | None], wanted: Wanted
    ) -> Iterator[Asked]:
        texts: dict[str, None] = {}
        for _ in range(400 * OF_A_KIND):
            if (text := make(self)) is not None:
                texts[text] = None
            if len(texts) == OF_A_KIND:
                break
        return (Asked(kind, text, wanted) for text in texts)

    def turn(self, fewest: int = 8) -> tuple[Call, Utterance]:
        """Return a turn of so many words at least, and its call."""
        while True:
            call, said = self._said[self.below(len(self._said))]
            each = said[self.below(len(said))]
            if len(each.texts) >= fewest:
                return call, each

    def call(self) -> Call:
        """Return a call."""
        return self._said[self.below(len(self._said))][0]

    def below(self, number: int) -> int:
        """Return a number from 0 to one below."""
        return int(self._random.integers(number))

    def rare(self) -> str | None:
        """Return a word that few turns have."""
        return self._word(lambda many: many <= FEW)

    def middling(self) -> str | None:
        """Return a word that is neither rare nor common."""
        return self._word(lambda many: FEW < many <= SOME * self._turns)

    def common(self) -> str | None:
        """Return a word that very many turns have."""
        return self._word(lambda many: many > MANY * self._turns)

    def any_word(self) -> str | None:
        """Return a word of three letters or more, as often as it is said."""
        return self._word(lambda _: True)

    def run(self, length: int) -> list[str]:
        """Return words that are said in a row."""
        _, each = self.turn(length + 2)
        first = self.below(len(each.texts) - length)
        return [text.strip(BOUNDARY).lower() for text in each.texts[first : first + length]]

    def _word(self, suits: Callable[[int], bool]) -> str | None:
        (word,) = self.run(1)
        if len(word) < 3 or not word.isalpha():
            return None
        return word if suits(self.many(word)) else None


def _phrase(drawing: Drawing) -> str:
    return f'"{" ".join(drawing.run(2 + drawing.below(2)))}"'


def _common_phrase(drawing: Drawing) -> str | None:
    words = [drawing.common() for _ in range(2)]
    phrase = f'"{" ".join(filter(None, words))}"'
    return phrase if all(words) and drawing.many(phrase) else None


def _words(drawing: Drawing) -> str:
    return " ".join(drawing.run(2))


def _both(drawing: Drawing) -> str | None:
    words = [drawing.common(), drawing.middling() or drawing.common()]
    return " ".join(filter(None, words)) if all(words) else None


def _prefix(drawing: Drawing) -> str | None:
    word = drawing.any_word()
    return f"{word[:LETTERS]}*" if word and len(word) > LETTERS else None


def _boolean(drawing: Drawing) -> str | None:
    one, other, third = (drawing.any_word() for _ in range(3))
    shapes = (f"({one} OR {other}) AND {third}", f"{one} AND {other} NOT {third}")
    return shapes[drawing.below(2)] if one and other and third else None


def _near(drawing: Drawing) -> str | None:
    one, *_, other = drawing.run(4)
    return f"{one} NEAR/5 {other}" if one.isalpha() and other.isalpha() else None


def _sum(drawing: Drawing) -> str | None:
    """Return a sum or a share of a turn as it is written."""
    _, said = drawing.turn()
    named = [
        " ".join(said.texts[first:end]).rstrip(BOUNDARY)
        for first, end, label in said.names
        if label in {"MONEY", "PERCENT"}
    ]
    return f'"{named[0]}"' if named else None


def _with(what: Callable[[Drawing], str | None]) -> Callable[[Drawing], str | None]:
    """Return what draws a field with a word beside it."""

    def drawn(drawing: Drawing) -> str | None:
        one, word = what(drawing), drawing.any_word()
        return f"{one} {word}" if one and word else None

    return drawn


def _guest(drawing: Drawing) -> str:
    return f'speaker:"{drawing.call().speakers[-1]}"'


def _host(drawing: Drawing) -> str:
    return f'speaker:"{drawing.call().speakers[0]}"'


def _role(drawing: Drawing) -> str:
    return f"role:{('customer', 'interviewer')[drawing.below(2)]}"


def _project(drawing: Drawing) -> str:
    return f'project:"{drawing.call().project}"'


def _tag(drawing: Drawing) -> str | None:
    tags = drawing.call().tags
    return f"tag:{tags[0]}" if tags else None


def _since(drawing: Drawing) -> str:
    return f"after:{drawing.call().day.isoformat()}"


def _month(drawing: Drawing) -> str:
    day = drawing.call().day
    return f"after:{day.replace(day=1).isoformat()} before:{day.replace(day=28).isoformat()}"


def _entity(drawing: Drawing) -> str | None:
    _, said = drawing.turn()
    named = [
        " ".join(said.texts[first:end]).rstrip(BOUNDARY)
        for first, end, label in said.names
        if label in {"PERSON", "ORG", "GPE", "PRODUCT"}
    ]
    return f'entity:"{named[0]}"' if named else None


def _label(drawing: Drawing) -> str:
    return f"entity:{('ORG', 'PERSON', 'MONEY')[drawing.below(3)]}"


def _question(_: Drawing) -> str:
    return "is:question"


def _sentence(drawing: Drawing) -> str:
    return " ".join(drawing.run(7))


KINDS: tuple[tuple[str, Callable[[Drawing], str | None], Wanted], ...] = (
    ("a rare word", Drawing.rare, WORDS),
    ("a word of the middle", Drawing.middling, WORDS),
    ("a common word", Drawing.common, WORDS),
    ("two words as they are said", _words, WORDS),
    ("a common word and another", _both, WORDS),
    ("a phrase", _phrase, WORDS),
    ("a phrase of common words", _common_phrase, WORDS),
    ("a beginning (pric*)", _prefix, WORDS),
    ("AND, OR, NOT", _boolean, WORDS),
    ("NEAR", _near, WORDS),
    ("a sum or a share", _sum, WORDS),
    ("speaker: of one call or few", _with(_guest), WORDS),
    ("speaker: of many calls", _with(_host), WORDS),
    ("role:", _with(_role), WORDS),
    ("project:", _with(_project), WORDS),
    ("tag:", _with(_tag), WORDS),
    ("after:, some years", _with(_since), WORDS),
    ("after: and before:, a month", _with(_month), WORDS),
    ("entity: a name", _with(_entity), WORDS),
    ("entity: a name, no word", _entity, WORDS),
    ("entity: a label", _with(_label), WORDS),
    ("is:question", _with(_question), WORDS),
    ("--questions", Drawing.any_word, Wanted(questions=True, by=By.WORDS)),
    ("speaker:, no word", _guest, Wanted(order=Order.TIME, by=By.WORDS)),
    ("--order date", Drawing.any_word, Wanted(order=Order.DATE, by=By.WORDS)),
    ("--order time", Drawing.any_word, Wanted(order=Order.TIME, by=By.WORDS)),
    ("the fifth page", Drawing.common, FIFTH),
    ("words and meaning mixed", _words, Wanted()),
    ("--like", _sentence, Wanted(by=By.MEANING)),
)
