"""A recording heard in windows: what is heard where, and what each stretch sounds like."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.voices import FIRST_FRAME, FRAME_STEP, PASSAGE, TIMBRE_RATE, WINDOW, Talkers
from pipeline.audio import Audio
from pipeline.voices import stretches as module
from pipeline.voices.stretches import (
    ALONE,
    HOP,
    MOMENT,
    MOMENT_EDGE,
    MOMENT_STEP,
    SHORTEST_WITH_MOMENTS,
    Heard,
    Pooling,
    Timbre,
    hear_voices,
    runs,
)
from tests.fakes import WINDOW_FRAMES, FakeVoices
from tests.sounds import columns, noise
from tests.voices import Said, in_turn, one_hot, sound

if TYPE_CHECKING:
    from models.voices import Floats
    from pipeline.progress import Progress
    from pipeline.voices.stretches import Stretch

FRAME = 0.035  # seconds: two frames, by which an edge may be off


def heard(*said: Said, seconds: float = 0.0, teller: FakeVoices | None = None) -> Heard:
    with Audio.from_samples(sound(said, seconds)) as audio:
        return hear_voices(audio, None, teller or FakeVoices())


def start_of(stretch: Stretch) -> float:
    return stretch.window * HOP + FIRST_FRAME + stretch.first * FRAME_STEP


# Runs


@given(st.lists(st.booleans(), max_size=30))
def test_runs_are_where_flags_are_set_without_a_break(flags: list[bool]) -> None:
    found = list(runs(np.array(flags, dtype=np.bool_)))
    assert [n for first, last in found for n in range(first, last)] == [
        n for n, flag in enumerate(flags) if flag
    ]
    assert all(after[0] > before[1] for before, after in pairwise(found))
    assert all(first < last for first, last in found)


# Windows


@pytest.mark.parametrize(
    ("seconds", "windows"),
    [(0.5, 1), (WINDOW, 1), (WINDOW + 0.01, 2), (WINDOW + HOP, 2), (WINDOW + HOP + 0.01, 3)],
)
def test_windows_reach_to_the_end_and_not_further(seconds: float, windows: int) -> None:
    found = heard(Said(0, seconds, 0))
    assert found.voices.shape == (windows, WINDOW_FRAMES)
    assert (windows - 1) * HOP + WINDOW >= seconds


def test_nothing_at_all_is_heard_without_a_voice() -> None:
    for seconds in (0.0, 0.01, 25.0):
        found = heard(seconds=seconds)
        assert found.stretches == ()
        assert not found.voices.any()


def test_all_is_heard_twice_but_for_the_ends() -> None:
    found = heard(Said(0, 40, 0))
    times = np.zeros(round(40 / FRAME_STEP) + WINDOW_FRAMES)
    for window, voices in enumerate(found.voices):
        first = window * module.HOP_FRAMES
        times[first : first + WINDOW_FRAMES] += voices
    middle = times[module.HOP_FRAMES : round(35 / FRAME_STEP)]
    assert set(middle.tolist()) <= {1, 2}
    assert middle.mean() > 1.98


def test_how_far_it_is_is_told_to_the_end() -> None:
    told: list[Progress] = []
    with Audio.from_samples(sound([Said(0, 300, 0)])) as audio:
        hear_voices(audio, None, FakeVoices(), told.append)
    assert {each.stage for each in told} == {"speakers"}
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert len(told) == 3
    assert told[-1].fraction == 1.0


def test_only_the_channel_asked_for_is_heard() -> None:
    both = columns(sound([Said(0, 4, 0)]), sound([Said(1, 3, 1)], 4))
    with Audio.from_samples(both) as audio:
        (one,) = hear_voices(audio, 1, FakeVoices()).stretches
        mixed = hear_voices(audio, None, FakeVoices()).stretches
    assert one.embedding == pytest.approx(one_hot(1), abs=0.01)
    assert len(mixed) == 2


# Timbre


def test_each_passage_is_heard_once_by_each_thread() -> None:
    for seconds, blocks in ((60, 1), (module.WINDOWS_AT_ONCE * HOP + 10, 2)):
        teller = FakeVoices()
        heard(Said(0, seconds, 0), teller=teller)
        passages = int(np.ceil(seconds / PASSAGE))
        shared = 4 * (blocks - 1)  # by the last window of one block and the first of the next
        assert passages <= teller.calls["timbre"] <= passages + shared


def test_where_nobody_speaks_no_timbre_is_asked_for() -> None:
    teller = FakeVoices()
    heard(seconds=60, teller=teller)
    assert teller.calls["timbre"] == 0
    assert teller.calls["talkers"] == 12


@settings(max_examples=40)
@given(st.floats(0, 20), st.floats(0.1, 12))
def test_frames_are_those_between_two_times(start: float, length: float) -> None:
    samples = noise(21.37)
    with Audio.from_samples(samples) as audio:
        timbre = Timbre(audio, None, FakeVoices())
        end = min(start + length, audio.duration)
        found = timbre.frames(start, end)
        whole = np.concatenate(
            [FakeVoices().timbre(samples[n * 64_000 : (n + 1) * 64_000]) for n in range(6)]
        )
    first = round(start * TIMBRE_RATE)
    assert abs(len(found) - (end - start) * TIMBRE_RATE) <= 1
    assert np.abs(found - whole[first : first + len(found)]).max(initial=0) < 1e-3


def test_no_more_passages_are_kept_than_one_window_touches() -> None:
    teller = FakeVoices()
    with Audio.from_samples(sound([Said(0, 60, 0)])) as audio:
        timbre = Timbre(audio, None, teller)
        for window in range(10):
            timbre.frames(window * HOP, window * HOP + WINDOW)
            assert len(vars(timbre)["_passages"]) <= Timbre.KEPT


# Pooling


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(0, 30), st.integers(2, 30))
def test_a_range_sounds_like_its_frames(seed: int, first: int, length: int) -> None:
    class Both(FakeVoices):
        """Takes means and deviations as they are."""

        def embeddings(self, means: Floats, deviations: Floats) -> Floats:
            return np.concatenate([means, deviations], axis=1)

    frames = np.random.default_rng(seed).normal(3, 2, (60, 5)).astype(np.float32)
    pooling = Pooling(frames, Both())
    chosen = np.arange(first, first + length)
    ranges = pooling.of_ranges(np.array([first, 0]), np.array([first + length, 60]))
    assert ranges[0] == pytest.approx(pooling.of_frames(chosen), abs=1e-4)
    assert ranges[1] == pytest.approx(pooling.of_frames(np.arange(60)), abs=1e-4)


# Stretches


def test_a_stretch_is_one_voice_without_a_break() -> None:
    said = in_turn((0, 1.5), (2, 2.0), (0, 1.0), pause=0.5)
    found = sorted(heard(*said).stretches, key=start_of)
    assert [start_of(each) for each in found] == pytest.approx([0.5, 2.5, 5.0], abs=FRAME)
    assert [each.duration for each in found] == pytest.approx([1.5, 2.0, 1.0], abs=2 * FRAME)
    assert [each.alone for each in found] == pytest.approx([1.5, 2.0, 1.0], abs=2 * FRAME)
    assert [int(each.embedding.argmax()) for each in found] == [0, 2, 0]
    assert [each.voice for each in found] == [0, 1, 0]


def test_a_voice_is_known_by_what_it_says_alone() -> None:
    found = heard(Said(0, 4, 0), Said(3, 7, 1)).stretches
    first, second = sorted(found, key=start_of)
    assert (first.alone, second.alone) == pytest.approx((3, 3), abs=2 * FRAME)
    assert first.embedding == pytest.approx(one_hot(0), abs=0.05)
    assert second.embedding == pytest.approx(one_hot(1), abs=0.05)


def test_a_voice_that_is_never_alone_is_known_by_all_that_it_says() -> None:
    found = heard(Said(0, 6, 0), Said(2, 4, 1)).stretches
    inner = next(each for each in found if each.duration < 3)
    assert inner.alone < ALONE
    assert sorted(inner.embedding)[-2:] == pytest.approx([0.5**0.5] * 2, abs=0.05)


def test_what_is_too_short_to_sound_like_anybody_is_no_stretch() -> None:
    short = heard(Said(1, 1.01, 0), seconds=5)
    assert short.stretches == ()
    assert short.voices.any()
    assert len(heard(Said(1, 1.15, 0), seconds=5).stretches) == 1


@pytest.mark.parametrize("length", [SHORTEST_WITH_MOMENTS - 0.1, SHORTEST_WITH_MOMENTS + 0.1, 4.0])
def test_a_long_stretch_is_judged_moment_by_moment(length: float) -> None:
    (stretch,) = heard(Said(1, 1 + length, 3), seconds=8).stretches
    moments = stretch.moments
    assert (moments is not None) == (length > SHORTEST_WITH_MOMENTS)
    if moments is not None:
        assert moments.times[0] == pytest.approx(1 + MOMENT_EDGE, abs=FRAME)
        assert moments.times[-1] <= 1 + length - MOMENT_EDGE + FRAME
        assert np.diff(moments.times) == pytest.approx(MOMENT_STEP)
        assert len(moments.times) == len(moments.embeddings) == len(moments.speech)
        assert (moments.embeddings.argmax(axis=1) == 3).all()


def test_moments_are_at_their_time_in_the_recording() -> None:
    found = heard(Said(31, 35, 1), seconds=40).stretches
    assert len(found) == 2
    for stretch in found:
        assert stretch.moments is not None
        assert stretch.moments.times[0] == pytest.approx(31 + MOMENT_EDGE, abs=FRAME)


def test_moments_pass_from_one_voice_to_the_next() -> None:
    class OneVoice(FakeVoices):
        """Hears all voices as one."""

        def talkers(self, samples: Floats) -> Talkers:
            found = super().talkers(samples)
            active = np.zeros_like(found.active)
            active[:, 0] = found.active.any(axis=1)
            return Talkers(found.speech, active)

    (stretch,) = heard(*in_turn((0, 3), (1, 3)), teller=OneVoice()).stretches
    moments = stretch.moments
    assert moments is not None
    whose = moments.embeddings.argmax(axis=1)
    before, after = moments.times < 3 - MOMENT / 2, moments.times > 3 + MOMENT / 2
    assert set(whose[before].tolist()) == {0}
    assert set(whose[after].tolist()) == {1}
    assert (np.diff(whose) >= 0).all()
