"""The styles of a Word file, most by names of our own, so that readers can change its looks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docx.document import Document as WordDocument
    from docx.styles.style import CharacterStyle, ParagraphStyle

TURN, FACT, LISTED = "Turn", "Fact", "Listed"
SPEAKER, TIME, TIME_LINK, ASIDE = "Speaker", "Time stamp", "Time link", "Aside"
FONT = "Arial"  # which Windows and macOS have, and LibreOffice has a twin of
GREY, BLUE, BLACK = "595959", "1F4E79", "000000"
# Dark enough to be read on white, and in print.
COLOURS = (
    *("1F4E79", "9C3D10", "2E6B34", "6A2C85"),
    *("8A1538", "4F5B00", "00636B", "5A4632"),
)
LONGEST_NAME = 60  # characters of a speaker's name in that of their style
HEADINGS = {"Title": 20.0, "Heading 1": 15.0, "Heading 2": 12.5, "Heading 3": 11.0}  # points
TIMES_COLUMN, FACTS_COLUMN, INDENT = 1.6, 2.8, 0.8  # centimetres
# Words for spelling and hyphenation want a country; where ours is not here, Word takes its own.
COUNTRIES = {
    "ar": "SA",
    "cs": "CZ",
    "da": "DK",
    "el": "GR",
    "en": "US",
    "he": "IL",
    "hi": "IN",
    "ja": "JP",
    "ko": "KR",
    "pt": "BR",
    "sv": "SE",
    "uk": "UA",
    "vi": "VN",
    "zh": "CN",
    **{same: same.upper() for same in ("bg", "de", "es", "fi", "fr", "hr", "hu", "it", "lt")},
    **{same: same.upper() for same in ("lv", "nl", "pl", "ro", "ru", "sk", "th", "tr")},
}
EAST_ASIAN, TO_THE_LEFT = {"ja", "ko", "zh"}, {"ar", "fa", "he", "ur"}
_SPECIAL = re.compile(r"[,;{}\\\s]+")  # a comma would make two names of one


def set_styles(word: WordDocument, language: str | None) -> None:
    """Make our styles, and have the others look alike."""
    from docx.shared import Pt

    normal = _paragraph_style(word, "Normal")
    _set_font(normal, 10.5, BLACK)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.15
    _set_language(word, language)
    for name, size in HEADINGS.items():
        _set_heading(_paragraph_style(word, name), size)
    for name in ("Header", "Footer"):
        _set_font(_paragraph_style(word, name), 8.5, GREY)
    _add_paragraph_style(word, TURN, TIMES_COLUMN, 6)
    _add_paragraph_style(word, FACT, FACTS_COLUMN, 1)
    _add_paragraph_style(word, LISTED, INDENT, 2)
    speaker = _add_character_style(word, SPEAKER).font
    speaker.bold = speaker.cs_bold = True
    for name, colour in ((TIME, GREY), (TIME_LINK, BLUE)):
        _add_character_style(word, name, colour).font.size = Pt(8.5)
    _add_character_style(word, ASIDE, GREY)


def add_speakers(word: WordDocument, names: Iterable[str]) -> dict[str, str]:
    """Return the id of a style for each speaker's name; all follow the one for any speaker's."""
    ids: dict[str, str] = {}
    taken: set[str] = {style.name.casefold() for style in word.styles if style.name}
    for number, name in enumerate(names):
        called = _free(f"{SPEAKER} {_SPECIAL.sub(' ', name)[:LONGEST_NAME].strip()}", taken)
        taken.add(called.casefold())
        style = _add_character_style(word, called, COLOURS[number % len(COLOURS)])
        style.base_style = word.styles[SPEAKER]
        ids[name] = style.style_id
    return ids


def style_ids(word: WordDocument) -> dict[str, str]:
    """Return the ids of styles by name: python-docx 1.2 goes through all to set one by its name."""
    return {style.name: style.style_id for style in word.styles if style.name}


def _free(name: str, taken: set[str]) -> str:
    """Return a name, with a number behind it where that of another style is the same."""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _paragraph_style(word: WordDocument, name: str) -> ParagraphStyle:
    return cast("ParagraphStyle", word.styles[name])


def _add_paragraph_style(word: WordDocument, name: str, column: float, after: float) -> None:
    """Add a style whose lines hang behind a column, which a tab ends."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt

    style = cast("ParagraphStyle", word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    style.base_style = _paragraph_style(word, "Normal")
    style.quick_style = True
    shape = style.paragraph_format
    shape.left_indent, shape.first_line_indent = Cm(column), Cm(-column)
    shape.tab_stops.add_tab_stop(Cm(column))
    shape.space_after = Pt(after)
    shape.widow_control = True


def _add_character_style(word: WordDocument, name: str, colour: str = "") -> CharacterStyle:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import RGBColor

    style = cast("CharacterStyle", word.styles.add_style(name, WD_STYLE_TYPE.CHARACTER))
    style.quick_style = True
    if colour:
        style.font.color.rgb = RGBColor.from_string(colour)
    return style


def _set_heading(style: ParagraphStyle, size: float) -> None:
    from docx.shared import Pt

    _set_font(style, size, BLACK)
    style.font.bold = True
    style.paragraph_format.space_before = Pt(size)
    style.paragraph_format.space_after = Pt(size / 2)
    style.paragraph_format.keep_with_next = True
    for border in style.element.xpath("./w:pPr/w:pBdr"):  # the line under the template's title
        border.getparent().remove(border)


def _set_font(style: ParagraphStyle, size: float, colour: str) -> None:
    """Have text in our font, in place of the one of the template's theme."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor.from_string(colour)
    style.font.name = FONT
    fonts = style.element.rPr.rFonts
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
        fonts.attrib.pop(qn(f"w:{script}Theme"), None)
    fonts.attrib.pop(qn("w:cstheme"), None)


def _set_language(word: WordDocument, code: str | None) -> None:
    """Say in what language all text is, for spelling and for voices that read it out."""
    from docx.oxml.ns import qn

    spoken = (code or "").replace("_", "-").lower()
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", spoken):
        return
    whole = f"{spoken}-{COUNTRIES[spoken]}" if spoken in COUNTRIES else spoken
    for default in word.styles.element.xpath("./w:docDefaults//w:lang"):
        default.set(qn("w:val"), whole)
        if spoken in EAST_ASIAN:
            default.set(qn("w:eastAsia"), whole)
        if spoken in TO_THE_LEFT:
            default.set(qn("w:bidi"), whole)
