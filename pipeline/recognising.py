"""The same person over recordings: who is suggested, and what people decide of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.correcting import Scene, Wish, folded, keep, scene, tidy, with_wishes
from pipeline.correcting import without as without_edit
from pipeline.errors import NotFound, UsageError
from pipeline.library.stages import now
from pipeline.people import MIN_SECONDS, Recognised, suggestions
from pipeline.portraits import Parts, portraits
from pipeline.roles import guess_roles
from pipeline.speakers import EditKind, cast, edited, merges, roles

if TYPE_CHECKING:
    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.people import Suggestion
    from pipeline.portraits import Portrait
    from pipeline.recording import Recording


@dataclass(frozen=True, slots=True)
class Described:
    """A speaker of a recording, who it is confirmed to be, and who it may be by voice."""

    portrait: Portrait
    person: str | None
    suggestion: Suggestion | None


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
    confirmed = {
        each.speaker: each.person
        for each in decided
        if each.confirmed and each.recording == recording.id
    }
    likely = {
        each.speaker: each
        for each in suggestions(library.voiceprints(), decided)
        if each.recording == recording.id
    }
    return tuple(
        Described(each, confirmed.get(each.label), likely.get(each.label))
        for each in portraits(standing.cast, turns, spans, parts)
    )


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
    found = []
    for each in suggestions(library.voiceprints(), library.recognised()):
        recording = library.get(each.recording)
        names = cast(library.spans(each.recording), library.edits(each.recording))
        if recording is not None and each.speaker in names:  # else merged into another
            found.append(Open(recording, names[each.speaker], each))
    return tuple(found)


def confirm(
    recording: Recording, library: Library, engines: Engines, speaker: str, name: str | None
) -> tuple[str, float]:
    """Decide that a speaker is a person, and name the speaker so; return the name and seconds.

    Without a name it is who is suggested, else the name that is shown. The seconds are those of
    the voiceprint that the person is known by from now on.
    """
    standing = scene(recording, library)
    label = standing.label(speaker)
    person = called(tidy(name or _suggested(standing, library, label)), library)
    if standing.cast[label] != person:
        wish = Wish(EditKind.NAME, label, person)
        standing = with_wishes(standing, [wish], now())
    keep(standing, library, engines, Recognised(recording.id, label, person, confirmed=True))
    return person, _seconds(recording, library, label)


def _suggested(standing: Scene, library: Library, label: str) -> str:
    place = (standing.recording.id, label)
    for each in suggestions(library.voiceprints(), library.recognised()):
        if (each.recording, each.speaker) == place:
            return each.person
    if (shown := standing.cast[label]) != label:
        return shown
    raise UsageError(
        f"who is {label}? Nobody is suggested, so name the person: relisten voices confirm "
        f'{standing.recording.id[:8]} "{label}" "Ann Lee"'
    )


def _seconds(recording: Recording, library: Library, label: str) -> float:
    """Return the seconds of a usable voiceprint, 0.0 where there is none."""
    place = (recording.id, label)
    own = [each for each in library.voiceprints() if (each.recording, each.speaker) == place]
    return sum(each.seconds for each in own if each.seconds >= MIN_SECONDS)


def called(name: str, library: Library) -> str:
    """Return the name of a person as it is kept, or as it is typed, if that is nobody yet."""
    return next((each for each in library.people() if folded(each) == folded(name)), name)


def refuse(recording: Recording, library: Library, speaker: str, name: str) -> tuple[str, str]:
    """Decide that a speaker is not a person; return the names of both."""
    standing = scene(recording, library)
    label, person = standing.label(speaker), known_person(name, library)
    confirmed = [each for each in _decisions(recording, library, label) if each.confirmed]
    if any(each.person == person for each in confirmed):
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
    """Take back what was decided last of a speaker, with the name that came with it."""
    standing = scene(recording, library)
    label = standing.label(speaker)
    decisions = _decisions(recording, library, label)
    if not decisions:
        raise UsageError(f"nothing was decided of {standing.cast[label]} in {recording.title}.")
    last = decisions[-1]
    number = library.name_given_with(last)
    if number is None:
        library.withdraw(last)
    else:  # the decision goes with the name
        keep(without_edit(standing, number), library, engines)
    return last


def _decisions(recording: Recording, library: Library, label: str) -> list[Recognised]:
    place = (recording.id, label)
    return [each for each in library.recognised() if (each.recording, each.speaker) == place]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A person who is forgotten, with how many voices; `likely` may be theirs too, and are kept."""

    person: str
    voices: int
    likely: tuple[Open, ...]


def forget(name: str, library: Library) -> Forgotten:
    """Forget a person and their voice in all recordings.

    That is the voice of each speaker who was confirmed, and of those merged into one.
    """
    person = known_person(name, library)
    likely = tuple(each for each in open_suggestions(library) if each.suggestion.person == person)
    confirmed = {
        (each.recording, each.speaker)
        for each in library.recognised()
        if each.confirmed and each.person == person
    }
    parts = {
        (recording, label)
        for recording in {recording for recording, _ in confirmed}
        for label, into in merges(library.edits(recording)).items()
        if (recording, into) in confirmed
    }
    return Forgotten(person, library.forget(person, confirmed | parts), likely)
