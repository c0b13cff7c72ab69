"""Words that a person put right, and what they make of what a machine heard (pure).

A correction is kept apart from the words, anchored to a time and to what stood there and around.
It is applied whenever turns are made, so that a new transcription never takes it away: it is found
again there, or it is said not to fit. `anchoring` finds the place, `replaced` puts the words there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.corrections.anchoring import Token, Wanted, anchor, with_marks
from pipeline.corrections.replaced import replaced, said_at
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.corrections.anchoring import Anchor
    from pipeline.transcript import Segment

    Texts = dict[int | None, list[Token]]


@dataclass(frozen=True, slots=True)
class Correction(Span):
    """What is said in a time, in the place of what stood there; `after` empty: nothing is.

    `lead` and `trail` are some words that stood before and after. `number` counts a recording's
    corrections from 1; those of one `change` were made, and go, together. Times of making and of
    taking back are UTC as ISO 8601; `undone_at` None: it stands.
    """

    before: str
    after: str
    channel: int | None = None
    lead: str = ""
    trail: str = ""
    number: int = 0
    change: int = 0
    made_at: str = ""
    undone_at: str | None = None

    @property
    def wanted(self) -> Wanted:
        """What to look for, and around when."""
        return Wanted(self.start, self.end, self.before, self.after, self.lead, self.trail)


class State(StrEnum):
    """What became of a correction in the words as they are heard now."""

    APPLIED = "applied"
    ALREADY = "already so"
    UNFIT = "no longer fits"
    UNDONE = "taken back"


@dataclass(frozen=True, slots=True)
class Fit:
    """A correction, what became of it, and where its words are now: None where they are not."""

    correction: Correction
    state: State
    place: Span | None = None


def corrected(
    segments: Sequence[Segment], corrections: Iterable[Correction]
) -> tuple[tuple[Segment, ...], tuple[Fit, ...]]:
    """Return segments with what was put right in them, and what became of each correction.

    They apply in order, a later one on the result of those before. No other word is lost or
    changes its place.
    """
    texts = texts_of(segments)
    fits = tuple([apply(texts, each) for each in corrections])
    if all(fit.state in (State.UNFIT, State.UNDONE) for fit in fits):
        return tuple(segments), fits
    return regrouped(segments, texts), fits


def texts_of(segments: Iterable[Segment]) -> Texts:
    """Return the words of each channel in order of their starts, with where each came from."""
    texts: Texts = {}
    for number, segment in enumerate(segments):
        words = (Token(word, number) for word in segment.words)
        texts.setdefault(segment.channel, []).extend(words)
    return {
        channel: sorted(own, key=lambda token: token.word.start) for channel, own in texts.items()
    }


def regrouped(segments: Sequence[Segment], texts: Texts) -> tuple[Segment, ...]:
    """Return segments with the words of texts; one that has none left goes."""
    words: dict[int, list[Token]] = {}
    for tokens in texts.values():
        for token in tokens:
            words.setdefault(token.segment, []).append(token)
    kept = (
        segment.with_words(tuple(token.word for token in words[number]))
        for number, segment in enumerate(segments)
        if number in words
    )
    return tuple(sorted(kept, key=lambda segment: segment.start))


def apply(texts: Texts, correction: Correction) -> Fit:
    """Put a correction into texts, if it stands and fits."""
    if correction.undone_at is not None:
        return Fit(correction, State.UNDONE)
    # Where channels were heard otherwise then, it may be in any.
    own = correction.channel in texts
    places = [correction.channel] if own else sorted(texts, key=lambda each: each or 0)
    found: list[tuple[Anchor, int | None]] = []
    for channel in places:
        best = anchor(texts[channel], correction.wanted)
        if best:
            found.append((best, channel))
    if not found:
        return Fit(correction, State.UNFIT)
    best, channel = min(found, key=lambda each: each[0].cost)
    return _applied(texts[channel], best, correction)


def _applied(tokens: list[Token], best: Anchor, correction: Correction) -> Fit:
    place = with_marks(tokens, best.place, correction.before)
    old = tokens[place.first : place.last + 1]
    new = replaced(tokens, place, correction.after, correction)
    tokens[place.first : place.last + 1] = new
    same = [token.word.text for token in new] == [token.word.text for token in old]
    return Fit(correction, State.ALREADY if same else State.APPLIED, said_at(new, correction))


def standing(fits: Iterable[Fit]) -> tuple[Fit, ...]:
    """Return what became of the corrections that were not taken back."""
    return tuple(fit for fit in fits if fit.state is not State.UNDONE)


def unfit(fits: Iterable[Fit]) -> tuple[Fit, ...]:
    """Return the corrections that no longer fit."""
    return tuple(fit for fit in fits if fit.state is State.UNFIT)


def note(fits: Iterable[Fit], recording: str) -> tuple[str, ...]:
    """Return what to know of corrections where some no longer fit; `recording` is an id."""
    count = len(unfit(fits))
    if not count:
        return ()
    many = "1 correction no longer fits" if count == 1 else f"{count} corrections no longer fit"
    return (f"{many} what is heard now, and kept for you to look at: relisten correct {recording}",)
