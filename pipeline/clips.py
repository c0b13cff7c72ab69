"""A passage of a recording as sound: cut from it or its copy, faded, played or written.

pydub cuts and fades; soundfile writes; sounddevice plays.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.audio import FULL_SCALE, read_passage
from pipeline.errors import AudioError, RelistenError, UsageError
from pipeline.ingest import size_of
from pipeline.replacing import replacing
from pipeline.tracks import files_of
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.recording import Recording

FADE = 0.01  # seconds: long enough to hide the click of a cut, short enough not to be heard
LEAD_IN = 1.0  # seconds before a moment from which it is played
LENGTH = 15.0  # seconds that are played from a moment on
EARS = 2  # channels of a clip at most
SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus")
OPUS_RATES = (8_000, 12_000, 16_000, 24_000, 48_000)  # Hz; the codec knows no others


@dataclass(frozen=True, slots=True)
class Sound:
    """The file that a recording is heard from; `said` is what to know of it, if anything is."""

    path: Path
    said: str = ""


def around(start: float, end: float | None, duration: float) -> Span:
    """Return what to play for a moment or a passage: a little before it, within the recording."""
    first = max(0.0, start - LEAD_IN)
    if first >= duration:
        raise UsageError(f"the recording ends at {duration:.0f} s, before {start:.0f} s.")
    last = start + LENGTH if end is None else end + LEAD_IN
    return Span(first, min(duration, last))


def exactly(start: float, end: float, duration: float) -> Span:
    """Return a passage just as it is asked for, within the recording."""
    if start >= duration:
        raise UsageError(f"the recording ends at {duration:.0f} s, before {start:.0f} s.")
    if end <= start:
        raise UsageError(
            f"a passage ends after it begins, and {end:g} s is not after {start:g} s. Write the "
            "earlier time first: ID@12:34-13:02"
        )
    return Span(start, min(duration, end))


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


def cut(path: Path, span: Span) -> Any:
    """Return a passage of a file as a pydub segment at the file's own rate, faded at both ends.

    More channels than two ears are mixed: few players and formats take them.
    """
    segment_type = _pydub_segment()
    samples, rate = read_passage(path, span)
    if samples.shape[1] > EARS:
        samples = samples.mean(axis=1, keepdims=True)
    pcm = np.clip(np.rint(samples * FULL_SCALE), -32_768, 32_767).astype("<i2")
    segment = segment_type(
        data=pcm.tobytes(), sample_width=2, frame_rate=rate, channels=pcm.shape[1]
    )
    fade = round(min(FADE, span.duration / 2) * 1000)
    return segment.fade_in(fade).fade_out(fade)


def write_clip(
    path: Path, span: Span, target: Path, *, kept: Iterable[Path] = (), force: bool = False
) -> None:
    """Write a passage of a file; the target's suffix names the format.

    A target that exists is written over only by `force`, and never if it is the file itself or
    one of those to be kept. Raises UsageError for that and for a format that is not written,
    RelistenError where nothing can be written.
    """
    import soundfile  # 40 ms that other commands need not wait for

    if target.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"{target}: clips are written as {', '.join(SUFFIXES)}. Choose a name that ends in one."
        )
    _check_free(target, (path, *kept), force)
    segment = cut(path, span)
    try:
        with replacing(target) as beside:
            _write(segment, beside)
    except (OSError, soundfile.LibsndfileError) as error:
        reason = error.strerror if isinstance(error, OSError) else error.error_string
        raise RelistenError(
            f"{target}: the clip cannot be written there ({reason}). "
            "Choose another place or format."
        ) from error


def _check_free(target: Path, kept: Iterable[Path], force: bool) -> None:
    """Raise UsageError where a clip would take the place of a file that must stay."""
    if not os.path.lexists(target):
        return
    if any(_is_same(target, file) for path in kept for file in files_of(path)):
        raise UsageError(
            f"{target}: this is a recording, and recordings are never written over. "
            "Choose another name."
        )
    if not force:
        raise UsageError(f"{target}: it exists already; choose another name, or say --force.")


def _is_same(target: Path, path: Path) -> bool:
    try:
        return target.samefile(path)
    except OSError:  # one of them is not there
        return False


def _write(segment: Any, path: Path) -> None:
    """Write a segment to a new file in the format that its suffix names."""
    import soundfile

    suffix = path.suffix.lower()
    if suffix == ".opus":
        segment = segment.set_frame_rate(_opus_rate(segment.frame_rate))
    kind = {".opus": "OGG", ".ogg": "OGG"}.get(suffix)
    subtype = {".opus": "OPUS", ".ogg": "VORBIS"}.get(suffix)
    soundfile.write(path, _samples(segment), segment.frame_rate, subtype, format=kind)


def play(path: Path, span: Span) -> None:
    """Play a passage of a file and wait until it ends.

    Raises RelistenError where there is nothing to play on, with what to do instead.
    """
    sound_device()
    import sounddevice

    segment = cut(path, span)
    try:
        sounddevice.play(_samples(segment), segment.frame_rate, blocking=True)
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


_INSTEAD = "To have the passage as a file: relisten play ... -o clip.wav"


def _samples(segment: Any) -> NDArray[np.int16]:
    return np.array(segment.get_array_of_samples(), dtype=np.int16).reshape(-1, segment.channels)


def _opus_rate(rate: int) -> int:
    return next((known for known in OPUS_RATES if known >= rate), OPUS_RATES[-1])


def _pydub_segment() -> Any:
    with warnings.catch_warnings():
        # pydub 0.25 warns when it finds no ffmpeg; it is not asked to decode anything.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    return AudioSegment
