"""A project of recordings as the XML of its project.qde; the files that it names are not here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.export.qda.cases import cases_of, facts, variables
from pipeline.export.qda.codes import Code, tree
from pipeline.export.qda.naming import SPACE, guid, level
from pipeline.export.qda.sources import EPOCH, Source, to_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.export.document import Document

NAME = "relisten"
USER = guid("user", NAME)


@dataclass(frozen=True, slots=True)
class Project:
    """Recordings that are coded together, and what that is called."""

    name: str
    sources: tuple[Source, ...]

    @classmethod
    def of(cls, documents: Iterable[Document], name: str | None = None) -> Project:
        """Put recordings together, under names of which no two are alike."""
        taken: set[str] = set()
        sources = tuple(Source.of(document, taken) for document in documents)
        alone = sources[0].document.title if len(sources) == 1 else "Interviews"
        return cls(name or alone, sources)

    def xml(self) -> bytes:
        """Return what stands in project.qde."""
        root = ET.Element("Project", {"xmlns": SPACE, "name": level(self.name)})
        made_at = max((source.made_at for source in self.sources), default=EPOCH)
        root.attrib |= {"origin": NAME, "creatingUserGUID": USER, "creationDateTime": made_at}
        ET.SubElement(ET.SubElement(root, "Users"), "User", {"guid": USER, "name": NAME})
        codes = tree(chain.from_iterable(map(_paths, self.sources)))
        if codes:  # where there is nothing, the schema wants no list of it
            book = ET.SubElement(ET.SubElement(root, "CodeBook"), "Codes")
            book.extend(map(_code, codes))
        ET.SubElement(root, "Variables").extend(variables())
        if cases := tuple(cases_of(self.sources)):
            ET.SubElement(root, "Cases").extend(case.to_xml() for case in cases)
        if self.sources:
            ET.SubElement(root, "Sources").extend(map(_source, self.sources))
        written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return written


def _paths(source: Source) -> Iterator[tuple[str, ...]]:
    for passage in source.passages:
        yield from passage.codes
    for stretch in source.silent:
        yield from stretch.codes


def _code(code: Code) -> ET.Element:
    codable = "false" if code.under else "true"
    made = ET.Element("Code", {"guid": code.guid, "name": code.name, "isCodable": codable})
    made.set("color", code.colour)
    made.extend(map(_code, code.under.values()))
    return made


def _source(source: Source) -> ET.Element:
    made = to_xml(source, USER)
    made.extend(facts(source))
    return made
