"""ELAN's EAF 3.0: a tier of turns and one of words within them for each speaker, then what was
found. Times are milliseconds. Nothing in it is of the machine or the hour that it is written on.
"""

from __future__ import annotations

import re
from datetime import datetime
from itertools import count, islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import tostring
from xml.sax.saxutils import escape, quoteattr

from pipeline.export.tiers import Kind, on_one_line, tiers_of
from pipeline.timestamps import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from pipeline.export.document import Document
    from pipeline.export.tiers import Label, Tier

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_UNKNOWN_DATE = "1970-01-01T00:00:00"  # the schema wants a date
# What ELAN calls media, by suffix; the rest is sound of any kind.
_MEDIA_TYPES = {
    ".wav": "audio/x-wav",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mpg": "video/mpeg",
    ".mpeg": "video/mpeg",
    **dict.fromkeys((".avi", ".mkv", ".mts", ".webm", ".wmv"), "video/*"),
}
_ANY_SOUND = "audio/*"
_ONE_EACH = "Symbolic_Association"
# The type of each tier, and how one lies in that which it belongs to. Words leave gaps in a turn.
_TYPES = {
    Kind.TURNS: ("turns", None),
    Kind.WORDS: ("words", "Included_In"),
    Kind.FOUND: ("found", None),
    Kind.TOLD: ("told", _ONE_EACH),
}
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_LANGUAGE = re.compile("[A-Za-z][A-Za-z0-9-]*")


def write(document: Document) -> str:
    """Return a document as ELAN opens it."""
    return "".join(f"{line}\n" for line in _lines(document))


def _lines(document: Document) -> Iterator[str]:
    """Yield the lines of a file: those of annotations written here, the others by pympi.

    pympi 1.71 numbers time slots as annotations come, where ELAN has them in the order of time,
    looks through a whole tier for what a reference means, and takes 0.2 s to write an hour.
    """
    from pympi.Elan import to_adocument

    tiers = tiers_of(document, _to_milliseconds)
    times, annotations = _placed(tiers)
    written = sum(map(len, annotations.values()))
    root = to_adocument(_frame(document, tiers, written), pretty=False)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield _opening(root)
    for part in root:
        if part.tag == "TIME_ORDER":
            yield "<TIME_ORDER>"
            yield from map(
                '<TIME_SLOT TIME_SLOT_ID="ts{}" TIME_VALUE="{}"/>'.format, count(1), times
            )
            yield "</TIME_ORDER>"
        elif part.tag == "TIER":
            yield from (_opening(part), *annotations[part.attrib["TIER_ID"]], "</TIER>")
        else:
            yield tostring(part, encoding="unicode")
    yield f"</{root.tag}>"


def _frame(document: Document, tiers: Sequence[Tier], annotations: int) -> Any:
    """Return what a document has beside its annotations, as pympi holds it."""
    from pympi import Eaf

    eaf = Eaf(author="")
    eaf.adocument |= _about(document)
    eaf.header = {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"}
    if not document.of_tracks:  # whose file is a folder
        place = f"./{_address(document.file_name)}"
        eaf.add_linked_file(place, relpath=place, mimetype=_media_type(document.file_name))
    urn = f"urn:nl-mpi-tools-elan-eaf:{uuid5(NAMESPACE_URL, f'relisten:{document.id}')}"
    eaf.properties = [("URN", urn), ("lastUsedAnnotationId", annotations)]
    eaf.tiers, eaf.linguistic_types = {}, {}
    for name, constraint in _TYPES.values():
        eaf.add_linguistic_type(name, constraint, timealignable=constraint != _ONE_EACH)
    language = _language(document)
    if language:
        eaf.add_language(language, lang_label=language)
    for tier in tiers:
        spoken = language if tier.kind in {Kind.TURNS, Kind.WORDS} else None
        eaf.add_tier(
            tier.name, _TYPES[tier.kind][0], tier.inside, part=tier.speaker, language=spoken
        )
    return eaf


def _about(document: Document) -> dict[str, str]:
    """Return the attributes of the whole file; it is dated as the recording is."""
    try:
        date = datetime.fromisoformat(document.recorded_at or "").isoformat(timespec="seconds")
    except ValueError:
        date = _UNKNOWN_DATE
    schema = {"xsi:noNamespaceSchemaLocation": _SCHEMA}
    return {"AUTHOR": "", "DATE": date, "VERSION": "3.0", "FORMAT": "3.0", **schema}


def _address(file_name: str) -> str:
    """Return a file's name as ELAN writes addresses: as it is, but for what none may hold."""
    return _STRAY_PERCENT.sub("%25", on_one_line(file_name))


def _media_type(file_name: str) -> str:
    return _MEDIA_TYPES.get(PurePath(file_name).suffix.lower(), _ANY_SOUND)


def _language(document: Document) -> str | None:
    """Return the language of most that is said, if its code may be an id in XML."""
    code = document.transcript.language or ""
    return code if _LANGUAGE.fullmatch(code) else None


def _to_milliseconds(seconds: float) -> float:
    return milliseconds(seconds) / 1000


def _opening(element: Element) -> str:
    """Return the tag that opens an element."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.items())
    return f"<{element.tag}{attributes}>"


def _slots(labels: Sequence[Label]) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the milliseconds of slots, in order, and in which two of them each label is.

    Each has two of its own, so that in ELAN none is moved along with another.
    """
    edges = sorted(
        (round(time * 1000), place)
        for number, label in enumerate(labels)
        for place, time in ((2 * number + 1, label.start), (2 * number, label.end))
    )
    found = [0] * len(edges)
    for slot, (_, place) in enumerate(edges, 1):
        found[place] = slot
    return [time for time, _ in edges], list(zip(found[1::2], found[::2], strict=True))


def _placed(tiers: Sequence[Tier]) -> tuple[list[int], dict[str, list[str]]]:
    """Return the milliseconds of slots, and the annotations of each tier as XML."""
    timed = [tier for tier in tiers if tier.kind is not Kind.TOLD]
    labels = [label for tier in timed for label in tier.labels]
    times, found = _slots(labels)
    numbered = enumerate(zip(found, labels, strict=True), 1)
    written: dict[str, list[str]] = {}
    numbers: dict[tuple[str, float], int] = {}
    for tier in timed:
        own = list(islice(numbered, len(tier.labels)))
        written[tier.name] = [_aligned(number, *slots, label) for number, (slots, label) in own]
        numbers |= {(tier.name, label.start): number for number, (_, label) in own}
    spare = count(len(labels) + 1)
    for tier in tiers:
        if tier.kind is Kind.TOLD:
            of = (numbers[tier.inside or "", label.start] for label in tier.labels)
            written[tier.name] = list(map(_referring, of, tier.labels, spare))
    return times, written


def _aligned(number: int, begin: int, end: int, label: Label) -> str:
    return _annotation(
        "ALIGNABLE_ANNOTATION",
        f'ANNOTATION_ID="a{number}" TIME_SLOT_REF1="ts{begin}" TIME_SLOT_REF2="ts{end}"',
        label.text,
    )


def _referring(to: int, label: Label, number: int) -> str:
    identity = f'ANNOTATION_ID="a{number}" ANNOTATION_REF="a{to}"'
    return _annotation("REF_ANNOTATION", identity, label.text)


def _annotation(kind: str, attributes: str, text: str) -> str:
    value = f"<ANNOTATION_VALUE>{escape(text)}</ANNOTATION_VALUE>"
    return f"<ANNOTATION><{kind} {attributes}>{value}</{kind}></ANNOTATION>"
