"""Ways to find the nearest of very many vectors: how long each takes, finds, and holds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.meaning_library import filled
from models.sentences import DIMENSIONS
from pipeline.library import Library
from pipeline.meaning.embedding import codes_of, rounded_of
from pipeline.meaning.nearness import SHORTLIST, Nearness
from tests.libraries import MADE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from models.sentences import Floats

    Search = Callable[[Floats], Sequence[int]]

FOUND = 10  # of which it is counted how many are right
BLOCK = 100_000  # vectors that are made at once
PASSAGES = 220  # of an hour: as many as there are of 10,000 words


@dataclass(frozen=True, slots=True)
class Way:
    """One way to search: seconds of each query, the part of the nearest found, bytes on disk."""

    name: str
    seconds: tuple[float, ...]
    recall: float
    size: int


class Given:
    """A model that has read its queries before: what is timed is the search."""

    made = MADE

    vector: Floats

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return the one vector."""
        return np.repeat(self.vector[np.newaxis], len(texts), axis=0)


def like_real(base: Floats, count: int, seed: int = 1) -> Iterator[Floats]:
    """Yield vectors by the block, each between two of real sentences, with noise."""
    draw = np.random.default_rng(seed)
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        first, second = base[draw.integers(len(base), size=(2, size))]
        share = draw.uniform(0.5, 1, (size, 1)).astype(np.float32)
        noise = draw.standard_normal((size, DIMENSIONS), np.float32) * 0.5 / DIMENSIONS**0.5
        mixed = share * first + (1 - share) * second + noise
        yield mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def ways(base: Floats, queries: Floats, hours: int, folder: Path) -> Iterator[Way]:
    """Yield how each way does on so many hours of talk."""
    vectors = np.concatenate(list(like_real(base, hours * PASSAGES)))
    right = [set(_exact(vectors, query)) for query in queries]
    yield measured("exact, float32 in memory", lambda q: _exact(vectors, q), queries, right)
    for kind, exactly in (("bit", codes_of), ("int8", rounded_of)):
        path = folder / f"{kind}.sqlite"
        file = _opened(path)
        _fill_vec(file, kind, vectors)
        search = (
            _bits_then_exact(file, vectors) if kind == "bit" else _by_vec(file, "int8", exactly)
        )
        found = measured(f"sqlite-vec, {kind}[{DIMENSIONS}]", search, queries, right)
        file.close()
        yield Way(found.name, found.seconds, found.recall, path.stat().st_size)
    filled(folder / "library", vectors, PASSAGES)
    with Library(folder / "library") as library:
        found = measured("relisten", _by_relisten(library), queries, right)
    size = (folder / "library" / "library.sqlite").stat().st_size
    yield Way(found.name, found.seconds, found.recall, size)


def measured(name: str, search: Search, queries: Floats, right: Sequence[set[int]]) -> Way:
    """Ask each query once; what a first one reads into memory is counted with it."""
    seconds, shares = [], []
    for query, wanted in zip(queries, right, strict=True):
        began = time.perf_counter()
        found = search(query)
        seconds.append(time.perf_counter() - began)
        shares.append(len(wanted & set(found)) / len(wanted))
    return Way(name, tuple(seconds), float(np.mean(shares)), 0)


def _exact(vectors: Floats, query: Floats) -> list[int]:
    likeness = vectors @ query
    return [int(each) for each in np.argpartition(-likeness, FOUND)[:FOUND]]


def _opened(path: Path) -> Any:
    import apsw  # Python's own sqlite3 often cannot load extensions
    import sqlite_vec

    file = apsw.Connection(str(path))
    file.enable_load_extension(True)
    file.load_extension(sqlite_vec.loadable_path())
    return file


def _fill_vec(file: Any, kind: str, vectors: Floats) -> None:
    metric = " distance_metric=cosine" if kind == "int8" else ""
    file.execute(f"CREATE VIRTUAL TABLE v USING vec0(e {kind}[{DIMENSIONS}]{metric})")
    blobs = codes_of(vectors) if kind == "bit" else rounded_of(vectors)
    with file:
        file.executemany(
            f"INSERT INTO v (rowid, e) VALUES (?, vec_{kind}(?))",
            ((number, blob.tobytes()) for number, blob in enumerate(blobs)),
        )


def _by_vec(file: Any, kind: str, written: Callable[[Floats], object]) -> Search:
    def search(query: Floats, count: int = FOUND) -> list[int]:
        blob = np.asarray(written(query[np.newaxis])).tobytes()
        asked = f"SELECT rowid FROM v WHERE e MATCH vec_{kind}(?) AND k = ?"
        return [row[0] for row in file.execute(asked, (blob, count))]

    return search


def _bits_then_exact(file: Any, vectors: Floats) -> Search:
    def search(query: Floats) -> list[int]:
        blob = codes_of(query[np.newaxis]).tobytes()
        asked = "SELECT rowid FROM v WHERE e MATCH vec_bit(?) AND k = ?"
        near = np.array([row[0] for row in file.execute(asked, (blob, SHORTLIST))])
        return [int(near[each]) for each in _exact(vectors[near], query)]

    return search


def _by_relisten(library: Library) -> Search:
    given = Given()
    near = Nearness(library, given)

    def search(query: Floats) -> list[int]:
        given.vector = query
        found = near.nearest("", limit=FOUND)
        return [int(each.recording, 16) * PASSAGES + each.mention.turn for each in found]

    return search
