"""Where what somebody marked in an edited text stands in the turn now (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.taking_back.found import Marked
from pipeline.taking_back.settling import folded_signs, matching_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.taking_back.places import Touched
    from pipeline.transcript import Turn


def marked_in(turn: Turn, text: str, touched: Iterable[Touched]) -> Iterator[Marked]:
    """Yield the passages of a turn that are marked in its text, as it was edited."""
    touched = [each for each in touched if text[each.start : each.end].strip()]
    if not touched:
        return
    blocks = matching_blocks(folded_signs(turn.text), folded_signs(text))
    for each in touched:
        start, end = _trimmed(text, each)
        first, last = _now(start, blocks), _now(end - 1, blocks)
        span = turn.span_of(min(first, len(turn.text) - 1), max(first, last) + 1)
        yield Marked(span.start, span.end, each.note)


def _trimmed(text: str, touched: Touched) -> tuple[int, int]:
    """Return where what is marked begins and ends, without white space around it."""
    said = text[touched.start : touched.end]
    start = touched.start + len(said) - len(said.lstrip())
    return start, start + len(said.strip())


def _now(place: int, blocks: Sequence[tuple[int, int, int]]) -> int:
    """Return the character of a turn that one of its edited text is, or stands in the place of."""
    nearest = 0
    for old, new, size in blocks:
        if new > place:
            break
        nearest = old + min(place - new, max(0, size - 1)) if size else nearest
    return nearest
