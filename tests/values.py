"""Small transcripts for tests, made from plain text, and hypothesis's ways to make others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pipeline.export import Document
from pipeline.transcript import (
    Annotation,
    Entity,
    Keyphrase,
    Made,
    Mention,
    Span,
    Transcript,
    Turn,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


def words(
    text: str, start: float = 0.0, each: float = 0.3, *, spaced: bool = True
) -> tuple[Word, ...]:
    """Return the words of a text, one after another, each of the same length."""
    return tuple(
        Word(
            round(start + place * each, 3),
            round(start + (place + 1) * each, 3),
            word,
            spaced=spaced,
        )
        for place, word in enumerate(text.split())
    )


def turn(text: str, speaker: str | None = "Anna", start: float = 0.0, each: float = 0.3) -> Turn:
    """Return a turn of evenly spoken words."""
    return Turn.of(speaker, words(text, start, each))


def transcript(*turns: Turn, annotation: Annotation | None = None) -> Transcript:
    """Return a transcript of turns."""
    return Transcript("abc123", "en", turns, annotation or Annotation())


def document(
    *turns: Turn, title: str = "First call", annotation: Annotation | None = None
) -> Document:
    """Return turns as an hour's recording."""
    return Document(transcript(*turns, annotation=annotation), title, "call.m4a", 3600.0)


def rich_document() -> Document:
    """Return a document with something in every field."""
    made = Made("whisper", "1.2", "base", "00ff", (("beam", "5"),), ("no timings at 3 s",))
    acme = Mention(2.4, 2.7, 1, 4, 8)
    annotation = Annotation(
        (Entity("Acme", "ORG", acme), Entity("Acme", "ORG", Mention(62.4, 62.7, 2, 0, 4))),
        (Keyphrase("price", 0.5, ()), Keyphrase("acme", 0.9, (acme,))),
    )
    turns = (
        turn("How is it going?", "Anna", 0.5),
        turn("At Acme? Too expensive.", "Ben & Co", 2.1),
        turn("Acme, then.", None, 62.4),
    )
    said = Transcript("abc123", "en", turns, annotation, (("transcribe", made),))
    filed = "2026-09-01", "acme", ("Ann Lee", "Bob"), ("pricing", "churn")
    return Document(said, "First call", "call.m4a", 3723.25, *filed)


_TEXTS = (
    *("I", "we", "so", "too", "expensive", "honestly,", "Acme.", "Really?", "No!", "Dr.", "well-"),
    *("<b>", "a&b", "-->", "*so*", "_x_", "{y}", "#", "naïve", "incomprehensibilities", "x" * 45),
)
_RUN_ON_TEXTS = ("今日", "は", "、", "カレー", "です。", "「", "」", "-five", "'s", "ครับ")
_LONG_NAME = "Dr. Maximiliane von Habsburg-Lothringen, Wien"
_NAMES = st.sampled_from(["Anna", "Ben & <Co>", _LONG_NAME, None])
_GAPS = st.sampled_from([0.0, 0.0, 0.0, 0.1, 0.5, 0.9, 3.0])
# Each a text, and whether a space stands before it.
_SAID = st.sampled_from(
    [(text, True) for text in _TEXTS] + [(text, False) for text in _RUN_ON_TEXTS]
)


def spoken_words() -> st.SearchStrategy[tuple[Word, ...]]:
    """Make words in time order that do not overlap, some in a script without spaces."""
    lengths = st.floats(0.05, 0.8, allow_nan=False)
    return st.lists(st.tuples(_SAID, _GAPS, lengths), min_size=1, max_size=40).map(_in_a_row)


def _in_a_row(said: list[tuple[tuple[str, bool], float, float]]) -> tuple[Word, ...]:
    made, end = [], 0.0
    for (text, spaced), gap, length in said:
        start = end + gap
        end = round(start + length, 4)
        made.append(Word(start, end, text, spaced=spaced))
    return tuple(made)


def spans_in_a_row(drawn: Iterable[tuple[float, float]]) -> tuple[Span, ...]:
    """Return spans, given the pause before each and its length."""
    made: list[Span] = []
    for gap, length in drawn:
        start = gap + (made[-1].end if made else 0.0)
        made.append(Span(start, start + length))
    return tuple(made)


def spans(
    gaps: st.SearchStrategy[float], lengths: st.SearchStrategy[float], most: int = 15
) -> st.SearchStrategy[tuple[Span, ...]]:
    """Make spans in order that do not overlap."""
    return st.lists(st.tuples(gaps, lengths), max_size=most).map(spans_in_a_row)


def conversations() -> st.SearchStrategy[tuple[Turn, ...]]:
    """Make turns of which no two overlap."""
    return st.lists(st.tuples(_NAMES, spoken_words(), _GAPS), max_size=4).map(_one_after_another)


def _one_after_another(
    spoken: list[tuple[str | None, tuple[Word, ...], float]],
) -> tuple[Turn, ...]:
    turns, end = [], 0.0
    for speaker, said, gap in spoken:
        start = end + gap
        moved = [replace(word, start=word.start + start, end=word.end + start) for word in said]
        turns.append(Turn.of(speaker, moved))
        end = moved[-1].end
    return tuple(turns)


def tangles() -> st.SearchStrategy[tuple[Turn, ...]]:
    """Make turns whose times are as bad as values allow: overlapping, unordered, zero-length."""
    starts = st.one_of(st.sampled_from([0.0, 1.0, 1.0004]), st.floats(0, 40, allow_nan=False))
    words = st.builds(_word, _SAID, starts, st.sampled_from([0.0, 0.0, 0.2, 12.0]))
    turns = st.builds(Turn.of, _NAMES, st.lists(words, min_size=1, max_size=25))
    return st.lists(turns, max_size=4).map(
        lambda turns: tuple(sorted(turns, key=lambda turn: turn.start))
    )


def _word(said: tuple[str, bool], start: float, length: float) -> Word:
    return Word(start, start + length, said[0], spaced=said[1])
