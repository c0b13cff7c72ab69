"""What a recording is, apart from what is said in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Layout(StrEnum):
    """What the channels of a recording are."""

    MONO = "mono"  # one channel, or one that is not silent
    DUAL_MONO = "dual-mono"  # one signal in several channels
    CHANNEL_PER_SPEAKER = "channel-per-speaker"
    ROOM = "room"  # several microphones that all hear everybody


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording: what it is, apart from what is said in it.

    `id` is the sha256 of the file's bytes, `path` where it was last seen, `duration` in seconds,
    `sample_rate` in Hz, `size` in bytes. `recorded_at` is local time without a zone as ISO 8601;
    `recorded_at_from` tells how it is known. `damage` says what of the file could not be read.
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
