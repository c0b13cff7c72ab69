"""CSV and Excel: a row per turn, read back by others; no cell is run, and no word is lost."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.export import as_csv, as_xlsx
from pipeline.export.as_xlsx import LONGEST_CELL, pieces
from pipeline.export.rows import rows_of
from pipeline.export.tables import cell, clock
from pipeline.highlights import Highlight
from pipeline.transcript import Annotation, Answer, Entity, Keyphrase, Mention, Question, Turn, Word
from tests.values import conversations, document, rich_document, turn, words

if TYPE_CHECKING:
    from openpyxl import Workbook

    from pipeline.export import Document

ASKED = Question(Mention(0.5, 1.7, 0, 0, 16), True, Answer(2.1, 3.3, 1, 1))
MARKS = (
    Highlight(2.4, 3.6, 1, "Too dear.", ("pricing", "pain"), "ask again", starred=True),
    Highlight(0.6, 62.9, 2, "all of it", ("pricing",)),
)
FOUND = rich_document().transcript.annotation
CALL = replace(
    rich_document(),
    transcript=replace(
        rich_document().transcript,
        annotation=Annotation(
            (
                *FOUND.entities,
                Entity("50 bucks", "MONEY", Mention(62.4, 63.0, 2, 0, 4), "", "USD 50"),
            ),
            FOUND.keyphrases,
            (ASKED,),
        ),
    ),
    highlights=MARKS,
    roles={"Anna": "interviewer"},
)


def table(said: Document) -> list[dict[str, str]]:
    text = as_csv.write(said)
    assert text.startswith("\ufeff")
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def book(said: Document) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(as_xlsx.write(said)))


def sheet(said: Document, name: str) -> list[dict[str, Any]]:
    head, *rows = book(said)[name].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


# --- rows -------------------------------------------------------------------------------------


def test_a_row_has_what_was_found_and_marked_in_its_turn() -> None:
    first, second, third = rows_of(CALL)
    assert (first.number, first.role, first.questions) == (1, "interviewer", "How is it going?")
    assert (second.entities, second.keyphrases) == ("ORG: Acme", "acme")
    assert (second.tags, second.notes, second.starred) == ("pricing; pain", "ask again", True)
    assert (third.entities, third.speaker) == ("ORG: Acme; MONEY: 50 bucks", "")
    assert [row.highlighted for row in (first, second, third)] == [True, True, True]


def test_a_turn_in_which_nothing_is_found_has_empty_cells() -> None:
    (row,) = rows_of(document(turn("Yes.")))
    assert {row.role, row.entities, row.keyphrases, row.questions, row.tags, row.notes} == {""}
    assert not row.highlighted


def test_what_is_said_twice_in_a_turn_stands_in_its_cell_once() -> None:
    place = Mention(0.0, 0.3, 0, 0, 3)
    found = Annotation((Entity("Yes", "ORG", place), Entity("yes", "ORG", place, "Yes")))
    (row,) = rows_of(document(turn("Yes."), annotation=found))
    assert row.entities == "ORG: Yes"


# --- with commas ------------------------------------------------------------------------------


def test_a_table_with_commas_is_read_back_row_for_row() -> None:
    first, second, third = table(CALL)
    assert tuple(first) == as_csv.COLUMNS
    assert second == {
        "turn": "2",
        "from": "0:00:02",
        "to": "0:00:03",
        "start (s)": "2.100",
        "end (s)": "3.300",
        "speaker": "Ben & Co",
        "role": "",
        "text": "At Acme? Too expensive.",
        "entities": "ORG: Acme",
        "keyphrases": "acme",
        "questions": "",
        "highlighted": "yes",
        "starred": "yes",
        "tags": "pricing; pain",
        "notes": "ask again",
        "recording": "First call",
        "date": "2026-09-01",
        "project": "acme",
        "participants": "Ann Lee, Bob",
        "recording's tags": "pricing, churn",
        "file": "call.m4a",
        "id": "abc123",
    }
    assert (third["from"], third["text"]) == ("0:01:02", "Acme, then.")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\uff1d"])
def test_no_cell_with_commas_is_a_formula(begin: str) -> None:
    said = Turn.of(f"{begin}Ann", words(f"{begin}1+1 is two"))
    (row,) = table(replace(document(said), title=f"{begin}title"))
    assert row["text"] == f"'{begin}1+1 is two"
    assert (row["speaker"], row["recording"]) == (f"'{begin}Ann", f"'{begin}title")


@given(st.text())
def test_a_cell_says_what_it_said_and_no_more_than_an_apostrophe(text: str) -> None:
    assert cell(text) in {text, f"'{text}"}
    assert not cell(text).lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0:00:00"), (59.999, "0:00:59"), (754.0, "0:12:34"), (360_000.5, "100:00:00")],
)
def test_a_clock_has_its_hours(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


@settings(max_examples=40)
@given(conversations())
def test_no_word_is_lost_in_a_table(turns: tuple[Turn, ...]) -> None:
    read = table(document(*turns))
    assert [row["text"] for row in read] == [cell(each.text) for each in turns]
    for row, each in zip(read, turns, strict=True):
        assert float(row["start (s)"]) == pytest.approx(each.start, abs=0.0005001)
        assert float(row["end (s)"]) == pytest.approx(each.end, abs=0.0005001)


# --- Excel ------------------------------------------------------------------------------------


def test_a_workbook_has_a_sheet_for_each_kind_of_thing() -> None:
    shown = book(CALL)
    assert shown.sheetnames == ["Turns", "Entities and keyphrases", "Highlights", "Recording"]
    assert [each.max_row for each in shown] == [4, 5, 3, 9]
    for each in shown:
        assert each.freeze_panes == "A2"
        assert each.auto_filter.ref == each.dimensions
        assert all(one.font.bold for one in each[1])


def test_turns_are_rows_with_times_that_can_be_reckoned_with() -> None:
    _, row, _ = sheet(CALL, "Turns")
    assert (row["turn"], row["speaker"], row["text"]) == (2, "Ben & Co", "At Acme? Too expensive.")
    assert (row["start (s)"], row["end (s)"]) == (2.1, 3.3)
    assert row["from"].total_seconds() == pytest.approx(2.1)
    assert (row["entities"], row["tags"], row["starred"]) == ("ORG: Acme", "pricing; pain", "yes")
    cells = dict(zip(sheet(CALL, "Turns")[0], book(CALL)["Turns"][3], strict=True))
    assert cells["from"].number_format == "[h]:mm:ss"
    assert cells["text"].alignment.wrap_text
    assert book(CALL)["Turns"].column_dimensions["H"].width == 80


def test_what_was_found_is_counted_by_name() -> None:
    acme, bucks, best, other = sheet(CALL, "Entities and keyphrases")
    assert (acme["kind"], acme["name"], acme["times said"], acme["turn"]) == ("ORG", "Acme", 2, 2)
    assert acme["all said at"] == "0:00:02, 0:01:02"
    assert (bucks["name"], bucks["value"]) == ("50 bucks", "USD 50")
    assert (best["name"], best["rank"], best["times said"]) == ("acme", 0.9, 1)
    assert (other["name"], other["times said"], other["turn"]) == ("price", 0, None)


def test_highlights_are_rows_with_what_is_said_there_now() -> None:
    whole, mark = sheet(CALL, "Highlights")
    assert (whole["start (s)"], whole["turn"], whole["speaker"]) == (0.6, 1, "Anna, Ben & Co")
    assert (mark["quote"], mark["speaker"]) == ("Acme? Too expensive.", "Ben & Co")
    assert (mark["tags"], mark["note"], mark["marked as"]) == (
        "pricing, pain",
        "ask again",
        "Too dear.",
    )


def test_the_facts_of_the_recording_are_a_sheet() -> None:
    facts = {row["fact"]: row["value"] for row in sheet(CALL, "Recording")}
    assert facts == {"Title": "First call", **dict(CALL.facts), "Id": "abc123"}
    assert book(CALL).properties.title == "First call"


@pytest.mark.parametrize("text", ["=1+1", "#N/A", "TRUE", "0012", "'=x", "@SUM(A1)", "2026-09-01"])
def test_text_is_text_whatever_it_looks_like(text: str) -> None:
    shown = book(document(Turn.of(text, words(text))))["Turns"]
    for column in ("F", "H"):
        assert (shown[f"{column}2"].value, shown[f"{column}2"].data_type) == (text, "s")
        assert shown[f"{column}2"].quotePrefix is text.startswith("=")


@pytest.mark.parametrize("odd", ["\0", "\x0b", "\x1f", "\ud83d", "\ufffe"])
def test_what_a_workbook_has_no_place_for_is_marked(odd: str) -> None:
    said = Turn.of(f"A{odd}B", (Word(0.0, 0.3, f"x{odd}y"),))
    (row,) = sheet(replace(document(said), title=f"a{odd}b"), "Turns")
    assert row["text"] in {"x\ufffdy", "x y"}
    assert row["speaker"] in {"A\ufffdB", "A B"}


def test_a_turn_that_is_longer_than_a_cell_goes_on_in_the_next_row() -> None:
    said = Turn.of("Anna", words("so expensive " * 5_000))
    found = Annotation(keyphrases=(Keyphrase("price", 0.5, (Mention(0, 1, 0, 0, 2),)),))
    rows = sheet(document(said, annotation=found), "Turns")
    assert [row["turn"] for row in rows] == [1, 1, 1]
    assert [row["keyphrases"] for row in rows] == ["price", None, None]
    assert " ".join(row["text"] for row in rows) == said.text


@given(st.text("ab ", max_size=60), st.integers(5, 9))
def test_pieces_hold_all_words_and_none_is_too_long(text: str, longest: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(as_xlsx, "LONGEST_CELL", longest)
        cut = pieces(" ".join(text.split()))
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(len(piece) <= longest for piece in cut)
    assert LONGEST_CELL < 32_767


def test_a_workbook_does_not_tell_when_it_was_written() -> None:
    with ZipFile(io.BytesIO(as_xlsx.write(CALL))) as packed:
        assert {each.date_time for each in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms:modified" not in packed.read("docProps/core.xml")


@settings(max_examples=15, deadline=None)
@given(conversations())
def test_no_word_is_lost_in_a_workbook(turns: tuple[Turn, ...]) -> None:
    read = sheet(document(*turns), "Turns")
    assert [row["text"] for row in read] == [each.text for each in turns]
    for row, each in zip(read, turns, strict=True):
        assert row["start (s)"] == pytest.approx(each.start, abs=0.0005001)
