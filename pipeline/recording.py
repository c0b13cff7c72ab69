"""What a recording is, apart from what is said in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SHORT_ID = 8  # characters of an id that are shown, and that people need to type


class Layout(StrEnum):
    """What the channels of a recording are."""

    MONO = "mono"  # one channel, or one that is not silent
    DUAL_MONO = "dual-mono"  # one signal in several channels
    CHANNEL_PER_SPEAKER = "channel-per-speaker"
    ROOM = "room"  # several microphones that all hear everybody


@dataclass(frozen=True, slots=True)
class Track:
    """One participant's own file of a recording; `file` is its name within the folder."""

    file: str
    participant: str


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording: what it is, apart from what is said in it.

    `id` is the sha256 of the file's bytes, `path` where it was last seen, `duration` in seconds,
    `sample_rate` in Hz, `size` in bytes. `recorded_at` is local time without a zone as ISO 8601;
    `recorded_at_from` tells how it is known. `damage` says what of the file could not be read.

    A recording with `tracks` is a folder of files that begin together, one per participant and
    channel: `id` is the sha256 of theirs, `size` that of all of them.
    """

    id: str
    path: Path
    title: str
    duration: float
    channels: int
    sample_rate: int
    codec: str
    size: int
    layout: Layout
    recorded_at: str
    recorded_at_from: str
    project: str | None = None
    damage: str = ""
    tracks: tuple[Track, ...] = ()

    @property
    def track_names(self) -> tuple[str, ...]:
        """The names that the files of the tracks give, first channel first; none for one file."""
        return tuple(track.participant for track in self.tracks)

    @property
    def heard_channels(self) -> tuple[int | None, ...]:
        """The channels to transcribe apart; (None,) means all of them mixed."""
        match self.layout:
            case Layout.CHANNEL_PER_SPEAKER:
                return tuple(range(self.channels))
            case Layout.DUAL_MONO:
                return (0,)
            case _:
                return (None,)

    @property
    def heard_as(self) -> str:
        """The channels that are heard, in a word that can be kept: "0,1", or "mix"."""
        return ",".join("mix" if each is None else str(each) for each in self.heard_channels)
