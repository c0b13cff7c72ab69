"""Pieces of what was said, looked for in raw bytes: thousands at once, in one pass over a file.

A block is read as numbers of eight bytes, and four in a row are looked up in a table of those that
begin at each of the first eight bytes of a piece: wherever a piece of `PIECE` bytes lies, one of
these rows lies at a multiple of eight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

STEP, ROW = 8, 4  # bytes that are compared as one number; numbers that are looked up together
PIECE = 40  # bytes: some seven words as running text
SAME_BYTES = 8  # different bytes in a piece: fewer may be padding, which is everywhere
BLOCK = 1 << 24  # bytes that are read at once
TABLE_BITS = 22
FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: spreads numbers evenly
WORD = re.compile(rb"[A-Za-z]{9,}")
STEM = 7  # letters: what stemming leaves of a long word, at the least


@dataclass(slots=True)
class Pieces:
    """Pieces of `PIECE` bytes each, and shorter words, prepared for being looked for."""

    pieces: Sequence[bytes]
    words: Sequence[bytes] = ()
    _keys: Numbers = field(init=False)
    _owners: NDArray[np.intp] = field(init=False)
    _table: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        if any(len(piece) != PIECE for piece in self.pieces):
            raise ValueError(f"a piece has {PIECE} bytes")
        together = np.frombuffer(b"".join(self.pieces), np.uint8).reshape(-1, PIECE)
        starts = [together[:, shift : shift + ROW * STEP] for shift in range(STEP)]
        rows = np.ascontiguousarray(np.stack(starts, axis=1)).view(np.uint64)
        keys = _keys_of([rows[:, :, place] for place in range(ROW)]).ravel()
        order = np.argsort(keys, kind="stable")
        self._keys, self._owners = keys[order], order
        self._table = np.zeros(1 << TABLE_BITS, np.bool_)
        self._table[_places(keys)] = True

    @property
    def longest(self) -> int:
        """The bytes of the longest of all."""
        return max((PIECE, *map(len, self.words)))

    def found_in(self, block: bytes) -> set[bytes]:
        """Return which of them are in a block."""
        found = {word for word in self.words if word in block}
        return found.union(self._pieces_in(block))

    def _pieces_in(self, block: bytes) -> Iterator[bytes]:
        numbers = np.frombuffer(block, np.uint64, len(block) // STEP)
        rows = len(numbers) - ROW + 1
        if rows < 1:
            return
        keys = _keys_of([numbers[place : place + rows] for place in range(ROW)])
        likely = np.flatnonzero(self._table[_places(keys)])
        first = np.searchsorted(self._keys, keys[likely], "left")
        last = np.searchsorted(self._keys, keys[likely], "right")
        for at in np.flatnonzero(first < last):
            start = int(likely[at]) * STEP
            for owner in self._owners[first[at] : last[at]]:
                number, shift = divmod(int(owner), STEP)
                piece = self.pieces[number]
                if shift <= start and block.startswith(piece, start - shift):
                    yield piece


def _keys_of(columns: Sequence[Numbers]) -> Numbers:
    """Return one number for each row of several."""
    keys = columns[0] * FACTOR
    for column in columns[1:]:
        keys ^= column
        keys *= FACTOR
        keys ^= keys >> np.uint64(29)
    return keys


def _places(keys: Numbers) -> Numbers:
    return (keys * FACTOR) >> np.uint64(64 - TABLE_BITS)


def pieces_of(contents: Iterable[bytes], most: int) -> list[bytes]:
    """Return pieces that cover contents from end to end; of more than `most`, every n-th."""
    cut = {
        piece
        for content in contents
        for start in range(0, len(content) - PIECE + 1, PIECE)
        if len(set(piece := content[start : start + PIECE])) > SAME_BYTES
    }
    ordered = sorted(cut)
    return ordered[:: max(1, -(-len(ordered) // most))]


def rare_words(
    contents: Iterable[bytes], most: int, elsewhere: Callable[[str], bool]
) -> list[bytes]:
    """Return the beginnings of long words of contents that no other recording has.

    The index of words keeps them so: in small letters and without their endings. `elsewhere` tells
    whether a word that begins so is said anywhere else.
    """
    known = {word for content in contents for word in WORD.findall(content)}
    rare: list[bytes] = []
    for word in sorted(known, key=lambda each: (-len(each), each)):
        stem = word[: max(STEM, len(word) - 4)]
        if len(rare) >= most:
            break
        if not elsewhere(stem.decode("ascii").lower()):
            rare += sorted({stem, stem.lower()})
    return rare


def left_in(
    paths: Collection[Path], wanted: Pieces, told: Callable[[int], None]
) -> dict[Path, set[bytes]]:
    """Return what of some pieces is in files, by file; `told` gets the bytes read, as they are."""
    return {path: found for path in paths if (found := _found_in(path, wanted, told))}


def _found_in(path: Path, wanted: Pieces, told: Callable[[int], None]) -> set[bytes]:
    found: set[bytes] = set()
    with path.open("rb") as file:
        before = b""
        while block := file.read(BLOCK):
            found |= wanted.found_in(before + block)
            before = block[-wanted.longest :]
            told(len(block))
    return found


def found_among(contents: Iterable[bytes], wanted: Pieces) -> set[bytes]:
    """Return what of some pieces is in contents; none lies across two of them."""
    found: set[bytes] = set()
    together: list[bytes] = []
    size = 0
    for content in contents:
        together.append(content)
        size += len(content)
        if size > BLOCK:
            found |= wanted.found_in(b"\0".join(together))
            together, size = [], 0
    return found | wanted.found_in(b"\0".join(together))
