"""Codings of coding software as highlights: which of a project are a recording's, and where.

What we found ourselves and wrote into the project is nobody's coding, and does not come back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePath
from textwrap import shorten
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.export.qda.naming import guid
from pipeline.export.qda.text import Plain
from pipeline.filing import folded, tidy
from pipeline.taking_back.codings.archive import opened
from pipeline.taking_back.codings.joining import Coded, Landed, joined
from pipeline.taking_back.codings.meaning import Meaning
from pipeline.taking_back.codings.placing import Aligned, alike
from pipeline.taking_back.codings.project import Reader, cases_in, codes_in
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pipeline.export.document import Document
    from pipeline.taking_back.codings.project import Body, Given, Sourced

__all__ = ["Coded", "Codings", "LeftOut", "codings_in"]

LIKE = 0.5  # of a text's words: it is this recording's
LIKE_IF_NAMED = 0.2  # so few are enough where it is called like it
TOLD = 60  # characters of what is told of a passage
NAMED = 5  # sources of others that are named
SUFFIXES = {".txt", ".docx", ".md", ".srt", ".vtt", ".transcribed", ".pdf", ".rtf", ".odt"}
NOWHERE = "what it is given to is not in the transcript"
NO_CODE = "the file does not say what its code is called"
NO_TIME = "it has no time in the recording"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What cannot be brought back: the code's name, what is coded, and why not."""

    code: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Codings:
    """What a project says of a recording.

    `found` is to be kept, `known` counts highlights of the library that it has, too, `others` are
    sources with codings that are no part of this recording.
    """

    found: tuple[Coded, ...]
    left: tuple[LeftOut, ...]
    known: int
    others: tuple[str, ...] = ()


def codings_in(path: Path, document: Document) -> Codings:
    """Return what a REFI-QDA project says of a recording.

    Raises UsageError for a file that cannot be read, and where nothing is of this recording.
    """
    with opened(path) as archive:
        root = archive.project()
        sources = tuple(Reader.of(archive, root).sources(root))
        codes, cases = codes_in(root), cases_in(root)
    ours = _Ours.of(document)
    own = [source for source in sources if ours.holds(source)]
    if not own:
        raise UsageError(_nothing(path, document, sources))
    others = tuple(_called(source) for source in sources if source.given and source not in own)
    meaning = Meaning.of(document, ours.plain, codes, cases)
    landings = chain.from_iterable(map(ours.landings, own))
    return replace(_sorted_out(document, ours.plain, meaning, landings), others=others)


def _sorted_out(
    document: Document, plain: Plain, meaning: Meaning, landings: Iterable[_Landing]
) -> Codings:
    """Return what a person coded, and what of it could not be placed."""
    landed: list[Landed] = []
    left: dict[LeftOut, None] = {}  # once, where a project has the same text twice
    for each in landings:
        given, span = each.given, each.span
        if meaning.is_ours(given, each.place):
            continue
        if span is None or not meaning.knows(given):
            why = (given.why or each.why) if span is None else NO_CODE
            left[LeftOut(meaning.name(given), shorten(given.shown, TOLD), why)] = None
            continue
        told = meaning.tags(given), given.note, meaning.is_star(given)
        landed.append(Landed(span.start, span.end, *told, each.place))
    together = joined(document, plain, landed)
    return Codings(together.found, tuple(left), together.known)


@dataclass(frozen=True, slots=True)
class _Landing:
    """Where a coding is: characters of our text, seconds; `why` tells why it has neither."""

    given: Given
    place: tuple[int, int] | None = None
    span: Span | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Ours:
    """A recording as the sources of a project are compared with it."""

    document: Document
    plain: Plain
    compared: dict[str, Aligned]  # each text once

    @classmethod
    def of(cls, document: Document) -> _Ours:
        return cls(document, Plain.of(document.transcript.turns), {})

    def holds(self, source: Sourced) -> bool:
        """Tell whether a source is this recording: by our GUID, by its text, by its name."""
        if source.guid == guid(self.document.id, "recording"):
            return True
        named = _bare(source.name) in self._names()
        if not source.bodies:
            return named
        needed = LIKE_IF_NAMED if named else LIKE
        return any(self._is_like(body.text, needed) for body in source.bodies)

    def _names(self) -> set[str]:
        document = self.document
        return {_bare(name) for name in (document.title, document.file_name, document.stem)} - {""}

    def _is_like(self, text: str, needed: float) -> bool:
        if text == self.plain.text:
            return True
        if alike(text, self.plain.text) < needed:
            return False
        return self._aligned(text).likeness >= needed

    def _aligned(self, text: str) -> Aligned:
        if text not in self.compared:
            self.compared[text] = Aligned.of(text, self.plain.text)
        return self.compared[text]

    def landings(self, source: Sourced) -> Iterator[_Landing]:
        """Yield where each coding of a source is."""
        for body in source.bodies:
            yield from (self._landing(body, given) for given in body.given)
        for given in source.others:
            yield self._timed(given)

    def _landing(self, body: Body, given: Given) -> _Landing:
        if given.place is None:
            return self._timed(given)
        place: tuple[int, int] | None = given.place
        if body.text != self.plain.text:
            place = self._aligned(body.text).place(*given.place)
        span = self.plain.span_of(*place) if place else None
        shown = replace(given, shown=body.text[slice(*given.place)] or given.shown)
        return _Landing(shown, place, span, NOWHERE)

    def _timed(self, given: Given) -> _Landing:
        time = given.time
        if time is None or time.start >= self.document.duration:
            return _Landing(given, why=NO_TIME)
        return _Landing(given, None, Span(time.start, min(time.end, self.document.duration)))


def _bare(name: str) -> str:
    """Return a name as it is compared: without the suffixes that exports and programs put there."""
    kept = PurePath(name)
    while kept.suffix.casefold() in SUFFIXES:
        kept = PurePath(kept.stem)
    return folded(kept.stem if kept.suffix else kept.name)


def _called(source: Sourced) -> str:
    return tidy(source.name) or source.guid


def _nothing(path: Path, document: Document, sources: Sequence[Sourced]) -> str:
    names = ", ".join(map(_called, sources[:NAMED])) + (", ..." if len(sources) > NAMED else "")
    what = f"nothing in it is of {document.title}, by name or by text"
    holds = f"It holds {names}" if sources else "It holds no sources"
    return f"{path}: {what}. {holds}. Import it for the recording that was coded."
