"""A library that has what passages mean, and next to nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.library import Library
from pipeline.meaning.embedding import codes_of, rounded_of
from pipeline.meaning.passages import Meaning, Passage
from pipeline.transcript import Turn, Word
from tests.libraries import MADE, recording

if TYPE_CHECKING:
    from pathlib import Path

    from models.sentences import Floats


def filled(folder: Path, vectors: Floats, passages: int) -> None:
    """Fill a library with recordings of so many passages, each a turn of one word."""
    with Library(folder, create=True) as library:
        for number, start in enumerate(range(0, len(vectors), passages)):
            some = vectors[start : start + passages]
            _put(library, f"{number:064x}", some)


def _put(library: Library, identity: str, vectors: Floats) -> None:
    """Put a recording in, with a turn for each passage."""
    library.put(recording(identity))
    turns = [Turn.of("Ann", [Word(place, place, "x")]) for place in range(len(vectors))]
    library.store_turns(identity, turns, MADE)
    cut = tuple(Passage(place, 0, 1) for place in range(len(vectors)))
    codes, rounded = codes_of(vectors).tobytes(), rounded_of(vectors).tobytes()
    library.store_meaning(identity, Meaning(MADE.digest, codes, cut, rounded), MADE)
