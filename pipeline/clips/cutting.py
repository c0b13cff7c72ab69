"""A clip: a passage cut where nobody is in a word, as loud as any other, faded at both ends.

pydub makes sound of samples that are played just as they are, and fades all.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.audio import FULL_SCALE, read_passage
from pipeline.clips.edges import REACH, SLOPE, begins, ends, inwards, meant_by
from pipeline.clips.levels import FRAME, limited
from pipeline.clips.matching import matched
from pipeline.clips.strands import Heard, How, read
from pipeline.clips.tones import put_tones
from pipeline.errors import AudioError
from pipeline.timestamps import format_moment
from pipeline.transcript import Span

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from pipeline.audio import Samples
    from pipeline.clips.edges import Meant, Side
    from pipeline.clips.strands import Strand
    from pipeline.export import Document

FADE = 0.01  # seconds: long enough to hide the click of a cut, short enough not to be heard
EARS = 2  # channels of a clip at most: few players and formats take more
# Seconds that are read beside a passage: its edges move so far, and more where others speak there.
CONTEXT = REACH + 1.0
QUIET = 30.0  # dB under speech: an edge gains nothing by what is quieter still
LOUD = 8.0  # dB under speech: from there on each dB of an edge costs more
COSTS = 8.0  # times as much
AUDIBLE = 20.0  # dB under speech, at which half a word of somebody else is noticed at an edge
AT_ONCE = 0.02  # seconds of an edge at which that is looked for
HUSH = 3.0  # dB over what is quietest, at which it is as good as that
NOISE = 10.0  # dB over what is quietest, up to which nobody is speaking


@dataclass(frozen=True, slots=True)
class Clip:
    """Sound of a passage: (n_samples, n_channels) float32 in [-1, 1].

    `span` is what of the recording it is, which may be a little more than was asked for.
    """

    samples: Samples
    rate: int
    span: Span

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class _Edges:
    """Where a passage is cut, and the strands in which its first and last word are heard."""

    cut: Span
    meant: Meant
    first: Strand
    last: Strand


def clip_of(source: Path, document: Document, span: Span, how: How | None = None) -> Clip:
    """Cut a passage out of a file: whole words, a little room, as loud as other clips.

    `span` is what is asked for; the words in it decide. Where each person has a channel, half a
    word of the other is silenced in theirs.
    """
    how = how or How()
    meant = meant_by(document.transcript.turns, span)
    first, last = min(span.start, meant.said.start), max(span.end, meant.said.end)
    context = Span(max(0.0, first - CONTEXT), last + CONTEXT)
    heard = read(source, document, context, how)
    edges = _edges(heard, meant)
    cut = edges.cut
    place, end = (round((time - heard.start) * heard.rate) for time in (cut.start, cut.end))
    if place >= end:
        raise AudioError(f"{source}: there is no audio at {format_moment(span.start)}.")
    samples = heard.samples[place:end].copy()
    for strand in heard.strands:
        _silence(samples, heard.rate, strand, edges)
    samples = _joined(matched(samples, heard, cut), how)
    tones = [each for tone in how.tones if (each := _within(tone, cut))]
    samples = limited(put_tones(samples, heard.rate, tones), heard.rate)
    return Clip(faded(samples, heard.rate), heard.rate, cut)


def _within(tone: Span, cut: Span) -> Span | None:
    """Return where a tone is in a clip, None for one that is not."""
    if not tone.overlap(cut):
        return None
    return Span(max(0.0, tone.start - cut.start), min(cut.duration, tone.end - cut.start))


def _joined(samples: Samples, how: How) -> Samples:
    """Return the channels apart, or in one: added up, as people mostly speak by turns."""
    if samples.shape[1] == 1 or not (how.mixed or samples.shape[1] > EARS):
        return samples
    return np.asarray(samples.sum(axis=1, keepdims=True), dtype=np.float32)


def _edges(heard: Heard, meant: Meant) -> _Edges:
    """Return where a passage is cut, for all channels."""
    end = heard.start + len(heard.samples) / heard.rate
    first, last = _speaking(heard, meant)
    start = max(0.0, -_quietest(first, -first.frames.times, begins(first.words, meant)))
    stop = min(end, _quietest(last, last.frames.times, ends(last.words, meant)))
    return _Edges(Span(min(start, end), max(start, stop)), meant, first, last)


def _speaking(heard: Heard, meant: Meant) -> tuple[Strand, Strand]:
    """Return the strands in which the first and the last word that are meant are heard."""
    spoken = [
        (word, strand) for strand in heard.strands for word in strand.words if meant.holds(word)
    ]
    if not spoken:
        return heard.strands[0], heard.strands[0]
    first = min(spoken, key=lambda each: each[0].start)[1]
    return first, max(spoken, key=lambda each: each[0].end)[1]


def _quietest(strand: Strand, times: NDArray[np.float64], side: Side) -> float:
    """Return the place for an edge: among those that words leave, a quiet one near its wish."""
    costs = side.costs(times)
    if not np.isfinite(costs).any():
        return side.wished
    return float(times[(costs + _noticed(strand)).argmin()])


def _noticed(strand: Strand) -> NDArray[np.float64]:
    """Return by how many dB an edge would be heard, at each of its times."""
    heard, speech = strand.frames.heard, _speech(strand)
    quiet = np.maximum(0.0, heard - max(speech - QUIET, strand.frames.floor + HUSH))
    return np.asarray(quiet + (COSTS - 1) * np.maximum(0.0, heard - (speech - LOUD)))


def _speech(strand: Strand) -> float:
    """Return how loud people speak in a strand, in dB; where nobody does, its loudest."""
    level = strand.frames.level(strand.words)
    return float(strand.frames.heard.max()) if level is None else level


def _silence(samples: Samples, rate: int, strand: Strand, edges: _Edges) -> None:
    """Silence half a word of who is not meant, at either end of a passage."""
    for beginning, chosen in ((True, edges.first), (False, edges.last)):
        stretch = 0 if strand is chosen else round(_half_word(strand, edges, beginning) * rate)
        if stretch:
            curve = _rise(min(len(samples), stretch), rate)
            part = slice(None, stretch) if beginning else slice(-stretch, None)
            curve = curve if beginning else curve[::-1]
            samples[part, list(strand.columns)] *= curve[:, np.newaxis]


def _rise(count: int, rate: int) -> NDArray[np.float32]:
    """Return silence that ends with a fade."""
    fade = min(count, round(FADE * rate))
    return np.concatenate([np.zeros(count - fade), np.linspace(0, 1, fade)]).astype(np.float32)


def _half_word(strand: Strand, edges: _Edges, beginning: bool) -> float:
    """Return for how many seconds from an edge a strand has the rest of a word; 0.0 for none."""
    cut = edges.cut
    edge = cut.start if beginning else cut.end
    found = inwards(strand.words, edge, edges.meant, beginning=beginning)
    times, costs = strand.frames.times, _noticed(strand)
    depth = (times - edge) if beginning else (edge - times)
    if not (found.cuts or _audible(strand, depth)):
        return 0.0
    costs = costs + SLOPE * np.maximum(0.0, depth - found.first)
    inside = (depth >= found.first) & (depth <= min(found.last, cut.duration))
    place = np.where(inside, costs, math.inf).argmin()
    return float(depth[place]) if inside.any() else min(found.first, cut.duration)


def _audible(strand: Strand, depth: NDArray[np.float64]) -> bool:
    """Tell whether somebody is heard at an edge, whatever the words say."""
    frames = strand.frames
    near = frames.heard[(depth >= -FRAME / 2) & (depth <= AT_ONCE)]
    return bool(len(near)) and near.min() > max(_speech(strand) - AUDIBLE, frames.floor + NOISE)


def plain(path: Path, span: Span) -> Clip:
    """Cut a passage just so, at its file's own level, faded at both ends."""
    samples, rate = read_passage(path, span)
    if samples.shape[1] > EARS:
        samples = samples.mean(axis=1, keepdims=True)
    return Clip(faded(samples, rate), rate, Span(span.start, span.start + len(samples) / rate))


def faded(samples: Samples, rate: int) -> Samples:
    """Return sound that comes and goes softly; pydub's segments have 16 bits a sample."""
    segment = segment_of(samples, rate)
    fade = round(min(FADE, len(samples) / rate / 2) * 1000)
    return samples_of(segment.fade_in(fade).fade_out(fade) if fade else segment)


def segment_of(samples: Samples, rate: int) -> Any:
    """Return samples as a pydub segment."""
    pcm = np.clip(np.rint(samples * FULL_SCALE), -32_768, 32_767).astype("<i2")
    return _pydub_segment()(
        data=pcm.tobytes(), sample_width=2, frame_rate=rate, channels=pcm.shape[1]
    )


def samples_of(segment: Any) -> Samples:
    """Return a pydub segment as (n_samples, n_channels) float32."""
    pcm = np.array(segment.get_array_of_samples(), dtype=np.int16).reshape(-1, segment.channels)
    return np.asarray(pcm / FULL_SCALE, dtype=np.float32)


def _pydub_segment() -> Any:
    with warnings.catch_warnings():
        # pydub 0.25 warns when it finds no ffmpeg; it is not asked to decode anything.
        warnings.simplefilter("ignore")
        from pydub import AudioSegment

    return AudioSegment
