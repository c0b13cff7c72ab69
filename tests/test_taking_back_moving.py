"""Words that a file has in other paragraphs than the library has turns are not lost or doubled."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export import Document, as_text
from pipeline.taking_back.found import Typed
from pipeline.taking_back.moving import MOVED, gained_or_lost
from pipeline.taking_back.paragraphs import MISSING, NOWHERE, read_paragraphs
from pipeline.taking_back.places import Paragraph
from pipeline.taking_back.plain import text_paragraphs
from tests.values import document, turn

PAY, FINE = "We pay ten dollars a month.", "And that is fine for us."
SAID = (
    turn("What do you pay now?", "Ann", 1.0),
    turn(PAY, "Ben", 5.0),
    turn(FINE, "Ben", 10.0),
    turn("Yeah.", "Ben", 20.0),
    turn("Thank you all so much.", "Ann", 30.0),
)


def call(*turns: int | tuple[str, str, float]) -> Document:
    """Return the call with some of its turns, and others."""
    made = (SAID[each] if isinstance(each, int) else turn(*each) for each in turns)
    return replace(document(*made), duration=60.0)


WHOLE = call(*range(len(SAID)))
TEXT = as_text.write(WHOLE)


def whys(text: str, said: Document = WHOLE) -> tuple[list[Typed], list[str]]:
    reading = read_paragraphs(text_paragraphs(text, "it.txt"), said)
    return list(reading.typed), [each.why for each in reading.left]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("month.\n\n[00:10] Ben: ", "month. "),
        ("[00:10] Ben: ", ""),
        ("month.\n\n[00:10] Ben: And", "month, and"),
        (f"{PAY}\n\n[00:10] Ben: {FINE}\n\n[00:20] Ben: Yeah.", f"{PAY} {FINE} Yeah."),
    ],
    ids=["joined", "without its time", "joined and edited", "three"],
)
def test_paragraphs_that_somebody_joined_say_nothing_twice(before: str, after: str) -> None:
    assert before in TEXT
    typed, left = whys(TEXT.replace(before, after))
    assert (typed, left[0], set(left)) == ([], MOVED, {MOVED, MISSING})


def test_turns_that_became_two_in_the_library_say_nothing_twice() -> None:
    said = call(0, ("We pay ten", "Ben", 5.0), ("dollars a month.", "Ann", 5.9), 2, 3, 4)
    assert whys(TEXT, said) == ([], [MISSING, MOVED])


def test_turns_that_became_one_in_the_library_lose_nothing() -> None:
    said = call(0, (f"{PAY} {FINE}", "Ben", 5.0), 3, 4)
    assert whys(TEXT, said) == ([], [MOVED, NOWHERE])


def test_what_is_edited_elsewhere_is_brought_back_all_the_same() -> None:
    text = TEXT.replace("[00:10] Ben: ", "").replace("so much", "ever so much, and a good day")
    assert whys(text) == (
        [Typed(4, "Thank you all ever so much, and a good day.")],
        [MOVED, MISSING],
    )


def test_a_paragraph_that_is_taken_out_does_not_keep_its_words_from_other_turns() -> None:
    text = TEXT.replace(f"[00:10] Ben: {FINE}\n\n", "").replace("so much", "for all that is")
    assert whys(text) == ([Typed(4, "Thank you all for all that is.")], [MISSING])


def test_the_words_of_a_turn_far_off_are_no_matter() -> None:
    text = TEXT.replace("[00:20] Ben: Yeah.\n\n", "")
    assert whys(text.replace("now?", "now? Yeah.")) == (
        [Typed(0, "What do you pay now? Yeah.")],
        [MISSING],
    )
    assert whys(text.replace("for us.", "for us. Yeah.")) == ([], [MOVED, MISSING])


WORDS = st.lists(st.sampled_from(["so", "we", "pay", "ten", "Yeah."]), max_size=8).map(" ".join)


@given(WORDS, WORDS)
def test_where_each_paragraph_is_a_turn_no_words_moved(stands: str, says: str) -> None:
    assert not gained_or_lost(stands, says, (), ())
    assert not gained_or_lost(stands, stands, ("so we pay ten",), ("ten",))


@pytest.mark.parametrize(
    ("stands", "says", "expected"),
    [
        ("We pay.", "We pay. Yeah.", True),
        ("We pay.", "We pay, yes.", False),
        ("We pay.", "We pay. It is all that we so dearly wanted.", False),
        ("We pay.", "We pay. It is all that we so dearly want today.", True),
    ],
)
def test_words_are_told_by_most_of_them(stands: str, says: str, expected: bool) -> None:
    gone = ("Yeah.", "It is all that we dearly want to have today.")
    assert gained_or_lost(stands, says, gone, ()) is expected


# Words before a colon


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("What do: you pay now?", Typed(0, "What do: you pay now?")),
        ("Eve: What did you pay now?", Typed(0, "What did you pay now?")),
        ("What: What do you pay now?", None),
    ],
)
def test_a_colon_behind_words_of_a_turn_makes_no_name_of_them(
    said: str, typed: Typed | None
) -> None:
    others = [Paragraph(each.start, each.text, each.speaker) for each in SAID[1:]]
    reading = read_paragraphs([Paragraph(1.0, said), *others], WHOLE)
    assert reading.typed == (() if typed is None else (typed,))


# What many say alike


def test_the_same_short_words_elsewhere_are_not_taken_for_a_turn_that_is_gone() -> None:
    said = call(0, 1, (f"{FINE} Yeah.", "Ben", 10.0), ("Yeah.", "Ben", 40.0))
    paragraph = Paragraph(20.0, "Yeah, exactly that.", "Ben")
    assert read_paragraphs([paragraph], said).typed == ()
