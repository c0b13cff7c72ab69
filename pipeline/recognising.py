"""The same person over recordings: who is suggested, and what people decide of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.correcting import Scene, Wish, folded, keep, scene, tidy, with_wishes
from pipeline.correcting import without as without_edit
from pipeline.errors import NotFound, UsageError
from pipeline.library.stages import now
from pipeline.people import MIN_SECONDS, Recognised, suggestions
from pipeline.portraits import Parts, portraits
from pipeline.roles import guess_roles
from pipeline.speakers import EditKind, cast, edited, group, roles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.people import Suggestion
    from pipeline.portraits import Portrait
    from pipeline.recording import Recording
    from pipeline.speakers import SpeakerEdit

# What speakers are called before anybody names them; no person is.
NUMBERED = re.compile(r"speaker\s+[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Described:
    """A speaker of a recording, who it is confirmed to be, and who it may be by voice.

    `forgotten` tells that the voice is not kept, as it was forgotten, or one in its time was.
    """

    portrait: Portrait
    person: str | None
    suggestion: Suggestion | None
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A person: the recordings in which they were confirmed, and the seconds of their voice."""

    name: str
    recordings: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Open:
    """A suggestion with the recording and the name under which the speaker is shown there."""

    recording: Recording
    name: str
    suggestion: Suggestion


def described(recording: Recording, library: Library) -> tuple[Described, ...]:
    """Return all that is known of the speakers of a recording."""
    standing = scene(recording, library)
    turns = library.turns(recording.id)
    calls = library.calls_of_speakers(recording.project) if recording.project else {}
    parts = Parts(roles(standing.edits), guess_roles(turns, calls))
    spans = edited(standing.spans, standing.edits)
    decided = library.recognised()
    voices = library.voiceprints_for(recording.id)
    kept = {each.speaker for each in voices if each.recording == recording.id}
    silent = library.forgotten(recording.id) - kept
    likely = {
        each.speaker: each
        for each in suggestions(voices, decided)
        if each.recording == recording.id and _is_open(each, standing.edits, decided)
    }
    return tuple(
        Described(
            each,
            _person((recording.id, each.label), standing.edits, decided),
            likely.get(each.label),
            each.label in silent,
        )
        for each in portraits(standing.cast, turns, spans, parts)
    )


def _person(
    place: tuple[str, str], edits: Iterable[SpeakerEdit], decided: Iterable[Recognised]
) -> str | None:
    """Return who a speaker is confirmed to be, under any label merged with it; the last said."""
    own = _of_group(place, edits, decided)
    return next((each.person for each in reversed(own) if each.confirmed), None)


def _of_group(
    place: tuple[str, str], edits: Iterable[SpeakerEdit], decided: Iterable[Recognised]
) -> list[Recognised]:
    recording, labels = place[0], group(place[1], edits)
    return [each for each in decided if each.recording == recording and each.speaker in labels]


def _is_open(
    likely: Suggestion, edits: Iterable[SpeakerEdit], decided: Iterable[Recognised]
) -> bool:
    """Tell whether nothing that was decided of a speaker, by any label, settles a suggestion."""
    own = _of_group((likely.recording, likely.speaker), edits, decided)
    return not any(each.confirmed or each.person == likely.person for each in own)


def people(library: Library) -> tuple[Known, ...]:
    """Return the people who were confirmed somewhere, by name."""
    lengths = {(each.recording, each.speaker): each.seconds for each in library.voiceprints()}
    known: dict[str, list[Recognised]] = {name: [] for name in library.people()}
    for each in library.recognised():
        if each.confirmed:
            known[each.person].append(each)
    return tuple(
        Known(
            name,
            tuple(dict.fromkeys(each.recording for each in own)),
            sum(lengths.get((each.recording, each.speaker), 0.0) for each in own),
        )
        for name, own in known.items()
    )


def open_suggestions(library: Library) -> tuple[Open, ...]:
    """Return the suggestions about which nobody has decided, the likeliest first."""
    found, decided = [], library.recognised()
    for each in suggestions(library.voiceprints(), decided):
        recording, edits = library.get(each.recording), library.edits(each.recording)
        names = cast(library.spans(each.recording), edits)
        shown = each.speaker in names  # else merged into another
        if recording is not None and shown and _is_open(each, edits, decided):
            found.append(Open(recording, names[each.speaker], each))
    return tuple(found)


class Voice(StrEnum):
    """What of a voice there is to know somebody by."""

    KEPT = "kept"
    SHORT = "short"
    UNHEARD = "unheard"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Who a speaker is, and what of the voice there is to look for them by."""

    person: str
    voice: Voice


def confirm(
    recording: Recording, library: Library, engines: Engines, speaker: str, name: str | None
) -> Confirmed:
    """Decide that a speaker is a person, and name the speaker so.

    Without a name it is who is suggested, else the name that is shown.
    """
    standing = scene(recording, library)
    label = standing.label(speaker)
    person = called(tidy(name or _suggested(standing, library, label)), library)
    if NUMBERED.fullmatch(person):
        raise UsageError(
            f"{person!r} is what a speaker is called before anybody names them. "
            f"{_naming(recording, label)}"
        )
    if standing.cast[label] != person:
        wish = Wish(EditKind.NAME, label, person, apart=True)
        standing = with_wishes(standing, [wish], now())
    keep(standing, library, engines, Recognised(recording.id, label, person, confirmed=True))
    return Confirmed(person, _voice(standing, library, label))


def _suggested(standing: Scene, library: Library, label: str) -> str:
    recording = standing.recording
    for each in suggestions(library.voiceprints_for(recording.id), library.recognised()):
        if (each.recording, each.speaker) == (recording.id, label):
            return each.person
    if (shown := standing.cast[label]) != label:
        return shown
    raise UsageError(f"who is {label}? Nobody is suggested. {_naming(recording, label)}")


def _naming(recording: Recording, label: str) -> str:
    return f'Name the person: relisten voices confirm {recording.id[:8]} "{label}" "Ann Lee"'


def _voice(standing: Scene, library: Library, label: str) -> Voice:
    """Return what of a speaker's voice there is; of a recording without any, none was heard."""
    identity = standing.recording.id
    prints = [each for each in library.voiceprints_for(identity) if each.recording == identity]
    if any(each.usable for each in prints if each.speaker == label):
        return Voice.KEPT
    if label in library.forgotten(identity):
        return Voice.FORGOTTEN
    spans = edited(standing.spans, standing.edits)
    talk = sum(span.duration for span in spans if span.speaker == label)
    return Voice.SHORT if prints or talk < MIN_SECONDS else Voice.UNHEARD


def called(name: str, library: Library) -> str:
    """Return the name of a person as it is kept, or as it is typed, if that is nobody yet."""
    return next((each for each in library.people() if folded(each) == folded(name)), name)


def refuse(recording: Recording, library: Library, speaker: str, name: str) -> tuple[str, str]:
    """Decide that a speaker is not a person; return the names of both."""
    standing = scene(recording, library)
    label, person = standing.label(speaker), known_person(name, library)
    own = _of_group((recording.id, label), standing.edits, library.recognised())
    if any(each.confirmed and each.person == person for each in own):
        raise UsageError(
            f"{standing.cast[label]} is confirmed as {person}. Take that back first: "
            f'relisten voices undo {recording.id[:8]} "{standing.cast[label]}"'
        )
    library.refuse(Recognised(recording.id, label, person, confirmed=False))
    return standing.cast[label], person


def known_person(name: str, library: Library) -> str:
    """Return the name of a person who is known; raises NotFound for nobody."""
    person = called(name, library)
    if person not in library.people():
        listed = ", ".join(library.people()) or "nobody yet"
        raise NotFound(f"no person is called {name!r}. Known by voice: {listed}.")
    return person


def undo(recording: Recording, library: Library, engines: Engines, speaker: str) -> Recognised:
    """Take back what was decided last of a speaker, under any label, and the name with it."""
    standing = scene(recording, library)
    label = standing.label(speaker)
    decisions = _of_group((recording.id, label), standing.edits, library.recognised())
    if not decisions:
        raise UsageError(f"nothing was decided of {standing.cast[label]} in {recording.title}.")
    last = decisions[-1]
    number = library.name_given_with(last)
    if number is None:
        library.withdraw(last)
    else:  # the decision goes with the name
        keep(without_edit(standing, number), library, engines)
    return last


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A person who is forgotten, with how many voices; `likely` may be theirs too, and are kept."""

    person: str
    voices: int
    likely: tuple[Open, ...]


def forget(name: str, library: Library) -> Forgotten:
    """Forget a person and their voice in all recordings.

    That is the voice of each speaker who was confirmed, and of all who were merged with one.
    """
    person = known_person(name, library)
    likely = tuple(each for each in open_suggestions(library) if each.suggestion.person == person)
    speakers = {
        (each.recording, label)
        for each in library.recognised()
        if each.confirmed and each.person == person
        for label in group(each.speaker, library.edits(each.recording))
    }
    return Forgotten(person, library.forget(person, speakers), likely)
