"""Word files: what python-docx finds in them, and what LibreOffice makes of them."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from pypdf import PdfReader

from pipeline.export.as_docx import write
from pipeline.export.printed import NOTHING_SAID
from pipeline.export.shown import shown
from pipeline.export.word.marks import TurnMark, recording_mark, turn_mark
from pipeline.highlights import Highlight
from pipeline.transcript import Annotation, Answer, Entity, Keyphrase, Mention, Question
from tests import office
from tests.values import conversations, document, rich_document, turn

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

    from pipeline.export.document import Document
    from pipeline.transcript import Turn

SENTENCE = "It was the best of calls and the worst of calls, as Mr. Dickens would have said."


def read(made: Document) -> WordDocument:
    return docx.Document(io.BytesIO(write(made)))


def turns_of(word: WordDocument) -> list[Paragraph]:
    return [each for each in word.paragraphs if style_of(each) == "Turn"]


def style_of(paragraph: Paragraph) -> str:
    return (paragraph.style.name if paragraph.style else None) or ""


def looks(paragraph: Paragraph) -> list[tuple[str, str]]:
    """Return the text of each run with its character style."""
    return [(run.text, run.style.name or "") for run in paragraph.runs if run.style]


def bookmarks(word: WordDocument) -> list[str]:
    return [str(each) for each in word.element.xpath("//w:bookmarkStart/@w:name")]


def marked(word: WordDocument, name: str) -> str:
    """Return the text between the start and the end of a bookmark."""
    (start,) = word.element.xpath(f"//w:bookmarkStart[@w:name='{name}']")
    number, text = start.get(qn("w:id")), ""
    for each in start.itersiblings():
        if each.tag == qn("w:bookmarkEnd") and each.get(qn("w:id")) == number:
            return text
        text += "".join(each.itertext(qn("w:t")))
    raise AssertionError(f"{name} has no end in its paragraph")


def following(word: WordDocument, name: str) -> str:
    """Return the text between the start of a bookmark and the end of its paragraph."""
    (start,) = word.element.xpath(f"//w:bookmarkStart[@w:name='{name}']")
    return "".join(text for each in start.itersiblings() for text in each.itertext(qn("w:t")))


def noted() -> Document:
    """Return a call with highlights, of which one runs over three turns."""
    call = (
        turn("How is it going?", "Anna", 0.0),
        turn("It is far too expensive for us.", "Ben", 2.0),
        turn("Really?", "Anna", 6.0),
        turn("Yes.", "Ben", 7.0),
    )
    far = call[1].words
    made = "2026-09-01T10:11:12.345678+00:00"
    highlights = (
        Highlight(far[2].start, far[4].end, 1, "x", ("price", "churn"), "Ask.\nAgain.", True, made),
        Highlight(far[4].start, call[3].end, 2, "x", ("long",)),
        Highlight(0.0, 0.3, 3, "How"),
    )
    return replace(document(*call), highlights=highlights)


def hour() -> Document:
    """Return an hour's call with what is found in it."""
    said = tuple(
        turn(f"Turn {n} begins. {SENTENCE} {SENTENCE}", ("Anna", "Ben")[n % 2], n * 12.0)
        for n in range(300)
    )
    spans = [Mention(n * 12.0, n * 12.0 + 0.6, n, 0, 6) for n in range(0, 300, 10)]
    found = Annotation(
        tuple(Entity("Dickens", "PERSON", each) for each in spans),
        (Keyphrase("best of calls", 0.9, tuple(spans)),),
        tuple(
            Question(each, True, Answer(each.end, each.end + 9, each.turn, each.turn))
            for each in spans
        ),
    )
    marks = tuple(
        Highlight(each.start, each.end, n, "x", ("tag",)) for n, each in enumerate(spans, 1)
    )
    return replace(document(*said, annotation=found), highlights=marks)


def test_a_turn_is_a_paragraph_with_time_speaker_and_text() -> None:
    assert [looks(each) for each in turns_of(read(rich_document()))] == [
        [
            ("00:00", "Time stamp"),
            ("\t", "Default Paragraph Font"),
            ("Anna", "Speaker Anna"),
            (": ", "Default Paragraph Font"),
            ("How is it going?", "Default Paragraph Font"),
        ],
        [
            ("00:02", "Time stamp"),
            ("\t", "Default Paragraph Font"),
            ("Ben & Co", "Speaker Ben & Co"),
            (": ", "Default Paragraph Font"),
            ("At Acme? Too expensive.", "Default Paragraph Font"),
        ],
        [
            ("01:02", "Time stamp"),
            ("\t", "Default Paragraph Font"),
            ("Acme, then.", "Default Paragraph Font"),
        ],
    ]


def test_all_speakers_follow_one_style_and_differ_in_colour() -> None:
    styles: Any = read(rich_document()).styles
    own = [styles["Speaker Anna"], styles["Speaker Ben & Co"]]
    assert {each.base_style.name for each in own} == {"Speaker"}
    assert len({str(each.font.color.rgb) for each in own}) == 2
    assert styles["Speaker"].font.bold


@pytest.mark.parametrize(
    "names",
    [
        ("Lee, Ann", "Lee Ann", "LEE ANN"),  # a comma would part names, and case tells none apart
        ("a" * 300, "a" * 301),
        ("", "\x00", "\ud800"),
        ("Speaker", "{;}", "\\"),
    ],
)
def test_each_speaker_has_a_style_whatever_the_name(names: tuple[str, ...]) -> None:
    call = [turn("So.", name, place) for place, name in enumerate(names)]
    used = [look for each in turns_of(read(document(*call))) for _, look in looks(each)]
    own = [look for look in used if look.startswith("Speaker")]
    assert len({look.casefold() for look in own}) == len({shown(name) for name in names if name})
    assert not re.search("[,;{}]", "".join(own))


def test_a_reader_finds_headings_and_styles_of_our_own() -> None:
    word = read(hour())
    assert [
        (style_of(each), each.text)
        for each in word.paragraphs
        if style_of(each).startswith(("Title", "Heading"))
    ] == [
        ("Title", "First call"),
        ("Heading 1", "Transcript"),
        ("Heading 1", "Appendix"),
        ("Heading 2", "Highlights"),
        ("Heading 2", "Questions"),
        ("Heading 2", "Entities"),
        ("Heading 3", "People"),
        ("Heading 2", "Keyphrases"),
    ]
    assert {style_of(each) for each in word.paragraphs if each.text} >= {"Turn", "Fact", "Listed"}


def test_the_facts_stand_under_the_title() -> None:
    facts = [each.text for each in read(rich_document()).paragraphs if style_of(each) == "Fact"]
    assert facts[:2] == ["Date\t1 September 2026", "Duration\t1:02:03"]


def test_each_time_is_a_bookmark_that_a_reader_can_go_to() -> None:
    word = read(rich_document())
    assert marked(word, "at_00m00s") == "00:00"
    assert marked(word, "at_01m02s") == "01:02"


def test_turns_at_the_same_second_have_bookmarks_of_their_own() -> None:
    word = read(document(turn("One.", "Anna", 5.0), turn("Two.", "Ben", 5.2), turn("3", None, 5.4)))
    assert [name for name in bookmarks(word) if name.startswith("at_")] == [
        "at_00m05s",
        "at_00m05s_2",
        "at_00m05s_3",
    ]


def test_a_hidden_bookmark_tells_which_turn_a_text_is() -> None:
    made = rich_document()
    word = read(made)
    for position, said in enumerate(made.transcript.turns):
        assert marked(word, turn_mark(position, said).name) == said.text
    assert marked(word, recording_mark("abc123")) == "First call"


def test_bookmarks_have_names_and_numbers_that_no_other_has() -> None:
    word = read(hour())
    for names in (bookmarks(word), word.element.xpath("//w:bookmarkStart/@w:id")):
        assert len(set(names)) == len(names) > 600
    ends = word.element.xpath("//w:bookmarkEnd/@w:id")
    assert sorted(ends) == sorted(word.element.xpath("//w:bookmarkStart/@w:id"))


def test_each_link_leads_to_the_time_that_it_shows() -> None:
    word = read(hour())
    links = word.element.xpath("//w:hyperlink")
    assert len(links) == 30 * 5  # in highlights, questions, their answers, entities, keyphrases
    for link in links:
        assert marked(word, link.get(qn("w:anchor"))) == "".join(link.itertext(qn("w:t")))


def test_what_is_highlighted_looks_so_and_is_told_by_a_bookmark() -> None:
    word = read(noted())
    lit = [
        [run.text for run in each.runs if run.font.highlight_color is not None]
        for each in turns_of(word)
    ]
    assert lit == [["How"], ["far too ", "expensive", " for us."], ["Really?"], ["Yes."]]
    assert marked(word, "highlight_1") == "far too expensive"
    assert marked(word, "highlight_2") == "expensive for us."
    assert marked(word, "highlight_2_2") == "Really?"
    assert marked(word, "highlight_2_3") == "Yes."


def test_what_was_noted_is_a_comment_at_the_time_when_it_was() -> None:
    comments = list(read(noted()).comments)
    assert [(each.author, each.text) for each in comments] == [
        ("relisten", "★\nTags: price, churn\nAsk.\nAgain."),
        ("relisten", "Tags: long"),
    ]
    dates = [each.timestamp and each.timestamp.isoformat() for each in comments]
    assert dates == ["2026-09-01T10:11:12+00:00", None]


def test_a_comment_may_run_over_turns() -> None:
    first, second = read(noted()).element.xpath(
        "//w:commentRangeStart[@w:id='1']/ancestor::w:p"
        " | //w:commentRangeEnd[@w:id='1']/ancestor::w:p"
    )
    assert ["expensive for us." in "".join(first.itertext()), "Yes." in "".join(second.itertext())]


def test_the_file_says_what_it_is_and_nothing_of_who_wrote_it() -> None:
    made = write(replace(rich_document(), title="Über\n" + "x" * 300))
    properties = docx.Document(io.BytesIO(made)).core_properties
    assert properties.title.startswith("Über xxx")
    assert len(properties.title) == 255
    assert (properties.subject, properties.keywords) == ("acme", "pricing, churn")
    assert (properties.language, properties.identifier) == ("en", "abc123")
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
        assert not [name for name in archive.namelist() if "thumbnail" in name or "app" in name]
    assert b"python-docx" not in whole
    assert b"dcterms:created" not in whole


@pytest.mark.parametrize(
    ("language", "whole"), [("de", "de-DE"), ("zh", "zh-CN"), ("ca", "ca"), (None, "en-US")]
)
def test_the_language_is_told(language: str | None, whole: str) -> None:
    made = document(turn("So."))
    made = replace(made, transcript=replace(made.transcript, language=language))
    (default,) = read(made).styles.element.xpath("./w:docDefaults//w:lang")
    assert default.get(qn("w:val")) == whole


def test_text_that_is_read_from_the_right_is_set_so() -> None:
    hebrew, latin = turns_of(read(document(turn("שלום לכם", "דנה"), turn("Hello.", "Dana", 9.0))))
    assert hebrew._p.xpath("./w:pPr/w:bidi")
    assert [bool(run.font.rtl) for run in hebrew.runs] == [False, False, True, True, True]
    assert not latin._p.xpath("./w:pPr/w:bidi")


def test_the_same_content_is_the_same_bytes() -> None:
    assert write(noted()) == write(noted())


def test_a_recording_in_which_nobody_speaks_says_so() -> None:
    word = read(document())
    assert NOTHING_SAID in [each.text for each in word.paragraphs]
    assert turns_of(word) == []


def test_a_call_of_many_is_written() -> None:
    call = [turn("So.", f"Speaker {number}", number) for number in range(200)]
    word = read(document(*call))
    assert len(turns_of(word)) == 200
    assert len([each for each in word.styles if (each.name or "").startswith("Speaker ")]) == 200


def test_what_xml_has_no_place_for_breaks_nothing() -> None:
    bad = "a\x00b\ud800c\x1bd\ufffee"
    (said,) = turns_of(read(replace(document(turn("So", bad)), title=bad, file_name=bad)))
    assert looks(said)[2] == (shown(bad), f"Speaker {shown(bad)}")


@settings(max_examples=12)
@given(conversations())
def test_no_word_is_lost(turns: tuple[Turn, ...]) -> None:
    made = document(*turns)
    word = read(made)
    names = [name for name in bookmarks(word) if TurnMark.read(name)]
    assert list(map(partial(marked, word), names)) == [each.text for each in turns]
    heads = [
        each.text.removesuffix(said.text) for each, said in zip(turns_of(word), turns, strict=True)
    ]
    assert [head.partition("\t")[2] for head in heads] == [
        f"{each.speaker}: " if each.speaker else "" for each in turns
    ]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return documents as LibreOffice prints them."""
    folder = tmp_path_factory.mktemp("office")
    strange = turn("שלום 今日は 😀 \x01 {y} <b>", "Ben & <Co>")
    made = {"hour": hour(), "noted": noted(), "empty": document(), "strange": document(strange)}
    for name, each in made.items():
        (folder / f"{name}.docx").write_bytes(write(each))
    opened = office.opened([folder / f"{name}.docx" for name in made], "pdf", folder)
    return {path.stem: path for path in opened}


@pytest.fixture(scope="module")
def pages(printed: dict[str, Path]) -> dict[str, PdfReader]:
    return {name: PdfReader(path) for name, path in printed.items()}


@pytest.fixture(scope="module")
def texts(pages: dict[str, PdfReader]) -> list[str]:
    """Return the text of each page of the hour, on one line."""
    return [" ".join(page.extract_text().split()) for page in pages["hour"].pages]


def test_libreoffice_prints_every_turn_in_order(texts: list[str]) -> None:
    shown_turns = [int(each) for each in re.findall(r"Turn (\d+) begins", " ".join(texts))]
    assert shown_turns[:300] == list(range(300))
    assert " ".join(texts).count("Dickens would have said.") >= 600


def test_libreoffice_prints_as_many_pages_as_that_takes(pages: dict[str, PdfReader]) -> None:
    assert 15 <= len(pages["hour"].pages) <= 30
    assert [len(pages[name].pages) for name in ("noted", "empty", "strange")] == [2, 1, 1]


def test_libreoffice_prints_each_page_within_its_margins(printed: dict[str, Path]) -> None:
    for path in printed.values():
        for page in office.pictures(path):
            office.assert_well_set(page)


def test_libreoffice_counts_the_pages(texts: list[str]) -> None:
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {len(texts)}" in text
    assert texts[0].count("First call") == 1  # the title itself
    assert all(text.startswith("First call") for text in texts[1:])


def test_libreoffice_leads_from_the_appendix_to_the_turns(pages: dict[str, PdfReader]) -> None:
    whole = pages["hour"]
    last = whole.pages[-1]
    links = [each.get_object() for each in last.get("/Annots", [])]
    targets = {whole.get_page_number(whole.pages[0])}
    assert len(links) >= 30
    for link in links:
        target = (link.get("/Dest") or link["/A"]["/D"])[0].get_object()
        targets.add(next(n for n, page in enumerate(whole.pages) if page.get_object() == target))
    assert len(targets) > 10


def test_libreoffice_keeps_the_marks_by_which_a_file_comes_back(tmp_path: Path) -> None:
    made = noted()
    (tmp_path / "noted.docx").write_bytes(write(made))
    (loose,) = office.opened([tmp_path / "noted.docx"], "odt", tmp_path)
    (tmp_path / "again").mkdir()
    (saved,) = office.opened([loose], office.WORD, tmp_path / "again")
    word = docx.Document(str(saved))
    for position, said in enumerate(made.transcript.turns):
        # An end behind a comment moves by a character (LibreOffice 7.4, by way of ODT).
        assert following(word, turn_mark(position, said).name) == said.text
    assert recording_mark("abc123") in bookmarks(word)
    assert following(word, "highlight_1") == "far too expensive for us."
    assert {each.author for each in word.comments} == {"relisten"}
