"""How clips of the interviews begin and end, how long they are, and how loud.

python -m benchmarks.clips --library FOLDER [FOLDER ...]

Each folder is a library of the interviews, with a channel for each person or without. Clips are
drawn at random, always the same: turns, by the seconds that the transcript shows; phrases of one to
six words; and passages from anywhere to anywhere. The level of speech is that of the references'
turns; every file is decoded again by libsndfile or FFmpeg.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.figures import head, percentile, row
from benchmarks.speech import reference
from pipeline.clips import SUFFIXES, as_shown, clip_of, plain, write_sound
from pipeline.clips.edges import meant_by
from pipeline.clips.levels import decibels
from pipeline.clips.strands import words_of
from pipeline.library import Library
from pipeline.opening import document_of
from pipeline.recording import Layout
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipeline.audio import Samples
    from pipeline.clips import Clip
    from pipeline.export import Document

SEED = 8
EACH = 20  # clips of a kind and a recording
NEAR = 0.02  # seconds of a cut in which energy counts
LONGEST_PHRASE = 6  # words
PASSAGES = (0.5, 20.0)  # seconds
BLUR = 0.045  # seconds by which the times of words may be wrong


@dataclass(frozen=True, slots=True)
class Asked:
    """A passage that somebody may ask for, of a recording."""

    kind: str
    path: Path
    document: Document
    span: Span


@dataclass(frozen=True, slots=True)
class Cut:
    """One edge of a clip: what is heard at it, in dB beside speech, and how deep in a word it is.

    `inside` is of the file's own 20 ms there, `outside` of the 20 ms that were left out.
    """

    inside: float
    outside: float
    depth: float


def asked(folder: Path) -> Iterator[Asked]:
    """Draw passages of every recording of a library."""
    draw = random.Random(SEED)
    with Library(folder) as library:
        for recording in library.recordings():
            document = document_of(library, recording)
            for kind, span in spans(document, draw):
                yield Asked(kind, recording.path, document, span)


def spans(document: Document, draw: random.Random) -> Iterator[tuple[str, Span]]:
    """Draw passages of one recording, of each kind."""
    turns = document.transcript.turns
    for turn in draw.sample(turns, min(EACH, len(turns))):
        typed = Span(math.floor(turn.start), max(math.floor(turn.end), math.floor(turn.start) + 1))
        yield "turns", as_shown(turns, typed)
    for turn in draw.choices(turns, weights=[len(turn.words) for turn in turns], k=EACH):
        first = draw.randrange(len(turn.words))
        words = turn.words[first : first + draw.randint(1, LONGEST_PHRASE)]
        yield "phrases", Span(words[0].start, max(word.end for word in words))
    for _ in range(EACH):
        length = draw.uniform(*PASSAGES)
        start = draw.uniform(0, document.duration - length)
        yield "passages", Span(start, start + length)


def edges(clip: Clip, of: Asked) -> tuple[Cut, Cut]:
    """Measure both edges of a clip."""
    around = Span(max(0.0, clip.span.start - NEAR), clip.span.end + NEAR)
    source = plain(of.path, around).samples  # faded, but only outside of all that is measured
    near = round(NEAR * clip.rate)
    spoken = [Span(each.start, each.end) for each in reference(of.path)]
    said = [
        Span(max(0.0, each.start - clip.span.start), each.end - clip.span.start)
        for each in spoken
        if each.overlap(clip.span)
    ]
    channel, last = channels(of)
    lead = round((clip.span.start - around.start) * clip.rate)
    inner = [level(clip.samples[:near]), level(clip.samples[-near:])]
    speech = level(clip.samples, said, clip.rate)
    body = source[lead : lead + len(clip.samples)]
    outer = [
        level(source[:lead, [channel]]) - level(body[:, [channel]], said, clip.rate),
        level(source[lead + len(body) :, [last]]) - level(body[:, [last]], said, clip.rate),
    ]
    places = (clip.span.start, channel), (clip.span.end, last)
    depths = [depth(of.document, time, column) for time, column in places]
    cuts = [Cut(i - speech, o, d) for i, o, d in zip(inner, outer, depths, strict=True)]
    return cuts[0], cuts[1]


def channels(of: Asked) -> tuple[int, int]:
    """Return the channels in which the first and the last word that are meant are heard."""
    if of.document.layout is not Layout.CHANNEL_PER_SPEAKER:
        return 0, 0
    meant = meant_by(of.document.transcript.turns, of.span)
    spoken = [(word, at) for at in (0, 1) for word in words_of(of.document, at)]
    said = [(word.start, word.end, at) for word, at in spoken if meant.holds(word)]
    return min(said or [(0, 0, 0)])[2], max(said or [(0, 0, 0)], key=lambda each: each[1])[2]


def level(samples: Samples, spans: Sequence[Span] = (), rate: int = 1) -> float:
    """Return how loud the loudest channel of a sound is in passages, or altogether, in dB."""
    pieces = [samples[round(each.start * rate) : round(each.end * rate)] for each in spans]
    heard = np.concatenate(pieces) if pieces else samples
    if not len(heard):
        return float(decibels(0.0))
    return float(decibels(np.square(heard, dtype=np.float64).mean(axis=0)).max())


def depth(document: Document, time: float, channel: int) -> float:
    """Return how far a time lies in a word that is heard in a channel, from its nearer end."""
    own = channel if document.layout is Layout.CHANNEL_PER_SPEAKER else None
    words = [word for word in words_of(document, own) if word.start < time < word.end]
    return max((min(time - word.start, word.end - time) for word in words), default=0.0)


def off(clip: Clip, suffix: str, folder: Path) -> float:
    """Return by how many milliseconds a file, decoded, is longer or shorter than it is to be."""
    target = folder / f"clip{suffix}"
    write_sound(target, [clip.samples], clip.rate)
    longest = max(
        (abs(decode(target) - clip.duration) for decode in (by_libsndfile, by_ffmpeg)),
    )
    target.unlink()
    return 1000 * longest


def by_libsndfile(path: Path) -> float:
    """Return the seconds that libsndfile decodes of a file."""
    import soundfile

    heard, rate = soundfile.read(path, always_2d=True)
    return float(len(heard) / rate)


def by_ffmpeg(path: Path) -> float:
    """Return the seconds that FFmpeg's own program decodes of a file."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ar", "48000", "-ac", "1"]
    run = subprocess.run([*command, "-f", "s16le", "-"], check=True, capture_output=True)
    return len(run.stdout) / 2 / 48_000


def loudness(clip: Clip) -> float | None:
    """Return the loudness of a clip in LUFS; None of one that is too short to be measured."""
    import pyloudnorm

    if clip.duration < 1:
        return None
    meter = pyloudnorm.Meter(clip.rate)
    samples: Any = clip.samples.astype(np.float64)
    return float(meter.integrated_loudness(samples))


def print_edges(made: Sequence[tuple[Asked, Clip]], how: str) -> None:
    """Print how clips begin and end, kind by kind."""
    for kind in ("turns", "phrases", "passages"):
        cuts = [cut for each, clip in made if each.kind == kind for cut in edges(clip, each)]
        inside = [cut.inside for cut in cuts]
        louder = [max(cut.inside, cut.outside) for cut in cuts]
        print(
            row(
                kind,
                how,
                len(cuts) // 2,
                f"{statistics.median(inside):.0f}",
                f"{percentile(inside, 95):.0f}",
                f"{max(inside):.0f}",
                sum(each >= 0 for each in inside),
                sum(each >= 0 for each in louder),
                sum(cut.depth > BLUR for cut in cuts),
            )
        )


def print_lengths(clips: Sequence[Clip]) -> None:
    """Print how exact the lengths of files are, format by format."""
    print(f"\n{head('format', 'files', 'most off, ms')}")
    with tempfile.TemporaryDirectory() as folder:
        for suffix in SUFFIXES:
            worst = max(off(clip, suffix, Path(folder)) for clip in clips)
            print(row(suffix, len(clips), f"{worst:.1f}"))


def print_levels(named: Sequence[tuple[str, Sequence[Clip]]]) -> None:
    """Print how far apart clips are in loudness."""
    print(f"\n{head('clips of 1 s and more', 'LUFS, middle', '90 % of them')}")
    for name, clips in named:
        found = [each for clip in clips if (each := loudness(clip)) is not None]
        low, high = percentile(found, 5), percentile(found, 95)
        print(row(name, f"{statistics.median(found):.1f}", f"{low:.1f} to {high:.1f}"))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, nargs="+", required=True)
    parser.add_argument("--lengths", action="store_true", help="Write each clip in each format.")
    chosen = parser.parse_args()
    named = "clips", "cut", "number", "dB, middle", "95 %", "loudest"
    print(head(*named, "not under speech", "nor outside", "in a word"))
    ways: dict[str, Callable[[Asked], Clip]] = {
        "as asked": lambda each: plain(each.path, each.span),
        "as it is": lambda each: clip_of(each.path, each.document, each.span),
    }
    of: dict[str, list[tuple[Asked, Clip]]] = {way: [] for way in ways}
    for folder in chosen.library:
        wanted = list(asked(folder))
        print(row(f"**{len(wanted)} of {folder.name}**", *[""] * 8))
        for way, make in ways.items():
            made = [(each, make(each)) for each in wanted]
            print_edges(made, way)
            of[way] += made
    print_levels([(way, [clip for _, clip in made]) for way, made in of.items()])
    if chosen.lengths:
        print_lengths([clip for _, clip in of["as it is"]])


if __name__ == "__main__":
    main()
