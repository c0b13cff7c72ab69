"""A turn given to somebody else: all of its words, and nobody else's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.correcting import Scene
from pipeline.errors import UsageError
from pipeline.giving import passages_of, turn_given, who_says
from pipeline.speakers import SpeakerEdit, turns_by_hand
from pipeline.transcript import Segment, Span, SpeakerSpan, Turn
from tests.libraries import recording
from tests.values import turn, words

NOW = "2026-09-01T10:00:00+00:00"


def segment(text: str, start: float, channel: int | None = None) -> Segment:
    own = words(text, start)
    return Segment(own[0].start, own[-1].end, own, channel)


def mono() -> Scene:
    """Return a call of two people in one channel, where one says a word within the other's turn."""
    heard = (segment("so we pay too much for that", 0.0), segment("and why is it so", 3.0))
    spans = (
        SpeakerSpan(0.0, 0.9, "Speaker 1"),
        SpeakerSpan(0.9, 1.2, "Speaker 2"),
        SpeakerSpan(1.2, 2.1, "Speaker 1"),
        SpeakerSpan(3.0, 4.5, "Speaker 2"),
    )
    return Scene(recording(duration=6.0), heard, spans, ())


def stereo() -> Scene:
    """Return a call of two people with a channel each, who speak at once."""
    heard = (segment("so we pay too much", 0.0, 0), segment("why is it so", 0.5, 1))
    spans = (SpeakerSpan(0, 1.5, "Speaker 1", 0), SpeakerSpan(0.5, 1.7, "Speaker 2", 1))
    return Scene(recording(duration=6.0), heard, spans, ())


def turns(standing: Scene) -> tuple[Turn, ...]:
    return turns_by_hand(standing.segments, standing.spans, standing.edits)


def read(standing: Scene) -> list[tuple[str | None, str]]:
    return [(each.speaker, each.text) for each in turns(standing)]


def test_a_turn_is_given_to_somebody_who_is_there() -> None:
    standing = mono()
    last = turns(standing)[-1]
    after = turn_given(last, "speaker 1", standing, NOW)
    assert read(after)[0] == ("Speaker 1", "so we pay too much for that and why is it so")
    assert [(e.speaker, e.made_at, e.passage) for e in after.edits] == [
        ("Speaker 1", NOW, Span(3.0, 4.5))
    ]


def test_a_turn_is_given_to_somebody_new() -> None:
    standing = mono()
    after = turn_given(turns(standing)[-1], " Ann  Lee ", standing, NOW)
    assert read(after)[-1] == ("Ann Lee", "and why is it so")


def test_a_word_that_another_has_in_a_turn_stays_theirs() -> None:
    standing = mono()
    spans = (SpeakerSpan(0.0, 2.1, "Speaker 1"), SpeakerSpan(3.0, 4.5, "Speaker 2"))
    whole = Scene(standing.recording, standing.segments, spans, ())
    remark = turn_given(Turn.of("Speaker 1", whole.segments[0].words[3:4]), "Bob", whole, NOW)
    (of_ann,) = [each for each in turns(remark) if each.text == "so we pay much for that"]
    after = turn_given(of_ann, "Ann Lee", remark, NOW)
    assert ("Bob", "too") in read(after)
    assert {text for name, text in read(after) if name == "Ann Lee"} == {"so we pay much for that"}
    assert len(after.edits) == 3


def test_what_others_say_at_once_in_their_channel_stays_theirs() -> None:
    standing = stereo()
    first = turns(standing)[0]
    after = turn_given(first, "Ann Lee", standing, NOW)
    assert read(after) == [("Ann Lee", "so we pay too much"), ("Speaker 2", "why is it so")]


@pytest.mark.parametrize(
    ("name", "message"),
    [("speaker 2", "Speaker 2 says that already."), ("", "whose is it"), ("\x00 ", "whose is it")],
)
def test_a_turn_is_not_given_to_its_own_speaker_or_to_nobody(name: str, message: str) -> None:
    standing = mono()
    with pytest.raises(UsageError, match=message):
        turn_given(turns(standing)[-1], name, standing, NOW)


def test_a_turn_that_was_given_away_can_be_given_back() -> None:
    standing = stereo()
    given = turn_given(turns(standing)[0], "Ann", standing, NOW)
    (turn,) = (each for each in turns(given) if each.speaker == "Ann")
    assert read(turn_given(turn, "Speaker 1", given, NOW)) == read(standing)


def test_where_words_cannot_be_told_apart_a_passage_is_asked_for() -> None:
    own = words("so we pay", 0.0)
    heard = (Segment(0, 0.9, own), Segment(0, 0.9, own))
    standing = Scene(recording(), heard, (SpeakerSpan(0, 0.9, "Speaker 1"),), ())
    with pytest.raises(UsageError, match=r'--passage "00:00:00\.000-00:00:00\.900=Bob"'):
        turn_given(Turn.of("Speaker 1", own), "Bob", standing, NOW)


def test_a_turn_is_parted_where_others_have_a_word() -> None:
    own = turn("so we pay much", "Ann", each=0.4)
    others = [(0.45, 0.55, "mm"), (5.0, 5.5, "no")]
    whole, parts = passages_of(own, others)
    assert whole == [Span(0.0, 1.6)]
    assert parts == [Span(0.199, 0.201), Span(0.599, 1.401)]


@given(st.integers(0, 4), st.sampled_from(["Speaker 1", "Speaker 2", "Ann"]), st.booleans())
def test_no_other_word_ever_changes_hands(place: int, name: str, at_once: bool) -> None:
    standing = stereo() if at_once else mono()
    own = turns(standing)[place % len(turns(standing))]
    try:
        after = turn_given(own, name, standing, NOW)
    except UsageError:
        return
    changed = who_says(standing) - who_says(after)
    assert {word for word, _ in changed} == {(w.start, w.end, w.text) for w in own.words}
    assert all(isinstance(edit, SpeakerEdit) for edit in after.edits)
