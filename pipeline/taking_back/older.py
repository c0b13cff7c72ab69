"""What a file says as the library had it before somebody put it right there (pure).

A file that was written before is no reason to take that back: nobody edited it there. Word files
tell themselves what stood in them (see `paragraphs`); of the others this is all that can be told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.corrections import State
from pipeline.corrections.atoms import folded as atoms
from pipeline.speakers import by_hand, cast, merged
from pipeline.taking_back.found import Left, in_order
from pipeline.taking_back.settling import opcodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.correcting import Scene
    from pipeline.taking_back.found import Reading, Typed
    from pipeline.transcript import Turn

    Words = tuple[str, ...]
    Pair = tuple[Words, Words]

OLDER = (
    "it was put right in the library and stands in the file as it did before; it stays. To change "
    "it: relisten correct"
)
NEAR = 2.0  # seconds that words may be off their turn, once they are recognised anew


def without_older(reading: Reading, turns: Sequence[Turn], standing: Scene) -> Reading:
    """Return what a file says but for what was put right in the library, which is left over."""
    older = [_Older.of(turns[told.turn], told, standing) for told in reading.typed]
    typed = tuple(each.typed for each in older if each.typed)
    left = in_order([*reading.left, *(left for each in older for left in each.left)])
    return replace(reading, typed=typed, left=left)


@dataclass(frozen=True, slots=True)
class _Older:
    """What is to be typed of a turn, None for nothing, and what of it is older."""

    typed: Typed | None
    left: tuple[Left, ...]

    @classmethod
    def of(cls, turn: Turn, told: Typed, standing: Scene) -> _Older:
        left: list[Left] = []
        stands = " ".join(turn.text.split())
        text = None if told.text is None else _text(turn, told.text, _backwards(turn, standing))
        if text is not None and told.text is not None:
            left += text[1]
        new = None if text is None or text[0] == stands else text[0]
        speaker = told.speaker
        if speaker is not None and speaker == _before(turn, standing):
            left.append(Left(turn.start, turn.speaker or "", speaker, OLDER))
            speaker = None
        found = replace(told, text=new, speaker=speaker)
        return cls(found if new is not None or speaker is not None else None, tuple(left))


def _text(turn: Turn, says: str, backwards: set[Pair]) -> tuple[str, list[Left]]:
    """Return a text with what was put right kept so, and what of it the file has as before."""
    old, new = turn.text.split(), says.split()
    kept: list[str] = []
    left: list[Left] = []
    for kind, first, end, begin, stop in opcodes(old, new):
        stood, told = " ".join(old[first:end]), " ".join(new[begin:stop])
        is_older = kind != "equal" and _differing(atoms(stood), atoms(told)) in backwards
        kept += old[first:end] if is_older else new[begin:stop]
        left += [Left(turn.start, stood, told, OLDER)] if is_older else []
    return " ".join(kept), left


def _backwards(turn: Turn, standing: Scene) -> set[Pair]:
    """Return what corrections in a turn put there, each with what stood there before."""
    return {
        _differing(atoms(each.after), atoms(each.before))
        for fit in standing.fits
        if fit.state is State.APPLIED and (fit.place or fit.correction).distance(turn) <= NEAR
        for each in [fit.correction]
    }


def _differing(first: Words, second: Words) -> Pair:
    """Return two texts without the words that both begin and end with."""
    start = _shared(first, second)
    end = _shared(first[start:][::-1], second[start:][::-1])
    return first[start : len(first) - end], second[start : len(second) - end]


def _shared(first: Iterable[str], second: Iterable[str]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _before(turn: Turn, standing: Scene) -> str | None:
    """Return who says most of a turn by the machine alone, if somebody gave it to another."""
    spans, edits = standing.spans, standing.edits
    if not any(given.overlap(turn) for given in by_hand(spans, edits)):
        return None
    heard: dict[str, float] = defaultdict(float)
    for span in merged(spans, edits):
        heard[span.speaker] += span.overlap(turn)
    most = max(heard, key=heard.__getitem__, default=None)
    return None if most is None else cast(spans, edits).get(most)
