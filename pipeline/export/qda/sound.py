"""The listening copy as MP3, which all coding software plays; several play no Opus.

NVivo, ATLAS.ti, MAXQDA and QualCoder all take MP3, M4A and WAV. An hour of two channels as MP3 is
22 MB and takes half a minute of one core; as M4A it takes a quarter and sounds worse; as WAV it is
230 MB.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pipeline.errors import DamagedAudio
from pipeline.progress import Progress, Report, silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.frame import AudioFrame
    from av.container import InputContainer

STAGE = "copy"  # under which the sound of a page reports, too
RATE = 16_000  # per second: the copy has no more
BIT_RATE_EACH = 24_000  # bits a second and channel
STEREO = 2  # channels: MP3 has no more
FAST = {"compression_level": "7"}  # a third less time than at 5, and no worse to hear in speech
AS_ALWAYS = {"fflags": "+bitexact"}  # else the version of the software is written


def as_mp3(copy: Path, report: Report = silent) -> bytes:
    """Return the sound of a listening copy; of more than two channels a mix.

    How far it is is reported in seconds of it, once for each.
    Raises DamagedAudio where the copy cannot be read.
    """
    from av.error import FFmpegError

    try:
        return _encoded(copy, report)
    except FFmpegError as error:
        raise DamagedAudio(
            f"{copy}: the small copy for listening cannot be read ({error.strerror}). See what is "
            "wrong: relisten doctor --deep. Or leave the sound out: --no-audio"
        ) from error


def _encoded(copy: Path, report: Report) -> bytes:
    import av

    made = io.BytesIO()
    with (
        av.open(str(copy)) as heard,
        av.open(made, "w", format="mp3", options=AS_ALWAYS) as written,
    ):
        channels = heard.streams.audio[0].channels
        layout = "stereo" if channels == STEREO else "mono"
        stream = written.add_stream("libmp3lame", rate=RATE, layout=layout, options=FAST)
        stream.bit_rate = BIT_RATE_EACH * (STEREO if channels == STEREO else 1)
        for frame in _told(_frames(heard, channels), _length(heard), report):
            written.mux(stream.encode(frame))
        written.mux(stream.encode(None))
    return made.getvalue()


def _length(heard: InputContainer) -> float:
    """Return how many seconds a copy says it has; 0.0 where it does not say."""
    import av

    return (heard.duration or 0) / av.time_base


def _told(frames: Iterator[AudioFrame], length: float, report: Report) -> Iterator[AudioFrame]:
    """Yield frames, and report each second that they have reached, at the end all."""
    done = told = 0.0
    for frame in frames:
        yield frame
        done += frame.samples / frame.sample_rate
        if done >= told + 1:
            told = done
            report(Progress(STAGE, done, max(done, length)))
    report(Progress(STAGE, done, done))


def _frames(heard: InputContainer, channels: int) -> Iterator[AudioFrame]:
    for frame in heard.decode(heard.streams.audio[0]):
        yield frame if channels <= STEREO else _mixed(frame)


def _mixed(frame: AudioFrame) -> AudioFrame:
    """Return all channels as their sum: each is a person's, and seldom do two speak."""
    import numpy as np
    from av.audio.frame import AudioFrame

    whole = frame.to_ndarray().sum(axis=0, keepdims=True)
    mixed = AudioFrame.from_ndarray(np.clip(whole, -1, 1), format="fltp", layout="mono")
    mixed.sample_rate, mixed.pts, mixed.time_base = frame.sample_rate, frame.pts, frame.time_base
    return mixed
