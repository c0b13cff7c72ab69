"""A turn's text as somebody typed it anew: what of it is other than it was, as corrections (pure).

What is typed as it stood is not touched, so its words keep their times to the millisecond. What
follows is worked out before anything is kept: the turn reads as it was typed, and no word goes over
to somebody else. Where small corrections would not do, larger ones are tried.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.correcting import Scene, tidy, with_edits
from pipeline.corrections import Correction, State, apply, regrouped
from pipeline.corrections.anchoring import Place, time_of
from pipeline.corrections.atoms import is_mark
from pipeline.corrections.replaced import replaced
from pipeline.errors import UsageError
from pipeline.giving import passages_of, timed
from pipeline.retyping.runs import CLOSE, MILLISECONDS, gathered, key_of, stretches_of
from pipeline.rewording import correction_at
from pipeline.speakers import EditKind, SpeakerEdit, turns_by_hand
from pipeline.timestamps import format_timestamp
from pipeline.transcript import Span, Turn, join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipeline.corrections import Fit, Texts
    from pipeline.corrections.anchoring import Token
    from pipeline.retyping.runs import Key, Run
    from pipeline.rewording import Words
    from pipeline.transcript import Segment, Word


LETTER = 0.07  # seconds that one is spoken for


@dataclass(frozen=True, slots=True)
class Retyped:
    """What follows from a turn that was typed anew: corrections, who speaks, and the turns."""

    corrections: tuple[Correction, ...]
    standing: Scene
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A turn of a recording, as it stands and as it was typed.

    `words` may be those around the turn alone; its turns are what these come to now.
    """

    words: Words
    standing: Scene
    turn: Turn
    typed: tuple[str, ...]
    made_at: str = ""


def retyped(wanted: Wanted) -> Retyped:
    """Return what follows from a turn's new text.

    Raises UsageError where the text cannot stand in that turn, Changed where the turn is gone.
    """
    text = " ".join(wanted.typed)
    if text and is_mark(text):
        raise UsageError(f"there is no word in {text!r}. To take the turn out, leave it empty.")
    if found := _tried(wanted):
        return found
    raise UsageError(
        f"that text cannot stand in the turn at {format_timestamp(wanted.turn.start)} in "
        f"{wanted.words.title} without changing who says what around it. Change fewer words at "
        "once."
    )


def _tried(wanted: Wanted) -> Retyped | None:
    """Return what follows from the smallest corrections that come to what was typed."""
    stretches = stretches_of(wanted.words.texts, wanted.turn, wanted.typed)
    tried: list[list[Run]] = []
    for close in CLOSE:
        runs = [run for own in stretches for run in gathered(own, wanted.words.texts, close)]
        if runs not in tried and (found := _followed(wanted, runs)):
            return found
        tried.append(runs)
    return None


def words_typed(text: str) -> tuple[str, ...]:
    """Return what is typed as it is kept: words, as spaces part them."""
    return tuple(tidy(text).split())


# What follows


def _followed(wanted: Wanted, runs: Sequence[Run]) -> Retyped | None:
    """Return what follows from corrections; None where that is not what was typed."""
    texts = {channel: list(tokens) for channel, tokens in wanted.words.texts.items()}
    fits = _corrected(texts, runs, wanted.turn.start)
    if fits is None:
        return None
    heard = regrouped(wanted.words.heard, texts)
    after = replace(wanted.standing, segments=heard, fits=(*wanted.standing.fits, *fits))
    own = _own(wanted, after)
    for scene in (after, *_pinned(wanted, after, own)):
        turns = turns_by_hand(scene.segments, scene.spans, scene.edits)
        if _is_as_typed(wanted, own, turns):
            return Retyped(tuple(fit.correction for fit in fits), scene, turns)
    return None


def _corrected(texts: Texts, runs: Sequence[Run], begins: float) -> list[Fit] | None:
    """Put what is typed into texts; return the corrections, None where one would go elsewhere.

    begins : when the turn does.
    """
    fits: list[Fit] = []
    shift: Counter[int | None] = Counter()
    for run in runs:
        tokens = texts[run.channel]
        first, end = run.first + shift[run.channel], run.end + shift[run.channel]
        place = Place(first, 0, end - 1, len(tokens[end - 1].word.text) if first < end else 0)
        made = _correction(tokens, run, place, begins)
        expected = [*tokens[:first], *replaced(tokens, place, made.after, made), *tokens[end:]]
        shift[run.channel] += len(expected) - len(tokens)
        fits.append(apply(texts, made))
        if fits[-1].state is not State.APPLIED or texts[run.channel] != expected:
            return None
    return fits


def _correction(tokens: Sequence[Token], run: Run, place: Place, begins: float) -> Correction:
    """Return a correction with its time as it is kept: to the millisecond."""
    text, time = " ".join(run.typed), time_of(tokens, place)
    if run.first == run.end:
        time = _spoken(text, time, before_turn=time.end <= begins)
    kept = Span(round(time.start, MILLISECONDS), round(time.end, MILLISECONDS))
    return correction_at(tokens, run.channel, place, text, kept)


def _spoken(text: str, gap: Span, *, before_turn: bool) -> Span:
    """Return as much of a gap between two words as words in it take: it may last for minutes."""
    length = min(gap.duration, len(text) * LETTER)
    start = gap.end - length if before_turn else gap.start
    return Span(start, min(start + length, gap.end))


def _own(wanted: Wanted, after: Scene) -> Counter[Key]:
    """Return the words of the turn once it is corrected."""
    before = Counter(key_of(token.word) for own in wanted.words.texts.values() for token in own)
    now = Counter(map(key_of, _words(after.segments)))
    return Counter(map(key_of, wanted.turn.words)) - (before - now) + (now - before)


def _words(spoken: Iterable[Segment | Turn]) -> Iterator[Word]:
    return (word for each in spoken for word in each.words)


def _is_as_typed(wanted: Wanted, own: Counter[Key], turns: Sequence[Turn]) -> bool:
    """Tell whether the turn reads as it was typed, and all else is whose it was."""
    speaker = wanted.turn.speaker
    expected = owned(wanted.words.turns)
    expected.subtract((key_of(word), speaker) for word in wanted.turn.words)
    expected.update({(key, speaker): count for key, count in own.items()})
    left, read = own.copy(), []
    for word in _words(turn for turn in turns if turn.speaker == speaker):
        if left[key_of(word)] > 0:
            left[key_of(word)] -= 1
            read.append(word)
    return owned(turns) == expected and tuple(join_words(read).split()) == wanted.typed


def owned(turns: Iterable[Turn]) -> Counter[tuple[Key, str | None]]:
    """Return every word with whose it is."""
    return Counter((key_of(word), turn.speaker) for turn in turns for word in turn.words)


def _pinned(wanted: Wanted, after: Scene, own: Counter[Key]) -> Iterator[Scene]:
    """Yield scenes in which the turn is given to its speaker by hand, word for word.

    Where voices tell, a full stop that is typed may move where the speaker is thought to change.
    """
    label = wanted.standing.find(wanted.turn.speaker) if wanted.turn.speaker else None
    words = list(_words(after.segments))
    given = sorted((word for word in words if own[key_of(word)]), key=lambda word: word.start)
    if label is None or not given:
        return
    others = [timed(word) for word in words]
    for passages in passages_of(Turn.of(label, given), others):
        edits = [SpeakerEdit(EditKind.PASSAGE, label, passage=each) for each in passages]
        yield with_edits(after, edits, wanted.made_at)
