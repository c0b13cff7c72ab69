"""Text of others as a terminal may have it: no name of a file moves the cursor, or ends a line."""

from __future__ import annotations

import unicodedata

# Control characters, halves of pairs that stand for what is no Unicode, marks that turn the
# direction of what follows, and what ends a line or a paragraph.
ACTING = frozenset({"Cc", "Cs", "Cf", "Zl", "Zp"})
JOINING = "\u200c\u200d"  # without which Persian and some emoji fall apart


def printable(text: str) -> str:
    """Return a text in which what is not to be printed stands as `ascii` writes it."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(ascii(each)[1:-1] if _acts(each) else each for each in text)


def _acts(character: str) -> bool:
    return unicodedata.category(character) in ACTING and character not in JOINING
