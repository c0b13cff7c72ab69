"""PDF files, read by another reader: all text in order, an outline, links, and nothing run."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import Destination

from pipeline.export.as_pdf import MISSING, write
from pipeline.export.printed import NOTHING_SAID
from pipeline.highlights import Highlight
from tests import office
from tests.test_export_docx import hour, noted
from tests.values import document, rich_document, turn

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.export.document import Document

HOSTILE = (
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.0": *',
    '#{ panic("run") }',
    '#include "page.typ"',
    "$ x^2 $ `raw` *strong* _emph_ = heading",
    "<label> @reference // comment /* and */",
    '"}], {"title": "x"} \\u{1F600} \\" #sys.inputs',
    "#set page(width: 1cm)",
    "- list + enum / term: 1. one ~ -- --- ...",
)


def read(made: Document) -> PdfReader:
    return PdfReader(io.BytesIO(write(made)))


def flat(text: str) -> str:
    """Return text without white space, and with letters that were set as one apart."""
    return re.sub("[\\s\N{ZERO WIDTH SPACE}]", "", normalize("NFKC", text))


def text_of(pages: PdfReader) -> str:
    """Return the text of all pages, without what stands above and below."""
    whole = (page.extract_text() for page in pages.pages)
    return "\n".join(re.sub(r"Page \d+ of \d+", "", text) for text in whole)


def outline(pages: PdfReader) -> list[tuple[str, int]]:
    """Return the titles of the outline, each with the page that it leads to."""
    found: list[tuple[str, int]] = []

    def walk(entries: list[object]) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(entry)
            elif isinstance(entry, Destination):
                number = pages.get_destination_page_number(entry)
                found.append((str(entry.title), -1 if number is None else number))

    walk(list(pages.outline))
    return found


@pytest.fixture(scope="module")
def long() -> PdfReader:
    """Return the pages of an hour's call."""
    return read(hour())


def test_a_document_reads_from_its_title_to_its_keyphrases() -> None:
    lines = [line for line in text_of(read(rich_document())).splitlines() if line.strip()]
    assert flat("".join(lines)) == flat(
        "First call Date1 September 2026 Duration1:02:03 Projectacme ParticipantsAnn Lee, Bob"
        "Tagspricing, churn Filecall.m4a Transcript"
        "00:00 Anna: How is it going? 00:02 Ben & Co: At Acme? Too expensive. 01:02 Acme, then."
        "First call Appendix Entities Companies and groups Acme 00:02, 01:02"
        "Keyphrases acme 00:02 price"
    )


def test_an_hour_is_there_in_order_and_in_time() -> None:
    made = hour()
    start = time.process_time()
    pages = PdfReader(io.BytesIO(write(made)))
    assert time.process_time() - start < 3.0
    begun = [int(each) for each in re.findall(r"Turn (\d+) begins", text_of(pages))]
    assert begun[:300] == list(range(300))
    assert 12 <= len(pages.pages) <= 30


def test_each_page_is_printed_within_its_margins(tmp_path: Path) -> None:
    wide = turn("So " + "x" * 300, "Ben & Co")
    for made in (hour(), noted(), document(), document(wide)):
        (tmp_path / "made.pdf").write_bytes(write(made))
        for page in office.pictures(tmp_path / "made.pdf"):
            office.assert_well_set(page)


def test_pages_are_numbered_and_all_but_the_first_tell_the_title(long: PdfReader) -> None:
    for number, page in enumerate(long.pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(long.pages)}" in text
        assert text.startswith("First call")


def test_the_outline_leads_to_each_section(long: PdfReader) -> None:
    entries = dict(outline(long))
    assert list(entries) == [
        *("Transcript", "Appendix", "Highlights", "Questions", "Entities", "People", "Keyphrases"),
    ]
    assert entries["Transcript"] == 0
    for title, page in entries.items():
        assert title in long.pages[page].extract_text()


def test_each_link_leads_to_the_page_of_its_turn(long: PdfReader) -> None:
    starts = {
        int(number): place
        for place, page in reversed(list(enumerate(long.pages)))
        for number in re.findall(r"Turn (\d+) begins", page.extract_text())
    }
    links = [link.get_object() for page in long.pages for link in page.get("/Annots", [])]
    led = {pages_by_object(long)[link["/Dest"].get_object()[0].idnum] for link in links}
    assert len(links) == 150
    assert led == {starts[number] for number in range(0, 300, 10)}


def pages_by_object(pages: PdfReader) -> dict[int, int]:
    """Return the number of each page, from 0, by that of the object that it is."""
    references = ((page.indirect_reference, place) for place, page in enumerate(pages.pages))
    return {reference.idnum: place for reference, place in references if reference}


def test_it_says_its_title_its_language_and_how_it_is_read() -> None:
    made = rich_document()
    made = replace(made, transcript=replace(made.transcript, language="de"))
    pages = read(made)
    root: Any = pages.trailer["/Root"]
    assert pages.metadata is not None
    assert pages.metadata.title == "First call"
    assert pages.metadata.get("/Keywords") == "pricing, churn"
    assert (pages.metadata.author, pages.metadata.creation_date) == (None, None)
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


@pytest.mark.parametrize("language", ["en", "EN-us", "yue", None, "", "x", "#read", "../.."])
def test_any_language_is_taken(language: str | None) -> None:
    made = document(turn("So."))
    made = replace(made, transcript=replace(made.transcript, language=language))
    assert "So." in text_of(read(made))


@pytest.mark.parametrize("said", HOSTILE)
def test_nothing_that_is_said_is_run(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.typ").write_text("LEAKED", encoding="utf-8")
    mark = Highlight(0.0, 0.1, 1, said, (said,), said)
    made = replace(
        document(turn("So", said), turn(said, "Anna", 2.0), title=said),
        tags=(said,),
        highlights=(mark,),
    )
    text = flat(text_of(read(made)))
    assert text.count(flat(said)) >= 5
    assert not re.search("root:|LEAKED|panicked", text)


def drawn(pages: PdfReader) -> bytes:
    """Return what a reader is told to draw on the first page."""
    contents = pages.pages[0].get_contents()
    return b"" if contents is None else contents.get_data()


def test_highlights_are_marked_and_listed() -> None:
    plain, marked = read(replace(noted(), highlights=())), read(noted())
    assert "Highlights" in dict(outline(marked))
    assert "Tags: price, churn" in text_of(marked)
    yellow = b"1 0.9137"  # red, then green of the marker
    assert yellow in drawn(marked)
    assert yellow not in drawn(plain)


def test_the_same_content_is_the_same_bytes() -> None:
    assert write(noted()) == write(noted())


def test_a_recording_in_which_nobody_speaks_says_so() -> None:
    assert NOTHING_SAID in text_of(read(document()))


def test_a_call_of_many_is_written() -> None:
    call = [turn("So.", f"Speaker {number}", number) for number in range(200)]
    text = text_of(read(document(*call)))
    assert [int(each) for each in re.findall(r"Speaker (\d+): So", text)] == list(range(200))


@pytest.mark.parametrize(
    "said",
    [
        "naïve Œuvre Łódź ﬁne “quoted” – €450 ½",
        "Γειά σου Κόσμε",
        "Привет, как дела? Ґанок",
    ],
)
def test_letters_of_europe_are_set_without_a_font_of_the_machine(said: str) -> None:
    text = text_of(read(document(turn(said))))
    assert flat(said) in flat(text)
    assert MISSING not in text


def test_text_that_is_read_from_the_right_is_set() -> None:
    text = text_of(read(document(turn("שלום לכם"), turn("Hello.", "Dana", 9.0))))
    assert "Hello." in text
    assert set("שלום") <= set(text)


def test_what_no_font_has_is_told_on_the_first_page() -> None:
    unassigned = "\U000e0fff\u0378"  # no font has letters that do not exist
    text = text_of(read(document(turn(f"So {unassigned} said"))))
    assert flat(MISSING) in flat(text)
    assert "said" in text


def test_what_cannot_be_written_breaks_nothing() -> None:
    bad = "a\x00b\ud800c\x1bd\ufffee"
    made = replace(document(turn("So", bad)), title=bad, file_name=bad, tags=(bad,))
    assert text_of(read(made)).count("a\ufffdb\ufffdc\ufffdd\ufffde") >= 4


LATIN = st.sampled_from(
    ["I", "we", "difficult", "office", "honestly,", "Really?", "No!", "#x", "*so*", "a&b", "x" * 95]
)


@settings(max_examples=15)
@given(st.lists(st.lists(LATIN, min_size=1, max_size=60).map(" ".join), min_size=1, max_size=5))
def test_no_word_is_lost(texts: list[str]) -> None:
    call = [turn(text, "Anna", place * 100.0) for place, text in enumerate(texts)]
    shown = flat(text_of(read(document(*call, title="T"))))
    assert shown.partition("Transcript")[2] == flat(
        "".join(
            f"{place * 100 // 60:02}:{place * 100 % 60:02}Anna:{text}"
            for place, text in enumerate(texts)
        )
    )
