"""The names of one call brought together: one label each, and each in full (pure)."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pipeline.entities.known import PERSON, listed_as
from pipeline.entities.names import bare, key
from pipeline.entities.naming import AS_CALLED, Namings
from pipeline.filing import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.entities.known import KnownName

# Labels of what has a name; the others say when or how much.
_NAMES = "PERSON ORG PRODUCT GPE LOC FAC NORP EVENT WORK_OF_ART LAW LANGUAGE PER MISC"
NAMES = frozenset(_NAMES.split())


def labels_by_name(votes: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """Return the label that each name, as `key` has it, goes by most.

    votes : what is written, a label, and what that counts. The first one of equals holds.
    """
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, label, weight in votes:
        counted[key(text)][label] += weight
    chosen = {name: labels.most_common(1)[0][0] for name, labels in counted.items()}
    people = {name for name, label in chosen.items() if label == PERSON and " " in name}
    for name in chosen:
        if _fuller(name, people):
            chosen[name] = PERSON
    return chosen


def _fuller(name: str, people: Iterable[str]) -> list[str]:
    """Return the people's names that begin or end with a single one."""
    if " " in name:
        return []
    full = (each for each in people if " " in each)
    return [each for each in full if name in (each.split()[0], each.split()[-1])]


def full_names(
    named: Sequence[tuple[str, str]],
    known: Sequence[KnownName] = (),
    namings: Namings = AS_CALLED,
) -> Mapping[str, str]:
    """Return what each name that is written in a call goes by, in full.

    named : what is written, with its label. What is a spelling of a `known` name goes by that. One
    name of a person is the fuller one only where there is exactly one; what a person says of names
    holds over all.
    """
    listed = listed_as(known, [text for text, _ in named])
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    people = {namings.key(each.name): each.name for each in known if each.label == PERSON}
    for text, label in named:
        if label in NAMES:
            written[namings.key(text)][bare(text)] += 1
        if label == PERSON:
            people.setdefault(namings.key(text), bare(text))
    full = {name: _spelling(spellings) for name, spellings in written.items()}
    called: dict[str, str] = {}
    for text, label in named:
        own = namings.key(text)
        fuller = _fuller(own, people) if label == PERSON and not namings.alone(text) else []
        name = full.get(fuller[0], people[fuller[0]]) if len(fuller) == 1 else full.get(own, text)
        called[text] = namings.of(text, name if fuller else listed.get(text, name))
    return called


def _spelling(spellings: Counter[str]) -> str:
    """Return the spelling of a name: in full, with its capital letters, else the usual one."""
    return max(
        spellings,
        key=lambda each: (len(folded(each).split()), not each.islower(), spellings[each]),
    )
