"""Whom the names in a file mean (pure)."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.export.document import one_line
from pipeline.taking_back.found import Left
from pipeline.taking_back.settling import folded
from pipeline.timestamps import format_subtitle_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.export import Document
    from pipeline.transcript import Turn

_PREFIX = re.compile(r"([^\s:][^:\n]{0,39}):\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a recording's speakers, as files show them, each with the name itself.

    `hidden` is what takes the place of names in files for others.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, document: Document, hidden: frozenset[str] = frozenset()) -> Names:
        """Return the names that are shown, and the labels behind them."""
        shown = [*document.labels, *document.transcript.speakers]
        known = {_key(label): name for name, label in document.labels.items()}
        return cls({**known, **{_key(name): name for name in shown}}, hidden)

    def hides(self, name: str) -> bool:
        """Tell whether a name in a file only takes the place of somebody's."""
        return _key(name) in set(map(_key, self.hidden))

    def find(self, name: str) -> str | None:
        """Return the name of the speaker whom a name in a file means; None where nobody is."""
        return self.known.get(_key(name))

    def opening(self, text: str) -> tuple[str, str] | None:
        """Return the speaker's name that a text opens with, and the rest; None where none does."""
        told = folded(text).casefold()
        starts = [key for key in self.known if told.startswith(f"{key}:")]
        if starts and (rest := text[len(max(starts, key=len)) + 1 :].strip()):
            return self.known[max(starts, key=len)], rest
        return None


def foreign_opening(text: str) -> tuple[str, str] | None:
    """Return what may be a name that a text opens with, as `Bobby: `, and the rest."""
    match = _PREFIX.match(text)
    if match is None or len(match[1].split()) > 4:
        return None
    return match[1], text[match.end() :]


def is_said(opening: tuple[str, str], text: str) -> bool:
    """Tell whether what may be a name before a text is what a turn itself begins with.

    Who speaks may well begin with the words that somebody put a colon behind.
    """
    name, rest = (folded(part) for part in opening)
    said = folded(text)
    return said.startswith(f"{name}:") or (
        said.startswith(name) and not said.startswith(rest.split(maxsplit=1)[0])
    )


def _key(name: str) -> str:
    return folded(one_line(name)).casefold()


def given(turn: Turn, name: str | None) -> str | None:
    """Return the name of who says a turn, if it is not who is shown."""
    return None if name is None or name == turn.speaker else name


@dataclass(slots=True)
class Strangers:
    """Names in a file that nobody of a recording has, each told once."""

    recording: str
    names: Names
    turns: dict[tuple[str | None, str], list[float]] = field(default_factory=dict)

    def add(self, turn: Turn, name: str) -> None:
        """Note that a file names somebody else as who says a turn."""
        if not self.names.hides(name):
            self.turns.setdefault((turn.speaker, name), []).append(turn.start)

    @property
    def left(self) -> Iterator[Left]:
        """What is left over: a name and how often it stands, with what brings it in."""
        for (speaker, name), starts in self.turns.items():
            count = "1 turn" if len(starts) == 1 else f"{len(starts)} turns"
            yield Left(
                min(starts),
                speaker or "",
                name,
                f"nobody in this recording is called that ({count}). If that is who it is: "
                f"relisten speakers {self.recording[:8]} --name {quoted(f'{speaker}={name}')}",
            )

    def part(self, start: float, end: float, speaker: str | None, name: str, why: str) -> Left:
        """Return that a part of a turn is another speaker's."""
        times = "-".join(format_subtitle_time(each, ".") for each in (start, end))
        passage = quoted(f"{times}={name}")
        command = f"relisten speakers {self.recording[:8]} --passage {passage}"
        return Left(start, speaker or "", name, f"{why} {command}")


def quoted(text: str) -> str:
    """Return text as it is typed in a command."""
    return f'"{text}"' if '"' not in text else shlex.quote(text)
