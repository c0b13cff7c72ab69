"""The values between the stages: what they refuse, and the algebra of spans and words."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.transcript import (
    Annotation,
    Entity,
    Keyphrase,
    Made,
    Mention,
    Segment,
    Span,
    SpeakerSpan,
    Transcript,
    Turn,
    Word,
    join_words,
    word_offsets,
)
from tests.values import conversations, spoken_words, tangles, turn, words

TIMES = st.floats(0, 1e6, allow_nan=False)
SPANS = st.builds(lambda a, b: Span(min(a, b), max(a, b)), TIMES, TIMES)


# --- spans ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (-0.001, 1.0),
        (2.0, 1.0),
        (math.nan, 1.0),
        (0.0, math.nan),
        (0.0, math.inf),
        (math.inf, math.inf),
        (-math.inf, 1.0),
    ],
)
def test_what_is_no_stretch_of_time_is_refused_with_what_it_was(start: float, end: float) -> None:
    with pytest.raises(ValueError, match="not a span of time") as caught:
        Span(start, end)
    assert f"start={start!r}, end={end!r}" in str(caught.value)


@pytest.mark.parametrize(
    ("first", "second", "overlap", "distance"),
    [
        (Span(0, 2), Span(1, 3), 1.0, 0.0),
        (Span(0, 2), Span(2, 3), 0.0, 0.0),
        (Span(0, 2), Span(5, 6), 0.0, 3.0),
        (Span(0, 10), Span(4, 5), 1.0, 0.0),
        (Span(1, 1), Span(0, 2), 0.0, 0.0),
        (Span(1, 1), Span(1, 1), 0.0, 0.0),
        (Span(1, 1), Span(3, 3), 0.0, 2.0),
        (Span(0, 2), Span(0, 2), 2.0, 0.0),
    ],
)
def test_two_spans_share_time_or_lie_apart(
    first: Span, second: Span, overlap: float, distance: float
) -> None:
    assert first.overlap(second) == second.overlap(first) == overlap
    assert first.distance(second) == second.distance(first) == distance


@given(SPANS, SPANS)
def test_overlap_and_distance_are_symmetric_and_never_both(first: Span, second: Span) -> None:
    assert first.overlap(second) == second.overlap(first)
    assert first.distance(second) == second.distance(first)
    assert first.overlap(second) == 0 or first.distance(second) == 0
    assert 0 <= first.overlap(second) <= min(first.duration, second.duration)


@given(SPANS, SPANS)
def test_what_two_spans_cover_is_their_lengths_less_what_they_share(
    first: Span, second: Span
) -> None:
    hull = max(first.end, second.end) - min(first.start, second.start)
    covered = first.duration + second.duration - first.overlap(second)
    assert covered + first.distance(second) == pytest.approx(hull)


@given(SPANS)
def test_a_span_overlaps_itself_whole_and_holds_its_middle(span: Span) -> None:
    assert span.overlap(span) == span.duration
    assert span.distance(span) == 0
    assert span.start <= span.middle <= span.end


# --- words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", " so", "so ", "\tso", "so\n", "so\u3000"])
def test_a_word_has_text_without_white_space_around_it(text: str) -> None:
    with pytest.raises(ValueError, match="without outer white space") as caught:
        Word(0, 1, text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("probability", [-0.01, 1.01, math.nan, math.inf])
def test_a_probability_lies_between_none_and_certain(probability: float) -> None:
    with pytest.raises(ValueError, match=r"a probability lies in \[0, 1\]"):
        Word(0, 1, "so", probability)
    with pytest.raises(ValueError, match=r"a probability lies in \[0, 1\]"):
        Word(0, 1, "so", speaker_probability=probability)


def test_a_word_may_have_no_length_but_not_less() -> None:
    assert Word(1, 1, "so").duration == 0
    with pytest.raises(ValueError, match="not a span of time"):
        Word(1, 0.99, "so")


@pytest.mark.parametrize(
    ("said", "text", "offsets"),
    [
        ((), "", ()),
        (words("so"), "so", (0,)),
        (words("How is it"), "How is it", (0, 4, 7)),
        (words("今日 は カレー", spaced=False), "今日はカレー", (0, 2, 3)),
        ((*words("well"), *words("-known", spaced=False)), "well-known", (0, 4)),
        ((*words("今日", spaced=False), *words("Acme")), "今日 Acme", (0, 3)),
    ],
)
def test_words_are_text_with_the_spaces_of_their_script(
    said: tuple[Word, ...], text: str, offsets: tuple[int, ...]
) -> None:
    assert join_words(said) == text
    assert word_offsets(said) == offsets


@given(spoken_words())
def test_every_word_stands_in_the_text_at_its_offset_and_nothing_else_does(
    said: tuple[Word, ...],
) -> None:
    text, offsets = join_words(said), word_offsets(said)
    assert len(offsets) == len(said)
    left = list(text)
    for offset, word in zip(offsets, said, strict=True):
        assert text[offset : offset + len(word.text)] == word.text
        left[offset : offset + len(word.text)] = [""] * len(word.text)
    assert set("".join(left)) <= {" "}
    assert list(offsets) == sorted(set(offsets))


@given(spoken_words())
def test_offsets_may_be_asked_of_words_that_come_only_once(said: tuple[Word, ...]) -> None:
    assert word_offsets(iter(said)) == word_offsets(said)
    assert join_words(iter(said)) == join_words(said)


# --- segments and turns ---------------------------------------------------------------------


def test_a_segment_reads_as_its_words() -> None:
    assert Segment(0, 1, words("How is it")).text == "How is it"
    assert Segment(0, 1, ()).text == ""


def test_a_turn_without_words_is_none() -> None:
    with pytest.raises(ValueError, match="at least one word"):
        Turn(0, 1, "Anna", ())
    with pytest.raises(ValueError, match="at least one word"):
        Turn.of("Anna", [])


@given(tangles())
def test_a_turn_reaches_around_all_its_words_however_they_lie(turns: tuple[Turn, ...]) -> None:
    for made in turns:
        assert all(made.start <= word.start and word.end <= made.end for word in made.words)
        assert made.start in {word.start for word in made.words}
        assert made.end in {word.end for word in made.words}


def test_a_turn_takes_words_that_come_only_once() -> None:
    assert Turn.of("Anna", iter(words("How is it"))) == turn("How is it")


@pytest.mark.parametrize(
    ("start_char", "end_char", "span"),
    [
        # "How is it going?": words of 0.3 s at 0, 4, 7 and 10
        (0, 3, Span(0.0, 0.3)),
        (0, 16, Span(0.0, 1.2)),
        (4, 6, Span(0.3, 0.6)),
        (4, 9, Span(0.3, 0.9)),
        (5, 8, Span(0.3, 0.9)),
        (10, 11, Span(0.9, 1.2)),
        (15, 16, Span(0.9, 1.2)),
        # with the space behind
        (0, 4, Span(0.0, 0.3)),
        # with the space before
        (3, 6, Span(0.3, 0.6)),
        (3, 5, Span(0.3, 0.6)),
        (6, 16, Span(0.6, 1.2)),
        # only a space, or nothing: the word before
        (3, 4, Span(0.0, 0.3)),
        (3, 3, Span(0.0, 0.3)),
        (0, 0, Span(0.0, 0.3)),
        (8, 8, Span(0.6, 0.9)),
        # beyond the text
        (12, 99, Span(0.9, 1.2)),
        (50, 99, Span(0.9, 1.2)),
    ],
)
def test_characters_are_said_when_the_words_are_that_they_touch(
    start_char: int, end_char: int, span: Span
) -> None:
    found = turn("How is it going?").span_of(start_char, end_char)
    assert (found.start, found.end) == pytest.approx((span.start, span.end))


@given(conversations(), st.data())
def test_any_characters_of_a_turn_are_said_when_their_words_are(
    turns: tuple[Turn, ...], data: st.DataObject
) -> None:
    for said in turns:
        start = data.draw(st.integers(0, len(said.text) - 1))
        end = data.draw(st.integers(start + 1, len(said.text)))
        touched = [
            word
            for offset, word in zip(word_offsets(said.words), said.words, strict=True)
            if offset < end and start < offset + len(word.text)
        ]
        found = said.span_of(start, end)
        if touched:
            assert found == Span(touched[0].start, touched[-1].end)
        else:
            assert said.text[start:end] == " "
            assert found.end <= said.span_of(end, end + 1).start


@given(conversations())
def test_each_word_of_a_turn_is_found_at_its_own_time(turns: tuple[Turn, ...]) -> None:
    for said in turns:
        for offset, word in zip(word_offsets(said.words), said.words, strict=True):
            found = said.span_of(offset, offset + len(word.text))
            assert found == Span(word.start, word.end)


@given(tangles(), st.integers(0, 400), st.integers(0, 400))
def test_characters_have_a_time_within_their_turn_however_its_words_lie(
    turns: tuple[Turn, ...], start: int, length: int
) -> None:
    for said in turns:
        found = said.span_of(start, start + length)
        assert said.start <= found.start <= found.end <= said.end


# --- what is found, and how it was made -----------------------------------------------------


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3), (-2, -1)])
def test_a_mention_has_characters(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"not a range of characters: {start}-{end}"):
        Mention(0, 1, 0, start, end)


def test_a_mention_is_checked_as_a_span_too() -> None:
    with pytest.raises(ValueError, match="not a span of time"):
        Mention(2, 1, 0, 0, 3)


def test_turns_are_in_the_order_in_which_they_start() -> None:
    first, second = turn("How is it?", start=0.0), turn("Fine.", "Ben", 5.0)
    assert Transcript("abc", "en", (first, second)).turns == (first, second)
    with pytest.raises(ValueError, match="in the order in which they start"):
        Transcript("abc", "en", (second, first))


def test_turns_that_start_together_are_in_order_either_way() -> None:
    first, second = turn("How is it?"), turn("Fine.", "Ben")
    assert Transcript("abc", "en", (second, first)).turns == (second, first)


@pytest.mark.parametrize(
    ("spoken", "speakers"),
    [
        ((), ()),
        (("Anna", "Ben", "Anna"), ("Anna", "Ben")),
        (("Ben", "Anna"), ("Ben", "Anna")),
        ((None, "Anna", None), ("Anna",)),
        ((None,), ()),
        (("", "Anna"), ("Anna",)),
    ],
)
def test_speakers_are_named_once_in_the_order_in_which_they_first_speak(
    spoken: tuple[str | None, ...], speakers: tuple[str, ...]
) -> None:
    turns = tuple(turn("So.", speaker, float(place)) for place, speaker in enumerate(spoken))
    assert Transcript("abc", "en", turns).speakers == speakers


MENTION = Mention(0, 1, 0, 0, 4)
VALUES: list[Any] = [
    Span(0, 1),
    Word(0, 1, "so"),
    Segment(0, 1, words("so")),
    SpeakerSpan(0, 1, "Anna"),
    turn("So."),
    MENTION,
    Entity("Acme", "ORG", MENTION),
    Keyphrase("price", 0.5, (MENTION,)),
    Made("whisper", "1"),
    Annotation(),
    Transcript("abc", "en", ()),
]


@pytest.mark.parametrize("value", VALUES, ids=[type(value).__name__ for value in VALUES])
def test_values_do_not_change_take_no_new_fields_and_can_be_kept_in_a_set(value: Any) -> None:
    for name in (*type(value).__dataclass_fields__, "new"):
        with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
            setattr(value, name, 1)
    assert not hasattr(value, "__dict__")
    assert len({value, value}) == 1
