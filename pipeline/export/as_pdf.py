"""PDF, set by Typst: pages with an outline, links and tags, for any reader.

What was said is handed over as data and is never markup, so nothing in it can run or break the
page. Latin, Greek, Cyrillic, Hebrew and Arabic are in the fonts that come with Typst; for what is
not, the machine's own are taken, and where these lack it too, the first page says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from pipeline.export.printed import NOTHING_SAID, printed
from pipeline.export.shown import runs_to_the_left, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typst import PDFStandard

    from pipeline.export.document import Document
    from pipeline.export.printed import Paragraph

TEMPLATE = Path(__file__).with_name("page.typ")
ACCESSIBLE: list[PDFStandard] = [
    "ua-1"
]  # PDF/UA-1, which among others wants each character to have a font
COLOURS = 8  # of speakers; then they begin again
NO_FONT = "could not be displayed"  # as Typst 0.15 says it
# Letters of Latin script in a row; others have breaks of their own.
LONG_WORD, BREAK = re.compile("[!-\u024f]{60}"), "\N{ZERO WIDTH SPACE}"
MISSING = (
    "Some characters are missing here, as no font of this computer has them. Install one that "
    "does, such as Noto, and export this recording again."
)


def write(document: Document) -> bytes:
    """Return a document as PDF: the same on all machines where Typst's own fonts suffice."""
    from typst import TypstError

    data, warning = _data(document), ""
    for system_fonts in (False, True):
        try:
            return _set(data, ACCESSIBLE, system_fonts=system_fonts)
        except TypstError as error:
            warning = MISSING if NO_FONT in str(error) else ""
    return _set({**data, "warning": warning}, [], system_fonts=True)


def _set(data: Mapping[str, Any], standards: list[PDFStandard], *, system_fonts: bool) -> bytes:
    """Return the pages of what is said; raises TypstError where a standard is not kept."""
    import typst

    given = {"document": json.dumps(data)}
    with TemporaryDirectory() as empty:  # all that the template could read
        setter = typst.Compiler(
            TEMPLATE.read_bytes(),
            root=empty,
            ignore_system_fonts=not system_fonts,
            sys_inputs=given,
        )
        return cast("bytes", setter.compile(format="pdf", pdf_standards=standards))


def _data(document: Document) -> dict[str, Any]:
    """Return what the template is given."""
    paper = printed(document)
    numbers = {name: n % COLOURS for n, name in enumerate(_names(paper.paragraphs))}
    return {
        "title": paper.title,
        "language": _language(document.transcript.language),
        "keywords": [shown(tag) for tag in document.tags],
        "facts": paper.facts,
        "turns": [_turn(each, numbers) for each in paper.paragraphs],
        "sections": [asdict(each) for each in paper.sections],
        "silence": NOTHING_SAID,
        "warning": "",
    }


def _names(paragraphs: tuple[Paragraph, ...]) -> dict[str, None]:
    """Return who speaks, in the order in which they begin."""
    return dict.fromkeys(each.speaker for each in paragraphs if each.speaker)


def _turn(paragraph: Paragraph, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "time": paragraph.time,
        "speaker": paragraph.speaker,
        "colour": numbers.get(paragraph.speaker, 0),
        "said": [[_breakable(each.text), bool(each.highlights)] for each in paragraph.said],
        "left": runs_to_the_left("".join(each.text for each in paragraph.said)),
    }


def _breakable(text: str) -> str:
    """Return text in which no word is wider than the page: where one was, it goes on below."""
    return LONG_WORD.sub(rf"\g<0>{BREAK}", text)


def _language(code: str | None) -> str:
    """Return a language by the two or three letters by which Typst knows it."""
    first = re.split(r"[-_]", code or "")[0].lower()
    return first if re.fullmatch(r"[a-z]{2,3}", first) else "en"
