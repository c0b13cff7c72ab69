"""The checks that a text must pass, and which of several texts is the best."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from itertools import permutations

import pytest
from faster_whisper.transcribe import get_compression_ratio
from hypothesis import given
from hypothesis import strategies as st

from models.decoding import FALLBACKS, FIRST, Decoded, DecodingOptions, best, longest_hole
from models.recogniser import DOUBTFUL, LOOP, NO_SPEECH, RawWord

OPTIONS = DecodingOptions(tokens=1.5, hole=3.0)
FLUENT = "well so we talked about it and then they sent us this new plan for May"
CIRCLES = " ".join(["again and"] * 30)
TEXTS = [
    "you",
    FLUENT,
    CIRCLES,
    "It's $43,000 - or 40% less.",
    "今日は晴れです。",
    "ха " * 200,
    "e\u0301 \u00e9 👩‍👩‍👧",
    "\n",
]


def decoded(
    text: str = FLUENT,
    tokens: int = 20,
    logprob: float = -0.2,
    no_speech: float = 0.05,
    duration: float = 6.0,
) -> Decoded:
    """Return a text that passes all checks, but for what is said to be otherwise."""
    return Decoded(tuple(range(tokens)), text, duration, logprob, no_speech)


# How much a text repeats itself


@pytest.mark.parametrize("text", TEXTS)
def test_the_compression_ratio_is_the_one_that_whisper_has(text: str) -> None:
    assert decoded(text).compression == get_compression_ratio(text)


@given(st.text(min_size=1))
def test_it_is_so_for_any_text(text: str) -> None:
    assert decoded(text).compression == get_compression_ratio(text)


def test_an_empty_text_repeats_nothing() -> None:
    assert decoded("").compression == get_compression_ratio("") == 0.0


def test_only_a_text_in_circles_is_a_loop() -> None:
    assert decoded(CIRCLES).compression > LOOP > 2 * decoded(FLUENT).compression


# Faults


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        pytest.param(decoded(), 0, id="a good text"),
        pytest.param(decoded(logprob=-1.5), 1, id="a doubtful text"),
        pytest.param(decoded(logprob=DOUBTFUL), 0, id="one as probable as it must be"),
        pytest.param(decoded(tokens=8), 2, id="too few words for so much voice"),
        pytest.param(decoded(tokens=9), 0, id="as many as there must be"),
        pytest.param(decoded(tokens=8, duration=2.0), 0, id="enough for less voice"),
        pytest.param(decoded(tokens=8, logprob=-1.5), 3, id="doubtful and too few words"),
        pytest.param(decoded(CIRCLES), 3, id="a loop"),
        pytest.param(decoded(CIRCLES, logprob=-1.5), 3, id="a doubtful loop"),
        pytest.param(decoded(CIRCLES, logprob=-1.5, no_speech=0.9), 3, id="a loop over silence"),
        pytest.param(decoded(logprob=-1.5, no_speech=0.9), 0, id="silence: it stays what it is"),
        pytest.param(decoded("so", 1, -1.5, 0.9), 0, id="silence has few words"),
        pytest.param(decoded(logprob=-1.5, no_speech=NO_SPEECH), 1, id="not silent enough"),
        pytest.param(decoded(no_speech=0.9), 0, id="sure of its text, though it hears silence"),
        pytest.param(decoded("so", 1, -0.2, 0.9), 2, id="sure of too few words"),
        pytest.param(decoded("", 0), 2, id="nothing said in so much voice"),
        pytest.param(decoded("", 0, -1.5), 3, id="nothing said, and doubtful"),
        pytest.param(decoded("", 0, -1.5, 0.9), 0, id="nothing said in silence"),
        pytest.param(decoded("", 0, duration=0.0), 0, id="nothing said in nothing"),
    ],
)
def test_a_text_has_faults(text: Decoded, faults: int) -> None:
    assert text.faults(OPTIONS) == faults


def test_how_many_words_there_must_be_is_an_option() -> None:
    text = decoded(tokens=12, duration=6.0)
    assert text.faults(DecodingOptions(tokens=2.0)) == 0
    assert text.faults(DecodingOptions(tokens=2.1)) == 2


# The best of several

GOOD, BETTER = decoded(), decoded(logprob=-0.1)
UNSURE, LESS_SURE = decoded(logprob=-1.2), decoded(logprob=-2.0)
FEW = decoded(tokens=3, logprob=-0.1)
ROUND, SURE_ROUND = decoded(CIRCLES, logprob=-0.4), decoded(CIRCLES, logprob=-0.1)


@pytest.mark.parametrize(
    ("tries", "kept"),
    [
        pytest.param([GOOD], GOOD, id="one alone"),
        pytest.param([GOOD, BETTER], BETTER, id="of good ones the most probable"),
        pytest.param([LESS_SURE, UNSURE], UNSURE, id="of doubtful ones the least doubtful"),
        pytest.param([UNSURE, FEW], UNSURE, id="a doubt rather than lost words"),
        pytest.param([FEW, ROUND], FEW, id="lost words rather than a loop"),
        pytest.param([SURE_ROUND, LESS_SURE], LESS_SURE, id="a doubt rather than a sure loop"),
        pytest.param([ROUND, SURE_ROUND], SURE_ROUND, id="loops alone, for want of better"),
        pytest.param([SURE_ROUND, FEW, LESS_SURE, GOOD], GOOD, id="a good one before all"),
    ],
)
def test_the_text_with_the_least_faults_is_kept_wherever_it_stands(
    tries: list[Decoded], kept: Decoded
) -> None:
    for order in permutations(tries):
        assert best(order, OPTIONS) is kept


def test_of_texts_that_are_as_good_the_first_is_kept() -> None:
    first, second = decoded("so we do"), decoded("so we did")
    assert best([first, second], OPTIONS) is first


# What is heard


def test_what_is_heard_has_the_figures_of_the_text() -> None:
    text = decoded(CIRCLES, logprob=-1.5, no_speech=0.9)
    heard = text.heard([RawWord(" again", 0.5, 1.0, 0.75), RawWord("-and", 1.0, 1.5, 0.5)], "de")
    (word,) = heard.words
    assert (word.start, word.end, word.text, word.probability) == (0.5, 1.5, "again-and", 0.5)
    assert (heard.language, heard.temperature) == ("de", 0.0)
    assert (heard.average_logprob, heard.no_speech_probability) == (-1.5, 0.9)
    assert heard.compression_ratio == text.compression
    assert heard.silent
    assert heard.looped


def test_a_text_without_words_is_heard_as_nothing() -> None:
    heard = decoded("", 0).heard([], "en")
    assert (heard.words, heard.compression_ratio, heard.looped) == ((), 0.0, False)


# Ways of decoding


def test_each_way_of_decoding_is_another() -> None:
    ways = [FIRST, *FALLBACKS]
    assert len({(way.timestamps, way.no_repeat) for way in ways}) == len(ways)
    assert not FIRST.timestamps
    assert FIRST.no_repeat == 0


@pytest.mark.parametrize("value", [FIRST, OPTIONS, GOOD], ids=lambda value: type(value).__name__)
def test_no_value_can_be_written_to(value: object) -> None:
    name = fields(value)[0].name  # type: ignore[arg-type] # all are dataclasses
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, None)


# Text that was dropped


def spoken(*starts: float) -> list[RawWord]:
    return [RawWord(" so", start, start + 0.1, 1.0) for start in starts]


@pytest.mark.parametrize(
    ("starts", "hole"),
    [
        pytest.param([0.2, 0.5, 0.9], 5.1, id="the end is missing"),
        pytest.param([4.0, 4.5, 5.5], 4.0, id="the beginning is missing"),
        pytest.param([0.0, 1.0, 5.0], 4.0, id="the middle is missing"),
        pytest.param([], 6.0, id="all is missing"),
        pytest.param([1.0, 2.0, 3.0, 4.0, 5.0], 1.0, id="nothing is missing"),
    ],
)
def test_a_hole_is_where_no_word_begins(starts: list[float], hole: float) -> None:
    assert longest_hole(spoken(*starts), 6.0) == pytest.approx(hole)


def test_a_word_that_is_stretched_over_a_hole_does_not_hide_it() -> None:
    assert longest_hole([RawWord(" so", 0.0, 5.9, 1.0), *spoken(5.9)], 6.0) == pytest.approx(5.9)


@given(st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=40))
def test_more_words_never_make_a_hole_longer(words: list[tuple[float, bool]]) -> None:
    every = spoken(*sorted(start for start, _ in words))
    some = spoken(*sorted(start for start, kept in words if kept))
    assert longest_hole(every, 30.0) <= longest_hole(some, 30.0) <= 30.0
