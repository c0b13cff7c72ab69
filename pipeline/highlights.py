"""Passages that a person marked, and what the transcript says there now (pure).

A highlight is anchored to a time and keeps its words as they stood, so that neither a correction
nor another transcription takes it away.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.transcript import Mention, Span, word_offsets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.transcript import Turn

# Seconds by which a highlight may pass the turn that it is in: another model times words so.
BEYOND = 0.3
UNWRITTEN = {"Cc", "Cs"}  # control characters and half letters, which nothing shows


@dataclass(frozen=True, slots=True)
class Highlight(Span):
    """A passage that was marked, with its words as they stood then.

    `number` counts a recording's highlights from 1. Times of making and changing are UTC as ISO
    8601, to the microsecond: `changed_at` tells whether somebody has changed it since.
    """

    number: int
    text: str
    tags: tuple[str, ...] = ()
    note: str = ""
    starred: bool = False
    made_at: str = ""
    changed_at: str = ""


@dataclass(frozen=True, slots=True)
class Quoted(Span):
    """What one speaker says, in one turn or several, within a highlight."""

    speaker: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Highlighted:
    """A highlight with the facts of its recording, and what the transcript says there now.

    `text` is empty where nothing is said there; `speaker` names all who speak, with commas between.
    `places` are where it stands in the turns.
    """

    highlight: Highlight
    recording_id: str
    title: str
    recorded_at: str
    project: str | None
    speaker: str | None
    text: str
    said: tuple[Quoted, ...] = ()
    places: tuple[Mention, ...] = ()


def mentions_of(turns: Mapping[int, Turn], span: Span) -> tuple[Mention, ...]:
    """Return where a passage stands in turns now; of the one turn, if it lies within one.

    So a "mm-hm" of somebody else during a sentence is no part of it. Words count whose middles are
    in the passage. `turns` are by their positions.
    """
    found = tuple(
        mention
        for position, turn in turns.items()
        if turn.start <= span.end and span.start <= turn.end
        if (mention := _mention(position, turn, span))
    )
    holding = [each for each in found if _holds(turns[each.turn], span)]
    return (min(holding, key=lambda each: _unlike(each, span)),) if holding else found


def _mention(position: int, turn: Turn, span: Span) -> Mention | None:
    own = [n for n, word in enumerate(turn.words) if span.start <= word.middle <= span.end]
    if not own:
        return None
    words, offsets = turn.words[own[0] : own[-1] + 1], word_offsets(turn.words)
    start, end = min(word.start for word in words), max(word.end for word in words)
    return Mention(start, end, position, offsets[own[0]], offsets[own[-1]] + len(words[-1].text))


def _holds(turn: Turn, span: Span) -> bool:
    return turn.start - BEYOND <= span.start and span.end <= turn.end + BEYOND


def _unlike(mention: Mention, span: Span) -> float:
    return abs(mention.start - span.start) + abs(mention.end - span.end)


def quoted(turns: Mapping[int, Turn], places: Iterable[Mention]) -> tuple[Quoted, ...]:
    """Return what is said in places of turns, speaker by speaker."""
    parts = [(turns[each.turn], each) for each in places]
    return tuple(
        _together(speaker, list(own))
        for speaker, own in groupby(parts, key=lambda part: part[0].speaker)
    )


def _together(speaker: str | None, parts: Sequence[tuple[Turn, Mention]]) -> Quoted:
    texts = (turn.text[place.start_char : place.end_char] for turn, place in parts)
    end = max(place.end for _, place in parts)
    return Quoted(parts[0][1].start, end, speaker, " ".join(texts))


def text_of(said: Iterable[Quoted]) -> str:
    """Return what is said, one speaker after the other."""
    return " ".join(each.text for each in said)


def speakers_of(said: Iterable[Quoted]) -> str | None:
    """Return who says it, with commas between; None where nobody was told apart."""
    return ", ".join(dict.fromkeys(each.speaker for each in said if each.speaker)) or None


def tidy_note(text: str) -> str:
    """Return a note as it is kept: its lines, without what cannot be shown."""
    written = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in UNWRITTEN)
    lines = (" ".join(line.split()) for line in written.splitlines())
    return unicodedata.normalize("NFC", "\n".join(lines).strip())
