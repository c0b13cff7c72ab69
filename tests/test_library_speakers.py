"""The library on who speaks: edits, voiceprints, people, and a voice forgotten for good."""

from __future__ import annotations

import random
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

import pytest

from pipeline.diarize import keeping_labels
from pipeline.errors import LibraryError
from pipeline.library import Library, database
from pipeline.library.rows import from_embedding
from pipeline.people import Recognised, Voiceprint
from pipeline.speakers import EditKind, SpeakerEdit
from pipeline.transcript import Annotation, Span, SpeakerSpan
from pipeline.voices.by_voice import ToldApart
from tests.libraries import MADE, check_index, contents, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

ID, OTHER = "ab" * 32, "cd" * 32
TURNS = (turn("How is it?", "Speaker 1", 0.0), turn("Too expensive.", "Speaker 2", 5.0))
SPANS = (SpeakerSpan(0, 4, "Speaker 1", 0), SpeakerSpan(5, 9, "Speaker 2", 1))
NAMED = SpeakerEdit(EditKind.NAME, "Speaker 1", "Ann Lee", None, 1, "2026-09-01T10:00:00+00:00")


def voiceprint(identity: str = ID, speaker: str = "Speaker 1", seed: int = 0) -> Voiceprint:
    """Return a voice drawn at random, as single floats keep it."""
    draw = random.Random(f"{identity}{speaker}{seed}")
    drawn = [draw.gauss(0, 1) for _ in range(192)]
    length = sqrt(sum(each * each for each in drawn))
    return Voiceprint(identity, speaker, tuple(each / length for each in drawn), 20.0, "00ff")


@pytest.fixture
def full(library: Library) -> Library:
    """Return a library of two calls with voices."""
    for identity in (ID, OTHER):
        fill(library, recording(identity, title=identity[:2]), *TURNS)
        voices = [voiceprint(identity), voiceprint(identity, "Speaker 2")]
        library.store_speakers(identity, SPANS, voices, MADE)
        library.store_turns(identity, TURNS, MADE)
        library.store_annotation(identity, Annotation(), MADE)
    return library


def confirmed(identity: str = ID, speaker: str = "Speaker 1", person: str = "Ann") -> Recognised:
    return Recognised(identity, speaker, person, confirmed=True)


def labels(library: Library, identity: str = ID) -> list[str]:
    return [each.speaker for each in library.voiceprints() if each.recording == identity]


def test_how_sure_a_speaker_is_comes_back(full: Library) -> None:
    spans = (replace(SPANS[0], probability=0.4321), SPANS[1])
    full.store_speakers(ID, spans, (), MADE)
    assert full.spans(ID) == spans


def test_voiceprints_take_the_place_of_those_of_the_same_recording(full: Library) -> None:
    full.store_speakers(ID, SPANS, [voiceprint(seed=7)], MADE)
    assert [(each.recording, each.speaker) for each in full.voiceprints()] == [
        (ID, "Speaker 1"),
        (OTHER, "Speaker 1"),
        (OTHER, "Speaker 2"),
    ]
    kept = full.voiceprints()[0].embedding
    assert kept == pytest.approx(voiceprint(seed=7).embedding, abs=1e-7)


def test_an_edit_and_its_turns_are_kept_together(full: Library, tmp_path: Path) -> None:
    turns = (replace(TURNS[0], speaker="Ann Lee"), TURNS[1])
    full.store_edits(ID, [NAMED], turns, MADE)
    assert (full.edits(ID), full.turns(ID)) == ((NAMED,), turns)
    assert full.turns(OTHER) == TURNS
    check_index(tmp_path / "library")


def test_a_new_name_leaves_what_was_found_in_the_turns(full: Library) -> None:
    full.store_edits(ID, [NAMED], (replace(TURNS[0], speaker="Ann Lee"), TURNS[1]), MADE)
    assert "annotate" in full.made(ID)


def test_turns_that_are_cut_elsewhere_drop_what_was_found_in_them(full: Library) -> None:
    whole = turn("How is it? Too expensive.", "Speaker 1")
    full.store_edits(ID, [NAMED], (whole,), MADE)
    assert set(full.made(ID)) == {"transcribe", "diarize", "attribute"}
    assert full.turns(ID) == (whole,)


def test_an_edit_that_cannot_be_kept_leaves_everything_as_it_was(
    full: Library, tmp_path: Path
) -> None:
    before = contents(tmp_path / "library")
    with pytest.raises(LibraryError):
        full.store_edits(ID, [NAMED, NAMED], (TURNS[0],), MADE)
    assert contents(tmp_path / "library") == before


def test_no_run_of_a_stage_touches_what_a_person_said(full: Library) -> None:
    passage = SpeakerEdit(EditKind.PASSAGE, "Bob", "", Span(1.5, 2.5), 2)
    full.store_edits(ID, [NAMED, passage], TURNS, MADE, confirmed())
    fill(full, recording(), *TURNS)
    assert full.edits(ID) == (NAMED, passage)
    assert [each.person for each in full.recognised()] == ["Ann"]


def test_what_was_said_of_a_channel_follows_it_to_its_new_name(full: Library) -> None:
    merge = SpeakerEdit(EditKind.MERGE, "Speaker 2", "Speaker 1", None, 2)
    full.store_edits(ID, [NAMED, merge], TURNS, MADE, confirmed())
    full.forget("Somebody", [(ID, "Speaker 2")])
    swapped = [replace(SPANS[0], speaker="Speaker 2"), replace(SPANS[1], speaker="Speaker 1")]
    full.store_speakers(ID, swapped, (), MADE)
    assert [(each.speaker, each.value) for each in full.edits(ID)] == [
        ("Speaker 2", "Ann Lee"),
        ("Speaker 1", "Speaker 2"),
    ]
    assert [each.speaker for each in full.recognised()] == ["Speaker 2"]
    assert full.unprinted(ID) == {"Speaker 1"}


def test_a_label_of_which_something_is_known_is_not_free(full: Library) -> None:
    merge = SpeakerEdit(EditKind.MERGE, "Speaker 3", "Speaker 1", None, 1)
    full.store_edits(ID, [merge], TURNS, MADE, confirmed(speaker="Speaker 4"))
    full.forget("Ben", [(ID, "Speaker 5")])
    assert full.known_labels(ID) == {f"Speaker {number}" for number in (1, 3, 4, 5)}
    assert full.known_labels(OTHER) == frozenset()


# Speakers who are not told for a while


ONE = (SpeakerSpan(0, 9, "Speaker 1"),)
TWO = (SpeakerSpan(0, 4, "Speaker 1"), SpeakerSpan(5, 9, "Speaker 2"))
BEN = replace(NAMED, speaker="Speaker 2", value="Ben", number=2)


def tell_again(library: Library, spans: tuple[SpeakerSpan, ...]) -> None:
    """Keep speakers under the labels that they had, each with a voice."""
    told = keeping_labels(ToldApart(spans), library.label_spans(ID), library.known_labels(ID))
    voices = [voiceprint(speaker=each) for each in {span.speaker for span in told.spans}]
    library.store_speakers(ID, told.spans, voices, MADE)


@pytest.fixture
def room(full: Library) -> Library:
    """Return a library with a call of two people who share a channel."""
    full.store_speakers(ID, TWO, [voiceprint(), voiceprint(speaker="Speaker 2")], MADE)
    return full


def test_names_come_back_with_speakers_who_were_taken_for_one(room: Library) -> None:
    room.store_edits(ID, [NAMED, BEN], TURNS, MADE)
    tell_again(room, ONE)
    assert len(room.spans(ID)) == 1
    tell_again(room, (replace(TWO[0], speaker="Speaker 2"), replace(TWO[1], speaker="Speaker 1")))
    assert room.spans(ID) == TWO


def test_when_speakers_spoke_is_remembered_while_something_is_known_of_them(room: Library) -> None:
    room.store_edits(ID, [BEN], TURNS, MADE)
    room.store_speakers(ID, (), (), MADE)
    assert room.label_spans(ID) == (TWO[1],)
    room.store_speakers(ID, (), (), MADE)
    assert room.label_spans(ID) == (TWO[1],)
    room.store_speakers(ID, TWO, (), MADE)
    assert room.label_spans(ID) == TWO
    room.store_edits(ID, [], TURNS, MADE)
    room.store_speakers(ID, (), (), MADE)
    assert room.label_spans(ID) == ()


def test_what_is_remembered_of_a_channel_follows_it_to_its_new_name(full: Library) -> None:
    full.store_edits(ID, [BEN], TURNS, MADE)
    full.forget("Ann", [(ID, "Speaker 1")])
    named = (replace(SPANS[0], speaker="host"), replace(SPANS[1], speaker="guest"))
    full.store_speakers(ID, named, (), MADE)
    assert {span.speaker for span in full.label_spans(ID)} == {"host", "guest"}
    full.store_speakers(ID, (), (), MADE)
    assert {span.speaker for span in full.label_spans(ID)} == {"host", "guest"}


@pytest.mark.parametrize("edits", [(), (NAMED, BEN)])
def test_a_forgotten_voice_is_not_made_again_once_two_were_taken_for_one(
    room: Library, edits: tuple[SpeakerEdit, ...]
) -> None:
    room.store_edits(ID, edits, TURNS, MADE)
    room.forget("Ben", [(ID, "Speaker 2")])
    tell_again(room, ONE)
    assert labels(room) == []
    tell_again(room, TWO)
    assert (room.spans(ID), labels(room)) == (TWO, ["Speaker 1"])


def test_a_forgotten_voice_is_not_made_again_piece_by_piece(room: Library) -> None:
    room.forget("Ben", [(ID, "Speaker 2")])
    mixed = (SpeakerSpan(0, 6, "Speaker 1"), SpeakerSpan(6, 9, "Speaker 2"))
    for _ in range(3):
        room.store_speakers(ID, mixed, [voiceprint(), voiceprint(speaker="Speaker 2")], MADE)
        assert labels(room) == []
    assert room.unprinted(ID) == {"Speaker 2"}


def test_forgetting_twice_remembers_the_time_of_the_first(room: Library) -> None:
    room.forget("Ben", [(ID, "Speaker 2")])
    room.store_speakers(ID, [SpeakerSpan(0, 9, "Speaker 2")], (), MADE)
    room.forget("Ben", [(ID, "Speaker 2")])
    room.store_speakers(ID, TWO, [voiceprint()], MADE)
    assert labels(room) == ["Speaker 1"]


# People


def test_a_person_is_one_whatever_the_case(full: Library) -> None:
    full.store_edits(ID, [], TURNS, MADE, confirmed(person="Zoë Lee"))
    full.store_edits(OTHER, [], TURNS, MADE, confirmed(OTHER, person="ZOË lee"))
    assert full.people() == ("Zoë Lee",)
    assert [(each.recording, each.person) for each in full.recognised()] == [
        (ID, "Zoë Lee"),
        (OTHER, "Zoë Lee"),
    ]


def test_a_speaker_is_one_person_at_most(full: Library) -> None:
    full.store_edits(ID, [], TURNS, MADE, confirmed(person="Ann"))
    full.refuse(Recognised(ID, "Speaker 1", "Cy", confirmed=False))
    full.store_edits(ID, [], TURNS, MADE, confirmed(person="Ben"))
    assert [(each.person, each.confirmed) for each in full.recognised()] == [
        ("Cy", False),
        ("Ben", True),
    ]


def test_a_person_of_whom_nothing_is_decided_any_more_is_gone(full: Library) -> None:
    full.store_edits(ID, [], TURNS, MADE, confirmed())
    full.withdraw(confirmed())
    assert (full.people(), full.recognised()) == ((), ())


def test_a_name_that_is_taken_back_takes_its_confirmation_along(full: Library) -> None:
    full.store_edits(ID, [NAMED], TURNS, MADE, confirmed())
    assert full.name_given_with(confirmed()) == 1
    full.store_edits(ID, [], TURNS, MADE)
    assert (full.people(), full.recognised()) == ((), ())


def test_a_confirmation_without_a_new_name_stays_when_an_older_one_goes(full: Library) -> None:
    full.store_edits(ID, [NAMED], TURNS, MADE)
    full.store_edits(ID, [NAMED], TURNS, MADE, confirmed())
    assert full.name_given_with(confirmed()) is None
    full.store_edits(ID, [], TURNS, MADE)
    assert full.people() == ("Ann",)


def test_a_name_that_stood_already_takes_the_confirmation_along_too(full: Library) -> None:
    full.store_edits(ID, [NAMED], TURNS, MADE)
    full.store_edits(ID, [NAMED], TURNS, MADE, confirmed(person="ann lee"))
    full.store_edits(ID, [], TURNS, MADE)
    assert (full.people(), full.recognised()) == ((), ())


def test_a_name_that_was_given_twice_is_taken_back_with_the_last(full: Library) -> None:
    full.store_edits(ID, [NAMED], TURNS, MADE, confirmed(person="Ann Lee"))
    role = SpeakerEdit(EditKind.ROLE, "Speaker 1", "customer", None, 2)
    full.store_edits(ID, [NAMED, role, replace(NAMED, number=3)], TURNS, MADE)
    full.store_edits(ID, [NAMED, role], TURNS, MADE)
    full.store_edits(ID, [NAMED], TURNS, MADE)
    assert full.people() == ("Ann Lee",)


def test_who_is_confirmed_once_more_keeps_the_name_that_came_first(full: Library) -> None:
    for _ in range(2):
        full.store_edits(ID, [NAMED], TURNS, MADE, confirmed())
    assert full.name_given_with(confirmed()) == 1
    full.store_edits(ID, [], TURNS, MADE)
    assert full.people() == ()


def test_who_was_merged_is_one_person_at_most(full: Library) -> None:
    full.store_edits(ID, [], TURNS, MADE, confirmed(person="Ann"))
    merge = SpeakerEdit(EditKind.MERGE, "Speaker 1", "Speaker 2", None, 1)
    full.store_edits(ID, [merge], TURNS, MADE, confirmed(speaker="Speaker 2", person="Ben"))
    assert [(each.speaker, each.person) for each in full.recognised()] == [("Speaker 2", "Ben")]


def test_the_voices_for_a_recording_are_its_own_and_those_of_known_people(full: Library) -> None:
    full.store_edits(OTHER, [], TURNS, MADE, confirmed(OTHER))
    full.refuse(Recognised(OTHER, "Speaker 2", "Ann", confirmed=False))
    found = [(each.recording, each.speaker) for each in full.voiceprints_for(ID)]
    assert found == [(ID, "Speaker 1"), (ID, "Speaker 2"), (OTHER, "Speaker 1")]


def test_the_calls_in_which_a_name_speaks_are_counted_within_a_project(library: Library) -> None:
    for number in range(3):
        project = "acme" if number else "ACME"
        fill(library, recording(f"{number}" * 64, project=project), *TURNS[: number + 1])
    fill(library, recording("f" * 64), *TURNS)
    assert library.calls_of_speakers("Acme") == {"Speaker 1": 3, "Speaker 2": 2}


# Forgetting


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("library.sqlite*")))


def test_a_forgotten_voice_is_in_no_byte_of_the_library(full: Library, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    gone, stays = voiceprint(), voiceprint(speaker="Speaker 2")
    full.store_edits(ID, [], TURNS, MADE, confirmed())
    assert from_embedding(gone.embedding) in bytes_of(folder)
    assert full.forget("Ann", [(ID, "Speaker 1")]) == 1
    left = bytes_of(folder)
    for start in range(0, 768, 16):
        assert from_embedding(gone.embedding)[start : start + 16] not in left
    assert from_embedding(stays.embedding) in left
    assert (full.people(), full.recognised()) == ((), ())
    assert (labels(full), labels(full, OTHER)) == (["Speaker 2"], ["Speaker 1", "Speaker 2"])
    check_index(folder)


def test_many_voices_are_forgotten_at_once_and_the_others_stay(
    library: Library, tmp_path: Path
) -> None:
    identities = [f"{number:02x}" * 32 for number in range(40)]
    for identity in identities:
        fill(library, recording(identity), *TURNS)
        voices = [voiceprint(identity), voiceprint(identity, "Speaker 2")]
        library.store_speakers(identity, SPANS, voices, MADE)
    assert library.forget("Ann", [(each, "Speaker 1") for each in identities]) == 40
    left = bytes_of(tmp_path / "library")
    for identity in identities:
        assert from_embedding(voiceprint(identity).embedding)[:32] not in left
        assert from_embedding(voiceprint(identity, "Speaker 2").embedding) in left


def test_the_same_sound_in_another_file_is_forgotten_too(full: Library) -> None:
    copy = replace(voiceprint(), recording=OTHER)
    full.store_speakers(OTHER, SPANS, [copy, voiceprint(OTHER, "Speaker 2")], MADE)
    assert full.forget("Ann", [(ID, "Speaker 1")]) == 2
    assert (labels(full), labels(full, OTHER)) == (["Speaker 2"], ["Speaker 2"])
    assert full.unprinted(OTHER) == {"Speaker 1"}


def test_a_forgotten_voice_is_not_made_again(full: Library) -> None:
    full.forget("Ann", [(ID, "Speaker 1")])
    assert full.unprinted(ID) == {"Speaker 1"}
    full.store_speakers(ID, SPANS, [voiceprint(), voiceprint(speaker="Speaker 2")], MADE)
    assert labels(full) == ["Speaker 2"]


def test_a_forgotten_voice_is_not_made_again_under_another_label(full: Library) -> None:
    full.forget("Ann", [(ID, "Speaker 1")])
    moved = (SpeakerSpan(0, 4, "Speaker 3"), SpeakerSpan(5, 9, "Speaker 2"))
    voices = [voiceprint(speaker="Speaker 3"), voiceprint(speaker="Speaker 2")]
    full.store_speakers(ID, moved, voices, MADE)
    assert labels(full) == ["Speaker 2"]
    assert full.forgotten(ID) == {"Speaker 1", "Speaker 3"}


def test_a_mark_of_who_is_forgotten_holds_nothing_of_the_voice(
    full: Library, tmp_path: Path
) -> None:
    full.forget("Ann", [(ID, "Speaker 1")])
    marks = contents(tmp_path / "library")["unprinted"]
    assert marks == [{"recording_id": ID, "speaker": "Speaker 1"}]


def test_while_another_reads_the_log_the_person_stays_and_can_be_forgotten_later(
    full: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.store_edits(ID, [], TURNS, MADE, confirmed())
    with monkeypatch.context() as patch:
        patch.setattr(database.Database, "rewrite", lambda _: False)
        with pytest.raises(LibraryError, match=r"another relisten has the library open\. Close"):
            full.forget("Ann", [(ID, "Speaker 1")])
    assert full.people() == ("Ann",)
    assert labels(full) == ["Speaker 2"]
    full.forget("Ann", [(ID, "Speaker 1")])
    assert full.people() == ()


def test_bytes_that_are_found_afterwards_are_told(
    full: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database.Database, "holds", lambda *_: True)
    with pytest.raises(LibraryError, match="its bytes are still in"):
        full.forget("Ann", [(ID, "Speaker 1")])
