"""What is typed to a query: cut, mended, read, and written as FTS5 has it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.query.asked import Field, Query
from pipeline.query.expressions import expression
from pipeline.query.fields import strictest
from pipeline.query.mending import mended
from pipeline.query.parsing import Parser
from pipeline.query.tokens import MOST_WORDS, in_all_forms, shown, tokens
from pipeline.query.tree import Term, terms
from pipeline.query.understanding import understood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.query.tokens import Token


def parse(text: str) -> Query:
    """Return what is asked for by what is typed, whatever that is.

    Raises UsageError where there is nothing to look for, or only what to leave out, where
    brackets are nested too deep, or a date is none.
    """
    cut = tokens(text)
    kept, notes = mended(cut.found)
    parser = Parser(kept)
    tree = parser.either()
    fields = strictest(parser.fields)
    if tree is None and not fields:
        raise _nothing(text)
    plain = _plain(kept)
    kinds = _kinds(terms(tree))
    return Query(
        text=text,
        expression=expression(tree) if tree else "",
        phrase=_phrase(plain),
        wanted=tuple(dict.fromkeys(each for kind in kinds for each in kind)),
        fields=fields,
        plain=" ".join(term.forms[0] for term in plain),
        understood=understood(tree, fields),
        notes=tuple(dict.fromkeys([*cut.notes, *notes, *parser.notes])),
        kinds=kinds,
    )


def folded(text: str) -> str:
    """Return a text's letters and digits without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if character.isalnum())


def _plain(kept: Sequence[Token]) -> tuple[Term, ...]:
    """Return the words of a query that is nothing but words and fields."""
    found = tuple(each for each in kept if isinstance(each, Term))
    typed_so = any(term.quoted or term.prefix for term in found)
    signs = any(not isinstance(each, Term) and not isinstance(each, Field) for each in kept)
    return () if typed_so or signs else found


def _phrase(plain: Sequence[Term]) -> str:
    """Return the phrase that plain words make.

    A shell takes the quotes off "too expensive", and who types two words mostly means the phrase.
    """
    if len(plain) < 2:
        return ""
    words = " ".join(term.forms[0] for term in plain).split()[:MOST_WORDS]
    return expression(in_all_forms(Term((" ".join(words),))))


def _kinds(found: Sequence[Term]) -> tuple[tuple[str, ...], ...]:
    kinds = (tuple(dict.fromkeys(filter(None, map(folded, term.forms)))) for term in found)
    return tuple(dict.fromkeys(kind for kind in kinds if kind))


def _nothing(text: str) -> UsageError:
    example = 'Name a word or a "phrase" to look for, as in: relisten search "too expensive"'
    return UsageError(f"there is no word to look for in {shown(text)!r}. {example}")
