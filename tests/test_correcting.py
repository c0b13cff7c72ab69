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
    passage_typed,
    scene,
    tidy,
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


NUMBERS = ("Speaker 1", "Speaker 2")


def named(*names: tuple[str, str], scene: Scene) -> list[tuple[str, str]]:
    """Return whom names that are given at once are of, by label."""
    wishes = [wish(EditKind.NAME, who, name) for who, name in names]
    after = with_wishes(scene, wishes, NOW).edits[len(scene.edits) :]
    return [(each.speaker, each.value) for each in after]


def test_names_can_change_places() -> None:
    before = standing(ANN, replace(ANN, speaker="Speaker 2", value="Bob", number=2))
    swapped = named(("Ann Lee", "Bob"), ("Bob", "ann lee"), scene=before)
    assert swapped == [("Speaker 1", "Bob"), ("Speaker 2", "ann lee")]
    with pytest.raises(UsageError, match=r"'Bob' is another speaker of First call already\. If"):
        named(("Ann Lee", "Bob"), scene=before)


def test_labels_can_change_places_and_the_name_that_is_shown_is_meant_then() -> None:
    swapped = [("Speaker 1", "Speaker 2"), ("Speaker 2", "Speaker 1")]
    assert named(*swapped, scene=standing()) == swapped
    wishes = [wish(EditKind.NAME, *each) for each in swapped]
    after = with_wishes(standing(), wishes, NOW)
    assert [after.label(each) for each in NUMBERS] == ["Speaker 2", "Speaker 1"]


def test_a_label_that_is_somebodys_still_is_no_name() -> None:
    with pytest.raises(UsageError, match="'speaker 1' is another speaker"):
        named(("Speaker 2", "speaker 1"), scene=standing(ANN))


def test_a_name_may_be_changed_in_the_same_breath() -> None:
    given = named(("Speaker 2", "Bob"), ("Bob", "Ben"), scene=standing())
    assert given == [("Speaker 2", "Bob"), ("Speaker 2", "Ben")]


@pytest.mark.parametrize(
    ("typed", "speaker", "value"),
    [
        (wish(EditKind.NAME, "a", "b=Ann"), "a=b", "Ann"),
        (wish(EditKind.NAME, "a=b", "Ann=Lee"), "a=b", "Ann=Lee"),
        (wish(EditKind.NAME, "Speaker 2", "x=y"), "Speaker 2", "x=y"),
        (wish(EditKind.ROLE, "a", "b = other"), "a=b", "other"),
        (wish(EditKind.MERGE, "Speaker 2", "a=b"), "Speaker 2", "a=b"),
        (wish(EditKind.MERGE, "a", "b=Speaker 2"), "a=b", "Speaker 2"),
        (wish(EditKind.PASSAGE, "2-4", "x=y"), "x=y", ""),
        (wish(EditKind.ROLE, "Speaker 2 ", " other "), "Speaker 2", "other"),
    ],
)
def test_an_equals_sign_may_be_in_a_name(typed: Wish, speaker: str, value: str) -> None:
    before = standing()
    spans = (replace(SPANS[0], speaker="a=b"), *SPANS[1:])
    edit = as_edit(typed, replace(before, spans=spans))
    assert (edit.speaker, edit.value) == (speaker, value)


def test_an_equals_sign_may_have_spaces_around_it() -> None:
    spans = (replace(SPANS[0], speaker="a = b"), *SPANS[1:])
    edit = as_edit(wish(EditKind.ROLE, "a ", " b=other"), replace(standing(), spans=spans))
    assert (edit.speaker, edit.value) == ("a = b", "other")


@pytest.mark.parametrize(
    ("left", "right", "speaker", "value"),
    [
        ("a=b", "Ann", "a=b", "Ann"),  # not: a is called "b=Ann"
        (" a=b ", " Ann=Lee ", "a=b", "Ann=Lee"),
        ("a", "b=Ann", "a", "b=Ann"),
    ],
)
def test_sides_that_came_apart_are_not_cut_anew(
    left: str, right: str, speaker: str, value: str
) -> None:
    spans = (replace(SPANS[0], speaker="a"), replace(SPANS[1], speaker="a=b"))
    typed = Wish(EditKind.NAME, left, right, apart=True)
    edit = as_edit(typed, replace(standing(), spans=spans))
    assert (edit.speaker, edit.value) == (speaker, value)


@pytest.mark.parametrize(
    ("typed", "passage"),
    [
        ("2-13", Span(2, 12)),
        ("0:02\u20130:04", Span(2, 4)),
        ("2-12", Span(2, 12)),
    ],
)
def test_a_passage_ends_with_the_recording(typed: str, passage: Span) -> None:
    assert passage_typed(typed, standing().recording) == passage


@pytest.mark.parametrize("typed", ["2-13.1", "12-12.5", "4-4", "4-2"])
def test_a_passage_outside_the_recording_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="is no passage of First call, which is 00:12 long"):
        passage_typed(typed, standing().recording)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Ann \t Lee\n", "Ann Lee"),
        ("\x1b[31mAnn\x07 \x00 Lee", "[31mAnn Lee"),
        ("Zo\u00eb\udcff", "Zo\u00eb"),
        ("\x00", ""),
    ],
)
def test_a_name_is_one_line_of_what_can_be_written(typed: str, name: str) -> None:
    assert tidy(typed) == name


def test_who_was_merged_into_somebody_who_is_not_told_any_more_is_nobody() -> None:
    assert replace(standing(GONE), spans=SPANS[1:2]).find("Speaker 3") is None


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
    assert set(library.made(call)) >= {"transcribe", "diarize", "attribute", "annotate"}
