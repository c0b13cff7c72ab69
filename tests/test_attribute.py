"""Whose each word is, and where turns end: each rule of the module with its ties."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.attribute import (
    NEAREST,
    SHORTEST_PAUSE,
    SpokenWord,
    attribute,
    floor_passes,
    paragraph_ends,
    speaker_of,
    speakers_of,
    turns_of,
)
from pipeline.transcript import Segment, Span, SpeakerSpan, Turn, Word
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


# Whose a word is


@pytest.mark.parametrize(
    ("start", "end", "spans", "speaker"),
    [
        pytest.param(4, 5, [ANNA, BEN], "Anna", id="inside a span"),
        pytest.param(9.5, 10.2, [ANNA, BEN], "Anna", id="across two, mostly in the first"),
        pytest.param(9.8, 10.5, [ANNA, BEN], "Ben", id="across two, mostly in the second"),
        pytest.param(9.5, 10.5, [ANNA, BEN], "Anna", id="as much in both: who spoke before"),
        pytest.param(9.5, 10.5, [BEN, ANNA], "Anna", id="whatever the order of the spans"),
        pytest.param(10, 10, [ANNA, BEN], "Anna", id="without length where two spans touch"),
        pytest.param(12, 12, [ANNA, BEN], "Ben", id="without length inside a span"),
        pytest.param(21, 22, [ANNA, BEN], "Ben", id="near the end of a span"),
        pytest.param(22, 23, [ANNA, BEN], "Ben", id="as far as a word may be"),
        pytest.param(22.1, 23, [ANNA, BEN], None, id="too far from everybody"),
        pytest.param(3, 4, [], None, id="where nobody was told apart"),
    ],
)
def test_a_word_is_whose_span_it_overlaps_most_or_else_lies_nearest(
    start: float, end: float, spans: list[SpeakerSpan], speaker: str | None
) -> None:
    assert speaker_of(word(start, end), spans) == speaker


def test_a_word_between_two_spans_is_the_nearer_ones() -> None:
    spans = [SpeakerSpan(0, 1, "Anna"), SpeakerSpan(3, 4, "Ben")]
    assert speaker_of(word(1.2, 1.6), spans) == "Anna"
    assert speaker_of(word(2.4, 2.8), spans) == "Ben"


def test_a_word_as_near_to_two_spans_is_the_earlier_ones() -> None:
    spans = [SpeakerSpan(3, 4, "Ben"), SpeakerSpan(0, 1, "Anna")]
    assert speaker_of(word(1.5, 2.5), spans) == "Anna"


def test_where_two_speak_at_once_a_word_is_whose_span_it_overlaps_most() -> None:
    spans = [SpeakerSpan(0, 5.2, "Anna"), SpeakerSpan(5, 9, "Ben")]
    assert speaker_of(word(5.0, 5.5), spans) == "Ben"


def test_spans_of_another_channel_do_not_count() -> None:
    spans = [SpeakerSpan(0, 1, "Anna", 0), SpeakerSpan(5, 6, "Ben", 1)]
    assert speakers_of(segment("yes", 0, channel=1), spans) == ["Ben"]


def test_where_the_channel_is_the_speaker_no_distance_is_too_great() -> None:
    spans = [SpeakerSpan(5, 6, "Ben", 1)]
    assert speakers_of(segment("yes I do", 500, channel=1), spans) == ["Ben"] * 3


def test_in_a_channel_without_spans_nobody_is_told_apart() -> None:
    assert speakers_of(segment("yes no", 0, channel=1), [SpeakerSpan(0, 1, "Anna", 0)]) == [
        None,
        None,
    ]


def test_spans_told_by_voice_hold_for_every_channel() -> None:
    assert speakers_of(segment("yes", 2, channel=3), [ANNA, BEN]) == ["Anna"]


def test_where_one_span_is_told_by_voice_times_decide() -> None:
    spans = [SpeakerSpan(0, 1, "Anna", 0), SpeakerSpan(5, 6, "Guest")]
    assert speakers_of(segment("hello", 5.2, channel=0), spans) == ["Guest"]


def test_a_segment_may_change_speakers_from_word_to_word() -> None:
    assert speakers_of(segment("a b c d", 9, each=0.5), [ANNA, BEN]) == [
        "Anna",
        "Anna",
        "Ben",
        "Ben",
    ]


@given(st.floats(0, 30), st.floats(0, 3), st.floats(0, 30), st.floats(0, 3))
def test_no_word_is_given_to_somebody_far_away(
    start: float, length: float, spoke: float, for_: float
) -> None:
    said, span = word(start, start + length), SpeakerSpan(spoke, spoke + for_, "Anna")
    assert (speaker_of(said, [span]) == "Anna") == (span.distance(said) <= NEAREST)


# Where a turn ends


@pytest.mark.parametrize(
    ("pause", "others", "passes"),
    [
        pytest.param((1, 2), [1.5], True, id="somebody else speaks in it"),
        pytest.param((1, 2), [1.0], True, id="just when it begins"),
        pytest.param((1, 2), [2.0], True, id="just when it ends"),
        pytest.param((1, 2), [0.9, 2.1], False, id="somebody else speaks around it"),
        pytest.param((1, 2), [], False, id="silence"),
        pytest.param((1, 90), [], False, id="a long silence"),
        pytest.param((1, 1.29), [1.1], False, id="no more than a breath"),
        pytest.param((1, 1), [1.0], False, id="no pause at all"),
    ],
)
def test_the_floor_passes_when_somebody_else_has_a_word_in_a_pause(
    pause: tuple[float, float], others: list[float], passes: bool
) -> None:
    assert floor_passes(Span(*pause), others) is passes


@pytest.mark.parametrize(
    ("last", "length", "pause", "ends"),
    [
        pytest.param("so", 5, 1.5, True, id="a long pause"),
        pytest.param("so", 5, 1.4, False, id="a short one inside a sentence"),
        pytest.param("so.", 5, 0.5, True, id="a short one after a sentence"),
        pytest.param("so.", 5, 0.4, False, id="a breath after a sentence"),
        pytest.param("so?", 30, 0.0, True, id="a sentence's end in a long paragraph"),
        pytest.param("so,", 90, 0.4, False, id="no sentence's end in a long paragraph"),
        pytest.param("\u597d\u3002", 5, 0.6, True, id="a sentence's end in Chinese"),
    ],
)
def test_a_paragraph_ends_with_a_sentence_or_at_a_long_pause(
    last: str, length: float, pause: float, ends: bool
) -> None:
    said = [word(0, 1), word(length - 1, length, last)]
    assert paragraph_ends(said, Span(length, length + pause)) is ends


def test_a_monologue_becomes_paragraphs() -> None:
    said = " ".join(["and so it went on."] * 40)
    turns = attribute([segment(said, 0)], [])
    assert len(turns) == 4
    assert all(turn.duration <= 33 and turn.text.endswith(".") for turn in turns)


@given(st.lists(st.floats(0, 10)), st.floats(0, 10), st.floats(0, 10))
def test_the_floor_passes_exactly_if_a_word_lies_in_the_pause(
    others: list[float], start: float, length: float
) -> None:
    pause = Span(start, start + length)
    inside = any(pause.start <= each <= pause.end for each in others)
    expected = pause.duration >= SHORTEST_PAUSE and inside
    assert floor_passes(pause, sorted(others)) is expected


def test_a_word_thrown_in_does_not_cut_a_sentence_in_two() -> None:
    spans = [SpeakerSpan(0, 5, "Anna", 0), SpeakerSpan(1, 2, "Ben", 1)]
    heard = [segment("and so we went home again", 0, 0), segment("right", 1.2, 1)]
    assert shown(attribute(heard, spans)) == [
        ("Anna", "and so we went home again"),
        ("Ben", "right"),
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


def test_words_of_one_speaker_that_overlap_stay_in_one_turn() -> None:
    spoken = [SpokenWord("Anna", word(0, 5)), SpokenWord("Anna", word(1, 2))]
    (turn,) = turns_of("Anna", [*spoken, SpokenWord("Ben", word(1, 1.5))])
    assert (turn.start, turn.end, len(turn.words)) == (0, 5, 2)


def test_turns_that_start_together_are_in_the_order_in_which_they_end() -> None:
    spans = [SpeakerSpan(0, 5, "Anna", 0), SpeakerSpan(0, 5, "Ben", 1)]
    turns = attribute([segment("a long answer", 0, 0), segment("yes", 0, 1)], spans)
    assert [turn.speaker for turn in turns] == ["Ben", "Anna"]


def test_without_speech_there_are_no_turns() -> None:
    assert attribute([], [ANNA]) == ()
    assert turns_of("Anna", []) == []


def test_a_segment_without_words_gives_no_turn() -> None:
    assert attribute([Segment(0, 1, ())], [ANNA]) == ()


def test_a_long_call_is_attributed_in_little_time() -> None:
    """Two hours of quick exchanges: looking at all words for each pause took many times as long."""
    heard = [segment("one two three four", 2.4 * n, n % 2) for n in range(3000)]
    spans = [SpeakerSpan(s.start, s.end, f"Speaker {s.channel}", s.channel) for s in heard]
    begun = time.perf_counter()
    turns = attribute(heard, spans)
    assert len(turns) == 3000
    assert time.perf_counter() - begun < 4


# What holds always


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[Segment], list[SpeakerSpan]]:
    """Make what the stages before give: segments in order, each channel's words in a row."""
    channels = draw(st.sampled_from([(None,), (0,), (0, 1), (0, 1, 2)]))
    gaps = st.sampled_from([0.0, 0.0, 0.1, 0.3, 0.5, 1.5, 4.0])
    lengths = st.sampled_from([0.0, 0.02, 0.2, 0.5, 2.0])
    segments, count = [], 0
    for channel in channels:
        end = 0.0
        for run in draw(st.lists(st.lists(st.tuples(gaps, lengths), min_size=1), max_size=5)):
            said = []
            for gap, length in run:
                said.append(Word(end + gap, end + gap + length, f"w{count}"))
                end, count = said[-1].end, count + 1
            segments.append(Segment(said[0].start, end, tuple(said), channel))
    spans = [
        SpeakerSpan(start, start + length, f"Speaker {channel or 0}", channel)
        for channel in channels
        for start, length in draw(st.lists(st.tuples(gaps.map(lambda g: 9 * g), lengths)))
    ]
    if draw(st.booleans()):  # told by voice: the channels say nothing
        spans = [SpeakerSpan(s.start, s.end, s.speaker) for s in spans]
    return sorted(segments, key=lambda each: each.start), spans


@given(calls())
def test_no_word_is_lost_or_made_up(call: tuple[list[Segment], list[SpeakerSpan]]) -> None:
    said = [word for segment in call[0] for word in segment.words]
    kept = [word for turn in attribute(*call) for word in turn.words]
    assert sorted(kept, key=lambda word: word.text) == sorted(said, key=lambda word: word.text)


@given(calls())
def test_each_speakers_words_keep_their_order(
    call: tuple[list[Segment], list[SpeakerSpan]],
) -> None:
    segments, spans = call
    said_by: dict[str | None, list[Word]] = {}
    for each in segments:
        for speaker, said in zip(speakers_of(each, spans), each.words, strict=True):
            said_by.setdefault(speaker, []).append(said)
    order = {
        speaker: [said.text for said in sorted(own, key=lambda said: said.start)]
        for speaker, own in said_by.items()
    }
    kept: dict[str | None, list[str]] = {}
    for turn in attribute(segments, spans):
        kept.setdefault(turn.speaker, []).extend(said.text for said in turn.words)
    assert kept == order


@given(calls())
def test_turns_are_in_time_order(call: tuple[list[Segment], list[SpeakerSpan]]) -> None:
    starts = [turn.start for turn in attribute(*call)]
    assert starts == sorted(starts)


@given(calls())
def test_a_turn_reaches_from_its_first_word_to_its_last(
    call: tuple[list[Segment], list[SpeakerSpan]],
) -> None:
    for turn in attribute(*call):
        assert turn.start == min(said.start for said in turn.words)
        assert turn.end == max(said.end for said in turn.words)


@given(calls())
def test_a_turn_ends_only_where_somebody_else_speaks_in_the_pause(
    call: tuple[list[Segment], list[SpeakerSpan]],
) -> None:
    turns = attribute(*call)
    for speaker in {turn.speaker for turn in turns if turn.speaker}:
        own = [turn for turn in turns if turn.speaker == speaker]
        others = [said for turn in turns if turn.speaker != speaker for said in turn.words]
        for before, after in pairwise(own):
            pause = before.words[-1].end, after.words[0].start
            assert any(pause[0] <= said.middle <= pause[1] for said in others)
