"""By what it is known whose a word is: by hand, by channel, by voice; and what holds of turns."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.attribute import attribute, by_channel, given_to, spoken_in, told_by
from pipeline.boundaries import voices_of
from pipeline.transcript import Segment, SpeakerSpan, Turn, Word
from tests.values import words

ANNA = SpeakerSpan(0, 10, "Anna")
BEN = SpeakerSpan(10, 20, "Ben")


def word(start: float, end: float, text: str = "so") -> Word:
    return Word(start, end, text)


def segment(said: str, start: float, channel: int | None = None, each: float = 0.5) -> Segment:
    spoken = words(said, start, each)
    return Segment(spoken[0].start, spoken[-1].end, spoken, channel)


def shown(turns: tuple[Turn, ...]) -> list[tuple[str | None, str]]:
    return [(turn.speaker, turn.text) for turn in turns]


def told(said: Segment, *spans: SpeakerSpan) -> list[str | None]:
    own = [span for span in spans if span.channel in (None, said.channel)]
    return [each.speaker if each else None for each in told_by(voices_of(own), said.words)]


def plain(said: Word) -> Word:
    """Return a word without what is known of its speaker."""
    return replace(said, speaker_probability=None)


# By channel


def test_where_the_channel_is_the_speaker_no_time_says_otherwise() -> None:
    spans = [SpeakerSpan(0, 9, "Anna", 0), SpeakerSpan(5, 6, "Ben", 1)]
    heard = [segment("yes I do", 0, channel=1), segment("no", 500, channel=1)]
    assert shown(attribute(heard, spans)) == [("Ben", "yes I do no")]


def test_in_a_channel_without_spans_nobody_is_told_apart() -> None:
    heard = [segment("yes no", 0, channel=1)]
    assert shown(attribute(heard, [SpeakerSpan(0, 1, "Anna", 0)])) == [(None, "yes no")]


def test_spans_told_by_voice_hold_for_every_channel() -> None:
    assert shown(attribute([segment("yes", 2, channel=3)], [ANNA, BEN])) == [("Anna", "yes")]


def test_where_one_span_is_told_by_voice_times_decide() -> None:
    spans = SpeakerSpan(0, 1, "Anna", 0), SpeakerSpan(5, 6, "Guest")
    assert told(segment("hello", 5.2, channel=0), *spans) == ["Guest"]


def test_two_who_share_a_channel_are_told_apart_by_time() -> None:
    spans = SpeakerSpan(0, 1, "Anna", 0), SpeakerSpan(2, 3, "Guest", 0)
    assert told(segment("so", 0.2, channel=0), *spans) == ["Anna"]
    assert told(segment("hello", 2.2, channel=0), *spans) == ["Guest"]


def test_a_voice_alone_says_nothing_that_is_far_from_it() -> None:
    assert told(segment("hello", 500), ANNA) == [None]


def test_a_segment_may_change_speakers_from_word_to_word() -> None:
    assert told(segment("a b. C d", 9), ANNA, BEN) == ["Anna", "Anna", "Ben", "Ben"]


# How sure it is


@pytest.mark.parametrize(
    ("spans", "sure"),
    [
        pytest.param([SpeakerSpan(0, 9, "Anna", 0)], 1.0, id="by channel"),
        pytest.param([SpeakerSpan(0, 9, "Anna", 0, 0.8)], 0.8, id="by a doubtful channel"),
        pytest.param([SpeakerSpan(0, 9, "Anna", None, 0.7)], 0.7, id="by the only voice"),
        pytest.param([], None, id="nobody"),
    ],
)
def test_a_word_says_how_sure_its_speaker_is(spans: list[SpeakerSpan], sure: float | None) -> None:
    (turn,) = attribute([segment("so it is", 1, channel=0)], spans)
    assert [said.speaker_probability for said in turn.words] == [sure] * 3


def test_a_word_is_less_sure_beside_a_change_than_amid_a_turn() -> None:
    first, second = attribute([segment("one two. Three four", 9, each=0.5)], [ANNA, BEN])
    amid, beside = (said.speaker_probability or 0 for said in first.words)
    assert 0.5 < beside < amid < 1
    assert second.words[0].speaker_probability == pytest.approx(beside)


def test_what_a_word_said_of_its_speaker_before_is_forgotten() -> None:
    before = Segment(0, 1, (Word(0, 1, "so", speaker_probability=0.4),))
    (turn,) = attribute([before], [])
    assert turn.words[0].speaker_probability is None


# By hand


@pytest.mark.parametrize(
    ("start", "end", "speaker"),
    [
        pytest.param(1, 2, None, id="before"),
        pytest.param(4.4, 5.4, None, id="mostly before"),
        pytest.param(4.6, 5.6, "Ben", id="mostly inside"),
        pytest.param(6.9, 7.5, "Cleo", id="mostly in the next"),
        pytest.param(6.5, 7.5, "Cleo", id="half in each: the next"),
        pytest.param(8.6, 9.4, "Cleo", id="just when it ends"),
        pytest.param(8.6, 9.6, None, id="mostly after"),
    ],
)
def test_a_passage_by_hand_has_the_words_of_which_the_middle_is_in_it(
    start: float, end: float, speaker: str | None
) -> None:
    passages = [SpeakerSpan(5, 7, "Ben"), SpeakerSpan(7, 9, "Cleo")]
    assert given_to(word(start, end), passages) == speaker
    assert given_to(word(start, end), []) is None


def test_a_passage_by_hand_wins_over_a_voice_within_its_time_and_no_further() -> None:
    """It is one word amid a sentence: told by voice, its span would be taken for an error."""
    heard = [segment("one two three four five", 1)]
    by_hand = [SpeakerSpan(2.0, 2.5, "Ben")]
    turns = attribute(heard, [ANNA], by_hand)
    assert shown(turns) == [("Anna", "one two"), ("Ben", "three"), ("Anna", "four five")]
    assert turns[1].words[0].speaker_probability == 1.0


def test_a_passage_by_hand_wins_over_the_channel() -> None:
    heard = [segment("one two three", 1, 0), segment("yes", 9, 1)]
    by_hand = [SpeakerSpan(1.4, 2.1, "Guest", 0)]
    spans = [SpeakerSpan(0, 9, "Anna", 0), SpeakerSpan(0, 9, "Ben", 1)]
    assert shown(attribute(heard, spans, by_hand)) == [
        ("Anna", "one"),
        ("Guest", "two"),
        ("Anna", "three"),
        ("Ben", "yes"),
    ]


def test_a_passage_by_hand_of_no_channel_wins_in_all() -> None:
    heard = [segment("one", 1, 0), segment("two", 2, 1)]
    by_hand = [SpeakerSpan(0, 9, "Guest")]
    assert shown(attribute(heard, [], by_hand)) == [("Guest", "one two")]


def test_a_passage_by_hand_of_another_channel_is_of_no_account() -> None:
    heard = [segment("one", 1, 0)]
    spans = [SpeakerSpan(0, 9, "Anna", 0)]
    assert shown(attribute(heard, spans, [SpeakerSpan(0, 9, "Guest", 1)])) == [("Anna", "one")]


def test_a_passage_by_hand_names_words_that_nobody_was_found_for() -> None:
    heard = [segment("one two", 100)]
    by_hand = [SpeakerSpan(99, 100.5, "Ben")]
    assert shown(attribute(heard, [], by_hand)) == [("Ben", "one"), (None, "two")]


def test_a_passage_by_hand_draws_no_words_around_it() -> None:
    """Beside it nobody was found: its speaker is near, but who corrects a word means that word."""
    by_hand = [SpeakerSpan(1, 2, "Ben")]
    spoken = spoken_in(words("one two three four", 0.5, 0.5), [], by_hand)
    assert [each.speaker for each in spoken] == [None, "Ben", "Ben", None]


# Turns


def test_a_monologue_becomes_paragraphs() -> None:
    said = " ".join(["and so it went on."] * 40)
    turns = attribute([segment(said, 0)], [])
    assert len(turns) == 4
    assert all(turn.duration <= 33 and turn.text.endswith(".") for turn in turns)


def test_a_word_thrown_in_does_not_cut_a_sentence_in_two() -> None:
    spans = [SpeakerSpan(0, 5, "Anna", 0), SpeakerSpan(1, 2, "Ben", 1)]
    heard = [segment("and so we went home again", 0, 0), segment("right", 1.2, 1)]
    assert shown(attribute(heard, spans)) == [
        ("Anna", "and so we went home again"),
        ("Ben", "right"),
    ]


def test_a_remark_in_a_mono_call_does_not_cut_a_sentence_in_two() -> None:
    spans = [SpeakerSpan(0, 5, "Anna"), SpeakerSpan(1.5, 2, "Ben")]
    heard = [segment("and so we mm-hm, went home again", 0)]
    assert shown(attribute(heard, spans)) == [
        ("Anna", "and so we went home again"),
        ("Ben", "mm-hm,"),
    ]


def test_an_answer_in_a_pause_ends_the_turn() -> None:
    spans = [SpeakerSpan(0, 9, "Anna", 0), SpeakerSpan(1, 3, "Ben", 1)]
    heard = [
        segment("how much", 0, 0),
        segment("twenty", 1.5, 1),
        segment("too expensive", 2.5, 0),
    ]
    assert shown(attribute(heard, spans)) == [
        ("Anna", "how much"),
        ("Ben", "twenty"),
        ("Anna", "too expensive"),
    ]


def test_somebody_who_only_pauses_keeps_the_floor() -> None:
    spans = [SpeakerSpan(0, 100, "Anna", 0)]
    heard = [segment("let me think", 0, 0), segment("no", 60, 0)]
    assert shown(attribute(heard, spans)) == [("Anna", "let me think no")]


def test_where_nobody_is_told_apart_a_long_pause_ends_the_turn() -> None:
    heard = [segment("first thing", 0), segment("still the first", 1.5), segment("second", 5)]
    assert shown(attribute(heard, [])) == [
        (None, "first thing still the first"),
        (None, "second"),
    ]


def test_turns_that_start_together_are_in_the_order_in_which_they_end() -> None:
    spans = [SpeakerSpan(0, 5, "Anna", 0), SpeakerSpan(0, 5, "Ben", 1)]
    turns = attribute([segment("a long answer", 0, 0), segment("yes", 0, 1)], spans)
    assert [turn.speaker for turn in turns] == ["Ben", "Anna"]


def test_words_are_taken_channel_by_channel_in_the_order_of_their_starts() -> None:
    later = Segment(0, 9, (word(3, 4, "c"), word(1, 2, "b")), 0)
    channels = by_channel([segment("x", 5, 1), later, segment("a", 0, 0)])
    texts = {channel: [said.text for said in own] for channel, own in channels.items()}
    assert texts == {1: ["x"], 0: ["a", "b", "c"]}


def test_without_speech_there_are_no_turns() -> None:
    assert attribute([], [ANNA]) == ()
    assert attribute([Segment(0, 1, ())], [ANNA]) == ()


@pytest.mark.parametrize("by_voice", [False, True])
def test_a_long_call_is_attributed_in_little_time(by_voice: bool) -> None:
    """Two hours of quick exchanges: looking at all words for each pause took many times as long."""
    heard = [segment("one two three four.", 2.4 * n, n % 2) for n in range(3000)]
    spans = [SpeakerSpan(s.start, s.end, f"Speaker {s.channel}", s.channel) for s in heard]
    if by_voice:
        heard = [replace(each, channel=None) for each in heard]
        spans = [replace(each, channel=None) for each in spans]
    begun = time.perf_counter()
    turns = attribute(heard, spans)
    assert len(turns) == 3000
    assert time.perf_counter() - begun < 4


# What holds always


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[Segment], list[SpeakerSpan], list[SpeakerSpan]]:
    """Make what the stages before give: segments in order, each channel's words in a row.

    With them come who spoke when, and passages by hand.
    """
    channels = draw(st.sampled_from([(None,), (0,), (0, 1), (0, 1, 2)]))
    gaps = st.sampled_from([0.0, 0.0, 0.1, 0.3, 0.5, 1.5, 4.0])
    lengths = st.sampled_from([0.0, 0.02, 0.2, 0.5, 2.0])
    ends = st.sampled_from(["", "", ",", ".", "?"])
    segments, count = [], 0
    for channel in channels:
        end = 0.0
        for run in draw(st.lists(st.lists(st.tuples(gaps, lengths, ends), min_size=1), max_size=5)):
            said = []
            for gap, length, mark in run:
                said.append(Word(end + gap, end + gap + length, f"w{count}{mark}"))
                end, count = said[-1].end, count + 1
            segments.append(Segment(said[0].start, end, tuple(said), channel))
    spans = [
        SpeakerSpan(start, start + length, f"Speaker {channel or 0}", channel)
        for channel in channels
        for start, length in draw(st.lists(st.tuples(gaps.map(lambda g: 9 * g), lengths)))
    ]
    if draw(st.booleans()):  # told by voice: the channels say nothing
        spans = [SpeakerSpan(s.start, s.end, s.speaker, None, 0.9) for s in spans]
    begin, length = draw(gaps), draw(lengths)
    by_hand = [SpeakerSpan(begin, begin + length, "By hand", draw(st.sampled_from(channels)))]
    return (
        sorted(segments, key=lambda each: each.start),
        spans,
        draw(st.sampled_from([[], by_hand])),
    )


Call = tuple[list[Segment], list[SpeakerSpan], list[SpeakerSpan]]


@given(calls())
def test_no_word_is_lost_or_made_up_or_changed(call: Call) -> None:
    said = [word for segment in call[0] for word in segment.words]
    kept = [plain(word) for turn in attribute(*call) for word in turn.words]
    assert sorted(kept, key=lambda word: word.text) == sorted(said, key=lambda word: word.text)


@given(calls())
def test_each_speakers_words_keep_their_order(call: Call) -> None:
    spoken: dict[str | None, list[float]] = {}
    for turn in attribute(*call):
        spoken.setdefault(turn.speaker, []).extend(said.start for said in turn.words)
    assert all(starts == sorted(starts) for starts in spoken.values())


@given(calls())
def test_in_a_mono_call_each_speakers_words_are_in_the_order_in_which_they_were_heard(
    call: Call,
) -> None:
    one_stream = [replace(each, channel=None) for each in call[0] if each.channel in (None, 0)]
    heard = [said.text for each in one_stream for said in each.words]
    spoken: dict[str | None, list[str]] = {}
    for turn in attribute(one_stream, *call[1:]):
        spoken.setdefault(turn.speaker, []).extend(said.text for said in turn.words)
    for own in spoken.values():
        assert own == [text for text in heard if text in own]


@given(calls())
def test_it_comes_out_the_same_every_time(call: Call) -> None:
    assert attribute(*call) == attribute(*call)


@given(calls())
def test_turns_are_in_time_order_and_reach_from_their_first_word_to_their_last(call: Call) -> None:
    turns = attribute(*call)
    assert all(before.start <= after.start for before, after in pairwise(turns))
    for turn in turns:
        assert turn.start == min(said.start for said in turn.words)
        assert turn.end == max(said.end for said in turn.words)


@given(calls())
def test_exactly_whose_speaker_is_known_has_words_that_say_how_sure(call: Call) -> None:
    for turn in attribute(*call):
        for said in turn.words:
            assert (said.speaker_probability is None) == (turn.speaker is None)


@given(calls())
def test_what_is_given_by_hand_is_exactly_what_lies_in_the_passage(call: Call) -> None:
    segments, spans, by_hand = call
    given = {
        said.text
        for each in segments
        for said in each.words
        for span in by_hand
        if span.channel in (None, each.channel) and span.start <= said.middle <= span.end
    }
    kept = {
        said.text for turn in attribute(*call) if turn.speaker == "By hand" for said in turn.words
    }
    assert kept == given
    rest = {said.text for each in segments for said in each.words} - given
    before = attribute(segments, spans)
    speakers = {turn.speaker for turn in before}
    assert {turn.speaker for turn in attribute(*call)} <= {*speakers, "By hand", None}
    assert rest <= {said.text for turn in before for said in turn.words}
