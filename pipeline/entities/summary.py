"""What a library tells of an entity over its recordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.filing import Count


@dataclass(frozen=True, slots=True)
class EntitySummary:
    """A named thing: what it goes by, how often and by how many it is said, and how it is written.

    `people` are those interviewed who name it. `variants` are its
    spellings with how often each is written, the usual one first; `values` what it comes to.
    `recording` and `start` (seconds) are where it was first said.
    """

    name: str
    label: str
    recordings: int
    people: int
    mentions: int
    variants: tuple[Count, ...]
    values: tuple[str, ...]
    recording: str
    start: float
