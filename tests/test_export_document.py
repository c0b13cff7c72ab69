"""A document, and the registry of the formats in which it can be written."""

from __future__ import annotations

import math
import random
import re
import time
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.commands import exporting
from pipeline.export import FORMATS, Document, Format
from pipeline.export.document import one_line
from pipeline.highlights import Highlight
from tests.sources import ROOT
from tests.values import conversations, document, rich_document, turn

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.transcript import Turn


def test_a_document_goes_by_the_id_of_its_recording() -> None:
    assert document().id == "abc123"


def test_facts_are_those_that_are_known() -> None:
    assert document().facts == (("Duration", "1:00:00"), ("File", "call.m4a"))
    assert rich_document().facts == (
        ("Date", "1 September 2026"),
        ("Duration", "1:02:03"),
        ("Project", "acme"),
        ("Participants", "Ann Lee, Bob"),
        ("Tags", "pricing, churn"),
        ("File", "call.m4a"),
    )


@pytest.mark.parametrize("duration", [-1.0, math.nan, math.inf])
def test_a_duration_is_a_time(duration: float) -> None:
    with pytest.raises(ValueError, match=f"not {duration!r}"):
        replace(document(), duration=duration)


@pytest.mark.parametrize(
    ("text", "line"),
    [("", ""), (" a  b ", "a b"), ("a\r\n\r\nb", "a b"), ("a\u2028b\x85c\x0bd\te", "a b c d e")],
)
def test_white_space_of_every_kind_becomes_one_space(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text())
def test_one_line_is_one_line_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


TEXTS = (
    *("txt", "md", "json", "srt", "vtt", "html", "csv", "rttm", "ctm", "stm", "textgrid"),
    *("eaf", "otr"),
)
PACKED = ("docx", "pdf", "xlsx", "qdpx")
QUICK = [name for name in FORMATS if name not in {"html", "pdf", "docx"}]
MARKED = replace(
    rich_document(),
    highlights=(Highlight(2.4, 3.6, 1, "Too dear.", ("zebra",), "ask\x0b ibex", True),),
    roles={"Anna": "interviewer"},
)
HARD = ("caf\udce9.m4a", "a\0b\x1b[2J.m4a", "]]>--><b>&amp;.m4a", "=1+1;.m4a", "\ufffe\uffff.m4a")


def text_of(name: str, said: Document) -> str:
    written = FORMATS[name].write(said)
    assert isinstance(written, str)
    return written


def bytes_of(name: str, said: Document) -> bytes:
    written = FORMATS[name].write(said)
    return written.encode() if isinstance(written, str) else written


def test_formats_are_found_by_the_names_that_a_user_types() -> None:
    assert sorted(FORMATS) == sorted((*TEXTS, *PACKED))
    assert all(known.name == name for name, known in FORMATS.items())
    suffixes = {known.suffix for known in FORMATS.values()}
    assert {each.lower() for each in suffixes} == {f".{name}" for name in FORMATS}
    assert all(known.description for known in FORMATS.values())


def test_every_format_is_in_the_documentation_and_on_the_command_line() -> None:
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| ([a-z]+) \|", text, re.MULTILINE)
    assert [name for name in table if name in FORMATS] == list(FORMATS)
    assert list(exporting.FORMATS) == list(FORMATS)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("", ".x"), ("a b", ".x"), ("A", ".x"), ("x", "x"), ("x", "./x"), ("x", "")],
)
def test_a_format_has_a_name_and_a_suffix_that_can_be_typed(name: str, suffix: str) -> None:
    with pytest.raises(ValueError, match="not a format's name and suffix"):
        Format(name, suffix, "a format", str)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("said", [document(), MARKED, document(turn("Yes."))])
def test_every_text_ends_with_one_line_end(name: str, said: Document) -> None:
    text = text_of(name, said)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", PACKED)
@pytest.mark.parametrize("said", [document(), MARKED])
def test_what_is_no_text_is_a_file_of_its_kind(name: str, said: Document) -> None:
    begin = b"%PDF-1." if name == "pdf" else b"PK\3\4"
    assert bytes_of(name, said).startswith(begin)


@pytest.mark.parametrize("name", FORMATS)
def test_a_saved_file_is_what_was_written_byte_for_byte_on_every_system(
    name: str, tmp_path: Path
) -> None:
    said = document(turn("Zu teuer für 今日."))
    path = tmp_path / "call"
    FORMATS[name].save(said, path)
    assert path.read_bytes() == bytes_of(name, said)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_later_is_the_same_to_the_byte(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bytes_of(name, MARKED)
    later = time.time() + 12_345_678
    for clock in ("time.time", "time.monotonic"):
        monkeypatch.setattr(clock, lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    monkeypatch.setattr(random, "random", lambda: 0.1234)
    time.sleep(0.002)
    assert bytes_of(name, MARKED) == before


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("hard", HARD)
def test_no_name_of_a_file_keeps_a_transcript_from_being_saved(
    name: str, hard: str, tmp_path: Path
) -> None:
    said = document(turn("Yes.", "Anna"))
    said = replace(said, file_name=hard, title=hard, project=hard, tags=(hard,))
    FORMATS[name].save(said, tmp_path / "call")
    assert "Yes" in everything_in((tmp_path / "call").read_bytes()) or name in {"rttm", "pdf"}


def everything_in(data: bytes) -> str:
    """Return what a file holds, unpacked if it is packed."""
    if not data.startswith(b"PK"):
        return data.decode(errors="replace")
    with ZipFile(BytesIO(data)) as archive:
        held = [archive.read(each) for each in archive.namelist()]
    return "".join(each.decode(errors="replace") for each in held)


@pytest.mark.parametrize(
    "name",
    [
        *("txt", "md", "json", "vtt", "html", "docx", "csv", "xlsx"),
        *("textgrid", "eaf", "otr", "qdpx"),
    ],
)
def test_what_people_marked_is_in_every_format_that_can_hold_it(name: str) -> None:
    held = everything_in(bytes_of(name, MARKED))
    assert "zebra" in held
    assert "ibex" in held
    assert "zebra" not in everything_in(bytes_of(name, rich_document()))


@settings(max_examples=25)
@given(conversations())
def test_any_conversation_can_be_written_in_every_format(turns: tuple[Turn, ...]) -> None:
    said = document(*turns)
    for name in QUICK:
        data = bytes_of(name, said)
        assert data
        if name in TEXTS:
            assert data.rstrip(b"\n") + b"\n" == data
