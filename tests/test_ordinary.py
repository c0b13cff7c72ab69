"""Words that are also names: only those that are meant as names are found."""

from __future__ import annotations

import pytest

from models.findings import Spelling
from models.ordinary import is_meant, is_ordinary

OTHERS = frozenset({"will", "mark", "square", "slack"})


@pytest.mark.parametrize("word", ["Will", "will", "bills", "Squares", "notion", "May", "Apples"])
def test_a_word_in_any_form_is_a_word(word: str) -> None:
    assert is_ordinary(word, OTHERS | {"bill"})


@pytest.mark.parametrize("word", ["Quickcrate", "acme", "Asana", "Nora"])
def test_what_is_only_a_name_is_no_word(word: str) -> None:
    assert not is_ordinary(word, OTHERS)


@pytest.mark.parametrize(
    ("written", "before", "part", "label", "expected"),
    [
        ("will", "We", "AUX", "", False),
        ("slack", "no", "NOUN", "ORG", False),
        ("Will", None, "AUX", "", False),  # "Will that work?"
        ("Mark", ".", "VERB", "PERSON", False),  # "Mark that down."
        ("Notion", "?", "NOUN", "", False),
        ("Target", ".", "NOUN", "ORG", True),  # "Target is cheaper."
        ("Grace", None, "PROPN", "", True),
        ("Will", "so", "AUX", "", True),
        ("May", "in", "PROPN", "DATE", False),
        ("May", "asked", "PROPN", "PERSON", True),
        ("Square", "use", "NOUN", "DATE", True),
    ],
)
def test_a_word_is_a_name_with_a_capital_letter_of_its_own(
    written: str, before: str | None, part: str, label: str, expected: bool
) -> None:
    assert is_meant(written, before, part, label) is expected


@pytest.mark.model
def test_listed_names_that_are_words_are_found_where_they_are_meant() -> None:
    from models.engines import LocalEngines

    model = LocalEngines().language_model("en")
    assert model is not None
    texts = [
        "We will pay the bill in May, and square it. I hope so.",
        "Will that work? Hope that helps. Mark that down. Slack off a bit.",
        "There is slack in the target. I had no notion of it.",
        "Thanks, Will. I asked Mark, and we use Square and Notion and quickcrate.",
    ]
    names = ("Will", "Bill", "May", "Mark", "Hope", "Square", "Slack", "Target", "Notion")
    known = [Spelling(each) for name in names for each in (name, name.lower())]
    found = model.read(texts, [*known, Spelling("quickcrate")]).known
    written = [texts[each.text][each.start : each.end] for each in found]
    assert written == ["Will", "Mark", "Square", "Notion", "quickcrate"]
