"""A query's tree as a valid expression of FTS5: all that is typed stands there in quotes."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING

from pipeline.query.tree import Either, Every, Near, Node, Term, Without

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PAIRS = 64  # ways in which things may be near each other: FTS5's NEAR knows no OR
# What the index's stemmer takes off a word, so that the word is kept under less than a prefix
# of it: "negotiat*" must find "negotiation", which is kept as "negoti". Of the 31,711 beginnings of
# 6,000 English words, from three letters on, 9 % miss their word without this, one with it.
ENDINGS = tuple(
    ending
    for endings in (
        "ability ably ically ical ally ance ances ant ation ational ations ative ator ed ely",
        "ement ence ency ent ently er fully fulness ibility ible icate ics ies ing ingly ion",
        "ional ism ities ity ive iveness ivity ization izations izing ment ness ous ously ousness",
    )
    for ending in endings.split()
)


# Ends that the stemmer takes off or changes where they end a prefix, too: "ins*" is looked for as
# "in*", which finds "include". Of 4,000 beginnings over 48,523 words, ten finds in a hundred are
# not meant; without `_unstemmed` 37 are, and none is missed either way.
STEMMED = tuple(
    ending
    for endings in (
        "s ed ing y e ll tional izer alism ness ful ical ization ator abl abli alli entli eli",
        "ousli enci anci aliti iviti biliti iciti iti al ance ence er ic able ible ant ement ment",
        "ent ion ou ous ism ate ative icate alize ive ize",
    )
    for ending in endings.split()
)


def expression(node: Node) -> str:
    """Return a tree in FTS5's language."""
    match node:
        case Term():
            return joined(_phrases(node), " OR ")
        case Near():
            return _near(node)
        case Every():
            return joined([expression(part) for part in node.parts], " AND ")
        case Either():
            return joined([expression(part) for part in node.parts], " OR ")
        case Without():
            return joined([expression(node.wanted), expression(node.unwanted)], " NOT ")


def quoted(text: str) -> str:
    """Return words as one FTS5 phrase."""
    return '"' + text.replace('"', '""') + '"'


def completions(beginning: str) -> list[str]:
    """Return what to add to a prefix to find words that are indexed under less than it, or other.

    Each is the rest of an FTS5 phrase: a word's end and the closing quote, and a star if need be.
    """
    rests = {
        ending[overlap:] + '"'
        for ending in ENDINGS
        for overlap in range(1, len(ending))
        if beginning.endswith(ending[:overlap]) and beginning[:-overlap][-1:].isalpha()
    }
    if beginning[-2:-1] == beginning[-1:]:  # "shipp*" must find "shipped", kept as "ship"
        rests.add('ed"')
    kept = _unstemmed(beginning)
    return ['"', f'{kept}"*', *sorted(rests)] if kept else ['"*', *sorted(rests)]


def joined(parts: Sequence[str], operator: str) -> str:
    """Return parts with an operator between, in brackets where there are several."""
    return f"({operator.join(parts)})" if len(parts) > 1 else "".join(parts)


def _unstemmed(beginning: str) -> str:
    """Return what to add to a prefix so that the stemmer gives back just this prefix.

    It takes away one ending of each kind, and "e" and "ness" are of the last kinds: "inse" comes
    out as "ins". Which of them it takes away goes by the sounds before it, as Porter counts them.
    """
    last = beginning.rsplit(maxsplit=1)[-1]
    if not last.endswith(STEMMED) or (last.endswith("ss") and not last.endswith("ness")):
        return ""
    sounds = ""
    for letter in last:
        open_y = letter == "y" and sounds.endswith("c")
        sounds += "v" if letter in "aeiou" or open_y else "c"
    syllables = sounds.count("vc")
    short = syllables == 1 and sounds.endswith("cvc") and last[-1] not in "wxy"
    return "" if not syllables else "ness" if short else "e"


def _phrases(term: Term) -> list[str]:
    if not term.prefix:
        return [quoted(form) for form in term.forms]
    phrase = quoted(term.forms[0])[:-1]
    rests = completions(term.forms[0].lower())
    return list(dict.fromkeys(phrase + rest for rest in rests))


def _near(near: Near) -> str:
    sides = [[phrase for term in group for phrase in _phrases(term)] for group in near.terms]
    while prod(map(len, sides)) > MOST_PAIRS:
        max(sides, key=len).pop()  # the form that is least usual
    pairs = product(*sides)
    return joined([f"NEAR({' '.join(pair)}, {near.distance})" for pair in pairs], " OR ")
