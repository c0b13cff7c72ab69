"""Where utterances begin and end, beside the exact times of the references.

python -m benchmarks.times [--model tiny.en] [--engine relisten] [--worst] [FILE ...]

An utterance counts at the end at which its outermost two words were recognised: what is measured
is time, not recognition. In mono recordings only utterances count during which nobody else
speaks. Engines other than relisten hear the mono recordings alone. References of conversations
keep up to half a second of what was before and after each utterance in its book: their times are
drawn in to where there is voice (200-4000 Hz, within 30 dB of the loudest, 15 dB over the noise).
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.figures import head, percentile, row, share_within
from benchmarks.peers import ENGINES
from benchmarks.speech import SETS, Said, is_mono, recordings, reference
from pipeline.audio import SAMPLE_RATE, decode
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from benchmarks.peers import Engine
    from benchmarks.runs import Timed
    from models.recogniser import Samples

FRAME = SAMPLE_RATE // 100  # samples: 10 ms
SMOOTH = 5  # frames
BAND = (200.0, 4000.0)  # Hz: without the rumble and thumps around a reader
QUIET = 30.0  # dB under an utterance's loudest frame: what is fainter is not its voice
OVER_NOISE = 15.0  # dB over its faintest frames
CLEAN = 30.0  # dB from noise to voice; with less, nobody could tell where it begins
NEAR = 0.25  # seconds: as exact as a reader needs who clicks on a word
TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
SIDES = ("start", "end")


@dataclass(frozen=True, slots=True)
class Edge:
    """Where an utterance begins or ends: as its reference has it, and as it was heard."""

    side: str
    wanted: float
    heard: float
    utterance: Said

    @property
    def error(self) -> float:
        """Seconds by which it was heard too late; negative is too early."""
        return self.heard - self.wanted


def tokens(text: str) -> list[str]:
    """Return what two spellings of the same words have in common."""
    return [token.replace("’", "'") for token in TOKEN.findall(text.lower())]


def edges(said: Sequence[Said], words: Sequence[Timed]) -> Iterator[Edge]:
    """Yield both edges of each utterance, where its words there were recognised.

    said : one channel's utterances, or all of a mix. words : what was heard there, in order.
    """
    wanted = [(token, index) for index, each in enumerate(said) for token in tokens(each.text)]
    heard = [(token, word) for word in words for token in tokens(word.text)]
    places = matches([token for token, _ in wanted], [token for token, _ in heard])
    for index, utterance in enumerate(said):
        own = [place for place, (_, owner) in enumerate(wanted) if owner == index]
        if own and (found := _in_a_row(own[:2], places)):
            yield Edge("start", utterance.start, heard[found[0]][1].start, utterance)
        if own and (found := _in_a_row(own[-2:], places)):
            yield Edge("end", utterance.end, heard[found[-1]][1].end, utterance)


def matches(wanted: Sequence[str], heard: Sequence[str]) -> dict[int, int]:
    """Return for each wanted token that was heard, by place, the place at which it was."""
    import jiwer

    if not wanted or not heard:
        return {}
    (chunks,) = jiwer.process_words(" ".join(wanted), " ".join(heard)).alignments
    return {
        chunk.ref_start_idx + step: chunk.hyp_start_idx + step
        for chunk in chunks
        if chunk.type == "equal"
        for step in range(chunk.ref_end_idx - chunk.ref_start_idx)
    }


def _in_a_row(places: Sequence[int], found: dict[int, int]) -> list[int]:
    """Return where words were heard, if all were and one right after the other; else nothing."""
    heard = [found.get(place, -1) for place in places]
    in_a_row = list(range(heard[0], heard[0] + len(heard)))
    return heard if heard[0] >= 0 and heard == in_a_row else []


def alone(said: Sequence[Said]) -> set[Said]:
    """Return the utterances during which nobody else says anything."""
    return {
        each
        for each in said
        if not any(
            other is not each and other.start < each.end and each.start < other.end
            for other in said
        )
    }


def drawn_in(samples: Samples) -> tuple[float, float] | None:
    """Return the seconds with which an utterance begins and ends before and after its voice.

    None where its own noise is so loud that nobody could tell.
    """
    if len(samples) < FRAME:
        return None
    levels = voice_levels(samples)
    loudest, floor = levels.max(), np.percentile(levels, 5)
    if loudest - floor < CLEAN:
        return None
    loud = np.flatnonzero(levels > max(floor + OVER_NOISE, loudest - QUIET))
    return float(loud[0]) / 100, float(len(levels) - 1 - loud[-1]) / 100


def voice_levels(samples: Samples) -> NDArray[np.float64]:
    """Return the level in dB of each 10 ms, in the band of the voice, smoothed over 50 ms."""
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    spectrum[(frequencies < BAND[0]) | (frequencies > BAND[1])] = 0
    heard = np.fft.irfft(spectrum, len(samples))
    count = len(samples) // FRAME
    power = np.square(heard[: count * FRAME]).reshape(count, FRAME).mean(axis=1)
    smooth = np.convolve(power, np.ones(SMOOTH) / SMOOTH, mode="same")[:count]
    return np.asarray(10 * np.log10(smooth + 1e-12))


def exact(path: Path) -> tuple[list[Said], set[Said]]:
    """Return what is said in a recording at its exact times, and of that what can be measured."""
    said = list(reference(path))
    if path.parent.name != "conversations":
        return said, set(said)
    clear = set()
    with decode(path) as audio:
        for index, each in enumerate(said):
            channel = each.channel if audio.channels > 1 else None
            silent = drawn_in(audio.read(Span(each.start, each.end), channel))
            if silent:
                before, after = silent
                said[index] = replace(each, start=each.start + before, end=each.end - after)
                clear.add(said[index])
    return said, clear


def compare(said: Sequence[Said], words: Sequence[Timed]) -> list[Edge]:
    """Return the edges found in a recording: channel by channel, or in its mix where one speaks."""
    heard = sorted(words, key=lambda word: word.start)
    if {word.channel for word in heard} <= {None}:
        clear = alone(said)
        return [edge for edge in edges(said, heard) if edge.utterance in clear]
    return [
        edge
        for channel in sorted({each.channel for each in said})
        for edge in edges(
            [each for each in said if each.channel == channel],
            [word for word in heard if word.channel == channel],
        )
    ]


def measure(engine: Engine, files: Iterable[Path]) -> dict[Path, list[Edge]]:
    """Return the edges that an engine found in each recording."""
    found = {}
    for path in files:
        said, clear = exact(path)
        every = compare(said, engine(path))
        found[path] = [edge for edge in every if edge.utterance in clear]
        print(f"{path.name}: {len(found[path])} edges", file=sys.stderr, flush=True)
    return found


def figures(kept: Sequence[Edge]) -> list[str]:
    """Return what the table says of edges: how many, how far off, how near, and which way."""
    errors = [edge.error for edge in kept]
    far = [abs(error) for error in errors]
    return [
        str(len(kept)),
        f"{1000 * statistics.median(far):.0f}",
        f"{1000 * percentile(far, 95):.0f}",
        f"{share_within(errors, NEAR):.1f}",
        f"{1000 * statistics.median(errors):+.0f}",
    ]


def print_table(found: dict[Path, list[Edge]]) -> None:
    """Print a row for each set, form and side, then those of all."""
    print(head("recordings", "edge", "n", "median ms", "95 % ms", "within 250 ms, %", "bias ms"))
    names = {path: f"{path.parent.name}, {form(path)}" for path in found}
    for name in (*sorted(set(names.values())), "all"):
        for side in SIDES:
            kept = [
                edge
                for path, own in found.items()
                for edge in own
                if edge.side == side and name in (names[path], "all")
            ]
            if kept:
                print(row(name, side, *figures(kept)))


def form(path: Path) -> str:
    """Return how a recording is heard."""
    return "mono" if is_mono(path) else "two-channel"


def print_worst(found: dict[Path, list[Edge]], count: int = 10) -> None:
    """Print the edges that are furthest off."""
    every = [(path, edge) for path, own in found.items() for edge in own]
    print(f"\n{head('recording', 'at', 'edge', 'off by', 'utterance')}")
    for path, edge in sorted(every, key=lambda each: -abs(each[1].error))[:count]:
        at, off = f"{edge.wanted:.2f} s", f"{edge.error:+.2f} s"
        print(row(path.name, at, edge.side, off, edge.utterance.text[:40]))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="tiny.en")
    parser.add_argument("--engine", default="relisten", choices=list(ENGINES))
    parser.add_argument("--set", default="all", choices=(*SETS, "all"))
    parser.add_argument("--worst", action="store_true", help="print the ten that are furthest off")
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    files = asked.files or recordings(asked.set)
    heard = [path for path in files if asked.engine == "relisten" or is_mono(path)]
    found = measure(ENGINES[asked.engine](asked.model), heard)
    print(f"{asked.engine}, {asked.model}, {len(heard)} recordings.\n")
    print_table(found)
    if asked.worst:
        print_worst(found)


if __name__ == "__main__":
    main()
