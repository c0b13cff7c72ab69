"""What the words of a query are, once read: terms, and how they are joined (pure values)."""

from __future__ import annotations

from dataclasses import dataclass

NEARBY = 10  # words between, at most, where a query does not say; also in FTS5


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a phrase, a beginning (`prefix`) or an amount, in all its forms, as typed first."""

    forms: tuple[str, ...]
    quoted: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Terms with at most `distance` words between them, in any order."""

    terms: tuple[tuple[Term, ...], ...]  # any one of each group
    distance: int = NEARBY


@dataclass(frozen=True, slots=True)
class Every:
    """Parts that must all be there."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Parts of which one must be there."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What must be there, and what must not."""

    wanted: Node
    unwanted: Node


Node = Term | Near | Every | Either | Without


def terms(node: Node | None) -> tuple[Term, ...]:
    """Return all terms of a query, in the order in which they are typed."""
    match node:
        case None:
            return ()
        case Term():
            return (node,)
        case Near():
            return tuple(term for group in node.terms for term in group)
        case Every() | Either():
            return tuple(term for part in node.parts for term in terms(part))
        case Without():
            return (*terms(node.wanted), *terms(node.unwanted))
