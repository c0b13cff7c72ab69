"""The same person over recordings: what is known, suggested, decided and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.correcting import Wish, keep, scene, with_wishes
from pipeline.errors import NotFound, UsageError
from pipeline.people import profiles
from pipeline.recognising import (
    Confirmed,
    Voice,
    confirm,
    described,
    forget,
    open_suggestions,
    people,
    refuse,
    undo,
)
from pipeline.speakers import EditKind, Role
from pipeline.transcript import Annotation, SpeakerSpan
from tests.fakes import FakeEngines
from tests.libraries import MADE, fill, recording
from tests.test_library_speakers import voiceprint
from tests.test_roles import interview

if TYPE_CHECKING:
    from pipeline.library import Library
    from pipeline.people import Voiceprint
    from pipeline.recording import Recording

IDS = tuple(letter * 64 for letter in "abc")
SPANS = (SpeakerSpan(0, 9, "Speaker 1"), SpeakerSpan(10, 19, "Speaker 2"))
ENGINES = FakeEngines()
KEPT = Confirmed("Ann", Voice.KEPT)


@pytest.fixture
def three(library: Library) -> Library:
    """Return a library of three calls of the same two people."""
    for identity in IDS:
        kept = recording(identity, title=f"Call {identity[0]}", project="Acme")
        turns = interview("Speaker 1", "Speaker 2")
        fill(library, kept, *turns)
        voices = [
            replace(voiceprint(IDS[0], label), recording=identity)
            for label in ("Speaker 1", "Speaker 2")
        ]
        spans = [SpeakerSpan(each.start, each.end, each.speaker or "") for each in turns]
        library.store_speakers(identity, spans, voices, MADE)
        library.store_turns(identity, turns, MADE)
        library.store_annotation(identity, Annotation(), MADE)
    return library


def call(library: Library, letter: str) -> Recording:
    return library.find(f"call {letter}")


def test_a_suggestion_is_of_every_other_call_until_it_is_decided(three: Library) -> None:
    assert open_suggestions(three) == ()
    assert confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann") == KEPT
    assert [each.recording.title for each in open_suggestions(three)] == ["Call b", "Call c"]
    confirm(call(three, "b"), three, ENGINES, "Speaker 1", None)
    refuse(call(three, "c"), three, "Speaker 1", "ANN")
    assert open_suggestions(three) == ()
    (ann,) = people(three)
    assert (ann.name, ann.recordings, ann.seconds) == ("Ann", IDS[:2], 40.0)


def test_a_speaker_is_described_with_role_person_and_likeness(three: Library) -> None:
    confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann")
    ann, other = described(call(three, "a"), three)
    assert (ann.portrait.name, ann.portrait.role, ann.person) == ("Ann", Role.INTERVIEWER, "Ann")
    assert (ann.suggestion, other.person, other.suggestion) == (None, None, None)
    likely, _ = described(call(three, "b"), three)
    assert likely.suggestion
    assert likely.suggestion.person == "Ann"


def test_a_person_is_written_as_they_were_first(three: Library) -> None:
    confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann Lee")
    assert confirm(call(three, "b"), three, ENGINES, "Speaker 1", "ann lee").person == "Ann Lee"
    assert {turn.speaker for turn in three.turns(IDS[1])} == {"Ann Lee", "Speaker 2"}


def test_nothing_is_taken_back_where_nothing_was_decided(three: Library) -> None:
    with pytest.raises(UsageError, match="nothing was decided of Speaker 1 in Call a"):
        undo(call(three, "a"), three, ENGINES, "Speaker 1")
    with pytest.raises(NotFound, match="Known by voice: nobody yet"):
        forget("Ann", three)


def test_an_older_name_stays_when_a_confirmation_is_taken_back(three: Library) -> None:
    confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann")
    confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ben")
    undo(call(three, "a"), three, ENGINES, "Ben")
    assert {turn.speaker for turn in three.turns(IDS[0])} == {"Ann", "Speaker 2"}
    assert people(three) == ()


def hear(
    library: Library, identity: str, spans: tuple[SpeakerSpan, ...], voices: list[Voiceprint]
) -> None:
    """Keep speakers who were told anew, under the turns of before."""
    turns = library.turns(identity)
    library.store_speakers(identity, spans, voices, MADE)
    library.store_turns(identity, turns, MADE)
    library.store_annotation(identity, Annotation(), MADE)


def merge(library: Library, letter: str, who: str, into: str) -> None:
    found = call(library, letter)
    wishes = [Wish(EditKind.MERGE, who, into)]
    keep(with_wishes(scene(found, library), wishes, "now"), library, ENGINES)


def test_who_was_merged_into_another_is_known_and_taken_back_as_that_one(three: Library) -> None:
    confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann")
    merge(three, "a", "Ann", "Speaker 2")
    (one,) = described(call(three, "a"), three)
    assert (one.portrait.label, one.person, one.suggestion) == ("Speaker 2", "Ann", None)
    with pytest.raises(UsageError, match="is confirmed as Ann"):
        refuse(call(three, "a"), three, "Speaker 2", "Ann")
    assert undo(call(three, "a"), three, ENGINES, "Speaker 2").person == "Ann"
    assert people(three) == ()


def test_who_was_merged_into_another_is_forgotten_with_all_parts(three: Library) -> None:
    confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann")
    merge(three, "a", "Ann", "Speaker 2")
    forget("Ann", three)
    assert three.unprinted(IDS[0]) == {"Speaker 1", "Speaker 2"}
    assert not [each for each in three.voiceprints() if each.recording == IDS[0]]
    (one,) = described(call(three, "a"), three)
    assert one.forgotten


def test_a_likeness_is_settled_by_what_was_decided_of_any_part(three: Library) -> None:
    confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann")
    refuse(call(three, "b"), three, "Speaker 1", "Ann")
    ann = replace(voiceprint(IDS[0]), recording=IDS[1], speaker="Speaker 2")
    hear(three, IDS[1], three.spans(IDS[1]), [ann])
    assert described(call(three, "b"), three)[1].suggestion
    merge(three, "b", "Speaker 1", "Speaker 2")
    assert described(call(three, "b"), three)[0].suggestion is None
    assert [each.recording.title for each in open_suggestions(three)] == ["Call c"]


def test_why_there_is_no_voice_to_know_somebody_by(three: Library) -> None:
    long = (SpeakerSpan(0, 20, "Speaker 1"), SpeakerSpan(20, 22, "Speaker 2"))
    short = replace(voiceprint(IDS[0]), seconds=2.0)
    hear(three, IDS[0], long, [short])
    assert confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann").voice is Voice.SHORT
    hear(three, IDS[0], long, [])
    assert confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann").voice is Voice.UNHEARD
    assert confirm(call(three, "a"), three, ENGINES, "Speaker 2", "Ben").voice is Voice.SHORT
    forget("Ann", three)
    assert confirm(call(three, "a"), three, ENGINES, "Ann", "Ann").voice is Voice.FORGOTTEN


def test_only_what_may_be_compared_is_read_for_one_recording(
    three: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(call(three, "a"), three, ENGINES, "Speaker 1", "Ann")
    monkeypatch.setattr(type(three), "voiceprints", lambda _: pytest.fail("all were read"))
    assert described(call(three, "b"), three)[0].suggestion


DECISIONS = st.tuples(
    st.sampled_from("abc"), st.sampled_from([1, 2]), st.sampled_from(["Ann", "Ben"])
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(DECISIONS, max_size=3), last=DECISIONS)
def test_taking_back_a_confirmation_leaves_every_profile_as_it_was(
    three: Library, before: list[tuple[str, int, str]], last: tuple[str, int, str]
) -> None:
    done = []
    for letter, number, name in dict.fromkeys([*before, last]):
        standing = profiles(three.voiceprints(), three.recognised())
        decided = {(each.recording[0], each.speaker) for each in three.recognised()}
        if (letter, f"Speaker {number}") in decided:
            continue
        try:
            confirm(call(three, letter), three, ENGINES, f"Speaker {number}", name)
        except UsageError:  # the other speaker of the call is called so
            continue
        done.append((letter, f"Speaker {number}", standing))
    for letter, label, standing in reversed(done):
        undo(call(three, letter), three, ENGINES, label)
        assert profiles(three.voiceprints(), three.recognised()) == standing
    assert (three.people(), three.recognised()) == ((), ())
