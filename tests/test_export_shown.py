"""Text as a page can have it, and the names of the bookmarks that lead to it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.shown import runs_to_the_left, shown, writable
from pipeline.export.word.marks import (
    LONGEST,
    TurnMark,
    highlight_mark,
    is_recording_mark,
    recording_mark,
    time_mark,
    turn_mark,
)
from tests.values import turn

# As Word takes it: letters, digits and underscores, a letter or an underscore at first.
VALID = re.compile(rf"[A-Za-z_]\w{{0,{LONGEST - 1}}}", re.ASCII)
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain, naïve 今日 😀", "plain, naïve 今日 😀"),
        ("two\nlines\tand\r\nmore", "two lines and  more"),
        ("a\u2028b\x85c\x1dd", "a b c d"),
        ("\x00\x07\x9f\ud800\ufffe", "\ufffd" * 5),
        ("vingt\N{NO-BREAK SPACE}euros", "vingt\N{NO-BREAK SPACE}euros"),
    ],
)
def test_text_is_shown_on_one_line(text: str, seen: str) -> None:
    assert shown(text) == seen


@given(ANYTHING)
def test_whatever_is_said_can_be_written_as_xml_and_stays_as_long(text: str) -> None:
    written = shown(text)
    assert len(written) == len(text)
    element = ElementTree.Element("said")
    element.text = written
    assert ElementTree.fromstring(ElementTree.tostring(element)).text == (written or None)


@given(st.text() | st.text("a\0\x0b\x7f\ud800\ufdd0\ufffe\n"))
def test_what_is_writable_comes_out_of_xml_as_it_was_and_no_shorter(text: str) -> None:
    made = writable(text)
    kept = ElementTree.tostring(ElementTree.Element("a", {"said": made}), encoding="utf-8")
    assert ElementTree.fromstring(kept).get("said") == made
    assert len(made) == len(text)
    assert all(
        new in {old, "\N{REPLACEMENT CHARACTER}"} for old, new in zip(text, made, strict=True)
    )


@pytest.mark.parametrize("text", ["Zürich 🎤\tand\n\x7f", "打ち合わせ", "\ufdd0"])
def test_what_xml_can_hold_is_left_alone(text: str) -> None:
    assert writable(text) == text


@given(ANYTHING)
def test_what_is_shown_is_shown_as_it_is(text: str) -> None:
    assert shown(shown(text)) == shown(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hello שלום", False),
        ("שלום hello", True),
        ("12 “مرحبا”", True),
        ("...", False),
        ("", False),
    ],
)
def test_the_first_letter_tells_which_way_text_runs(text: str, left: bool) -> None:
    assert runs_to_the_left(text) is left


def test_a_turns_mark_comes_back() -> None:
    mark = turn_mark(12, turn("Too expensive.", "Anna"))
    assert TurnMark.read(mark.name) == mark
    assert mark.position == 12


def test_a_turns_mark_tells_another_text_and_another_speaker() -> None:
    mark = turn_mark(0, turn("Too expensive.", "Anna"))
    other = turn_mark(0, turn("So expensive.", "Anna"))
    assert (mark.text == other.text, mark.speaker == other.speaker) == (False, True)
    other = turn_mark(0, turn("Too expensive.", None))
    assert (mark.text == other.text, mark.speaker == other.speaker) == (True, False)


@pytest.mark.parametrize("name", ["_Toc12345", "at_12m34s", "_turn_x_1_2", "_turn_1_ab_cd", ""])
def test_the_bookmarks_of_others_are_no_turns(name: str) -> None:
    assert TurnMark.read(name) is None


@pytest.mark.parametrize(
    ("seconds", "name"),
    [(0.0, "at_00m00s"), (754.99, "at_12m34s"), (3723.2, "at_1h02m03s"), (36000.0, "at_10h00m00s")],
)
def test_a_time_is_found_by_typing_it(seconds: float, name: str) -> None:
    assert time_mark(seconds) == name


def test_every_name_is_one_that_word_takes() -> None:
    names = (
        turn_mark(9_999_999, turn("So", "Anna")).name,
        recording_mark("f" * 64),
        recording_mark("two words/ä"),
        time_mark(359_999.0),
        highlight_mark(99_999),
    )
    assert [name for name in names if not VALID.fullmatch(name)] == []


def test_a_recordings_mark_is_told_from_others() -> None:
    assert is_recording_mark(recording_mark("ab12" * 16))
    assert not is_recording_mark("_turn_1_0123456789abcdef_012345")
