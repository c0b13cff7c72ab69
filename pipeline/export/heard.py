"""What is heard on a page that plays by itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard on a page: WebM within it, or the file of a name beside it, or nothing.

    `channels` are those of the sound, which may be mixed where those of the waveform are not;
    `peaks` is the waveform as it is kept.
    """

    webm: bytes = b""
    beside: str = ""
    channels: int = 1
    peaks: bytes = b""


NOTHING = Heard()
