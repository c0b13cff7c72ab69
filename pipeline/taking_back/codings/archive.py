"""A .qdpx file, read with care: nothing is unpacked to disk, nothing outside it is opened.

Somebody else made it: what is too large, or tries anything, is refused in one sentence.
"""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.errors import UsageError
from pipeline.export.qda.naming import SPACE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST_PROJECT = 200_000_000  # bytes of XML: 700 one-hour interviews, coded to the last word
LONGEST_TEXT = 20_000_000  # bytes of one source's text: 300 hours of speech
PIECE = 1 << 20
INSIDE = "internal://"
FOLDERS = ("Sources/", "sources/", "")
FAMILY = SPACE.rpartition(":")[0]  # the standard's name without its version
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)


class _Plain(ET.TreeBuilder):
    """Builds elements by their names without the name space, of files without a DTD."""

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        return super().start(tag.rpartition("}")[2] if FAMILY in tag else tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        return super().end(tag.rpartition("}")[2] if FAMILY in tag else tag)

    def doctype(self, name: str, *_: str | None) -> None:
        """Refuse what could define entities, which may grow without end or name other files."""
        raise UsageError(f"it declares a document type ({name}), which no REFI-QDA project does")


class Archive:
    """The files within a project."""

    def __init__(self, path: Path, packed: zipfile.ZipFile) -> None:
        self._path = path
        self._packed = packed
        self._members = {member.filename: member for member in packed.infolist()}

    def project(self) -> ET.Element:
        """Return the root of the project's XML."""
        names = [name for name in self._members if name.endswith(".qde") and "/" not in name]
        if not names:
            raise UsageError("there is no project.qde in it")
        parser = ET.XMLParser(target=_Plain())  # noqa: S314  # it takes no entities
        parser.feed(self._read(self._members[names[0]], LONGEST_PROJECT))
        root: ET.Element = parser.close()
        if root.tag != "Project":
            raise UsageError(f"its XML is a {root.tag[:80]}, not a project")
        return root

    def text(self, path: str) -> str | None:
        """Return the text of a file that the project names; None where it is not within it."""
        name = path.removeprefix(INSIDE)
        found = (self._members.get(folder + name) for folder in FOLDERS)
        member = next((each for each in found if each), None)
        if not path.startswith(INSIDE) or member is None:
            return None
        return self._read(member, LONGEST_TEXT).decode("utf-8-sig", errors="replace")

    def _read(self, member: zipfile.ZipInfo, most: int) -> bytes:
        """Return what a member holds, read in pieces: what it says of its own size may be a lie."""
        content = bytearray()
        with self._packed.open(member) as file:
            while piece := file.read(PIECE):
                content += piece
                if len(content) > most:
                    raise UsageError(f"{member.filename[:80]} in it is larger than {most} bytes")
        return bytes(content)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a project; whatever is wrong with it is told as one sentence, by UsageError."""
    try:
        with zipfile.ZipFile(path) as packed:
            yield Archive(path, packed)
    except UsageError as error:
        raise UsageError(f"{path}: it is not read, as {error}. {_ADVICE}") from error
    except OSError as error:
        raise UsageError(f"{path}: it cannot be read ({error.strerror or error}).") from error
    except (*BROKEN, ET.ParseError) as error:
        reason = f"{path}: it is no REFI-QDA project, or damaged ({error})."
        raise UsageError(f"{reason} {_ADVICE}") from error


_ADVICE = "Export the project from your coding software once more, as REFI-QDA (.qdpx)."
