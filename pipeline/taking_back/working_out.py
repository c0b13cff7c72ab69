"""What follows from all that a file says otherwise: corrections and speakers, turn by turn (pure).

Each turn is typed anew with the safeguards of one that is typed in the browser, from what is around
it; in the end all of it is worked out once more. What cannot stand there is left over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pipeline.corrections import State
from pipeline.errors import Changed, UsageError
from pipeline.giving import turn_given
from pipeline.retyping import Wanted, owned, retyped, words_typed
from pipeline.retyping.around import READ, come_to, near, said_of, turn_now, wider
from pipeline.retyping.runs import key_of
from pipeline.taking_back.found import Left
from pipeline.transcript import Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.correcting import Scene
    from pipeline.corrections import Correction
    from pipeline.retyping.around import Around
    from pipeline.retyping.runs import Key
    from pipeline.speakers import SpeakerEdit
    from pipeline.taking_back.found import Typed
    from pipeline.transcript import Span

GONE = "its words stand otherwise once the rest is put right. Put them right by hand"
NO_ROOM = "it cannot stand in that turn without changing who says what around it"


@dataclass(frozen=True, slots=True)
class Given:
    """A turn that is another speaker's: `was` is None where nobody was told apart."""

    start: float
    text: str
    was: str | None
    speaker: str


@dataclass(frozen=True, slots=True)
class Followed:
    """All that follows: what is to be kept, the turns that come of it, and what is left over."""

    corrections: tuple[Correction, ...]
    given: tuple[Given, ...]
    standing: Scene
    turns: tuple[Turn, ...]
    left: tuple[Left, ...]


def followed(here: Around, typed: Sequence[Typed], made_at: str) -> Followed:
    """Return what follows from what was typed of turns; all words first, then who says them.

    here : all of a recording, with its turns as they are kept.
    """
    found = _worked_out(here, typed, made_at, wide=False)
    found = found or _worked_out(here, typed, made_at, wide=True)
    return found or _nothing(here, typed)


def _worked_out(
    here: Around, typed: Sequence[Typed], made_at: str, *, wide: bool
) -> Followed | None:
    working = _Working(here, made_at, wide, here.standing.edits, owned(here.words.turns))
    for each in typed:
        working.retype(each)
    for each in typed:
        working.give(each)
    return working.result()


def _nothing(here: Around, typed: Sequence[Typed]) -> Followed:
    """Return that nothing can stand: what is worked out turn by turn does not come together."""
    turns = ((here.kept[each.turn], each) for each in typed)
    left = (Left(turn.start, turn.text, each.text or "", NO_ROOM) for turn, each in turns)
    return Followed((), (), here.standing, here.words.turns, tuple(left))


@dataclass(slots=True)
class _Working:
    """What was worked out so far; `expected` is every word with whose it is then.

    Where it is `wide`, all of a recording is worked out at each turn.
    """

    here: Around
    made_at: str
    wide: bool
    edits: tuple[SpeakerEdit, ...]
    expected: Counter[tuple[Key, str | None]]
    corrections: list[Correction] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def retype(self, typed: Typed) -> None:
        """Put another text in the place of a turn's."""
        if typed.text is None:
            return
        kept = self.here.kept[typed.turn]
        there = self._around(kept)
        turn = turn_now(there, kept) or _same_words(kept, there)
        if turn is None:
            self.left.append(Left(kept.start, kept.text, typed.text, GONE))
            return
        text = words_typed(typed.text)
        try:
            found = retyped(Wanted(there.words, there.standing, turn, text, self.made_at))
        except (UsageError, Changed) as error:
            why = NO_ROOM if str(error).startswith("that text") else str(error)
            self.left.append(Left(kept.start, kept.text, typed.text, why))
            return
        self.corrections += found.corrections
        self._now(there, found.turns, found.standing)

    def give(self, typed: Typed) -> None:
        """Give a turn to another speaker."""
        if typed.speaker is None:
            return
        kept = self.here.kept[typed.turn]
        there = self._around(kept)
        turn = _own_words(kept, there)
        try:
            if turn is None:
                raise UsageError(GONE)
            scene = turn_given(turn, typed.speaker, there.standing, self.made_at)
        except UsageError as error:
            self.left.append(Left(kept.start, kept.speaker or "", typed.speaker, str(error)))
            return
        self.given.append(Given(turn.start, turn.text, kept.speaker, typed.speaker))
        after = come_to(
            replace(scene, segments=there.words.heard),
            there.words.texts,
            there.words.corrections,
        )
        self._now(there, after.words.turns, scene)

    def _now(self, before: Around, turns: Sequence[Turn], scene: Scene) -> None:
        """Note what words are whose once something is put right."""
        stood, stands = owned(before.words.turns), owned(turns)
        self.expected = self.expected - (stood - stands) + (stands - stood)
        self.edits = scene.edits

    def _around(self, span: Span) -> Around:
        """Return what is around a turn, as it comes to with all that was worked out before."""
        heard, known = self.here.words.heard, (*self.here.words.corrections, *self.corrections)
        if not self.wide:
            read = wider(span, READ)
            heard = tuple(e for e in heard if e.start <= read.end and e.end >= read.start)
            known = near(known, span)
        scene = replace(self.here.standing, segments=heard, edits=self.edits)
        return come_to(scene, self.here.words.texts, known)

    def result(self) -> Followed | None:
        """Return all that follows; None where all together is not what each came to."""
        known = (*self.here.words.corrections, *self.corrections)
        scene = replace(self.here.standing, segments=self.here.words.heard, edits=self.edits)
        after = come_to(scene, self.here.words.texts, known)
        new = after.words.fits[len(self.here.words.corrections) :]
        if owned(after.words.turns) != self.expected or any(
            fit.state is not State.APPLIED for fit in new
        ):
            return None
        return Followed(
            tuple(self.corrections),
            tuple(self.given),
            after.standing,
            after.words.turns,
            tuple(self.left),
        )


def _own_words(kept: Turn, there: Around) -> Turn | None:
    """Return what a turn's speaker says in its time by now."""
    turns = (turn for turn in there.words.turns if turn.speaker == kept.speaker)
    own = [w for turn in turns for w in turn.words if kept.start <= w.middle <= kept.end]
    return Turn.of(kept.speaker, own) if own else None


def _same_words(kept: Turn, there: Around) -> Turn | None:
    """Return a turn that is cut otherwise by now, if its words are the same."""
    known = Counter(map(key_of, kept.words))
    turns = (turn for turn in there.words.turns if turn.speaker == kept.speaker)
    own = [word for turn in turns for word in turn.words if known[key_of(word)]]
    found = Turn.of(kept.speaker, own) if own else None
    return found if found and said_of(found) == said_of(kept) else None
