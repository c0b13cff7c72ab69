"""Words held to where somebody speaks, and no word lost or moved away from where it was heard."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recogniser import SHORTEST_WORD
from pipeline.audio import SAMPLE_RATE
from pipeline.hearing.voice import Voice
from pipeline.hearing.word_times import NEAR, ONSET, SNAP, bounded, utterance_of
from pipeline.transcript import Span, Word
from tests.values import spans, spoken_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.recogniser import Samples
    from pipeline.hearing.sounding import Sound

UTTERANCES = (Span(1, 2), Span(3, 3.5), Span(5, 9))


def utterances() -> st.SearchStrategy[tuple[Span, ...]]:
    """Make utterances in order, with pauses between them."""
    return spans(st.floats(0.05, 3), st.floats(0.03, 5))


def as_loud(span: Span) -> Samples:
    """Return a stretch of a sound that is everywhere as loud."""
    return np.full(round(span.duration * SAMPLE_RATE), 0.1, np.float32)


def loud_in(*loud: tuple[float, float], under: float = 30.0) -> Sound:
    """Return a sound that is loud in some stretches, and so many dB fainter elsewhere."""

    def sound(span: Span) -> Samples:
        times = span.start + np.arange(round(span.duration * SAMPLE_RATE)) / SAMPLE_RATE
        inside = np.any([(times >= start) & (times < end) for start, end in loud], axis=0)
        return np.where(inside, 0.1, 0.1 * 10 ** (-under / 20)).astype(np.float32)

    return sound


def held_to(
    words: Sequence[Word], clear: tuple[Span, ...], sound: Sound = as_loud
) -> tuple[Word, ...]:
    """Return words held to where somebody surely speaks, where nobody is heard more faintly."""
    return bounded(words, Voice(None, clear, clear, clear), sound)


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
    held = bounded(said, voice, as_loud)
    assert [(word.start, word.end) for word in held[1:]] == [(2.05, 2.1), (2.1, 2.4)]


def test_a_number_whose_digits_pause_stays_whole() -> None:
    number = Word(1.0, 9.0, "020-7946-0958")
    assert held_to([number], UTTERANCES) == (number,)


def test_a_word_is_of_the_utterance_in_which_it_is_loud_however_long_it_leaks_before() -> None:
    (held,) = held_to([Word(1.2, 3.2, "no,")], UTTERANCES, loud_in((3, 3.5)))
    assert (held.start, held.end) == pytest.approx((3, 3.5), abs=0.02)


def test_what_leaks_a_little_less_loud_than_the_voice_is_the_voice() -> None:
    (held,) = held_to([Word(1.2, 3.2, "no,")], UTTERANCES, loud_in((3, 3.5), under=15))
    assert (held.start, held.end) == pytest.approx((1 - ONSET, 2))


@pytest.mark.parametrize(
    ("start", "heard"),
    [
        pytest.param(5.0, 5.6, id="it began too early"),
        pytest.param(5.4, 5.6, id="it would be taken to the edge, where nothing is heard"),
        pytest.param(5.7, 5.7, id="it begins in sound and far from the edge"),
    ],
)
def test_the_first_word_of_an_utterance_begins_where_it_is_heard(
    start: float, heard: float
) -> None:
    said = [Word(start, 6.0, "so"), Word(6.0, 6.4, "let")]
    held = held_to(said, UTTERANCES, loud_in((5.6, 8)))
    assert held[0].start == pytest.approx(heard, abs=0.02)
    assert held[1] == said[1]


def test_the_last_word_of_an_utterance_ends_where_it_is_no_more_heard() -> None:
    said = [Word(8.0, 8.3, "of"), Word(8.3, 8.9, "it.")]
    held = held_to(said, UTTERANCES, loud_in((5, 8.6)))
    assert held[0] == said[0]
    assert held[1].end == pytest.approx(8.6, abs=0.02)


def test_a_word_in_the_middle_of_an_utterance_stays_however_faint_it_begins() -> None:
    said = [Word(5, 6, "one"), Word(6, 7, "two"), Word(7, 9, "three")]
    held = held_to(said, UTTERANCES, loud_in((5, 6), (6.5, 9)))
    assert held[1] == said[1]


def test_a_word_that_stays_where_it_is_is_not_listened_to() -> None:
    said = (Word(4.0, 4.5, "oh"),)
    assert held_to(said, UTTERANCES, loud_in((4.3, 4.5))) == said


@given(spoken_words(), utterances(), spans(st.floats(0.05, 3), st.floats(0.03, 5)))
def test_whatever_is_loud_words_stay_in_order_and_keep_a_length(
    said: tuple[Word, ...], utterances: tuple[Span, ...], loud: tuple[Span, ...]
) -> None:
    held = held_to(said, utterances, loud_in((0, 0), *((each.start, each.end) for each in loud)))
    assert [word.text for word in held] == [word.text for word in said]
    assert all(word.duration > 0 for word in held)
    assert all(before.end <= after.start for before, after in pairwise(held))
