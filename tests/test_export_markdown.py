"""Markdown: read back by another parser, which must show the speech as it was said."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline.export.as_markdown import escape, write
from pipeline.export.document import one_line
from pipeline.highlights import Highlight
from pipeline.transcript import Annotation, Entity, Mention
from tests.values import conversations, document, rich_document, turn

if TYPE_CHECKING:
    from markdown_it.token import Token

    from pipeline.transcript import Turn

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SPECIAL = st.text("\\`*_{}[]()<>#+-.!|~&=:1a 今\n", max_size=30).map(one_line)


def plain(inline: Token) -> str:
    """Return the text that a reader sees of a block's contents."""
    parts = (
        "\n" if child.type == "softbreak" else child.content for child in inline.children or ()
    )
    return "".join(parts)


def blocks(markdown: str) -> list[tuple[str, str]]:
    """Return the kind of each block that holds text, and the text."""
    return [
        (opening.tag, plain(inline))
        for opening, inline in pairwise(PARSER.parse(markdown))
        if inline.type == "inline"
    ]


def test_a_document_reads_from_its_facts_to_its_keyphrases() -> None:
    assert write(rich_document()) == (
        "# First call\n"
        "\n"
        "- Date: 1 September 2026\n"
        "- Duration: 1:02:03\n"
        "- Project: acme\n"
        "- Participants: Ann Lee, Bob\n"
        "- Tags: pricing, churn\n"
        "- File: call.m4a\n"
        "\n"
        "**Anna** [00:00] How is it going?\n"
        "\n"
        "**Ben \\& Co** [00:02] At Acme? Too expensive.\n"
        "\n"
        "[01:02] Acme, then.\n"
        "\n"
        "## Entities\n"
        "\n"
        "### ORG\n"
        "\n"
        "- Acme (00:02, 01:02)\n"
        "\n"
        "## Keyphrases\n"
        "\n"
        "- acme (00:02)\n"
        "- price\n"
    )


def test_what_was_marked_stands_below_as_it_is_said_now() -> None:
    marks = (
        Highlight(62.4, 63.0, 2, "Acne, then.", ("*odd*",), note="- in two\nlines"),
        Highlight(0.5, 3.6, 1, "all of it", ("pricing", "pain"), starred=True),
        Highlight(300.0, 301.0, 3, "gone_since_"),
    )
    text = write(replace(rich_document(), highlights=marks))
    shown = blocks(text)
    begin = shown.index(("h2", "Highlights"))
    assert shown[begin + 1 : begin + 5] == [
        (
            "p",
            "\u2605 [00:00\u201300:03] Anna: How is it going? Ben & Co: At Acme? Too expensive. "
            "Tags: pricing, pain.",
        ),
        ("p", "[01:02\u201301:03] Acme, then. Tags: *odd*. Note: - in two lines"),
        ("p", "[05:00\u201305:01] gone_since_"),
        ("h2", "Entities"),
    ]
    assert "**Ben \\& Co:** At Acme" in text


def test_a_document_without_annotations_has_no_empty_sections() -> None:
    assert "##" not in write(document(turn("Yes.")))


def test_another_parser_sees_the_parts_as_they_are_meant() -> None:
    assert blocks(write(rich_document())) == [
        ("h1", "First call"),
        ("p", "Date: 1 September 2026"),
        ("p", "Duration: 1:02:03"),
        ("p", "Project: acme"),
        ("p", "Participants: Ann Lee, Bob"),
        ("p", "Tags: pricing, churn"),
        ("p", "File: call.m4a"),
        ("p", "Anna [00:00] How is it going?"),
        ("p", "Ben & Co [00:02] At Acme? Too expensive."),
        ("p", "[01:02] Acme, then."),
        ("h2", "Entities"),
        ("h3", "ORG"),
        ("p", "Acme (00:02, 01:02)"),
        ("h2", "Keyphrases"),
        ("p", "acme (00:02)"),
        ("p", "price"),
    ]


def test_entities_are_grouped_in_the_order_of_first_mention() -> None:
    found = tuple(
        Entity(text, label, Mention(at, at + 1, 0, 0, 4))
        for text, label, at in [
            ("Bonn", "GPE", 70.0),
            ("Acme", "ORG", 20.0),
            ("Wien", "GPE", 10.0),
            ("Bonn", "GPE", 70.5),
        ]
    )
    text = write(document(annotation=Annotation(found)))
    assert blocks(text)[3:] == [
        ("h2", "Entities"),
        ("h3", "GPE"),
        ("p", "Wien (00:10)"),
        ("p", "Bonn (01:10)"),
        ("h3", "ORG"),
        ("p", "Acme (00:20)"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "*so* _good_ **really**",
        "`code` and ``more``",
        "[a](http://b) ![c](d) <http://e> <b>",
        "&amp; &#65; \\& \\",
        "# not a heading #",
        "1. not a list",
        "12) not a list",
        "- not a list",
        "+ not a list",
        "--- ---",
        "=== ===",
        "> not a quotation",
        "~~not gone~~ | a | b |",
        "$5 and 10% of C#",
    ],
)
def test_speech_that_looks_like_markdown_is_shown_as_it_was_said(text: str) -> None:
    assert blocks(escape(text)) == [("p", text)]
    assert blocks(f"- {escape(text)}") == [("p", text)]
    assert blocks(f"## {escape(text)}") == [("h2", text)]


@pytest.mark.parametrize("text", ["2026-09-01", "call.m4a", "3.5", "Too expensive!", "$5 (net)"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert escape(text).replace("\\.", ".") == text


def test_line_ends_in_a_title_do_not_end_the_heading() -> None:
    text = write(replace(document(), title="First\n- call"))
    assert blocks(text)[0] == ("h1", "First - call")


@given(SPECIAL.filter(bool))
def test_whatever_is_said_is_shown(text: str) -> None:
    assert blocks(escape(text)) == [("p", text)]
    assert blocks(f"- {escape(text)}") == [("p", text)]
    assert blocks(f"# {escape(text)}") == [("h1", text)]


@given(conversations())
def test_each_turn_is_one_paragraph_with_all_its_words(turns: tuple[Turn, ...]) -> None:
    shown = blocks(write(document(*turns)))[3:]
    assert len(shown) == len(turns)
    for (kind, text), said in zip(shown, turns, strict=True):
        assert kind == "p"
        assert text.startswith(said.speaker or "[")
        assert text.endswith(f"] {said.text}")
