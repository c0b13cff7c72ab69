"""Entities, keyphrases and questions to the columns of `schema.sql` and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.entities.names import key
from pipeline.library.rows import seconds
from pipeline.transcript import Answer, Entity, Keyphrase, Mention, Question

if TYPE_CHECKING:
    from collections.abc import Iterable
    from sqlite3 import Row


def from_mention(mention: Mention) -> tuple[Any, ...]:
    """Return the columns that say where something is mentioned."""
    start, end = seconds(mention.start), seconds(mention.end)
    return mention.turn, mention.start_char, mention.end_char, start, end


def to_mention(row: Row) -> Mention:
    """Return where the thing of a row is mentioned."""
    return Mention(row["start"], row["end"], row["turn"], row["start_char"], row["end_char"])


def from_entity(entity: Entity) -> tuple[Any, ...]:
    """Return the columns of `entity` after its position."""
    called = key(entity.name or entity.text)
    return (
        entity.text,
        entity.label,
        *from_mention(entity.mention),
        entity.name,
        called,
        entity.value,
    )


def to_entity(row: Row) -> Entity:
    """Return the entity of a row."""
    return Entity(row["text"], row["label"], to_mention(row), row["name"], row["value"])


def from_keyphrase(keyphrase: Keyphrase) -> tuple[Any, ...]:
    """Return the columns of `keyphrase` after its position."""
    return keyphrase.text, keyphrase.rank, keyphrase.lemma


def to_keyphrase(row: Row, mentions: Iterable[Mention]) -> Keyphrase:
    """Return the keyphrase of a row."""
    return Keyphrase(row["text"], row["rank"], tuple(mentions), row["lemma"])


def from_question(question: Question) -> tuple[Any, ...]:
    """Return the columns of `question` after its position."""
    answer = question.answer
    answered = (
        (answer.first, answer.last, seconds(answer.start), seconds(answer.end))
        if answer
        else (None,) * 4
    )
    return *from_mention(question.mention), int(question.open), *answered


def to_question(row: Row) -> Question:
    """Return the question of a row."""
    answer = (
        None
        if row["answer_first"] is None
        else Answer(row["answer_start"], row["answer_end"], row["answer_first"], row["answer_last"])
    )
    return Question(to_mention(row), bool(row["open"]), answer)
