"""How a query was understood, as one line for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.printable import printable
from pipeline.query.tree import Either, Every, Near, Node, Term, Without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.query.asked import Field

SAYINGS = {
    "speaker": "said by {}",
    "role": "said by the {}",
    "project": "in project {}",
    "tag": "tagged {}",
    "participant": "with {} taking part",
    "entity": "naming {}",
    "in": "in recording {}",
    "after": "since {}",
    "before": "up to {}",
    "is": "in {}",
}
JOINTS = {"and", "or", "not", "near"}  # words that are looked for, among those that join them
LONGEST = 400  # characters of the words


def understood(node: Node | None, fields: Sequence[Field]) -> str:
    """Return a query in words: first what is looked for, then where."""
    words = _said(node) if node else "everything that is said"
    cut = words if len(words) <= LONGEST else f"{words[:LONGEST]} ..."
    return printable("; ".join([cut, *_conditions(fields)]))


def _said(node: Node) -> str:
    match node:
        case Term():
            return _term(node)
        case Near():
            groups = [_any(group) for group in node.terms]
            return f"{' near '.join(groups)} (at most {node.distance} words between)"
        case Every():
            return " and ".join(_within(part, Either, Without) for part in node.parts)
        case Either():
            return " or ".join(_within(part, Every, Without) for part in node.parts)
        case Without():
            wanted = _within(node.wanted, Either)
            return f"{wanted}, not {_within(node.unwanted, Every, Either, Without)}"


def _within(node: Node, *looser: type[Node]) -> str:
    said = _said(node)
    return f"({said})" if isinstance(node, looser) else said


def _term(term: Term) -> str:
    typed = term.forms[0]
    if term.prefix:
        return f'"{typed}*"' if term.quoted else f"{typed}*"
    in_marks = term.quoted or " " in typed or typed in JOINTS
    named = f'"{typed}"' if in_marks else typed
    return f"{named} (however it is said or written)" if len(term.forms) > 2 else named


def _any(terms: Sequence[Term]) -> str:
    said = " or ".join(_term(each) for each in terms)
    return f"({said})" if len(terms) > 1 else said


def _conditions(fields: Sequence[Field]) -> list[str]:
    """Return what fields ask for: of those with one name any may hold, of those without none."""
    alike: dict[tuple[str, bool], list[str]] = {}
    for field in fields:
        value = f"{field.value}s" if field.name == "is" else field.value
        alike.setdefault((field.name, field.without), []).append(value)
    return [
        ("not " if without else "") + SAYINGS[name].format(" or ".join(values))
        for (name, without), values in alike.items()
    ]
