"""What the voice in a channel is like, where each person has a channel."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from models.voices import PASSAGE
from pipeline.hearing.voice import joined
from pipeline.transcript import Span
from pipeline.voices.clustering import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from models.voices import VoiceTeller
    from pipeline.audio import Audio
    from pipeline.hearing.voice import Voice

SHORTEST = 1.5  # seconds: less says little of a voice
MOST = 20  # passages, spread over the recording: more do not tell a voice any better


def voice_of_channel(
    audio: Audio, voice: Voice, all_voices: Iterable[Voice], teller: VoiceTeller
) -> tuple[tuple[float, ...], float] | None:
    """Return a channel's embedding, of length 1, and the seconds of speech that it is made of.

    Only passages of sure voice count in which no other channel has one. None where there are none.
    """
    others = [span for each in all_voices if each is not voice for span in each.clear]
    passages = list(_passages(voice.clear, others))
    chosen = _spread(passages, MOST)
    if not chosen:
        return None
    frames = [teller.timbre(audio.read(span, voice.channel)) for span in chosen]
    means = np.array([each.mean(axis=0) for each in frames])
    deviations = np.array([each.std(axis=0, ddof=1) for each in frames])
    seconds = np.array([span.duration for span in chosen])
    embeddings = teller.embeddings(means, deviations)
    mean: npt.NDArray[np.float32] = (embeddings * seconds[:, np.newaxis]).sum(axis=0)
    return tuple(unit(mean[np.newaxis])[0].tolist()), float(seconds.sum())


def _passages(spans: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """Yield what of spans is long enough and nobody else's, cut to what is heard at once."""
    taken = deque(joined(sorted(others, key=lambda span: span.start)))
    for span in spans:
        while taken and taken[0].end <= span.start:
            taken.popleft()
        if taken and taken[0].start < span.end:
            continue
        number = max(1, round(span.duration / PASSAGE))
        length = min(PASSAGE, span.duration / number)
        if length >= SHORTEST:
            for part in range(number):
                yield Span(span.start + part * length, span.start + (part + 1) * length)


def _spread(passages: list[Span], most: int) -> list[Span]:
    if len(passages) <= most:
        return passages
    return [passages[round(place)] for place in np.linspace(0, len(passages) - 1, most)]
