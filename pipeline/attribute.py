"""Words to turns: whose each word is, and where one speaker's turn ends (pure).

The rules, in order:
- a word belongs to the speaker whose span of the word's channel it overlaps most; of equals, to
  the one who spoke before; without an overlap, to the nearest span within `NEAREST`;
- a speaker keeps the floor until they pause and somebody else has a word in that pause, so a
  word thrown in by another does not cut a sentence in two;
- where nobody is told apart, a turn is a paragraph: it ends with a sentence, at a pause or once it
  has grown long, or at any long pause.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.transcript import Segment, Span, SpeakerSpan, Turn, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEAREST = 2.0  # seconds: a word further than this from every span is nobody's
SHORTEST_PAUSE = 0.3  # seconds: less is a breath within a sentence
# Paragraphs of speech in which nobody is told apart, in seconds.
LONG_PAUSE = 1.5
SENTENCE_PAUSE = 0.5
LONG_PARAGRAPH = 30.0
SENTENCE_ENDS = tuple(".?!\u2026\u3002\uff1f\uff01")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word and whose it is; None where nobody was told apart."""

    speaker: str | None
    word: Word


def attribute(segments: Iterable[Segment], spans: Sequence[SpeakerSpan]) -> tuple[Turn, ...]:
    """Give every word of the segments to a speaker and gather them into turns, by start.

    No word is lost, and each speaker's words are in the order in which they start.
    """
    spoken = [
        SpokenWord(speaker, word)
        for segment in segments
        for speaker, word in zip(speakers_of(segment, spans), segment.words, strict=True)
    ]
    spoken.sort(key=lambda each: each.word.start)  # segments of several channels overlap
    speakers = list(dict.fromkeys(each.speaker for each in spoken))
    turns = [turn for speaker in speakers for turn in turns_of(speaker, spoken)]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end)))


def speakers_of(segment: Segment, spans: Sequence[SpeakerSpan]) -> list[str | None]:
    """Return whose each word of a segment is, by the spans of its channel."""
    possible = [span for span in spans if span.channel in (None, segment.channel)]
    if possible and all(span.channel is not None for span in possible):
        # The channel is the speaker: no time can say otherwise.
        return [possible[0].speaker] * len(segment.words)
    near = [span for span in possible if span.distance(segment) <= NEAREST]
    return [speaker_of(word, near) for word in segment.words]


def speaker_of(word: Word, spans: Iterable[SpeakerSpan]) -> str | None:
    """Return whose a word is: by most overlap, else by nearness; ties go to the earlier span."""
    near = [span for span in spans if span.distance(word) <= NEAREST]
    best = max(
        near,
        key=lambda span: (span.overlap(word), -span.distance(word), -span.start),
        default=None,
    )
    return best.speaker if best else None


def turns_of(speaker: str | None, spoken: Sequence[SpokenWord]) -> list[Turn]:
    """Return one speaker's turns among everybody's words."""
    own = [each.word for each in spoken if each.speaker == speaker]
    others = sorted(each.word.middle for each in spoken if each.speaker != speaker)
    turns, words = [], own[:1]
    for before, word in pairwise(own):
        pause = Span(min(before.end, word.start), word.start)
        new_paragraph = speaker is None and paragraph_ends(words, pause)
        if new_paragraph or floor_passes(pause, others):
            turns.append(Turn.of(speaker, words))
            words = []
        words.append(word)
    return [*turns, Turn.of(speaker, words)] if words else turns


def floor_passes(pause: Span, others: Sequence[float]) -> bool:
    """Tell whether somebody else speaks in a pause between two words of a speaker.

    others : the middles of everybody else's words, in order, in seconds.
    """
    if pause.duration < SHORTEST_PAUSE:
        return False
    after = bisect_left(others, pause.start)
    return after < len(others) and others[after] <= pause.end


def paragraph_ends(words: Sequence[Word], pause: Span) -> bool:
    """Tell whether words of nobody in particular are a paragraph, with a pause after them."""
    if pause.duration >= LONG_PAUSE:
        return True
    if not words[-1].text.endswith(SENTENCE_ENDS):
        return False
    long = words[-1].end - words[0].start >= LONG_PARAGRAPH
    return long or pause.duration >= SENTENCE_PAUSE
