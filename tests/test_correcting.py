"""Corrections as they are typed to edits, and what is kept of them when something breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.correcting import (
    Scene,
    Wish,
    as_edit,
    keep,
    scene,
    with_wishes,
    without,
    without_last,
)
from pipeline.errors import NotFound, UsageError
from pipeline.process import Request, process
from pipeline.speakers import EditKind, Role, SpeakerEdit
from pipeline.transcript import Segment, Span, SpeakerSpan
from tests.fakes import (
    Broken,
    BrokenLanguageModel,
    FakeEngines,
    FakeLanguageModel,
    FakeRecogniser,
)
from tests.libraries import contents, recording
from tests.sounds import by_turns, columns, write_wav
from tests.values import words

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library

NOW = "2026-09-01T10:00:00+00:00"
SPANS = (
    SpeakerSpan(0, 5, "Speaker 1"),
    SpeakerSpan(5, 9, "Speaker 2"),
    SpeakerSpan(9, 12, "Speaker 3"),
)


def standing(*edits: SpeakerEdit) -> Scene:
    """Return a call of three people in one channel."""
    said = words("how is it going well thank you and you", 1.0, 1.0)
    return Scene(recording(duration=12.0), (Segment(1, 10, said),), SPANS, edits)


def wish(kind: EditKind, left: str, right: str) -> Wish:
    return Wish(kind, left, right)


ANN = SpeakerEdit(EditKind.NAME, "Speaker 1", "Ann Lee", None, 1, NOW)
GONE = SpeakerEdit(EditKind.MERGE, "Speaker 3", "Speaker 1", None, 2, NOW)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Ann Lee", "Speaker 1"),
        (" ann  LEE ", "Speaker 1"),
        ("speaker 1", "Speaker 1"),
        ("Speaker 2", "Speaker 2"),
        ("Speaker 3", "Speaker 1"),
    ],
)
def test_a_name_means_who_is_shown_so_or_labelled_so(name: str, label: str) -> None:
    assert standing(ANN, GONE).label(name) == label


def test_an_unknown_name_lists_who_speaks() -> None:
    listed = r"Its speakers: Ann Lee \(Speaker 1\), Speaker 2\."
    with pytest.raises(NotFound, match=listed):
        standing(ANN, GONE).label("Carl")


@pytest.mark.parametrize(
    ("typed", "edit"),
    [
        (
            wish(EditKind.NAME, "speaker 2", " Ben  Ng "),
            SpeakerEdit(EditKind.NAME, "Speaker 2", "Ben Ng"),
        ),
        (
            wish(EditKind.NAME, "Ann Lee", "ANN LEE"),
            SpeakerEdit(EditKind.NAME, "Speaker 1", "ANN LEE"),
        ),
        (
            wish(EditKind.MERGE, "Speaker 2", "ann lee"),
            SpeakerEdit(EditKind.MERGE, "Speaker 2", "Speaker 1"),
        ),
        (
            wish(EditKind.PASSAGE, "0:02-0:04.5", "ann lee"),
            SpeakerEdit(EditKind.PASSAGE, "Speaker 1", passage=Span(2, 4.5)),
        ),
        (
            wish(EditKind.PASSAGE, "2-4", "Bob"),
            SpeakerEdit(EditKind.PASSAGE, "Bob", passage=Span(2, 4)),
        ),
        (
            wish(EditKind.ROLE, "Ann Lee", " Customer "),
            SpeakerEdit(EditKind.ROLE, "Speaker 1", Role.CUSTOMER),
        ),
    ],
)
def test_what_is_typed_is_an_edit_of_a_label(typed: Wish, edit: SpeakerEdit) -> None:
    assert as_edit(typed, standing(ANN)) == edit


def test_a_wish_may_name_whom_the_one_before_made() -> None:
    wishes = [wish(EditKind.PASSAGE, "2-4", "Bob"), wish(EditKind.ROLE, "bob", "other")]
    after = with_wishes(standing(ANN), wishes, NOW)
    assert [(each.number, each.speaker, each.made_at) for each in after.edits] == [
        (1, "Speaker 1", NOW),
        (2, "Bob", NOW),
        (3, "Bob", NOW),
    ]


def test_numbers_go_on_after_the_highest() -> None:
    after = with_wishes(
        standing(replace(ANN, number=7)), [wish(EditKind.ROLE, "Ann Lee", "other")], NOW
    )
    assert [each.number for each in after.edits] == [7, 8]


def test_an_edit_is_taken_out_by_its_number_and_the_last_without_one() -> None:
    assert without(standing(ANN, GONE), 1).edits == (GONE,)
    assert without_last(standing(ANN, GONE)).edits == (ANN,)
    with pytest.raises(UsageError, match="nothing was said of the speakers of First call"):
        without_last(standing())


@pytest.fixture
def call(tmp_path: Path, library: Library) -> str:
    """Return the id of a call of two people."""
    path = write_wav(tmp_path / "call.wav", columns(*by_turns(12)))
    return process(path, library, here(), Request()).recording.id


def here(reader: FakeLanguageModel | None = None) -> FakeEngines:
    texts = ("how is it going", "we pay Acme too much")
    names = FakeLanguageModel({"Acme": "ORG"}, ("pay Acme",))
    return FakeEngines(FakeRecogniser(texts), readers={"en": reader or names})


def merged(library: Library, identity: str) -> Scene:
    found = library.get(identity)
    assert found
    wishes = [wish(EditKind.MERGE, "Speaker 2", "Speaker 1")]
    return with_wishes(scene(found, library), wishes, NOW)


def test_a_correction_that_breaks_while_it_is_kept_changes_nothing(
    library: Library, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(tmp_path / "library")
    wanted = merged(library, call)

    def broken(*_: object) -> None:
        raise Broken("the lights went out")

    monkeypatch.setattr(type(library), "_put_turns_again", broken)
    with pytest.raises(Broken):
        keep(wanted, library, here())
    assert contents(tmp_path / "library") == before


def test_annotations_that_broke_off_are_made_up_for_by_the_next_correction(
    library: Library, call: str, tmp_path: Path
) -> None:
    begun = contents(tmp_path / "library")
    with pytest.raises(Broken):
        keep(merged(library, call), library, here(BrokenLanguageModel()))
    assert {turn.speaker for turn in library.turns(call)} == {"Speaker 1"}
    assert "annotate" not in library.made(call)
    found = library.get(call)
    assert found
    keep(without_last(scene(found, library)), library, here())
    assert contents(tmp_path / "library") == begun


def test_a_recording_whose_file_is_gone_can_be_put_right(library: Library, call: str) -> None:
    found = library.get(call)
    assert found
    found.path.unlink()
    keep(merged(library, call), library, here())
    assert set(library.made(call)) == {"transcribe", "diarize", "attribute", "annotate"}
