"""Errors about speakers: each kind must be counted as what it is, and as no other."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.runs import Timed
from benchmarks.speakers_scoring import (
    COLLAR,
    NOBODY,
    Diarized,
    Named,
    SpeakerErrors,
    aligned_words,
    best_mapping,
    boundary_errors,
    changes_of_speaker,
    diarization_errors,
    heard_words,
    normalised,
    reference_words,
    speaker_errors,
    spread_out,
)
from benchmarks.speech import Said
from pipeline.transcript import Span, SpeakerSpan, Turn, Word
from tests.values import spoken_words, words

if TYPE_CHECKING:
    from collections.abc import Sequence

ASKED = "who has the green bucket today"
ANSWERED = "nobody took anything from seven shelves"


def said(*texts: str, speakers: str = "ab", each: float = 3.0) -> tuple[Said, ...]:
    """Return utterances of speakers by turns, one after the other without a pause."""
    return tuple(
        Said(speakers[n % len(speakers)], n % 2, n * each, (n + 1) * each, text)
        for n, text in enumerate(texts)
    )


def turns_of(reference: Sequence[Said], who: Sequence[str | None]) -> tuple[Turn, ...]:
    """Return each word of a reference as a turn at its own time, by the speakers named in order."""
    heard = reference_words(reference)
    return tuple(
        Turn.of(speaker, [Word(word.start, word.end, word.text)])
        for word, speaker in zip(heard, who, strict=True)
    )


def spans_of_three() -> st.SearchStrategy[list[SpeakerSpan]]:
    """Make spans of three speakers, called by number, that may overlap."""
    at = st.floats(0, 28, allow_nan=False)
    made = st.builds(
        lambda start, length, who: SpeakerSpan(start, start + length, str(who)),
        at,
        st.floats(0.1, 2, allow_nan=False),
        st.integers(0, 2),
    )
    return st.lists(made, max_size=12)


TALK = said(ASKED, ANSWERED)
RIGHT = ["A"] * 6 + ["B"] * 6


@pytest.mark.parametrize(
    ("spans", "parts"),
    [
        ([("x", 0, 10), ("y", 10, 20)], Diarized(20, 0, 0, 0)),
        ([("x", 0, 10)], Diarized(20, 10, 0, 0)),
        ([], Diarized(20, 20, 0, 0)),
        ([("x", 0, 10), ("y", 10, 24)], Diarized(20, 0, 4, 0)),
        ([("x", 0, 20)], Diarized(20, 0, 0, 10)),
        ([("x", 0, 12), ("y", 12, 20)], Diarized(20, 0, 0, 2)),
        ([("x", 0, 10), ("y", 8, 20)], Diarized(20, 0, 2, 0)),  # both at once, where one speaks
        ([("x", 0, 7), ("x", 5, 10), ("y", 10, 20)], Diarized(20, 0, 0, 0)),
    ],
)
def test_seconds_are_missed_false_or_another_person_s(
    spans: list[tuple[str, float, float]], parts: Diarized
) -> None:
    reference = [SpeakerSpan(0, 10, "anna"), SpeakerSpan(10, 20, "ben")]
    got = [SpeakerSpan(start, end, who) for who, start, end in spans]
    assert diarization_errors(reference, got, 30.0) == parts


@given(st.permutations(["Speaker 1", "Speaker 2", "Speaker 3"]), spans_of_three())
def test_what_speakers_are_called_makes_no_difference(
    names: list[str], spans: list[SpeakerSpan]
) -> None:
    reference = [SpeakerSpan(0, 8, "anna"), SpeakerSpan(8, 20, "ben"), SpeakerSpan(18, 25, "carl")]
    renamed = [replace(span, speaker=names[int(span.speaker)]) for span in spans]
    once, again = (diarization_errors(reference, each, 30.0) for each in (spans, renamed))
    assert astuple(once) == pytest.approx(astuple(again), abs=1e-6)
    assert once.missed + once.confusion <= once.speech + 1e-6


def test_every_voice_of_an_overlap_counts() -> None:
    reference = [SpeakerSpan(0, 10, "anna"), SpeakerSpan(5, 10, "ben")]
    assert diarization_errors(reference, reference, 10.0) == Diarized(15, 0, 0, 0)
    assert diarization_errors(reference, reference[:1], 10.0) == Diarized(15, 5, 0, 0)


def test_what_is_told_after_the_last_person_spoke_is_a_false_alarm() -> None:
    late = [SpeakerSpan(50, 55, "anna")]
    assert diarization_errors([SpeakerSpan(0, 10, "anna")], late, 60.0) == Diarized(10, 10, 5, 0)


def test_diarization_error_rates_are_in_percent_of_the_speech() -> None:
    both = Diarized(60, 3, 2, 1) + Diarized(40, 0, 0, 4)
    assert both == Diarized(100, 3, 2, 5)
    assert both.rate == 10.0
    assert both.percent(both.missed) == 3.0
    assert Diarized().rate == 0.0


@pytest.fixture
def _meeteval() -> None:
    pytest.importorskip("meeteval", reason="the group benchmarks is not installed")


@pytest.mark.usefixtures("_meeteval")
@pytest.mark.parametrize(
    ("who", "errors"),
    [
        (RIGHT, SpeakerErrors(12, 0, 0, 0)),
        (["B"] * 6 + ["A"] * 6, SpeakerErrors(12, 0, 0, 0)),  # whatever they are called
        (["A"] * 5 + ["B"] * 7, SpeakerErrors(12, 0, 2, 2)),  # one lost here, one too many there
        (["A"] * 4 + ["B"] * 8, SpeakerErrors(12, 0, 4, 4)),
        (["A"] * 12, SpeakerErrors(12, 0, 12, 12)),  # six too many, six lost
        (["A"] * 5 + ["C"] + ["B"] * 6, SpeakerErrors(12, 0, 2, 2)),
        ([None] * 6 + ["B"] * 6, SpeakerErrors(12, 0, 0, 0)),  # nobody is somebody
    ],
)
def test_a_word_under_another_person_is_two_errors_and_none_of_the_recogniser(
    who: list[str | None], errors: SpeakerErrors
) -> None:
    assert speaker_errors(TALK, turns_of(TALK, who)) == errors


@pytest.mark.usefixtures("_meeteval")
def test_a_misheard_word_is_one_error_whoever_says_it() -> None:
    turns = list(turns_of(TALK, RIGHT))
    turns[3] = Turn.of("A", [replace(turns[3].words[0], text="grey")])
    assert speaker_errors(TALK, turns) == SpeakerErrors(12, 1, 1, 1)


@pytest.mark.usefixtures("_meeteval")
def test_words_said_at_once_may_stand_in_either_order() -> None:
    together = [replace(each, start=0.0, end=3.0) for each in TALK]
    one_by_one = (
        Turn.of("A", words(ASKED, 0.0, 0.4)),
        Turn.of("B", words(ANSWERED, 0.9, 0.3)),
    )
    assert speaker_errors(together, one_by_one) == SpeakerErrors(12, 0, 0, 0)


@pytest.mark.usefixtures("_meeteval")
def test_right_words_at_a_wrong_time_are_errors_of_the_time() -> None:
    late = [
        Turn.of(turn.speaker, [replace(word, start=word.start + 60, end=word.end + 60)])
        for turn in turns_of(TALK, RIGHT)
        for word in turn.words
    ]
    found = speaker_errors(TALK, late)
    assert (found.heard, found.by_speaker) == (0, 0)
    assert found.by_speaker_and_time == 24 > COLLAR


@pytest.mark.usefixtures("_meeteval")
@given(st.lists(st.sampled_from("ABC"), min_size=12, max_size=12))
def test_however_words_are_given_away_the_recogniser_made_no_error(who: list[str]) -> None:
    found = speaker_errors(TALK, turns_of(TALK, who))
    assert found.heard == 0
    assert 0 <= found.by_speaker <= 24


def test_where_nothing_is_heard_all_is_lost() -> None:
    assert speaker_errors(TALK, ()) == SpeakerErrors(12, 12, 12, 12)
    assert speaker_errors((), turns_of(TALK, RIGHT)) == SpeakerErrors(0, 12, 12, 12)


def test_word_error_rates_are_in_percent_of_the_words() -> None:
    both = SpeakerErrors(60, 3, 6, 9) + SpeakerErrors(40, 2, 4, 11)
    assert (both.wer, both.cpwer, both.tcpwer) == (5.0, 10.0, 20.0)
    assert SpeakerErrors().cpwer == 0.0


@pytest.mark.parametrize(
    ("who", "errors"),
    [
        (RIGHT, (0, 5)),
        (["B"] * 6 + ["A"] * 6, (0, 5)),
        (["A"] * 5 + ["B"] * 7, (1, 5)),
        (["A"] * 8 + ["B"] * 4, (2, 5)),
        (["A"] * 5 + [None] + ["B"] * 6, (1, 5)),
        (["B"] + ["A"] * 5 + ["B"] * 6, (0, 5)),  # wrong, but far from where speakers change
        (["A"] * 12, (3, 5)),
    ],
)
def test_words_near_a_change_are_counted_where_they_stand_under_another_person(
    who: list[str | None], errors: tuple[int, int]
) -> None:
    # Within a second of the change: bucket today / nobody took anything
    assert boundary_errors(TALK, turns_of(TALK, who)) == errors


def test_a_word_that_is_lost_or_invented_stands_under_nobody() -> None:
    turns = turns_of(TALK, RIGHT)
    assert boundary_errors(TALK, turns[:5] + turns[6:]) == (0, 4)
    invented = Turn.of("B", [Word(2.9, 2.95, "xylophone")])
    assert boundary_errors(TALK, (*turns[:6], invented, *turns[6:])) == (0, 5)


def test_one_who_speaks_alone_never_hands_over() -> None:
    alone = said(ASKED, ANSWERED, speakers="a")
    assert boundary_errors(alone, turns_of(alone, ["A"] * 12)) == (0, 0)
    assert boundary_errors((), ()) == (0, 0)


def test_a_change_lasts_from_one_s_last_word_to_the_other_s_first() -> None:
    said_words = [Named(0, 1, "one", "a"), Named(1, 2, "two", "a"), Named(4, 5, "three", "b")]
    assert changes_of_speaker(said_words) == (Span(2, 4),)
    overlapping = [Named(0, 3, "one", "a"), Named(2, 4, "two", "b")]
    assert changes_of_speaker(overlapping) == (Span(2, 3),)


def test_a_misheard_word_stands_beside_what_it_was_heard_as() -> None:
    wanted = [Named(n, n + 1, text, "a") for n, text in enumerate(["red", "green", "blue"])]
    got = [Named(n, n + 1, text, "A") for n, text in enumerate(["red", "grain", "blue", "too"])]
    pairs = [(a.text, b.text) for a, b in aligned_words(wanted, got)]
    assert pairs == [("red", "red"), ("green", "grain"), ("blue", "blue")]


@pytest.mark.parametrize(
    ("pairs", "people"),
    [
        ([("a", "1"), ("a", "1"), ("b", "2")], {"1": "a", "2": "b"}),
        ([("a", "1")] * 5 + [("b", "1")] * 4 + [("a", "2")] * 3, {"1": "b", "2": "a"}),
        ([("a", "1")] * 2 + [("a", "2")], {"1": "a"}),  # one person is found once
        ([], {}),
    ],
)
def test_speakers_are_the_people_that_most_of_their_words_say(
    pairs: list[tuple[str, str]], people: dict[str, str]
) -> None:
    assert best_mapping(Counter(pairs)) == people


def test_a_reference_s_words_share_the_time_of_their_utterance_by_characters() -> None:
    found = reference_words([Said("a", 0, 10.0, 20.0, "To be, honest")])
    assert [(word.text, word.start, word.end) for word in found] == [
        ("to", 10.0, 12.0),
        ("be", 12.0, 14.0),
        ("honest", 14.0, 20.0),
    ]


def test_words_of_a_reference_are_in_the_order_of_time_over_all_speakers() -> None:
    overlapping = [Said("a", 0, 0.0, 4.0, "aa bb"), Said("b", 1, 1.0, 3.0, "cc dd")]
    assert [word.text for word in reference_words(overlapping)] == ["aa", "cc", "bb", "dd"]


def test_words_that_become_a_number_share_its_time() -> None:
    spoken = [Timed(word.text, word.start, word.end) for word in words("It's twenty five dollars.")]
    found = normalised(spoken)
    assert [word.text for word in found] == ["it", "is", "$25"]
    assert (found[-1].start, found[-1].end) == (spoken[1].start, spoken[-1].end)
    assert found[0].start == spoken[0].start


def test_words_of_nobody_are_somebody_s() -> None:
    (word,) = heard_words([Turn.of(None, words("hello"))])
    assert word == Named(0.0, 0.3, "hello", NOBODY)


@given(spoken_words())
def test_normalised_words_stay_within_the_time_in_which_they_were_heard(
    heard: tuple[Word, ...],
) -> None:
    spoken = [Timed(word.text, word.start, word.end) for word in heard]
    found = normalised(spoken)
    assert all(heard[0].start <= word.start <= word.end <= heard[-1].end for word in found)
    assert all(before.start <= after.start for before, after in pairwise(found))


@given(st.lists(st.text("abc", min_size=1, max_size=6), min_size=1))
def test_words_spread_out_fill_their_time(texts: list[str]) -> None:
    found = spread_out(texts, Span(2.0, 5.0))
    assert [word.text for word in found] == texts
    assert (found[0].start, found[-1].end) == pytest.approx((2.0, 5.0))
    assert all(before.end == after.start for before, after in pairwise(found))


def test_no_words_are_spread_over_nothing() -> None:
    assert spread_out([], Span(1.0, 2.0)) == []
    assert normalised([]) == []
