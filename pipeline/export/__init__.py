"""Transcripts as files for people and other programs: one module per format, one registry."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.export import as_html, as_json, as_markdown, as_srt, as_text, as_vtt
from pipeline.export.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["FORMATS", "Document", "Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: the name it is asked for by, its suffix, and how it is written.

    `write` returns text, which is kept as UTF-8 with the same line ends on every system, or bytes.
    """

    name: str
    suffix: str
    description: str
    write: Callable[[Document], str | bytes]

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
            Format("md", ".md", "Markdown with entities and keyphrases", as_markdown.write),
            Format("json", ".json", "everything, for other programs", as_json.write),
            Format("srt", ".srt", "SubRip subtitles", as_srt.write),
            Format("vtt", ".vtt", "WebVTT subtitles with speakers", as_vtt.write),
            Format("html", ".html", "one page that plays by itself", as_html.write),
        )
    }
)
