"""Turns to annotations: entities and keyphrases, each tied to its turn, characters and seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.transcript import Annotation, Entity, Keyphrase, Mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.language import Found, LanguageModel, RankedPhrase
    from pipeline.transcript import Turn


def annotate(turns: Sequence[Turn], model: LanguageModel) -> Annotation:
    """Find entities turn by turn, and the keyphrases of the whole call, best first."""
    texts = [turn.text for turn in turns]
    found = model.read(texts)
    entities = tuple(
        Entity(texts[each.text][each.start : each.end], each.label, mention_of(each, turns))
        for each in found.entities
    )
    best = max((phrase.rank for phrase in found.phrases), default=1.0)
    return Annotation(entities, tuple(_keyphrase(p, best, turns) for p in found.phrases))


def _keyphrase(phrase: RankedPhrase, best: float, turns: Sequence[Turn]) -> Keyphrase:
    mentions = tuple(mention_of(each, turns) for each in phrase.mentions)
    return Keyphrase(phrase.phrase, round(phrase.rank / best, 4), mentions)


def mention_of(found: Found, turns: Sequence[Turn]) -> Mention:
    """Return the time of characters of a turn."""
    span = turns[found.text].span_of(found.start, found.end)
    return Mention(span.start, span.end, found.text, found.start, found.end)
