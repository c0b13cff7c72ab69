"""Mended tokens to a tree: OR binds loosest, then AND (also unwritten), then NOT, then NEAR."""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.query.asked import Field
from pipeline.query.fields import opposite
from pipeline.query.tokens import Sign, shown
from pipeline.query.tree import Either, Every, Near, Node, Term, Without, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.query.tokens import Token

DEEPEST = 12  # brackets in brackets; FTS5's parser (SQLite 3.40) gives up at some thirty


class Parser:
    """Reads tokens by recursive descent, collects fields, and notes what is not as it is typed."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        self.fields: list[Field] = []
        self.notes: list[str] = []
        self._tokens = deque(tokens)
        self._depth = 0
        self._negated = False

    def either(self) -> Node | None:
        """Return what the words of a query are; None where there are none."""
        known = len(self.fields)
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        filled = tuple(part for part in parts if part)
        beside = self.fields[known:]
        if len(parts) > 1 and beside and (filled or len({each.name for each in beside}) > 1):
            self._note(beside[0])
        return Either(filled) if len(filled) > 1 else next(iter(filled), None)

    def _both(self) -> Node | None:
        wanted: list[Node | None] = []
        unwanted: list[Node | None] = []
        while self._tokens and not self._at("OR", ")"):
            if self._take("AND"):
                continue
            if self._take("NOT"):
                unwanted.append(self._negative())
            else:
                wanted.append(self._near())
        return _without(_every(wanted), [part for part in unwanted if part])

    def _negative(self) -> Node | None:
        """Read what must not be there; a field in it must not hold."""
        known = len(self.fields)
        self._negated = not self._negated
        part = self._near()
        self._negated = not self._negated
        if part and len(self.fields) > known:
            self._note(self.fields[known])
        return part

    def _near(self) -> Node | None:
        """Read a thing, or several with NEAR between."""
        parts = [self._one()]
        distance = 0
        while self._at("NEAR"):
            sign = self._tokens.popleft()
            distance = max(distance, sign.distance) if isinstance(sign, Sign) else distance
            parts.append(self._one())
        if len(parts) == 1:
            return parts[0]
        groups = [_alternatives(part) for part in parts]
        if all(groups):
            return Near(tuple(groups), distance)
        self.notes.append("NEAR joins words and phrases; here it was read as AND.")
        return _every(parts)

    def _one(self) -> Node | None:
        if self._take("("):
            return self._bracketed()
        token = self._tokens.popleft() if self._tokens else None
        if isinstance(token, Field):
            self.fields.append(opposite(token) if self._negated else token)
        return token if isinstance(token, Term | Near) else None

    def _bracketed(self) -> Node | None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise UsageError(
                f"the query has brackets in brackets, more than {DEEPEST} deep. Use fewer."
            )
        inner = self.either()
        self._take(")")
        self._depth -= 1
        return inner

    def _at(self, *signs: str) -> bool:
        token = self._tokens[0] if self._tokens else None
        return isinstance(token, Sign) and token.text in signs

    def _take(self, sign: str) -> bool:
        if self._at(sign):
            self._tokens.popleft()
            return True
        return False

    def _note(self, field: Field) -> None:
        self.notes.append(
            f"{field.name}: holds for the whole query, wherever it stands; "
            "it cannot be one side of OR, or part of what is left out."
        )


def _every(parts: Sequence[Node | None]) -> Node | None:
    filled = tuple(part for part in parts if part)
    return Every(filled) if len(filled) > 1 else next(iter(filled), None)


def _without(wanted: Node | None, unwanted: Sequence[Node]) -> Node | None:
    if not unwanted:
        return wanted
    if wanted is None:
        named = chain.from_iterable(terms(part) for part in unwanted)
        left_out = ", ".join(f'"{shown(term.forms[0])}"' for term in list(named)[:3])
        raise UsageError(
            f"the query only says what to leave out ({left_out}). "
            "Say also what to look for, as in: price NOT discount"
        )
    return Without(wanted, Either(tuple(unwanted)) if len(unwanted) > 1 else unwanted[0])


def _alternatives(node: Node | None) -> tuple[Term, ...]:
    """Return the terms of which any may stand at one side of NEAR; none where that cannot be."""
    if isinstance(node, Term):
        return (node,)
    if isinstance(node, Either) and all(isinstance(part, Term) for part in node.parts):
        return terms(node)
    return ()
