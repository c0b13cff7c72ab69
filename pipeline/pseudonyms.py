"""A project's list of pseudonyms: what names are called where nobody is to know them (pure).

What is found in calls is only proposed; a person decides. A name that nobody has decided on is
never taken for one that may stay.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.entities.contexts import NOBODY as NOBODY_SAID
from pipeline.filing import folded
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(StrEnum):
    """What goes by a name."""

    PERSON = "person"
    COMPANY = "company"
    PLACE = "place"
    PRODUCT = "product"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """What was decided of a name; an empty `pseudonym` is none: the name stays.

    One that was `added` is listed by a person, whether it is found or not.
    """

    name: str
    kind: Kind
    pseudonym: str
    added: bool = False


@dataclass(frozen=True, slots=True)
class HeardName(Span):
    """A passage in which a listed name can be heard that the words there do not show."""

    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """Where a name is said or written: the name in full, as it is labelled there, and when.

    What stands in a title or among who took part has no label, and is at no time: `start` is None.
    """

    name: str
    label: str
    recording: str
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name of a project: what it is to be called, who says so, how often and where first said.

    `pseudonym` is what is decided, None where nobody has; an empty one is a name that stays.
    """

    name: str
    kind: Kind
    proposed: str
    pseudonym: str | None
    mentions: int
    recording: str
    start: float | None
    added: bool = False

    @property
    def decided(self) -> bool:
        """Whether somebody has decided on it."""
        return self.pseudonym is not None


KINDS = {
    "PERSON": Kind.PERSON,
    "PER": Kind.PERSON,
    "ORG": Kind.COMPANY,
    "GPE": Kind.PLACE,
    "LOC": Kind.PLACE,
    "FAC": Kind.PLACE,
    "PRODUCT": Kind.PRODUCT,
    "": Kind.NAME,
}
FORMS = {
    Kind.PERSON: lambda number: f"P{number:02}",
    Kind.COMPANY: lambda number: f"Company {lettered(number)}",
    Kind.PLACE: lambda number: f"Place {number}",
    Kind.PRODUCT: lambda number: f"Product {lettered(number)}",
    Kind.NAME: lambda number: f"Name {number}",
}
# What a voice is called that nobody has named.
NOBODY = re.compile(
    r"(?:speaker|voice|channel|track|person|spk|s)[ _-]*\d*|interviewer|customer|agent|caller|"
    r"client|host|guest|moderator|participant|left|right|other|unknown|mix",
    re.IGNORECASE,
)
# What titles and files are called by, besides names.
_PLAIN = (
    "interview interviews call calls meeting recording recordings audio video voice zoom teams "
    "meet google stereo mono mix mixed track channel file copy final draft test demo session study "
    "research user users customer customers client clients part take new old english german french "
    "the and with for from about our your first second third january february march april may june "
    "july august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec "
    "intro kickoff discovery follow followup onboarding feedback review notes project untitled"
)
PLAIN = frozenset(_PLAIN.split())
SHORTEST_IN_TITLE = 3  # letters; with a capital 2, as in Bo Li
# Names that are said as words in any call.
_GIVEN = (
    "art bill bo dale dawn dean drew earl eve faith frank gene grace grant guy hope hunter jack "
    "jean joy lee mark max mike nick norm pat penny ray reed rich rob rose ruby sandy sue will"
)
GIVEN = frozenset(_GIVEN.split())
MYSELF = ("i'", "i’")  # "I'm" has its capital everywhere
NOBODYS_WORDS = NOBODY_SAID | {"dear", "goodbye", "bye-bye", "poor", "mr", "mrs", "ms"}
PIECES = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def lettered(number: int) -> str:
    """Return A for 1, Z for 26, AA for 27."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_nobody(speaker: str) -> bool:
    """Tell whether a speaker is called by what they are, as "Speaker 2" or "interviewer"."""
    return NOBODY.fullmatch(speaker.strip()) is not None


def names_in_title(title: str, said_small: frozenset[str]) -> Iterator[str]:
    """Yield the words of a title or a file's name that may be names.

    said_small : words that are said in the project and written without a capital letter.
    """
    plain = unicodedata.normalize("NFC", title).replace("_", " ")  # macOS writes accents apart
    for piece in PIECES.findall(CAMEL.sub(" ", plain)):
        word = folded(piece)
        is_long = len(word) >= SHORTEST_IN_TITLE or (len(word) > 1 and piece.istitle())
        is_said = word in said_small and not (piece.istitle() and word in GIVEN)
        if is_long and word not in PLAIN and not is_said and not word.startswith(MYSELF):
            yield piece


def names_noted(note: str, said_small: frozenset[str]) -> Iterator[str]:
    """Return the words of a note or a tag that may be names: those with a capital.

    said_small : words that are said in the project and written without a capital letter.
    """
    return (each for each in names_in_title(note, said_small) if each[:1].isupper())


def named(said: Said) -> bool:
    """Tell whether what was found may be a name: a word that is heard has a capital letter."""
    letters = [sign for sign in said.name if sign.isalpha()]
    written = said.start is None  # by a person, who may leave capitals out
    return said.label in KINDS and len(letters) > 1 and (written or not said.name.islower())


def without_greeting(name: str) -> str:
    """Return a name without the words around it that name nobody: "Bye Nora" is Nora."""
    words = name.split()
    while len(words) > 1 and folded(words[0]).strip(",") in NOBODYS_WORDS:
        words = words[1:]
    while len(words) > 1 and folded(words[-1]).strip(",") in NOBODYS_WORDS:
        words = words[:-1]
    return " ".join(words)


def parts_of(name: str) -> tuple[str, ...]:
    """Return the first and the last name of a person's, folded; none where it is one word."""
    words = [word for word in folded(name).split() if word.strip(".") not in TITLES]
    parts = [word for word in words if len(word) > 1 and word not in PARTICLES]
    return tuple(dict.fromkeys(parts)) if len(words) > 1 else ()


_TITLES = "mr mrs ms miss dr prof sir herr frau jr sr"
TITLES = frozenset(_TITLES.split())
_PARTICLES = "von van de der den del della di da la le el al bin ibn of the and y"
PARTICLES = frozenset(_PARTICLES.split())


def renamed(each: Candidate, pseudonym: str) -> Pseudonym:
    """Return a name with what a person wants it to be called; empty: it stays.

    Who is called P07 is a person, whatever a model took the name for.
    """
    told = kind_told(pseudonym)
    kind = each.kind if told is Kind.NAME else told
    return Pseudonym(each.name, kind, pseudonym, each.added)


def of_hand(name: str, pseudonym: str, kind: Kind | None = None) -> Pseudonym:
    """Return a name that no model found; its kind as the pseudonym tells, as P07 or Company A."""
    return Pseudonym(name, kind or kind_told(pseudonym), pseudonym, added=True)


def kind_told(pseudonym: str) -> Kind:
    """Return what a pseudonym says that somebody is."""
    if re.fullmatch(r"P\d+", pseudonym):
        return Kind.PERSON
    first = folded(pseudonym).partition(" ")[0]
    return Kind(first) if first in set(Kind) else Kind.NAME
