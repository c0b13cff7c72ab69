"""Which words in a row may be a phrase that says what a conversation is about (pure).

A phrase is nouns, with the adjectives before them that say which kind: "insulated bags". Two that
a preposition ties to each other are one: "cash on delivery".
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.furniture import EMPTY, FILLERS, FURNITURE, MEASURES, PLAIN, SEASONS, TIMES, WEAK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_PHRASE = 5  # words: a longer one is a clause, or a list without its commas
LONGEST_TIED = 3  # words, without the preposition
PREPOSITIONS = frozenset({"by", "for", "from", "in", "of", "on", "to", "with"})
ARTICLES = frozenset({"the", "a", "an"})
HYPHENS = frozenset({"-", "\u2010", "\u2011"})
DASHES = HYPHENS | {"\u2013", "\u2014", "...", "\u2026"}
NOUNS = frozenset({"NOUN", "PROPN"})
# Entities that say when or how much, not what a call is about.
AMOUNTS = frozenset({"CARDINAL", "MONEY", "ORDINAL", "PERCENT", "QUANTITY"})
UNTELLING = AMOUNTS | {"DATE", "TIME"}
DESCRIBED = UNTELLING | {""}  # "Good Foods" is a name, "good food" is none
# Of the words of which every text is full, those that may be the noun of a phrase: "garden show".
NAMING = frozenset(
    {"amount", "back", "bottom", "call", "front", "move", "name", "part", "show", "side", "top"}
)
NEVER_FIRST = EMPTY | FURNITURE | TIMES
NEVER_LAST = EMPTY | FURNITURE
NEVER_ALONE = WEAK | TIMES
SHORTEST_PLURAL = 4  # letters: "gas" is no plural

Stretch = tuple[int, int]  # of words: the first, and the one after the last


@dataclass(frozen=True, slots=True)
class Part:
    """A word, hyphen or mark of a text, as grammar needs it.

    `tag` and `label` are spaCy's, of speech and of a name ("": none); `head` counts the parts of
    the text. `before` tells that it stands before a noun and describes it, `glued` that no space is
    before it, `common` that it is one of the words of which every text is full.
    """

    text: str
    lemma: str
    tag: str
    label: str = ""
    head: int = -1
    before: bool = False
    glued: bool = False
    common: bool = False

    @property
    def is_noun(self) -> bool:
        """Tell whether it is a noun or a name."""
        return self.tag in NOUNS

    @property
    def dictionary(self) -> str:
        """What a dictionary has it under, in lower case; spaCy leaves names in the plural."""
        word = self.lemma.casefold()
        return singular(word) if self.tag == "PROPN" else word


def phrases(parts: Sequence[Part]) -> list[Stretch]:
    """Return the stretches of a text that may be phrases; those tied by a preposition last."""
    simple = [
        cut for run in runs(parts) if (cut := trimmed(parts, *run)) and _length(parts, cut) > 0
    ]
    short = [each for each in simple if _length(parts, each) <= LONGEST_PHRASE]
    return [*short, *tied(parts, short)]


def runs(parts: Sequence[Part]) -> Iterator[Stretch]:
    """Yield the longest stretches of nouns and what describes them, in order."""
    start: int | None = None
    for place, part in enumerate(parts):
        fits = _may_stand(parts, place)
        begins_anew = part.tag in {"ADJ", "VERB"} and place > 0 and parts[place - 1].is_noun
        if start is not None and (not fits or begins_anew):
            yield start, place
            start = None
        if fits and start is None:
            start = place
    if start is not None:
        yield start, len(parts)


def _may_stand(parts: Sequence[Part], place: int) -> bool:
    """Tell whether a part may stand anywhere in a phrase."""
    part = parts[place]
    if part.text in HYPHENS:
        return part.glued and 0 < place < len(parts) - 1 and parts[place + 1].glued
    if is_amount(part) or is_broken_off(parts, place):
        return False
    if _begins_compound(parts, place):
        return True
    described = part.tag == "ADJ" or (part.tag == "VERB" and part.before)
    common = part.common and not (part.is_noun and part.dictionary in NAMING)
    return (part.is_noun or described) and not common and part.dictionary not in FILLERS


def _begins_compound(parts: Sequence[Part], place: int) -> bool:
    """Tell whether a word is tied to the next by a hyphen: "no-show", "per-seat"."""
    word, *rest = parts[place : place + 3]
    tied = len(rest) == 2 and rest[0].text in HYPHENS and rest[0].glued and rest[1].glued
    return tied and word.tag != "NUM" and word.text.isalpha()


def is_amount(part: Part) -> bool:
    """Tell whether a part is a number or belongs to one."""
    return part.label in AMOUNTS or any(letter.isdigit() for letter in part.text)


def is_broken_off(parts: Sequence[Part], place: int) -> bool:
    """Tell whether a word was not said to its end: "deliv-", or one letter that is no word."""
    text = parts[place].text
    if len(text.rstrip(".")) < 2 or text[-1] in DASHES:
        return True
    if place + 1 == len(parts) or not parts[place + 1].glued:
        return False
    last = place + 2 == len(parts)
    dash = parts[place + 1].text
    return (dash in HYPHENS and (last or not parts[place + 2].glued)) or (dash in DASHES and last)


def trimmed(parts: Sequence[Part], start: int, end: int) -> Stretch | None:
    """Cut off both ends what does not say what is meant; None where nothing is left."""
    while start < end and _is_idle_first(parts, start, end):
        start += 1
    while start < end and _is_idle_last(parts, start, end):
        end -= 1
    if all(each.label in UNTELLING or each.dictionary in SEASONS for each in parts[start:end]):
        return None
    return start, end


def _is_idle_first(parts: Sequence[Part], start: int, end: int) -> bool:
    if start + 1 < end and parts[start + 1].text in HYPHENS:  # "quick-change"
        return False
    first = parts[start]
    plain = first.dictionary in PLAIN and first.label in DESCRIBED
    idle = plain or first.text in HYPHENS or first.dictionary in NEVER_FIRST
    return idle or _is_counted(parts, start) or _presents(parts, start, end)


def _is_counted(parts: Sequence[Part], start: int) -> bool:
    """Tell whether a word is what a number is of, in time: "40-minute", "two weeks"."""
    before = [part for part in parts[max(0, start - 2) : start] if part.text not in HYPHENS]
    numbered = bool(before) and (before[-1].tag == "NUM" or is_amount(before[-1]))
    return numbered and parts[start].label in UNTELLING


def _presents(parts: Sequence[Part], start: int, end: int) -> bool:
    """Tell whether a word says who or what a name is that follows: "sister Renee"."""
    if start + 1 >= end or parts[start].tag == "PROPN":
        return False
    named = parts[start + 1]
    return named.label == "PERSON" or (named.tag == "PROPN" and parts[start].dictionary in WEAK)


def _is_idle_last(parts: Sequence[Part], start: int, end: int) -> bool:
    last, word = parts[end - 1], parts[end - 1].dictionary
    if not last.is_noun or word in NEVER_LAST:
        return True
    counted = end < len(parts) and (parts[end].tag == "NUM" or is_amount(parts[end]))
    alone = end - 2 < start or not parts[end - 2].is_noun or parts[end - 2].dictionary in WEAK
    return word in NEVER_ALONE and (alone or counted)


def tied(parts: Sequence[Part], simple: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield pairs of phrases that a preposition ties to each other, names left out."""
    starts = {first: (first, end) for first, end in simple}
    for start, end in _first_pieces(parts, simple):
        after = end + 1
        if after < len(parts) and parts[after].text.casefold() == "the":
            after += 1
        second = starts.get(after)
        if not second or any(part.tag == "PROPN" for part in parts[start : second[1]]):
            continue
        if _length(parts, (start, second[1])) <= LONGEST_TIED:
            yield start, second[1]


def _first_pieces(parts: Sequence[Part], simple: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield phrases that a preposition follows and belongs to, if they are no measure of it."""
    for start, end in simple:
        last = parts[end - 1]
        if end < len(parts) and parts[end].head == end - 1 and last.tag == "NOUN":
            preposition = parts[end].text.casefold() in PREPOSITIONS
            if preposition and last.dictionary not in MEASURES:
                yield start, end


def _length(parts: Sequence[Part], stretch: Stretch) -> int:
    """Return how many words of a stretch are in its key, prepositions not counted."""
    return sum(part.text.casefold() not in PREPOSITIONS for part in keyed(parts, stretch))


def keyed(parts: Sequence[Part], stretch: Stretch) -> list[Part]:
    """Return the words of a stretch that tell it from others: no hyphens, no articles."""
    start, end = stretch
    return [part for part in parts[start:end] if key_of(part)]


def key_of(part: Part) -> str:
    """Return what a word is in all its forms: "" for a hyphen or an article."""
    text = part.text.casefold()
    if text in HYPHENS | ARTICLES:
        return ""
    # "failed" is a verb here and an adjective there: as it is written it is always the same.
    return without_accents(text if part.tag in {"ADJ", "VERB"} else part.dictionary)


def singular(word: str) -> str:
    """Return a word without the ending of a plural: to compare it, not to show it."""
    if len(word) >= SHORTEST_PLURAL and word.endswith("s") and word[-2] not in "sui'":
        return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
    return word


def without_accents(text: str) -> str:
    """Return a text without accents, in lower case."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
