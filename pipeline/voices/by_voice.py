"""Who spoke when in one channel, told by voice.

Each stretch goes to the person whom it sounds like; a long one is followed moment by moment, as
the next speaker may begin without a pause. Each frame is heard in two windows, which vote.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.voices import FIRST_FRAME, FRAME_STEP, LOCAL_VOICES
from pipeline.progress import Report, silent
from pipeline.transcript import SpeakerSpan
from pipeline.voices.clustering import SpeakerCount, people, unit
from pipeline.voices.stretches import HOP_FRAMES, hear_voices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from models.voices import VoiceTeller
    from pipeline.audio import Audio
    from pipeline.voices.stretches import Heard, Moments, Stretch

    Floats = npt.NDArray[np.float32]

NAME_PATTERN = "Speaker {number}"
SHORTEST_JUDGED = 0.6  # seconds of a voice alone that say who there is
PIECE = 2.0  # seconds: of a longer stretch, each piece says so by itself, as it may be of two
HALF_SURE = 0.4  # seconds alone at which a stretch weighs as much as the rest of its local voice
# What it costs, in cosine, to pass from one person to another between two moments: in full speech,
# and where there is a breath between them.
CHANGE, CHANGE_IN_PAUSE = 1.2, 0.4
PAUSE_SPEECH, FULL_SPEECH = 0.3, 0.95  # probabilities of speech between which the cost rises
BRIDGED = 1.2  # seconds: a speaker who pauses for less has the floor, if nobody else takes it
SHORTEST = 0.1  # seconds; less is no word
CLEAN = 1.5  # seconds: shorter stretches are not in a voiceprint
# The difference in cosine between the nearest person and the next at which it is 73 % sure who it
# is: stretches of 0.8 s, of which 1 in 200 is given to the wrong one, differ by 0.3 at the median.
DOUBT = 0.08
TIE = 0.1  # of a vote: what a margin of 1 weighs where windows disagree
SECTION = 24  # windows, two minutes: what is voted on at once, to bound the memory


@dataclass(frozen=True, slots=True)
class HeardVoice:
    """What one speaker's voice is like: an embedding of length 1, made of `seconds` of speech.

    `digest` is that of the weights that made it.
    """

    speaker: str
    embedding: tuple[float, ...]
    seconds: float
    digest: str


@dataclass(frozen=True, slots=True)
class ToldApart:
    """Who spoke when, and what each one's voice is like; speakers are numbered as they begin."""

    spans: tuple[SpeakerSpan, ...] = ()
    voices: tuple[HeardVoice, ...] = ()


class Part(NamedTuple):
    """Frames of a window that are one person's, and by how much that person is the nearest."""

    first: int
    last: int
    person: int
    margin: float


def tell_apart(
    audio: Audio,
    channel: int | None,
    teller: VoiceTeller,
    count: SpeakerCount | None = None,
    report: Report = silent,
) -> ToldApart:
    """Return who spoke when in a channel (None: the mix of all); nobody, where nobody speaks."""
    heard = hear_voices(audio, channel, teller, report)
    if not heard.stretches:
        return ToldApart()
    known = people(*_judged(heard.stretches), count or SpeakerCount())
    parts = dict(_parts(heard.stretches, known))
    frames = _frames(heard, parts, len(known))
    spans = {person: tuple(_spans(frames, person, audio.duration)) for person in range(len(known))}
    speaking = sorted(
        (person for person in spans if spans[person]),
        key=lambda each: (spans[each][0].start, spans[each][0].end),
    )
    names = {person: NAME_PATTERN.format(number=n) for n, person in enumerate(speaking, start=1)}
    named = (
        SpeakerSpan(span.start, span.end, names[person], None, span.probability)
        for person in speaking
        for span in spans[person]
    )
    found = ((names[person], _voice(person, parts, frames)) for person in speaking)
    voices = (HeardVoice(name, *voice, teller.made.digest) for name, voice in found if voice)
    return ToldApart(tuple(sorted(named, key=lambda span: (span.start, span.end))), tuple(voices))


def _judged(stretches: Sequence[Stretch]) -> tuple[Floats, Floats]:
    """Return what says who there is: embeddings, and the seconds that each is made of."""
    long = [stretch for stretch in stretches if stretch.alone >= SHORTEST_JUDGED] or stretches
    pieces = [piece for stretch in long for piece in _pieces(stretch)]
    seconds = np.array([seconds for _, seconds in pieces], dtype=np.float32)
    return np.array([embedding for embedding, _ in pieces], dtype=np.float32), seconds


def _pieces(stretch: Stretch) -> Iterator[tuple[Floats, float]]:
    number = int(stretch.duration // PIECE)
    if number < 2 or stretch.moments is None:
        yield stretch.embedding, stretch.alone
        return
    for moments in np.array_split(stretch.moments.embeddings.astype(np.float32), number):
        yield unit(moments.sum(axis=0, keepdims=True))[0], stretch.alone / number


def _parts(
    stretches: Iterable[Stretch], known: Floats
) -> Iterator[tuple[Stretch, tuple[Part, ...]]]:
    """Yield each stretch with whose it is: one person's, or several's in turn."""
    for _, group in groupby(stretches, key=lambda each: (each.window, each.voice)):
        voice = tuple(group)
        whole = unit(
            np.sum([each.embedding * max(each.alone, 0.1) for each in voice], axis=0)[np.newaxis]
        )[0]
        for stretch in voice:
            yield stretch, _whose(stretch, whole, known)


def _whose(stretch: Stretch, whole: Floats, known: Floats) -> tuple[Part, ...]:
    if stretch.moments is not None and len(known) > 1:
        likeness = stretch.moments.embeddings.astype(np.float32) @ known.T
        path = likeliest_path(likeness, change_costs(stretch.moments))
        if len(set(path.tolist())) > 1:
            return tuple(_parts_of_path(stretch, stretch.moments, path, likeness))
    own = stretch.alone / (stretch.alone + HALF_SURE)
    voice = own * stretch.embedding + (1 - own) * whole
    likeness = known @ np.asarray(voice, dtype=np.float32)
    person = int(likeness.argmax())
    return (Part(stretch.first, stretch.last, person, margin_of(likeness, person)),)


def margin_of(likeness: Floats, person: int) -> float:
    """Return by how much a person is nearer than the next; 1 where there is no other."""
    others = np.delete(likeness, person)
    return float(likeness[person] - others.max()) if len(others) else 1.0


def change_costs(moments: Moments) -> Floats:
    """Return what it costs to change before each moment: (n,), less where speech pauses."""
    fullness = (moments.speech - PAUSE_SPEECH) / (FULL_SPEECH - PAUSE_SPEECH)
    costs = CHANGE_IN_PAUSE + (CHANGE - CHANGE_IN_PAUSE) * np.clip(fullness, 0, 1)
    return np.asarray(costs, dtype=np.float32)


def likeliest_path(likeness: Floats, costs: Floats) -> npt.NDArray[np.intp]:
    """Return who speaks at each moment, so that likeness less the cost of changes is greatest.

    likeness : (n_moments, n_people); costs : (n_moments,), of a change before each. Of equals, the
    one without a change. This is Viterbi's algorithm.
    """
    moments, number = likeness.shape
    before = np.empty((moments, number), dtype=np.intp)
    total = likeness[0].astype(np.float64)
    stay = np.arange(number)
    for moment in range(1, moments):
        best = int(total.argmax())
        changed = total[best] - costs[moment]
        before[moment] = np.where(total >= changed, stay, best)
        total = np.maximum(total, changed) + likeness[moment]
    path = np.empty(moments, dtype=np.intp)
    path[-1] = total.argmax()
    for moment in range(moments - 1, 0, -1):
        path[moment - 1] = before[moment, path[moment]]
    return path


def _parts_of_path(
    stretch: Stretch, moments: Moments, path: npt.NDArray[np.intp], likeness: Floats
) -> Iterator[Part]:
    window_start = stretch.window * HOP_FRAMES * FRAME_STEP + FIRST_FRAME
    changes = np.flatnonzero(np.diff(path)) + 1
    times = (moments.times[changes] + moments.times[changes - 1]) / 2
    frames = np.round((times - window_start) / FRAME_STEP).astype(int).tolist()
    edges = pairwise([stretch.first, *frames, stretch.last])
    stays = pairwise([0, *changes.tolist(), len(path)])
    for (first, last), (begin, end) in zip(edges, stays, strict=True):
        person = int(path[begin])
        yield Part(first, last, person, margin_of(likeness[begin:end].mean(axis=0), person))


@dataclass(frozen=True, slots=True)
class Frames:
    """Who speaks in each frame of a recording.

    Of each person, the numbers of their frames, in order, and the margin in each; `voices` is how
    many people speak in each frame.
    """

    of: tuple[npt.NDArray[np.intp], ...]
    margins: tuple[Floats, ...]
    voices: npt.NDArray[np.int8]


def _frames(heard: Heard, parts: Mapping[Stretch, tuple[Part, ...]], number: int) -> Frames:
    """Let the windows in which each frame is heard vote on who speaks in it."""
    by_window: dict[int, list[Part]] = {}
    for stretch, own in parts.items():
        by_window.setdefault(stretch.window, []).extend(own)
    last = len(heard.voices) + 1  # what only the second half of the last window hears
    sections = [range(first, min(first + SECTION, last)) for first in range(0, last, SECTION)]
    told = [_vote(section, heard, by_window, number) for section in sections]
    people_told = []
    for person in range(number):
        chosen = [np.flatnonzero(speaking[:, person]) for speaking, _ in told]
        numbers = [
            own + section[0] * HOP_FRAMES for own, section in zip(chosen, sections, strict=True)
        ]
        margins = [each[own, person] for own, (_, each) in zip(chosen, told, strict=True)]
        people_told.append((np.concatenate(numbers), np.concatenate(margins)))
    voices = np.concatenate([speaking.sum(axis=1, dtype=np.int8) for speaking, _ in told])
    return Frames(
        tuple(numbers for numbers, _ in people_told),
        tuple(margins for _, margins in people_told),
        voices,
    )


def _vote(
    section: range, heard: Heard, by_window: Mapping[int, Sequence[Part]], number: int
) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Return who speaks in the frames of a section of windows, and with what margin.

    Both are (n_frames, n_people). As many speak as the windows hear on average; of those with as
    many votes, who is the nearest by more.
    """
    size = len(section) * HOP_FRAMES
    votes, margins = np.zeros((2, size, number), dtype=np.float32)
    windows, voices = np.zeros((2, size), dtype=np.float32)
    length = heard.voices.shape[1]
    for window in range(max(0, section.start - 1), min(section.stop, len(heard.voices))):
        start = (window - section.start) * HOP_FRAMES
        inside = slice(max(0, start), start + length)
        windows[inside] += 1
        voices[inside] += heard.voices[window][inside.start - start :][: size - inside.start]
        for part in by_window.get(window, ()):
            own = slice(max(0, start + part.first), max(0, start + part.last))
            votes[own, part.person] += 1
            margins[own, part.person] += part.margin
    margins /= np.maximum(votes, 1)
    expected = np.round(voices / np.maximum(windows, 1))
    order = np.argsort(-(votes + margins * TIE), axis=1, kind="stable")
    speaking = np.zeros((size, number), dtype=np.bool_)
    for rank in range(min(number, LOCAL_VOICES)):
        frames = np.flatnonzero(expected > rank)
        person = order[frames, rank]
        speaking[frames, person] = votes[frames, person] > 0
    return speaking, margins


def _spans(frames: Frames, person: int, duration: float) -> Iterator[SpeakerSpan]:
    """Yield when a person has the floor, under no name yet."""
    numbers, margins = frames.of[person], frames.margins[person]
    if not len(numbers):
        return
    spoken = np.zeros(len(frames.voices) + 1, dtype=np.intp)
    spoken[1:] = np.cumsum(frames.voices > 0)
    gaps = np.diff(numbers) - 1
    silent_part = gaps - (spoken[numbers[1:]] - spoken[numbers[:-1] + 1])
    bridged = (gaps * FRAME_STEP < BRIDGED) & (silent_part >= gaps / 2)
    breaks = np.flatnonzero((gaps > 0) & ~bridged) + 1
    for own, sure in zip(np.split(numbers, breaks), np.split(margins, breaks), strict=True):
        start = FIRST_FRAME + float(own[0]) * FRAME_STEP
        end = min(duration, FIRST_FRAME + float(own[-1] + 1) * FRAME_STEP)
        if end - start >= SHORTEST:
            probability = 1 / (1 + float(np.exp(-sure.mean() / DOUBT)))
            yield SpeakerSpan(start, end, "", None, probability)


def _voice(
    person: int, parts: Mapping[Stretch, tuple[Part, ...]], frames: Frames
) -> tuple[tuple[float, ...], float] | None:
    """Return a voice's embedding and the seconds that it is made of; None where it is never clean.

    It is made of the stretches that are one person's from end to end.
    """
    clean = [
        stretch
        for stretch, own in parts.items()
        if stretch.alone >= CLEAN and [part.person for part in own] == [person]
    ]
    if not clean:
        return None
    whole = np.sum([stretch.embedding * stretch.alone for stretch in clean], axis=0)
    embedding = tuple(unit(whole[np.newaxis])[0].tolist())
    heard_twice = sum(stretch.alone for stretch in clean)
    own_frames = frames.of[person]
    alone = float((frames.voices[own_frames] == 1).sum()) * FRAME_STEP
    return embedding, min(heard_twice, alone)
