"""Sound to a file, with tags and chapters: PyAV codes, soundfile writes PCM and Vorbis."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.audio import FULL_SCALE
from pipeline.clips.resampling import LAYOUTS, resampled
from pipeline.errors import RelistenError, UsageError
from pipeline.replacing import replacing
from pipeline.timestamps import format_subtitle_time, milliseconds
from pipeline.tracks import files_of
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.audio import Samples


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says of itself; what is empty is left out. `comment` has the source's time."""

    title: str = ""
    artist: str = ""
    album: str = ""
    date: str = ""
    comment: str = ""

    @property
    def known(self) -> dict[str, str]:
        """Those that are there, by the names that all containers have for them."""
        names = ("title", "artist", "album", "date", "comment")
        return {name: text for name in names if (text := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Chapter(Span):
    """A part of a file, in its seconds."""

    title: str


@dataclass(frozen=True, slots=True)
class Coding:
    """How PyAV codes a kind of file: its container, codec and samples, and bits a second if set.

    `in_comments` tells that its chapters are written as comments here: FFmpeg makes none of FLAC's,
    and adds a second to those of Ogg that begin in a second's later half.
    """

    container: str
    codec: str
    sample: str
    bit_rate: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    in_comments: bool = False


# Bits a second are those of a channel: 64,000 of mp3 and 48,000 of Opus keep speech as it is.
CODINGS = {
    ".flac": Coding("flac", "flac", "s16", in_comments=True),
    # What Windows shows of a file is ID3 2.3; 2.4 it does not read.
    ".mp3": Coding("mp3", "libmp3lame", "s16p", 64_000, (("id3v2_version", "3"),)),
    ".opus": Coding("ogg", "libopus", "s16", 48_000, in_comments=True),
}
SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".opus")
# Rates in Hz at which a format is written; one that is not listed has all. These of mp3 are known
# to all players. FFmpeg loses up to 20 ms of a Vorbis file of less than a second at lower rates
# than these, and at these 3 ms at most.
RATES: Mapping[str, tuple[int, ...]] = {
    ".mp3": (32_000, 44_100, 48_000),
    ".opus": (8_000, 12_000, 16_000, 24_000, 48_000),
    ".ogg": (44_100, 48_000),
}
SYSTEM = 2  # libsndfile's code for what the system refused; it keeps no reason
AT_ONCE = 1 << 16  # samples that an encoder is given at a time
MILLISECONDS = Fraction(1, 1000)


def check_target(target: Path, kept: Iterable[Path] = (), *, force: bool = False) -> None:
    """Raise UsageError where a clip cannot be: for its suffix, its folder, what is there already.

    What exists is written over only by `force`, and never if it is one of the files to be kept.
    """
    if target.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"{target}: clips are written as {', '.join(SUFFIXES)}. Choose a name that ends in one."
        )
    if not target.parent.is_dir():
        raise UsageError(
            f"{target}: there is no folder {target.parent}. Make it, or choose another place."
        )
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


@contextlib.contextmanager
def saving(target: Path) -> Iterator[Path]:
    """Lend a path to write sound to, whole or not at all; raises RelistenError where it fails."""
    import soundfile
    from av.error import FFmpegError

    try:
        with replacing(target) as beside:
            yield beside
    except (OSError, FFmpegError, soundfile.LibsndfileError) as error:
        raise RelistenError(
            f"{target}: it cannot be written there ({_reason(error)}). "
            "Choose another place or format."
        ) from error


def _reason(error: Exception) -> str:
    """Return why sound could not be written, in words that tell it."""
    if getattr(error, "code", None) == SYSTEM:
        return "the disk takes no more of it and may be full"
    told = (getattr(error, name, None) for name in ("error_string", "strerror"))
    return next(filter(None, told), None) or str(error)


def write_sound(
    target: Path,
    blocks: Iterable[Samples],
    rate: int,
    tags: Tags | None = None,
    chapters: Sequence[Chapter] = (),
) -> None:
    """Write blocks of one sound to a new file in the format that its suffix names.

    Each block is (n_samples, n_channels) float32 in [-1, 1]. There are no chapters in wav.
    """
    suffix, tags = target.suffix.lower(), tags or Tags()
    known = rate_for(suffix, rate)
    sound = _in_pieces(resampled(blocks, rate, known))
    if suffix in CODINGS:
        _code(target, sound, known, CODINGS[suffix], tags, chapters)
    elif chapters and suffix == ".ogg":
        bare = target.with_name(f"{target.stem}-bare.ogg")
        try:
            _write_plain(bare, sound, known, tags)
            _with_comments(bare, target, {**tags.known, **in_comments(chapters)})
        finally:
            bare.unlink(missing_ok=True)
    else:
        _write_plain(target, sound, known, tags)


def rate_for(suffix: str, rate: int) -> int:
    """Return the rate at which a format keeps sound: the sound's own, or the next that it has."""
    known = RATES.get(suffix, (rate,))
    return next((each for each in known if each >= rate), known[-1])


def in_comments(chapters: Sequence[Chapter]) -> dict[str, str]:
    """Return chapters as comments of FLAC and Ogg files, as players of them read them."""
    made = {}
    for number, chapter in enumerate(chapters, 1):
        made[f"CHAPTER{number:03}"] = format_subtitle_time(chapter.start, ".")
        made[f"CHAPTER{number:03}NAME"] = chapter.title
    return made


def _in_pieces(blocks: Iterable[Samples]) -> Iterator[NDArray[np.int16]]:
    """Yield blocks as 16-bit samples, so many at a time as are soon coded."""
    for block in blocks:
        pcm = np.clip(np.rint(block * FULL_SCALE), -32_768, 32_767).astype(np.int16)
        for first in range(0, len(pcm), AT_ONCE):
            yield pcm[first : first + AT_ONCE]


def _write_plain(path: Path, pieces: Iterator[NDArray[np.int16]], rate: int, tags: Tags) -> None:
    """Write by libsndfile, which has the better Vorbis encoder: FFmpeg's own is a trial."""
    import soundfile

    first = next(pieces)
    kind = ("OGG", "VORBIS") if path.suffix.lower() == ".ogg" else ("WAV", "PCM_16")
    with soundfile.SoundFile(
        path, "w", rate, first.shape[1], format=kind[0], subtype=kind[1]
    ) as file:
        for name, text in tags.known.items():
            setattr(file, name, text)
        for piece in chain([first], pieces):
            file.write(piece)


def _with_comments(source: Path, target: Path, comments: Mapping[str, str]) -> None:
    """Copy an Ogg file as it is coded, with other comments."""
    import av

    with av.open(str(source)) as read, av.open(str(target), "w", format="ogg") as written:
        stream = written.add_stream_from_template(read.streams.audio[0])
        stream.metadata.update(comments)
        for packet in read.demux(read.streams.audio[0]):
            if packet.dts is not None:  # else it is the empty one that ends the sound
                packet.stream = stream
                written.mux(packet)


def _code(
    target: Path,
    pieces: Iterator[NDArray[np.int16]],
    rate: int,
    coding: Coding,
    tags: Tags,
    chapters: Sequence[Chapter],
) -> None:
    import av

    first = next(pieces)
    layout = LAYOUTS[first.shape[1]]
    options = dict(coding.options)
    with av.open(str(target), "w", format=coding.container, options=options) as container:
        container.metadata.update(tags.known)
        _mark(container, coding, chapters)
        stream: Any = container.add_stream(coding.codec, rate=rate)
        stream.layout, stream.format = layout, coding.sample
        if coding.bit_rate:
            stream.bit_rate = coding.bit_rate * first.shape[1]
        done = 0
        for piece in chain([first], pieces):
            container.mux(stream.encode(_frame(piece, layout, coding.sample, rate, done)))
            done += len(piece)
        container.mux(stream.encode(None))


def _mark(container: Any, coding: Coding, chapters: Sequence[Chapter]) -> None:
    if coding.in_comments:
        container.metadata.update(in_comments(chapters))
        return
    container.set_chapters(
        [
            {
                "id": number,
                "start": milliseconds(each.start),
                "end": milliseconds(each.end),
                "time_base": MILLISECONDS,
                "metadata": {"title": each.title},
            }
            for number, each in enumerate(chapters, 1)
        ]
    )


def _frame(piece: NDArray[np.int16], layout: str, sample: str, rate: int, first: int) -> Any:
    """Return samples as PyAV takes them: interleaved, or channel by channel."""
    import av

    laid: Any = piece.T if sample.endswith("p") else piece.reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(laid), format=sample, layout=layout)
    frame.sample_rate, frame.pts, frame.time_base = rate, first, Fraction(1, rate)
    return frame
