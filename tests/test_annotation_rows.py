"""Entities, keyphrases and questions to columns and back."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.library import annotation_rows as rows
from pipeline.transcript import Answer, Entity, Keyphrase, Mention, Question

MENTION = Mention(1.5, 2.0, 3, 10, 14)
PLACE = "turn start_char end_char start end"
ASKED = f"{PLACE} open answer_first answer_last answer_start answer_end"


def row(names: str, values: tuple[Any, ...]) -> Any:
    """Return values by the names of their columns, as a row of SQLite gives them."""
    return dict(zip(names.split(), values, strict=True))


def test_a_mention_comes_back() -> None:
    assert rows.to_mention(row(PLACE, rows.from_mention(MENTION))) == MENTION


@pytest.mark.parametrize(
    ("entity", "called"),
    [
        (Entity("Acme", "ORG", MENTION), "acme"),
        (Entity("Zoë", "PERSON", MENTION, "Zoë Brown"), "zoe brown"),
        (Entity("$450", "MONEY", MENTION, value="USD 450"), "$450"),
    ],
)
def test_an_entity_comes_back_and_is_filed_under_its_name(entity: Entity, called: str) -> None:
    kept = row(f"text label {PLACE} name folded value", rows.from_entity(entity))
    assert rows.to_entity(kept) == entity
    assert kept["folded"] == called


def test_a_keyphrase_comes_back_with_its_mentions() -> None:
    phrase = Keyphrase("prices", 0.5, (MENTION,), "price")
    kept = row("text rank lemma", rows.from_keyphrase(phrase))
    assert rows.to_keyphrase(kept, [MENTION]) == phrase


@pytest.mark.parametrize("answer", [None, Answer(2.25, 9.5, 4, 6)])
def test_a_question_comes_back_with_its_answer(answer: Answer | None) -> None:
    question = Question(MENTION, open=True, answer=answer)
    assert rows.to_question(row(ASKED, rows.from_question(question))) == question
