"""Words held to where somebody speaks, and no word lost or moved away from where it was heard."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recogniser import SHORTEST_WORD
from pipeline.hearing.voice import Voice
from pipeline.hearing.word_times import NEAR, ONSET, SNAP, bounded, utterance_of
from pipeline.transcript import Span, Word
from tests.values import spans, spoken_words

if TYPE_CHECKING:
    from collections.abc import Sequence

UTTERANCES = (Span(1, 2), Span(3, 3.5), Span(5, 9))


def utterances() -> st.SearchStrategy[tuple[Span, ...]]:
    """Make utterances in order, with pauses between them."""
    return spans(st.floats(0.05, 3), st.floats(0.03, 5))


def held_to(words: Sequence[Word], clear: tuple[Span, ...]) -> tuple[Word, ...]:
    """Return words held to where somebody surely speaks, where nobody is heard more faintly."""
    return bounded(words, Voice(None, clear, clear, clear))


def held_of(*words: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the times of words after they are held to the utterances."""
    said = [Word(*word, "abcdefgh"[number]) for number, word in enumerate(words)]
    return [(word.start, word.end) for word in held_to(said, UTTERANCES)]


@pytest.mark.parametrize(
    ("words", "held"),
    [
        pytest.param([(6, 7)], [(6, 7)], id="inside an utterance"),
        pytest.param([(4.1, 5.7)], [(5 - ONSET, 5.7)], id="begins in the pause before"),
        pytest.param([(8.2, 9.9)], [(8.2, 9)], id="ends in the pause after"),
        pytest.param([(2.2, 9.9)], [(5 - ONSET, 9)], id="over two, it is of the longer one"),
        pytest.param([(1.2, 1.7)], [(1 - ONSET, 2)], id="near both edges, it is taken to them"),
        pytest.param([(0.8, 0.9)], [(1 - ONSET, 1 - ONSET + SHORTEST_WORD)], id="just before one"),
        pytest.param([(2.1, 2.3)], [(2, 2 + SHORTEST_WORD)], id="just after one"),
        pytest.param([(4.0, 4.5)], [(4.0, 4.5)], id="in a pause and far from all, it stays"),
        pytest.param([(10, 11)], [(10, 11)], id="long after the last, it stays"),
        pytest.param(
            [(5.4, 5.8), (6, 7), (8.3, 8.6)],
            [(5 - ONSET, 5.8), (6, 7), (8.3, 9)],
            id="of several, the first and the last are taken to the edges",
        ),
        pytest.param(
            [(5.6, 5.8), (8.2, 8.4)], [(5.6, 5.8), (8.2, 8.4)], id="those far from the edges stay"
        ),
        pytest.param(
            [(1.2, 2.3), (2.8, 3.4)], [(1 - ONSET, 2), (3 - ONSET, 3.5)], id="each to its own"
        ),
    ],
)
def test_words_begin_and_end_where_somebody_speaks(
    words: list[tuple[float, float]], held: list[tuple[float, float]]
) -> None:
    assert np.allclose(held_of(*words), held)


def test_of_two_utterances_that_a_word_shares_as_much_of_the_first_has_it() -> None:
    assert utterance_of(Word(1.75, 3.25, "word"), UTTERANCES) == 0


@pytest.mark.parametrize(
    ("word", "number"),
    [
        pytest.param((1.4, 1.6), 0, id="in it"),
        pytest.param((3.6, 3.7), 1, id="next to it"),
        pytest.param((2.5, 2.8), 1, id="between two, the nearer one"),
        pytest.param((4.0, 4.5), None, id="near none"),
        pytest.param((0.0, 0.5), None, id="long before the first"),
        pytest.param((9.5, 9.9), None, id="long after the last"),
    ],
)
def test_a_word_is_of_the_utterance_that_it_is_in_or_next_to(
    word: tuple[float, float], number: int | None
) -> None:
    assert utterance_of(Word(*word, "word"), UTTERANCES) == number


def test_a_word_keeps_what_is_known_of_it() -> None:
    (found,) = held_to([Word(4.0, 6.0, "日", 0.3, spaced=False)], UTTERANCES)
    assert found == Word(5 - ONSET, 6.0, "日", 0.3, spaced=False)


def test_where_no_utterance_is_known_words_stay() -> None:
    said = (Word(0, 1, "one"), Word(1, 2, "two"))
    assert held_to(said, ()) == said


def test_of_no_words_none_are_held() -> None:
    assert held_to((), UTTERANCES) == ()


@given(spoken_words(), utterances())
def test_no_word_is_lost_or_changes_its_text_or_place(
    said: tuple[Word, ...], utterances: tuple[Span, ...]
) -> None:
    held = held_to(said, utterances)
    assert [(word.text, word.probability, word.spaced) for word in held] == [
        (word.text, word.probability, word.spaced) for word in said
    ]


@given(spoken_words(), utterances())
def test_words_stay_in_order_and_keep_a_length(
    said: tuple[Word, ...], utterances: tuple[Span, ...]
) -> None:
    held = held_to(said, utterances)
    assert all(word.duration > 0 for word in held)
    assert all(before.end <= after.start for before, after in pairwise(held))


@given(spoken_words(), utterances())
def test_a_word_that_is_far_from_all_voice_stays(
    said: tuple[Word, ...], utterances: tuple[Span, ...]
) -> None:
    for word in said:
        if all(word.distance(span) > NEAR + ONSET for span in utterances):
            assert held_to([word], utterances) == (word,)


@given(spoken_words(), utterances())
def test_a_word_near_a_voice_is_held_within_it(
    said: tuple[Word, ...], utterances: tuple[Span, ...]
) -> None:
    for word in said:
        if any(word.overlap(span) > SHORTEST_WORD for span in utterances):
            (held,) = held_to([word], utterances)
            assert any(
                span.start - ONSET <= held.start and held.end <= span.end for span in utterances
            )


@given(spoken_words(), utterances())
def test_no_edge_of_a_word_is_taken_further_out_than_the_alignment_is_off(
    said: tuple[Word, ...], utterances: tuple[Span, ...]
) -> None:
    for word in said:
        (held,) = held_to([word], utterances)
        assert held.start >= word.start - SNAP - 1e-9
        assert held.end <= max(word.end + SNAP, held.start + SHORTEST_WORD) + 1e-9


def test_what_is_said_too_softly_to_be_sure_stays_where_it_is() -> None:
    voice = Voice(None, (Span(0.5, 2.4),), (Span(1, 2),), (Span(0.2, 2.7),))
    said = [Word(1.2, 1.9, "good,"), Word(2.05, 2.1, "I"), Word(2.1, 2.4, "guess.")]
    held = bounded(said, voice)
    assert [(word.start, word.end) for word in held[1:]] == [(2.05, 2.1), (2.1, 2.4)]


def test_a_number_whose_digits_pause_stays_whole() -> None:
    number = Word(1.0, 9.0, "020-7946-0958")
    assert held_to([number], UTTERANCES) == (number,)
