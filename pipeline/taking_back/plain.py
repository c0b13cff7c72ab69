"""Paragraphs read from our plain text and Markdown, as they were edited (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.taking_back.places import Paragraph
from pipeline.timestamps import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AFTER = "Highlights"  # the heading after the turns of plain text
_TIME = r"\[((?:[0-9]{1,5}:)?[0-9]{1,5}:[0-9]{2})\]"
_TEXT = re.compile(rf"{_TIME}\s*(?P<rest>.*)", re.DOTALL)
_MARKDOWN = re.compile(rf"(?:\*\*(?P<name>.+?)\*\*\s+)?{_TIME}\s*(?P<rest>.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>&~|#.)\-+=])")


def text_paragraphs(text: str, name: str) -> tuple[Paragraph, ...]:
    """Return the turns' paragraphs of plain text, up to the heading after them."""
    found: list[Paragraph] = []
    for block in _blocks(text):
        if block == AFTER:
            break
        if match := _TEXT.fullmatch(block):
            found.append(Paragraph(parse_timestamp(match[1]), match["rest"]))
        elif found:
            found[-1] = _joined(found[-1], block)
    return checked(found, name)


def markdown_paragraphs(text: str, name: str) -> tuple[Paragraph, ...]:
    """Return the turns' paragraphs of Markdown, up to the heading after them."""
    found: list[Paragraph] = []
    for block in _blocks(text):
        if block.startswith("## "):
            break
        match = _MARKDOWN.fullmatch(block)
        if match:
            speaker = _plain(match["name"]) if match["name"] else None
            time, rest = parse_timestamp(match[2]), _plain(match["rest"])
            found.append(Paragraph(time, rest, speaker, is_nameless=speaker is None))
        elif found:
            found[-1] = _joined(found[-1], _plain(block))
    return checked(found, name)


def checked(found: Iterable[Paragraph], name: str) -> tuple[Paragraph, ...]:
    """Return paragraphs; raises UsageError where there are none."""
    kept = tuple(found)
    if not kept:
        raise UsageError(
            f"{name}: no turn of a transcript is in it, as no paragraph begins with a time. "
            "Import the file that relisten exported, as you edited it."
        )
    return kept


def _blocks(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text, each on one line."""
    for block in re.split(r"\n[ \t]*\n", "\n".join(text.splitlines())):
        if line := " ".join(block.split()):
            yield line


def _joined(paragraph: Paragraph, more: str) -> Paragraph:
    """Return a paragraph that somebody split, as one."""
    return Paragraph(
        paragraph.second, f"{paragraph.text} {more}", paragraph.speaker, paragraph.is_nameless
    )


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
