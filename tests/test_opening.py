"""A recording as it is opened: who is who, where each is heard, what was marked."""

from __future__ import annotations

import pytest

from pipeline.highlights import Highlight
from pipeline.library import Library
from pipeline.opening import channels_of, document_of
from pipeline.recording import Layout
from pipeline.speakers import EditKind, SpeakerEdit
from pipeline.transcript import Span, SpeakerSpan, Turn
from tests.libraries import MADE, fill, recording
from tests.values import turn

CALL = recording(project="acme")
SAID = (turn("How is it going?", "Speaker 1", 1.0), turn("Fine, so far.", "Speaker 2", 5.0))


def spans(*told: tuple[float, float, str, int | None]) -> list[SpeakerSpan]:
    return [SpeakerSpan(*each) for each in told]


def by_channel(library: Library) -> None:
    """Have the call's speakers heard on a channel each."""
    fill(library, CALL, *SAID)
    heard = spans((1.0, 2.2, "Speaker 1", 0), (5.0, 5.9, "Speaker 2", 1))
    library.store_speakers(CALL.id, heard, (), MADE)
    library.store_turns(CALL.id, SAID, MADE)


def name(library: Library, label: str, shown: str) -> None:
    """Call a speaker otherwise, as a person does."""
    edit = SpeakerEdit(EditKind.NAME, label, shown, number=1)
    turns = [Turn.of(shown if each.speaker == label else each.speaker, each.words) for each in SAID]
    library.store_edits(CALL.id, [edit], turns, MADE)


def test_a_document_has_the_transcript_with_the_facts_of_its_recording(library: Library) -> None:
    fill(library, CALL, *SAID)
    library.add_tags(CALL.id, ["pricing"])
    document = document_of(library, CALL)
    assert [each.text for each in document.transcript.turns] == [each.text for each in SAID]
    assert (document.id, document.title, document.file_name) == (CALL.id, "First call", "first.m4a")
    assert (document.duration, document.project) == (600.0, "acme")
    assert (document.recorded_at, document.tags) == ("2026-09-01T10:00:00", ("pricing",))


def test_it_is_the_document_with_what_a_page_shows_beside(library: Library) -> None:
    by_channel(library)
    kept = library.add_highlights(CALL.id, [Highlight(5.0, 5.9, 0, "Fine, so far.", ("mood",))])
    shown = document_of(library, CALL)
    assert shown.layout is Layout.CHANNEL_PER_SPEAKER
    assert shown.labels == {"Speaker 1": "Speaker 1", "Speaker 2": "Speaker 2"}
    assert shown.speaker_channels == {"Speaker 1": 0, "Speaker 2": 1}
    assert shown.highlights == kept


def test_speakers_go_by_the_names_that_a_person_gave(library: Library) -> None:
    by_channel(library)
    name(library, "Speaker 2", "Ben Lee")
    shown = document_of(library, CALL)
    assert shown.labels == {"Speaker 1": "Speaker 1", "Ben Lee": "Speaker 2"}
    assert shown.speaker_channels == {"Speaker 1": 0, "Ben Lee": 1}
    assert shown.transcript.speakers == ("Speaker 1", "Ben Lee")


def test_roles_are_by_the_name_that_is_shown(library: Library) -> None:
    by_channel(library)
    name(library, "Speaker 2", "customer")
    assert document_of(library, CALL).roles["customer"] == "customer"


def test_a_passage_that_was_given_to_somebody_does_not_move_them(library: Library) -> None:
    by_channel(library)
    given = SpeakerEdit(EditKind.PASSAGE, "Speaker 1", passage=Span(5.0, 5.4), number=1)
    library.store_edits(CALL.id, [given], SAID, MADE)
    assert document_of(library, CALL).speaker_channels["Speaker 1"] == 0


def test_a_recording_of_nobody_told_apart_has_no_speakers(library: Library) -> None:
    fill(library, CALL, turn("Yes.", None))
    shown = document_of(library, CALL)
    assert (shown.labels, shown.roles, shown.speaker_channels) == ({}, {}, {})


@pytest.mark.parametrize(
    ("told", "channel"),
    [
        ([(0.0, 1.0, "a", 1)], 1),
        ([(0.0, 1.0, "a", None)], None),
        ([(0.0, 1.0, "a", 0), (2.0, 5.0, "a", 1)], 1),
        ([(0.0, 9.0, "a", 0), (2.0, 5.0, "a", None)], 0),
        ([], None),
    ],
)
def test_somebody_is_where_they_are_heard_longest(
    told: list[tuple[float, float, str, int | None]], channel: int | None
) -> None:
    assert channels_of({"a": "Anna"}, spans(*told)) == {"Anna": channel}


def test_all_of_it_is_of_one_moment_whatever_another_writes_meanwhile(
    library: Library,
) -> None:
    fill(library, CALL, *SAID)
    with Library(library.folder) as other, library.at_one_moment():
        before = library.turns(CALL.id)
        other.store_turns(CALL.id, SAID[:1], MADE)
        assert library.turns(CALL.id) == before
        assert document_of(library, CALL).transcript.turns == before
    assert len(document_of(library, CALL).transcript.turns) == 1
