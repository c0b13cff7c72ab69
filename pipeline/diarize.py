"""Who spoke when: by channel, where each person has one; else by voice.

What a speaker's voice is like comes with it, where there is a model for that.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import ModelError, ModelMissing, UsageError
from pipeline.recording import Layout
from pipeline.transcript import SpeakerSpan
from pipeline.voices.by_voice import NAME_PATTERN, HeardVoice, ToldApart, tell_apart
from pipeline.voices.channel_voices import voice_of_channel
from pipeline.voices.clustering import SpeakerCount

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from pipeline.hearing.voice import Voice
    from pipeline.listening import Listening
    from pipeline.recording import Recording
    from pipeline.transcript import Made

NO_MODEL = (
    "who speaks is not told where people share a channel: the model for it is not on this "
    "machine. Run: relisten models pull voices, then relisten process again"
)
SAME_SHARE = 0.75  # of a speaker's time: with less of it under an old label, it is another
CELL = 0.1  # seconds in which two ways to tell speakers are compared


@dataclass(frozen=True, slots=True)
class DiarizeOptions:
    """`channel_names` are the speakers' names, first channel first; empty numbers them.

    `count` is how many people speak, where they have no channel each.
    """

    channel_names: tuple[str, ...] = ()
    count: SpeakerCount = field(default_factory=SpeakerCount)

    def __post_init__(self) -> None:
        if len(set(self.channel_names)) < len(self.channel_names):
            raise UsageError(f"two channels have the same name: {', '.join(self.channel_names)}.")
        if not all(name.strip() for name in self.channel_names):
            raise UsageError("a channel's name is empty: write --channels interviewer,customer.")


def diarize(
    recording: Recording, listening: Listening, options: DiarizeOptions
) -> tuple[ToldApart, Made]:
    """Return who spoke when in a recording, and what told.

    Raises ModelMissing where voices are to be told apart, and the model for it is not here.
    """
    if recording.layout is Layout.CHANNEL_PER_SPEAKER:
        return _by_channel(recording, listening, options)
    teller = listening.engines.voices
    if teller is None:
        raise ModelMissing(NO_MODEL)
    (channel,) = recording.heard_channels
    audio, report = listening.audio, listening.report
    return tell_apart(audio, channel, teller, options.count, report), teller.made


def _by_channel(
    recording: Recording, listening: Listening, options: DiarizeOptions
) -> tuple[ToldApart, Made]:
    voices = listening.voiced(recording)
    spans = diarize_by_channel(voices, options)
    made = listening.engines.voice_detector.made
    try:
        return ToldApart(spans, tuple(_voices_of(voices, listening, options))), made
    except (ModelError, OSError, RuntimeError, MemoryError) as error:  # who speaks is known
        return ToldApart(spans), made.with_notes(f"their voices are not known by it ({error})")


def _voices_of(
    voices: Sequence[Voice], listening: Listening, options: DiarizeOptions
) -> Iterator[HeardVoice]:
    """Yield what the voice in each channel is like, where there is a model for that."""
    teller = listening.engines.voices
    for voice in voices:
        if teller is None or voice.channel is None:
            continue
        if found := voice_of_channel(listening.audio, voice, voices, teller):
            yield HeardVoice(channel_name(voice.channel, options), *found, teller.made.digest)


def diarize_by_channel(voices: Iterable[Voice], options: DiarizeOptions) -> tuple[SpeakerSpan, ...]:
    """Return when the voice in each channel has the floor as its speaker's, in time order.

    A mix of all channels (channel None) tells nobody apart and gives none. A channel without a
    voice gives no speaker.
    """
    spans = [
        SpeakerSpan(span.start, span.end, channel_name(voice.channel, options), voice.channel)
        for voice in voices
        if voice.channel is not None
        for span in voice.floor
    ]
    return tuple(sorted(spans, key=lambda span: (span.start, span.channel)))


def renamed(spans: Iterable[SpeakerSpan], options: DiarizeOptions) -> tuple[SpeakerSpan, ...]:
    """Return spans told by channel under other names."""
    return tuple(
        span if span.channel is None else replace(span, speaker=channel_name(span.channel, options))
        for span in spans
    )


def channel_name(channel: int, options: DiarizeOptions) -> str:
    """Return the name of a channel's speaker: as given, else by number."""
    names = options.channel_names
    return names[channel] if channel < len(names) else NAME_PATTERN.format(number=channel + 1)


def keeping_labels(
    told: ToldApart, before: Sequence[SpeakerSpan], taken: Collection[str] = ()
) -> ToldApart:
    """Return speakers told by voice under the labels that they had before, as far as they had any.

    Each keeps the label with which it shares the most time, so that what a person said of a
    speaker stays with them, if most of what it says now was under that label: a mix of two is
    neither. Who is new gets a number that is not `taken` by somebody of whom something is known.
    """
    by_channel = any(span.channel is not None for span in (*told.spans, *before))
    if not told.spans or not (before or taken) or by_channel:
        return told
    labels = _labels_kept(told.spans, before, taken)
    spans = tuple(replace(span, speaker=labels[span.speaker]) for span in told.spans)
    voices = tuple(replace(voice, speaker=labels[voice.speaker]) for voice in told.voices)
    return ToldApart(spans, voices)


def _labels_kept(
    now: Sequence[SpeakerSpan], before: Sequence[SpeakerSpan], taken: Collection[str]
) -> dict[str, str]:
    from scipy.optimize import linear_sum_assignment

    new, old = _speakers(now), _speakers(before)
    length = max(span.end for span in (*now, *before))
    speaking = _cells(now, new, length)
    shared = speaking @ _cells(before, old, length).T
    enough = SAME_SHARE * speaking.sum(axis=1)
    kept = {
        new[row]: old[column]
        for row, column in zip(*linear_sum_assignment(shared, maximize=True), strict=True)
        if shared[row, column] >= enough[row] > 0
    }
    fresh = _numbered({*kept.values(), *taken})
    return {speaker: kept.get(speaker) or next(fresh) for speaker in new}


def _speakers(spans: Iterable[SpeakerSpan]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(span.speaker for span in spans))


def _numbered(taken: set[str]) -> Iterator[str]:
    """Yield labels that nobody has, by number."""
    for number in range(1, 10_000):
        if (label := NAME_PATTERN.format(number=number)) not in taken:
            yield label


def _cells(
    spans: Iterable[SpeakerSpan], speakers: Sequence[str], length: float
) -> npt.NDArray[np.float32]:
    """Return in which tenths of a second each speaker speaks: (n_speakers, n_cells) of 0 or 1."""
    cells = np.zeros((len(speakers), int(length / CELL) + 1), dtype=np.float32)
    rows = {speaker: row for row, speaker in enumerate(speakers)}
    for span in spans:
        cells[rows[span.speaker], int(span.start / CELL) : int(span.end / CELL) + 1] = 1
    return cells
