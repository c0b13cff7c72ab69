"""What is asked and heard, and raw words to words: whole, in order, none without length."""

from __future__ import annotations

import inspect
from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest
import whisper
from hypothesis import given
from hypothesis import strategies as st

from models.recogniser import (
    DOUBTFUL,
    LOOP,
    NO_SPEECH,
    SHORTEST_WORD,
    SURE,
    Asked,
    Heard,
    RawWord,
    in_order,
    to_words,
)
from pipeline.transcript import Word, join_words


def raw(*texts: str, each: float = 0.3) -> list[RawWord]:
    """Return raw words, evenly spoken."""
    return [
        RawWord(text, place * each, (place + 1) * each, 0.9) for place, text in enumerate(texts)
    ]


# What is asked and heard


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("compression_ratio_threshold", LOOP),
        ("logprob_threshold", DOUBTFUL),
        ("no_speech_threshold", NO_SPEECH),
    ],
)
def test_the_thresholds_are_whispers_own(name: str, value: float) -> None:
    assert inspect.signature(whisper.transcribe).parameters[name].default == value


def test_one_language_is_written_as_it_is_spoken_unless_more_is_asked() -> None:
    asked = Asked("de")
    assert (asked.switching, asked.translate, asked.vocabulary) == (False, False, ())
    with pytest.raises(FrozenInstanceError):
        asked.language = "en"  # type: ignore[misc] # that is what must fail


def test_a_language_is_sure_only_where_it_is_far_likelier_than_all_others() -> None:
    assert 0.5 < SURE < 1


@pytest.mark.parametrize(
    ("logprob", "no_speech", "silent"),
    [
        (-1.5, 0.9, True),
        (-1.5, 0.3, False),
        (-0.5, 0.9, False),
        (-0.5, 0.3, False),
        (DOUBTFUL, 0.9, False),
        (-1.5, NO_SPEECH, False),
    ],
)
def test_a_window_is_silent_where_silence_is_likely_and_its_text_is_not(
    logprob: float, no_speech: float, silent: bool
) -> None:
    heard = Heard((), "en", average_logprob=logprob, no_speech_probability=no_speech)
    assert heard.silent is silent


@pytest.mark.parametrize(
    ("ratio", "looped"), [(0.0, False), (1.4, False), (2.4, False), (2.5, True)]
)
def test_a_text_is_a_loop_above_whispers_threshold(ratio: float, looped: bool) -> None:
    assert Heard((), "en", compression_ratio=ratio).looped is looped


def test_without_figures_nothing_is_held_against_a_text() -> None:
    heard = Heard((Word(0, 1, "so"),), "en")
    assert not heard.silent
    assert not heard.looped


# Words


@pytest.mark.parametrize(
    ("texts", "language", "words"),
    [
        pytest.param([" We", " pay"], "en", ["We", "pay"], id="words begin with a space"),
        pytest.param([" twenty", "-five"], "en", ["twenty-five"], id="a hyphened number"),
        pytest.param([" $", "43", ",000"], "en", ["$43,000"], id="a price in three tokens"),
        pytest.param([" don", "'t", " go"], "en", ["don't", "go"], id="a contraction"),
        pytest.param(["So", " we"], "en", ["So", "we"], id="the first without its space"),
        pytest.param([" so", " ", " we"], "en", ["so", "we"], id="white space alone is no word"),
        pytest.param(["", " we"], "en", ["we"], id="nothing is no word"),
        pytest.param([" one ", "-two"], "en", ["one-two"], id="a space after a piece"),
        pytest.param([" 그래", "서", " 우리"], "ko", ["그래서", "우리"], id="Korean writes spaces"),
        pytest.param(["今日", "は", "晴れ"], "ja", ["今日", "は", "晴れ"], id="Japanese does not"),
        pytest.param(["我们", "说", " OK"], "zh", ["我们", "说", "OK"], id="nor does Chinese"),
        pytest.param([], "en", [], id="nothing heard"),
    ],
)
def test_pieces_become_the_words_that_a_language_writes(
    texts: list[str], language: str, words: list[str]
) -> None:
    assert [word.text for word in to_words(raw(*texts), language)] == words


@pytest.mark.parametrize(
    ("texts", "language", "running"),
    [
        ([" We", " pay", " $", "40", "."], "en", "We pay $40."),
        (["So", " we", " do"], "en", "So we do"),
        (["今日", "は", " Acme", "です"], "ja", "今日は Acmeです"),
        (["我们", "用", "。"], "zh", "我们用。"),
    ],
)
def test_words_run_on_as_they_were_written(texts: list[str], language: str, running: str) -> None:
    assert join_words(to_words(raw(*texts), language)) == running


def test_a_joined_word_lasts_from_its_first_piece_to_its_last_and_is_as_sure_as_the_least() -> None:
    pieces = [RawWord(" twenty", 1.0, 1.4, 0.9), RawWord("-five", 1.4, 2.0, 0.3)]
    assert to_words(pieces, "en") == (Word(1.0, 2.0, "twenty-five", 0.3),)


@pytest.mark.parametrize(
    ("probability", "kept"), [(0.5, 0.5), (1.0000002, 1.0), (-1e-9, 0.0), (0.0, 0.0)]
)
def test_a_probability_a_little_out_of_range_is_brought_back(
    probability: float, kept: float
) -> None:
    (word,) = to_words([RawWord(" so", 0, 1, probability)], "en")
    assert word.probability == kept


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        pytest.param(-0.02, 0.5, (0.0, 0.5), id="begins before the window"),
        pytest.param(-0.5, -0.1, (0.0, 0.02), id="lies before the window"),
        pytest.param(1.0, 0.8, (1.0, 1.02), id="ends before it begins"),
        pytest.param(1.0, 1.0, (1.0, 1.02), id="has no length"),
    ],
)
def test_times_that_cannot_be_are_mended(
    start: float, end: float, kept: tuple[float, float]
) -> None:
    (word,) = to_words([RawWord(" so", start, end, 1.0)], "en")
    assert (word.start, word.end) == pytest.approx(kept)


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        pytest.param([(0, 1), (1, 2)], [(0, 1), (1, 2)], id="in order already"),
        pytest.param([(0, 1), (3, 4)], [(0, 1), (3, 4)], id="a silence stays"),
        pytest.param([(0, 1.5), (1, 2)], [(0, 1), (1, 2)], id="one that reaches into the next"),
        pytest.param([(1, 1), (3, 4)], [(1, 1.02), (3, 4)], id="no length, a silence after it"),
        pytest.param([(1, 1), (1, 2)], [(1, 1.02), (1.02, 2)], id="no length, a word after it"),
        pytest.param(
            [(1, 1), (1, 1), (1, 1)], [(1, 1.02), (1.02, 1.04), (1.04, 1.06)], id="a heap of them"
        ),
        pytest.param([(2, 3), (1, 1.5)], [(2, 2.02), (2.02, 2.04)], id="one that goes back"),
        pytest.param([], [], id="none"),
    ],
)
def test_every_word_has_a_length_and_follows_the_one_before(
    times: list[tuple[float, float]], kept: list[tuple[float, float]]
) -> None:
    ordered = in_order(Word(start, end, "so") for start, end in times)
    assert [word.start for word in ordered] == pytest.approx([start for start, _ in kept])
    assert [word.end for word in ordered] == pytest.approx([end for _, end in kept])


def pieces() -> st.SearchStrategy[list[RawWord]]:
    """Make raw words as bad as an aligner can give them."""
    times = st.one_of(st.sampled_from([0.0, 1.0, 1.0, 29.98]), st.floats(-1, 31))
    texts = st.sampled_from([" so", " we", "-five", "'s", " $", "40", " ", "", "今日", " OK"])
    return st.lists(st.builds(RawWord, texts, times, times, st.floats(-0.1, 1.1)), max_size=30)


@given(pieces(), st.sampled_from(["en", "ja"]))
def test_words_never_overlap_and_none_is_without_length(raw: list[RawWord], language: str) -> None:
    words = to_words(raw, language)
    assert all(word.duration > SHORTEST_WORD - 1e-9 for word in words)
    assert all(before.end <= after.start for before, after in pairwise(words))


@given(pieces(), st.sampled_from(["en", "ja"]))
def test_no_letter_is_lost_or_reordered(raw: list[RawWord], language: str) -> None:
    said = "".join(piece.text for piece in raw).replace(" ", "")
    assert "".join(word.text for word in to_words(raw, language)) == said
