"""oTranscribe's .otr: JSON with HTML of the few tags that oTranscribe lets through."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from pipeline.export import as_otr
from pipeline.export.document import one_line
from pipeline.highlights import Highlight
from pipeline.timestamps import milliseconds
from pipeline.transcript import Annotation, Mention, Question
from tests.values import conversations, document, rich_document, tangles, turn

if TYPE_CHECKING:
    from pipeline.export import Document
    from pipeline.transcript import Turn

# What its clean-html.js keeps; anything else that is in a file is gone when it is opened.
KEPT = {"b", "i", "em", "strong", "a", "p", "span"}


class Page(HTMLParser):
    """The paragraphs of an opened file: each its times, in seconds, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.times: list[list[float]] = []
        self.texts: list[str] = []
        self.in_time = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KEPT
        self.in_time = tag == "span"
        if tag == "p":
            self.times.append([])
            self.texts.append("")
        if tag == "span":
            known = dict(attrs)
            assert known["class"] == "timestamp"
            self.times[-1].append(float(known["data-timestamp"] or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self.in_time = False

    def handle_data(self, data: str) -> None:
        if not self.in_time:
            self.texts[-1] += data


def opened(said: Document) -> Page:
    """Return a document as oTranscribe shows it."""
    return Page(json.loads(as_otr.write(said))["text"])


def test_a_turn_is_a_paragraph_after_a_time_that_can_be_clicked() -> None:
    said = document(turn("Too <dear> & so.", "Ben & Co", 3723.25))
    assert json.loads(as_otr.write(said)) == {
        "text": '<p><span class="timestamp" contenteditable="false" data-timestamp="3723.25">'
        "1:02:03</span>\u00a0<b>Ben &amp; Co:</b> Too &lt;dear&gt; &amp; so.</p>",
        "media": "call.m4a",
        "media-time": 0,
    }


@pytest.mark.parametrize(
    ("seconds", "exact", "shown"),
    [(0.0, "0.0", "0:00:00"), (59.9996, "60.0", "0:01:00"), (36_000.5, "36000.5", "10:00:00")],
)
def test_times_are_exact_and_shown_as_hours(seconds: float, exact: str, shown: str) -> None:
    written = json.loads(as_otr.write(document(turn("Yes.", None, seconds))))["text"]
    assert f'data-timestamp="{exact}">{shown}</span>' in written


def test_nobody_has_no_name_and_nothing_said_no_paragraph() -> None:
    assert opened(document(turn("Yes.", None))).texts == ["\u00a0Yes."]
    assert opened(document()).texts == []


def test_what_was_found_and_marked_follows_the_turns() -> None:
    mark = Highlight(0.5, 1.7, 1, "how", ("price",), "Ask again", starred=True)
    page = opened(replace(rich_document(), highlights=(mark,)))
    assert page.texts[3:] == [
        "Highlights: \u00a0How is it going? (price, starred): Ask again",
        "Entities: \u00a0ORG: Acme",
        "Keyphrases: \u00a0acme",
    ]
    assert page.times[3:] == [[0.5], [2.4], [2.4]]


def test_questions_are_listed_each_with_the_time_at_which_it_is_asked() -> None:
    mentions = (Mention(1.3, 2.2, 0, 4, 15), Mention(2.2, 2.5, 0, 16, 20))
    found = Annotation(questions=tuple(Question(each, open=True) for each in mentions))
    page = opened(document(turn("So, what is it? Why?", "Ann", 1.0), annotation=found))
    assert page.texts[1:] == ["Questions: \u00a0what is it?; \u00a0Why?"]
    assert page.times[1] == [1.3, 2.2]


@given(conversations() | tangles())
def test_no_word_is_lost_and_every_turn_has_its_time(turns: tuple[Turn, ...]) -> None:
    page = opened(document(*turns))
    names = [f"{one_line(turn.speaker)}: " if turn.speaker else "" for turn in turns]
    assert page.texts == [
        f"\u00a0{name}{one_line(turn.text)}" for name, turn in zip(names, turns, strict=True)
    ]
    assert page.times == [[milliseconds(turn.start) / 1000] for turn in turns]
