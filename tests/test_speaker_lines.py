"""Speakers and people as they are shown."""

from __future__ import annotations

import pytest

from pipeline.lines.speakers import (
    confirmed_lines,
    forgotten_lines,
    people_lines,
    percent,
    row,
    said,
    speaker_lines,
)
from pipeline.people import Suggestion
from pipeline.portraits import Portrait
from pipeline.recognising import Confirmed, Described, Forgotten, Known, Open, Voice
from pipeline.speakers import EditKind, Role, SpeakerEdit
from pipeline.transcript import Span
from tests.libraries import recording

CALL = recording("3f2a91c4" * 8)
LIKELY = Suggestion(CALL.id, "Speaker 1", "Ann Lee", 0.714, 0.41)


def portrait(
    name: str = "Speaker 1", role: Role | None = None, *, guessed: bool = False
) -> Portrait:
    said = "We lost eleven orders."
    return Portrait("Speaker 1", name, role, guessed, 75.0, 0.416, 12, 0.976, said, 61.2, None)


def test_a_speaker_is_a_line_of_figures_and_one_to_know_them_by() -> None:
    *_, head, line, sentence, likely = speaker_lines(
        CALL, [Described(portrait(), None, LIKELY)], []
    )
    assert head == "SPEAKER    ROLE  TALK   SHARE  TURNS  SURE"
    assert line == "Speaker 1  -     01:15  42 %   12     98 %"
    assert sentence == "  [01:01] We lost eleven orders."
    assert likely == (
        "  sounds like Ann Lee (0.71, next 0.30): "
        'relisten voices confirm 3f2a91c4 "Speaker 1" "Ann Lee"'
    )


@pytest.mark.parametrize(
    ("shown", "cells"),
    [
        (portrait("Ann", Role.CUSTOMER), ("Ann (Speaker 1)", "customer")),
        (portrait(role=Role.INTERVIEWER, guessed=True), ("Speaker 1", "interviewer?")),
    ],
)
def test_a_guess_is_marked_and_a_new_name_has_its_label(
    shown: Portrait, cells: tuple[str, str]
) -> None:
    assert row(Described(shown, None, None))[:2] == cells


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (SpeakerEdit(EditKind.NAME, "Speaker 1", "Ann"), "Speaker 1 is called Ann"),
        (
            SpeakerEdit(EditKind.MERGE, "Speaker 3", "Speaker 1"),
            "Speaker 3 is the same as Speaker 1",
        ),
        (SpeakerEdit(EditKind.ROLE, "Speaker 1", Role.OTHER), "Speaker 1 has the role other"),
        (SpeakerEdit(EditKind.PASSAGE, "Bob", "", Span(754, 782)), "12:34-13:02 is Bob"),
    ],
)
def test_the_last_correction_is_told_with_the_way_back(edit: SpeakerEdit, words: str) -> None:
    assert said(edit) == words
    *_, count, back = speaker_lines(CALL, [Described(portrait(), "Ann", None)], [edit, edit])
    assert count == f"2 corrections by hand, the last one: {words}."
    assert back == "Take it back: relisten speakers 3f2a91c4 --undo"


def test_people_are_listed_with_their_calls_and_who_may_be_one_of_them() -> None:
    lines = list(
        people_lines([Known("Ann Lee", ("a", "b"), 95.0)], [Open(CALL, "Speaker 1", LIKELY)])
    )
    assert lines == [
        "PERSON   CALLS  VOICE",
        "Ann Lee  2      01:35",
        "",
        "May be the same; nobody is named before you confirm it:",
        "  3f2a91c4  First call: Speaker 1 sounds like Ann Lee (0.71, next 0.30)",
        '    relisten voices confirm 3f2a91c4 "Speaker 1" "Ann Lee"',
    ]


@pytest.mark.parametrize(("share", "shown"), [(0, "0 %"), (0.004, "0 %"), (0.996, "100 %")])
def test_shares_are_whole_percents(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("count", "words"), [(0, "no voice"), (1, "1 recording."), (3, "3 recordings.")]
)
def test_what_is_forgotten_is_counted_and_what_stays_is_said(count: int, words: str) -> None:
    first, *_, last = forgotten_lines(Forgotten("Ann", count, ()))
    assert words in first
    assert last.startswith("The words and the name on them stay")


def test_voices_that_may_be_of_who_is_forgotten_are_told() -> None:
    *_, last = forgotten_lines(Forgotten("Ann Lee", 1, (Open(CALL, "Speaker 1", LIKELY),)))
    assert last == '  relisten voices confirm 3f2a91c4 "Speaker 1" "Ann Lee"'


def test_where_nobody_is_told_apart_the_way_to_it_and_what_was_in_it_are_told() -> None:
    assert list(speaker_lines(CALL, [], [], ["memory ran out"]))[1:] == [
        "Nobody is told apart in this recording. Run: relisten process 3f2a91c4 --only speakers",
        "Last time: memory ran out",
    ]


def test_a_voice_that_was_forgotten_is_said_to_be() -> None:
    *_, last = speaker_lines(CALL, [Described(portrait(), None, None, forgotten=True)], [])
    assert last == "  the voice was forgotten: it is neither kept nor looked for"


def test_no_line_of_people_ends_in_a_space() -> None:
    assert all(line == line.rstrip() for line in people_lines([], []))


@pytest.mark.parametrize(
    ("voice", "here", "lines"),
    [
        (Voice.KEPT, True, []),
        (
            Voice.SHORT,
            True,
            [
                "There are not 8 s of Ann alone in it, so the voice is not looked for by this "
                "recording."
            ],
        ),
        (
            Voice.FORGOTTEN,
            True,
            ["The voice was forgotten here, so it is not looked for by this recording."],
        ),
        (
            Voice.UNHEARD,
            True,
            [
                "The voices in it were never listened to, so this one is not looked for yet.",
                "Run: relisten process 3f2a91c4 --only speakers",
            ],
        ),
        (
            Voice.UNHEARD,
            False,
            [
                "The voices in it were never listened to, so this one is not looked for yet.",
                "Run: relisten models pull voices, then relisten process 3f2a91c4 --only speakers",
            ],
        ),
    ],
)
def test_why_a_voice_is_not_looked_for_is_told(voice: Voice, here: bool, lines: list[str]) -> None:
    told = confirmed_lines(CALL, Confirmed("Ann", voice), model_here=here)
    assert list(told) == ["Ann speaks in First call.", *lines]
