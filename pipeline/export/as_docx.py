"""Word: a paragraph per turn, with bookmarks, comments and an appendix, to be edited and sent.

What is edited can be brought back: hidden bookmarks tell which turn each paragraph is.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pipeline.export.packing import repacked
from pipeline.export.printed import NOTHING_SAID, printed
from pipeline.export.shown import shown

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

    from pipeline.export.document import Document
    from pipeline.export.printed import Printed
    from pipeline.export.word.writing import Writing

LONGEST_PROPERTY = 255  # characters, as Word has it
A4 = 21.0, 29.7  # centimetres
MARGINS = 2.3, 2.4  # centimetres beside the text, and above and under it
# What the template says of itself: a picture of its first page, and which program counted it.
OF_TEMPLATE = ("thumbnail", "extended-properties")


def write(document: Document) -> bytes:
    """Return a document as a Word file: the same bytes for the same content."""
    import docx

    from pipeline.export.word.styles import add_speakers, set_styles, style_ids
    from pipeline.export.word.writing import Writing

    paper = printed(document)
    word = docx.Document()
    set_styles(word, document.transcript.language)
    _set_pages(word, paper.title)
    _set_properties(word, document)
    names = dict.fromkeys(each.speaker for each in paper.paragraphs if each.speaker)
    writing = Writing(word, style_ids(word), add_speakers(word, names))
    _write_all(writing, document, paper)
    saved = io.BytesIO()
    word.save(saved)
    return repacked(saved.getvalue())


def _write_all(writing: Writing, document: Document, paper: Printed) -> None:
    """Write the title and the facts, the turns, then the appendix."""
    from pipeline.export.word.marks import recording_mark
    from pipeline.export.word.styles import FACT

    word = writing.word
    title = word.add_paragraph(style="Title").add_run(paper.title)
    writing.bookmark(recording_mark(document.id), title, title)
    for name, value in paper.facts:
        _add_fact(word.add_paragraph(style=FACT), name, value)
    word.add_heading("Transcript", 1)
    if not paper.paragraphs:
        word.add_paragraph(NOTHING_SAID)
    for turn, shown_turn in zip(document.transcript.turns, paper.paragraphs, strict=True):
        writing.add_turn(turn, shown_turn)
    for each in document.highlighted:
        writing.comment(each.highlight)
    if paper.sections:
        word.add_heading("Appendix", 1).paragraph_format.page_break_before = True
        writing.add_sections(paper.sections)


def _add_fact(paragraph: WordParagraph, name: str, value: str) -> None:
    from pipeline.export.word.styles import ASIDE

    paragraph.add_run(name, ASIDE)
    paragraph.add_run(f"\t{value}")


def _set_pages(word: WordDocument, title: str) -> None:
    """Set the paper, the title above each page but the first, and the numbers below."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    section = word.sections[0]
    section.page_width, section.page_height = map(Cm, A4)
    section.left_margin = section.right_margin = Cm(MARGINS[0])
    section.top_margin = section.bottom_margin = Cm(MARGINS[1])
    section.different_first_page_header_footer = True
    above = section.header.paragraphs[0]
    above.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    above.add_run(title)
    for footer in (section.footer, section.first_page_footer):
        footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        _number_pages(footer.paragraphs[0])


def _number_pages(paragraph: WordParagraph) -> None:
    from pipeline.export.word.writing import add_field

    paragraph.add_run("Page ")
    add_field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    add_field(paragraph, "NUMPAGES")


def _set_properties(word: WordDocument, document: Document) -> None:
    """Say what the file is, and nothing of whose computer wrote it, or when."""
    properties = word.core_properties
    properties.title = _property(document.title)
    properties.subject = _property(document.project or "")
    properties.keywords = _property(", ".join(document.tags))
    properties.language = _property(document.transcript.language or "")
    properties.identifier = _property(document.id)
    properties.category = "Transcript"
    properties.author = properties.comments = ""
    for time in properties._element.xpath("./dcterms:created | ./dcterms:modified"):
        time.getparent().remove(time)
    if package := word.part.package:
        for name in [
            key for key, each in package.rels.items() if each.reltype.endswith(OF_TEMPLATE)
        ]:
            del package.rels[name]
    _set_view(word)


def _set_view(word: WordDocument) -> None:
    """Have Word open the file at full size, and not as one of a program of 2010."""
    from docx.oxml.ns import qn

    settings = word.settings.element
    for zoom in settings.xpath("./w:zoom"):
        zoom.attrib.clear()
        zoom.set(qn("w:percent"), "100")
    for mode in settings.xpath("./w:compat/w:compatSetting[@w:name='compatibilityMode']"):
        mode.set(qn("w:val"), "15")


def _property(text: str) -> str:
    return shown(text)[:LONGEST_PROPERTY]
