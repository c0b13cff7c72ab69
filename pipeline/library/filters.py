"""Which recordings and turns to look at, and the same as a condition of SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import NotFound
from pipeline.filing import folded, unknown
from pipeline.query.asked import Field

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
TAGGED = "recording.id IN (SELECT recording_id FROM tag WHERE name IN ({0}))"
# What says something of turns, as a condition on the recordings that have such turns, and on
# turns. What is named is looked up once, all together; what has no index, turn by turn.
OF_TRAIT = "EXISTS (SELECT 1 FROM turn_trait WHERE turn_trait.id = turn.id AND {})"
SPEAKS = "recording.id IN (SELECT recording_id FROM talk WHERE speaker IN ({0}))"
SAID_BY = "turn.speaker IN ({0})"
IN_ROLE = "EXISTS (SELECT 1 FROM talk WHERE recording_id = recording.id AND role IN ({0}))"
SAID_IN_ROLE = OF_TRAIT.format("role IN ({0})")
NAMES = "recording.id IN (SELECT recording_id FROM entity WHERE folded IN ({0}){1})"
NAMED_IN = (
    "turn.id IN (SELECT ifnull(first + entity.turn, (SELECT id FROM turn AS named WHERE "
    "named.recording_id = entity.recording_id AND named.position = entity.turn)) FROM entity "
    "CROSS JOIN recording_number ON recording_number.recording_id = entity.recording_id "
    "WHERE folded IN ({0}){1})"
)
HAS_LABEL = "EXISTS (SELECT 1 FROM entity WHERE recording_id = recording.id AND label IN ({0}))"
LABEL_IN = OF_TRAIT.format("instr(',' || labels || ',', ',' || {0} || ',')")
ASKS = "EXISTS (SELECT 1 FROM question WHERE recording_id = recording.id)"
ASKED_IN = OF_TRAIT.format("asks")
ANSWERED_IN = OF_TRAIT.format("answers")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which recordings and turns to look at; None is all. Dates are ISO 8601 days, inclusive.

    Names mean the same in any case, and with or without accents. `recording` is an id. `fields` are
    conditions of a query; they and the others must all hold, but of several with one name, any.
    """

    recording: str | None = None
    project: str | None = None
    tag: str | None = None
    participant: str | None = None
    speaker: str | None = None
    since: str | None = None
    until: str | None = None
    role: str | None = None
    entity: str | None = None
    fields: tuple[Field, ...] = ()

    def asked(self) -> tuple[Field, ...]:
        """Return all but the recording as the fields of a query."""
        typed = {
            "project": self.project,
            "tag": self.tag,
            "participant": self.participant,
            "speaker": self.speaker,
            "after": self.since,
            "before": self.until,
            "role": self.role,
            "entity": self.entity,
        }
        options = (Field(name, value) for name, value in typed.items() if value is not None)
        return (*options, *self.fields)


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of SQL with the values of its marks."""

    clauses: tuple[str, ...] = ("TRUE",)
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " AND ".join(self.clauses)

    def __bool__(self) -> bool:
        """Tell whether anything is left out by it."""
        return len(self.clauses) > 1

    def __and__(self, other: Condition) -> Condition:
        return Condition((*self.clauses, *other.clauses[1:]), (*self.values, *other.values))

    def either(self) -> Condition:
        """Return one that holds where any of its clauses does."""
        joined = " OR ".join(self.clauses[1:])
        return Condition(("TRUE", f"({joined})"), self.values) if self else self

    def none_of(self) -> Condition:
        """Return one that holds where none of its clauses does; what is not known does not."""
        without = (f"NOT ifnull({clause}, FALSE)" for clause in self.clauses[1:])
        return Condition(("TRUE", *without), self.values)

    def among(self, clause: str, values: Collection[str]) -> Condition:
        """Return it with one more clause, in which {0} stands for the marks of the values."""
        marks = ", ".join("?" * len(values))
        repeated = tuple(values) * clause.count("{0}")
        return Condition((*self.clauses, clause.format(marks)), (*self.values, *repeated))

    def where(self, clause: str, value: str | None) -> Condition:
        """Return it with one more clause with one value, unless that is None."""
        return self if value is None else self.among(clause, (value,))


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: a condition on recordings, and one on turns, which must hold both.

    `beside` is what of the former does not follow from the latter. `sought` is set where turns are
    so few that each is looked for by itself.
    """

    recordings: Condition = Condition()
    turns: Condition = Condition()
    beside: Condition = Condition()
    sought: bool = False

    @property
    def by_number(self) -> bool:
        """Whether turns are told by their numbers alone, so that none must be looked at."""
        clauses = self.turns.clauses[1:]
        return bool(clauses) and all(clause.startswith("(turn.id IN") for clause in clauses)

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.recordings or self.turns)

    def __and__(self, other: Scope) -> Scope:
        return Scope(
            self.recordings & other.recordings,
            self.turns & other.turns,
            self.beside & other.beside,
        )


def spellings(kind: str, name: str, known: Collection[Count]) -> tuple[str, ...]:
    """Return the names that a typed one means; raises NotFound where that is none."""
    meant = folded(name)
    found = tuple(each.name for each in known if folded(each.name) == meant)
    if not found:
        raise NotFound(unknown(kind, name, known))
    return found
