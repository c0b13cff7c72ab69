"""What is proposed for the names of a project: which are one, and what each is to be called (pure).

A proposal that was shown stays what it was while others are decided on: numbers do not close up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from pipeline.entities.names import bare, key
from pipeline.filing import folded
from pipeline.pseudonyms import (
    FORMS,
    KINDS,
    Candidate,
    Kind,
    Pseudonym,
    Said,
    named,
    parts_of,
    without_greeting,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence


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
    named_so = [each for each in plain if named(each)]
    groups = _grouped(named_so, list(listed.values()))
    own = _own_pseudonyms(_grouped(named_so, ()), alike)
    proposals = _Proposals.of(groups, listed, own)
    called = {each.name: each.pseudonym for each in listed.values() if each.pseudonym}
    found = []
    for name, group in groups.items():
        spelt = None if group.decided else alike(group.name, list(called))
        found.append(_candidate(group, proposals.called[name], called[spelt] if spelt else None))
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


def _kind(said: Iterable[Said]) -> Kind:
    kinds = Counter(KINDS[each.label] for each in said)
    labelled = Counter({kind: count for kind, count in kinds.items() if kind is not Kind.NAME})
    return (labelled or kinds).most_common(1)[0][0]


def _own_pseudonyms(
    groups: Mapping[str, _Group], alike: Callable[[str, Sequence[str]], str | None]
) -> dict[str, str]:
    """Return what each name would be called if nothing were decided; spellings of one are alike."""
    first: dict[str, str] = {}
    by_length = sorted(groups.items(), key=lambda each: -len(each[1].name.split()))
    keys = {group.name: name for name, group in by_length}
    for _, group in by_length:
        spelt = alike(group.name, list(first))
        first[group.name] = first[spelt] if spelt else group.name
    numbers = {kind: count(1) for kind in Kind}
    own: dict[str, str] = {}
    for name, group in groups.items():
        same = groups[keys[first[group.name]]]
        shared = own.get(keys[same.name]) or FORMS[same.kind](next(numbers[same.kind]))
        own[name] = own[keys[same.name]] = shared
    return own


@dataclass(slots=True)
class _Proposals:
    """What names are to be called: their own pseudonym, or where another has that, the next.

    Names that are decided on are given one as well, and it is nobody else's: if they let it go,
    no other name moves up.
    """

    own: Mapping[str, str]
    holders: Mapping[str, set[str]]  # of a pseudonym that is decided: who has it
    called: dict[str, str] = field(default_factory=dict)
    _given: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        groups: Mapping[str, _Group],
        listed: Mapping[str, Pseudonym],
        own: Mapping[str, str],
    ) -> _Proposals:
        holders: defaultdict[str, set[str]] = defaultdict(set)
        for name, each in listed.items():
            if each.pseudonym:
                holders[folded(each.pseudonym)].add(own.get(name, name))
        made = cls(own, holders)
        for name, group in groups.items():
            made.called[name] = made._next(own.get(name, name), name, group.kind)
        return made

    def _next(self, who: str, name: str, kind: Kind) -> str:
        if who not in self._given:
            mine = self.own.get(name)
            self._given[who] = mine if mine and not self._held(mine, who) else self._free(who, kind)
        return self._given[who]

    def _held(self, pseudonym: str, who: str) -> bool:
        return bool(self.holders.get(folded(pseudonym), set()) - {who})

    def _free(self, who: str, kind: Kind) -> str:
        taken = {folded(each) for each in (*self.own.values(), *self._given.values())}
        return next_free(kind, taken | {each for each in self.holders if self._held(each, who)})


def next_free(kind: Kind, taken: Container[str]) -> str:
    """Return the next pseudonym of a kind that is not taken; these are folded."""
    each = map(FORMS[kind], count(1))
    return next(pseudonym for pseudonym in each if folded(pseudonym) not in taken)


def _candidate(group: _Group, proposed: str, as_spelt: str | None) -> Candidate:
    """Return a name as it is reviewed; what is a spelling of a decided name is decided, too."""
    decided = group.decided
    pseudonym = decided.pseudonym if decided else as_spelt
    return Candidate(
        name=decided.name if decided else group.name,
        kind=decided.kind if decided else group.kind,
        proposed=proposed if pseudonym is None else pseudonym,
        pseudonym=pseudonym,
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
