"""Written words taken apart into what is compared of them, without case and marks (pure).

An atom is a word's letters and digits (with the apostrophes and points within: "don't", "2.50"), a
sign ("$"), or one character of a script that is written without spaces. A possessive "s" is an
atom of its own, so that "Acme's" has "Acme" in it; so is each part of "Acme-based".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

APOSTROPHES = "'\u2019"
SIGNS = "%&#@\u00b0\u00a7"  # as much said as "$" is, though Unicode takes them for punctuation
# Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, kana and Han.
RUN_ON = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF)),
    *((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)),
)
# Over one letter for each character, by `_kind`.
_ATOM = re.compile(r"[wd]+(?:'[wd]+|(?<=d)\.(?=d)[wd]+)*|[cs]")
_KINDS = {"L": "w", "M": "w", "N": "d", "S": "s"}  # by the first letter of Unicode's category


@dataclass(frozen=True, slots=True)
class Atom:
    """What of a text is compared as one: its characters [start, end), folded."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=1 << 15)
def atoms_of(text: str) -> tuple[Atom, ...]:
    """Return the atoms of a text, in order; none where it has marks alone."""
    shape = "".join(map(_kind, text))
    return tuple(
        Atom(_folded(text[start:end]), start, end)
        for match in _ATOM.finditer(shape)
        for start, end in _without_possessive(text, match.start(), match.end())
    )


def _without_possessive(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    possessive = end - start > 2 and text[end - 2] in APOSTROPHES and text[end - 1] in "sS"
    yield (start, end - 2) if possessive else (start, end)
    if possessive:
        yield end - 1, end


@lru_cache(maxsize=1 << 12)
def _kind(character: str) -> str:
    """Return w for a letter, d a digit, c a run-on script's, s a sign, ' and . as they are."""
    if character in APOSTROPHES:
        return "'"
    if character in ".,:":
        return "."
    if character in SIGNS:
        return "s"
    category = unicodedata.category(character)
    if category[0] in "LMN" and is_run_on(character):
        return "c"
    return " " if category == "Sk" else _KINDS.get(category[0], " ")


def is_run_on(character: str) -> bool:
    """Tell whether a character is of a script that is written without spaces."""
    return any(first <= ord(character) <= last for first, last in RUN_ON)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain.replace("\u2019", "'")


def folded(text: str) -> tuple[str, ...]:
    """Return what is compared of a text."""
    return tuple(atom.folded for atom in atoms_of(text))


def is_mark(text: str) -> bool:
    """Tell whether a text, if any, has marks alone."""
    return not atoms_of(text)


def bare(text: str) -> str:
    """Return a text without the marks around it."""
    atoms = atoms_of(text)
    return text[atoms[0].start : atoms[-1].end] if atoms else ""


def pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the words of a text, each with whether a space stands before it.

    In scripts without spaces each character is a piece, with the marks that follow it.
    """
    found: list[tuple[str, bool]] = []
    for chunk in text.split():
        cuts = _cuts(chunk)
        ends = [*cuts[1:], len(chunk)]
        for cut, end in zip(cuts, ends, strict=True):
            found.append((chunk[cut:end], cut == 0))
    return tuple(found)


def _cuts(chunk: str) -> list[int]:
    """Return where the pieces of a text without spaces begin."""
    atoms = atoms_of(chunk)
    return [
        0,
        *(
            after.start
            for before, after in pairwise(atoms)
            if is_run_on(chunk[before.start]) or is_run_on(chunk[after.start])
        ),
    ]


def occurrences(wanted: Sequence[str], text: Sequence[str]) -> Iterator[int]:
    """Yield where folded atoms stand one after another in others."""
    length = len(wanted)
    if length:
        for place in range(len(text) - length + 1):
            if text[place] == wanted[0] and tuple(text[place : place + length]) == tuple(wanted):
                yield place
