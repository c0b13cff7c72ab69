"""Names of files as a terminal may have them: what acts on it is written out, all else stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.printable import ACTING, JOINING, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines.wav", "two\\nlines.wav"),
        ("a\rreturn\tand a tab.wav", "a\\rreturn\\tand a tab.wav"),
        ("red \x1b[31m alert.wav", "red \\x1b[31m alert.wav"),
        ("bell\x07 \x9b2J.wav", "bell\\x07 \\x9b2J.wav"),
        ("turned \u202evaw.wav", "turned \\u202evaw.wav"),
        ("\udce9.wav", "\\udce9.wav"),
        ("new\u2028line", "new\\u2028line"),
    ],
)
def test_what_acts_on_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "plain.wav",
        "Gespräch mit Zoë.wav",
        "面談の記録.wav",
        "at 10.30\u202fAM.m4a",  # as a Mac names recordings
        "می\u200cخواهم.wav",
        "\U0001f469\u200d\U0001f52c.wav",
        'back\\slash, it\'s "quoted".wav',
    ],
)
def test_names_in_any_language_stay_as_they_are(text: str) -> None:
    assert printable(text) == text


@given(st.text())
def test_nothing_that_acts_is_left_and_once_is_enough(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(each) for each in shown if each not in JOINING} & ACTING
    assert printable(shown) == shown
