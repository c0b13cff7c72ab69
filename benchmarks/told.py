"""Who speaks when, as one process tells it to another in a line of JSON.

Only the standard library is imported here: an engine may run in an environment without ours.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Spoken = tuple[float, float, str]  # start and end in seconds, and who


@dataclass(frozen=True, slots=True)
class Task:
    """A recording whose speakers are to be told apart: `speakers` of them, None where not given."""

    file: str
    speakers: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Who speaks in a recording of `duration` seconds, told in `cpu` seconds of all cores."""

    file: str
    duration: float
    cpu: float
    spans: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class AllTold:
    """What one process told of all recordings, and the most memory that it held, in bytes."""

    told: tuple[Told, ...]
    peak: int

    def to_json(self) -> str:
        """Write it in one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> AllTold:
        """Read what `to_json` wrote."""
        read = json.loads(text)
        told = (Told(**{**one, "spans": tuple(map(tuple, one["spans"]))}) for one in read["told"])
        return cls(tuple(told), read["peak"])


def tasks_to_json(tasks: Iterable[Task]) -> str:
    """Write tasks in one line."""
    return json.dumps([asdict(task) for task in tasks])


def tasks_from_json(text: str) -> tuple[Task, ...]:
    """Read what `tasks_to_json` wrote."""
    return tuple(Task(**task) for task in json.loads(text))
