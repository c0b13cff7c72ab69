"""Where a listed name may stand in other letters, as it was misheard or misspelt (pure).

A recogniser that does not know a name writes what it sounds like: "Pre-Ramon" for Priya Raman.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.pseudonyms import Kind, parts_of
from pipeline.redaction.finding import OPENERS, WORDS, Found
from pipeline.transcript import WordTimes, join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.pseudonyms import Pseudonym
    from pipeline.transcript import Word

# Likeness in [0, 1] (see `models.sounds`) from which on words are taken for a name: where they
# are named as one already, where they have capital letters, and else. In four interviews heard by
# base, what stands for a name of people, firms and places has 0.74 and more, but for "Brockby"
# (DropBee); without a capital, "mess up" and the like reach 0.78.
ALIKE_IF_NAMED = 0.72
ALIKE_IF_CAPITAL = 0.76
ALIKE = 0.8
ALIKE_IF_SHORT = 0.9
# A probability: a word that was heard more surely is what it says, unless it sounds just the same.
SURE = 0.7
NEVER = 2.0
SHORTEST, SHORT = 4, 5  # letters
BARE = 1  # consonants: of what has no more, too much sounds alike
SPELT = 0.85  # from which on two names are taken for one
SPELT_IF_SHORT = 0.95
MORE_WORDS = 2  # that may be heard for a name than it has
CORE = re.compile(r"\w(?:.*\w)?", re.DOTALL)
OWNED = re.compile(r"['\u2019]s?$")
ENDS = re.compile(r"[.?!\u2026]\W*$")


@dataclass(frozen=True, slots=True)
class Term:
    """What is listened for: a name or a part of one, and what takes its place."""

    text: str
    instead: str
    name: str


@dataclass(frozen=True, slots=True)
class _Run:
    """Words [first, end) of a turn: the characters that they are, without outer marks."""

    first: int
    end: int
    start_char: int
    end_char: int
    text: str
    least: float


def terms_of(listed: Iterable[Pseudonym]) -> tuple[Term, ...]:
    """Return what is listened for: names in full and people's own, each once, long enough."""
    from models.sounds import consonants, letters, sound

    terms: dict[str, Term] = {}
    for each in listed:
        parts = parts_of(each.name) if each.kind is Kind.PERSON else ()
        for text in (each.name, *parts):
            if len(letters(text)) >= SHORTEST and len(consonants(sound(text))) > BARE:
                terms.setdefault(letters(text), Term(text, each.pseudonym, each.name))
    return tuple(each for each in terms.values() if each.instead)


def misheard(
    words: Sequence[Word],
    terms: Sequence[Term],
    named: Sequence[range],
    taken: Sequence[Found] = (),
) -> list[Found]:
    """Return where words sound like a name.

    named : characters of what was found to be a name, whichever. `taken` is what is known already.
    """
    if not terms:
        return []
    from models.sounds import letters, likenesses, sound

    same = {sound(term.text) for term in terms if len(letters(term.text)) > SHORT}
    runs = [
        run
        for run in _runs(words, _longest(terms))
        if _is_free(run, taken) and (sound(run.text) in same or _may_be(run, words, named))
    ]
    if not runs:
        return []
    scores = likenesses([run.text for run in runs], [term.text for term in terms])
    found: list[tuple[float, Found]] = []
    for row, run in enumerate(runs):
        column = int(scores[row].argmax())
        score, term = float(scores[row, column]), terms[column]
        if score >= _least(run, term, words, named) and _as_many(run, term):
            found.append((score, Found(run.start_char, run.end_char, term.instead, term.name)))
    return list(_best(found))


def _best(found: Iterable[tuple[float, Found]]) -> Iterator[Found]:
    kept: list[Found] = []
    for _, each in sorted(found, key=lambda pair: (-pair[0], pair[1].start)):
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
            yield each


def _longest(terms: Iterable[Term]) -> int:
    return max((term.text.count(" ") + 1 for term in terms), default=0) + MORE_WORDS


def _as_many(run: _Run, term: Term) -> bool:
    count = term.text.count(" ") + 1
    return count - 1 <= run.end - run.first <= count + MORE_WORDS


def _runs(words: Sequence[Word], longest: int) -> Iterator[_Run]:
    """Yield runs of words within a sentence."""
    text, offsets = join_words(words), WordTimes.of(tuple(words)).offsets
    for first in range(len(words)):
        for end in range(first + 1, min(len(words), first + longest) + 1):
            start, stop = offsets[first], offsets[end - 1] + len(words[end - 1].text)
            if core := CORE.search(text[start:stop]):
                said = OWNED.sub("", core[0])
                begin = start + core.start()
                least = min(word.probability for word in words[first:end])
                yield _Run(first, end, begin, begin + len(said), said, least)
            if ENDS.search(words[end - 1].text):
                break


def _is_free(run: _Run, taken: Sequence[Found]) -> bool:
    """Tell whether nothing of a run is known already, and it is no ordinary word."""
    if any(run.start_char < each.end and each.start < run.end_char for each in taken):
        return False
    return run.text.casefold() not in WORDS | OPENERS


def _may_be(run: _Run, words: Sequence[Word], named: Sequence[range]) -> bool:
    """Tell whether a run is worth being compared: most of what is said is surely no name."""
    return run.least <= SURE or _is_named(run, named) or _has_capital(run, words)


def _is_named(run: _Run, named: Sequence[range]) -> bool:
    return any(each.start < run.end_char and run.start_char < each.stop for each in named)


def _has_capital(run: _Run, words: Sequence[Word]) -> bool:
    """Tell whether all words have a capital that they owe neither to a sentence nor to being I."""
    parts = run.text.replace("-", " ").split()
    capital = all(part[:1].isupper() and part != "I" for part in parts)
    opens = run.first == 0 or ENDS.search(words[run.first - 1].text)
    return capital and (len(parts) > 1 or not opens)


def _least(run: _Run, term: Term, words: Sequence[Word], named: Sequence[range]) -> float:
    from models.sounds import letters

    named_or_capital = _is_named(run, named) or _has_capital(run, words)
    if len(letters(term.text)) <= SHORT:  # "pet" is no Pete
        return ALIKE_IF_SHORT if named_or_capital else NEVER
    if _is_named(run, named):
        return ALIKE_IF_NAMED
    return ALIKE_IF_CAPITAL if _has_capital(run, words) else ALIKE


def spelling_of(name: str, known: Sequence[str]) -> str | None:
    """Return which of some names one is a spelling of, the likest; None where it is none."""
    from models.sounds import letters, likenesses

    size = len(letters(name))
    if not known or size < SHORTEST:
        return None
    scores = likenesses([name], list(known))[0]
    best = int(scores.argmax())
    least = SPELT if min(size, len(letters(known[best]))) > SHORT else SPELT_IF_SHORT
    return known[best] if float(scores[best]) >= least else None
