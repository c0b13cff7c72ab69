"""Text that comes back held against a turn's own: what files cannot show is no change (pure).

Word and subtitles have other quotes, no angle brackets, a dash before who speaks. Where a word is
the same but for that, the turn's own stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.corrections.atoms import folded as atoms
from pipeline.corrections.atoms import is_mark, is_run_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pipeline.transcript import Turn, Word

    Opcode = tuple[str, int, int, int, int]

UNSHOWN = "\ufffd"  # what stands in a file where it has no place for a character
# SubRip is written with the second ones, Word writes them in the place of the first.
_LOOKALIKES = str.maketrans("\u2039\u203a(){}\u2018\u2019\u201c\u201d\u00a0", "<>{}{}''\"\" ")
_MUSIC = "\u266a\u266b\u266c\u2669"
_DASHES = "-\u2010\u2011\u2012\u2013\u2014"


@lru_cache(maxsize=1 << 15)
def folded(text: str) -> str:
    """Return text as it is compared with text that comes back from a file."""
    plain = unicodedata.normalize("NFC", text).translate(_LOOKALIKES).replace("\u2026", "...")
    return "".join(c if _is_shown(c) else UNSHOWN for c in plain)


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Cn"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """The words of a turn that no space parts, with their time."""

    text: str
    start: float
    end: float

    @property
    def middle(self) -> float:
        """The point halfway between start and end."""
        return (self.start + self.end) / 2


def chunks_of(turn: Turn) -> tuple[Chunk, ...]:
    """Return the text of a turn as spaces part it."""
    return tuple(part for group in _together(turn.words) for part in _parts(group))


def _together(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Yield words that run on, one after another."""
    starts = [n for n, word in enumerate(words) if n == 0 or word.spaced]
    for first, end in pairwise([*starts, len(words)]):
        yield words[first:end]


def _parts(group: Sequence[Word]) -> Iterator[Chunk]:
    """Yield what is written without a space: a single word may hold one."""
    start, end = group[0].start, max(word.end for word in group)
    for text in "".join(word.text for word in group).split():
        yield Chunk(text, start, end)


def opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[Opcode]:
    """Return how words differ, by how they are compared."""
    mine, theirs = list(map(folded, old)), list(map(folded, new))
    return SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()


def settled(stands: str, says: str, hidden: Collection[str] = ()) -> str:
    """Return what a file says of a turn, with the turn's own spelling of words that are the same.

    So text that was not edited is what stands. What is `hidden` took the place of names when the
    file was written, and does not come back: the words that it is about stay.
    """
    old, new = stands.split(), says.split()
    if list(map(folded, old)) == list(map(folded, new)):
        return " ".join(old)
    kept: list[str] = []
    for kind, first, end, begin, stop in opcodes(old, new):
        stays = kind == "equal" or _is_hidden(" ".join(new[begin:stop]), hidden)
        kept += old[first:end] if stays else shown_as(old, new[begin:stop])
    return " ".join(kept)


def beside_hidden(stands: str, says: str, hidden: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield words that do not come back, as they stand beside what took the place of a name."""
    if not any(each in says for each in hidden):
        return
    old, new = stands.split(), says.split()
    for kind, first, end, begin, stop in opcodes(old, new):
        text = " ".join(new[begin:stop])
        if kind != "equal" and _is_hidden(text, hidden) and _besides(text, hidden):
            yield " ".join(old[first:end]), text


def _is_hidden(text: str, hidden: Collection[str]) -> bool:
    """Tell whether something stands in a text that took the place of a name."""
    return any(_hiding(each).search(text) for each in hidden if each in text)


def _besides(text: str, hidden: Collection[str]) -> set[str]:
    """Return the words of a text but those that took the place of names."""
    for each in sorted(hidden, key=len, reverse=True):
        text = _hiding(each).sub(" ", text)
    return set(atoms(text)) - {"s"}


def _hiding(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")


def shown_as(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return new words with the brackets that a turn has and SubRip cannot show."""
    stood = "".join(old)
    if ("<" in stood or ">" in stood) and not ("\u2039" in stood or "\u203a" in stood):
        return [word.translate(str.maketrans("\u2039\u203a", "<>")) for word in new]
    return list(new)


def is_nothing_said(words: Sequence[str]) -> bool:
    """Tell whether words are marks alone: a dash before who speaks, a music sign."""
    return all(map(is_mark, words))


def said_in(line: str, known: Collection[str]) -> list[str]:
    """Return the words of a line without a dash that only says that somebody else speaks.

    known : the words of its turn, as they are compared: what stands there is no sign of a file's.
    """
    words = [w for w in line.split() if w.strip(_MUSIC) or folded(w) in known]
    if not words or folded(words[0]) in known:
        return words
    bare = words[0].lstrip(_DASHES)
    if not bare:
        return words[1:]
    return [bare, *words[1:]] if folded(bare) in known else words


def is_dashed(line: str) -> bool:
    """Tell whether a line opens with a dash, as those of two who speak at once do."""
    return line[:1] in _DASHES and bool(line[1:].strip(_DASHES).strip())


# Where lines are broken within text without spaces


def spaced_out(turn: Turn, parts: Sequence[str]) -> list[bool]:
    """Tell of each part of a turn's text, as lines part it, whether a space stands before it.

    parts : words as spaces and line ends part them; of those after a space it is told so too.
    """
    own = "".join(turn.text.split())
    if all(word.spaced for word in turn.words[1:]):
        return [True] * len(parts)
    told = "".join(map(folded_signs, parts))
    gaps = set(accumulate(len(chunk) for chunk in turn.text.split()))
    blocks = matching_blocks(folded_signs(own), told)
    places = [0, *accumulate(len(part) for part in parts)]
    return [
        n == 0 or _is_gap(place, blocks, gaps, parts[n - 1], part)
        for n, (place, part) in enumerate(zip(places, parts, strict=False))
    ]


def folded_signs(text: str) -> str:
    """Return text with one sign for those that files confuse, as long as it was."""
    return text.translate(_LOOKALIKES)


def matching_blocks(old: str, new: str) -> list[tuple[int, int, int]]:
    """Return where texts are the same: places in both, and how many characters."""
    from rapidfuzz.distance import Indel

    return [(each.a, each.b, each.size) for each in Indel.opcodes(old, new).as_matching_blocks()]


def _is_gap(
    place: int, blocks: Sequence[tuple[int, int, int]], gaps: set[int], before: str, after: str
) -> bool:
    """Tell whether a space stands at a place of what was typed: as in the turn, or by scripts."""
    around = [old + place - new for old, new, size in blocks if size and new <= place <= new + size]
    if around:
        return any(spot in gaps for spot in around)
    return not (is_run_on(before[-1]) or is_run_on(after[0]))
