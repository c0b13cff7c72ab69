"""A project's list of pseudonyms: what names are called where nobody is to know them (pure).

Names are proposed from what was found in calls; a person decides. A name that nobody has decided on
is never taken for one that may stay.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.entities.contexts import NOBODY as NOBODY_SAID
from pipeline.entities.names import bare, key
from pipeline.filing import folded
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


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
SHORTEST_IN_TITLE = 3  # letters
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
    for piece in PIECES.findall(CAMEL.sub(" ", title.replace("_", " "))):
        word = folded(piece)
        if len(word) >= SHORTEST_IN_TITLE and word not in PLAIN and word not in said_small:
            yield piece


def named(said: Said) -> bool:
    """Tell whether what was found may be a name: it has a capital letter, and more than one."""
    letters = [sign for sign in said.name if sign.isalpha()]
    return said.label in KINDS and len(letters) > 1 and (not said.label or not said.name.islower())


def without_greeting(name: str) -> str:
    """Return a name without the words around it that name nobody: "Bye Nora" is Nora."""
    words = name.split()
    while len(words) > 1 and folded(words[0]).strip(",") in NOBODYS_WORDS:
        words = words[1:]
    while len(words) > 1 and folded(words[-1]).strip(",") in NOBODYS_WORDS:
        words = words[:-1]
    return " ".join(words)


def candidates(
    said: Iterable[Said],
    decided: Iterable[Pseudonym],
    alike: Callable[[str, Sequence[str]], str | None],
) -> tuple[Candidate, ...]:
    """Return the names of a project: those that nobody decided on first, the most frequent first.

    said : in the order of time. `alike` returns which of some names one is a spelling of.
    """
    listed = {key(each.name): each for each in decided}
    plain = (replace(each, name=without_greeting(each.name)) for each in said)
    groups = _grouped(filter(named, plain), list(listed.values()))
    proposals = _Proposals(tuple(listed.values()), alike)
    for group in sorted(groups.values(), key=lambda each: -len(each.name.split())):
        proposals.see(group)
    found = [_candidate(group, proposals) for group in groups.values()]
    found += [_unsaid(each) for name, each in listed.items() if name not in groups]
    return tuple(sorted(found, key=lambda each: (each.decided, -each.mentions, each.name)))


@dataclass(slots=True)
class _Group:
    """One name with all that is found of it."""

    name: str
    kind: Kind
    mentions: int
    first: Said
    decided: Pseudonym | None


def _grouped(said: Iterable[Said], decided: Sequence[Pseudonym]) -> dict[str, _Group]:
    """Bring together what is one name; "Priya" is Priya Raman where nobody else is called so."""
    together: defaultdict[str, list[Said]] = defaultdict(list)
    for each in said:
        together[key(each.name)].append(each)
    listed = {key(each.name): each for each in decided}
    people = _people(together, decided)
    groups: dict[str, _Group] = {}
    for name, places in together.items():
        whole = name if name in listed else people.get(name, name)
        if whole in groups:
            groups[whole].mentions += len(places)
        else:
            own = together.get(whole) or places
            spelling = Counter(bare(each.name) for each in own).most_common(1)[0][0]
            groups[whole] = _Group(spelling, _kind(own), len(places), places[0], listed.get(whole))
    return groups


def _people(together: Mapping[str, list[Said]], decided: Sequence[Pseudonym]) -> dict[str, str]:
    """Return whose first or last name each is, where that is exactly one, whatever its spelling."""
    called = {key(each.name): each.pseudonym for each in decided if each.kind is Kind.PERSON}
    full = [name for name, said in together.items() if _kind(said) is Kind.PERSON]
    owners: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name in (*called, *full):
        for part in parts_of(name):
            owners[part].setdefault(called.get(name) or name, name)
    return {part: next(iter(own.values())) for part, own in owners.items() if len(own) == 1}


def parts_of(name: str) -> tuple[str, ...]:
    """Return the first and the last name of a person's, folded; none where it is one word."""
    words = [word for word in folded(name).split() if word.strip(".") not in TITLES]
    parts = [word for word in words if len(word) > 1 and word not in PARTICLES]
    return tuple(dict.fromkeys(parts)) if len(words) > 1 else ()


_TITLES = "mr mrs ms miss dr prof sir herr frau jr sr"
TITLES = frozenset(_TITLES.split())
_PARTICLES = "von van de der den del della di da la le el al bin ibn of the and y"
PARTICLES = frozenset(_PARTICLES.split())


def _kind(said: Iterable[Said]) -> Kind:
    kinds = Counter(KINDS[each.label] for each in said)
    labelled = Counter({kind: count for kind, count in kinds.items() if kind is not Kind.NAME})
    return (labelled or kinds).most_common(1)[0][0]


@dataclass(slots=True)
class _Proposals:
    """What names are to be called, each next one by the next number that is free."""

    decided: tuple[Pseudonym, ...]
    alike: Callable[[str, Sequence[str]], str | None]
    covered: set[str] = field(default_factory=set)
    _of: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._of = {each.name: each.pseudonym for each in self.decided if each.pseudonym}
        self._taken = {folded(each) for each in self._of.values()}

    def see(self, group: _Group) -> None:
        """Propose what a name is to be called, if nobody has decided on it.

        What is only another spelling of a name that is decided on is decided, too.
        """
        if group.decided is not None:
            return
        listed = [each.name for each in self.decided if each.pseudonym]
        if spelt := self.alike(group.name, listed):
            self.covered.add(group.name)
        spelt = spelt or self.alike(group.name, list(self._of))
        self._of[group.name] = self._of[spelt] if spelt else self._next(group.kind)

    def of(self, name: str) -> str:
        """Return what a name is to be called."""
        return self._of.get(name, "")

    def _next(self, kind: Kind) -> str:
        number = 1
        while folded(FORMS[kind](number)) in self._taken:
            number += 1
        self._taken.add(folded(FORMS[kind](number)))
        return FORMS[kind](number)


def _candidate(group: _Group, proposals: _Proposals) -> Candidate:
    decided = group.decided
    proposed = decided.pseudonym if decided else proposals.of(group.name)
    return Candidate(
        name=decided.name if decided else group.name,
        kind=decided.kind if decided else group.kind,
        proposed=proposed,
        pseudonym=proposed if decided or group.name in proposals.covered else None,
        mentions=group.mentions,
        recording=group.first.recording,
        start=group.first.start,
        added=bool(decided and decided.added),
    )


def _unsaid(each: Pseudonym) -> Candidate:
    """Return a name that is listed and found nowhere now."""
    return Candidate(each.name, each.kind, each.pseudonym, each.pseudonym, 0, "", None, each.added)


def accepted(found: Iterable[Candidate]) -> tuple[Pseudonym, ...]:
    """Return what is decided where all that is proposed is accepted."""
    return tuple(Pseudonym(c.name, c.kind, c.proposed) for c in found if not c.decided)


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


def next_free(kind: Kind, decided: Iterable[Pseudonym]) -> str:
    """Return the next pseudonym of a kind that no name has."""
    proposals = _Proposals(tuple(decided), lambda _name, _known: None)
    group = _Group("", kind, 0, Said("", "", ""), None)
    proposals.see(group)
    return proposals.of("")
