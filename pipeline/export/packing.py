"""Zip files that are the same bytes for the same contents: no times, no order but the one given."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

THEN = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can tell
# For whoever unpacks it: a file that all may read, and its owner write; told as Unix tells it.
UNIX, READABLE = 3, 0o644 << 16


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of contents by name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(member(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def member(name: str) -> zipfile.ZipInfo:
    """Return the entry of a file in a zip, alike at all times and on all systems."""
    entry = zipfile.ZipInfo(name, THEN)
    entry.create_system, entry.external_attr = UNIX, READABLE
    return entry


def repacked(archive: bytes) -> bytes:
    """Return a zip that a library wrote, without the time at which it did."""
    with zipfile.ZipFile(io.BytesIO(archive)) as written:
        return packed({each.filename: written.read(each) for each in written.infolist()})
