"""What a language model finds in texts, by text and characters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """Characters [start, end) of text number `text`, with a label."""

    text: int
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name that is looked for, as it is written; its label is "" where it is not known."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class RankedPhrase:
    """A phrase that texts are about: its rank (any scale, higher first) and where it stands.

    `lemma` is its words as a dictionary has them, folded: forms of one phrase have it in common.
    """

    phrase: str
    rank: float
    mentions: tuple[Found, ...]
    lemma: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a language model found in texts; `known` are the names that it was told to look for."""

    entities: tuple[Found, ...]
    phrases: tuple[RankedPhrase, ...]
    known: tuple[Found, ...] = ()
