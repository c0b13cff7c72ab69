"""What a recogniser wrote and nobody said: which words go, and why (pure)."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from typing import TYPE_CHECKING

from pipeline.transcript import Removed, Word, join_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.recogniser import Heard
    from pipeline.transcript import Segment, Span

SILENCE = "the recogniser itself hears no speech there"
IN_CIRCLES = "the same words over and over"
NO_VOICE = "nobody speaks there"
STOCK = "a stock phrase, as the recogniser writes them for noise"

REPEATS = 2  # times that a phrase may stand in a text that goes in circles
LONGEST_LOOP = 12  # words of a phrase
REACH = 0.5  # seconds that a word may lie from where somebody speaks
DOUBTED = 0.5  # mean probability of the words, under which a stock phrase is not believed
# What Whisper learnt from subtitles and writes where nobody speaks; all of them can be said too.
STOCK_PHRASES = frozenset(
    {
        "you",
        "thank you",
        "thank you very much",
        "thank you so much",
        "thanks for watching",
        "thank you for watching",
        "please subscribe",
        "please subscribe to my channel",
        "like and subscribe",
        "see you next time",
        "see you in the next video",
        "bye",
        "bye bye",
        "byebye",
        "the end",
        "music",
        "applause",
        "silence",
        "foreign",
        "subtitles by the amaraorg community",
        "transcription by castingwords",
    }
)


def removed_of(words: Sequence[Word], reason: str, channel: int | None) -> Removed:
    """Return words as removed, in one piece."""
    end = max(word.end for word in words)
    return Removed(words[0].start, end, join_words(words), reason, channel)


def guard(
    segment: Segment, heard: Heard, utterances: Sequence[Span]
) -> tuple[Segment | None, tuple[Removed, ...]]:
    """Return a segment without the words that nobody said (None if none is left), and these.

    utterances : where somebody speaks in the segment's channel, in order.
    """
    if heard.silent:
        return None, (removed_of(segment.words, SILENCE, segment.channel),)
    gone: list[Removed] = []
    words = segment.words
    if heard.looped:
        words, looped = without_loops(words)
        gone += [removed_of(each, IN_CIRCLES, segment.channel) for each in looped]
    voiced = tuple(word for word in words if near_voice(word, utterances))
    gone += [removed_of([word], NO_VOICE, segment.channel) for word in words if word not in voiced]
    if voiced and is_stock(voiced):
        gone.append(removed_of(voiced, STOCK, segment.channel))
        voiced = ()
    return (segment.with_words(voiced) if voiced else None), tuple(gone)


def without_loops(
    words: Sequence[Word],
) -> tuple[tuple[Word, ...], tuple[tuple[Word, ...], ...]]:
    """Return words with a phrase that follows itself more than `REPEATS` times kept so often.

    The second are the words that went, in runs.
    """
    said = [letters(word.text) for word in words]
    kept: list[Word] = []
    gone: list[tuple[Word, ...]] = []
    at = 0
    while at < len(words):
        length, times = _loop_at(said, at)
        if times > REPEATS:
            kept += words[at : at + REPEATS * length]
            gone.append(tuple(words[at + REPEATS * length : at + times * length]))
            at += times * length
        else:
            kept.append(words[at])
            at += 1
    return tuple(kept), tuple(gone)


def _loop_at(said: Sequence[str], at: int) -> tuple[int, int]:
    """Return the length of the phrase that begins at a word and covers most, and how often."""
    best = (1, 1)
    for length in range(1, min(LONGEST_LOOP, (len(said) - at) // 2) + 1):
        phrase = said[at : at + length]
        times = 1
        while said[at + times * length : at + (times + 1) * length] == phrase:
            times += 1
        if times > REPEATS and length * times > best[0] * best[1]:
            best = (length, times)
    return best


def near_voice(word: Word, utterances: Sequence[Span]) -> bool:
    """Tell whether somebody speaks within `REACH` of a word."""
    first = bisect_left(utterances, word.start - REACH, key=lambda span: span.end)
    return first < len(utterances) and utterances[first].distance(word) <= REACH


def is_stock(words: Sequence[Word]) -> bool:
    """Tell whether words are a stock phrase and no more, and the recogniser is not sure of it."""
    text = " ".join(letters(word.text) for word in words).strip()
    probability = sum(word.probability for word in words) / len(words)
    return text in STOCK_PHRASES and probability < DOUBTED


def letters(text: str) -> str:
    """Return a word without punctuation and capitals, with all marks of its script."""
    return "".join(c for c in text if c.isalnum() or unicodedata.category(c)[0] == "M").casefold()
