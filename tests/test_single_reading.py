"""A transcript to be read where no script runs: who says what, when; what was marked and found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.document import day
from pipeline.export.single.reading import clock, masthead, notes, text, turns
from pipeline.highlights import Highlight
from pipeline.timestamps import parse_timestamp
from pipeline.transcript import Annotation, Answer, Entity, Keyphrase, Mention, Question
from tests.pages import taken_apart
from tests.values import conversations, document, rich_document, transcript, turn

if TYPE_CHECKING:
    from pipeline.export import Document
    from pipeline.transcript import Turn

PLACE = Mention(3.0, 3.5, 1, 0, 4)


def items(told: Document) -> dict[str, list[str]]:
    """Return the lines of each section, by its heading."""
    found: dict[str, list[str]] = {}
    for element in taken_apart("".join(notes(told))).elements:
        if element.tag == "h2":
            found[element.text] = []
        elif element.tag == "li":
            found[list(found)[-1]].append(element.text)
    return found


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Acme & Sons", "Acme &amp; Sons"),
        ("<b>", "&lt;b&gt;"),
        ('"so" it\'s', "&quot;so&quot; it&#x27;s"),
        (" two\n lines ", "two lines"),
        ("a\0b", "a\ufffdb"),
        ("今日は", "今日は"),
    ],
)
def test_text_is_shown_as_it_is(raw: str, shown: str) -> None:
    assert text(raw) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0:00"), (7.9, "0:07"), (59.999, "0:59"), (754.0, "12:34"), (3723.0, "1:02:03")],
)
def test_times_are_written_as_a_clock_does(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


@given(st.floats(0, 10**6))
def test_a_time_is_the_second_in_which_it_is(seconds: float) -> None:
    assert parse_timestamp(clock(seconds)) == int(seconds)


@pytest.mark.parametrize(
    ("recorded_at", "shown"),
    [
        ("2026-09-01T14:30:00", "1 September 2026"),
        ("2026-12-24", "24 December 2026"),
        ("sometime", "sometime"),
        (None, ""),
        ("2026-13-01", "2026-13-01"),
    ],
)
def test_a_day_is_written_out(recorded_at: str | None, shown: str) -> None:
    assert day(recorded_at) == shown


def test_a_head_says_what_recording_it_is_and_who_speaks_how_much() -> None:
    told = document(turn("one two three", "Anna"), turn("four", "Ben", 2.0), title="First <call>")
    told = replace(told, project="acme", recorded_at="2026-09-01", tags=("price", "churn"))
    head = taken_apart(masthead(told))
    assert head.one("h1").text == "First <call>"
    assert [each.text for each in head.all("p")] == [
        "acme · 1 September 2026",
        "1:00:00 · 4 words · #price · #churn",
    ]
    assert [each.text for each in head.all("li")] == ["AAnna75%", "BBen25%"]


def test_a_head_without_facts_has_none_made_up() -> None:
    head = taken_apart(masthead(document()))
    assert [each.text for each in head.all("p")] == ["", "1:00:00 · 0 words"]
    assert head.all("li") == []


def test_a_turn_has_its_speaker_time_and_words() -> None:
    said = transcript(turn("How is it?", "Anna", 1.0), turn("Fine.", "Ben & Co", 62.4))
    read = taken_apart("".join(turns(said)))
    assert [each.text for each in read.all("span", "who")] == ["Anna", "Ben & Co"]
    assert [each.text for each in read.all("a", "at")] == ["0:01", "1:02"]
    assert [each.text for each in read.all("p", "said")] == ["How is it?", "Fine."]
    assert [each.attributes["id"] for each in read.all("article")] == ["turn-0", "turn-1"]
    assert [each.text for each in read.all("span", "badge")] == ["A", "B"]


def test_speakers_without_a_name_are_told_apart_by_their_numbers() -> None:
    said = transcript(turn("How is it?", "Speaker 1", 1.0), turn("Fine.", "Speaker 12", 62.4))
    read = taken_apart("".join(turns(said)))
    assert [each.text for each in read.all("span", "badge")] == ["1", "12"]


def test_speakers_are_told_by_number_and_begin_again_after_eight() -> None:
    said = transcript(*(turn("Yes.", f"S{each}", float(each)) for each in range(9)))
    kinds = [each.attributes["class"] for each in taken_apart("".join(turns(said))).all("article")]
    assert kinds == [*(f"turn speaker-{each}" for each in range(1, 9)), "turn speaker-1"]


def test_who_goes_on_and_who_was_not_told_apart_is_marked_so() -> None:
    said = transcript(
        turn("One.", "Anna", 0.0), turn("Two.", "Anna", 1.0), turn("Three.", None, 2.0)
    )
    read = taken_apart("".join(turns(said))).all("article")
    assert [each.has("goes-on") for each in read] == [False, True, False]
    assert read[2].has("speaker-0")
    assert "Speaker not told apart" in read[2].text


@given(conversations())
def test_no_turn_is_lost_or_moved(said: tuple[Turn, ...]) -> None:
    read = taken_apart("".join(turns(transcript(*said))))
    assert [each.text for each in read.all("p", "said")] == [
        " ".join(each.text.split()) for each in said
    ]


def test_what_was_marked_is_listed_with_its_time_note_and_tags() -> None:
    marks = (
        Highlight(62.0, 63.0, 1, "Too <expensive>", ("price", "churn"), "ask again", starred=True),
        Highlight(90.0, 91.0, 2, "Fine"),
    )
    assert items(replace(document(), highlights=marks)) == {
        "Marks": ["★ Too <expensive> 1:02 ask again price churn", "Fine 1:30"]
    }


def test_what_was_found_is_listed_with_the_times_at_which_it_is_said() -> None:
    later = replace(PLACE, start=65.0, end=66.0)
    found = Annotation(
        entities=(Entity("Acme", "ORG", later), Entity("acme's", "ORG", PLACE, name="Acme")),
        keyphrases=(Keyphrase("price", 0.5, (PLACE, PLACE, later)), Keyphrase("churn", 0.9, ())),
        questions=(
            Question(Mention(1.0, 2.0, 0, 0, 4), True, Answer(3.0, 4.0, 1, 1)),
            Question(PLACE, False),
        ),
    )
    told = document(turn("Why? Because."), turn("Acme so.", "Ben", 3.0), annotation=found)
    assert items(told) == {
        "Questions": ["Why? 0:01, answer 0:03", "Acme 0:03"],
        "Names": ["Acme 0:03, 1:05"],
        "Topics": ["churn ", "price 0:03, 1:05"],
    }


def test_what_there_is_none_of_has_no_heading() -> None:
    assert items(document(turn("Yes."))) == {}
    assert list(items(rich_document())) == ["Names", "Topics"]


@pytest.mark.parametrize(("count", "leaves"), [(0, 0), (1, 1), (16, 1), (17, 2), (33, 3)])
def test_turns_stand_on_leaves_none_of_which_is_long(count: int, leaves: int) -> None:
    said = transcript(*(turn("Yes.", "Anna", float(each)) for each in range(count)))
    made = list(turns(said))
    assert len(made) == leaves
    assert sum(leaf.count("<article") for leaf in made) == count
    assert all(leaf.count("<article") <= 16 for leaf in made)
