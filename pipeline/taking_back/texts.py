"""Files that were edited, as text: in the encodings that editors write."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 64 * 1024 * 1024  # bytes: the text of a thousand hours
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_in(path: Path) -> str:
    """Return the text of a file; raises UsageError where its encoding cannot be told."""
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UsageError(f"{path}: it is too large to be a transcript. Choose the edited file.")
    try:
        return decoded(data)
    except UnicodeError as error:
        raise UsageError(
            f"{path}: its letters cannot be told, as it is not UTF-8. Open it in the program that "
            'wrote it, choose "Save as" with the encoding UTF-8, and import that.'
        ) from error


def decoded(data: bytes) -> str:
    """Return text by the mark that it begins with, else as UTF-8; UTF-16 without one is told."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    if b"\0" in data:
        high = data[1:64:2].count(0) >= data[:64:2].count(0)
        return data.decode("utf-16-le" if high else "utf-16-be")
    return data.decode("utf-8")
