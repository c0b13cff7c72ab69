"""One call in two files is told by what is said, whatever the format did to single words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.doubles import ALIKE, FEWEST, likeness, triples
from tests.commands import PROJECT

TEXT = (PROJECT / "README.md").read_text(encoding="utf-8").split("\n## ")[1]
OTHER = (PROJECT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
WORDS = st.lists(
    st.sampled_from(["we", "pay", "too", "much", "for", "a", "small", "bakery", "now"]), max_size=80
)


def alike(first: str, second: str) -> float:
    return likeness(triples(first), triples(second))


def test_the_same_text_is_wholly_alike() -> None:
    assert alike(TEXT, TEXT) == 1.0


def test_case_and_punctuation_are_no_difference() -> None:
    assert triples("Well, we PAY - too much!") == triples("well we pay too much")
    assert triples("that's it, then") == {("that's", "it", "then")}


def test_another_text_is_not_alike() -> None:
    assert alike(TEXT, OTHER) < 0.1


@pytest.mark.parametrize("every", [20, 10])
def test_a_text_that_is_misheard_here_and_there_is_still_alike(every: int) -> None:
    words = TEXT.split()
    misheard = ["hmm" if number % every == 0 else word for number, word in enumerate(words)]
    assert ALIKE < alike(TEXT, " ".join(misheard)) < 1


def test_half_a_call_is_no_double_of_another_with_the_same_half() -> None:
    words, others = TEXT.split()[:100], OTHER.split()[:150]
    assert alike(" ".join(words), " ".join(words[:50] + others)) < ALIKE


@pytest.mark.parametrize("text", ["", "hello", "hello there how are you today"])
def test_too_few_words_tell_nothing(text: str) -> None:
    assert alike(text, text) == 0.0


def test_just_enough_words_tell() -> None:
    words = [f"word{number}" for number in range(FEWEST + 2)]
    assert alike(" ".join(words), " ".join(words)) == 1.0
    assert alike(" ".join(words[1:]), " ".join(words[1:])) == 0.0


@given(WORDS, WORDS)
def test_it_is_a_share_and_the_same_both_ways(first: list[str], second: list[str]) -> None:
    share = alike(" ".join(first), " ".join(second))
    assert 0 <= share <= 1
    assert share == alike(" ".join(second), " ".join(first))


def test_words_of_any_script_count() -> None:
    assert triples("Grüß dich Zoë, und 42") == {("grüss", "dich", "zoë"), ("dich", "zoë", "und"),
                                               ("zoë", "und", "42")}  # fmt: skip
