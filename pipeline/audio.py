"""Probe and decode any audio or video file, in blocks; read passages of what was decoded.

PyAV decodes (its wheel brings FFmpeg); soundfile reads what FFmpeg cannot.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np

from pipeline.errors import AudioError, DamagedAudio, NoAudio
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Block = NDArray[np.int16]

SAMPLE_RATE = 16_000  # Hz: what Whisper, Silero and the voice models hear
FULL_SCALE = 32_768.0
MOST_CHANNELS = 64
# A hole in a file's own clock shorter than this is rounding; a longer one is silence that a
# player would play too (a paused browser recording).
SMALLEST_HOLE = 0.1
# libsndfile reads no MPEG that FFmpeg does not, and its decoder writes warnings past Python.
MPEG_SUFFIXES = frozenset({".mp1", ".mp2", ".mp3", ".mpga"})


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file says of itself, without decoding. `duration` is in seconds, 0.0 if unsaid."""

    container: str
    codec: str
    channels: int
    sample_rate: int
    duration: float
    tags: dict[str, str] = field(default_factory=dict)


class Audio:
    """One recording, decoded once to 16 kHz and kept in a temporary file, so that memory stays flat.

    Samples lie interleaved as 16-bit integers: 115 MB an hour and channel. Close it, or use
    it as a context manager, and the file is gone.
    """

    def __init__(self, spool: BinaryIO, channels: int, samples: int, damage: str = "") -> None:
        self.channels = channels
        self.samples = samples
        self.damage = damage  # a sentence, where the file was only partly readable
        self._spool = spool
        self._lock = threading.Lock()

    @classmethod
    def from_blocks(cls, blocks: Iterable[Block]) -> Audio:
        """Write blocks, each (n_samples, n_channels) int16 at 16 kHz, to a new temporary file."""
        spool: BinaryIO = tempfile.TemporaryFile(prefix="relisten-")  # type: ignore[assignment]  # noqa: SIM115
        channels, samples = 0, 0
        try:
            for block in blocks:
                channels = block.shape[1]
                samples += block.shape[0]
                spool.write(np.ascontiguousarray(block, dtype="<i2").tobytes())
        except BaseException:
            spool.close()
            raise
        return cls(spool, channels, samples)

    @classmethod
    def from_samples(cls, samples: Samples) -> Audio:
        """Make one of samples in memory: (n_samples,) or (n_samples, n_channels) in [-1, 1]."""
        columns = samples.reshape(len(samples), -1)
        return cls.from_blocks([_to_int16(columns)])

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.samples / SAMPLE_RATE

    def read(self, span: Span, channel: int | None = None) -> Samples:
        """Return a passage of one channel, or of the mean of all: (n_samples,) float32 in [-1, 1].

        What lies beyond the end is cut off.
        """
        first = min(self.samples, round(span.start * SAMPLE_RATE))
        last = min(self.samples, round(span.end * SAMPLE_RATE))
        block = self._read(first, last - first)
        mono = block.mean(axis=1) if channel is None else block[:, channel]
        return np.asarray(mono / FULL_SCALE, dtype=np.float32)

    def blocks(self, seconds: float = 60.0) -> Iterator[Block]:
        """Yield the whole recording, in pieces of (n_samples, n_channels) int16."""
        step = max(1, round(seconds * SAMPLE_RATE))
        for first in range(0, self.samples, step):
            yield self._read(first, min(step, self.samples - first))

    def _read(self, first: int, count: int) -> Block:
        width = 2 * self.channels
        with self._lock:  # recognisers read from several threads
            self._spool.seek(first * width)
            raw = self._spool.read(count * width)
        return np.frombuffer(raw, dtype="<i2").reshape(-1, self.channels)

    def close(self) -> None:
        """Delete the decoded samples."""
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def probe(path: Path) -> Probe:
    """Read what a file says of itself.

    Raises NoAudio for a file without an audio track, AudioError for one that cannot be opened.
    """
    _check_readable(path)
    with _opened_by_either(path) as source:
        return source.probe


def decode(path: Path) -> Audio:
    """Decode every channel of a file to 16 kHz, as far as it can be read.

    A file that breaks off or is damaged inside gives what can be read, and `damage` says so.
    Raises NoAudio where there is nothing to hear, DamagedAudio where nothing could be decoded.
    """
    _check_readable(path)
    with _opened_by_either(path) as source:
        audio = Audio.from_blocks(source.blocks(SAMPLE_RATE))
    if audio.samples:
        audio.damage = _damage(source.damage, source.probe.duration, audio.duration)
        return audio
    audio.close()
    if source.damage:
        raise DamagedAudio(f"{path}: nothing in it can be decoded ({source.damage}). {_RESAVE}")
    raise NoAudio(f"{path}: its audio track is empty. There is nothing to transcribe.")


def read_passage(path: Path, span: Span) -> tuple[Samples, int]:
    """Return a passage at the file's own sample rate, and that rate in Hz.

    The passage is (n_samples, n_channels) float32 in [-1, 1]; its times are those of `decode`.
    """
    _check_readable(path)
    with _opened_by_either(path) as source:
        rate = source.probe.sample_rate
        blocks = [block / FULL_SCALE for block in source.blocks(rate, span)]
    if not blocks:
        raise AudioError(f"{path}: there is no audio at {span.start:.1f} s.")
    return np.concatenate(blocks).astype(np.float32), rate


def _damage(reason: str, claimed: float, decoded: float) -> str:
    if claimed - decoded > max(1.0, 0.1 * claimed):
        return f"it breaks off: {decoded:.1f} s of the {claimed:.1f} s that it claims could be read"
    return f"it is damaged inside ({reason}); what could be read was kept" if reason else ""


_RESAVE = "Open it in an audio player; if it plays there, save it again as WAV or M4A and use that."


def _check_readable(path: Path) -> None:
    if not path.exists():
        raise AudioError(f"{path}: there is no such file. Check the name, or plug the drive in.")
    if not path.is_file():
        raise AudioError(f"{path}: this is not a file.")
    if path.stat().st_size == 0:
        raise NoAudio(f"{path}: the file is empty (0 bytes). Copy it again from where it came.")
    try:
        path.open("rb").close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise AudioError(f"{path}: it cannot be read ({reason}). Check its permissions.") from error


@contextlib.contextmanager
def _opened_by_either(path: Path) -> Iterator[_FFmpegSource | _SoundFileSource]:
    try:
        source: _FFmpegSource | _SoundFileSource = _FFmpegSource(path)
    except AudioError as refusal:
        if path.suffix.lower() in MPEG_SUFFIXES:
            raise
        try:
            source = _SoundFileSource(path)
        except AudioError:
            raise refusal from None
    try:
        yield source
    finally:
        source.close()


class _FFmpegSource:
    """A file opened by PyAV."""

    # Containers whose index or framing lets FFmpeg seek to an exact sample; the others are
    # decoded from their beginning.
    EXACT_SEEK = frozenset({"wav", "w64", "aiff", "flac", "ogg", "mov", "matroska", "mp3", "caf"})

    def __init__(self, path: Path) -> None:
        import av  # noqa: PLC0415 - 60 ms that commands without audio need not wait for

        av.logging.set_level(av.logging.PANIC)
        self.damage = ""
        try:
            self._container = av.open(str(path), metadata_errors="replace")
        except (av.FFmpegError, ValueError, OSError) as error:
            raise DamagedAudio(
                f"{path}: it is no audio or video that can be opened ({_reason(error)}). {_RESAVE}"
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
            raise DamagedAudio(f"{path}: its audio is of a kind that cannot be decoded. {_RESAVE}")
        stream.thread_type = "AUTO"
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
        """Yield blocks of (n_samples, n_channels) int16 at a rate; of a passage, if one is given."""
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
        """Yield (seconds from the beginning, frame), passing over packets that cannot be decoded."""
        import av  # noqa: PLC0415

        origin = self._seek(span)
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
                for frame in packet.decode():
                    if origin is None:
                        origin = frame.time or 0.0
                    yield (None if frame.time is None else frame.time - origin), frame
            except (StopIteration, av.EOFError):
                return
            except (av.FFmpegError, ValueError) as error:
                self.damage = _reason(error)

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
        import av  # noqa: PLC0415

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


class _SoundFileSource:
    """A file opened by libsndfile."""

    def __init__(self, path: Path) -> None:
        import soundfile  # noqa: PLC0415 - 40 ms that commands without audio need not wait for

        self.damage = ""
        try:
            self._file = soundfile.SoundFile(path)
        except (soundfile.LibsndfileError, OSError) as error:
            raise DamagedAudio(f"{path}: {_reason(error)}") from error
        self.probe = Probe(
            container=self._file.format.lower(),
            codec=self._file.subtype.lower(),
            channels=self._file.channels,
            sample_rate=self._file.samplerate,
            duration=self._file.frames / self._file.samplerate,
            tags={key.lower(): value for key, value in self._file.copy_metadata().items()},
        )

    def blocks(self, rate: int, span: Span | None = None) -> Iterator[Block]:
        """Yield blocks of (n_samples, n_channels) int16 at a rate; of a passage, if one is given."""
        own_rate = self.probe.sample_rate
        first = round(span.start * own_rate) if span else 0
        last = round(span.end * own_rate) if span else self._file.frames
        self._file.seek(min(first, self._file.frames))
        resampler = _Resampler(rate, self.probe.channels)
        frames = self._frames(max(0, last - first))
        for _, block in resampler.placed(frames, self.probe.duration):
            yield block

    def _frames(self, count: int) -> Iterator[tuple[float | None, Any]]:
        import av  # noqa: PLC0415
        import soundfile  # noqa: PLC0415

        step = 10 * self.probe.sample_rate
        layout = _Resampler(self.probe.sample_rate, self.probe.channels)._layout()
        while count > 0:
            try:
                block = self._file.read(min(step, count), dtype="int16", always_2d=True)
            except soundfile.LibsndfileError as error:
                self.damage = _reason(error)
                return
            if not len(block):
                return
            count -= len(block)
            packed = np.ascontiguousarray(block).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
            frame.sample_rate = self.probe.sample_rate
            yield None, frame

    def close(self) -> None:
        self._file.close()


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or getattr(error, "error_string", None) or str(error)
    return str(text).strip().rstrip(".") or type(error).__name__


def _to_int16(samples: Samples) -> Block:
    return np.asarray(np.clip(np.rint(samples * FULL_SCALE), -32_768, 32_767), dtype=np.int16)
