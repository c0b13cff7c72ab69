"""Words to turns: by what it is known whose a word is, the surest first (pure).

- A passage that a person gave to somebody is theirs, word for word.
- In a channel in which one person speaks, that person says every word.
- Else voices tell, word by word: `boundaries` weighs time, pauses and sentences.

`turns` then says where each speaker's turn ends.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.boundaries import Voice, Whose, voices_of, whose
from pipeline.turns import SpokenWord, gathered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.transcript import Segment, SpeakerSpan, Turn, Word

BY_HAND = 1.0  # how sure a person's word is


def attribute(
    segments: Iterable[Segment],
    spans: Sequence[SpeakerSpan],
    by_hand: Sequence[SpeakerSpan] = (),
) -> tuple[Turn, ...]:
    """Give every word of the segments to a speaker and gather them into turns, by start.

    No word is lost; each speaker's words are in the order in which they start, and say how sure
    their speaker is. Passages by hand are those of a channel, or of all, and do not overlap; what
    lies outside them is as if there were none.
    """
    spoken = [
        each
        for channel, words in by_channel(segments).items()
        for each in spoken_in(words, _of_channel(spans, channel), _of_channel(by_hand, channel))
    ]
    spoken.sort(key=lambda each: each.word.start)
    return gathered(spoken)


def by_channel(segments: Iterable[Segment]) -> dict[int | None, list[Word]]:
    """Return the words of each channel, in order of their starts."""
    words: dict[int | None, list[Word]] = {}
    for segment in segments:
        words.setdefault(segment.channel, []).extend(segment.words)
    return {channel: sorted(own, key=lambda word: word.start) for channel, own in words.items()}


def _of_channel(spans: Iterable[SpeakerSpan], channel: int | None) -> list[SpeakerSpan]:
    return [span for span in spans if span.channel in (None, channel)]


def spoken_in(
    words: Sequence[Word], spans: Sequence[SpeakerSpan], by_hand: Sequence[SpeakerSpan]
) -> list[SpokenWord]:
    """Return whose the words of one channel are, by the spans that hold for it."""
    passages = sorted(by_hand, key=lambda span: span.start)
    voices = voices_of(spans)
    spoken: list[SpokenWord] = []
    # What a person decided parts the words: nothing on one side of it tells of the other side.
    for speaker, run in groupby(words, key=lambda word: given_to(word, passages)):
        own = list(run)
        told = told_by(voices, own) if speaker is None else [Whose(speaker, BY_HAND)] * len(own)
        spoken += [said_by(*each) for each in zip(told, own, strict=True)]
    return spoken


def given_to(word: Word, passages: Sequence[SpeakerSpan]) -> str | None:
    """Return to whom a person gave a word: its middle lies in the passage, its start included.

    passages : by start, and not overlapping.
    """
    place = bisect_right(passages, word.middle, key=lambda span: span.start) - 1
    inside = place >= 0 and word.middle <= passages[place].end
    return passages[place].speaker if inside else None


def told_by(voices: Sequence[Voice], words: Sequence[Word]) -> Sequence[Whose | None]:
    """Return whose words are: if a channel has one speaker, theirs; else by time."""
    match voices:
        case [voice] if all(span.channel is not None for span in voice.spans):
            return [Whose(voice.speaker, voice.nearest(word).probability) for word in words]
        case _:
            return whose(words, voices)


def said_by(told: Whose | None, word: Word) -> SpokenWord:
    """Return a word as its speaker's; nothing is sure of nobody's."""
    speaker, sure = (told.speaker, told.probability) if told else (None, None)
    return SpokenWord(speaker, replace(word, speaker_probability=sure))
