"""The tree of codes: each leaf has a name that no other has, as QualCoder's database wants it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.export.qda.naming import (
    ENTITIES,
    FOUND,
    HIGHLIGHTS,
    KEYPHRASES,
    QUESTIONS,
    guid,
    unlike,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.export.qda.coded import Path

COLOURS = {HIGHLIGHTS: "#F2C14E", ENTITIES: "#4A90D9", KEYPHRASES: "#7FB069"}
OTHERS = "#B08CC4"
ORDER = (HIGHLIGHTS, ENTITIES, KEYPHRASES, QUESTIONS)


@dataclass(slots=True)
class Code:
    """A code, or with others under it a heading that nothing is coded with."""

    path: Path
    name: str
    under: dict[str, Code] = field(default_factory=dict)

    @property
    def guid(self) -> str:
        """Its GUID, the same in every project."""
        return code_guid(self.path)

    @property
    def colour(self) -> str:
        """How it is shown, as #RRGGBB."""
        return COLOURS.get(self.path[0], OTHERS)


def code_guid(path: Path) -> str:
    """Return the GUID of a code, the same however its names are spelt."""
    return guid("code", *spelt_alike(path))


def spelt_alike(path: Path) -> Path:
    """Return a path as it is compared: without case."""
    return tuple(name.casefold() for name in path)


def tree(paths: Iterable[Path]) -> tuple[Code, ...]:
    """Return the codes of a project, tags first: of names that are alike theirs are as they are."""
    roots: dict[str, Code] = {}
    taken: set[str] = set()
    once = {spelt_alike(path): path for path in sorted(set(paths), reverse=True)}
    for path in sorted(once.values(), key=lambda path: (ORDER.index(path[0]), path)):
        level = roots
        for depth, name in enumerate(path[:-1], 1):
            level = level.setdefault(name, Code(path[:depth], name)).under
        level[path[-1]] = Code(path, _name(path, taken))
    return tuple(roots.values())


def _name(path: Path, taken: set[str]) -> str:
    name = path[-1]
    if name.casefold() in taken and (kind := _kind(path)):
        name = f"{name} ({kind})"
    return unlike(name, taken)


def _kind(path: Path) -> str:
    """Return what tells a found name from others like it: an entity's label, "keyphrase"."""
    if path[0] not in FOUND:
        return ""
    return path[1] if path[0] == ENTITIES else path[0].lower().removesuffix("s")


def meant(path: Path) -> Path:
    """Return the path of a code as it was before its name was told from others."""
    if len(path) < 2:
        return path
    return (*path[:-1], path[-1].removesuffix(f" ({_kind(path)})"))
