"""What the terminal shows of who brings something up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lines.view import short_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.mentions import Mentions, Person, Raised
    from pipeline.recording import Recording

LISTED = 20  # people, or calls, that are named


def mention_lines(found: Mentions) -> Iterator[str]:
    """Yield how many people mention it, then when each does first in each call, then who never."""
    yield summary(found)
    for raised in found.raised:
        yield from raised_lines(raised)
    if found.never and found.raised:
        yield f"Never: {listed([person_line(each) for each in found.never])}"
    yield from role_lines(found)
    if found.raised:
        yield "Hear one: relisten play 1"


def summary(found: Mentions) -> str:
    """Return in a sentence how many people mention it, and how many of them unprompted."""
    if not found.people:
        return "Nobody speaks in these calls but interviewers, so there is nobody to count."
    counted = f"{found.mentioning} of {people(found.people)}"
    if not found.mentioning:
        return f"Nobody mentions {found.phrase!r}: 0 of {people(found.people)}."
    verb = "mentions" if found.mentioning == 1 else "mention"
    before = "before the interviewer said it or asked for it"
    return f"{counted} {verb} {found.phrase!r}, {found.unprompted} unprompted ({before})."


def people(count: int) -> str:
    """Return a number of people in words."""
    return "1 person" if count == 1 else f"{count} people"


def raised_lines(raised: Raised) -> Iterator[str]:
    """Yield the first mention of somebody in a call: when, who, where, how, and the words."""
    recording = raised.hit.recording
    date = recording.recorded_at[:10]
    yield f"{raised.number:>3}  {date}  {raised.name}, {recording.title}  {how(raised)}"
    yield f"     {raised.place}  {raised.hit.snippet}"


def how(raised: Raised) -> str:
    """Return what went before a mention; the question, where it answers one."""
    return f"in answer to: {raised.question}" if raised.question else raised.how.value


def person_line(person: Person) -> str:
    """Return somebody with the calls they speak in."""
    return f"{person.name} ({', '.join(each.title for each in person.recordings)})"


def listed(names: Sequence[str]) -> str:
    """Return names as a list; of very many, the first and how many more."""
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f", and {more} more" if more > 0 else "")


def role_lines(found: Mentions) -> Iterator[str]:
    """Yield in which calls it is not known, or guessed, who asks, and how to say it."""
    if found.unknown:
        yield (
            f"Nobody is known to be the interviewer in {calls(found.unknown)}: everybody there is "
            f"counted, and whether they were prompted is not known. {how_to_say(found.unknown[0])}"
        )
    if found.guessed:
        yield (
            f"Who asks is a guess in {calls(found.guessed)}. Look, and say if it is wrong: "
            f"relisten speakers {short_id(found.guessed[0])}"
        )


def calls(recordings: Sequence[Recording]) -> str:
    """Return which calls they are, and how many."""
    count = "1 call" if len(recordings) == 1 else f"{len(recordings)} calls"
    return f"{count} ({listed([each.title for each in recordings])})"


def how_to_say(recording: Recording) -> str:
    """Return the command that says who the interviewer is."""
    return f'Say who it is: relisten speakers {short_id(recording)} --role "NAME=interviewer"'
