"""The names of bookmarks by which a Word file that comes back tells what stood where (pure).

They are hidden ones, which Word and LibreOffice keep whatever else they rewrite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline.export.shown import shown

if TYPE_CHECKING:
    from pipeline.transcript import Turn

_TURN = re.compile(r"_turn_(\d{1,7})_([0-9a-f]{16})_([0-9a-f]{6})")
_RECORDING = re.compile(r"_recording_(\w{1,24})")
LONGEST = 40  # characters of a bookmark's name, as Word has it


@dataclass(frozen=True, slots=True)
class TurnMark:
    """Which turn a paragraph is, counted from 0, and digests of its text and its speaker then."""

    position: int
    text: str
    speaker: str

    @property
    def name(self) -> str:
        """The bookmark's name."""
        return f"_turn_{self.position}_{self.text}_{self.speaker}"

    @classmethod
    def read(cls, name: str) -> TurnMark | None:
        """Return what a bookmark's name says; None for that of another."""
        found = _TURN.fullmatch(name)
        return cls(int(found[1]), found[2], found[3]) if found else None


def turn_mark(position: int, turn: Turn) -> TurnMark:
    """Return the mark of a turn as it is now."""
    return TurnMark(position, _digest(turn.text, 16), speaker_mark(turn.speaker or ""))


def speaker_mark(name: str) -> str:
    """Return what a turn's mark says of who speaks."""
    return _digest(name, 6)


def recording_mark(recording: str) -> str:
    """Return the name of the bookmark that tells which recording a file is of."""
    return f"_recording_{re.sub(r'[^0-9A-Za-z]', '_', recording)[:24]}"


def is_recording_mark(name: str) -> bool:
    """Tell whether a bookmark is one that `recording_mark` names."""
    return _RECORDING.fullmatch(name) is not None


def time_mark(seconds: float) -> str:
    """Return the name of the bookmark of a time, as a reader types it to go there."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"at_{hours}h{minute:02}m{second:02}s" if hours else f"at_{minute:02}m{second:02}s"


def highlight_mark(number: int) -> str:
    """Return the name of the bookmark around a highlight."""
    return f"highlight_{number}"


def _digest(text: str, length: int) -> str:
    return sha256(shown(text).encode()).hexdigest()[:length]
