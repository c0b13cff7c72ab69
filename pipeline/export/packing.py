"""Zip files that are the same bytes for the same contents: no times, no order but the one given."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

THEN = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can tell
READABLE = 0o644 << 16  # for whoever unpacks it: a file that its owner may write


def packed(parts: Mapping[str, bytes], *, stored: Collection[str] = ()) -> bytes:
    """Return a zip of contents by name; those named in `stored` are not made smaller."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, THEN)
            entry.external_attr = READABLE
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, kind)
    return made.getvalue()


def repacked(archive: bytes) -> bytes:
    """Return a zip that a library wrote, without the time at which it did."""
    with zipfile.ZipFile(io.BytesIO(archive)) as written:
        return packed({each.filename: written.read(each) for each in written.infolist()})
