"""Turns are cut into passages of a few sentences, and nothing that says anything is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.meaning.passages import FEWEST_WORDS, MOST_WORDS, Passage, passages, text_of
from pipeline.transcript import Turn, Word

MARKS = st.sampled_from(["", "", "", ",", ".", "?", "!", '."'])
TEXTS = st.builds(lambda letters, mark: letters + mark, st.text("abé", min_size=1), MARKS)


def turn(text: str, speaker: str = "Ann", pauses: dict[int, float] | None = None) -> Turn:
    """Return a turn whose words take a second each; `pauses` are seconds before some of them."""
    words, now = [], 0.0
    for number, word in enumerate(text.split()):
        now += (pauses or {}).get(number, 0.0)
        words.append(Word(now, now + 1, word))
        now += 1
    return Turn.of(speaker, words)


def cut(*turns: Turn) -> list[str]:
    return [text_of(each, turns) for each in passages(turns)]


def counting(number: int, prefix: str = "w") -> str:
    return " ".join(f"{prefix}{place}" for place in range(number))


def test_short_sentences_stand_together() -> None:
    assert cut(turn("We left. It was too dear. Nobody minded.")) == [
        "We left. It was too dear. Nobody minded."
    ]


def test_a_passage_ends_with_a_sentence() -> None:
    first, second = f"{counting(15, 'a')}.", f"{counting(15, 'b')}?"
    assert cut(turn(f"{first} {second}")) == [first, second]


def test_a_mark_in_quotes_ends_a_sentence_and_one_in_a_sum_does_not() -> None:
    first, second = f'{counting(13, "a")} "no."', f"{counting(13, 'b')} $4.50 a day"
    assert cut(turn(f"{first} {second}")) == [first, second]


@pytest.mark.parametrize("remark", ["Mm-hm.", "Oh no.", "That is true."])
def test_a_remark_is_no_passage(remark: str) -> None:
    assert cut(turn(remark)) == []


def test_no_passage_has_words_of_two_turns() -> None:
    found = passages([turn("How much do you pay?", "Ann"), turn("Far too much for that.", "Ben")])
    assert found == (Passage(0, 0, 20), Passage(1, 0, 22))


def test_what_is_left_over_at_the_end_goes_with_what_is_before_it() -> None:
    long = f"{counting(MOST_WORDS)}."
    assert cut(turn(f"{long} I do.")) == [f"{long} I do."]


def test_many_remarks_in_a_row_are_no_endless_passage() -> None:
    said = turn("Yes it is. " * 30)
    assert [len(each.split()) for each in cut(said)] == [24, 24, 24, 18]


def test_a_long_sentence_is_cut_where_somebody_pauses() -> None:
    text = counting(2 * MOST_WORDS - 10)
    first, second = cut(turn(text, pauses={18: 1.0}))
    assert (len(first.split()), len(second.split())) == (18, 22)


def test_a_comma_is_as_good_as_a_short_pause() -> None:
    words = counting(2 * MOST_WORDS - 10).split()
    words[21] += ","
    first, _ = cut(turn(" ".join(words), pauses={16: 0.2}))
    assert first.endswith("w21,")


def test_without_marks_and_pauses_it_is_cut_in_the_middle() -> None:
    first, second = cut(turn(counting(2 * MOST_WORDS - 10)))
    assert len(first.split()) == len(second.split()) == MOST_WORDS - 5


@given(st.lists(TEXTS, min_size=1, max_size=150))
def test_every_word_of_a_turn_that_says_something_is_in_one_passage(texts: list[str]) -> None:
    said = turn(" ".join(texts))
    found = cut(said)
    if len(texts) < FEWEST_WORDS:
        assert found == []
    else:
        assert " ".join(found) == said.text
        assert all(len(each.split()) <= MOST_WORDS + 2 * (FEWEST_WORDS - 1) for each in found)


@given(st.lists(TEXTS, min_size=1, max_size=80))
def test_the_same_turn_gives_the_same_passages(texts: list[str]) -> None:
    assert cut(turn(" ".join(texts))) == cut(turn(" ".join(texts)))
