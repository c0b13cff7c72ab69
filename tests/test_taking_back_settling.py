"""Text that comes back beside a turn's own: what files cannot show, names, places, the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.export import as_srt, as_vtt
from pipeline.export.word.marks import turn_mark
from pipeline.taking_back.cues import read_cues
from pipeline.taking_back.found import Left, Reading, Typed, in_order
from pipeline.taking_back.marking import marked_in
from pipeline.taking_back.naming import Names, Strangers, foreign_opening
from pipeline.taking_back.places import Paragraph, Places, Touched
from pipeline.taking_back.settling import (
    beside_hidden,
    chunks_of,
    is_dashed,
    said_in,
    settled,
    spaced_out,
)
from pipeline.taking_back.subtitles import cues_of
from pipeline.transcript import Turn, Word
from tests.values import conversations, document, turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.export import Document

HIDDEN = frozenset({"P07", "Company A", "[number]"})


# What files cannot show


@pytest.mark.parametrize(
    ("stands", "says"),
    [
        ("I don't know", "I don\u2019t know"),
        ('so "dear" it is', "so \u201cdear\u201d it is"),
        ("well...", "well\u2026"),
        ("a <b> {c} (d)", "a \u2039b\u203a (c) (d)"),
        ("naïve", "nai\u0308ve"),
        ("so it is", "so\u00a0it  is "),
        ("bell\x07 rings", "bell\ufffd rings"),
    ],
)
def test_what_files_write_otherwise_is_what_stands(stands: str, says: str) -> None:
    assert settled(stands, says) == stands


@pytest.mark.parametrize(
    ("stands", "says", "expected"),
    [
        ("we pay acne a lot", "we pay Acme a lot", "we pay Acme a lot"),
        ("it's acne's", "it\u2019s Acme\u2019s", "it's Acme\u2019s"),
        ("a <b> c", "a \u2039d\u203a c", "a <d> c"),
        ("a \u2039b\u203a <c>", "a \u2039d\u203a <c>", "a \u2039d\u203a <c>"),
        ("so it is", "", ""),
        ("so", "so it is", "so it is"),
        ("So", "so", "so"),
        ("so.", "so!", "so!"),
    ],
)
def test_what_somebody_changed_is_as_they_wrote_it(stands: str, says: str, expected: str) -> None:
    assert settled(stands, says) == expected


@given(st.lists(st.sampled_from(["so", "we", "pay.", "acne", "<b>", "\u2019s"]), max_size=12))
def test_the_same_words_are_what_stands(words: list[str]) -> None:
    assert settled(" ".join(words), "\n".join(words)) == " ".join(words)


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("we asked P07 at Company A's desk", "we asked Ann at Acme's desk"),
        ("we asked P07, at Company A's table", "we asked Ann at Acme's desk"),
        ("they asked P07 at Company A's desk", "they asked Ann at Acme's desk"),
        ("we rang P077 at Acme's desk", "we rang P077 at Acme's desk"),
    ],
)
def test_what_took_the_place_of_names_is_not_what_is_said(says: str, expected: str) -> None:
    assert settled("we asked Ann at Acme's desk", says, HIDDEN) == expected


def test_words_beside_what_took_the_place_of_a_name_are_told() -> None:
    stands = "so we asked Ann at once"
    assert [*beside_hidden(stands, "so we asked P07 at once", HIDDEN)] == []
    assert [*beside_hidden(stands, "so we asked P07's at once", HIDDEN)] == []
    assert [*beside_hidden(stands, "so we rang dear P07 at once", HIDDEN)] == [
        ("asked Ann", "rang dear P07")
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- Yes, so", ["Yes,", "so"]),
        ("\u2013Yes, so", ["Yes,", "so"]),
        ("\u266a Yes, so \u266a", ["Yes,", "so"]),
        ("-five of them", ["-five", "of", "them"]),
        ("-so -five", ["so", "-five"]),
        ("--", []),
    ],
)
def test_signs_of_who_speaks_and_of_music_are_no_words(line: str, expected: list[str]) -> None:
    assert said_in(line, frozenset({"Yes,", "so", "-five"})) == expected


@pytest.mark.parametrize(
    ("line", "dashed"),
    [("- so", True), ("-so", True), ("--", False), ("so - so", False), ("", False)],
)
def test_a_line_with_a_dash_before_it_is_somebody_elses(line: str, dashed: bool) -> None:
    assert is_dashed(line) is dashed


# Words without spaces


def run_on(*texts: str) -> Turn:
    """Return a turn in a script without spaces, of words that a blank begins where one stands."""
    made = [
        Word(n, n + 1, text.strip(), spaced=n == 0 or text.startswith(" "))
        for n, text in enumerate(texts)
    ]
    return Turn.of("Anna", made)


def test_chunks_are_what_spaces_part_with_their_times() -> None:
    chunks = chunks_of(run_on("今日", "は", " so", "-five", " to Kill"))
    assert [(c.text, c.start, c.end, c.middle) for c in chunks] == [
        ("今日は", 0, 2, 1.0),
        ("so-five", 2, 4, 3.0),
        ("to", 4, 5, 4.5),
        ("Kill", 4, 5, 4.5),
    ]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["今日は", "カレー"], [True, False]),
        (["今日はカレー", "so", "it"], [True, True, True]),
        (["今", "日はカ", "レー", "so", "it"], [True, False, False, True, True]),
        (["昨日は", "カレー"], [True, False]),
        (["新しい", "語です"], [True, False]),
        (["new", "words"], [True, True]),
    ],
)
def test_lines_are_joined_as_the_turn_has_it(parts: list[str], expected: list[bool]) -> None:
    assert spaced_out(run_on("今日", "は", "カレー", " so", " it"), parts) == expected


# Names


def named(*labels: tuple[str, str]) -> Document:
    return replace(document(turn("So."), turn("Yes.", "Ben: & Co", 2.0)), labels=dict(labels))


def test_names_are_found_as_files_show_them() -> None:
    names = Names.of(named(("Ann <Lee>", "Speaker 1"), ("Ann", "Speaker 2")))
    assert names.find("ann \u2039lee\u203a") == "Ann <Lee>"
    assert names.find("Speaker 2") == "Ann"
    assert names.find(" Anna ") == "Anna"
    assert names.find("Bob") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann: so", ("Ann", "so")),
        ("Ben: & Co: so: it", ("Ben: & Co", "so: it")),
        ("ANNA:so", ("Anna", "so")),
        ("Anna so", None),
        ("Ann:", None),
    ],
)
def test_the_longest_name_opens_a_text(text: str, expected: tuple[str, str] | None) -> None:
    assert Names.of(named(("Ann", "Speaker 1"))).opening(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bobby: so", ("Bobby", "so")),
        ("Dr. Ann Lee: so", ("Dr. Ann Lee", "so")),
        ("at 12:30 so", None),
        ("what I mean is that: so", None),
        ("Bobby:", None),
    ],
)
def test_a_few_words_and_a_colon_may_be_a_name(text: str, expected: tuple[str, str] | None) -> None:
    assert foreign_opening(text) == expected


def test_strangers_are_told_once_each_and_pseudonyms_never() -> None:
    strangers = Strangers("abcdef0123", Names(hidden=HIDDEN))
    for start, name in ((9.0, "Bobby"), (2.0, "Bobby"), (3.0, 'Bo "B"'), (4.0, "P07")):
        strangers.add(turn("So.", "Ann", start), name)
    first, second = strangers.left
    assert (first.start, first.says, "2 turns" in first.why) == (2.0, "Bobby", True)
    assert first.why.endswith('relisten speakers abcdef01 --name "Ann=Bobby"')
    assert second.why.endswith("--name 'Ann=Bo \"B\"'")


def test_what_has_no_time_is_told_last() -> None:
    left = [Left(None, "", "a", ""), Left(9.0, "", "b", ""), Left(0.0, "", "c", "")]
    assert [each.says for each in in_order(left)] == ["c", "b", "a"]


# Places

SAID = (
    turn("Yeah.", "Ann", 1.0),
    turn("Yeah.", "Ben", 1.5),
    turn("So how do you like it?", "Ben", 8.2),
    turn("Yeah.", "Ann", 20.0),
)


def marked(position: int, second: float, text: str = "edited") -> Paragraph:
    return Paragraph(second, text, mark=turn_mark(position, SAID[position]))


@pytest.mark.parametrize(
    ("paragraph", "taken", "expected"),
    [
        (marked(0, 1.0), (), 0),
        (marked(1, 1.0), (), 1),
        (marked(3, 20.0), (), 3),
        (replace(marked(2, 8.0), mark=turn_mark(2, turn("other"))), (), 2),
        (replace(marked(2, 8.0), mark=turn_mark(5, turn("Yeah."))), (), 2),
        (replace(marked(3, 12.0), text="Yeah, exactly."), (), None),
        (marked(2, 40.0), (), 2),
        (replace(marked(3, 20.0), second=None), (), 3),
        (Paragraph(40.0, "So how do you like it?"), (), None),
        (Paragraph(1.0, "Yeah."), (), 0),
        (Paragraph(1.0, "Yeah."), (0,), 1),
        (Paragraph(8.0, "So how did they like it?"), (), 2),
        (Paragraph(None, "So how do you like this?"), (), 2),
        (Paragraph(2.0, "Ben: So how do you like it?"), (), 2),
        (Paragraph(8.0, "  "), (), 2),
        (Paragraph(1.0, "  "), (), None),
        (Paragraph(8.0, "Zzz!"), (), None),
        (Paragraph(None, "Yeah."), (0, 1, 3), None),
    ],
)
def test_a_paragraph_is_the_turn_that_its_mark_its_time_or_its_words_tell(
    paragraph: Paragraph, taken: tuple[int, ...], expected: int | None
) -> None:
    assert Places.of(SAID).of_paragraph(paragraph, taken) == expected


@pytest.mark.parametrize(
    ("text", "touched", "expected"),
    [
        ("So how do you like it?", Touched(3, 9), "how do"),
        ("So how do you like it?", Touched(2, 10), "how do"),
        ("Well, so how do you like it?", Touched(9, 12), "how"),
        ("So how did you like it?", Touched(7, 10), "do"),
        ("So how do you really like it?", Touched(17, 28), "like it?"),
        ("So how do you like it?", Touched(2, 3), None),
    ],
)
def test_what_is_marked_is_found_in_the_words_that_stand(
    text: str, touched: Touched, expected: str | None
) -> None:
    found = [*marked_in(SAID[2], text, [touched])]
    said = [
        " ".join(w.text for w in SAID[2].words if mark.start <= w.middle <= mark.end)
        for mark in found
    ]
    assert said == ([] if expected is None else [expected])


# One word of many


@pytest.mark.parametrize("write", [as_srt.write, as_vtt.write])
@settings(max_examples=40)
@given(turns=conversations(), data=st.data())
def test_one_word_that_is_changed_is_the_one_change(
    write: Callable[[Document], str], turns: tuple[Turn, ...], data: st.DataObject
) -> None:
    places = [
        (position, number)
        for position, each in enumerate(turns)
        for number, word in enumerate(each.words)
        if word.text == "expensive"
    ]
    if not places:
        return
    position, number = data.draw(st.sampled_from(places))
    words = list(turns[position].words)
    words[number] = replace(words[number], text="Expansion")
    wanted = [*turns[:position], Turn.of(turns[position].speaker, words), *turns[position + 1 :]]
    edited = write(document(*wanted))
    found = read_cues(cues_of(edited, "it"), document(*turns))
    assert found == Reading((Typed(position, wanted[position].text),))
