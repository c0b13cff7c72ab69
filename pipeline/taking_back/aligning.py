"""Whose words cues hold: each cue to a turn, by what it says and when (pure).

Cues may be cut otherwise, moved, split or merged. Words that no cue is about are left as they are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate
from statistics import median
from typing import TYPE_CHECKING

from pipeline.corrections.atoms import folded as atoms
from pipeline.taking_back.naming import Names, foreign_opening
from pipeline.taking_back.settling import Chunk, chunks_of, folded
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.taking_back.subtitles import Cue
    from pipeline.transcript import Turn

NEAR = 2.0  # seconds by which a cue may be off from what it says
MOVED = 1.0  # second: all cues by so much or more are another clock, as of a film
TELLING = 4  # words in a row that stand once in a call tell when they are said
SAME_SPEAKER = 30.0  # points, of 100 for the same words, that the name of who speaks is worth
SAME_TIME = 10.0  # points that being said while it is shown is worth
ALIKE = 40.0  # of 100: less is other words
EXACT = 99.9
MOST_ELSEWHERE = 0.6  # of the words of a part of a cue that are another turn's


@dataclass(frozen=True, slots=True)
class Piece(Span):
    """A cue, or a part of one, that is about a turn; `named` is whom it names, if anybody.

    `foreign` tells that nobody of that name speaks in the recording.
    """

    lines: tuple[str, ...]
    turn: int
    named: str | None = None
    foreign: bool = False

    @property
    def text(self) -> str:
        """Its lines as one."""
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn, with what of it is compared."""

    position: int
    turn: Turn
    chunks: tuple[Chunk, ...]

    def within(self, span: Span) -> str:
        """Return what is said in some time, without spaces, as it is compared."""
        own = (c for c in self.chunks if c.start <= span.end and c.end >= span.start)
        return "".join(folded(chunk.text) for chunk in own)


@dataclass(frozen=True, slots=True)
class Assigned:
    """Cues by the turns that they are about, and those that are about none."""

    pieces: tuple[Piece, ...]
    nowhere: tuple[Cue, ...]


def assigned(cues: Sequence[Cue], turns: Sequence[Turn], names: Names) -> Assigned:
    """Return which turn each cue is about."""
    heard = tuple(Heard(n, turn, chunks_of(turn)) for n, turn in enumerate(turns))
    pieces: list[Piece] = []
    nowhere: list[Cue] = []
    for cue in on_our_clock(cues, heard):
        if piece := _piece(cue, _near(heard, cue), names):
            pieces.append(piece)
        else:
            nowhere.append(cue)
    parted = (part for piece in pieces for part in _parts(piece, heard, pieces))
    return Assigned(tuple(parted), tuple(nowhere))


def _near(heard: Iterable[Heard], time: Span) -> list[Heard]:
    return [each for each in heard if each.turn.distance(time) <= NEAR]


# Another clock


def on_our_clock(cues: Sequence[Cue], heard: Sequence[Heard]) -> list[Cue]:
    """Return cues at the recording's own times, where all were moved alike."""
    known = _telling_times(heard)
    apart = [cue.start - time for cue in cues if (time := _told(cue, known)) is not None]
    moved = median(apart) if len(apart) > 1 else 0.0
    if abs(moved) < MOVED:
        return list(cues)
    return [
        replace(cue, start=max(0.0, cue.start - moved), end=max(0.0, cue.end - moved))
        for cue in cues
    ]


def _told(cue: Cue, known: Mapping[tuple[str, ...], float]) -> float | None:
    """Return when the words that a cue begins with are said, after a name it may open with."""
    words = list(map(folded, cue.text.split()))
    starts = (tuple(words[n : n + TELLING]) for n in range(TELLING))
    return next((known[start] for start in starts if start in known), None)


def _telling_times(heard: Iterable[Heard]) -> dict[tuple[str, ...], float]:
    """Return when words in a row that stand only once are said."""
    times: dict[tuple[str, ...], float] = {}
    seen: Counter[tuple[str, ...]] = Counter()
    for each in heard:
        texts = [folded(chunk.text) for chunk in each.chunks]
        for n in range(len(texts) - TELLING + 1):
            words = tuple(texts[n : n + TELLING])
            seen[words] += 1
            times[words] = each.chunks[n].start
    return {words: time for words, time in times.items() if seen[words] == 1}


# One cue


def _piece(cue: Cue, near: Sequence[Heard], names: Names) -> Piece | None:
    """Return a cue as the turn's that is likest; None where none is."""
    best = max(near, key=lambda each: _points(cue, each, names), default=None)
    if best is None:
        return None
    found = _named(cue, best, names)
    away = best.turn.distance(cue) > 0 and _likeness(found.text, cue, best) < ALIKE
    return None if away else found


def _points(cue: Cue, heard: Heard, names: Names) -> float:
    said = _named(cue, heard, names)
    shared = Span(cue.start, cue.end).overlap(heard.turn) / max(cue.duration, 0.001)
    own = said.named is not None and not said.foreign and said.named == heard.turn.speaker
    return _likeness(said.text, cue, heard) + SAME_SPEAKER * own + SAME_TIME * min(1.0, shared)


def _likeness(text: str, time: Span, heard: Heard) -> float:
    """Return how like a text is to some of what is said around a time, up to 100."""
    from rapidfuzz import fuzz

    told, said = _plain(text), heard.within(_wider(time))
    if not told or not said:
        return 0.0
    if told in said:
        return 100.0
    return (fuzz.ratio if len(told) > len(said) else fuzz.partial_ratio)(told, said)


def _wider(time: Span) -> Span:
    return Span(max(0.0, time.start - NEAR), time.end + NEAR)


def _plain(text: str) -> str:
    return "".join(map(folded, text.split()))


def _named(cue: Cue, heard: Heard, names: Names) -> Piece:
    """Return a cue as a turn's, without the name that it opens with, if that is not said."""
    if cue.speaker is not None:
        known = names.find(cue.speaker)
        return Piece(
            cue.start, cue.end, cue.lines, heard.position, known or cue.speaker, known is None
        )
    whole = Piece(cue.start, cue.end, cue.lines, heard.position)
    found = names.opening(cue.lines[0])
    opening = found or foreign_opening(cue.lines[0])
    if opening is None and len(cue.lines) > 1:
        found = names.opening(f"{cue.lines[0]} {cue.lines[1]}")
        if found:  # the name has a line of its own
            return _opened(whole, cue, found[0], (found[1], *cue.lines[2:]), heard)
    if opening is None:
        return whole
    if found is None and not _opens(opening[1], heard):
        return whole
    opened = _opened(whole, cue, opening[0], (opening[1], *cue.lines[1:]), heard)
    return replace(opened, foreign=opened.named is not None and found is None)


def _opened(whole: Piece, cue: Cue, name: str, rest: tuple[str, ...], heard: Heard) -> Piece:
    """Return a piece without the name before its text, unless the name itself is said there."""
    said = _plain(whole.text) in heard.within(_wider(cue))
    return whole if said else replace(whole, lines=rest, named=name)


def _opens(text: str, heard: Heard) -> bool:
    """Tell whether a turn begins with the first word of a text."""
    return folded(text.split(maxsplit=1)[0]) == folded(heard.chunks[0].text)


# A cue over two turns


def _parts(whole: Piece, heard: Sequence[Heard], pieces: Iterable[Piece]) -> list[Piece]:
    """Return a cue that was merged of what two say in parts; else as it is."""
    if _likeness(whole.text, whole, heard[whole.turn]) > EXACT:
        return [whole]
    parts = _parted(whole, _near(heard, whole))
    others = [each for each in pieces if each.turn != whole.turn]
    shown = any(_plain(p.text) in _plain(o.text) for p in parts for o in others if o.turn == p.turn)
    return [whole] if shown or not parts else parts


def _parted(whole: Piece, near: Sequence[Heard]) -> list[Piece]:
    """Return parts of a cue that are of two turns, where most of its words are found again so."""
    words = whole.text.split()
    found = {each.position: _found(words, whole, each) for each in near}
    own = sum(found[whole.turn])
    counts = {position: (0, *accumulate(flags)) for position, flags in found.items()}
    ways = [
        (counts[first][cut] + counts[second][-1] - counts[second][cut], first, second, cut)
        for first in counts
        for second in counts
        if first < second and whole.turn in (first, second)
        for cut in range(1, len(words))
    ]
    best = max(ways, default=None)
    if best is None or best[0] <= own:
        return []
    _, first, second, cut = best
    parts = {first: (0, cut), second: (cut, len(words))}
    if best[0] == own + 1 and not _is_edge(words, cut, near, whole.turn):
        return []
    if any(_share(found[turn][begin:end]) < MOST_ELSEWHERE for turn, (begin, end) in parts.items()):
        return []
    return [
        replace(whole, lines=(" ".join(words[begin:end]),), turn=turn, named=None, foreign=False)
        for turn, (begin, end) in parts.items()
    ]


def _is_edge(words: Sequence[str], cut: int, near: Sequence[Heard], turn: int) -> bool:
    """Tell whether words are cut where a turn before another ends, or one behind it begins.

    A single word that another says as well, somewhere, is no reason to part what one says.
    """
    before = (atoms(each.chunks[-1].text) for each in near if each.position < turn)
    behind = (atoms(each.chunks[0].text) for each in near if each.position > turn)
    return atoms(words[cut - 1]) in before or atoms(words[cut]) in behind


def _found(words: Sequence[str], time: Span, heard: Heard) -> list[bool]:
    """Tell of each word whether it is said in a turn around a time, in that order."""
    around = _wider(time)
    near = (c for c in heard.chunks if c.start <= around.end and c.end >= around.start)
    own, told = [atoms(chunk.text) for chunk in near], list(map(atoms, words))
    found = [False] * len(words)
    for block in SequenceMatcher(None, own, told, autojunk=False).get_matching_blocks():
        found[block.b : block.b + block.size] = [True] * block.size
    return found


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags)
