"""What is printed of corrections: as a person reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.corrections import Correction, Fit, State
from pipeline.lines import corrections as lines
from tests.libraries import recording

ACME = Correction(
    *(62.5, 62.8, "acne", "Acme", None, "do we pay ", ", honestly", 3, 2),
    made_at="2026-09-01T10:00:00+00:00",
)
UM = replace(ACME, before="um", after="", number=4, change=5)
GONE = replace(ACME, number=1, change=1, undone_at="2026-09-02T10:00:00.000001+00:00")
RECORDING = recording()
FITS = (Fit(GONE, State.UNDONE), Fit(ACME, State.APPLIED), Fit(UM, State.UNFIT))


def test_a_recordings_corrections_are_listed_with_what_became_of_them() -> None:
    assert list(lines.correction_lines(RECORDING, FITS)) == [
        "abababab  First call",
        '  1  [01:02] "acne" -> "Acme"  taken back  (change 1, 2026-09-01, taken back 2026-09-02)',
        '  3  [01:02] "acne" -> "Acme"  applied  (change 2, 2026-09-01)',
        '  4  [01:02] "um" -> nothing  no longer fits  (change 5, 2026-09-01)',
        "What no longer fits is kept, and tried again whenever the recording is processed. "
        "Hear it: relisten play abababab@01:02",
        "Take the last back: relisten correct --undo 5",
    ]


def test_where_nothing_was_put_right_it_is_said_how() -> None:
    _, hint = lines.correction_lines(RECORDING, ())
    assert hint.endswith('Do so: relisten correct abababab@12:34 "acne" "Acme"')


def test_what_was_all_taken_back_has_no_last_one() -> None:
    assert len(list(lines.correction_lines(RECORDING, FITS[:1]))) == 2


@pytest.mark.parametrize(
    ("made", "before", "after"),
    [
        (ACME, "do we pay **acne**, honestly", "do we pay **Acme**, honestly"),
        (UM, "do we pay **um**, honestly", "do we pay honestly"),
        (replace(UM, trail=" honestly"), "do we pay **um** honestly", "do we pay  honestly"),
        (
            replace(ACME, after="Acme?"),
            "do we pay **acne**, honestly",
            "do we pay **Acme?** honestly",
        ),
        (
            replace(ACME, lead='we "', after='"Acme'),
            'we "**acne**, honestly',
            'we **"Acme**, honestly',
        ),
        (replace(UM, lead="", trail="-based one"), "**um**-based one", "-based one"),
        (
            replace(UM, before="", after="Really.", lead="we pay.", trail=" Honestly, we"),
            "we pay. Honestly, we",
            "we pay. **Really.** Honestly, we",
        ),
    ],
)
def test_words_are_read_with_some_around_them(made: Correction, before: str, after: str) -> None:
    assert lines.reads(made, made.before) == before
    assert lines.reads(made, made.after).split() == after.split()


def test_a_preview_says_that_nothing_is_changed() -> None:
    assert list(lines.preview_lines([(RECORDING, [ACME])], "acne")) == [
        "abababab  First call",
        "  [01:02] do we pay **acne**, honestly",
        "       -> do we pay **Acme**, honestly",
        "1 place in 1 recording. Nothing is changed yet: say the same with --yes to change them.",
    ]
    (nothing,) = lines.preview_lines([], "acne")
    assert nothing.startswith("Nobody says 'acne' there")


def test_what_was_changed_can_be_taken_back_and_done_again() -> None:
    found = [(RECORDING, [ACME, UM]), (RECORDING, [ACME])]
    *_, last = lines.changed_lines(found, 7)
    assert last == ("Corrected: 3 places in 2 recordings. Take it back: relisten correct --undo 7")
    undone = list(lines.undone_lines(7, found, undone=True))
    assert undone[0] == "Taken back: change 7, 3 places in 2 recordings."
    assert undone[2:4] == ['  [01:02] "Acme" -> "acne"', '  [01:02] nothing -> "um"']
    assert undone[-1] == "Do it again: relisten correct --redo 7"
    again = list(lines.undone_lines(7, found, undone=False))
    assert again[0] == "Done again: change 7, 3 places in 2 recordings."
    assert again[2] == '  [01:02] "acne" -> "Acme"'
    assert again[-1] == "Take it back: relisten correct --undo 7"


def test_what_no_longer_fits_is_told_by_recording() -> None:
    told = list(lines.unfit_lines({"abab": FITS, "cdcd": FITS[:2], "efef": FITS[2:] * 2}))
    assert told == [
        "In abab, 1 correction no longer fits, and kept: relisten correct abab",
        "In efef, 2 no longer fit, and kept: relisten correct efef",
    ]


@pytest.mark.parametrize(
    ("fits", "text"),
    [
        ((), ""),
        (FITS[:1], ""),
        (FITS[1:2], "1 correction by hand"),
        (FITS, "2 corrections by hand, 1 of them no longer fitting"),
    ],
)
def test_corrections_are_counted(fits: tuple[Fit, ...], text: str) -> None:
    assert lines.counted_fits(fits) == text
