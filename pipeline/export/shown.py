"""Text as a page or XML can have it, character for character, and which way it runs (pure)."""

from __future__ import annotations

import re
import unicodedata

# Ends of lines and pages, tabs, and what once parted records: a space to whoever reads on.
_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]")
# What XML 1.0 has no place for: control characters, halves of pairs.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# That and what no printer has: the other control characters, and what is no character.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_TO_THE_LEFT = {"R", "AL"}
_LETTERS = {"L", *_TO_THE_LEFT}


def shown(text: str) -> str:
    """Return text of the same length on one line, with a sign for what cannot be written."""
    return _UNPRINTABLE.sub(_REPLACEMENT, _BREAKS.sub(" ", text))


def writable(text: str) -> str:
    """Return text of the same length, with a sign in the place of what XML cannot hold."""
    return _UNWRITABLE.sub(_REPLACEMENT, text)


def runs_to_the_left(text: str) -> bool:
    """Tell whether text is read from the right, as its first letter tells."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in kinds if kind in _LETTERS), "L") in _TO_THE_LEFT
