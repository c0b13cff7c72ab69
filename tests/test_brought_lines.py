"""What `relisten import` prints of what comes back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.corrections import Correction
from pipeline.lines.brought import brought_lines, left_over_lines, short
from pipeline.taking_back.bringing import Brought, Mark
from pipeline.taking_back.found import Left
from pipeline.taking_back.working_out import Given
from tests.libraries import recording

RECORDING = recording()
ACME = Correction(62.0, 62.3, "acne", "Acme", 0, "do we pay ", ", honestly")
GIVEN = Given(65.0, "Yes.", None, "Ann")
MARK = Mark(None, 70.0, 71.0, "so dear", ("pricing",), "Ask\nagain")
LEFT = Left(9.0, "Mm-hm.", "Uh-huh.", "nobody says it")


def lines(brought: Brought, *, dry: bool = False) -> list[str]:
    return list(brought_lines(brought, "it.docx", dry=dry))


def test_each_change_is_shown_with_its_time_and_how_to_take_it_back() -> None:
    brought = Brought(RECORDING, (ACME,), (GIVEN,), (MARK,), change=3)
    assert lines(brought) == [
        "abababab  First call",
        "  [01:02] do we pay **acne**, honestly",
        "       -> do we pay **Acme**, honestly",
        "  [01:05] nobody -> Ann: Yes.",
        '  [01:10] new highlight [pricing] "so dear"; note: Ask again',
        "Brought back: 1 correction, 1 turn of another speaker, 1 highlight.",
        "Take it back: relisten correct --undo 3",
        "Take who speaks back, one after the other: relisten speakers abababab --undo",
        "See the highlights: relisten highlights --in abababab",
    ]


def test_what_would_be_changed_says_that_nothing_is() -> None:
    shown = lines(Brought(RECORDING, marks=(replace(MARK, number=2), MARK)), dry=True)
    assert shown[0] == "abababab  First call"
    assert shown[1] == '  [01:10] highlight 2 [pricing] "so dear"; note: Ask again'
    assert shown[-1] == "2 highlights. Nothing is changed yet: say the same without --dry-run."


def test_many_are_counted() -> None:
    brought = Brought(RECORDING, (ACME, ACME), (GIVEN, GIVEN), (MARK, MARK), change=1)
    assert "Brought back: 2 corrections, 2 turns of another speaker, 2 highlights." in lines(
        brought
    )


@pytest.mark.parametrize("dry", [False, True])
def test_nothing_is_said_to_be_nothing(dry: bool) -> None:
    assert lines(Brought(RECORDING), dry=dry) == [
        "All in it.docx is as the library has it. Nothing is changed."
    ]
    assert lines(Brought(RECORDING, left=(LEFT,)), dry=dry)[-1] == (
        "All else in it.docx is as the library has it. Nothing is changed."
    )


@pytest.mark.parametrize(
    ("brought", "line"),
    [
        (Brought(RECORDING, kept=1), "1 turn was put right in the library since the file was"),
        (Brought(RECORDING, kept=2), "2 turns were put right in the library since the file was"),
        (Brought(RECORDING, known=1), "1 mark is there already, as a highlight."),
        (Brought(RECORDING, known=5), "5 marks are there already, as highlights."),
    ],
)
def test_what_is_there_already_is_counted(brought: Brought, line: str) -> None:
    assert lines(brought)[0].startswith(line)


def test_what_is_left_over_is_shown_with_what_stands_there() -> None:
    assert lines(Brought(RECORDING, left=(LEFT,)))[:4] == [
        "Left over from it.docx: 1 place",
        "  [00:09] nobody says it",
        "          stands: Mm-hm.",
        "          file:   Uh-huh.",
    ]
    assert list(left_over_lines(Left(None, "", "", "why"))) == ["  [     ] why"]


def test_a_long_text_is_cut_between_words() -> None:
    text = "so it is " * 20
    kept = short(text).removesuffix(" ...")
    assert 80 < len(kept) < 90
    assert kept.split() == text.split()[: len(kept.split())]
    assert short(" so\nit is") == "so it is"
