"""Words that only leak go, and are kept on record; what anybody says stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.audio import Audio
from pipeline.channels.echo import (
    ECHO,
    FAINTER,
    NO_CHANCE,
    TOGETHER,
    UNDER_OWN,
    Said,
    echoed,
    rows_of,
    without_echo,
)
from pipeline.hearing.voice import Voice
from pipeline.transcribe import TranscribeOptions, transcribe
from pipeline.transcript import Removed, Segment, Span, Speech, Word
from tests.fakes import FakeRecogniser
from tests.sounds import columns, speech
from tests.values import words

if TYPE_CHECKING:
    from pipeline.channels.echo import Level

SENTENCE = "so what does it cost"


def segment(text: str, channel: int | None, start: float = 0.0) -> Segment:
    said = words(text, start)
    return Segment(said[0].start, said[-1].end, said, channel)


def levels(*of: float | tuple[tuple[float, float], ...]) -> Level:
    """Return levels of channels in dB: one for all times, or (from second, level) in order."""

    def level(span: Span, channel: int) -> float:
        known = of[channel]
        if isinstance(known, tuple):
            return [decibels for second, decibels in known if second <= span.start + 1e-6][-1]
        return known

    return level


def left(*segments: Segment, level: Level) -> list[tuple[int | None, str]]:
    """Return what stays of segments: (channel, text)."""
    kept, _ = echoed(segments, level)
    return [(each.channel, each.text) for each in kept]


@pytest.mark.parametrize("delay", [-0.1, 0.0, 0.06, 0.12, 0.25])
@pytest.mark.parametrize("under", [FAINTER, 15.0, 30.0])
def test_a_sentence_that_another_channel_says_louder_goes(delay: float, under: float) -> None:
    said, copy = segment(SENTENCE, 0, 1.0), segment(SENTENCE, 1, 1.0 + delay)
    kept, gone = echoed([said, copy], levels(-20.0, -20.0 - under))
    assert kept == (said,)
    assert gone == (Removed(copy.start, copy.end, SENTENCE, ECHO, 1),)


def test_it_goes_from_whichever_channel_is_fainter() -> None:
    both = segment(SENTENCE, 0), segment(SENTENCE, 1)
    assert left(*both, level=levels(-40.0, -20.0)) == [(1, SENTENCE)]


def test_capitals_and_commas_do_not_hide_a_copy() -> None:
    both = segment("So, what does it cost?", 0), segment("so what does it cost", 1)
    assert left(*both, level=levels(-20.0, -40.0)) == [(0, "So, what does it cost?")]


@pytest.mark.parametrize("text", ["no we do not pay", "cost it does what so"])
def test_other_words_at_the_same_time_stay(text: str) -> None:
    both = segment(SENTENCE, 0), segment(text, 1)
    assert left(*both, level=levels(-20.0, -40.0)) == [(0, SENTENCE), (1, text)]


def test_who_says_the_same_as_loud_as_the_other_is_kept() -> None:
    both = segment(SENTENCE, 0), segment(SENTENCE, 1)
    assert len(left(*both, level=levels(-20.0, -20.0 - FAINTER + 0.1))) == 2


@pytest.mark.parametrize("delay", [TOGETHER + 0.25, -0.25])
def test_the_same_words_a_little_later_or_earlier_are_somebodys(delay: float) -> None:
    both = segment(SENTENCE, 0, 1.0), segment(SENTENCE, 1, 1.0 + delay)
    assert len(left(*both, level=levels(-20.0, -40.0))) == 2


def test_a_word_said_at_once_by_a_quiet_person_is_kept() -> None:
    """20 dB under the other is how loud that person always is."""
    own = segment("I am the quiet one here", 1, 20.0)
    kept = left(segment("okay", 0), segment("okay", 1), own, level=levels(-20.0, -40.0))
    assert (1, "okay") in kept


def test_a_word_that_is_fainter_than_the_channels_own_goes() -> None:
    own = segment("I am the loud one here", 1, 20.0)
    faint = levels(-20.0, ((0.0, -40.0), (20.0, -40.0 + UNDER_OWN)))
    assert left(segment("okay", 0), segment("okay", 1), own, level=faint) == [
        (0, "okay"),
        (1, "I am the loud one here"),
    ]


def test_many_words_in_a_row_go_even_if_the_channels_own_are_fainter() -> None:
    own = segment("hardly to be heard", 1, 20.0)
    faint = levels(-20.0, ((0.0, -35.0), (20.0, -45.0)))
    assert len(SENTENCE.split()) >= NO_CHANCE
    assert left(segment(SENTENCE, 0), segment(SENTENCE, 1), own, level=faint) == [
        (0, SENTENCE),
        (1, "hardly to be heard"),
    ]


def test_a_misheard_word_among_copies_goes_with_them() -> None:
    both = segment("so what does it cost us", 0), segment("so what dozen it cost us", 1)
    assert left(*both, level=levels(-20.0, -40.0)) == [(0, "so what does it cost us")]


def test_a_word_thrown_in_among_copies_is_louder_than_they_are_and_stays() -> None:
    both = segment("so what does it cost us", 0), segment("so what yes it cost us", 1)
    thrown_in = levels(-20.0, ((0.0, -40.0), (0.6, -30.0), (0.9, -40.0)))
    assert left(*both, level=thrown_in) == [(0, "so what does it cost us"), (1, "yes")]


def test_words_before_and_after_copies_stay() -> None:
    said = segment(SENTENCE, 0, 3.0)
    heard = Segment(
        0, 9, (*words("well then", 0.0), *words(SENTENCE, 3.0), *words("I see", 8.0)), 1
    )
    other = (0.0, -60.0), (3.0, -20.0), (4.5, -60.0)
    loud = levels(other, ((0.0, -20.0), (3.0, -40.0), (4.5, -20.0)))
    assert left(said, heard, level=loud) == [(0, SENTENCE), (1, "well then I see")]


def test_of_three_channels_two_may_be_copies() -> None:
    three = [segment(SENTENCE, channel) for channel in range(3)]
    assert left(*three, level=levels(-40.0, -20.0, -50.0)) == [(1, SENTENCE)]


@pytest.mark.parametrize("channels", [(None, None), (0, 0), (None, 0)])
def test_a_mix_and_a_single_channel_have_no_copies(channels: tuple[int | None, ...]) -> None:
    both = tuple(segment(SENTENCE, channel) for channel in channels)
    assert echoed(both, levels(-20.0, -40.0)) == (both, ())


def test_nothing_heard_is_nothing_removed() -> None:
    assert echoed([], levels()) == ((), ())


TEXTS = st.lists(st.sampled_from(["yes", "no", "so", "what", "price"]), min_size=1, max_size=12)


@example(
    [(["no", "yes"], 0, 0.0), (["yes"] * 3, 1, 0.0), (["no", "yes"], 1, 0.0), (["yes"], 1, 0.0)],
    (-20.0, -30.0, -20.0),
)
@given(
    st.lists(st.tuples(TEXTS, st.integers(0, 2), st.sampled_from([0.0, 0.1, 5.0])), max_size=5),
    st.tuples(*[st.sampled_from([-20.0, -30.0, -45.0])] * 3),
)
def test_every_word_is_kept_or_on_record_and_the_loudest_channel_loses_none(
    said: list[tuple[list[str], int, float]], loud: tuple[float, ...]
) -> None:
    segments = [segment(" ".join(text), channel, start) for text, channel, start in said]
    kept, gone = echoed(segments, levels(*loud))
    before = Counter(each.text for one in segments for each in one.words)
    after = Counter(each.text for one in kept for each in one.words)
    assert before == after + Counter(text for each in gone for text in each.text.split())
    loudest = {channel for channel in range(3) if loud[channel] == max(loud)}
    assert not loudest & {each.channel for each in gone}


def test_a_row_ends_where_more_than_a_few_words_are_no_copies() -> None:
    flags = [True, False, False, True, False, False, False, True, False]
    word = Word(0, 1, "a")
    said = [Said(word, 0, 20.0 if flag else None) for flag in flags]
    assert [[each.is_copy for each in row] for row in rows_of(said)] == [
        [True, False, False, True],
        [True],
    ]


@pytest.mark.parametrize("decibels", [15, 20, 25, 30])
@pytest.mark.parametrize("milliseconds", [0, 60, 120])
def test_levels_are_those_of_the_sound(decibels: float, milliseconds: int) -> None:
    sound = speech(3.0)
    leak = np.roll(sound, milliseconds * 16) * 10 ** (-decibels / 20)
    both = segment(SENTENCE, 0, 0.5), segment(SENTENCE, 1, 0.5 + milliseconds / 1000)
    before = Removed(0.0, 0.1, "you", "nobody speaks there", 0)
    with Audio.from_samples(columns(sound, leak.astype(np.float32))) as audio:
        after = without_echo(audio, Speech("en", both, (before,)))
        assert without_echo(audio, replace(after, removed=())).removed == ()
    assert after.segments == both[:1]
    assert [each.reason for each in after.removed] == ["nobody speaks there", ECHO]
    assert after.language == "en"


def test_speech_without_copies_is_the_same_value() -> None:
    with Audio.from_samples(columns(speech(3.0), speech(3.0, seed=1))) as audio:
        heard = Speech("en", (segment("so", 0), segment("what", 1)))
        assert without_echo(audio, heard) is heard


def test_what_is_transcribed_is_freed_of_copies() -> None:
    sound = speech(3.0, level=0.2)
    said = (Span(0.0, 3.0),)
    voices = [Voice(channel, said, said, said) for channel in (0, 1)]
    with Audio.from_samples(columns(sound, np.asarray(0.1 * sound, dtype=np.float32))) as audio:
        heard = transcribe(audio, voices, FakeRecogniser((SENTENCE,)), TranscribeOptions())
    assert [(each.channel, each.text) for each in heard.segments] == [(0, SENTENCE)]
    assert [(each.channel, each.text, each.reason) for each in heard.removed] == [
        (1, SENTENCE, ECHO)
    ]
    assert heard.unheard == ()
