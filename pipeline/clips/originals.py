"""Where the sound of a recording is heard from: the recording itself, or its listening copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import AudioError
from pipeline.ingest import size_of

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.recording import Recording


@dataclass(frozen=True, slots=True)
class Sound:
    """The file that a recording is heard from; `said` is what to know of it, if anything is."""

    path: Path
    said: str = ""


def original(recording: Recording) -> Path:
    """Return where a recording lies; raises AudioError where it is gone or another file by now."""
    path = recording.path
    _check_tracks(recording)
    try:
        size = size_of(path)
    except OSError as error:
        raise AudioError(
            f"{path}: the recording is not there any more. "
            "Plug the drive in, or look for it where it may be: relisten relink FOLDER"
        ) from error
    if size != recording.size:
        raise AudioError(
            f"{path}: this is no longer the file that was transcribed. Look for that one "
            "elsewhere: relisten relink FOLDER. Or run relisten process on this one."
        )
    return path


def heard_from(recording: Recording, copy: Path) -> Sound:
    """Return the recording itself, or its listening copy where that is all that is there.

    Raises AudioError where neither is.
    """
    try:
        return Sound(original(recording))
    except AudioError:
        if not copy.is_file():
            raise
        said = f"the recording itself is not at {recording.path}; this is its listening copy"
        return Sound(copy, said)


def _check_tracks(recording: Recording) -> None:
    """Raise AudioError where the folder of a recording is there, and a track of it is not."""
    gone = [each.file for each in recording.tracks if not (recording.path / each.file).is_file()]
    if gone and recording.path.is_dir():
        raise AudioError(
            f"{recording.path / gone[0]}: this track of the recording is not there any more. Put "
            f"it back, or run: relisten process {recording.path} --tracks"
        )
