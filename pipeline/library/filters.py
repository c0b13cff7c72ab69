"""Which recordings and turns to look at, and the same as a condition of SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import NotFound
from pipeline.filing import folded, unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from pipeline.filing import Count

# Who took part: as a person says, else as the tracks are called.
TOOK_PART = (
    "(EXISTS (SELECT 1 FROM participant WHERE recording_id = recording.id AND name IN ({0})) OR "
    "EXISTS (SELECT 1 FROM json_each(nullif(recording.tracks, '')) "
    "WHERE json_extract(value, '$[1]') IN ({0}) AND recording.id NOT IN "
    "(SELECT recording_id FROM participant)))"
)
TAGGED = "EXISTS (SELECT 1 FROM tag WHERE recording_id = recording.id AND name IN ({0}))"
SPEAKS = "EXISTS (SELECT 1 FROM talk WHERE recording_id = recording.id AND speaker IN ({0}))"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which recordings and turns to look at; None is all. Dates are ISO 8601 days, inclusive.

    Names mean the same in any case, and with or without accents.
    """

    recording: str | None = None
    project: str | None = None
    tag: str | None = None
    participant: str | None = None
    speaker: str | None = None
    since: str | None = None
    until: str | None = None


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of SQL with the values of its marks."""

    clauses: tuple[str, ...] = ("TRUE",)
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " AND ".join(self.clauses)

    def among(self, clause: str, values: Collection[str]) -> Condition:
        """Return it with one more clause, in which {0} stands for the marks of the values."""
        marks = ", ".join("?" * len(values))
        repeated = tuple(values) * clause.count("{0}")
        return Condition((*self.clauses, clause.format(marks)), (*self.values, *repeated))

    def where(self, clause: str, value: str | None) -> Condition:
        """Return it with one more clause with one value, unless that is None."""
        return self if value is None else self.among(clause, (value,))


def spellings(kind: str, name: str, known: Collection[Count]) -> tuple[str, ...]:
    """Return the names that a typed one means; raises NotFound where that is none."""
    found = tuple(each.name for each in known if folded(each.name) == folded(name))
    if not found:
        raise NotFound(unknown(kind, name, known))
    return found
