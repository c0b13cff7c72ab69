"""Who spoke when, where each person has a channel: the voiced stretches of it are theirs.

Telling voices apart in one channel is not done here; such a recording has no speaker spans.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.errors import UsageError
from pipeline.transcript import SpeakerSpan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.voice import Voice

NAME_PATTERN = "Speaker {number}"


@dataclass(frozen=True, slots=True)
class DiarizeOptions:
    """`channel_names` are the speakers' names, first channel first; empty numbers them."""

    channel_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.channel_names)) < len(self.channel_names):
            raise UsageError(f"two channels have the same name: {', '.join(self.channel_names)}.")
        if not all(name.strip() for name in self.channel_names):
            raise UsageError("a channel's name is empty: write --channels interviewer,customer.")


def diarize_by_channel(voices: Iterable[Voice], options: DiarizeOptions) -> tuple[SpeakerSpan, ...]:
    """Return the voiced stretches of each channel as its speaker's, in time order.

    A mix of all channels (channel None) tells nobody apart and gives none. A channel without a
    voice gives no speaker.
    """
    spans = [
        SpeakerSpan(span.start, span.end, channel_name(voice.channel, options), voice.channel)
        for voice in voices
        if voice.channel is not None
        for span in voice.regions
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
