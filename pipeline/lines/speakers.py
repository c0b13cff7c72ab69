"""Speakers and people as lines of text (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.lines.details import counted, period, short
from pipeline.lines.view import short_id, table
from pipeline.people import MIN_SECONDS
from pipeline.recognising import Voice
from pipeline.speakers import EditKind
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.people import Suggestion
    from pipeline.recognising import Confirmed, Described, Forgotten, Known, Open
    from pipeline.recording import Recording
    from pipeline.speakers import SpeakerEdit


def speaker_lines(
    recording: Recording,
    speakers: Sequence[Described],
    edits: Sequence[SpeakerEdit],
    notes: Sequence[str] = (),
) -> Iterator[str]:
    """Yield who speaks in a recording, each with a line to recognise them by.

    notes : what is known of how speakers were told; shown where that came to nothing.
    """
    yield f"{short_id(recording)}  {recording.title}"
    if not speakers:
        yield f"Nobody is told apart in this recording. {telling_again(recording)}"
        yield from (f"Last time: {note}" for note in notes)
        return
    yield ""
    head, *lines = table(
        [("SPEAKER", "ROLE", "TALK", "SHARE", "TURNS", "SURE"), *map(row, speakers)]
    )
    yield head
    for each, line in zip(speakers, lines, strict=True):
        yield line
        yield from known_by(recording, each)
    if edits:
        yield ""
        count = counted(len(edits), "correction by hand", "corrections")
        yield f"{count}, the last one: {said(edits[-1])}."
        yield f"Take it back: relisten speakers {short_id(recording)} --undo"


def telling_again(recording: Recording) -> str:
    """Return how speakers are told once more."""
    return f"Run: relisten process {short_id(recording)} --only speakers"


def row(each: Described) -> tuple[str, ...]:
    """Return a speaker as cells of a table."""
    known = each.portrait
    name = known.name if known.name == known.label else f"{known.name} ({known.label})"
    guess = "?" if known.role_guessed else ""
    return (
        name,
        f"{known.role}{guess}" if known.role else "-",
        format_timestamp(known.seconds),
        percent(known.share),
        str(known.turns),
        percent(known.certainty),
    )


def percent(share: float) -> str:
    """Return a share in whole percent."""
    return f"{share:.0%}".replace("%", " %")


def known_by(recording: Recording, each: Described) -> Iterator[str]:
    """Yield what a speaker can be recognised by: a sentence, and whose voice it sounds like."""
    known = each.portrait
    if known.sentence and known.sentence_at is not None:
        yield f"  [{format_timestamp(known.sentence_at)}] {short(known.sentence)}"
    if each.person:
        yield f"  known as {each.person}"
    if each.forgotten:
        yield "  the voice was forgotten: it is neither kept nor looked for"
    if each.suggestion:
        yield f"  {likeness(each.suggestion)}: {confirming(recording, known.name, each.suggestion)}"


def likeness(suggestion: Suggestion) -> str:
    """Return who a voice sounds like, and how sure that is."""
    following = suggestion.score - suggestion.margin
    others = f", next {following:.2f}" if following else ""
    return f"sounds like {suggestion.person} ({suggestion.score:.2f}{others})"


def confirming(recording: Recording, name: str, suggestion: Suggestion) -> str:
    """Return the command that confirms a suggestion."""
    return f'relisten voices confirm {short_id(recording)} "{name}" "{suggestion.person}"'


def said(edit: SpeakerEdit) -> str:
    """Return an edit in words."""
    if edit.passage is not None:
        return f"{period(edit.passage)} is {edit.speaker}"
    verb = {
        EditKind.NAME: "is called",
        EditKind.MERGE: "is the same as",
        EditKind.ROLE: "has the role",
    }[edit.kind]
    return f"{edit.speaker} {verb} {edit.value}"


def people_lines(people: Sequence[Known], suggestions: Sequence[Open]) -> Iterator[str]:
    """Yield the people who are known, and who else may be one of them."""
    if not people and not suggestions:
        yield "Nobody is known by voice yet. Say who somebody is:"
        yield '  relisten voices confirm ID "Speaker 1" "Ann Lee"'
        return
    rows = [("PERSON", "CALLS", "VOICE")]
    rows += [(p.name, str(len(p.recordings)), format_timestamp(p.seconds)) for p in people]
    yield from table(rows)
    if suggestions:
        yield ""
        yield "May be the same; nobody is named before you confirm it:"
    for each in suggestions:
        recording, likely = each.recording, each.suggestion
        yield f"  {short_id(recording)}  {recording.title}: {each.name} {likeness(likely)}"
        yield f"    {confirming(recording, each.name, likely)}"


def confirmed_lines(
    recording: Recording, confirmed: Confirmed, *, model_here: bool
) -> Iterator[str]:
    """Yield who a speaker is, and why the voice is not looked for, where it is not."""
    person = confirmed.person
    yield f"{person} speaks in {recording.title}."
    match confirmed.voice:
        case Voice.SHORT:
            yield (
                f"There are not {MIN_SECONDS:.0f} s of {person} alone in it, so the voice is not "
                "looked for by this recording."
            )
        case Voice.FORGOTTEN:
            yield "The voice was forgotten here, so it is not looked for by this recording."
        case Voice.UNHEARD:
            pull = "" if model_here else "relisten models pull voices, then "
            yield "The voices in it were never listened to, so this one is not looked for yet."
            yield f"Run: {pull}relisten process {short_id(recording)} --only speakers"


def forgotten_lines(forgotten: Forgotten) -> Iterator[str]:
    """Yield what became of a person and their voice, and what is left to decide."""
    person = forgotten.person
    if forgotten.voices:
        of = counted(forgotten.voices, "recording", "recordings").strip()
        yield f"Forgotten: the voice of {person}, from {of}. No byte of it is left in the library,"
        yield "and processing again does not bring it back."
    else:
        yield f"Forgotten: {person}, of whom there was no voice in the library."
    yield "The words and the name on them stay; for another name: relisten speakers ID --name"
    if forgotten.likely:
        yield f"These sound like {person}, but were not confirmed, and their voices are kept."
        yield "Confirm those that are, then forget again:"
    for each in forgotten.likely:
        yield f"  {confirming(each.recording, each.name, each.suggestion)}"
