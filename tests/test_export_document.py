"""A document, and the registry of the formats in which it can be written."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export import FORMATS, Document
from pipeline.export.document import one_line
from tests.values import conversations, document, rich_document, turn

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.transcript import Turn


def test_a_document_goes_by_the_id_of_its_recording() -> None:
    assert document().id == "abc123"


def test_facts_are_those_that_are_known() -> None:
    assert document().facts == (("Duration", "1:00:00"), ("File", "call.m4a"))
    assert rich_document().facts == (
        ("Date", "2026-09-01"),
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


def text_of(name: str, said: Document) -> str:
    written = FORMATS[name].write(said)
    assert isinstance(written, str)
    return written


def test_formats_are_found_by_the_names_that_a_user_types() -> None:
    assert list(FORMATS) == ["txt", "md", "json", "srt", "vtt", "html"]
    assert all(known.name == name for name, known in FORMATS.items())
    assert {known.suffix for known in FORMATS.values()} == {f".{name}" for name in FORMATS}
    assert all(known.description for known in FORMATS.values())


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("said", [document(), rich_document(), document(turn("Yes."))])
def test_every_format_ends_with_one_line_end(name: str, said: Document) -> None:
    text = text_of(name, said)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", FORMATS)
def test_a_saved_file_is_what_was_written_byte_for_byte_on_every_system(
    name: str, tmp_path: Path
) -> None:
    said = document(turn("Zu teuer für 今日."))
    path = tmp_path / "call"
    FORMATS[name].save(said, path)
    assert path.read_bytes() == text_of(name, said).encode()


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_name_that_is_not_utf_8_does_not_keep_a_transcript_from_being_saved(
    name: str, tmp_path: Path
) -> None:
    said = replace(document(turn("Yes.")), file_name="caf\udce9.m4a")
    FORMATS[name].save(said, tmp_path / "call")
    assert "Yes." in (tmp_path / "call").read_text(encoding="utf-8")


@given(conversations())
def test_any_conversation_ends_every_format_with_one_line_end(turns: tuple[Turn, ...]) -> None:
    said = document(*turns)
    for known in FORMATS.values():
        text = text_of(known.name, said)
        assert text.rstrip("\n") + "\n" == text
