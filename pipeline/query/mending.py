"""Tokens without what cannot be meant: brackets are closed, operators without operands go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.query.tokens import Sign

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.query.tokens import Token

BETWEEN = {"AND", "OR", "NEAR"}
OPEN, CLOSE = "(", ")"


def mended(tokens: Iterable[Token]) -> tuple[list[Token], list[str]]:
    """Return tokens that can be read, and a note for each kind of thing that was mended."""
    balanced, notes = _balanced(tokens)
    kept: list[Token] = []
    for token in balanced:
        sign = token.text if isinstance(token, Sign) else ""
        if sign in BETWEEN or sign == CLOSE:
            notes += _unfinished(kept)
        if sign in BETWEEN and _opens(kept):
            notes.append(f"{sign} has nothing before it; it was passed over.")
        elif not (sign == "NOT" and _last(kept) == "NOT"):
            kept.append(token)
    notes += _unfinished(kept)
    return kept, list(dict.fromkeys(notes))


def _balanced(tokens: Iterable[Token]) -> tuple[list[Token], list[str]]:
    kept: list[Token] = []
    notes: list[str] = []
    depth = 0
    for token in tokens:
        sign = token.text if isinstance(token, Sign) else ""
        if sign == CLOSE and not depth:
            notes.append("A bracket closes nothing; it was passed over.")
            continue
        depth += (sign == OPEN) - (sign == CLOSE)
        kept.append(token)
    if depth:
        notes.append("A bracket is not closed; it was closed at the end.")
    return [*kept, *[Sign(CLOSE)] * depth], notes


def _unfinished(kept: list[Token]) -> list[str]:
    """Take away operators at the end, and return a note for each."""
    notes = []
    while (last := _last(kept)) in {*BETWEEN, "NOT"}:
        kept.pop()
        notes.append(f"{last} has nothing after it; it was passed over.")
    return notes


def _opens(kept: list[Token]) -> bool:
    """Tell whether nothing stands before the next token, in its brackets."""
    return not kept or _last(kept) == OPEN


def _last(kept: list[Token]) -> str:
    last = kept[-1] if kept else None
    return last.text if isinstance(last, Sign) else ""
