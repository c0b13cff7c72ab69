"""The paragraphs of a Word file: each turn with its marks, and the appendix that leads to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.export.printed import remarks
from pipeline.export.shown import runs_to_the_left
from pipeline.export.word.marks import highlight_mark, time_mark, turn_mark
from pipeline.export.word.styles import ASIDE, LISTED, TIME, TIME_LINK, TURN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph as WordParagraph
    from docx.text.run import Run

    from pipeline.export.printed import Item, Paragraph, Piece, Section
    from pipeline.highlights import Highlight
    from pipeline.transcript import Turn

AUTHOR, INITIALS = "relisten", "r"  # of comments: so those of people are told from ours
COLUMNS = "2"  # of what is a few words an item


@dataclass(slots=True)
class Writing:
    """A Word file that is being written: its bookmarks, and what they and comments are put around.

    `styles` are ids by name, `speakers` those of their names. `times` are the bookmarks of the
    turns, in order; `marked` the runs of each highlight.
    """

    word: WordDocument
    styles: Mapping[str, str]
    speakers: Mapping[str, str]
    names: Counter[str] = field(default_factory=Counter)
    times: list[str] = field(default_factory=list)
    marked: dict[int, list[Run]] = field(default_factory=dict)

    def add_turn(self, turn: Turn, shown: Paragraph) -> None:
        """Write a turn: its time, its speaker's name, and what is said."""
        paragraph = self._paragraph(TURN)
        time = _add_run(paragraph, shown.time, self.styles[TIME])
        position = len(self.times)
        self.times.append(self.bookmark(time_mark(turn.start), time, time))
        paragraph.add_run("\t")
        if shown.speaker:
            _add_run(paragraph, shown.speaker, self.speakers[shown.speaker])
            paragraph.add_run(": ")
        said = [paragraph.add_run(each.text) for each in shown.said]
        self.bookmark(turn_mark(position, turn).name, said[0], said[-1])
        self._mark(shown, said)
        if runs_to_the_left("".join(each.text for each in shown.said)):
            _turn_around(paragraph)

    def _mark(self, shown: Paragraph, said: list[Run]) -> None:
        """Have what is highlighted in a turn look so, with a bookmark around each highlight."""
        from docx.enum.text import WD_COLOR_INDEX

        own: dict[int, list[Run]] = {}
        for stretch, run in zip(shown.said, said, strict=True):
            if stretch.highlights:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            for number in stretch.highlights:
                own.setdefault(number, []).append(run)
        for number, runs in own.items():
            self.bookmark(highlight_mark(number), runs[0], runs[-1])
            self.marked.setdefault(number, []).extend(runs)

    def bookmark(self, name: str, first: Run, last: Run) -> str:
        """Put a bookmark around runs of a paragraph; return its name, with a number if taken."""
        self.names[name] += 1
        free = name if self.names[name] == 1 else f"{name}_{self.names[name]}"
        number = str(self.names.total())
        first.element.addprevious(_element("w:bookmarkStart", id=number, name=free))
        last.element.addnext(_element("w:bookmarkEnd", id=number))
        return free

    def comment(self, highlight: Highlight) -> None:
        """Add what a person noted of a highlight as a comment on it, at the time it was made."""
        from docx.oxml.ns import qn

        text, runs = "\n".join(remarks(highlight)), self.marked.get(highlight.number)
        if not (text and runs):
            return
        made = self.word.add_comment(runs, text, AUTHOR, INITIALS)._comment_elm
        made.attrib.pop(qn("w:date"), None)
        if highlight.made_at:
            made.set(qn("w:date"), f"{highlight.made_at[:19]}Z")

    def add_sections(self, sections: Iterable[Section]) -> None:
        """Write the appendix: on a page of its own, what is narrow in columns at its end."""
        narrow = False
        for section in sections:
            if section.narrow and not narrow:
                narrow = True
                _begin_columns(self.word)
            self.word.add_heading(section.name, 2)
            for group in section.groups:
                if group.name:
                    self.word.add_heading(group.name, 3)
                for item in group.items:
                    self._add_item(item)

    def _add_item(self, item: Item) -> None:
        paragraph = self._paragraph(LISTED)
        for piece in item:
            self._add_piece(paragraph, piece)

    def _add_piece(self, paragraph: WordParagraph, piece: Piece) -> None:
        """Write a piece of an item; one that leads to a turn as a link to its bookmark."""
        if piece.turn is None:
            _add_run(paragraph, piece.text, self.styles[ASIDE] if piece.aside else None)
            return
        run = _add_run(paragraph, piece.text, self.styles[TIME_LINK])
        link = _element("w:hyperlink", anchor=self.times[piece.turn], history="1")
        run.element.addprevious(link)
        link.append(run.element)

    def _paragraph(self, style: str) -> WordParagraph:
        paragraph = self.word.add_paragraph()
        paragraph._p.style = self.styles[style]
        return paragraph


def _add_run(paragraph: WordParagraph, text: str, style: str | None) -> Run:
    """Add text in the style of an id."""
    run = paragraph.add_run(text)
    run._r.style = style
    return run


def add_field(paragraph: WordParagraph, code: str) -> None:
    """Add what Word counts out when it shows the page: PAGE, NUMPAGES."""
    run = paragraph.add_run("1")
    counted = _element("w:fldSimple", instr=f" {code} ")
    run.element.addprevious(counted)
    counted.append(run.element)


def _begin_columns(word: WordDocument) -> None:
    from docx.enum.section import WD_SECTION
    from docx.oxml.ns import qn

    section = word.add_section(WD_SECTION.CONTINUOUS)
    section.different_first_page_header_footer = False
    for columns in section._sectPr.xpath("./w:cols"):
        columns.set(qn("w:num"), COLUMNS)


def _turn_around(paragraph: WordParagraph) -> None:
    """Have a turn read from the right, but for its time, which stands before a tab."""
    paragraph.paragraph_format.element.get_or_add_pPr().append(_element("w:bidi"))
    for run in paragraph.runs[2:]:
        run.font.rtl = True


def _element(kind: str, **attributes: str) -> BaseOxmlElement:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    return OxmlElement(kind, attrs={qn(f"w:{name}"): value for name, value in attributes.items()})
