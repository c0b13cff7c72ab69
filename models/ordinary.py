"""English words that are also names: Will, May, Square, Notion. Which of them are names (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

SENTENCE_ENDS = frozenset({".", "?", "!", "...", "\u2026", "\u3002", "\uff1f", "\uff01"})
# What a dictionary has as a noun and nothing else, as it has acme, intercom and asana too, which
# nobody means when they say it.
_NOUNS = (
    "amazon amber apple april art august autumn bamboo baron basil bay bishop buck canon charity "
    "cliff coral crystal daisy dale dawn day dean destiny duke earl eve faith genesis ginger glen "
    "greenhouse guy harmony hazel heather hero holly honey iris ivy jade jasmine joy june king "
    "knight lily lotus march may melody monday office olive oracle paradise pearl pepper poppy "
    "prince quest rain reed river robin rosemary ruby saffron shell sky snowflake summer sunny "
    "victory violet week willow winter workday zenith notion"
)
NOUNS = frozenset(_NOUNS.split())
MONTHS = frozenset({"april", "august", "june", "march", "may"})
NAMED = frozenset({"PERSON", "ORG", "PRODUCT", "GPE", "LOC", "FAC", "WORK_OF_ART"})


def is_ordinary(word: str, others: Collection[str]) -> bool:
    """Tell whether a name is an English word, too; `others` are verbs, adjectives and adverbs."""
    small = word.lower()
    return any(each in NOUNS or each in others for each in (small, small.removesuffix("s")))


def is_meant(written: str, before: str | None, part: str, label: str) -> bool:
    """Tell whether a word that is also a name is the name where it stands.

    before : the word or mark before it, None at the beginning of a text. `part` is the part of
    speech and `label` the entity that a language model takes it for.
    """
    if written.islower() or (label == "DATE" and written.lower() in MONTHS):
        return False
    if before is not None and before not in SENTENCE_ENDS:
        return True
    # Any word has a capital letter here: "Will that work?", "Mark that down."
    return part == "PROPN" or (part == "NOUN" and label in NAMED)
