"""Whether what is meant is found in the interviews, and how long it takes in large libraries.

python -m benchmarks.meaning [--hours 10000] [--tried] [LIBRARY ...]

Each folder is a library of the interviews, heard in whatever way. A copy of it is embedded anew; it
itself is not written to. With --hours, passages between those of the interviews are made up, so
many, and searched in several ways. With --tried, other queries are asked: those to choose a way by.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.annotations import annotated
from benchmarks.figures import head, percentile, row
from benchmarks.meaning_pairs import PAIRS, UNSAID
from benchmarks.meaning_scale import ways
from benchmarks.meaning_tried import TRIED
from benchmarks.speech import SPEECH
from models.catalog import default_store, load_catalog, require
from models.engines import LocalEngines
from models.sentences import SENTENCES
from pipeline.meaning.embedding import embed_kept
from pipeline.meaning.nearness import nearest
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.meaning_scale import Way
    from models.sentences import SentenceModel
    from pipeline.library import Library
    from pipeline.meaning.nearness import Near

    Pair = tuple[str, str, tuple[int, ...]]

FIRST = 5  # hits of which one must be right
LOOKED_AT = 50
SHARED = 0.5  # of the shorter of a hit and a reference's turn that must be the same time
QUERIES = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with its hits, and the place of the first that is right, from 1; 0 where none is."""

    query: str
    hits: tuple[Near, ...]
    place: int


def asked(library: Library, model: SentenceModel, pairs: Sequence[Pair] = PAIRS) -> Iterator[Asked]:
    """Yield what becomes of each paraphrase."""
    calls = {each.id: each.path.name[:3] for each in library.recordings()}
    for query, call, turns in pairs:
        hits = nearest(library, model, query, limit=LOOKED_AT)
        meant = [span for place, span in enumerate(said_in(call)) if place in turns]
        right = (
            place
            for place, hit in enumerate(hits, start=1)
            if calls[hit.recording] == call and is_one_of(hit.mention, meant)
        )
        yield Asked(query, hits, next(right, 0))


def said_in(call: str) -> list[Span]:
    """Return when each turn of a reference is said."""
    path = SPEECH / "interviews" / f"{call}.turns.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    return [Span(turn["start"], turn["end"]) for turn in known]


def is_one_of(hit: Span, meant: Iterable[Span]) -> bool:
    """Tell whether a hit is the same time as one of some turns."""
    return any(hit.overlap(each) >= SHARED * min(hit.duration, each.duration) for each in meant)


def floor_lines(found: Sequence[Asked], unsaid: Sequence[float]) -> Iterator[str]:
    """Yield how like the right passages are, beside the likest where nothing is meant."""
    right = [each.hits[each.place - 1].likeness for each in found if 0 < each.place <= FIRST]
    yield head("likeness", "least", "1 in 10 below", "median", "most")
    for name, values in (("right hits", right), ("likest to what nobody says", unsaid)):
        figures = (min(values), percentile(values, 10), statistics.median(values), max(values))
        yield row(name, *(f"{each:.2f}" for each in figures))
    yield ""
    yield head("floor", "right hits kept", "queries about nothing with a hit")
    for floor in (0.2, 0.25, 0.3, 0.35, 0.4):
        kept, left = sum(each >= floor for each in right), sum(each >= floor for each in unsaid)
        yield row(f"{floor:.2f}", f"{kept} of {len(right)}", f"{left} of {len(unsaid)}")


def library_lines(folder: Path, model: SentenceModel, pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield how a library of the interviews does."""
    with (
        tempfile.TemporaryDirectory() as place,
        annotated(folder, Path(place) / "library", ()) as library,
    ):
        for recording in library.recordings():
            embed_kept(recording, library, LocalEngines())
        found = list(asked(library, model, pairs))
        unsaid = [nearest(library, model, each)[0].likeness for each in UNSAID]
    places = [each.place for each in found]
    share = sum(0 < place <= FIRST for place in places)
    mean = statistics.mean(1 / place if place else 0 for place in places)
    found_so = f"{share} of {len(places)} among the first {FIRST}"
    yield f"{folder.name}: {found_so}; mean of 1/place {mean:.2f}"
    yield ""
    yield from (
        f"- missed ({each.place or '-'}): {each.query}"
        for each in found
        if not 0 < each.place <= FIRST
    )
    yield ""
    yield from floor_lines(found, unsaid)
    yield ""


def way_line(way: Way) -> str:
    """Return one way as a row."""
    first, *others = (1000 * each for each in way.seconds)
    size = f"{way.size / 1e6:,.0f} MB" if way.size else "-"
    times = (f"{percentile(others, part):.0f}" for part in (50, 95))
    return row(way.name, f"{first:.0f}", *times, f"{100 * way.recall:.1f} %", size)


def texts() -> list[str]:
    """Return what is said in the references, sentence by sentence."""
    paths = sorted((SPEECH / "interviews").glob("*.turns.json"))
    turns = (
        turn["text"] for path in paths for turn in json.loads(path.read_text(encoding="utf-8"))
    )
    parts = (part.strip() for turn in turns for part in turn.replace("?", ".").split("."))
    return sorted({part for part in parts if len(part.split()) > 3})


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int)
    parser.add_argument("--tried", action="store_true")
    parser.add_argument("libraries", nargs="*", type=Path)
    options = parser.parse_args()
    catalog, store = load_catalog(), default_store()
    require(catalog.model(SENTENCES), store)
    model = LocalEngines().sentences
    assert model is not None
    for folder in options.libraries:
        print(
            "\n".join(library_lines(folder, model, TRIED if options.tried else PAIRS)), flush=True
        )
    if options.hours:
        base, queries = model.embed(texts()), model.embed([pair[0] for pair in PAIRS] * 2)
        queries = np.concatenate([queries[:QUERIES]])
        print(head("way", "first, ms", "p50, ms", "p95, ms", "of the nearest 10", "on disk"))
        with tempfile.TemporaryDirectory() as place:
            for way in ways(base, queries, options.hours, Path(place)):
                print(way_line(way), flush=True)


if __name__ == "__main__":
    main()
