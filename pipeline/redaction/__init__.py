"""Recordings without names: words, titles and sound, with a project's pseudonyms in their place.

What a list says is put to a document as a whole, so that whatever is made of that has no name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.redaction.applying import Redaction
from pipeline.redaction.review import check_decided, reviewed

if TYPE_CHECKING:
    from pipeline.library import Library

__all__ = ["Redaction", "redaction_of", "reviewed"]


def redaction_of(library: Library, project: str | None) -> Redaction:
    """Return what a project's list of pseudonyms does to its recordings; None: those in none.

    Raises UsageError, with the command that mends it, while nobody has decided on some names.
    """
    found = reviewed(library, project)
    check_decided(project, found)
    heard = {
        identity: names
        for identity in library.recordings_of(project)
        if (names := library.heard_names(identity))
    }
    return Redaction.of(found, heard)
