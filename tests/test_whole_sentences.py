"""Passages widened to the sentences that they lie in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.transcript import Span, Turn, Word
from pipeline.whole_sentences import AROUND, sentences_around
from tests.values import turn

SAID = turn("It was late. The price, as I said, is fair. We pay it. Dr. Low agrees.", start=10.0)


def sentence(text: str, said: Turn = SAID) -> str:
    """Return the sentences around a text of a turn."""
    start = said.text.index(text)
    around = sentences_around(said, said.span_of(start, start + len(text)))
    return " ".join(word.text for word in said.words if around.start <= word.middle <= around.end)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("price,", "The price, as I said, is fair."),
        ("The", "The price, as I said, is fair."),
        ("fair.", "The price, as I said, is fair."),
        ("late.", "It was late."),
        ("fair. We", "The price, as I said, is fair. We pay it."),
        ("agrees.", "Dr. Low agrees."),
        (SAID.text, SAID.text),
    ],
)
def test_a_passage_is_widened_to_its_sentences(text: str, whole: str) -> None:
    assert sentence(text) == whole


def test_a_turn_without_a_full_stop_is_one_sentence() -> None:
    assert sentence("price", turn("so the price is fine by me")) == "so the price is fine by me"


def test_a_sentence_without_end_is_cut_in_its_longest_pauses() -> None:
    words = [Word(0.3 * n, 0.3 * n + 0.2, f"w{n}") for n in range(1_000)]
    early, late = words[:470], [Word(w.start + 2, w.end + 2, w.text) for w in words[470:]]
    later = [Word(w.start + 1, w.end + 1, w.text) if n >= 60 else w for n, w in enumerate(late)]
    spoken = Turn.of("Anna", [*early, *later])
    around = sentences_around(spoken, Span(spoken.words[500].start, spoken.words[500].end))
    assert around == Span(spoken.words[470].start, spoken.words[529].end)
    assert around.duration < 2 * AROUND


def test_a_passage_in_which_no_word_is_said_stays_as_it_is() -> None:
    assert sentences_around(SAID, Span(1.0, 2.0)) == Span(1.0, 2.0)


@given(st.integers(0, 15), st.integers(0, 15))
@settings(max_examples=50, deadline=None)
def test_widening_loses_nothing_and_cuts_no_word(first: int, more: int) -> None:
    words = SAID.words[first : first + more + 1] or SAID.words[-1:]
    sought = Span(words[0].start, words[-1].end)
    around = sentences_around(SAID, sought)
    assert around.start <= sought.start
    assert around.end >= sought.end
    assert around.start in {word.start for word in SAID.words}
    assert around.end in {word.end for word in SAID.words}
    assert sentences_around(SAID, around) == around
