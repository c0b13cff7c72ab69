"""Words that nobody said go, with the reason; all others stay, and none gets lost between."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain, groupby
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recogniser import DOUBTFUL, LOOP, NO_SPEECH, Heard
from pipeline.hearing.guards import (
    DOUBTED,
    IN_CIRCLES,
    LONGEST_LOOP,
    NO_VOICE,
    REACH,
    REPEATS,
    SILENCE,
    STOCK,
    STOCK_PHRASES,
    guard,
    is_stock,
    letters,
    near_voice,
    removed_of,
    without_loops,
)
from pipeline.transcript import Removed, Segment, Span, Word
from tests.values import spans, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EVERYWHERE = (Span(0, 1000),)
WELL = Heard((), "en", average_logprob=-0.2, no_speech_probability=0.05)
DOUBTS_VOICE = replace(WELL, average_logprob=DOUBTFUL - 0.1, no_speech_probability=NO_SPEECH + 0.1)
IN_A_LOOP = replace(WELL, compression_ratio=LOOP + 0.1)


def segment(said: Sequence[Word]) -> Segment:
    return Segment(said[0].start, said[-1].end, tuple(said), 1, "en", -0.2)


def unsure(text: str, probability: float = DOUBTED - 0.1) -> tuple[Word, ...]:
    """Return words of which the recogniser is not sure."""
    return tuple(replace(word, probability=probability) for word in words(text))


def texts(said: Iterable[Word]) -> list[str]:
    return [word.text for word in said]


def texts_of(removed: Iterable[Removed]) -> list[str]:
    return [text for each in removed for text in each.text.split()]


def said_words() -> st.SearchStrategy[tuple[Word, ...]]:
    """Make words of few kinds, so that many follow themselves."""
    kinds = st.sampled_from(["no", "No,", "yes", "so", "you", "Bye.", "..."])
    parts = st.tuples(st.lists(kinds, min_size=1, max_size=4), st.integers(1, 6))
    return st.lists(parts, min_size=1, max_size=6).map(
        lambda parts: unsure(" ".join(text for part, times in parts for text in part * times))
    )


def voices() -> st.SearchStrategy[tuple[Span, ...]]:
    """Make utterances, in order, some far apart."""
    return spans(st.floats(0.1, 6), st.floats(0.1, 3), most=6)


def test_what_is_surely_said_stays_as_it_is() -> None:
    said = segment(words("We came to talk about prices."))
    assert guard(said, WELL, EVERYWHERE) == (said, ())


def test_words_of_a_window_that_the_recogniser_takes_for_silence_go() -> None:
    said = segment(words("I came here too."))
    gone = Removed(said.start, said.end, "I came here too.", SILENCE, 1)
    assert guard(said, DOUBTS_VOICE, EVERYWHERE) == (None, (gone,))


@pytest.mark.parametrize(
    "heard",
    [
        pytest.param(replace(DOUBTS_VOICE, average_logprob=DOUBTFUL), id="sure of its words"),
        pytest.param(replace(DOUBTS_VOICE, no_speech_probability=NO_SPEECH), id="sure of a voice"),
    ],
)
def test_one_doubt_alone_makes_no_silence(heard: Heard) -> None:
    said = segment(words("I came here too."))
    assert guard(said, heard, EVERYWHERE) == (said, ())


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        pytest.param("no no no no", "no no", ["no no"], id="a word"),
        pytest.param("No, no no. NO!", "No, no", ["no. NO!"], id="written in many ways"),
        pytest.param("no no", "no no", [], id="a word said twice"),
        pytest.param("a b a b a b a b", "a b a b", ["a b a b"], id="a phrase"),
        pytest.param("a b a b a b a", "a b a b a", ["a b"], id="and its beginning once more"),
        pytest.param("x a b a b a b y", "x a b a b y", ["a b"], id="between other words"),
        pytest.param("a a b a a b a a b", "a a b a a b", ["a a b"], id="with a repeat in it"),
        pytest.param(
            "a a a b a a a b a a a b", "a a a b a a a b", ["a a a b"], id="with a loop in it"
        ),
        pytest.param("a a a b c c c", "a a b c c", ["a", "c"], id="two of them"),
        pytest.param("a b c a b d a b e", "a b c a b d a b e", [], id="never the same"),
        pytest.param("", "", [], id="no words"),
    ],
)
def test_a_phrase_that_follows_itself_is_kept_twice(text: str, kept: str, gone: list[str]) -> None:
    left, loops = without_loops(words(text))
    assert " ".join(texts(left)) == kept
    assert [" ".join(texts(loop)) for loop in loops] == gone


@pytest.mark.parametrize(
    ("length", "times"), [(1, 9), (2, 4), (LONGEST_LOOP - 1, 3), (LONGEST_LOOP, 3)]
)
def test_phrases_of_any_usual_length_are_found(length: int, times: int) -> None:
    phrase = " ".join(f"w{number}" for number in range(length))
    left, loops = without_loops(words(" ".join([phrase] * times)))
    assert " ".join(texts(left)) == " ".join([phrase] * REPEATS)
    assert sum(len(loop) for loop in loops) == (times - REPEATS) * length


def test_a_longer_phrase_is_no_loop() -> None:
    said = words(" ".join([f"w{number}" for number in range(LONGEST_LOOP + 1)] * 3))
    assert without_loops(said) == (said, ())


@given(said_words())
def test_of_loops_every_word_is_kept_or_gone_and_in_order(said: tuple[Word, ...]) -> None:
    kept, gone = without_loops(said)
    assert sorted((*kept, *chain(*gone)), key=_start) == list(said)
    assert list(kept) == sorted(kept, key=_start)


def _start(word: Word) -> float:
    return word.start


@given(said_words())
def test_what_goes_in_circles_never_takes_a_word_of_its_kind_wholly(
    said: tuple[Word, ...],
) -> None:
    kept, gone = without_loops(said)
    assert {word.text.strip(".,").casefold() for loop in gone for word in loop} <= {
        word.text.strip(".,").casefold() for word in kept
    }


@given(st.lists(st.sampled_from("abc"), max_size=8), st.integers(3, 20))
def test_one_word_over_and_over_never_stands_more_often_than_it_may(
    before: list[str], times: int
) -> None:
    kept, _ = without_loops(words(" ".join([*before, *["no"] * times])))
    runs = [len(list(group)) for text, group in groupby(texts(kept)) if text == "no"]
    assert runs == [REPEATS]


def test_loops_are_cut_only_where_the_text_goes_in_circles() -> None:
    said = segment(words("No, no, no, no! Stop."))
    assert guard(said, WELL, EVERYWHERE) == (said, ())
    kept, gone = guard(said, IN_A_LOOP, EVERYWHERE)
    assert kept is not None
    assert (kept.text, kept.start, kept.end) == ("No, no, Stop.", said.start, said.end)
    assert gone == (Removed(0.6, 1.2, "no, no!", IN_CIRCLES, 1),)


@pytest.mark.parametrize(
    ("word", "near"),
    [
        pytest.param((10.2, 10.4), True, id="within an utterance"),
        pytest.param((9, 12), True, id="around it"),
        pytest.param((10 - REACH - 0.3, 10 - REACH), True, id="just before it"),
        pytest.param((11 + REACH, 11 + REACH + 0.3), True, id="just after it"),
        pytest.param((10 - REACH - 0.4, 10 - REACH - 0.1), False, id="too long before it"),
        pytest.param((11.1 + REACH, 11.5 + REACH), False, id="too long after it"),
        pytest.param((20 - REACH, 20), True, id="before the next"),
        pytest.param((14, 16), False, id="between two"),
        pytest.param((30, 31), False, id="after the last"),
    ],
)
def test_a_word_is_believed_near_a_voice(word: tuple[float, float], near: bool) -> None:
    assert near_voice(Word(*word, "word"), (Span(10, 11), Span(20, 21))) is near


def test_where_nobody_ever_speaks_no_word_is_near_a_voice() -> None:
    assert not near_voice(Word(1, 2, "word"), ())


@given(st.floats(0, 30), st.floats(0, 5), voices())
def test_a_word_is_near_a_voice_if_it_is_near_any(
    start: float, length: float, utterances: tuple[Span, ...]
) -> None:
    word = Word(start, start + length, "word")
    any_near = any(word.distance(span) <= REACH for span in utterances)
    assert near_voice(word, utterances) == any_near


def test_words_where_nobody_speaks_go_one_by_one_and_those_near_a_voice_stay() -> None:
    said = segment(words("one two three four", each=1.0))
    kept, gone = guard(said, WELL, (Span(1.2, 1.5), Span(50, 60)))
    assert kept == said.with_words(said.words[:3])
    assert gone == (Removed(3.0, 4.0, "four", NO_VOICE, 1),)


def test_of_a_segment_far_from_every_voice_nothing_is_left() -> None:
    kept, gone = guard(segment(words("one two")), WELL, (Span(50, 60),))
    assert (kept, texts_of(gone)) == (None, ["one", "two"])


@pytest.mark.parametrize(
    "text", ["Thank you.", "thank you", "Thanks for watching!", "You", "Bye-bye.", "♪ Music ♪"]
)
def test_a_stock_phrase_of_which_the_recogniser_is_not_sure_goes(text: str) -> None:
    said = segment(unsure(text))
    kept, gone = guard(said, WELL, EVERYWHERE)
    assert (kept, gone) == (None, (removed_of(said.words, STOCK, 1),))


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(unsure("Thank you.", DOUBTED), id="a phrase that was surely said"),
        pytest.param(unsure("Thank you, Anna."), id="a phrase within more words"),
        pytest.param(unsure("Expensive."), id="a word that is no stock phrase"),
        pytest.param(unsure("..."), id="no letters at all"),
    ],
)
def test_what_may_well_be_said_stays(said: tuple[Word, ...]) -> None:
    assert not is_stock(said)
    assert guard(segment(said), WELL, EVERYWHERE) == (segment(said), ())


@pytest.mark.parametrize("phrase", sorted(STOCK_PHRASES))
def test_every_stock_phrase_is_known_as_it_is_written(phrase: str) -> None:
    assert is_stock(unsure(phrase))
    assert is_stock(unsure(f"{phrase.title()}!"))


def test_the_doubt_is_that_of_all_words_together() -> None:
    sure, doubted = words("Thank"), unsure("you.", 0.1)
    assert not is_stock((*sure, *doubted))
    assert is_stock((*unsure("Thank", 0.8), *doubted))


def test_what_goes_keeps_its_text_time_and_channel() -> None:
    said = (Word(1, 2, "too"), Word(1.5, 3, "long"), Word(2, 2.5, "日", spaced=False))
    assert removed_of(said, "why", 0) == Removed(1, 3, "too long日", "why", 0)


@given(said_words(), voices(), st.sampled_from([WELL, DOUBTS_VOICE, IN_A_LOOP]))
def test_every_word_is_kept_or_recorded_as_gone(
    said: tuple[Word, ...], utterances: tuple[Span, ...], heard: Heard
) -> None:
    whole = segment(said)
    kept, gone = guard(whole, heard, utterances)
    left = kept.words if kept else ()
    assert Counter((*texts(left), *texts_of(gone))) == Counter(texts(said))
    assert [word for word in said if word in left] == list(left)
    assert all(whole.start <= each.start <= each.end <= whole.end for each in gone)
    assert {each.channel for each in gone} <= {1}


@given(said_words(), voices())
def test_a_segment_that_is_kept_reaches_from_its_first_word_to_its_last(
    said: tuple[Word, ...], utterances: tuple[Span, ...]
) -> None:
    kept, _ = guard(segment(said), WELL, utterances)
    if kept is not None:
        assert (kept.start, kept.end) == (kept.words[0].start, kept.words[-1].end)
        assert (kept.channel, kept.language, kept.average_logprob) == (1, "en", -0.2)
        assert all(near_voice(word, utterances) for word in kept.words)


@pytest.mark.parametrize(
    ("word", "same"),
    [("Bye-bye.", "byebye"), ("Café,", "café"), ("की", "की"), ("ที่", "ที่"), ("don’t", "dont")],
)
def test_a_word_is_its_letters_with_the_marks_of_its_script(word: str, same: str) -> None:
    assert letters(word) == same


def test_words_that_differ_in_marks_alone_are_no_loop() -> None:
    assert len({letters(word) for word in ("का", "की", "के")}) == 3
