"""Formats that other packages bring, by the entry points of the group `relisten.formats`.

Nothing of theirs is imported before it is asked for by name.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.export import FORMATS, Format

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "relisten.formats"
# What importing a module of somebody else's may come to, when it is broken.
BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError),
    *(OSError, RuntimeError, SyntaxError, TypeError, ValueError),
)


def entries() -> dict[str, EntryPoint]:
    """Return the formats of other packages by name, in order; none takes the name of ours."""
    found = sorted(entry_points(group=GROUP), key=lambda each: (each.name, _package(each)))
    return {each.name: each for each in reversed(found) if each.name not in FORMATS}


def format_of(entry: EntryPoint) -> Format:
    """Return the format that an entry point names; raises UsageError where there is none."""
    try:
        known = entry.load()
    except BROKEN as error:
        reason = f"{type(error).__name__}: {error}"
        raise _useless(entry, f"cannot be loaded ({reason})") from error
    if not isinstance(known, Format) or known.name != entry.name:
        raise _useless(entry, f"is not a Format of the name {entry.name!r}")
    return known


def _useless(entry: EntryPoint, why: str) -> UsageError:
    return UsageError(
        f"the format {entry.name!r} of the package {_package(entry)} {why}. Bring that package up "
        "to date, or choose another format."
    )


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "?"
