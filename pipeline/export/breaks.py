"""Where running text may be broken into lines and cues, and how good a place that is.

Knows punctuation and scripts, and no times but those of the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from pipeline.export.document import one_line
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.transcript import Word

_CLOSING = "\"'”’»)]}」』）】〉》"
_SENTENCE_ENDS = tuple(".!?…。！？｡؟۔।։።")
_CLAUSE_ENDS = tuple(",;:–—，、；：､،؛፣")
_TITLES = frozenset({"dr.", "mr.", "mrs.", "ms.", "prof.", "st."})

_FIRST_FULL_WIDTH = "\u1100"  # no character that Unicode has before it takes two columns

# Blocks of the scripts that write words without spaces, first and last code point: Thai and Lao,
# Myanmar, Khmer, then CJK from its punctuation over kana to ideographs, and its later planes.
_UNSPACED_SCRIPTS = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3000, 0x312F),
    (0x31F0, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF65, 0xFF9F),
    (0x20000, 0x3FFFF),
)


class Stop(Enum):
    """What ends with a piece of text."""

    SENTENCE = auto()
    CLAUSE = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Piece(Span):
    """Text that no break parts, and when it is said; `spaced` as in a word."""

    text: str
    spaced: bool


def to_pieces(words: Iterable[Word], longest: int) -> tuple[Piece, ...]:
    """Join the words between which no line may break, as long as they fit a line.

    Words of which one seems to start before its predecessor start with it: text keeps its order.
    """
    pieces: list[Piece] = []
    for word in words:
        text = one_line(word.text)
        earliest = pieces[-1].start if pieces else 0.0
        piece = Piece(max(word.start, earliest), max(word.end, earliest), text, word.spaced)
        if pieces and _hold_together(pieces[-1], piece, longest):
            before = pieces.pop()
            end = max(before.end, piece.end)
            piece = Piece(before.start, end, before.text + text, before.spaced)
        pieces.append(piece)
    return tuple(pieces)


def join_pieces(pieces: Iterable[Piece]) -> str:
    """Return the running text of pieces."""
    return "".join((" " if piece.spaced else "") + piece.text for piece in pieces).lstrip(" ")


def width(text: str) -> int:
    """Return how many columns text takes: two for a full-width character, else one."""
    if text.isascii() or max(text, default="") < _FIRST_FULL_WIDTH:
        return len(text)
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


def stop_after(text: str, following: str) -> Stop:
    """Tell what ends with a text that another follows."""
    bare = text.rstrip(_CLOSING) or text
    if bare.endswith(_CLAUSE_ENDS):
        return Stop.CLAUSE
    if not bare.endswith(_SENTENCE_ENDS) or following[:1].islower():
        return Stop.NOTHING
    last = bare.rpartition(" ")[2].lower()
    initial = len(last) == 2 and last[0].isalpha() and last[1] == "." and last[0].isascii()
    return Stop.NOTHING if initial or last in _TITLES else Stop.SENTENCE


def _hold_together(before: Piece, after: Piece, longest: int) -> bool:
    """Tell whether a break between two pieces would part a word, or punctuation from its word.

    Between words that no space parts, a line breaks only where their script has no spaces.
    """
    if after.spaced or width(before.text) + width(after.text) > longest:
        return False
    last, first = before.text[-1], after.text[0]
    if category(last) in {"Ps", "Pi"} or category(first) in {"Pe", "Pf", "Po"}:
        return True
    return not (_is_unspaced(last) or _is_unspaced(first))


def _is_unspaced(character: str) -> bool:
    """Tell whether a character belongs to a script that writes no spaces between words."""
    return any(first <= ord(character) <= last for first, last in _UNSPACED_SCRIPTS)
