"""Praat's TextGrid: a tier of turns and one of words for each speaker, then what was found in them.

It is in the long form, as UTF-8. Times are the words' own, as exact as they are kept.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipeline.export.tiers import tiers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.export.document import Document
    from pipeline.export.tiers import Tier

_NOTHING_SAID = "Speech"  # Praat opens no file without a tier


def write(document: Document) -> str:
    """Return a document as a TextGrid.

    Praat has no file of no length: one of nothing lasts a second.
    """
    tiers = tiers_of(document, float)
    end = max((tier.labels[-1].end for tier in tiers), default=0.0)
    end = max(end, document.duration) or 1.0
    written = [_tier(tier.name, _entries(tier), end) for tier in tiers]
    return "".join(_lines(_filled(written or [_tier(_NOTHING_SAID, [], end)], end)))


def _filled(tiers: list[dict[str, Any]], end: float) -> dict[str, Any]:
    """Return a grid with empty intervals wherever nothing is, as Praat wants them.

    praatio 6.2 puts a TextGrid's text together in one growing string: an hour's call took between
    0.1 and 9.5 s. Its JSON does not.
    """
    from praatio.utilities.textgrid_io import getTextgridAsStr

    grid = {"xmin": 0.0, "xmax": end, "tiers": tiers}
    filled: dict[str, Any] = json.loads(
        getTextgridAsStr(grid, "textgrid_json", includeBlankSpaces=True)
    )
    return filled


def _entries(tier: Tier) -> list[tuple[float, float, str]]:
    return [(label.start, label.end, label.text) for label in tier.labels]


def _tier(name: str, entries: list[tuple[float, float, str]], end: float) -> dict[str, Any]:
    """Return a tier as praatio takes it."""
    return {"class": "IntervalTier", "name": name, "xmin": 0.0, "xmax": end, "entries": entries}


def _lines(grid: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a file in the long form."""
    yield f'File type = "ooTextFile"\nObject class = "TextGrid"\n\n{_times(0, 0.0, grid["xmax"])}'
    yield f"tiers? <exists>\nsize = {len(grid['tiers'])}\nitem []:\n"
    for number, tier in enumerate(grid["tiers"], 1):
        yield f'    item [{number}]:\n        class = "{tier["class"]}"\n'
        yield f"        name = {_quoted(tier['name'])}\n{_times(8, tier['xmin'], tier['xmax'])}"
        yield f"        intervals: size = {len(tier['entries'])}\n"
        for place, (start, end, text) in enumerate(tier["entries"], 1):
            yield f"        intervals [{place}]:\n{_times(12, start, end)}"
            yield f"            text = {_quoted(text)}\n"


def _times(indent: int, start: float, end: float) -> str:
    return f"{'':{indent}}xmin = {start}\n{'':{indent}}xmax = {end}\n"


def _quoted(text: str) -> str:
    """Return text between quotes, those in it doubled."""
    return '"' + text.replace('"', '""') + '"'
