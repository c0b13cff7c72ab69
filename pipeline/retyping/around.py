"""The words around a turn: all that its new text can change, so that a long call is saved as soon.

What is worked out from them is held against the turns that are kept; where that is not the same, as
after an update of relisten or beside a long overlap, the whole recording is worked out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.carrying import Exchange
from pipeline.correcting import Scene
from pipeline.corrections import apply, regrouped, texts_of
from pipeline.retyping.runs import key_of
from pipeline.rewording import Words, words_of
from pipeline.speakers import turns_by_hand
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.corrections import Correction
    from pipeline.library import Library
    from pipeline.recording import Recording
    from pipeline.retyping.runs import Key
    from pipeline.transcript import Turn

    Said = tuple[str | None, tuple[Key, ...]]

READ = 60.0  # seconds on both sides of a turn of which words are read
CORRECTED = 40.0  # seconds, of which corrections are made: they look 12 s around
CERTAIN = 15.0  # seconds, in which turns are to be as they are kept


@dataclass(frozen=True, slots=True)
class Around:
    """Words and speakers around a turn; the words' turns are what both come to now.

    `kept` are the turns that the library has there, by position.
    """

    words: Words
    standing: Scene
    kept: dict[int, Turn]

    def position(self, turn: Turn) -> int | None:
        """Return the position of a turn that is kept."""
        said = said_of(turn)
        return next((n for n, each in self.kept.items() if said_of(each) == said), None)


def around(recording: Recording, library: Library, span: Span) -> Around | None:
    """Return what is around a time; None where it does not come to the turns that are kept."""
    here = heard_around(recording, library, span)
    sure = wider(span, CERTAIN)
    same = inside(here.words.turns, sure) == inside(here.kept.values(), sure)
    return here if same else None


def heard_around(recording: Recording, library: Library, span: Span) -> Around:
    """Return what is around a time, as it comes to now."""
    heard = library.segments_within(recording.id, wider(span, READ))
    spans, edits = library.spans(recording.id), library.edits(recording.id)
    known = near(library.corrections(recording.id), span)
    scene = Scene(recording, heard, spans, edits)
    here = come_to(scene, library.channels_heard(recording.id), known)
    return replace(here, kept=library.turns_within(recording.id, wider(span, READ)))


def near(corrections: Iterable[Correction], span: Span) -> tuple[Correction, ...]:
    """Return the corrections around a time."""
    around_it = wider(span, CORRECTED)
    return tuple(each for each in corrections if each.distance(around_it) == 0)


def come_to(
    heard: Scene, channels: Iterable[int | None], corrections: Sequence[Correction]
) -> Around:
    """Return what words come to, as they were heard, with corrections; no turns are kept of it."""
    texts = texts_of(heard.segments)
    for channel in channels:
        texts.setdefault(channel, [])
    fits = tuple([apply(texts, each) for each in corrections])
    standing = replace(heard, segments=regrouped(heard.segments, texts), fits=fits)
    turns = turns_by_hand(standing.segments, standing.spans, standing.edits)
    words = Words(heard.recording, heard.segments, tuple(corrections), fits, texts, turns)
    return Around(words, standing, {})


def inside(turns: Iterable[Turn], span: Span) -> set[Said]:
    """Return what is said in turns that lie within a span."""
    return {said_of(each) for each in turns if span.start <= each.start and each.end <= span.end}


def said_of(turn: Turn) -> Said:
    """Return who says what in a turn, as far as it is kept."""
    return turn.speaker, tuple(map(key_of, turn.words))


def wider(span: Span, seconds: float) -> Span:
    """Return a span with some seconds on both sides."""
    return Span(max(0.0, span.start - seconds), span.end + seconds)


def whole(recording: Recording, library: Library) -> Around:
    """Return all of a recording."""
    words = words_of(recording, library)
    kept = dict(enumerate(words.turns))
    standing = Scene(
        recording,
        regrouped(words.heard, words.texts),
        library.spans(recording.id),
        library.edits(recording.id),
        words.fits,
    )
    turns = turns_by_hand(standing.segments, standing.spans, standing.edits)
    return Around(replace(words, turns=turns), standing, kept)


def turn_now(here: Around, kept: Turn) -> Turn | None:
    """Return a turn that is kept as it comes to now; None where no turn comes to that."""
    said = said_of(kept)
    return next((each for each in here.words.turns if said_of(each) == said), None)


def difference(here: Around, turns: Sequence[Turn]) -> Exchange | None:
    """Return how turns differ from those of before; None where those are not what is kept.

    How sure a speaker is may have changed by a hair in other turns: they stay as they are kept.
    """
    before = {said_of(each): each for each in here.words.turns}
    after = {said_of(each): each for each in turns}
    gone = [here.position(each) for said, each in before.items() if said not in after]
    if None in gone:
        return None
    come = tuple(each for said, each in after.items() if said not in before)
    return Exchange(frozenset(each for each in gone if each is not None), come)


def anew(here: Around, turns: Sequence[Turn]) -> Exchange:
    """Return that all turns go, and others come."""
    return Exchange(frozenset(here.kept), tuple(turns))
