"""Which bytes of a file are asked for by a header of HTTP (RFC 9110, section 14)."""

from __future__ import annotations

import re

# One range, as players ask for it; numbers no longer than any file is.
RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")


class Unsatisfiable(Exception):
    """No byte of the file is asked for."""


def asked_for(header: str | None, size: int) -> range | None:
    """Return the bytes of a file of some size that are asked for, None for all of it.

    What cannot be read and several ranges at once count as nothing asked, as the standard allows.
    Raises Unsatisfiable where the range lies behind the end.
    """
    match = RANGE.fullmatch("".join((header or "").split()).lower())
    if match is None:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        wanted = range(max(0, size - int(suffix)), size)
    elif last and int(last) < int(first):
        return None
    else:
        wanted = range(int(first), min(size, int(last) + 1) if last else size)
    if not wanted:
        raise Unsatisfiable(f"{header!r} of {size} bytes")
    return wanted
