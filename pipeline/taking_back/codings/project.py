"""What stands in a project: its codes, and what is coded in each of its sources."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from xml.etree.ElementTree import Element

    from pipeline.taking_back.codings.archive import Archive

TEXT_SELECTIONS = {"PlainTextSelection", "TranscriptSelection"}
TIME_SELECTIONS = {"AudioSelection", "VideoSelection"}
ON_PAGES = {"PDFSelection", "PictureSelection"}
LATEST = 10_000_000_000  # milliseconds: four months, which no recording is long
WHOLE = "it is given to the whole recording, not to a passage"
PAGE = "it marks a place on a page or in a picture, not in a text"
NO_TEXT = "the text in which it is given is not in the file"

Path = tuple[str, ...]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Given:
    """A code that was given to a passage, or a note of one without code.

    `place` are characters of a text, `time` is what the file says; where it has neither, `why`
    tells the reason. GUIDs are lower-case. `shown` is what the file calls the passage.
    """

    selection: str
    guid: str
    code: str
    note: str
    shown: str = ""
    place: Place | None = None
    time: Span | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A text, and what is coded in it."""

    text: str
    given: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Sourced:
    """A source: its texts, and what else is coded: by time, or without a place."""

    guid: str
    name: str
    bodies: tuple[Body, ...]
    others: tuple[Given, ...]

    @property
    def given(self) -> tuple[Given, ...]:
        """All that is coded in it."""
        return (*(given for body in self.bodies for given in body.given), *self.others)


def guid_in(element: Element, name: str = "guid") -> str:
    """Return a GUID as it is compared: some write it in braces, or in capitals."""
    return element.get(name, "").strip().strip("{}").lower()


def codes_in(root: Element) -> dict[str, Path]:
    """Return the path of each code by its GUID."""
    found: dict[str, Path] = {}
    roots = root.findall("CodeBook/Codes/Code")
    waiting: list[tuple[Path, Element]] = [((), each) for each in roots]
    while waiting:  # not by recursion: how deep it goes is in somebody else's hand
        above, code = waiting.pop()
        path = (*above, " ".join(code.get("name", "").split()) or "Code")
        found[guid_in(code)] = path
        waiting.extend((path, each) for each in code.findall("Code"))
    return found


def cases_in(root: Element) -> frozenset[str]:
    """Return the GUIDs of cases; what NVivo codes with one tells who speaks there."""
    return frozenset(guid_in(case) for case in root.findall("Cases/Case"))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the sources of one project, made by `origin`, as it says itself."""

    archive: Archive
    origin: str
    notes: Mapping[str, str]

    @classmethod
    def of(cls, archive: Archive, root: Element) -> Reader:
        """Read the notes of a project first: what is coded refers to them."""
        notes = {guid_in(note): _written(archive, note) for note in root.findall("Notes/Note")}
        return cls(archive, root.get("origin", "").casefold(), notes)

    def sources(self, root: Element) -> Iterator[Sourced]:
        """Yield the sources in the order of the file."""
        yield from map(self._source, root.findall("Sources/*"))

    def _source(self, source: Element) -> Sourced:
        texts = [source] if source.tag == "TextSource" else []
        texts += [*source.findall("Representation"), *source.findall("Transcript")]
        bodies, others = [], list(self._given(source, why=WHOLE))
        for element in texts:
            text = _text(self.archive, element)
            if text is None:
                others += self._without_text(element)
            else:
                bodies.append(self._body(element, text))
        for part in source:
            if part.tag in TIME_SELECTIONS:
                others += self._given(part, time=_time(part.get("begin"), part.get("end")))
            elif part.tag in ON_PAGES:
                others += self._given(part, why=PAGE)
        return Sourced(guid_in(source), source.get("name", ""), tuple(bodies), tuple(others))

    def _body(self, element: Element, text: str) -> Body:
        if "atlas" in self.origin:  # it counts the two characters of a Windows line end as one
            text = text.replace("\r\n", "\n")
        at = _characters(text, self.origin)
        points = _points(element)
        found: list[Given] = []
        for part in element:
            if part.tag in TEXT_SELECTIONS:
                begin, end = _ends(part, points)
                if begin.position is None or end.position is None:
                    found += self._given(part, time=_between(begin, end))
                else:
                    found += self._given(part, place=(at(begin.position), at(end.position)))
        return Body(text, tuple(found))

    def _without_text(self, element: Element) -> Iterator[Given]:
        points = _points(element)
        for part in element:
            if part.tag in TEXT_SELECTIONS:
                yield from self._given(part, time=_between(*_ends(part, points)), why=NO_TEXT)

    def _given(
        self, part: Element, *, place: Place | None = None, time: Span | None = None, why: str = ""
    ) -> Iterator[Given]:
        """Yield the codings of a selection; its note alone where it has one and no code."""
        notes = () if why == WHOLE else tuple(self._notes(part))
        note = _as_one(notes)
        made = Given(guid_in(part), "", "", note, part.get("name", ""), place, time, why)
        codings = part.findall("Coding")
        for coding in codings:
            reference = coding.find("CodeRef")
            code = "" if reference is None else guid_in(reference, "targetGUID")
            own = _as_one((*notes, *self._notes(coding)))
            yield replace(made, guid=guid_in(coding), code=code, note=own)
        if note and not codings:
            yield made

    def _notes(self, part: Element) -> Iterator[str]:
        """Yield what a person wrote of something: its description, and the notes of it."""
        yield part.findtext("Description", "")
        for each in part.findall("NoteRef"):
            yield self.notes.get(guid_in(each, "targetGUID"), "")


def _as_one(notes: Iterable[str]) -> str:
    """Return notes as one text, each once."""
    return "\n".join(dict.fromkeys(note.strip() for note in notes if note.strip()))


def _written(archive: Archive, note: Element) -> str:
    return _text(archive, note) or note.findtext("Description") or ""


def _text(archive: Archive, element: Element) -> str | None:
    """Return the text that stands in an element or in the file that it names; None without."""
    content = element.findtext("PlainTextContent")
    return archive.text(element.get("plainTextPath", "")) if content is None else content


def _characters(text: str, origin: str) -> Callable[[int], int]:
    """Return how a program's count of characters is Python's.

    NVivo counts a character beyond the first 65,536, as an emoji, as two.
    """
    if "nvivo" not in origin or text.isascii():
        return int
    starts = tuple(accumulate((1 + (ord(character) > 0xFFFF) for character in text), initial=0))
    return lambda at: bisect_left(starts, at)


# Where a selection begins and ends


@dataclass(frozen=True, slots=True)
class Point:
    """An end of a selection: its character, its time in milliseconds; None where it has none."""

    position: int | None = None
    time: int | None = None


def _points(transcript: Element) -> dict[str, Point]:
    """Return the points of a transcript by GUID."""
    return {
        guid_in(point): Point(whole(point.get("position")), whole(point.get("timeStamp")))
        for point in transcript.findall("SyncPoint")
    }


def _ends(part: Element, points: Mapping[str, Point]) -> tuple[Point, Point]:
    if part.tag == "PlainTextSelection":
        named = part.get("startPosition"), part.get("endPosition")
        return Point(whole(named[0])), Point(whole(named[1]))
    begin, end = guid_in(part, "fromSyncPoint"), guid_in(part, "toSyncPoint")
    return points.get(begin, Point()), points.get(end, Point())


def _between(begin: Point, end: Point) -> Span | None:
    return _span(begin.time, end.time)


def _time(begin: str | None, end: str | None) -> Span | None:
    return _span(whole(begin), whole(end))


def _span(begin: int | None, end: int | None) -> Span | None:
    if begin is None or end is None or not 0 <= begin < end <= LATEST:
        return None
    return Span(begin / 1000, end / 1000)


def whole(text: str | None) -> int | None:
    """Return a whole number; None for what is none, or longer than any of a recording."""
    digits = (text or "").strip()
    return int(digits) if re.fullmatch(r"[0-9]{1,12}", digits) else None
