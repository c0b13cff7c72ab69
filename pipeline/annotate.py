"""Turns to annotations: entities, keyphrases and questions, each with its characters and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.entities.finding import Call, entities_of
from pipeline.entities.known import spellings
from pipeline.questions import find_questions
from pipeline.transcript import Annotation, Entity, Keyphrase, Mention, WordTimes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from models.findings import Findings, Found, RankedPhrase
    from models.language import LanguageModel
    from pipeline.entities.known import KnownName
    from pipeline.transcript import Turn


@dataclass(frozen=True, slots=True)
class AnnotateOptions:
    """What is known of a call beside its words: its language, names to look for, and its day.

    `recorded` is None where the day is not sure: dates that rest on it have no value then.
    """

    language: str = "en"
    known: tuple[KnownName, ...] = ()
    recorded: date | None = None


PLAIN = AnnotateOptions()


def annotate(
    turns: Sequence[Turn], model: LanguageModel, options: AnnotateOptions = PLAIN
) -> Annotation:
    """Find entities turn by turn, the keyphrases of the whole call, best first, and questions."""
    texts = [turn.text for turn in turns]
    times = [WordTimes.of(turn.words) for turn in turns]
    found = model.read(texts, spellings(options.known, texts))
    best = max((phrase.rank for phrase in found.phrases), default=1.0)
    return Annotation(
        _entities(found, Call(texts, options.language, options.recorded), times, options.known),
        tuple(_keyphrase(phrase, best, times) for phrase in found.phrases),
        find_questions(turns),
    )


def _entities(
    found: Findings, call: Call, times: Sequence[WordTimes], known: Sequence[KnownName]
) -> tuple[Entity, ...]:
    return tuple(
        Entity(
            call.written(each.found),
            each.found.label,
            mention_of(each.found, times),
            each.name,
            each.value,
        )
        for each in entities_of(call, found.known, found.entities, known)
    )


def _keyphrase(phrase: RankedPhrase, best: float, times: Sequence[WordTimes]) -> Keyphrase:
    mentions = tuple(mention_of(each, times) for each in phrase.mentions)
    return Keyphrase(phrase.phrase, round(phrase.rank / best, 4), mentions, phrase.lemma)


def mention_of(found: Found, times: Sequence[WordTimes]) -> Mention:
    """Return the time of characters of a turn; `times` are those of the words of every turn."""
    span = times[found.text].span_of(found.start, found.end)
    return Mention(span.start, span.end, found.text, found.start, found.end)
