"""What edited subtitles say otherwise than the transcript (pure)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pipeline.taking_back.aligning import assigned
from pipeline.taking_back.filling import GONE, filled
from pipeline.taking_back.found import HIDDEN, Left, Reading, Typed, in_order
from pipeline.taking_back.naming import Names, Strangers, given
from pipeline.taking_back.settling import beside_hidden, settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.export import Document
    from pipeline.taking_back.aligning import Piece
    from pipeline.taking_back.subtitles import Cue
    from pipeline.transcript import Turn

NOWHERE = "nothing like it is said at that time"
PART = "only some of a turn's subtitles name another speaker. Give that part to them:"


def read_cues(
    cues: Sequence[Cue], document: Document, hidden: frozenset[str] = frozenset()
) -> Reading:
    """Return what cues say otherwise; a turn that no cue is about stays as it is.

    hidden : what takes the place of names in files for others; it is not brought back.
    """
    turns, names = document.transcript.turns, Names.of(document, hidden)
    found = assigned(cues, turns, names)
    own: dict[int, list[Piece]] = defaultdict(list)
    for piece in found.pieces:
        own[piece.turn].append(piece)
    strangers = Strangers(document.id, names)
    left = [Left(cue.start, "", cue.text, NOWHERE) for cue in found.nowhere]
    typed: list[Typed] = []
    for position, turn in enumerate(turns):
        told, over = _read_turn(position, turn, own[position], strangers)
        typed += [told] if told else []
        left += over
    return Reading(tuple(typed), left=in_order([*left, *strangers.left]))


def _read_turn(
    position: int, turn: Turn, pieces: Sequence[Piece], strangers: Strangers
) -> tuple[Typed | None, list[Left]]:
    if not pieces:
        return None, [Left(turn.start, turn.text, "", GONE)]
    found = filled(turn, pieces)
    stands = " ".join(turn.text.split())
    text = settled(stands, found.text, strangers.names.hidden)
    beside = beside_hidden(stands, found.text, strangers.names.hidden)
    lost = [Left(turn.start, before, after, HIDDEN) for before, after in beside]
    speaker, over = _speaker(turn, pieces, strangers)
    changed = text if text != stands else None
    told = Typed(position, changed, speaker) if changed is not None or speaker else None
    return told, [*found.left, *lost, *over]


def _speaker(
    turn: Turn, pieces: Sequence[Piece], strangers: Strangers
) -> tuple[str | None, list[Left]]:
    """Return who says a turn by its cues, if it is somebody else, and what is left over."""
    named = {each.named: each for each in pieces if each.named is not None}
    others = {name: each for name, each in named.items() if name != turn.speaker}
    if not others:
        return None, []
    (name, piece), *more = others.items()
    if piece.foreign:
        strangers.add(turn, str(name))
        return None, []
    if len(named) == 1 and not more and pieces[0].named == name:
        return given(turn, name), []
    start, end = piece.start, piece.end
    return None, [strangers.part(start, end, turn.speaker, str(name), PART)]
