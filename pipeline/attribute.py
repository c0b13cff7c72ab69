"""Words to turns: whose each word is, and where one speaker's turn ends (pure).

The rules, in order:
- a word belongs to the speaker whose span of the word's channel it overlaps most; of equals, to
  the one who spoke before; without an overlap, to the nearest span within `NEAREST`;
- a speaker keeps the floor until they pause and somebody else has a word in that pause, so a
  word thrown in by another does not cut a sentence in two;
- where nobody is told apart, a long pause ends the turn, so that there is something to read.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.transcript import Segment, Span, SpeakerSpan, Turn, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEAREST = 2.0  # seconds: a word further than this from every span is nobody's
SHORTEST_PAUSE = 0.3  # seconds: less is a breath within a sentence
UNATTRIBUTED_PAUSE = 1.5  # seconds: a paragraph's worth, where pauses are all there is to go by


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word and whose it is; None where nobody was told apart."""

    speaker: str | None
    word: Word


def attribute(segments: Iterable[Segment], spans: Sequence[SpeakerSpan]) -> tuple[Turn, ...]:
    """Give every word of the segments to a speaker and gather them into turns, by start.

    No word is lost, and each speaker's words keep their order.
    """
    spoken = [
        SpokenWord(speaker_of(word, segment.channel, spans), word)
        for segment in segments
        for word in segment.words
    ]
    speakers = list(dict.fromkeys(each.speaker for each in spoken))
    turns = [turn for speaker in speakers for turn in turns_of(speaker, spoken)]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end)))


def speaker_of(word: Word, channel: int | None, spans: Sequence[SpeakerSpan]) -> str | None:
    """Return whose a word is: by most overlap, else by nearness; ties go to the earlier span."""
    possible = [span for span in spans if span.channel in (None, channel)]
    if not possible:
        return None
    if channel is not None and all(span.channel == channel for span in possible):
        return possible[0].speaker  # the channel is the speaker: no time can say otherwise
    best = max(possible, key=lambda span: (span.overlap(word), -span.distance(word), -span.start))
    return best.speaker if best.distance(word) <= NEAREST else None


def turns_of(speaker: str | None, spoken: Sequence[SpokenWord]) -> list[Turn]:
    """Return one speaker's turns among everybody's words."""
    own = [each.word for each in spoken if each.speaker == speaker]
    others = [each.word for each in spoken if each.speaker != speaker]
    turns, words = [], own[:1]
    for before, word in pairwise(own):
        if floor_passes(Span(min(before.end, word.start), word.start), others, speaker):
            turns.append(Turn.of(speaker, words))
            words = []
        words.append(word)
    return [*turns, Turn.of(speaker, words)] if words else turns


def floor_passes(pause: Span, others: Sequence[Word], speaker: str | None) -> bool:
    """Tell whether a pause between two words of a speaker ends the turn."""
    if pause.duration < SHORTEST_PAUSE:
        return False
    if any(pause.start <= word.middle <= pause.end for word in others):
        return True
    return speaker is None and pause.duration >= UNATTRIBUTED_PAUSE
