"""Highlights as quotes: who said it, where and when, for readers and for spreadsheets."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from pipeline.highlights import Highlight, Highlighted, Quoted
from pipeline.quotes import COLUMNS, as_csv, as_markdown

MARK = Highlight(754.2, 3782.9, 2, "too dear", ("pricing", "pain"), "ask again", starred=True)
ONE = Highlighted(
    MARK,
    "3f2a91c4" * 8,
    "First *call*",
    "2026-09-01T10:00:00",
    "acme",
    "Ann Lee",
    "It is too dear.",
    (Quoted(754.2, 756.0, "Ann Lee", "It is too dear."),),
)
TWO = replace(
    ONE,
    speaker="Ann, Ben",
    text="Too dear. Why?",
    said=(Quoted(1, 2, "Ann", "Too dear."), Quoted(2, 3, "Ben", "Why?")),
)
GONE = replace(ONE, speaker=None, text="", said=(), highlight=Highlight(1.0, 2.0, 1, "too dear"))


def rows(*found: Highlighted) -> list[dict[str, str]]:
    text = as_csv(found)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_quote_has_its_speaker_recording_date_and_time_below() -> None:
    assert as_markdown([ONE]) == (
        "# Highlights\n\n"
        "> It is too dear.\n"
        ">\n"
        "> \u2014 Ann Lee, *First \\*call\\**, 2026-09-01, 12:34\u20131:03:02\n\n"
        "- \u2605\n- Tags: pricing, pain\n- Note: ask again\n"
    )


def test_where_several_speak_each_is_named_before_their_words() -> None:
    assert "> **Ann:** Too dear.\n>\n> **Ben:** Why?\n" in as_markdown([TWO])
    assert rows(TWO)[0]["quote"] == "Ann: Too dear. Ben: Why?"


def test_where_nothing_is_said_any_more_it_says_so_and_what_was_marked() -> None:
    text = as_markdown([GONE])
    assert "> too dear\n" in text
    assert "these are those that were marked" in text
    assert "\u2014 *First" in text


def test_without_highlights_there_is_only_the_title() -> None:
    assert as_markdown([]) == "# Highlights\n"
    assert rows() == []


def test_a_table_has_a_row_for_each_with_times_that_a_spreadsheet_reads() -> None:
    (row,) = rows(ONE)
    assert tuple(row) == COLUMNS
    assert row == {
        "quote": "It is too dear.",
        "speaker": "Ann Lee",
        "recording": "First *call*",
        "date": "2026-09-01",
        "from": "0:12:34",
        "to": "1:03:02",
        "project": "acme",
        "tags": "pricing, pain",
        "starred": "yes",
        "note": "ask again",
        "marked as": "too dear",
        "place": "3f2a91c4@12:34-1:03:02",
    }


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", " @", "\r+", "\uff1d"])
def test_no_cell_is_a_formula(begin: str) -> None:
    (row,) = rows(replace(ONE, text=f"{begin}1+1", said=()))
    assert row["quote"] == f"'{begin}1+1"


def test_commas_quotes_and_line_ends_stay_within_their_cell() -> None:
    note = 'so, "dear"\nand more'
    (row,) = rows(replace(ONE, highlight=replace(MARK, note=note)))
    assert row["note"] == note
