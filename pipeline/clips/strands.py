"""A passage of a file with the channels that are to be heard, and who is to be heard in which."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from pipeline.audio import probe, read_passage
from pipeline.clips.edges import Spoken
from pipeline.clips.levels import Frames
from pipeline.clips.resampling import at_rate
from pipeline.errors import AudioError, UsageError
from pipeline.recording import Layout
from pipeline.tracks import files_of

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.audio import Samples
    from pipeline.export import Document
    from pipeline.transcript import Span

BOTH, MIX = "both", "mix"


@dataclass(frozen=True, slots=True)
class How:
    """How a clip is made: of which channels, counted from 0 (none: of all), together or apart.

    `tones` are the seconds of the recording in place of which a tone is heard.
    """

    channels: tuple[int, ...] = ()
    mixed: bool = False
    tones: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Strand:
    """Channels that have one microphone's sound, or one person's: columns, and words in them."""

    columns: tuple[int, ...]
    words: tuple[Spoken, ...]
    frames: Frames = field(repr=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """A passage as it was read: (n_samples, n_channels), `start` in seconds of the recording."""

    samples: Samples
    rate: int
    start: float
    strands: tuple[Strand, ...]


def channels_named(document: Document, name: str | None) -> How:
    """Return the channels that somebody names: a number from 1, "both", "mix", or who speaks.

    Raises UsageError for a name of nobody, and for who has no channel to themselves.
    """
    wanted = (name or BOTH).strip().casefold()
    if wanted in (BOTH, MIX):
        return How(mixed=wanted == MIX)
    if wanted.isdecimal() and wanted.isascii() and int(wanted):
        return How((int(wanted) - 1,))
    named = {shown.casefold(): shown for shown in document.speaker_channels}
    named |= {role.casefold(): shown for shown, role in document.roles.items()} | named
    if wanted not in named:
        raise UsageError(
            f"--channel {name}: nobody is called that in {document.title}. There are: "
            f"{', '.join([*document.speaker_channels, '1, 2, both, mix'])}."
        )
    channel = document.speaker_channels.get(named[wanted])
    if channel is None or document.layout is not Layout.CHANNEL_PER_SPEAKER:
        raise UsageError(
            f"--channel {name}: {named[wanted]} has no channel alone in {document.title}, where "
            "all are heard together. Leave --channel out."
        )
    return How((channel,))


def read(source: Path, document: Document, span: Span, how: How) -> Heard:
    """Read the channels of a passage; raises UsageError for one that the recording has not."""
    samples, rate = _tracks(source, span) if source.is_dir() else read_passage(source, span)
    count = samples.shape[1]
    chosen = how.channels or tuple(range(count))
    if max(chosen) >= count:
        raise UsageError(
            f"--channel {max(chosen) + 1}: {document.title} has "
            f"{'one channel' if count == 1 else f'{count} channels'}. Leave --channel out."
        )
    samples = samples[:, list(chosen)]
    alone = document.layout is Layout.CHANNEL_PER_SPEAKER and count > 1
    whose: list[tuple[tuple[int, ...], int | None]] = [(tuple(range(len(chosen))), None)]
    if alone:
        whose = [((column,), channel) for column, channel in enumerate(chosen)]
    strands = tuple(
        Strand(own, words_of(document, channel), Frames.of(samples[:, list(own)], rate, span.start))
        for own, channel in whose
    )
    return Heard(samples, rate, span.start, strands)


def words_of(document: Document, channel: int | None) -> tuple[Spoken, ...]:
    """Return the words that are heard in a channel; None stands for all together."""
    channels = document.speaker_channels
    found = (
        Spoken(word.start, word.end, position)
        for position, turn in enumerate(document.transcript.turns)
        if channel is None or channels.get(turn.speaker or "") in (channel, None)
        for word in turn.words
    )
    return tuple(sorted(found, key=lambda word: (word.start, word.end)))


def _tracks(folder: Path, span: Span) -> tuple[Samples, int]:
    """Read a passage of all tracks, each as a channel; one that has ended is silent."""
    files = files_of(folder)
    probes = [probe(file) for file in files]
    if all(each.duration <= span.start for each in probes):
        raise AudioError(f"{folder}: there is no audio at {span.start:.1f} s.")
    rate = max(each.sample_rate for each in probes)
    found = [
        _track(file, span, rate) if each.duration > span.start else np.zeros(0, np.float32)
        for file, each in zip(files, probes, strict=True)
    ]
    together = np.zeros((max(map(len, found)), len(found)), dtype=np.float32)
    for column, track in enumerate(found):
        together[: len(track), column] = track
    return together, rate


def _track(file: Path, span: Span, rate: int) -> Samples:
    samples, own = read_passage(file, span)
    return np.asarray(at_rate(samples, own, rate).mean(axis=1), dtype=np.float32)
