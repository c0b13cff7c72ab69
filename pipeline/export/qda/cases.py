"""Who speaks as cases, and what is known of them and of recordings as variables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pipeline.export.qda.naming import guid, level, unlike
from pipeline.export.qda.sources import turn_guid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.export.qda.sources import Source

ROLE, DATE = "Role", "Date"
# Names of variables, each with its type. Those but the role are of recordings.
VARIABLES = {ROLE: "Text", DATE: "Date", "Project": "Text", "Participants": "Text", "Tags": "Text"}


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody who speaks in one recording; their turns are selections of its text.

    Who is called alike in two recordings is two cases: a name alone does not make them one person,
    and software puts cases together more easily than apart.
    """

    guid: str
    name: str
    role: str
    source: str
    turns: tuple[str, ...]

    def to_xml(self) -> ET.Element:
        """Return it as an element."""
        case = ET.Element("Case", {"guid": self.guid, "name": self.name})
        if self.role:
            case.append(_value(ROLE, self.role))
        ET.SubElement(case, "SourceRef", {"targetGUID": self.source})
        for turn in self.turns:
            ET.SubElement(case, "SelectionRef", {"targetGUID": turn})
        return case


def cases_of(sources: Sequence[Source]) -> Iterator[Case]:
    """Yield the speakers of recordings; of those called alike, each with its recording's name."""
    alike = Counter(level(name).casefold() for source in sources for name in _speakers(source))
    taken: set[str] = set()
    for source in sources:
        for speaker in _speakers(source):
            name = level(speaker)
            if alike[name.casefold()] > 1:
                name = f"{name} ({level(source.document.title)})"
            yield _case(source, speaker, unlike(name, taken))


def _speakers(source: Source) -> tuple[str, ...]:
    return source.document.transcript.speakers


def _case(source: Source, speaker: str, name: str) -> Case:
    turns = enumerate(source.plain.turns)
    own = tuple(turn_guid(source, number) for number, turn in turns if turn.speaker == speaker)
    role = level(source.document.roles.get(speaker, ""))
    return Case(source.guid("speaker", speaker), name, role, source.guid("recording"), own)


def variables() -> Iterator[ET.Element]:
    """Yield the variables that there are."""
    for name, kind in VARIABLES.items():
        yield ET.Element(
            "Variable", {"guid": guid("variable", name), "name": name, "typeOfVariable": kind}
        )


def facts(source: Source) -> Iterator[ET.Element]:
    """Yield what is known of a recording, as values of variables."""
    document = source.document
    known = {
        DATE: _day(document.recorded_at or ""),
        "Project": document.project or "",
        "Participants": ", ".join(document.participants),
        "Tags": ", ".join(document.tags),
    }
    yield from (_value(name, level(value)) for name, value in known.items() if value)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return ""


def _value(variable: str, value: str) -> ET.Element:
    made = ET.Element("VariableValue")
    ET.SubElement(made, "VariableRef", {"targetGUID": guid("variable", variable)})
    ET.SubElement(made, f"{VARIABLES[variable]}Value").text = value
    return made
