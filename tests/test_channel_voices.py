"""What the voice in a channel is like: made of what nobody else speaks in, and of enough of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.voices import PASSAGE
from pipeline.audio import Audio
from pipeline.hearing.voice import Voice
from pipeline.transcript import Span
from pipeline.voices.channel_voices import MOST, SHORTEST, voice_of_channel
from tests.fakes import FakeVoices
from tests.sounds import columns
from tests.voices import Said, one_hot, sound

if TYPE_CHECKING:
    from collections.abc import Sequence

Times = tuple[float, float]


def voice(channel: int, *clear: Times) -> Voice:
    spans = tuple(Span(*each) for each in clear)
    return Voice(channel, spans, spans, spans)


def heard(
    own: Sequence[Times], *others: Sequence[Times], teller: FakeVoices | None = None
) -> tuple[tuple[float, ...], float] | None:
    """Return what the first channel is like, where each channel has its own pitch."""
    voices = [voice(channel, *spans) for channel, spans in enumerate((own, *others))]
    end = max(each.end for one in voices for each in one.clear)
    tracks = [
        sound([Said(each.start, each.end, one.channel or 0) for each in one.clear], end)
        for one in voices
    ]
    with Audio.from_samples(columns(*tracks)) as audio:
        return voice_of_channel(audio, voices[0], voices, teller or FakeVoices())


def seconds(own: Sequence[Times], *others: Sequence[Times]) -> float:
    found = heard(own, *others)
    return found[1] if found else 0.0


def test_a_channel_sounds_like_its_own_voice_and_not_like_the_mix() -> None:
    found = heard([(0, 4), (9, 12)], [(4.5, 8.5)])
    assert found is not None
    assert found[0] == pytest.approx(one_hot(0), abs=0.01)
    assert np.linalg.norm(found[0]) == pytest.approx(1)
    assert found[1] == 7


@pytest.mark.parametrize(
    ("own", "others", "kept"),
    [
        pytest.param([(0, 3)], [], 3, id="alone"),
        pytest.param([(0, SHORTEST - 0.1)], [], 0, id="too short"),
        pytest.param([(0, SHORTEST)], [], SHORTEST, id="just enough"),
        pytest.param([(0, 3), (5, 8)], [[(2, 4)]], 3, id="the other interrupts"),
        pytest.param([(0, 3), (5, 8)], [[(1, 1.2), (6, 7)]], 0, id="the other says mm-hm"),
        pytest.param([(0, 3)], [[(3, 6)]], 3, id="the other follows"),
        pytest.param([(3, 6)], [[(0, 3)]], 3, id="the other was before"),
        pytest.param([(2, 4), (6, 8)], [[(0, 9)]], 0, id="the other never stops"),
        pytest.param([(0, 3), (4, 7), (8, 11)], [[(0, 1)], [(9, 10)]], 3, id="three people"),
        pytest.param([(0, 4)], [[(2, 50)], [(5, 6), (7, 8), (9, 10)]], 0, id="one goes on"),
    ],
)
def test_only_what_is_said_alone_and_at_length_counts(
    own: Sequence[Times], others: Sequence[Sequence[Times]], kept: float
) -> None:
    assert seconds(own, *others) == pytest.approx(kept)


@pytest.mark.parametrize("length", [4.0, 5.9, 6.1, 8.0, 11.0, 30.0])
def test_a_long_stretch_is_heard_in_passages(length: float) -> None:
    teller = FakeVoices()
    found = heard([(1, 1 + length)], teller=teller)
    assert found is not None
    assert teller.calls["timbre"] == round(length / PASSAGE)
    assert length - PASSAGE / 2 < found[1] <= length


def test_of_a_long_recording_a_few_passages_from_all_over_are_heard() -> None:
    teller = FakeVoices()
    found = heard([(10.0 * n, 10.0 * n + 2) for n in range(3 * MOST)], teller=teller)
    assert found is not None
    assert found[1] == 2 * MOST
    assert teller.calls["timbre"] == MOST


def test_a_channel_without_a_voice_is_like_nobody() -> None:
    with Audio.from_samples(columns(sound([], 5), sound([Said(0, 5, 1)]))) as audio:
        silent, other = voice(0), voice(1, (0, 5))
        assert voice_of_channel(audio, silent, [silent, other], FakeVoices()) is None
        assert voice_of_channel(audio, other, [silent, other], FakeVoices()) is not None
