"""The small copy of a recording for listening, in Opus, and the file of its waveform.

Both are on the transcript's clock, as they are made of the sound that was transcribed.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from pipeline.audio import SAMPLE_RATE
from pipeline.errors import LibraryError
from pipeline.progress import Progress, Report, silent
from pipeline.transcript import Made
from pipeline.waveform import drawn, to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pipeline.audio import Audio, Block
    from pipeline.library import Library
    from pipeline.listening import Listening
    from pipeline.recording import Recording

BIT_RATES = {1: 24_000, 2: 32_000}  # bits a second; libopus goes a sixth above it
BIT_RATE_EACH = 16_000  # bits a second and channel, where there are more of them
# `audio` at 5 keeps most for its time: 5.5 min of speech take 0.7 s of one core, and differ from
# the original by 1.5 dB (RMS of 40 mel bands); `voip` at 10 takes 2.5 s, and differs by 2.0 dB.
CODING = {"application": "audio", "compression_level": "5", "frame_duration": "20"}
APART = {"mapping_family": "255"}  # channels of no place: none is taken for the bass, or mixed
# Added to each sample, which nobody hears: libopus takes seven times as long for digital silence,
# of which the tracks of a call are full, as for this.
OFFSET = 1  # of 32,768
NOT_MADE = "none"  # the engine of a copy that could not be made
# Else the stream's serial number is drawn at random, and the encoder's version is written.
AS_ALWAYS = {"fflags": "+bitexact"}


def copy(recording: Recording, library: Library, listening: Listening) -> None:
    """Make the copy of a recording and its waveform, and keep them.

    Where Opus cannot be written, that is kept with the reason: the words are there already.
    """
    from av.error import FFmpegError

    sound, peaks = library.copy_path(recording.id), library.peaks_path(recording.id)
    try:
        write_copies(listening.audio, sound, peaks, listening.report)
    except (FFmpegError, RuntimeError, ValueError, MemoryError) as error:
        reason = f"there is no copy for listening, as making it failed ({error})"
        library.store_no_copy(recording.id, Made(NOT_MADE, "", notes=(reason,)))
    else:
        library.store_copy(recording.id, made_of(listening.audio))


@dataclass(frozen=True, slots=True)
class Coding:
    """How sound is made small: bits a second of all channels, options of libopus, the container."""

    bit_rate: int
    options: Mapping[str, str]
    container: str = "ogg"


def coding(channels: int) -> Coding:
    """Return how the copy of a number of channels is coded."""
    return Coding(bit_rate(channels), CODING if channels in BIT_RATES else CODING | APART)


def made_of(audio: Audio) -> Made:
    """Return how the copy of a recording is made."""
    options = {"channels": str(audio.channels), "bit_rate": str(bit_rate(audio.channels))}
    return Made("libopus", f"av {version('av')}").with_options(**CODING, **options)


def bit_rate(channels: int) -> int:
    """Return the bits a second that a number of channels is to take."""
    return BIT_RATES.get(channels, channels * BIT_RATE_EACH)


def write_copies(audio: Audio, sound: Path, peaks: Path, report: Report = silent) -> None:
    """Write the copy and the waveform of a recording, each whole or not at all.

    Nobody but their owner can read them. Raises LibraryError where they cannot be kept.
    """
    with _explained(sound.parent):
        sound.parent.mkdir(mode=0o700, exist_ok=True)
        with _private(sound) as file:
            encode(audio, file, report)
        with _private(peaks) as file:
            file.write(to_bytes(drawn(audio)))


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"{folder}: the small copy for listening cannot be kept here "
            f"({error.strerror or error}). The words are in the library. Make room or check "
            "permissions, then run the same command again."
        ) from error


@contextlib.contextmanager
def _private(target: Path) -> Iterator[BinaryIO]:
    """Lend a file to write to; it takes the target's place if all inside went well.

    It is called as the target is, so that what a killed run has left is written over, and is
    found when the recording is forgotten.
    """
    beside = unfinished(target)
    descriptor = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # the library is to know of nothing that a power cut takes
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def unfinished(target: Path) -> Path:
    """Return where a file is written before it is whole."""
    return target.with_name(f".{target.name}")


def encode(
    audio: Audio, file: BinaryIO, report: Report = silent, how: Coding | None = None
) -> None:
    """Write a recording as Opus, as its copy is or otherwise; the same sound, the same bytes.

    The decoder is told in the file what the encoder puts before the sound, and where it ends.
    """
    import av
    from av.codec.context import Flags

    how = how or coding(audio.channels)
    with av.open(file, "w", format=how.container, options=dict(AS_ALWAYS)) as container:
        stream: Any = container.add_stream("libopus", rate=SAMPLE_RATE, options=dict(how.options))
        stream.layout, stream.format = _layout(audio.channels), "s16"
        stream.bit_rate = how.bit_rate
        stream.codec_context.flags |= Flags.bitexact
        done = 0
        for block in audio.blocks():
            container.mux(stream.encode(_frame(block, done)))
            done += len(block)
            report(Progress("copy", done / SAMPLE_RATE, audio.duration))
        container.mux(stream.encode(None))


def _frame(block: Block, first: int) -> Any:
    """Return samples as PyAV takes them; `first` is the number of the first one."""
    import av

    shifted = np.minimum(block, np.iinfo(np.int16).max - OFFSET) + OFFSET
    packed: Any = np.ascontiguousarray(shifted, dtype=np.int16).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=_layout(block.shape[1]))
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, first, Fraction(1, SAMPLE_RATE)
    return frame


def _layout(channels: int) -> str:
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")
