"""Some of a text around what is to be seen of it (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTEXT = 60  # characters on each side of a snippet's first match
OPENING = 160  # characters of a text in which nothing is marked


def snippet(
    text: str, ranges: Sequence[tuple[int, int]], chosen: int = 0, context: int = CONTEXT
) -> str:
    """Return the text around the chosen range, all ranges in it between ** marks.

    It is cut between words, and "..." stands where it is cut.
    """
    first, last = ranges[chosen]
    start, end = max(0, first - context), min(len(text), last + context)
    if start:
        start = text.find(" ", start - 1, first) + 1 or first
    if end < len(text):
        end = max(text.rfind(" ", last, end + 1), last)
    shown, place = "", start
    for left, right in ranges:
        if start <= left and right <= end:
            shown += f"{text[place:left]}**{text[left:right]}**"
            place = right
    return ("... " if start else "") + shown + text[place:end] + (" ..." if end < len(text) else "")


def opening(text: str, ranges: Sequence[tuple[int, int]] = (), longest: int = OPENING) -> str:
    """Return how a text, or its first range, begins: nothing marked, cut between words."""
    start, end = ranges[0] if ranges else (0, len(text))
    last = min(end, start + longest)
    if last < end:
        last = max(text.rfind(" ", start, last + 1), start) or last
    return ("... " if start else "") + text[start:last] + (" ..." if last < len(text) else "")
