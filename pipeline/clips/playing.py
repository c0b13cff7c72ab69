"""A passage as it is played on this machine; sounddevice plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.clips.cutting import plain
from pipeline.errors import RelistenError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.transcript import Span

_INSTEAD = "To have the passage as a file: relisten play ... -o clip.wav"


def play(path: Path, span: Span) -> None:
    """Play a passage of a file and wait until it ends.

    Raises RelistenError where there is nothing to play on, with what to do instead.
    """
    sound_device()
    import sounddevice

    clip = plain(path, span)
    try:
        sounddevice.play(clip.samples, clip.rate, blocking=True)
    except sounddevice.PortAudioError as error:
        raise RelistenError(f"the sound device refuses to play ({error}). {_INSTEAD}") from error


def sound_device() -> str:
    """Return the name of what sound is played on; raises RelistenError where there is nothing."""
    try:
        import sounddevice  # it looks for PortAudio when imported
    except OSError as error:
        raise RelistenError(
            f"there is no PortAudio on this machine to play sound with. {_INSTEAD}"
        ) from error
    try:
        return str(sounddevice.query_devices(kind="output")["name"])
    except (sounddevice.PortAudioError, ValueError) as error:
        raise RelistenError(f"this machine has no sound device to play on. {_INSTEAD}") from error
