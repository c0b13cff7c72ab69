"""Places of an edited text in ours: found where words were changed around them, else nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.export.qda.naming import file_name, guid, level, unlike
from pipeline.export.qda.text import Plain
from pipeline.taking_back.codings.placing import Aligned, alike
from pipeline.transcript import Span, Turn, Word
from tests.values import conversations, turn, words

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS = "We paid four hundred for it, and nobody called back. So we left in the end, honestly."


def placed(theirs: str, coded: str, ours: str = OURS) -> str | None:
    """Return what of our text is coded where some of theirs is."""
    start = theirs.index(coded)
    place = Aligned.of(theirs, ours).place(start, start + len(coded))
    return ours[slice(*place)] if place else None


@pytest.mark.parametrize(
    ("theirs", "coded", "found"),
    [
        pytest.param(OURS, "nobody called back", "nobody called back", id="as it stands"),
        pytest.param(OURS.upper(), "NOBODY CALLED", "nobody called", id="in capitals"),
        pytest.param("Notes\n\n" + OURS, "So we left", "So we left", id="moved"),
        pytest.param(
            OURS.replace("paid", "pay"), "pay four", "paid four", id="the first one changed"
        ),
        pytest.param(
            OURS.replace("left", "quit"), "So we quit", "So we left", id="the last one changed"
        ),
        pytest.param(OURS.replace("left", "quit"), "quit", "left", id="the only one changed"),
        pytest.param(
            OURS.replace("four hundred", "400"), "paid 400", "paid four hundred", id="made one"
        ),
        pytest.param(OURS.replace("left", "walked out"), "walked out", "left", id="made two"),
        pytest.param(OURS.replace(" and", ""), "it, nobody", "it, and nobody", id="one less"),
        pytest.param(OURS.replace("end", "very end"), "the very end", "the end", id="one more"),
        pytest.param(OURS.replace(", and", " - and"), "it - and", "it, and", id="other marks"),
        pytest.param(OURS, "ly", "honestly", id="the end of a word"),
        pytest.param(OURS + " Signed: A. B.", "Signed: A. B.", None, id="not ours"),
        pytest.param(OURS, ", ", None, id="no word"),
        pytest.param(
            "He sold his house because, so we left",
            "He sold his house because",
            None,
            id="others' words",
        ),
    ],
)
def test_what_is_coded_is_found_in_our_text(theirs: str, coded: str, found: str | None) -> None:
    assert placed(theirs, coded) == found


def test_texts_without_spaces_are_compared_by_character() -> None:
    ours, theirs = "今日はカレーです。とても安い。", "今日、カレーです！とっても安い。"
    assert placed(theirs, "カレー", ours) == "カレー"
    assert placed(theirs, "安い", ours) == "安い"


def test_words_that_would_be_far_apart_are_nowhere() -> None:
    ours = "first " + "and so on " * 30 + "last"
    assert placed("first last", "first last", ours) is None


@given(conversations(), st.data())
@settings(max_examples=30)
def test_in_the_same_words_a_place_is_the_same_words(
    turns: Sequence[Turn], data: st.DataObject
) -> None:
    text = Plain.of(turns).text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    place = Aligned.of(text, text).place(start, end)
    coded = text[start:end].strip(".,:;!?-[]{}()<>*#_&、。「」' \n")
    if place is not None:
        assert coded in text[slice(*place)]
        assert len(text[slice(*place)].split()) <= len(coded.split())
    else:
        assert not any(each.isascii() and each.isalnum() for each in coded)


@pytest.mark.parametrize(
    ("theirs", "least", "most"),
    [
        (OURS, 1.0, 1.0),
        (OURS.replace("nobody", "no one"), 0.7, 0.95),
        ("And so we did, in the end, what nobody called for: we left it.", 0.0, 0.3),
        ("", 0.0, 0.0),
    ],
)
def test_a_text_is_like_ours_by_words_in_a_row(theirs: str, least: float, most: float) -> None:
    assert least <= Aligned.of(theirs, OURS).likeness <= most
    assert alike(theirs, OURS) >= Aligned.of(theirs, OURS).likeness


# Our own text


@given(conversations())
@settings(max_examples=30)
def test_our_text_has_each_turn_with_its_time_and_its_name(turns: Sequence[Turn]) -> None:
    plain = Plain.of(turns)
    paragraphs = plain.text.removesuffix("\n").split("\n\n") if turns else []
    assert [each.split("] ", 1)[1] for each in paragraphs] == [
        f"{each.speaker}: {each.text}" if each.speaker else each.text for each in turns
    ]
    assert [plain.text[slice(*plain.paragraph(n))] for n in range(len(turns))] == [
        each.text for each in turns
    ]


@given(conversations())
@settings(max_examples=30)
def test_every_word_is_found_at_its_characters_and_at_no_others(turns: Sequence[Turn]) -> None:
    plain = Plain.of(turns)
    for start, end, word in zip(plain.starts, plain.ends, plain.words, strict=True):
        assert plain.text[start:end] == word.text
        assert plain.words_in(start, end) == (word,)
    for begin, body in zip(plain.begins, plain.bodies, strict=True):
        assert plain.words_in(begin, body) == ()
        assert plain.span_of(begin, body) is None


def test_a_span_is_from_the_first_to_the_latest_word() -> None:
    long, remark, last = (
        turn("a b c d", "Anna", 1.0, 2.0),
        turn("mm-hm", "Ben", 2.5),
        turn("so", "Ben", 9.0),
    )
    plain = Plain.of([long, remark, last])
    whole = plain.span_of(plain.begins[0], plain.ends[-1])
    behind_the_remark = plain.span_of(plain.text.index("c d"), plain.ends[-1])
    assert (whole, behind_the_remark) == (Span(1.0, 9.3), Span(5.0, 9.3))
    assert plain.span_of(plain.begins[0], plain.begins[2]) == Span(1.0, 9.0)


# Names


def test_guids_are_by_what_they_are_of() -> None:
    assert guid("a", "b") == guid("a", "b")
    assert len({guid("a", "b"), guid("ab"), guid("b", "a"), guid("a", "b", "")}) == 4
    assert guid("half a letter \ud800")


def test_names_of_files_are_taken_by_every_system_and_once() -> None:
    taken: set[str] = set()
    given = ("a/b:c", "A/B:C", "..", "x" * 200, "a\nb", "con", "x\x07")
    names = [file_name(name, ".txt", taken) for name in given]
    first = ["a_b_c.txt", "A_B_C 2.txt", "_.txt", "x" * 80 + ".txt", "a b.txt"]
    assert names == [*first, "_con.txt", "x\ufffd.txt"]
    assert unlike("a b", taken, ".txt") == "a b 2"


@given(st.text())
def test_a_level_text_is_as_long_as_it_was_on_one_line_and_writable(text: str) -> None:
    assert len(level(text)) == len(text)
    assert len(level(text).splitlines()) <= 1
    assert level(text).encode("utf-8").decode("utf-8") == level(text)


def test_words_of_one_turn_are_told_by_offsets_even_where_they_hold_spaces() -> None:
    (first, second) = words("x y")
    plain = Plain.of([Turn.of(None, (Word(0.0, 0.3, "Company A"), second))])
    assert plain.words_in(plain.bodies[0], plain.bodies[0] + 3)[0].text == "Company A"
    assert first.text == "x"
    assert turn("x y").text == "x y"
