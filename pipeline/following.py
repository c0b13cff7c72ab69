"""Words that a person puts right in a recording while it is read: kept at once, with the turns.

Nothing here loads a model. What was found in the turns stays where their words do, until
`looking_again` finds it anew. `recasting` does the same for who speaks.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from pipeline.correcting import (
    made_by_hand,
    scene,
)
from pipeline.corrections import corrected, unfit
from pipeline.errors import Changed, Held, NotFound, UsageError
from pipeline.library.holding import held_within
from pipeline.library.stages import exactly_now
from pipeline.retyping import Wanted, retyped, words_typed
from pipeline.retyping.around import (
    anew,
    around,
    difference,
    heard_around,
    turn_now,
    whole,
)
from pipeline.rewording import replacements
from pipeline.speakers import turns_by_hand
from pipeline.timestamps import format_timestamp
from pipeline.transcript import Span, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from pipeline.correcting import Scene
    from pipeline.corrections import Correction
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.retyping.around import Around
    from pipeline.transcript import Made

PATIENCE = 3.0  # seconds to wait for another process that works on a recording
NEAR_TOGETHER = 60.0  # seconds: corrections within them are taken back without reading all else
SAME_TIME = 0.0005  # second: times are kept to the millisecond
BACK_ALREADY = "that is taken back already."
SHOWN = 60  # characters of a text that a sentence repeats


@dataclass(frozen=True, slots=True)
class Undo:
    """What takes something back: a change of words, or of speakers `count` edits from `number` on.

    `kind` is words or speakers. Numbers are given again where the last one is taken back or its
    recording forgotten: `made_at` tells whether it is still that. A change of words is of one
    `recording`, or with None of several.
    """

    kind: str
    change: int | None = None
    recording: str | None = None
    number: int | None = None
    count: int = 1
    made_at: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in a sentence, and what takes it back; None where nothing was changed."""

    said: str
    undo: Undo | None = None


def held_soon(library: Library, identities: Iterable[str]) -> AbstractContextManager[None]:
    """Hold recordings; raises Held where another process works on one for longer than a moment."""
    return held_within(library.folder, identities, PATIENCE)


# Words


def retype(library: Library, recording: Recording, seen: Seen, text: str) -> Done:
    """Put another text in the place of a turn's that is still as it was seen.

    Raises Changed where it is not, NotFound where there is no such turn.
    """
    with held_soon(library, [recording.id]):
        turn = turn_seen(library, recording, seen)
        if words_typed(text) == tuple(turn.text.split()):
            return Done("It says that already.")

        def typed(here: Around, now_there: Turn) -> Outcome:
            wanted = Wanted(here.words, here.standing, now_there, words_typed(text), exactly_now())
            found = retyped(wanted)
            return Outcome(found.standing, found.turns, found.corrections)

        _, change = worked_out(library, recording, turn, typed)
    undo = undo_of_words(library, change)
    return Done(_said_of_words(turn, text), undo)


def undo_of_words(library: Library, change: int) -> Undo:
    """Return what takes a change back that was just made."""
    made = library.changed_by(change)
    made_at = next((each.made_at for own in made.values() for each in own), "")
    return Undo("words", change, next(iter(made)) if len(made) == 1 else None, made_at=made_at)


@dataclass(frozen=True, slots=True)
class Seen:
    """A turn as it was shown to who changes it; None where they do not say.

    Many turns say the same ("Yeah."), and their positions change: its start tells them apart.
    """

    position: int
    text: str | None = None
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of something that is put right around a turn."""

    standing: Scene
    turns: tuple[Turn, ...]
    corrections: tuple[Correction, ...] = ()


def worked_out(
    library: Library, recording: Recording, turn: Turn, work: Callable[[Around, Turn], Outcome]
) -> tuple[Outcome, int]:
    """Keep what comes of a turn, worked out from what is around it; else from all there is.

    Return it with the number of the change.
    """
    here = around(recording, library, turn)
    there = turn_now(here, turn) if here else None
    outcome = work(here, there) if here and there else None
    exchange = difference(here, outcome.turns) if here and outcome else None
    made = library.made(recording.id)["attribute"]
    if outcome is None or exchange is None:
        here = whole(recording, library)
        outcome = work(here, turn_now(here, turn) or _made_anew(library, recording, turn))
        exchange = difference(here, outcome.turns) or anew(here, outcome.turns)
        made = made_by_hand(outcome.standing.fits, recording.id)
    edits = outcome.standing.edits
    change = library.store_retyped(recording.id, outcome.corrections, edits, exchange, made)
    return outcome, change


def _made_anew(library: Library, recording: Recording, turn: Turn) -> NoReturn:
    """Make turns anew that an older version cut otherwise, and say that they are others now."""
    follow_turns(library, recording)
    there = library.turns_within(recording.id, turn).values()
    stands = next((each.text for each in there if each.start <= turn.start <= each.end), "")
    raise Changed(
        "an older relisten cut this turn otherwise than it is cut now, so it was made anew and "
        "yours is not kept yet. Look at what it says now, then save again.",
        stands,
    )


def turn_seen(library: Library, recording: Recording, seen: Seen) -> Turn:
    """Return a turn that is still as it was seen; raises Changed where it is not."""
    catch_up(library, recording)
    turn = library.turn_kept(recording.id, seen.position)
    if turn is None:
        raise NotFound(
            f"there is no turn {seen.position} in {recording.title} any more. Load the page anew."
        )
    moved = seen.start is not None and abs(turn.start - seen.start) > SAME_TIME
    if moved or seen.text not in (None, turn.text):
        raise Changed(
            "this turn was changed elsewhere since it was shown here, so yours is not kept yet. "
            "Look at what it says now, then save again.",
            turn.text,
        )
    return turn


def catch_up(library: Library, recording: Recording) -> None:
    """Make the turns of a recording where that was broken off after its words were put right."""
    made = library.made(recording.id)
    if "diarize" in made and "attribute" not in made:
        follow_turns(library, recording)


def make_up(library: Library) -> tuple[str, ...]:
    """Make turns that were broken off after words were put right; return what is to be read."""
    for identity in library.left_behind():
        with suppress(Held), held_within(library.folder, [identity], 0.0):
            if recording := library.get(identity):
                catch_up(library, recording)
    return library.unread()


def follow_turns(library: Library, recording: Recording) -> None:
    """Make a recording's turns anew; what was found in those that are the same stays."""
    standing = scene(recording, library)
    turns = turns_by_hand(standing.segments, standing.spans, standing.edits)
    made = made_by_hand(standing.fits, recording.id)
    library.store_turns_again(recording.id, turns, made)


def _said_of_words(turn: Turn, text: str) -> str:
    typed = " ".join(words_typed(text))
    at = format_timestamp(turn.start)
    return f"Saved at {at}: {short(typed)}" if typed else f"Taken out at {at}: {short(turn.text)}"


def short(text: str) -> str:
    """Return a text as a sentence repeats it: of a long one, whole words of its beginning."""
    if len(text) <= SHOWN:
        return text
    return f"{text[: SHOWN + 1].rsplit(maxsplit=1)[0][:SHOWN]} ..."


def undo_words(library: Library, undo: Undo) -> Done:
    """Take a change of words back; raises NotFound or UsageError where there is none to take."""
    change = undo.change or 0
    made = library.changed_by(change)
    if not made or undo.recording not in (None, *made):
        raise NotFound(f"there is no change {change}.")
    with held_soon(library, made):
        stands = [each for own in library.changed_by(change).values() for each in own]
        if all(each.undone_at or undo.made_at not in (None, each.made_at) for each in stands):
            raise UsageError(BACK_ALREADY)
        before = _before_undo(library, made)
        stages = {identity: library.made(identity) for identity in made}
        library.set_undone(change, undone=True)
        lost = {identity: _lost_by(library, identity, made[identity]) for identity in made}
        for identity in made:
            if recording := library.get(identity):
                known = None if lost[identity] else before
                _follow_undo(library, recording, made[identity], known, stages[identity])
    said = _said_of_undo([each for own in made.values() for each in own])
    return Done(f"{said}{_said_of_lost(lost)}")


def _lost_by(library: Library, identity: str, own: Sequence[Correction]) -> int:
    """Count the corrections that were made on others, and have no place without those."""
    time, known = _time_of(own), library.corrections(identity)
    about = Span(max(0.0, time.start - NEAR_TOGETHER), time.end + NEAR_TOGETHER)
    if not any(e.number > own[-1].number and not e.undone_at and e.overlap(about) for e in known):
        return 0
    heard, change = library.segments(identity), own[0].change
    stood = [replace(each, undone_at=None) if each.change == change else each for each in known]
    now, before = (unfit(corrected(heard, each)[1]) for each in (known, stood))
    return len({fit.correction.number for fit in now} - {fit.correction.number for fit in before})


def _said_of_lost(lost: Mapping[str, int]) -> str:
    """Say how many corrections have no place any more, and where to see them."""
    count = sum(lost.values())
    if not count:
        return ""
    first = next(identity for identity, own in lost.items() if own)
    many = "1 later correction fits" if count == 1 else f"{count} later corrections fit"
    return f" {many} nowhere without it, and can be seen by: relisten correct {first[:8]}"


def _before_undo(library: Library, made: Mapping[str, Sequence[Correction]]) -> Around | None:
    """Return what is around corrections that are to be taken back, where they are few and near."""
    ((identity, own), *others) = made.items()
    recording = library.get(identity)
    time = _time_of(own)
    near = time.duration < NEAR_TOGETHER and "attribute" in library.made(identity)
    return around(recording, library, time) if recording and near and not others else None


def _time_of(corrections: Sequence[Correction]) -> Span:
    start, end = min(each.start for each in corrections), max(each.end for each in corrections)
    return Span(start, end)


def _follow_undo(
    library: Library,
    recording: Recording,
    own: Sequence[Correction],
    before: Around | None,
    made: Mapping[str, Made],
) -> None:
    after = heard_around(recording, library, _time_of(own)) if before else None
    exchange = difference(before, after.words.turns) if before and after else None
    if exchange is None:
        catch_up(library, recording)
    else:
        edits = library.edits(recording.id)
        library.store_retyped(recording.id, (), edits, exchange, made["attribute"])


def _said_of_undo(made: Sequence[Correction]) -> str:
    first, rest = made[0], len(made) - 1
    what = f"{short(first.after) or 'nothing'} is {short(first.before) or 'nothing'} again"
    return f"Taken back: {what}{f', and {rest} more' if rest else ''}."


def replace_everywhere(
    library: Library, recordings: Sequence[Recording], stands: str, said: str
) -> tuple[list[tuple[Recording, tuple[Correction, ...]]], int | None]:
    """Replace words wherever they stand in recordings; return where, and the change if any."""
    with held_soon(library, [each.id for each in recordings]):
        found = replacements(library, recordings, stands, said)
        if not found:
            return [], None
        change = library.store_change({recording.id: made for recording, made in found})
        for recording, _ in found:
            catch_up(library, recording)
    return found, change
