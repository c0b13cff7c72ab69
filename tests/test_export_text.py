"""Plain text: a header, then a paragraph per turn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from pipeline.export.as_text import write
from pipeline.highlights import Highlight
from pipeline.transcript import Turn, Word
from tests.values import conversations, document, rich_document, turn


def test_a_document_reads_from_its_facts_to_its_last_turn() -> None:
    assert write(rich_document()) == (
        "First call\n"
        "Date: 1 September 2026\n"
        "Duration: 1:02:03\n"
        "Project: acme\n"
        "Participants: Ann Lee, Bob\n"
        "Tags: pricing, churn\n"
        "File: call.m4a\n"
        "\n"
        "[00:00] Anna: How is it going?\n"
        "\n"
        "[00:02] Ben & Co: At Acme? Too expensive.\n"
        "\n"
        "[01:02] Acme, then.\n"
    )


def test_what_was_marked_stands_below_as_it_is_said_now() -> None:
    marks = (
        Highlight(62.4, 63.0, 2, "Acne, then.", note="in two\nlines"),
        Highlight(0.5, 3.6, 1, "all of it", ("pricing", "pain"), starred=True),
        Highlight(300.0, 301.0, 3, "gone since"),
    )
    _, said = write(replace(rich_document(), highlights=marks)).split("\n\nHighlights\n\n")
    assert said == (
        "\u2605 [00:00-00:03] Anna: How is it going?\n"
        "\u2605 [00:00-00:03] Ben & Co: At Acme? Too expensive.\n"
        "Tags: pricing, pain\n"
        "\n"
        "[01:02-01:03] Acme, then.\n"
        "Note: in two lines\n"
        "\n"
        "[05:00-05:01] gone since\n"
    )


def test_a_recording_without_speech_has_its_facts() -> None:
    assert write(document()) == "First call\nDuration: 1:00:00\nFile: call.m4a\n"


@pytest.mark.parametrize(
    ("start", "stamp"), [(0.0, "[00:00]"), (59.99, "[00:59]"), (3723.4, "[1:02:03]")]
)
def test_a_turn_shows_the_second_in_which_it_starts(start: float, stamp: str) -> None:
    assert f"\n{stamp} Anna: Yes.\n" in write(document(turn("Yes.", start=start)))


def test_line_ends_in_names_and_speech_do_not_end_a_paragraph() -> None:
    said = Turn.of("Anna\nB.", (Word(0.0, 1.0, "New\n\nYork"),))
    text = write(replace(document(said), title="First\ncall"))
    assert text.splitlines()[0] == "First call"
    assert text.splitlines()[-1] == "[00:00] Anna B.: New York"


@given(conversations())
def test_each_turn_is_one_paragraph_with_all_its_words(turns: tuple[Turn, ...]) -> None:
    _, *paragraphs = write(document(*turns)).rstrip("\n").split("\n\n")
    assert len(paragraphs) == len(turns)
    for paragraph, said in zip(paragraphs, turns, strict=True):
        assert paragraph.endswith(f"{said.speaker}: {said.text}" if said.speaker else said.text)
