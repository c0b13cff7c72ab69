"""Clips of the interviews, over 200 of them: what is heard where they begin and end.

The references say exactly when each turn is said; their words are spread evenly within it, as
badly timed as no recogniser does it.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.speech import reference
from pipeline.clips import clip_of
from pipeline.export import Document
from pipeline.recording import Layout
from pipeline.transcript import Span, Transcript, Turn, Word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.speech import Said
    from pipeline.clips import Clip
    from tests.sounds import Samples

CALLS = {
    **{f"i0{number}_stereo.flac": 27 for number in (1, 2, 3, 4)},
    **{f"i0{number}_tel8k.wav": 27 for number in (1, 3)},
    **{f"i0{number}_mono.opus": 20 for number in (2, 4)},
}  # with how many clips of each: 202
NEAR = 0.02  # seconds of a cut that are heard


def told(each: Said) -> Turn:
    """Return an utterance as a turn, its words as long as they are written."""
    texts = each.text.split()
    ends = list(accumulate(len(text) for text in texts))
    times = [each.start + (each.end - each.start) * done / ends[-1] for done in (0, *ends)]
    spoken = zip(times, times[1:], texts, strict=False)
    return Turn.of(each.speaker, [Word(start, end, text) for start, end, text in spoken])


def document(said: Sequence[Said], *, apart: bool) -> Document:
    turns = tuple(sorted((told(each) for each in said), key=lambda turn: turn.start))
    channels = {each.speaker: each.channel if apart else None for each in said}
    layout = Layout.CHANNEL_PER_SPEAKER if apart else Layout.MONO
    made = Transcript("ab" * 32, "en", turns)
    return Document(made, "call", "call.flac", 300.0, layout=layout, speaker_channels=channels)


def loud(samples: Samples) -> float:
    """Return the power of the loudest channel, in dB."""
    return float(10 * np.log10(np.square(samples, dtype=np.float64).mean(axis=0).max() + 1e-12))


def speaking(clip: Clip, said: Sequence[Said]) -> float:
    """Return how loud it is in a clip while somebody speaks, by the reference."""
    times = clip.span.start + np.arange(len(clip.samples)) / clip.rate
    spoken = np.zeros(len(times), dtype=bool)
    for each in said:
        spoken |= (times >= each.start) & (times < each.end)
    return loud(clip.samples[spoken])


@pytest.mark.parametrize("name", CALLS)
def test_clips_of_interviews_begin_and_end_in_no_word(name: str, speech: Path) -> None:
    path = speech / "interviews" / name
    said = reference(path)
    call = document(said, apart="mono" not in name)
    for each in said[: CALLS[name]]:
        clip = clip_of(path, call, Span(each.start, each.end))
        near = round(NEAR * clip.rate)
        edges = loud(clip.samples[:near]), loud(clip.samples[-near:])
        assert max(edges) < speaking(clip, said) - 3, (each, clip.span, edges)
        assert clip.duration == pytest.approx(clip.span.duration, abs=0.01)
        assert clip.span.start < each.start + 0.05
        assert clip.span.end > each.end - 0.05
