"""What stands in a file as it did before somebody put it right in the library stays put right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.correcting import Scene
from pipeline.corrections import Correction, Fit, State
from pipeline.speakers import EditKind, SpeakerEdit
from pipeline.taking_back.found import Left, Reading, Typed
from pipeline.taking_back.older import OLDER, without_older
from pipeline.transcript import Span, SpeakerSpan
from tests.libraries import recording
from tests.values import turn

if TYPE_CHECKING:
    from pipeline.transcript import Turn

SAID = (
    turn("So how is it in Dayton?", "Ben", 1.0),
    turn("We pay Acme too much. Acme, I say!", "Ann", 5.0),
)
WHOLE = Correction(6.0, 6.5, "in date in", "in Dayton", number=1)
NAME = Correction(5.6, 5.9, "acne", "Acme", number=2)


def scene(*corrections: Correction, state: State = State.APPLIED, given: bool = False) -> Scene:
    spans = (SpeakerSpan(1.0, 4.0, "A"), SpeakerSpan(5.0, 9.0, "A"))
    edits = [SpeakerEdit(EditKind.NAME, "A", "Ben"), SpeakerEdit(EditKind.NAME, "B", "Ann")]
    if given:
        edits.append(SpeakerEdit(EditKind.PASSAGE, "B", passage=Span(5.0, 9.0)))
    fits = tuple(Fit(each, state, None) for each in corrections)
    return Scene(recording("ab" * 32), (), spans, tuple(edits), fits)


def read(typed: Typed, standing: Scene, turns: tuple[Turn, ...] = SAID) -> Reading:
    return without_older(Reading((typed,)), turns, standing)


def test_what_was_put_right_stays_and_is_told() -> None:
    found = read(Typed(1, "We pay acne too much. Acme, I say!"), scene(NAME))
    assert found == Reading(left=(Left(5.0, "Acme", "acne", OLDER),))


def test_what_is_edited_beside_it_is_brought_back() -> None:
    found = read(Typed(1, "We pay acne too much by far. Acme, I said!"), scene(NAME))
    assert found.typed == (Typed(1, "We pay Acme too much by far. Acme, I said!"),)
    assert [each.says for each in found.left] == ["acne"]


@pytest.mark.parametrize("says", ["in date in?", "in date In?"])
def test_words_that_both_begin_or_end_with_are_no_matter(says: str) -> None:
    near = replace(WHOLE, start=2.0, end=2.5)
    found = read(Typed(0, f"So how is it {says}"), scene(near))
    assert (found.typed, len(found.left)) == ((), 1)


@pytest.mark.parametrize(
    "standing",
    [
        scene(),
        scene(NAME, state=State.UNDONE),
        scene(NAME, state=State.UNFIT),
        scene(replace(NAME, start=90.0, end=91.0)),
        scene(replace(NAME, before="Acne Inc.")),
    ],
    ids=["none", "taken back", "does not fit", "elsewhere", "otherwise"],
)
def test_what_nobody_put_right_is_brought_back(standing: Scene) -> None:
    typed = Typed(1, "We pay acne too much. Acme, I say!")
    assert read(typed, standing) == Reading((typed,))


def test_who_was_given_a_turn_keeps_it() -> None:
    found = read(Typed(1, None, "Ben"), scene(given=True))
    assert found == Reading(left=(Left(5.0, "Ann", "Ben", OLDER),))


@pytest.mark.parametrize(("speaker", "given"), [("Cleo", True), ("Ben", False)])
def test_a_speaker_whom_the_file_alone_names_is_brought_back(speaker: str, given: bool) -> None:
    typed = Typed(1, "We pay Acme too much. Acme, I say so!", speaker)
    assert read(typed, scene(given=given)) == Reading((typed,))
