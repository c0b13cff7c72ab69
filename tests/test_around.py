"""What is around a turn comes to the same as all of a recording does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.carrying import Exchange
from pipeline.corrections import Correction
from pipeline.retyping.around import (
    READ,
    anew,
    around,
    difference,
    inside,
    said_of,
    turn_now,
    whole,
    wider,
)
from pipeline.speakers import turns_by_hand
from pipeline.transcript import Segment, Span, SpeakerSpan, Speech, Turn
from tests.libraries import MADE, recording
from tests.values import turn, words

if TYPE_CHECKING:
    from pipeline.library import Library

CALL = recording(duration=1800.0)
STEP = 10.0  # seconds from one turn to the next
MANY = 120  # turns: twenty minutes


@pytest.fixture
def full(library: Library) -> Library:
    """Return a library of a long call of two people in one channel."""
    library.put(CALL)
    segments, spans = [], []
    for n in range(MANY):
        own = words(f"this is turn {n} and we pay acne", n * STEP, 0.4)
        segments.append(Segment(own[0].start, own[-1].end, own))
        spans.append(SpeakerSpan(own[0].start, own[-1].end, f"Speaker {1 + n % 2}"))
    library.store_speech(CALL.id, Speech("en", tuple(segments)), MADE)
    library.store_speakers(CALL.id, spans, (), MADE)
    library.store_turns(CALL.id, turns_by_hand(segments, spans, ()), MADE)
    return library


def test_only_what_is_near_is_read_and_comes_to_the_same_turns(full: Library) -> None:
    turns = full.turns(CALL.id)
    here, everything = around(CALL, full, turns[60]), whole(CALL, full)
    assert here is not None
    assert len(here.words.heard) < 2 * (2 * READ / STEP)
    assert len(everything.words.heard) == MANY
    assert turn_now(here, turns[60]) == turn_now(everything, turns[60])
    assert here.position(turns[60]) == everything.position(turns[60]) == 60


def test_corrections_that_are_near_are_in_it_and_others_are_not(full: Library) -> None:
    made = [
        Correction(n * STEP + 2.8, n * STEP + 3.2, "acne", "Acme", None, "we pay ")
        for n in (10, 60, 61, 110)
    ]
    full.store_change({CALL.id: made})
    standing = whole(CALL, full)
    full.store_turns(CALL.id, standing.words.turns, MADE)
    here = around(CALL, full, full.turns(CALL.id)[60])
    assert here is not None
    assert [fit.correction.start for fit in here.words.fits] == [602.8, 612.8]
    assert inside(here.words.turns, Span(600, 640)) == inside(full.turns(CALL.id), Span(600, 640))


def test_channels_without_a_word_nearby_are_known(full: Library) -> None:
    far = Segment(1700.0, 1701.0, words("far off", 1700.0), 1)
    speech = full.speech(CALL.id)
    full.store_speech(CALL.id, replace(speech, segments=(*speech.segments, far)), MADE)
    full.store_turns(CALL.id, whole(CALL, full).words.turns, MADE)
    here = around(CALL, full, full.turns(CALL.id)[60])
    assert here is not None
    assert here.words.texts[1] == []


def test_where_it_does_not_come_to_what_is_kept_it_is_none(full: Library) -> None:
    turns = list(full.turns(CALL.id))
    turns[61] = replace(turns[61], speaker="Somebody")
    full.store_turns(CALL.id, turns, MADE)
    assert around(CALL, full, turns[60]) is None
    assert around(CALL, full, turns[20]) is not None


def test_a_difference_names_who_goes_and_who_comes(full: Library) -> None:
    here = around(CALL, full, full.turns(CALL.id)[60])
    assert here is not None
    new = turn("all new", "Speaker 1", 600.0)
    turns = [new if said_of(each) == said_of(here.kept[60]) else each for each in here.words.turns]
    assert difference(here, turns) == Exchange(frozenset({60}), (new,))
    assert difference(here, here.words.turns) == Exchange(frozenset(), ())


def test_how_sure_a_speaker_is_makes_no_difference(full: Library) -> None:
    here = around(CALL, full, full.turns(CALL.id)[60])
    assert here is not None
    less = [
        Turn.of(t.speaker, [replace(word, speaker_probability=0.5) for word in t.words])
        for t in here.words.turns
    ]
    assert difference(here, less) == Exchange(frozenset(), ())


def test_where_what_goes_is_not_kept_all_turns_are_made_anew(full: Library) -> None:
    here = around(CALL, full, full.turns(CALL.id)[60])
    assert here is not None
    odd = replace(here, kept={3: here.kept[60]})
    assert difference(odd, ()) is None
    assert anew(odd, here.words.turns) == Exchange(frozenset({3}), here.words.turns)


def test_a_span_is_wider_but_begins_no_earlier_than_the_recording() -> None:
    assert wider(Span(5.0, 6.0), 10.0) == Span(0.0, 16.0)
    assert wider(Span(25.0, 26.0), 10.0) == Span(15.0, 36.0)
