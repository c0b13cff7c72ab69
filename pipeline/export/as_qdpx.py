"""REFI-QDA 1.5 projects (.qdpx): sound, transcript and what is coded in it, for coding software."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, BinaryIO

from pipeline.export.packing import member
from pipeline.export.qda.project import Project
from pipeline.progress import Report, silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipeline.export.document import Document
    from pipeline.export.qda.sources import Source

PROJECT, SOURCES = "project.qde", "Sources"


def write(document: Document) -> bytes:
    """Return one recording as a project."""
    made = io.BytesIO()
    _write(made, Project.of([document]))
    return made.getvalue()


def save_project(
    documents: Iterable[Document], path: Path, name: str | None = None, report: Report = silent
) -> None:
    """Write recordings to a file as one project; no more than one's sound is in memory at once."""
    with path.open("wb") as file:
        _write(file, Project.of(documents, name), report)


def _write(file: BinaryIO, project: Project, report: Report = silent) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member(PROJECT), project.xml(), zipfile.ZIP_DEFLATED)
        for source in project.sources:
            for name, content, packed in _files(source, report):
                archive.writestr(member(f"{SOURCES}/{name}"), content, packed)


def _files(source: Source, report: Report) -> Iterator[tuple[str, bytes, int]]:
    """Yield the files of a recording, each with how it is packed: MP3 gets no smaller."""
    yield source.text_file, source.plain.text.encode(), zipfile.ZIP_DEFLATED
    if source.document.copy is not None:
        from pipeline.export.qda.sound import as_mp3

        yield source.sound_file, as_mp3(source.document.copy, report), zipfile.ZIP_STORED
