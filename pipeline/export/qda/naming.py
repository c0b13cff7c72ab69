"""What a project's parts are called: GUIDs that come out the same each time, names that fit."""

from __future__ import annotations

import re
from uuid import NAMESPACE_OID, uuid5

from pipeline.export.shown import writable
from pipeline.file_names import safe_name

SPACE = "urn:QDA-XML:project:1.0"
OURS = uuid5(NAMESPACE_OID, "relisten REFI-QDA")
# Roots of the codes that were found, not given: what stands under them is nobody's own coding.
ENTITIES, KEYPHRASES, QUESTIONS = "Entities", "Keyphrases", "Questions"
FOUND = {ENTITIES, KEYPHRASES, QUESTIONS}
HIGHLIGHTS = "Highlights"
UNTAGGED = (HIGHLIGHTS, "Highlight without tag")
STARRED = (HIGHLIGHTS, "★")
LONGEST_NAME = 80  # characters of a file's name, with room for what stands behind it

_SPACE = re.compile(r"\s")


def guid(*parts: str) -> str:
    """Return the GUID of what goes by these names: a recording's id, a kind, a name of that kind.

    The same codes have the same in every project, so that software can put projects together.
    """
    return str(uuid5(OURS, "\x1f".join(map(writable, parts))))


def level(text: str) -> str:
    """Return text on one line, as long as it was: positions in it are those of the transcript."""
    return _SPACE.sub(" ", writable(text))


def file_name(name: str, suffix: str, taken: set[str]) -> str:
    """Return a name for a file that every system takes and that no other has; it is taken then.

    QualCoder writes sources to files that are called by their names.
    """
    kept = safe_name(level(name))[:LONGEST_NAME].rstrip(" .")
    return f"{unlike(kept, taken, suffix)}{suffix}"


def unlike(name: str, taken: set[str], suffix: str = "") -> str:
    """Return a name, with a number where it is taken already; it is taken then."""
    free, number = name, 1
    while f"{free}{suffix}".casefold() in taken:
        number += 1
        free = f"{name} {number}"
    taken.add(f"{free}{suffix}".casefold())
    return free
