"""Files as streams of samples: one class for what FFmpeg opens, one for what libsndfile opens.

Both give 16-bit blocks at any rate, of the whole file or of a passage; no block has a hole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.errors import AudioError, DamagedAudio, NoAudio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.transcript import Span

    Block = NDArray[np.int16]

MOST_CHANNELS = 64
# A hole in a file's own clock shorter than this is rounding; a longer one is silence that a
# player would play too (a paused browser recording).
SMALLEST_HOLE = 0.1
RESAVE = "Open it in an audio player; if it plays there, save it again as WAV or M4A and use that."


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file says of itself, without decoding. `duration` is in seconds, 0.0 if unsaid."""

    container: str
    codec: str
    channels: int
    sample_rate: int
    duration: float
    tags: dict[str, str] = field(default_factory=dict)


class FFmpegSource:
    """A file opened by PyAV."""

    # Containers whose index or framing lets FFmpeg seek to an exact sample; the others are
    # decoded from their beginning.
    EXACT_SEEK = frozenset({"wav", "w64", "aiff", "flac", "ogg", "mov", "matroska", "mp3", "caf"})

    def __init__(self, path: Path) -> None:
        import av  # 60 ms that commands without audio need not wait for
        from av.error import FFmpegError
        from av.logging import PANIC, set_level

        set_level(PANIC)
        self.damage = ""
        try:
            self._container = av.open(str(path), metadata_errors="replace")
        except (FFmpegError, ValueError, OSError) as error:
            raise DamagedAudio(
                f"{path}: it is no audio or video that can be opened ({reason_of(error)}). {RESAVE}"
            ) from error
        try:
            self._stream = self._audio_stream(path)
            self.probe = self._probe()
        except AudioError:
            self._container.close()
            raise

    def _audio_stream(self, path: Path) -> Any:
        streams = self._container.streams.audio
        if not streams:
            raise NoAudio(f"{path}: it holds no audio track. Nothing can be transcribed from it.")
        stream = streams[0]
        context = stream.codec_context
        if context is None or not 0 < context.channels <= MOST_CHANNELS or context.sample_rate <= 0:
            raise DamagedAudio(f"{path}: its audio is of a kind that cannot be decoded. {RESAVE}")
        context.thread_type = "AUTO"
        return stream

    def _probe(self) -> Probe:
        stream, container = self._stream, self._container
        duration = 0.0
        if stream.duration:
            duration = float(stream.duration * stream.time_base)
        elif container.duration:
            duration = container.duration / 1e6
        tags = {**container.metadata, **stream.metadata}
        return Probe(
            container=container.format.name.split(",")[0],
            codec=stream.codec_context.name,
            channels=stream.codec_context.channels,
            sample_rate=stream.codec_context.sample_rate,
            duration=max(0.0, duration),
            tags={key.lower(): value for key, value in tags.items()},
        )

    def blocks(self, rate: int, span: Span | None = None) -> Iterator[Block]:
        """Yield blocks of (n_samples, n_channels) int16 at a rate; of a passage, if given."""
        resampled = _Resampler(rate, self.probe.channels)
        first = round(span.start * rate) if span else 0
        last = round(span.end * rate) if span else None
        for position, block in resampled.placed(self._frames(span), self.probe.duration):
            if last is not None and position >= last:
                return
            wanted = block[max(0, first - position) : None if last is None else last - position]
            if len(wanted):
                yield wanted

    def _frames(self, span: Span | None) -> Iterator[tuple[float | None, Any]]:
        """Yield (seconds from the beginning, frame), passing over what cannot be decoded."""
        from av.error import EOFError as EndOfFile
        from av.error import FFmpegError

        origin = self._seek(span)
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
                for frame in packet.decode():
                    if origin is None:
                        origin = frame.time or 0.0
                    yield (None if frame.time is None else frame.time - origin), frame
            except (StopIteration, EndOfFile):
                return
            except (FFmpegError, ValueError) as error:
                self.damage = reason_of(error)

    def _seek(self, span: Span | None) -> float | None:
        """Go to just before a passage where that is exact; return the stream's own first second."""
        stream = self._stream
        if span is None or span.start < 10 or self.probe.container not in self.EXACT_SEEK:
            return None
        origin = float((stream.start_time or 0) * stream.time_base)
        lead = 2.0  # seconds: lets codecs with memory settle before the passage
        self._container.seek(round((span.start - lead + origin) / stream.time_base), stream=stream)
        return origin

    def close(self) -> None:
        self._container.close()


class _Resampler:
    """Turns decoded frames into 16-bit blocks, each at its place in the recording."""

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._channels = channels
        self._resampler: Any = None
        self._shape: tuple[object, ...] = ()

    def placed(
        self, frames: Iterator[tuple[float | None, Any]], longest: float
    ) -> Iterator[tuple[int, Block]]:
        """Yield (sample number, block) without holes, filling those of the file with silence.

        `longest` is the length in seconds that the file claims: a frame beyond it is misdated.
        """
        position: int | None = None
        for time, frame in frames:
            expected = round((time or 0.0) * self._rate)
            position = max(0, expected) if position is None else position
            hole = expected - position
            if SMALLEST_HOLE * self._rate < hole and time is not None and time <= longest:
                yield from self._silence(position, hole)
                position += hole
            for block in self._blocks(frame):
                yield position, block
                position += len(block)
        for block in self._flush():
            yield position or 0, block
            position = (position or 0) + len(block)

    def _silence(self, position: int, count: int) -> Iterator[tuple[int, Block]]:
        step = 60 * self._rate
        for start in range(position, position + count, step):
            size = min(step, position + count - start)
            yield start, np.zeros((size, self._channels), dtype=np.int16)

    def _blocks(self, frame: Any) -> Iterator[Block]:
        import av

        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:  # a damaged file may change its mind
            yield from self._flush()
            self._shape = shape
            layout = frame.layout.name if len(frame.layout.channels) == self._channels else None
            self._resampler = av.AudioResampler(
                format="s16", layout=layout or self._layout(), rate=self._rate
            )
        yield from self._arrays(frame)

    def _layout(self) -> str:
        return {1: "mono", 2: "stereo"}.get(self._channels, f"{self._channels} channels")

    def _flush(self) -> Iterator[Block]:
        if self._resampler is not None:
            yield from self._arrays(None)
            self._resampler = None

    def _arrays(self, frame: Any) -> Iterator[Block]:
        for resampled in self._resampler.resample(frame):
            yield resampled.to_ndarray().reshape(-1, self._channels)


class SoundFileSource:
    """A file opened by libsndfile."""

    def __init__(self, path: Path) -> None:
        import soundfile  # 40 ms that commands without audio need not wait for

        self.damage = ""
        try:
            self._file = soundfile.SoundFile(path)
        except (soundfile.LibsndfileError, OSError) as error:
            raise DamagedAudio(f"{path}: {reason_of(error)}") from error
        self.probe = Probe(
            container=self._file.format.lower(),
            codec=self._file.subtype.lower(),
            channels=self._file.channels,
            sample_rate=self._file.samplerate,
            duration=self._file.frames / self._file.samplerate,
            tags={key.lower(): value for key, value in self._file.copy_metadata().items()},
        )

    def blocks(self, rate: int, span: Span | None = None) -> Iterator[Block]:
        """Yield blocks of (n_samples, n_channels) int16 at a rate; of a passage, if given."""
        own_rate = self.probe.sample_rate
        first = round(span.start * own_rate) if span else 0
        last = round(span.end * own_rate) if span else self._file.frames
        self._file.seek(min(first, self._file.frames))
        resampler = _Resampler(rate, self.probe.channels)
        frames = self._frames(max(0, last - first))
        for _, block in resampler.placed(frames, self.probe.duration):
            yield block

    def _frames(self, count: int) -> Iterator[tuple[float | None, Any]]:
        import av
        import soundfile

        step = 10 * self.probe.sample_rate
        layout = _Resampler(self.probe.sample_rate, self.probe.channels)._layout()
        while count > 0:
            try:
                block = self._file.read(min(step, count), dtype="int16", always_2d=True)
            except soundfile.LibsndfileError as error:
                self.damage = reason_of(error)
                return
            if not len(block):
                return
            count -= len(block)
            packed: Any = np.ascontiguousarray(block).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
            frame.sample_rate = self.probe.sample_rate
            yield None, frame

    def close(self) -> None:
        self._file.close()


def reason_of(error: Exception) -> str:
    text = getattr(error, "strerror", None) or getattr(error, "error_string", None) or str(error)
    return str(text).strip().rstrip(".") or type(error).__name__
