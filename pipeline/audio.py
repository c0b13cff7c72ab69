"""Probe and decode any audio or video file, in blocks; read passages of what was decoded.

PyAV decodes (its wheel brings FFmpeg); soundfile reads what FFmpeg cannot.
"""

from __future__ import annotations

import contextlib
import errno
import tempfile
import threading
from itertools import zip_longest
from typing import TYPE_CHECKING, BinaryIO, Self

import numpy as np

from pipeline.errors import AudioError, DamagedAudio, MachineError, NoAudio
from pipeline.sources import (
    RESAVE,
    SURE_OF_LENGTH,
    FFmpegSource,
    Probe,
    SoundFileSource,
    reason_of,
)
from pipeline.tracks import files_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.transcript import Span

    Samples = NDArray[np.float32]
    Block = NDArray[np.int16]

SAMPLE_RATE = 16_000  # Hz: what Whisper, Silero and the voice models hear
FULL_SCALE = 32_768.0
TOGETHER = 60 * SAMPLE_RATE  # samples of each track that are held while they are put together
# libsndfile reads no MPEG that FFmpeg does not, and its decoder writes warnings past Python.
MPEG_SUFFIXES = frozenset({".mp1", ".mp2", ".mp3", ".mpga"})
HEAD = 1 << 18  # bytes: where a file begins with so many zeros, nothing was ever written to it
BOM = b"\xef\xbb\xbf"
PLAYLISTS = (b"#extm3u", b"ffconcat", b"[playlist]", b"<asx", b"<?wpl", b"v=0\n")


class Audio:
    """One recording, decoded once to 16 kHz, in a temporary file so that memory stays flat.

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
        with _room_explained():
            spool: BinaryIO = tempfile.TemporaryFile(prefix="relisten-")  # noqa: SIM115
        channels, samples = 0, 0
        try:
            for block in blocks:
                channels = block.shape[1]
                samples += block.shape[0]
                with _room_explained():
                    spool.write(np.ascontiguousarray(block, dtype="<i2").tobytes())
            with _room_explained():
                spool.flush()
        except BaseException:
            with contextlib.suppress(OSError):  # it tries again to write what it could not
                spool.close()
            raise
        return cls(spool, channels, samples)

    @classmethod
    def from_samples(cls, samples: Samples) -> Audio:
        """Make one of samples in memory: (n_samples,) or (n_samples, n_channels) in [-1, 1]."""
        columns = samples[:, np.newaxis] if samples.ndim == 1 else samples
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


@contextlib.contextmanager
def _room_explained() -> Iterator[None]:
    """Turn the refusal of a temporary file into a sentence; raises MachineError."""
    try:
        yield
    except OSError as error:
        place = "" if error.errno == errno.ENOENT else f" in {tempfile.gettempdir()}"
        reason = error.strerror or str(error)
        raise MachineError(
            f"decoded sound cannot be kept{place} ({reason}): an hour and channel of it takes "
            "115 MB. Make room there, or set TMPDIR to a folder with more."
        ) from error


def probe(path: Path) -> Probe:
    """Read what a file says of itself, or what the tracks in a folder say together.

    Raises NoAudio for a file without an audio track, AudioError for one that cannot be opened.
    """
    check_readable(path)
    if path.is_dir():
        return _probed_together([probe(file) for file in files_of(path)])
    with _opened_by_either(path) as source:
        return source.probe


def _probed_together(tracks: Sequence[Probe]) -> Probe:
    """Return what tracks say, as of one file with a channel each; a track's title is not its."""
    tags = {name: text for name, text in tracks[0].tags.items() if name != "title"}
    return Probe(
        container="tracks",
        codec=", ".join(sorted({each.codec for each in tracks})),
        channels=len(tracks),
        sample_rate=max(each.sample_rate for each in tracks),
        duration=max(each.duration for each in tracks),
        tags=tags,
    )


def decode(path: Path) -> Audio:
    """Decode every channel of a file to 16 kHz, or of a folder every track to a channel.

    A file that breaks off or is damaged inside gives what can be read, and `damage` says so; a
    track that is shorter than others is silent from its end on.
    Raises NoAudio where there is nothing to hear, DamagedAudio where nothing could be decoded.
    """
    check_readable(path)
    damage: list[str] = []
    if path.is_dir():
        audio = Audio.from_blocks(_put_together([_track(file, damage) for file in files_of(path)]))
    else:
        audio = Audio.from_blocks(_decoded(path, damage.append))
    audio.damage = "; ".join(damage)
    return audio


def _decoded(path: Path, tell: Callable[[str], None]) -> Iterator[Block]:
    """Yield a file's blocks at 16 kHz, and tell at the end what of it could not be read."""
    check_readable(path)
    samples = 0
    with _opened_by_either(path) as source:
        for block in source.blocks(SAMPLE_RATE):
            samples += len(block)
            yield block
    if samples:
        if damage := _damage(source.damage, source.probe, samples / SAMPLE_RATE):
            tell(damage)
    elif source.damage:
        raise DamagedAudio(f"{path}: nothing in it can be decoded ({source.damage}). {RESAVE}")
    else:
        raise NoAudio(f"{path}: its audio track is empty. There is nothing to transcribe.")


def _track(file: Path, damage: list[str]) -> Iterator[Block]:
    """Yield a track's blocks as `_one_channel` does, and note what of it could not be read."""
    return _one_channel(_decoded(file, lambda said: damage.append(f"{file.name}: {said}")))


def _one_channel(blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield blocks of (n_samples,): what all channels have together, in pieces of `TOGETHER`."""
    held, count = [np.zeros(0, dtype=np.int16)], 0
    for block in blocks:
        held.append(block.mean(axis=1).astype(np.int16))
        count += len(block)
        if count >= TOGETHER:
            whole = np.concatenate(held)
            full = count // TOGETHER * TOGETHER
            yield from whole[:full].reshape(-1, TOGETHER)
            held, count = [whole[full:]], count - full
    yield np.concatenate(held)


def _put_together(tracks: Sequence[Iterator[Block]]) -> Iterator[Block]:
    """Yield the blocks of tracks as channels of (n_samples, n_tracks), silent after their ends."""
    nothing = np.zeros(0, dtype=np.int16)
    for blocks in zip_longest(*tracks, fillvalue=nothing):
        together = np.zeros((max(map(len, blocks)), len(blocks)), dtype=np.int16)
        for channel, block in enumerate(blocks):
            together[: len(block), channel] = block
        yield together


def read_passage(path: Path, span: Span) -> tuple[Samples, int]:
    """Return a passage at the file's own sample rate, and that rate in Hz.

    The passage is (n_samples, n_channels) float32 in [-1, 1]; its times are those of `decode`. Of
    tracks it is their mix, in one channel.
    """
    check_readable(path)
    rate = probe(path).sample_rate
    found = [each for file in files_of(path) if len(each := _passage(file, span, rate))]
    if not found:
        raise AudioError(f"{path}: there is no audio at {span.start:.1f} s.")
    return (_mixed(found) if path.is_dir() else found[0]), rate


def _passage(path: Path, span: Span, rate: int) -> Samples:
    with _opened_by_either(path) as source:
        blocks = [block / FULL_SCALE for block in source.blocks(rate, span)]
    return np.concatenate(blocks).astype(np.float32) if blocks else np.zeros((0, 1), np.float32)


def _mixed(passages: Sequence[Samples]) -> Samples:
    """Return all that is heard in passages that begin together, no louder than full scale."""
    mix = np.zeros((max(map(len, passages)), 1), dtype=np.float32)
    for each in passages:
        mix[: len(each)] += each.mean(axis=1, keepdims=True)
    return mix / max(1.0, float(np.abs(mix).max()))


def _damage(reason: str, said: Probe, decoded: float) -> str:
    claimed = said.duration
    tolerance = 0.01 if said.container in SURE_OF_LENGTH else 0.1
    if not said.guessed and claimed - decoded > max(1.0, tolerance * claimed):
        return f"it breaks off: {decoded:.1f} s of the {claimed:.1f} s that it claims could be read"
    return f"it is damaged inside ({reason}); what could be read was kept" if reason else ""


def check_readable(path: Path) -> None:
    """Raise AudioError for what is no file, or is plainly no recording: little of it is read.

    A link to a device has no end, and 10 GB of zeros take their time.
    """
    try:
        if not path.exists():
            raise AudioError(
                f"{path}: there is no such file. Check the name, or plug the drive in."
            )
        if not (path.is_file() or (path.is_dir() and files_of(path))):
            raise AudioError(f"{path}: this is not a file. Name a recording.")
        if path.is_dir():
            return
        if path.stat().st_size == 0:
            raise NoAudio(f"{path}: the file is empty (0 bytes). Copy it again from where it came.")
        _check_head(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise AudioError(f"{path}: it cannot be read ({reason}). Check its permissions.") from error


def _check_head(path: Path) -> None:
    """Refuse what is plain from a file's beginning; decoders would read it to its end."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\0"):
        raise NoAudio(
            f"{path}: it holds nothing but zeros, as where a copy or a download broke off. "
            "Copy it again from where it came."
        )
    if head.removeprefix(BOM).lstrip()[:16].lower().startswith(PLAYLISTS):
        raise NoAudio(f"{path}: it is a list of other recordings, and no recording. Name those.")


def _begins_as_mpeg(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(3)
    return head == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0")


@contextlib.contextmanager
def _opened_by_either(path: Path) -> Iterator[FFmpegSource | SoundFileSource]:
    try:
        source: FFmpegSource | SoundFileSource = FFmpegSource(path)
    except AudioError as refusal:
        if path.suffix.lower() in MPEG_SUFFIXES or _begins_as_mpeg(path):
            raise
        try:
            source = SoundFileSource(path)
        except AudioError:
            raise refusal from None
    from av.error import FFmpegError

    try:
        yield source
    except FFmpegError as error:  # it does not seek, or claims a rate that nothing resamples
        raise DamagedAudio(
            f"{path}: it cannot be decoded ({reason_of(error)}). {RESAVE}"
        ) from error
    finally:
        source.close()


def _to_int16(samples: Samples) -> Block:
    return np.asarray(np.clip(np.rint(samples * FULL_SCALE), -32_768, 32_767), dtype=np.int16)
