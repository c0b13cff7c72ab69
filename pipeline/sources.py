"""Files as streams of samples: one class for what FFmpeg opens, one for what libsndfile opens.

Both give 16-bit blocks at any rate, of the whole file or of a passage; no block has a hole.
"""

from __future__ import annotations

import math
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
# How far the clock is followed in a file that does not say how long it is.
LONGEST_UNSAID = 12 * 3600.0
# Containers that say how long their sound is, to the sample; others count a film's picture in,
# or have their length guessed from a bit rate.
SURE_OF_LENGTH = frozenset({"wav", "w64", "flac", "aiff", "caf", "mov", "au"})
# Above it are what writers put in a RIFF header that they cannot come back to, to say its size.
LARGEST_RIFF = 0x7FFF_0000  # bytes
# FFmpeg's names for the formats that hold their sound themselves. Not among them are those that
# name other files or addresses, which it would open: playlists (hls, concat), sdp, image2 ...
FORMATS = (
    "3dostr aa aac aax ac3 ac4 acm adp ads aea afc aiff aix alaw amr amrnb amrwb apc ape apm aptx "
    "aptx_hd asf asf_o ast au av1 avi avr bfstm bink binka bonk brstm caf daud dfpwm dsf dsicin "
    "dss dts dtshd dv eac3 ea epaf f32be f32le f64be f64le flac flv frm fsb g722 g723_1 g726 "
    "g726le g728 g729 gsm gxf hca hcom iamf iff ilbc ircam iss iv8 ivf kux lc3 live_flv lmlm4 "
    "loas matroska mca mlp mlv mmf mods mov mp3 mpc mpc8 mpeg mpegts mpegtsraw mpegvideo msf mtaf "
    "mtv mulaw mxf mxg nistsphere nsp nsv nut obu ogg oma osq paf pmp pva pvf qcp qoa r3d rka rm "
    "roq rsd rso s16be s16le s24be s24le s32be s32le s8 sbc sds sdx shn sln sol sox spdif svag "
    "swf tak thp truehd tta txd u16be u16le u24be u24le u32be u32le u8 vag vidc vivo voc vpk vqf "
    "w64 wady wav wavarc wsaud wsd wsvqa wtv wv wve xa xmv xvag xwma"
)
RESAVE = "Open it in an audio player; if it plays there, save it again as WAV or M4A and use that."


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file says of itself, without decoding. `duration` is in seconds, 0.0 if unsaid.

    `guessed` tells that it is only what the size and the first frames' bit rate amount to.
    """

    container: str
    codec: str
    channels: int
    sample_rate: int
    duration: float
    tags: dict[str, str] = field(default_factory=dict)
    guessed: bool = False


class FFmpegSource:
    """A file opened by PyAV."""

    # Containers whose index or framing lets FFmpeg seek to an exact sample; the others are
    # decoded from their beginning.
    EXACT_SEEK = frozenset({"wav", "w64", "aiff", "flac", "ogg", "mov", "matroska", "mp3", "caf"})

    def __init__(self, path: Path) -> None:
        import av  # 60 ms that commands without audio need not wait for
        from av.error import FFmpegError
        from av.logging import set_level

        # Any other level lets decoder threads call Python to log, which deadlocks when a damaged
        # file is closed (seen in PyAV 18).
        set_level(None)
        self.damage = ""
        try:
            self._container = av.open(
                # A name may look like an address, or like a pattern for many files.
                f"file:{path.absolute()}",
                metadata_errors="replace",
                container_options={
                    "format_whitelist": FORMATS.replace(" ", ","),
                    "protocol_whitelist": "file",
                },
            )
        except (FFmpegError, ValueError, OSError) as error:
            raise DamagedAudio(
                f"{path}: it is no audio or video that can be opened ({reason_of(error)}). {RESAVE}"
            ) from error
        try:
            self._stream = self._audio_stream(path)
            self.probe = self._probe(path)
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

    def _probe(self, path: Path) -> Probe:
        stream, container = self._stream, self._container
        name = container.format.name.split(",")[0]
        duration = 0.0
        if stream.duration:
            duration = self._late() + float(stream.duration * stream.time_base)
        elif container.duration:  # Matroska counts it from zero, wherever its clock begins
            duration = container.duration / 1e6 - (self._origin() or 0) * (name == "matroska")
        if name == "wav" and stream.bit_rate:  # FFmpeg counts the bytes that there are
            duration += 8 * _missing_bytes(path) / stream.bit_rate
        tags = {**container.metadata, **stream.metadata}
        return Probe(
            container=name,
            codec=stream.codec_context.name,
            channels=stream.codec_context.channels,
            sample_rate=stream.codec_context.sample_rate,
            duration=max(0.0, duration),
            tags={key.lower(): value for key, value in tags.items()},
            guessed=name not in SURE_OF_LENGTH and self._guesses(duration, path),
        )

    def _guesses(self, duration: float, path: Path) -> bool:
        amounts_to = 8 * path.stat().st_size / (self._stream.bit_rate or math.inf)
        return abs(duration - amounts_to) < 0.02 * duration

    def blocks(self, rate: int, span: Span | None = None) -> Iterator[Block]:
        """Yield blocks of (n_samples, n_channels) int16 at a rate; of a passage, if given."""
        resampled = _Resampler(rate, self.probe.channels)
        first = round(span.start * rate) if span else 0
        last = round(span.end * rate) if span else None
        longest = max(self.probe.duration, (self._container.duration or 0) / 1e6) or LONGEST_UNSAID
        for position, block in resampled.placed(self._frames(span), longest, first):
            if last is not None and position >= last:
                return
            wanted = block[max(0, first - position) : None if last is None else last - position]
            if len(wanted):
                yield wanted

    def _frames(self, span: Span | None) -> Iterator[tuple[float | None, Any]]:
        """Yield (seconds from the beginning, frame), passing over what cannot be decoded."""
        from av.error import EOFError as EndOfFile
        from av.error import FFmpegError

        origin = self._origin()
        if self._seek(span, origin or 0.0):
            origin = origin or 0.0
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

    def _origin(self) -> float | None:
        """Return the second of the file's clock at which a player begins, None if unsaid."""
        start = self._container.start_time
        return None if start is None else start / 1e6

    def _late(self) -> float:
        """Return by how many seconds the sound of a film begins after its picture."""
        start, origin = self._stream.start_time, self._origin()
        if start is None or origin is None:
            return 0.0
        return max(0.0, float(start * self._stream.time_base) - origin)

    def _seek(self, span: Span | None, origin: float) -> bool:
        """Go to just before a passage, if that is exact and worth it; tell whether it was."""
        stream = self._stream
        if span is None or span.start < 10 or self.probe.container not in self.EXACT_SEEK:
            return False
        lead = 2.0  # seconds: lets codecs with memory settle before the passage
        self._container.seek(round((span.start - lead + origin) / stream.time_base), stream=stream)
        return True

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
        self, frames: Iterator[tuple[float | None, Any]], longest: float, first: int = 0
    ) -> Iterator[tuple[int, Block]]:
        """Yield (sample number, block) without holes, filling those of the file with silence.

        `longest` is the length in seconds that the file claims: a frame beyond it is misdated.
        `first` is the sample number from which on the recording is wanted.
        """
        position: int | None = None
        smallest = 0.0  # what is missing before the first frame is filled to the sample
        for time, frame in frames:
            expected = round((time or 0.0) * self._rate)
            position = max(0, min(first, expected)) if position is None else position
            hole = expected - position
            if smallest < hole and time is not None and time <= longest:
                yield from self._silence(position, hole)
                position += hole
            smallest = SMALLEST_HOLE * self._rate
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
        if self._file.channels > MOST_CHANNELS:
            self._file.close()
            raise DamagedAudio(f"{path}: it has more than {MOST_CHANNELS} channels. {RESAVE}")
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
        if not self._seek(min(first, self._file.frames)):
            return
        resampler = _Resampler(rate, self.probe.channels)
        frames = self._frames(max(0, last - first))
        for _, block in resampler.placed(frames, self.probe.duration):
            yield block

    def _seek(self, frame: int) -> bool:
        """Go to a sample, and tell whether that is possible: not in every damaged file."""
        import soundfile

        try:
            self._file.seek(frame)
        except soundfile.LibsndfileError as error:
            self.damage = reason_of(error)
        return not self.damage

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


def _missing_bytes(path: Path) -> int:
    """Return how many bytes a RIFF file lacks of those that its header announces."""
    with path.open("rb") as file:
        kind, size = file.read(4), int.from_bytes(file.read(4), "little")
    announced = size + 8 if kind == b"RIFF" and size < LARGEST_RIFF else 0
    return max(0, announced - path.stat().st_size)


def reason_of(error: Exception) -> str:
    """Return what a library says went wrong, to stand in brackets in a sentence."""
    text = getattr(error, "strerror", None) or getattr(error, "error_string", None) or str(error)
    return str(text).strip().rstrip(".") or type(error).__name__
