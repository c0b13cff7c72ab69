"""The same voice in several recordings: what is known of people's voices, and who sounds like whom.

A person's profile is worked out from what is confirmed each time it is asked for, so that taking
back a confirmation leaves it as it was. Nobody is named by this: it suggests, and people decide.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import isclose, sqrt
from operator import attrgetter, mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from pipeline.transcript import Span, SpeakerSpan

# A suggestion is made from this cosine on: see docs/benchmarks.md, "The same voice again".
THRESHOLD = 0.55
MARGIN = 0.1  # of cosine: how much nearer than the next person a voice must be
MIN_SECONDS = 8.0  # of clean speech: a voiceprint of less tells chance from voice too badly
SLIVER = 0.1  # of a speaker's time: what more is shared with a forgotten voice may be that voice
EVEN = 1e-3  # by how much the length of a voiceprint may miss 1: float32 rounds


@dataclass(frozen=True, slots=True)
class Voiceprint:
    """What a speaker's voice is like in one recording.

    `embedding` is of length 1; `seconds` is the clean speech that it is made of; `digest` is that
    of the model's weights: those of two models cannot be compared.
    """

    recording: str
    speaker: str
    embedding: tuple[float, ...]
    seconds: float
    digest: str

    def __post_init__(self) -> None:
        length = sqrt(sum(map(mul, self.embedding, self.embedding)))
        if not isclose(length, 1.0, abs_tol=EVEN):
            raise ValueError(f"a voiceprint has length 1, not {length!r}")

    @property
    def usable(self) -> bool:
        """Whether it is made of enough speech to tell anything."""
        return self.seconds >= MIN_SECONDS


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was decided of a speaker of a recording: that it is `person`, or is not (refused)."""

    recording: str
    speaker: str
    person: str
    confirmed: bool
    decided_at: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's voice, by one model, over all recordings in which it is confirmed."""

    person: str
    embedding: tuple[float, ...]
    seconds: float
    digest: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """That a speaker may be a person: the cosine of their voices, and how far the next one is.

    `margin` is the cosine itself where nobody else is known.
    """

    recording: str
    speaker: str
    person: str
    score: float
    margin: float


def profiles(
    voiceprints: Iterable[Voiceprint], recognised: Iterable[Recognised]
) -> tuple[Profile, ...]:
    """Return the voice of each person, from their confirmed voiceprints, by name."""
    whose = {(each.recording, each.speaker): each.person for each in recognised if each.confirmed}
    known = [
        (whose[each.recording, each.speaker], each.digest, each)
        for each in voiceprints
        if each.usable and (each.recording, each.speaker) in whose
    ]
    known.sort(key=lambda each: (*each[:2], each[2].recording, each[2].speaker))
    return tuple(
        profile(person, [own for _, _, own in group])
        for (person, _), group in groupby(known, key=lambda each: each[:2])
    )


def profile(person: str, voiceprints: Sequence[Voiceprint]) -> Profile:
    """Return the mean of voiceprints of one model, each by its seconds."""
    seconds = sum(each.seconds for each in voiceprints)
    columns = zip(*(each.embedding for each in voiceprints), strict=True)
    weights = [each.seconds for each in voiceprints]
    mean = [sum(map(mul, column, weights)) for column in columns]
    length = sqrt(sum(map(mul, mean, mean))) or 1.0  # opposite voices cancel out: like nobody
    embedding = tuple(value / length for value in mean)
    return Profile(person, embedding, seconds, voiceprints[0].digest)


def score(voiceprint: Voiceprint, known: Profile) -> float:
    """Return how alike two voices are: the cosine, from -1 to 1."""
    return float(sum(map(mul, voiceprint.embedding, known.embedding)))


def suggestion(
    voiceprint: Voiceprint, known: Iterable[Profile], refused: Collection[str] = ()
) -> Suggestion | None:
    """Return who a voice is likely to be; None where nobody is near enough, or two are.

    Who was refused is not suggested, yet is still there to be told from: a voice that is nearest
    to somebody whom it is not is no better known for that.
    """
    if not voiceprint.usable:
        return None
    near = sorted(
        ((score(voiceprint, each), each.person) for each in known if _alike(voiceprint, each)),
        reverse=True,
    )
    if not near or near[0][1] in refused:
        return None
    best, person = near[0]
    margin = best - (near[1][0] if len(near) > 1 else 0.0)
    if best < THRESHOLD or margin < MARGIN:
        return None
    return Suggestion(voiceprint.recording, voiceprint.speaker, person, best, margin)


def _alike(voiceprint: Voiceprint, known: Profile) -> bool:
    return voiceprint.digest == known.digest


def suggestions(
    voiceprints: Iterable[Voiceprint], recognised: Sequence[Recognised]
) -> tuple[Suggestion, ...]:
    """Return who the voices that nobody has confirmed are likely to be, the likeliest first."""
    voiceprints = tuple(voiceprints)
    known = profiles(voiceprints, recognised)
    confirmed = {(each.recording, each.speaker) for each in recognised if each.confirmed}
    refused = refusals(recognised)
    found = [
        suggestion(each, known, refused.get(place, ()))
        for each in voiceprints
        if (place := (each.recording, each.speaker)) not in confirmed
    ]
    return tuple(sorted(filter(None, found), key=attrgetter("score"), reverse=True))


def refusals(recognised: Iterable[Recognised]) -> dict[tuple[str, str], set[str]]:
    """Return whom each speaker is not, by recording and label."""
    refused: dict[tuple[str, str], set[str]] = {}
    for each in recognised:
        if not each.confirmed:
            refused.setdefault((each.recording, each.speaker), set()).add(each.person)
    return refused


def forgotten_again(
    before: Iterable[SpeakerSpan], now: Iterable[SpeakerSpan], forgotten: Collection[str]
) -> frozenset[str]:
    """Return whose voices are not to be kept, once speakers were told apart anew.

    Beside those who go by a forgotten label it is each of whose time more than a sliver was a
    forgotten one's: the same voice may go by another label now, by two, or be mixed into one.
    What is heard in different channels at the same time is different voices.
    """
    if not forgotten:
        return frozenset()
    silent = [span for span in before if span.speaker in forgotten]
    spans = tuple(now)
    theirs = {
        channel: shared_with(each for each in silent if _may_be_one(channel, each.channel))
        for channel in {span.channel for span in spans}
    }
    whole: dict[str, float] = defaultdict(float)
    shared: dict[str, float] = defaultdict(float)
    for span in spans:
        whole[span.speaker] += span.duration
        shared[span.speaker] += theirs[span.channel](span)
    heirs = {label for label in whole if shared[label] > SLIVER * whole[label]}
    return frozenset({*forgotten, *heirs})


def _may_be_one(channel: int | None, other: int | None) -> bool:
    return channel == other or None in (channel, other)


def shared_with(spans: Iterable[Span]) -> Callable[[Span], float]:
    """Return what tells how many seconds of a span lie in others, which may overlap."""
    runs: list[list[float]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if runs and start <= runs[-1][1]:
            runs[-1][1] = max(runs[-1][1], end)
        else:
            runs.append([start, end])
    starts = [start for start, _ in runs]
    past = list(accumulate((end - start for start, end in runs), initial=0.0))

    def until(moment: float) -> float:
        place = bisect_right(starts, moment)
        return min(past[place - 1] + moment - starts[place - 1], past[place]) if place else 0.0

    return lambda span: until(span.end) - until(span.start)
