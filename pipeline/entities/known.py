"""Names that are known before a call is read, in the spellings in which they stand there (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from models.findings import Spelling
from pipeline.entities.names import bare
from pipeline.vocabulary import named_as

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PERSON = "PERSON"
SHORTEST_FREE = 5  # letters: a shorter name is another word too easily if its spelling may vary
NOTHING = re.compile(r"(?!)")
PIECE = 3  # letters: what a recogniser makes of a name that it takes for two words


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name that is looked for; `label` as spaCy names them, "" where it is not said."""

    name: str
    label: str = ""


def read_term(term: str) -> KnownName:
    """Return the name that a line of a vocabulary lists: "Quickcrate [ORG]", or "Quickcrate"."""
    return KnownName(*named_as(term))


def people(names: Iterable[str]) -> tuple[KnownName, ...]:
    """Return the names of people, in full and by each one's first name."""
    full = [" ".join(name.split()) for name in names]
    first = [name.split()[0] for name in full if " " in name]
    return tuple(KnownName(name, PERSON) for name in dict.fromkeys((*full, *first)))


def spellings(known: Sequence[KnownName], texts: Sequence[str]) -> tuple[Spelling, ...]:
    """Return how known names are written in texts, each spelling once, the surest label first."""
    together = "\n".join(texts)
    found: dict[str, Spelling] = {}
    for each in known:
        for written in _written(each, together):
            if written not in found or not found[written].label:
                found[written] = Spelling(written, each.label)
    return tuple(found.values())


def listed_as(known: Sequence[KnownName], written: Sequence[str]) -> dict[str, str]:
    """Return the known name of each spelling that is one, the first name that fits."""
    found: dict[str, str] = {}
    for each in known:
        pattern = _pattern(each.name)
        for text in written:
            if pattern.fullmatch(bare(text)):
                found.setdefault(text, each.name)
    return found


def _written(known: KnownName, text: str) -> Iterator[str]:
    for match in _pattern(known.name).finditer(text):
        # "ray" and "will" are words; a person's one name is it only with its capital letter.
        if known.label != PERSON or " " in known.name or not match[0].islower() or text.islower():
            yield match[0]


def _pattern(name: str) -> re.Pattern[str]:
    """Return what a name may look like: one word or two, letters doubled or not, in any case.

    A name without a letter or a digit looks like nothing.
    """
    if not any(letter.isalnum() for letter in name):
        return NOTHING
    words = r"[\s-]?".join(_word(word) for word in re.split(r"[\s-]+", name.strip(" -")))
    return re.compile(rf"(?<!\w){words}(?!\w)(?!-\w)", re.IGNORECASE)


def _word(word: str) -> str:
    if len(word) < SHORTEST_FREE or not word.isalpha():
        return re.escape(word) + ("" if len(word) < PIECE else "s?")
    letters = [re.escape(letter) + "+" for letter, _ in groupby(word)]
    joined = "".join(
        letter + (r"[ -]?" if PIECE <= place <= len(letters) - PIECE else "")
        for place, letter in enumerate(letters, start=1)
    )
    return joined + "s?"
