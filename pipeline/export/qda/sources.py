"""One recording as a source of a project: its sound with a transcript, or its text alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.export.qda.coded import Passage, Stretch, coding_guid, found, marked, silent
from pipeline.export.qda.codes import code_guid
from pipeline.export.qda.naming import file_name, guid, level
from pipeline.export.qda.text import Plain
from pipeline.export.shown import writable
from pipeline.timestamps import format_timestamp, milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.export.document import Document

EPOCH = "2000-01-01T00:00:00"  # where nobody knows when; QualCoder reads no transcript without date
SHOWN = 60  # characters of a passage that it is called after
WITHIN = "internal://"  # a file in the project's folder Sources


@dataclass(frozen=True, slots=True)
class Source:
    """A recording, its text, what is coded in it, and the names that it has in the project."""

    document: Document
    plain: Plain
    passages: tuple[Passage, ...]
    silent: tuple[Stretch, ...]
    name: str
    text_name: str

    @classmethod
    def of(cls, document: Document, taken: set[str]) -> Source:
        """Work out what is coded; `taken` are the names that other sources have, lowered."""
        plain = Plain.of(document.transcript.turns)
        text_name = file_name(document.stem, ".txt", taken)
        name = file_name(document.stem, ".mp3", taken) if document.copy else text_name
        passages = (*found(document, plain), *marked(document, plain))
        return cls(document, plain, passages, silent(document), name, text_name)

    def guid(self, *parts: str) -> str:
        """Return the GUID of a part of it."""
        return guid(self.document.id, *parts)

    @property
    def sound_file(self) -> str:
        """The name of its sound in the project's folder: files are called by their parts' GUIDs."""
        return f"{self.guid('recording')}.mp3"

    @property
    def text_file(self) -> str:
        """The name of its text in the project's folder."""
        return f"{self.guid('transcript' if self.document.copy else 'recording')}.txt"

    @property
    def made_at(self) -> str:
        """When it was recorded, as XML has it."""
        return moment(self.document.recorded_at or "") or EPOCH


def moment(text: str) -> str:
    """Return a date and time as XML has it, to the second; empty for what is none."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if told.tzinfo is None:
        return told.isoformat(timespec="seconds")
    return told.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def to_xml(source: Source, user: str) -> ET.Element:
    """Return a recording as a source, made by a user.

    Its sound is an AudioSource with a transcript; without sound it is a text.
    """
    by = {"creatingUser": user, "creationDateTime": source.made_at}
    if source.document.copy is None:
        return _as_text(source, by)
    audio = ET.Element("AudioSource", {"guid": source.guid("recording"), "name": source.name})
    audio.attrib |= {"path": WITHIN + source.sound_file, **by}
    _describe(audio, about(source))
    audio.append(_transcript(source, by))
    for stretch in source.silent:
        heard = _selection("AudioSelection", stretch, by)
        heard.set("begin", str(milliseconds(stretch.time.start)))
        heard.set("end", str(milliseconds(stretch.time.end)))
        audio.append(heard)
    return audio


def _as_text(source: Source, by: Mapping[str, str]) -> ET.Element:
    text = ET.Element("TextSource", {"guid": source.guid("recording"), "name": source.text_name})
    text.attrib |= {"plainTextPath": WITHIN + source.text_file, **by}
    _describe(text, "\n".join((about(source), *map(_unsaid, source.silent))))
    for start, end, selection in _selections(source, "PlainTextSelection", by):
        selection.attrib |= {"startPosition": str(start), "endPosition": str(end)}
        text.append(selection)
    return text


def about(source: Source) -> str:
    """Return what is known of a recording, a fact a line."""
    facts = (f"{name}: {value}" for name, value in source.document.facts)
    return "\n".join((level(source.document.title), *facts))


def _unsaid(stretch: Stretch) -> str:
    """Return a highlight that has no words to stand at, as a line."""
    times = f"{format_timestamp(stretch.time.start)}-{format_timestamp(stretch.time.end)}"
    tags = ", ".join(path[-1] for path in stretch.codes)
    return f"{times}: {tags}" + (f": {level(stretch.note)}" if stretch.note else "")


def _transcript(source: Source, by: Mapping[str, str]) -> ET.Element:
    transcript = ET.Element("Transcript", {"guid": source.guid("transcript")})
    transcript.attrib |= {"name": source.text_name, "plainTextPath": WITHIN + source.text_file}
    transcript.attrib |= by
    made = tuple(_selections(source, "TranscriptSelection", by))
    for position, seconds in sorted(_sync(source).items()):
        at = {"position": str(position), "timeStamp": str(milliseconds(seconds))}
        ET.SubElement(transcript, "SyncPoint", {"guid": _sync_guid(source, position), **at})
    for start, end, selection in made:
        selection.set("fromSyncPoint", _sync_guid(source, start))
        selection.set("toSyncPoint", _sync_guid(source, end))
        transcript.append(selection)
    return transcript


def _sync_guid(source: Source, position: int) -> str:
    return source.guid("sync", str(position))


def _sync(source: Source) -> dict[int, float]:
    """Return the time at each character where a turn or a passage begins or ends.

    Where one ends as another begins, it is the beginning's. Where people talk at once, a turn ends
    here as the next begins, so that times go on with the text; passages in it keep their own.
    """
    plain, turns = source.plain, source.plain.turns
    until = (*(turn.start for turn in turns[1:]), math.inf)
    ends = {plain.paragraph(n)[1]: min(turn.end, until[n]) for n, turn in enumerate(turns)}
    ends |= {each.end: _end_at(plain, each) for each in source.passages}
    begins = {each.start: _start_at(plain, each) for each in source.passages}
    begins |= {plain.paragraph(number)[0]: turn.start for number, turn in enumerate(turns)}
    begins |= {begin: turn.start for begin, turn in zip(plain.begins, turns, strict=True)}
    return {0: 0.0, **ends, **begins}


def _start_at(plain: Plain, passage: Passage) -> float:
    touched = plain.words_in(passage.start, passage.end)
    return touched[0].start if touched else passage.time.start


def _end_at(plain: Plain, passage: Passage) -> float:
    touched = plain.words_in(passage.start, passage.end)
    return touched[-1].end if touched else passage.time.end


def _selections(
    source: Source, kind: str, by: Mapping[str, str]
) -> Iterator[tuple[int, int, ET.Element]]:
    """Yield what is selected in the text: each turn, for its speaker's case, and what is coded."""
    text = source.plain.text
    for number, turn in enumerate(source.plain.turns):
        start, end = source.plain.paragraph(number)
        name = {"name": f"{level(turn.speaker or '')} {format_timestamp(turn.start)}".strip()}
        said = ET.Element(kind, {"guid": turn_guid(source, number), **name, **by})
        yield start, end, said
    for passage in source.passages:
        coded = _selection(kind, passage, by)
        coded.set("name", text[passage.start : min(passage.end, passage.start + SHOWN)])
        yield passage.start, passage.end, coded


def turn_guid(source: Source, number: int) -> str:
    """Return the GUID of a turn as it is selected."""
    return source.guid("turn", str(number))


def _selection(kind: str, coded: Passage | Stretch, by: Mapping[str, str]) -> ET.Element:
    made_at = moment(coded.made_at) or by["creationDateTime"]
    made = {"creatingUser": by["creatingUser"], "creationDateTime": made_at}
    selection = ET.Element(kind, {"guid": coded.guid, **made})
    if changed_at := moment(coded.changed_at):
        selection.attrib |= {"modifyingUser": by["creatingUser"], "modifiedDateTime": changed_at}
    _describe(selection, coded.note)
    for code in dict.fromkeys(map(code_guid, coded.codes)):
        coding = ET.SubElement(selection, "Coding", {"guid": coding_guid(coded.guid, code), **made})
        ET.SubElement(coding, "CodeRef", {"targetGUID": code})
    return selection


def _describe(element: ET.Element, text: str) -> None:
    """Say in words what a part is; nothing where there is nothing to say."""
    if text:
        ET.SubElement(element, "Description").text = writable(text)
