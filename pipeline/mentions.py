"""Who brings something up, and whether the interviewer had said it before (pure)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.interviewed import Voice, is_interviewed, persons
from pipeline.speakers import Role
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.recording import Recording
    from pipeline.search.hits import Hit

SHOWN = 8  # characters of an id


class How(StrEnum):
    """What went before a mention.

    The interviewer had said it (`PROMPTED`); or had not, but it begins the answer to a question of
    theirs (`ANSWERING`); or neither (`UNPROMPTED`). Where nobody is known to be the interviewer,
    it is not known (`UNKNOWN`).
    """

    PROMPTED = "prompted"
    ANSWERING = "in answer to a question"
    UNPROMPTED = "unprompted"
    UNKNOWN = "not known whether prompted"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, by whom it is asked, that a turn of a call begins to answer."""

    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """The first mentions in some calls, and the questions that their turns begin to answer.

    By recording and speaker, and by recording and position of the turn.
    """

    first: Mapping[tuple[str, str | None], Hit]
    asked: Mapping[tuple[str, int], Asked]


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody in one call: under which name, in which role, and who it is confirmed to be."""

    recording: Recording
    speaker: str | None
    role: str | None = None
    guessed: bool = False
    person: str | None = None

    @property
    def name(self) -> str:
        """What the somebody is called."""
        return self.person or self.speaker or "somebody"

    @property
    def voice(self) -> Voice:
        """Who that is, as far as it tells people apart."""
        call = self.recording
        return Voice(call.id, self.speaker, self.role, call.project, self.person)


@dataclass(frozen=True, slots=True)
class Raised:
    """The first time at which somebody mentions something in a call; `number` is that of the hit.

    `place` is what other commands take for it too: ID@12:34. `question` is what it answers, where
    that is how it came up.
    """

    number: int
    name: str
    place: str
    hit: Hit
    how: How
    question: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was interviewed, once or in several calls of a project."""

    name: str
    recordings: tuple[Recording, ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who mentions something, by date, and who never does.

    `raised` has a line for each call in which somebody does; `people`, `mentioning` and
    `unprompted` count people: the latter, those who did so unprompted the first time of all.
    `unknown` are calls in which nobody is known to be the interviewer, so that all who speak are
    counted; `guessed` are those in which it is a guess.
    """

    phrase: str
    people: int
    mentioning: int
    unprompted: int
    raised: tuple[Raised, ...]
    never: tuple[Person, ...]
    unknown: tuple[Recording, ...] = ()
    guessed: tuple[Recording, ...] = ()


def mentions(phrase: str, parts: Sequence[Part], said: Said) -> Mentions:
    """Return who mentions something, of all who take part in some calls.

    parts : everybody in every call.
    """
    asking = interviewers(parts)
    people = by_person(each for each in parts if is_interviewed(each.role, each.speaker))
    raised = {
        key: [line for part in own if (line := raised_by(part, said, asking))]
        for key, own in people.items()
    }
    lines = sorted((each for found in raised.values() for each in found), key=_by_date)
    firsts = [min(found, key=_by_date) for found in raised.values() if found]
    calls = {each.recording.id: each.recording for each in parts}
    guessed = {each.recording.id for each in parts if each.role and each.guessed}
    return Mentions(
        phrase=phrase,
        people=len(people),
        mentioning=len(firsts),
        unprompted=sum(each.how is How.UNPROMPTED for each in firsts),
        raised=tuple(replace(each, number=number) for number, each in enumerate(lines, start=1)),
        never=tuple(_person(own) for key, own in people.items() if not raised[key]),
        unknown=tuple(call for identity, call in calls.items() if identity not in asking),
        guessed=tuple(call for identity, call in calls.items() if identity in guessed),
    )


def interviewers(parts: Iterable[Part]) -> dict[str, list[str | None]]:
    """Return the interviewers of each recording in which some are known."""
    known: dict[str, list[str | None]] = {}
    for each in parts:
        if each.role == Role.INTERVIEWER:
            known.setdefault(each.recording.id, []).append(each.speaker)
    return known


def raised_by(part: Part, said: Said, asking: Mapping[str, Sequence[str | None]]) -> Raised | None:
    """Return when somebody mentions it in a call; None where they do not."""
    identity = part.recording.id
    own = said.first.get((identity, part.speaker))
    if own is None:
        return None
    place = f"{identity[:SHOWN]}@{format_timestamp(own.start)}"
    question = said.asked.get((identity, own.position))
    how = how_raised(own, question, asking.get(identity), said)
    text = question.text if question and how is How.ANSWERING else ""
    return Raised(0, part.name, place, own, how, text)


def how_raised(
    own: Hit, question: Asked | None, asking: Sequence[str | None] | None, said: Said
) -> How:
    """Return what went before a mention, in a call with these interviewers."""
    if not asking:
        return How.UNKNOWN
    theirs = [said.first.get((own.recording.id, each)) for each in asking]
    if any(each is not None and each.start < own.start for each in theirs):
        return How.PROMPTED
    return How.ANSWERING if question and question.speaker in asking else How.UNPROMPTED


def by_person(parts: Iterable[Part]) -> dict[tuple[str, ...], list[Part]]:
    """Return who takes part in which calls, by who is one person."""
    parts = tuple(parts)
    who = persons(each.voice for each in parts)
    people: dict[tuple[str, ...], list[Part]] = {}
    for each in parts:
        people.setdefault(who[each.recording.id, each.speaker], []).append(each)
    return people


def _person(parts: Sequence[Part]) -> Person:
    return Person(parts[0].name, tuple(each.recording for each in parts))


def _by_date(raised: Raised) -> tuple[str, str, float]:
    recording = raised.hit.recording
    return recording.recorded_at, recording.id, raised.hit.start
