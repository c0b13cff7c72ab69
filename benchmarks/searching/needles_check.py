"""Whether what was hidden in a library is found, where it is, and nothing that was not hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.searching.vectors import by_meaning
from pipeline.errors import NotFound
from pipeline.library import EVERYTHING, Library
from pipeline.search import By, Wanted, find

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.searching.library import Built, Hidden
    from benchmarks.searching.needles import Place
    from models.sentences import SentenceModel
    from pipeline.search import Hit

FIRST = 5  # hits among which what is meant must be
MOST = 100  # hits that are looked at for the others


@dataclass(frozen=True, slots=True)
class Checked:
    """How many places there are by kind of needle, and how many of them were found.

    `missed` and `invented` say of each that is wrong which query, and where. What is meant and not
    among the first is no fault of the index: it is counted in `unlike`.
    """

    places: dict[str, int]
    found: dict[str, int]
    missed: tuple[str, ...]
    invented: tuple[str, ...]
    unlike: tuple[str, ...]
    apart: float

    @property
    def wrong(self) -> bool:
        """Whether anything was missed or invented."""
        return bool(self.missed or self.invented)


def check(folder: Path, built: Built, model: SentenceModel | None) -> Checked:
    """Look for every needle of a library; for those by meaning only where there is a model."""
    sought = [each for each in built.needles if model or not each.meant]
    places, found = dict.fromkeys((n.kind for n in sought), 0), dict[str, int]()
    missed, invented, unlike, apart = list[str](), list[str](), list[str](), 0.0
    with Library(folder) as library:
        for needle in sought:
            hits = hits_for(library, needle, model)
            there = [each for each in needle.places if near(each, hits)]
            absent = [named(needle, each) for each in needle.places if each not in there]
            places[needle.kind] += len(needle.places)
            found[needle.kind] = found.get(needle.kind, 0) + len(there)
            if needle.meant:
                unlike += absent
                continue
            missed += absent
            invented += [named(needle, hit) for hit in hits if not at(hit, needle.places)]
            apart = max([apart, *(how_far(each, hits) for each in there)])
    return Checked(places, found, tuple(missed), tuple(invented), tuple(unlike), apart)


def hits_for(library: Library, needle: Hidden, model: SentenceModel | None) -> Sequence[Hit]:
    """Return what a needle's query finds; a name that nothing goes by finds nothing."""
    try:
        if not needle.meant:
            wanted = Wanted(limit=MOST, by=By.WORDS)
            return find(library, needle.query, EVERYTHING, wanted).hits
        wanted = Wanted(limit=FIRST, by=By.MEANING)
        meant = by_meaning(library, model)
        return find(library, needle.query, EVERYTHING, wanted, meant).hits
    except NotFound:
        return ()


def near(place: Place, hits: Sequence[Hit]) -> bool:
    """Tell whether a hit is where a needle is: in its recording, at its words."""
    return any(at(hit, [place]) for hit in hits)


def at(hit: Hit, places: Sequence[Place]) -> bool:
    """Tell whether a hit is at one of some places."""
    return any(
        hit.recording.id == place.recording and hit.start < place.end and place.start < hit.end
        for place in places
    )


def how_far(place: Place, hits: Sequence[Hit]) -> float:
    """Return by how many seconds the hit at a place begins or ends elsewhere."""
    return min(
        max(abs(hit.start - place.start), abs(hit.end - place.end))
        for hit in hits
        if at(hit, [place])
    )


def named(needle: Hidden, place: Place | Hit) -> str:
    """Return a needle and a place in words."""
    recording = place.recording if isinstance(place.recording, str) else place.recording.id
    return f"{needle.kind}: {needle.query} in {recording[:8]} at {place.start:.3f}"
