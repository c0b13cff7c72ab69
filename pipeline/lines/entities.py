"""Entities of a library as lines of text (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lines.view import table
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.entities.naming import Naming
    from pipeline.entities.summary import EntitySummary

MOST_VARIANTS = 3  # spellings that are shown of one


def summary_lines(found: Sequence[EntitySummary], limit: int) -> Iterator[str]:
    """Yield a table of entities, and how the first one is heard; `limit` is how many were asked."""
    if not found:
        yield "No such names are in what was said. See other kinds: relisten entities --label all"
        return
    rows = [("NAME", "LABEL", "CALLS", "PEOPLE", "TIMES", "FIRST SAID", "ALSO")]
    rows += [
        (
            each.name,
            each.label,
            f"{each.recordings:,}",
            f"{each.people:,}",
            f"{each.mentions:,}",
            place_of(each),
            also(each),
        )
        for each in found
    ]
    yield from table(rows)
    if len(found) == limit:
        yield f"These are the first {limit}. See more: add --limit {10 * limit}"
    yield f"Hear where one is first said: relisten play {place_of(found[0])}"


def place_of(found: EntitySummary) -> str:
    """Return where an entity is first said, as `play` takes it."""
    return f"{found.recording[:8]}@{format_timestamp(found.start)}"


def also(found: EntitySummary) -> str:
    """Return the values and the other spellings of an entity."""
    others = [each.name for each in found.variants if each.name != found.name]
    more = [f"and {len(others) - MOST_VARIANTS} more"] if len(others) > MOST_VARIANTS else []
    values = [
        f"= {value}" for value in found.values[:MOST_VARIANTS] if plain(value) != plain(found.name)
    ]
    return ", ".join((*values, *others[:MOST_VARIANTS], *more))


def plain(value: str) -> str:
    """Return a value or a name without what is only written differently."""
    return value.replace(" ", "").replace(",", "")


def naming_line(said: Naming, typed: str = "") -> str:
    """Return what was said of a name, in words; the name as it is `typed`, where it is."""
    if said.alone:
        return f"{said.meant} is only itself"
    return f"{typed or said.folded} is {said.meant}"
