"""Transcripts as files for people and other programs: one module per format, one registry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.export import (
    as_csv,
    as_ctm,
    as_docx,
    as_eaf,
    as_html,
    as_json,
    as_markdown,
    as_otr,
    as_pdf,
    as_qdpx,
    as_rttm,
    as_srt,
    as_stm,
    as_text,
    as_textgrid,
    as_vtt,
    as_xlsx,
)
from pipeline.export.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

__all__ = ["FORMATS", "Document", "Format"]
NAME, SUFFIX = re.compile(r"[a-z0-9]+"), re.compile(r"\.[A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: the name it is asked for by, its suffix, and how it is written.

    `write` returns text, which is kept as UTF-8 with the same line ends on every system, or bytes.
    `together` writes several recordings as one file, given what they have in common, as a
    project's name; None where each is a file of its own.
    """

    name: str
    suffix: str
    description: str
    write: Callable[[Document], str | bytes]
    together: Callable[[Sequence[Document], Path, str], None] | None = None

    def __post_init__(self) -> None:
        if not (NAME.fullmatch(self.name) and SUFFIX.fullmatch(self.suffix)):
            raise ValueError(f"not a format's name and suffix: {self.name!r}, {self.suffix!r}")

    def save(self, document: Document, path: Path) -> None:
        """Write a document to a file."""
        written = self.write(document)
        if isinstance(written, str):
            # A file name that is not UTF-8 reaches us with lone surrogates, which UTF-8 refuses.
            written = written.encode("utf-8", errors="backslashreplace")
        path.write_bytes(written)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        known.name: known
        for known in (
            Format("txt", ".txt", "plain text, a paragraph per turn", as_text.write),
            Format("md", ".md", "Markdown with highlights, entities, topics", as_markdown.write),
            Format("json", ".json", "everything, for other programs", as_json.write),
            Format("srt", ".srt", "SubRip subtitles", as_srt.write),
            Format("vtt", ".vtt", "WebVTT subtitles with speakers", as_vtt.write),
            Format("html", ".html", "one page that plays by itself", as_html.write),
            Format("docx", ".docx", "Word, with comments and an appendix", as_docx.write),
            Format("pdf", ".pdf", "PDF, made to be printed and sent", as_pdf.write),
            Format("csv", ".csv", "a table, a row per turn", as_csv.write),
            Format("xlsx", ".xlsx", "Excel, a row per turn, and what was found", as_xlsx.write),
            Format("rttm", ".rttm", "who speaks when, a line per turn", as_rttm.write),
            Format("ctm", ".ctm", "a line per word, with its time", as_ctm.write),
            Format("stm", ".stm", "a line per turn, with its words", as_stm.write),
            Format("textgrid", ".TextGrid", "tiers for Praat", as_textgrid.write),
            Format("eaf", ".eaf", "tiers for ELAN", as_eaf.write),
            Format("otr", ".otr", "for oTranscribe", as_otr.write),
            Format("qdpx", ".qdpx", "REFI-QDA", as_qdpx.write, as_qdpx.save_project),
        )
    }
)
