"""REFI-QDA 1.5 projects (.qdpx): sound, transcript and what is coded in it, for coding software."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, BinaryIO

from pipeline.export.qda.project import Project
from pipeline.progress import Report, silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pipeline.export.document import Document
    from pipeline.export.qda.sources import Source

PROJECT, SOURCES = "project.qde", "Sources"
ONCE = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say: the same content, the same bytes

UNIX, READABLE = 3, 0o644 << 16  # else files that are unpacked there may be read by nobody


def write(document: Document) -> bytes:
    """Return one recording as a project."""
    return write_project([document])


def write_project(documents: Iterable[Document], name: str | None = None) -> bytes:
    """Return recordings as one project, called by a name."""
    made = io.BytesIO()
    _write(made, Project.of(documents, name))
    return made.getvalue()


def save_project(
    documents: Iterable[Document], path: Path, name: str | None = None, report: Report = silent
) -> None:
    """Write recordings to a file as one project; no more than one's sound is in memory at once."""
    with path.open("wb") as file:
        _write(file, Project.of(documents, name), report)


def _write(file: BinaryIO, project: Project, report: Report = silent) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_member(PROJECT), project.xml(), zipfile.ZIP_DEFLATED)
        for source in project.sources:
            for name, content, packed in _files(source, report):
                archive.writestr(_member(f"{SOURCES}/{name}"), content, packed)


def _files(source: Source, report: Report) -> Iterator[tuple[str, bytes, int]]:
    """Yield the files of a recording, each with how it is packed: MP3 gets no smaller."""
    yield source.text_file, source.plain.text.encode(), zipfile.ZIP_DEFLATED
    if source.document.copy is not None:
        from pipeline.export.qda.sound import as_mp3

        yield source.sound_file, as_mp3(source.document.copy, report), zipfile.ZIP_STORED


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, ONCE)
    member.create_system, member.external_attr = UNIX, READABLE
    return member
