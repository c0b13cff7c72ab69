"""A turn's text put together from cues: what no cue is about stays as it stands (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.taking_back.found import Left
from pipeline.taking_back.settling import (
    Chunk,
    chunks_of,
    folded,
    is_nothing_said,
    opcodes,
    said_in,
    shown_as,
    spaced_out,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.taking_back.aligning import Piece
    from pipeline.taking_back.settling import Opcode
    from pipeline.transcript import Turn

EDGE = 0.1  # second: words this near to a cue are said in it
MANY = 2  # times as many words, and so many more, do not go for a few
_SOUNDS = re.compile(r"[\[(\u266a].*[\])\u266a]\W*")  # [door slams], (laughs)
GONE = "no subtitle is about these words any more; they stay. To take them out: relisten correct"
SOUND = "this tells of a sound, and is no word that is said"
UNSURE = "it cannot be told which words these are to replace"


@dataclass(frozen=True, slots=True)
class Told:
    """A word that a cue has, and the number of that cue among those of its turn."""

    text: str
    piece: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A turn's text as cues have it, and what of both is left over."""

    text: str
    left: tuple[Left, ...]


def filled(turn: Turn, pieces: Sequence[Piece]) -> Filled:
    """Return what a turn says by the cues that are about it, in their order."""
    chunks, told = chunks_of(turn), told_in(turn, pieces)
    changes = opcodes([chunk.text for chunk in chunks], [word.text for word in told])
    text: list[str] = []
    left: list[Left] = []
    for change in changes:
        kind, first, end, _, _ = change
        if kind == "equal":
            text += (chunk.text for chunk in chunks[first:end])
            continue
        said, over = _changed(chunks, told, change, pieces)
        text += said
        left += over
    return Filled(" ".join(text), tuple(left))


# What cues say


def told_in(turn: Turn, pieces: Sequence[Piece]) -> list[Told]:
    """Return the words of cues, joined where a line ends within text without spaces."""
    parts: list[Told] = []
    broken: list[bool] = []
    known = frozenset(folded(text) for text in turn.text.split())
    for number, piece in enumerate(pieces):
        for line in piece.lines:
            for place, word in enumerate(said_in(line, known)):
                parts.append(Told(word, number))
                broken.append(place == 0)
    gaps = spaced_out(turn, [part.text for part in parts])
    told: list[Told] = []
    for part, is_broken, gap in zip(parts, broken, gaps, strict=True):
        if told and is_broken and not gap:
            told[-1] = Told(told[-1].text + part.text, told[-1].piece)
        else:
            told.append(part)
    return told


# What is other than it stands


def _changed(
    chunks: Sequence[Chunk], told: Sequence[Told], change: Opcode, pieces: Sequence[Piece]
) -> tuple[list[str], list[Left]]:
    """Return what is said where cues and turn differ, and what is left over of both."""
    _, first, end, begin, stop = change
    old, new = chunks[first:end], told[begin:stop]
    stood = [chunk.text for chunk in old]
    typed = shown_as([chunk.text for chunk in chunks], [word.text for word in new])
    if is_nothing_said(typed):
        typed = []
    if not typed and is_nothing_said(stood):
        return stood, []
    if not old and _SOUNDS.fullmatch(" ".join(typed)):
        return [], [Left(pieces[new[0].piece].start, "", " ".join(typed), SOUND)]
    shown = _shown(old, _around(told, begin, stop, pieces), told, change)
    if typed and not any(shown):
        if len(old) > MANY * len(typed) + MANY:
            return stood, [Left(old[0].start, " ".join(stood), " ".join(typed), UNSURE)]
        shown = [True] * len(old)
    return _put_in(old, shown, typed)


def _around(told: Sequence[Told], begin: int, stop: int, pieces: Sequence[Piece]) -> list[Piece]:
    """Return the cues of some words, of the word before and of the one after."""
    numbers = {word.piece for word in told[max(0, begin - 1) : stop + 1]}
    return [pieces[number] for number in sorted(numbers)]


def _shown(
    old: Sequence[Chunk], around: Sequence[Piece], told: Sequence[Told], change: Opcode
) -> list[bool]:
    """Tell of each word that is gone whether a cue is about it: of the others nothing is said."""
    _, _, _, begin, stop = change
    is_inside = begin > 0 and stop < len(told) and told[begin - 1].piece == told[stop].piece
    return [
        is_inside or any(p.start - EDGE <= each.middle <= p.end + EDGE for p in around)
        for each in old
    ]


def _put_in(
    old: Sequence[Chunk], shown: Sequence[bool], typed: Sequence[str]
) -> tuple[list[str], list[Left]]:
    """Return words with others in the place of those that a cue is about."""
    said: list[str] = []
    left: list[Left] = []
    place = shown.index(True) if True in shown else 0
    for is_shown, run in groupby(range(len(old)), key=lambda n: shown[n]):
        own = list(run)
        if own[0] <= place <= own[-1] and is_shown:
            said += typed
        if not is_shown:
            stays = [old[n].text for n in own]
            said += stays
            left += _gone(old[own[0]].start, stays)
    return (said if old else list(typed)), left


def _gone(start: float, words: Sequence[str]) -> Iterator[Left]:
    if not is_nothing_said(words):
        yield Left(start, " ".join(words), "", GONE)
