"""Word files, plain text and Markdown that come back, also through LibreOffice."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings

from pipeline.errors import UsageError
from pipeline.export import Document, as_docx, as_markdown, as_text
from pipeline.highlights import Highlight
from pipeline.taking_back.documents import LOST, TWO, papers_in
from pipeline.taking_back.found import Left, Reading, Typed
from pipeline.taking_back.paragraphs import (
    BOTH,
    EMPTY,
    MISSING,
    NOWHERE,
    TWICE,
    read_paragraphs,
)
from pipeline.taking_back.places import Paragraph
from pipeline.taking_back.plain import markdown_paragraphs, text_paragraphs
from tests.office import WORD, opened
from tests.values import conversations, document, tangles, turn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from docx.text.paragraph import Paragraph as WordParagraph
    from docx.text.run import Run

    from pipeline.transcript import Turn

TURNS = (
    turn("So how do you like it in date in, Ann?", "Ben", 1.0),
    turn("Honestly, we pay acne too much.", "Ann", 4.4),
    turn("Mm-hm.", "Ben", 6.0),
    turn("And was <that> all?", "Ben", 15.0),
    turn("Yes.", "Ann", 3617.0),
)
HIGHLIGHT = Highlight(4.4, 6.5, 1, "Honestly, we pay acne too much.", ("pricing",), "Dear!")


def call(*turns: Turn) -> Document:
    made = document(*(turns or TURNS))
    labels = {"Ben": "Speaker 1", "Ann": "Speaker 2"}
    return replace(made, duration=3700.0, labels=labels, highlights=(HIGHLIGHT,))


@cache
def written() -> bytes:
    return as_docx.write(call())


class Edited:
    """A Word file of a call that a person has open."""

    def __init__(self, said: Document | None = None) -> None:
        self.word = docx.Document(io.BytesIO(as_docx.write(said) if said else written()))

    def paragraph(self, words: str) -> WordParagraph:
        found = (p for p in self.word.paragraphs if p.style and p.style.name == "Turn")
        return next(each for each in found if words in each.text)

    def run(self, words: str) -> Run:
        return next(run for run in self.paragraph(words).runs if words in run.text)

    def put(self, before: str, after: str) -> None:
        run = self.run(before)
        run.text = run.text.replace(before, after)

    def save(self, folder: Path) -> Path:
        self.word.save(str(folder / "edited.docx"))
        return folder / "edited.docx"

    def read(self, folder: Path, said: Document | None = None) -> Reading:
        return read(self.save(folder), said or call())


def read(path: Path, said: Document) -> Reading:
    papers = papers_in(path, said.id)
    reading = read_paragraphs(papers.paragraphs, said)
    return replace(reading, left=(*reading.left, *papers.left))


def read_back(said: Document, folder: Path) -> Reading:
    path = folder / "it.docx"
    path.write_bytes(as_docx.write(said))
    return read(path, said)


# What nobody edited


@settings(max_examples=8)
@given(turns=conversations())
def test_a_word_file_that_nobody_edited_changes_nothing(
    turns: tuple[Turn, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    if turns:
        assert read_back(document(*turns), tmp_path_factory.mktemp("it")) == Reading()


@settings(max_examples=50)
@given(conversations())
def test_text_that_nobody_edited_changes_nothing(turns: tuple[Turn, ...]) -> None:
    said = document(*turns)
    if turns:
        paragraphs = text_paragraphs(as_text.write(said), "it.txt")
        assert read_paragraphs(paragraphs, said) == Reading()
        paragraphs = markdown_paragraphs(as_markdown.write(said), "it.md")
        assert read_paragraphs(paragraphs, said) == Reading()


@settings(max_examples=30)
@given(tangles())
def test_turns_at_the_same_time_are_not_taken_for_each_other(turns: tuple[Turn, ...]) -> None:
    said = document(*turns)
    if turns:
        paragraphs = text_paragraphs(as_text.write(said), "it.txt")
        assert read_paragraphs(paragraphs, said).typed == ()


@pytest.mark.parametrize("name", ["Prof: Ann", "A: B: C", "Ben: Ann", "12:34", "Ann:"])
def test_a_colon_in_a_name_is_no_change(name: str, tmp_path: Path) -> None:
    said = call(turn("So: it is dear.", "Ben", 1.0), turn("We pay: too much.", name, 4.0))
    assert read_back(said, tmp_path) == Reading()
    edited = Edited(said)
    edited.paragraph("We pay").add_run(" Really.")
    assert edited.read(tmp_path, said) == Reading((Typed(1, "We pay: too much. Really."),))


def test_highlights_of_ours_are_no_marks_of_others(tmp_path: Path) -> None:
    assert read_back(call(), tmp_path) == Reading()


def test_control_characters_that_word_cannot_hold_are_no_change(tmp_path: Path) -> None:
    said = call(turn("bell\x07 rings \ud800 twice", "Ben \x01", 1.0))
    assert read_back(said, tmp_path) == Reading()


def test_a_word_file_is_the_same_after_libreoffice_had_it_as_its_own(tmp_path: Path) -> None:
    edited = Edited()
    edited.put("acne", "Acme")
    edited.word.add_comment(edited.run("Yes."), "laughs", "Eve", "E")
    expected = edited.read(tmp_path)
    folder = tmp_path / "saved"
    (theirs,) = opened([tmp_path / "edited.docx"], "odt", folder)
    (saved,) = opened([theirs], WORD, folder)
    assert read(saved, call()) == expected
    assert [each.text for each in expected.typed] == ["Honestly, we pay Acme too much."]
    assert [each.note for each in expected.marked] == ["Eve: laughs"]


# What somebody did


@pytest.mark.parametrize(
    ("before", "after", "position", "text"),
    [
        ("acne", "Acme", 1, "Honestly, we pay Acme too much."),
        ("in date in,", "in Dayton,", 0, "So how do you like it in Dayton, Ann?"),
        ("<that> all", "this all", 3, "And was this all?"),
        ("Yes.", "Yes, all.", 4, "Yes, all."),
    ],
)
def test_words_that_were_changed_are_found(
    before: str, after: str, position: int, text: str, tmp_path: Path
) -> None:
    edited = Edited()
    edited.put(before, after)
    assert edited.read(tmp_path) == Reading((Typed(position, text),))


def test_quotes_that_word_makes_round_are_no_change(tmp_path: Path) -> None:
    said = call(turn("I don't know, it's \"dear\"...", "Ann", 1.0))
    edited = Edited(said)
    edited.put("don't know, it's \"dear\"...", "don\u2019t know, it\u2019s \u201cdear\u201d\u2026")
    assert edited.read(tmp_path, said) == Reading()
    edited.put("know", "mind")
    assert edited.read(tmp_path, said) == Reading((Typed(0, "I don't mind, it's \"dear\"..."),))


def test_what_is_typed_at_either_end_of_a_turn_is_its(tmp_path: Path) -> None:
    edited = Edited()
    edited.paragraph("Yes.").add_run(" Really.")
    edited.paragraph("Mm-hm.").runs[-1].text = "Oh, mm-hm."
    assert edited.read(tmp_path) == Reading((Typed(2, "Oh, mm-hm."), Typed(4, "Yes. Really.")))


def tracked(run: Run, old: str, new: str) -> None:
    """Put a word in the place of another with changes tracked."""
    before, _, after = run.text.partition(old)
    run.text = before
    space = 'xml:space="preserve"'
    author = 'w:id="90" w:author="Eve"'
    pieces = (
        f"<w:del {nsdecls('w')} {author}><w:r><w:delText>{old}</w:delText></w:r></w:del>",
        f"<w:ins {nsdecls('w')} {author}><w:r><w:t>{new}</w:t></w:r></w:ins>",
        f"<w:r {nsdecls('w')}><w:t {space}>{after}</w:t></w:r>",
    )
    for piece in reversed(pieces):
        run._r.addnext(parse_xml(piece))


def test_tracked_changes_count_as_if_accepted(tmp_path: Path) -> None:
    edited = Edited()
    tracked(edited.run("acne"), "acne", "Acme")
    assert edited.read(tmp_path) == Reading((Typed(1, "Honestly, we pay Acme too much."),))


def test_a_turn_in_two_paragraphs_is_one(tmp_path: Path) -> None:
    edited = Edited()
    run = edited.run("Honestly")
    run.text = "Honestly,"
    later = edited.word.add_paragraph("we pay Acme too much.", style="Turn")
    edited.paragraph("Honestly,")._p.addnext(later._p)
    assert edited.read(tmp_path) == Reading((Typed(1, "Honestly, we pay Acme too much."),))


def test_tables_text_boxes_and_headings_are_not_read(tmp_path: Path) -> None:
    edited = Edited()
    edited.paragraph("Yes.")._p.addnext(edited.word.add_table(2, 2)._tbl)
    edited.paragraph("Mm-hm.")._p.addnext(edited.word.add_heading("Prices", 2)._p)
    box = f"<w:r {nsdecls('w')}><w:pict><w:p><w:r><w:t>aside</w:t></w:r></w:p></w:pict></w:r>"
    edited.paragraph("acne")._p.append(parse_xml(box))
    assert edited.read(tmp_path) == Reading()


def without_bookmarks(edited: Edited) -> None:
    for kind in ("w:bookmarkStart", "w:bookmarkEnd"):
        for mark in list(edited.word.element.body.iter(qn(kind))):
            mark.getparent().remove(mark)


def test_without_bookmarks_turns_are_told_by_their_times(tmp_path: Path) -> None:
    edited = Edited(replace(call(), highlights=()))
    without_bookmarks(edited)
    assert edited.read(tmp_path) == Reading()
    edited.put("acne", "Acme")
    assert edited.read(tmp_path) == Reading((Typed(1, "Honestly, we pay Acme too much."),))


def test_without_times_either_turns_are_told_by_their_words(tmp_path: Path) -> None:
    paragraphs = [Paragraph(None, f"{each.speaker}: {each.text}") for each in reversed(TURNS)]
    assert read_paragraphs(paragraphs, call()) == Reading()


def test_marks_and_comments_of_people_are_passages(tmp_path: Path) -> None:
    edited = Edited()
    edited.run("Mm-hm.").font.highlight_color = WD_COLOR_INDEX.GREEN
    edited.word.add_comment(edited.run("And was"), "Really?\nAsk again", "Eve", "E")
    reading = edited.read(tmp_path)
    assert (reading.typed, reading.left) == ((), ())
    marks = [(each.start, each.end, each.note) for each in reading.marked]
    assert marks == [(6.0, 6.3, ""), (15.0, 16.2, "Eve: Really?\nAsk again")]


def test_a_mark_on_words_that_were_changed_is_where_they_stood(tmp_path: Path) -> None:
    edited = Edited()
    run = edited.run("in date in")
    run.text = "So how do you like it in "
    marked = edited.paragraph("So how").add_run("Dayton")
    marked.font.highlight_color = WD_COLOR_INDEX.PINK
    edited.paragraph("So how").add_run(", Ann?")
    (mark,) = edited.read(tmp_path).marked
    own = TURNS[0].words
    assert own[7].start <= mark.start < mark.end <= own[8].end


# What the library has otherwise


def put_right(said: Document, position: int, text: str, speaker: str = "Ben") -> Document:
    turns = list(said.transcript.turns)
    turns[position] = turn(text, speaker, turns[position].start)
    return replace(said, transcript=replace(said.transcript, turns=tuple(turns)))


def test_what_was_put_right_in_the_library_alone_stays(tmp_path: Path) -> None:
    now = put_right(call(), 0, "So how do you like it in Dayton, Ann?")
    assert Edited().read(tmp_path, now) == Reading(kept=1)


def test_what_was_changed_in_both_is_listed(tmp_path: Path) -> None:
    now = put_right(call(), 0, "So how do you like it in Dayton, Ann?")
    edited = Edited()
    edited.put("in date in", "indeed in")
    text = "So how do you like it indeed in, Ann?"
    assert edited.read(tmp_path, now) == Reading(
        left=(Left(1.0, now.transcript.turns[0].text, text, BOTH),)
    )


def test_what_both_put_right_alike_is_no_change(tmp_path: Path) -> None:
    now = put_right(call(), 0, "So how do you like it in Dayton, Ann?")
    edited = Edited()
    edited.put("in date in", "in Dayton")
    assert edited.read(tmp_path, now) == Reading()


def test_turns_that_became_one_in_the_library_are_not_put_back(tmp_path: Path) -> None:
    turns = list(TURNS)
    turns[2:4] = [turn("Mm-hm. And was <that> all?", "Ben", 6.0)]
    assert Edited().read(tmp_path, call(*turns)) == Reading(kept=2)


# Who says it


def name(edited: Edited, words: str, before: str, after: str) -> None:
    run = next(each for each in edited.paragraph(words).runs if each.text == before)
    run.text = after


@pytest.mark.parametrize("called", ["Ben", "ben", "Speaker 1"])
def test_a_turn_that_names_another_speaker_is_theirs(called: str, tmp_path: Path) -> None:
    edited = Edited()
    name(edited, "Yes.", "Ann", called)
    assert edited.read(tmp_path) == Reading((Typed(4, None, "Ben"),))


def test_a_name_of_nobody_is_listed(tmp_path: Path) -> None:
    edited = Edited()
    name(edited, "Yes.", "Ann", "Bobby")
    (left,) = edited.read(tmp_path).left
    assert (left.stands, left.says) == ("Ann", "Bobby")
    assert '--name "Ann=Bobby"' in left.why


def test_a_turn_that_was_given_to_another_in_the_library_is_not_given_back(tmp_path: Path) -> None:
    now = put_right(call(), 4, "Yes.", "Ben")
    assert Edited().read(tmp_path, now) == Reading()
    edited = Edited()
    name(edited, "Yes.", "Ann", "Ben")
    assert edited.read(tmp_path, now) == Reading()


# What is left over


def test_a_paragraph_that_is_gone_takes_no_words_along(tmp_path: Path) -> None:
    edited = Edited()
    edited.paragraph("Mm-hm.")._p.getparent().remove(edited.paragraph("Mm-hm.")._p)
    assert edited.read(tmp_path) == Reading(left=(Left(6.0, "Mm-hm.", "", MISSING),))


def test_the_last_paragraph_that_is_gone_is_missed_too(tmp_path: Path) -> None:
    edited = Edited()
    edited.paragraph("Yes.")._p.getparent().remove(edited.paragraph("Yes.")._p)
    assert edited.read(tmp_path) == Reading(left=(Left(3617.0, "Yes.", "", MISSING),))


def test_a_paragraph_that_was_emptied_takes_no_words_along(tmp_path: Path) -> None:
    edited = Edited()
    edited.put("Mm-hm.", "")
    assert edited.read(tmp_path) == Reading(left=(Left(6.0, "Mm-hm.", "", EMPTY),))


def test_two_turns_in_one_paragraph_are_listed(tmp_path: Path) -> None:
    edited = Edited()
    last = edited.paragraph("<that>")
    for child in list(last._p)[1:]:
        edited.paragraph("Mm-hm.")._p.append(child)
    last._p.getparent().remove(last._p)
    assert [each.why for each in edited.read(tmp_path).left] == [MISSING, MISSING, TWO]


@pytest.mark.parametrize(
    ("paragraph", "why"),
    [(Paragraph(99.0, "Something else altogether"), NOWHERE), (Paragraph(6.0, "Mm-hm."), NOWHERE)],
)
def test_a_paragraph_that_is_no_turn_is_listed(paragraph: Paragraph, why: str) -> None:
    own = [Paragraph(float(int(each.start)), each.text, each.speaker) for each in TURNS]
    (left,) = read_paragraphs([*own, paragraph], call()).left
    assert left.why == why


def test_a_comment_beside_the_transcript_is_listed(tmp_path: Path) -> None:
    edited = Edited()
    heading = next(each for each in edited.word.paragraphs if each.text == "Appendix")
    edited.word.add_comment(heading.runs[0], "long!", "Eve", "E")
    assert edited.read(tmp_path) == Reading(left=(Left(None, "", "long!", LOST),))


# Files


def test_a_file_of_another_recording_is_refused(tmp_path: Path) -> None:
    path = Edited().save(tmp_path)
    with pytest.raises(UsageError, match="it is of another recording than ffff"):
        papers_in(path, "ffff1234")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half", b"{\\rtf1 old}"])
def test_a_file_that_is_none_of_words_is_said_in_one_sentence(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "it.docx"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="it cannot be read as a Word file") as raised:
        papers_in(path, "abc123")
    assert str(raised.value).startswith(str(path))


def rezipped(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, change(part, data))


def test_a_file_that_swells_up_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Edited().save(tmp_path)
    monkeypatch.setattr("pipeline.taking_back.documents.LARGEST", 10_000)
    with pytest.raises(UsageError, match="too large"):
        papers_in(path, "abc123")


def test_what_a_file_wants_read_from_elsewhere_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    kind = f'<!DOCTYPE w:document [<!ENTITY it SYSTEM "{secret.as_uri()}">]>'

    def with_entity(part: str, data: bytes) -> bytes:
        if part != "word/document.xml":
            return data
        head, _, rest = data.decode().partition("?>")
        return f"{head}?>{kind}{rest.replace('Mm-hm.', '&it;')}".encode()

    path = Edited().save(tmp_path)
    rezipped(path, with_entity)
    assert "secret" not in str(read(path, call()))


@pytest.mark.parametrize("text", ["", "Notes\n\nof mine\n"])
def test_text_that_is_no_transcript_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no turn of a transcript"):
        text_paragraphs(text, "it.txt")
    with pytest.raises(UsageError, match="no turn of a transcript"):
        markdown_paragraphs(text, "it.md")


def test_text_that_an_editor_wrapped_is_the_same() -> None:
    text = as_text.write(call()).replace("too much", "too\nmuch").replace("acne", "Acme")
    found = read_paragraphs(text_paragraphs(text, "it.txt"), call())
    assert found == Reading((Typed(1, "Honestly, we pay Acme too much."),))


def test_markdown_is_read_up_to_what_was_found_in_the_call() -> None:
    text = as_markdown.write(call()).replace("<that", "<this").replace("**Ann** [1:", "**Ben** [1:")
    text = text.replace(r"\<that", r"\<this") + "\n## Keyphrases\n\n- [00:01] more\n"
    found = read_paragraphs(markdown_paragraphs(text, "it.md"), call())
    assert found == Reading((Typed(3, "And was <this> all?"), Typed(4, None, "Ben")))


def test_a_second_paragraph_of_a_turn_with_a_mark_is_listed(tmp_path: Path) -> None:
    edited = Edited()
    again = parse_xml(edited.paragraph("Mm-hm.")._p.xml.replace("Mm-hm.", "Uh-huh."))
    edited.paragraph("Mm-hm.")._p.addnext(again)
    assert edited.read(tmp_path).left == (Left(6.0, "Mm-hm.", "Uh-huh.", TWICE),)
