"""Who speaks, put right in a recording while it is read: kept at once, with the turns.

What is said is meant of what is shown: who sees something else is told, and nothing is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.correcting import folded, keep_turns, scene, with_wishes, without
from pipeline.errors import Changed, UsageError
from pipeline.following import (
    BACK_ALREADY,
    Done,
    Outcome,
    Seen,
    Undo,
    held_soon,
    short,
    turn_seen,
    worked_out,
)
from pipeline.giving import turn_given
from pipeline.library.stages import exactly_now
from pipeline.speakers import EditKind, turns_by_hand
from pipeline.transcript import Turn, word_offsets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.correcting import Scene, Wish
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.retyping.around import Around
    from pipeline.speakers import SpeakerEdit


@dataclass(frozen=True, slots=True)
class Part:
    """A turn that was shown with a speaker, or characters [start, end) of its text."""

    seen: Seen
    was: str | None
    start: int | None = None
    end: int | None = None


def give(library: Library, recording: Recording, part: Part, speaker: str) -> Done:
    """Give a turn, or a part of one, to somebody; raises Changed where it is not as it was seen."""
    with held_soon(library, [recording.id]):
        turn = turn_seen(library, recording, part.seen)
        if turn.speaker != part.was:
            raise Changed(
                "who says this was changed elsewhere since it was shown here. Look at it as it is "
                "now, then say it again.",
                turn.speaker or "nobody",
            )
        own = part_of(turn, part.start, part.end)
        made_at = exactly_now()

        def given(here: Around, _: Turn) -> Outcome:
            scene = turn_given(own, speaker, here.standing, made_at)
            turns = turns_by_hand(scene.segments, scene.spans, scene.edits)
            return Outcome(scene, turns)

        before = library.edits(recording.id)
        outcome, _ = worked_out(library, recording, turn, given)
    scene = outcome.standing
    name = scene.cast[scene.edits[-1].speaker]
    said = f"Given to {name}, not {turn.speaker or 'nobody'}: {short(own.text)}"
    return Done(said, _undo_of(recording, before, scene.edits))


def part_of(turn: Turn, start: int | None, end: int | None) -> Turn:
    """Return the words of a turn that the characters [start, end) touch; all of it for None."""
    begin, stop = start or 0, len(turn.text) if end is None else end
    words = [
        word
        for word, offset in zip(turn.words, word_offsets(turn.words), strict=True)
        if begin < stop and offset < stop and offset + len(word.text) > begin
    ]
    if not words:
        raise UsageError("no word is marked there. Mark the words that somebody else says.")
    return Turn.of(turn.speaker, words)


def wish(library: Library, recording: Recording, wishes: Sequence[Wish]) -> Undo:
    """Keep what is said of speakers as they are shown; return what takes it back.

    Raises Changed for a name that nobody is shown under any more.
    """
    with held_soon(library, [recording.id]):
        standing = scene(recording, library)
        for each in wishes:
            check_shown(each, standing)
        wanted = with_wishes(standing, wishes, exactly_now())
        keep_turns(wanted, library)
    return _undo_of(recording, standing.edits, wanted.edits)


def check_shown(wish: Wish, standing: Scene) -> None:
    """Raise Changed where somebody is meant by a name that was theirs, and is not shown now.

    A label may be shown as another's name by now, and who was merged goes by another's.
    """
    sides = {EditKind.PASSAGE: (), EditKind.MERGE: (wish.left, wish.right)}
    names = {folded(name) for name in standing.cast.values()}
    for name in sides.get(wish.kind, (wish.left,)):
        if folded(name) not in names and (label := standing.find(name)):
            raise Changed(
                f"nobody is shown as {name} any more: that was changed elsewhere. Look at who is "
                "who now, then say it again.",
                standing.cast[label],
            )


def _undo_of(
    recording: Recording, before: Sequence[SpeakerEdit], after: Sequence[SpeakerEdit]
) -> Undo:
    new = after[len(before) :]
    return Undo("speakers", None, recording.id, new[0].number, len(new), new[0].made_at)


def undo_speakers(library: Library, recording: Recording, undo: Undo) -> Done:
    """Take back what was said of speakers: some edits, from a number on."""
    first = undo.number or 0
    with held_soon(library, [recording.id]):
        standing = scene(recording, library)
        made = {each.number: each.made_at for each in standing.edits}
        wanted = standing
        for number in range(first, first + undo.count):
            if number not in made or undo.made_at not in (None, made[number]):
                raise UsageError(BACK_ALREADY)
            wanted = without(wanted, number)
        keep_turns(wanted, library)
    return Done("Taken back: who speaks is as it was before.")
