"""How loud clips are: alike by BS.1770, under the ceiling, and nothing lifted that is no speech."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clips.edges import Spoken
from pipeline.clips.levels import CEILING, FRAME, TARGET, Frames, limited, loudness, true_peaks
from pipeline.clips.matching import joined, matched, without
from pipeline.clips.strands import Heard, Strand
from pipeline.transcript import Span
from tests.sounds import columns, noise, silence, speech, tone

if TYPE_CHECKING:
    from tests.sounds import Samples

RATE = 16_000


def heard(samples: Samples, *said: tuple[Span, ...], rate: int = RATE) -> Heard:
    """Return channels as they were read, each with its own person's words."""
    strands = tuple(
        Strand(
            (column,),
            tuple(Spoken(each.start, each.end, column) for each in words),
            Frames.of(samples[:, [column]], rate, 0.0),
        )
        for column, words in enumerate(said)
    )
    return Heard(samples, rate, 0.0, strands)


def lufs(samples: Samples) -> float:
    return float(pyloudnorm.Meter(RATE).integrated_loudness(samples.astype(np.float64)))


def call(*levels: float, leak: float = 0.0) -> tuple[Heard, tuple[Span, ...]]:
    """Return people who speak one after another for 2 s each, with pauses, each in a channel."""
    length = 2.5 * len(levels) + 0.5
    spans = tuple(Span(0.5 + 2.5 * n, 2.5 + 2.5 * n) for n in range(len(levels)))
    own = []
    for number, (level, span) in enumerate(zip(levels, spans, strict=True)):
        sound = speech(length, RATE, level, seed=number)
        times = np.arange(len(sound)) / RATE
        inside = (times >= span.start) & (times <= span.end)
        own.append(np.where(inside, sound, 0))
    together = sum(own) * leak
    channels = [each + together + noise(length, level=1e-4, seed=9) for each in own]
    return heard(
        columns(*[each.astype(np.float32) for each in channels]), *[(s,) for s in spans]
    ), spans


@pytest.mark.parametrize("level", [0.005, 0.02, 0.1, 0.3])
def test_speech_comes_out_at_the_target_however_loud_it_was(level: float) -> None:
    found, (span,) = call(level)
    made = matched(found.samples, found, Span(0, 3))
    assert lufs(made[round(span.start * RATE) : round(span.end * RATE)]) == pytest.approx(
        TARGET, abs=0.3
    )


def test_a_quiet_customer_is_as_loud_as_a_loud_interviewer() -> None:
    found, spans = call(0.2, 0.01)
    made = matched(found.samples, found, Span(0, 5.5))
    for column, span in enumerate(spans):
        own = made[round(span.start * RATE) : round(span.end * RATE), column]
        assert lufs(own) == pytest.approx(TARGET, abs=0.3)


def test_the_leaked_voice_of_another_is_not_lifted_to_a_voice() -> None:
    found, (first, _) = call(0.2, 0.002, leak=0.03)
    made = matched(found.samples, found, Span(0, 5.5))
    leaked = made[round(first.start * RATE) : round(first.end * RATE), 1]
    assert lufs(leaked) < TARGET - 8


def test_a_channel_in_which_nobody_speaks_is_not_lifted() -> None:
    quiet = noise(3.0, level=0.001)
    sound = np.concatenate([silence(0.5), speech(2.0, RATE, 0.01), silence(0.5)])
    found = heard(columns(sound, quiet), (Span(0.5, 2.5),), ())
    made = matched(found.samples, found, Span(0, 3))
    assert np.abs(made[:, 1]).max() <= np.abs(quiet).max() + 1e-7
    assert np.abs(made[:, 0]).max() > 2 * np.abs(sound).max()


def test_noise_under_words_that_nobody_said_is_not_lifted() -> None:
    found = heard(columns(noise(3.0, level=0.001)), (Span(1.0, 2.0),))
    made = matched(found.samples, found, Span(0, 3))
    assert np.allclose(made, found.samples)


def test_silence_stays_silence() -> None:
    found = heard(columns(silence(3.0)), (Span(1.0, 2.0),))
    assert np.abs(matched(found.samples, found, Span(0, 3))).max() == 0


def test_a_passing_mm_hm_is_turned_up_no_more_than_who_speaks() -> None:
    sound = speech(6.0, RATE, 0.1)
    aside = np.concatenate([silence(3.0), speech(0.4, RATE, 0.003), silence(2.6)])
    both = columns(sound * (np.arange(len(sound)) < 5 * RATE), aside)
    found = heard(both.astype(np.float32), (Span(0, 5.0),), (Span(3.0, 3.4),))
    made = matched(found.samples, found, Span(0, 6))
    gains = [np.abs(made[:, c]).max() / np.abs(both[:, c]).max() for c in (0, 1)]
    assert gains[1] == pytest.approx(gains[0], rel=0.01)


# --- the measure ----------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.01, 0.1, 0.35, 0.4, 0.7])
def test_what_is_shorter_than_a_block_is_as_loud_as_more_of_it(seconds: float) -> None:
    sound = columns(tone(2.0, RATE, 1000.0, 0.1))
    whole = loudness(sound, RATE, [Span(0, 2)])
    short = loudness(sound, RATE, [Span(0.5, 0.5 + seconds)])
    assert whole is not None
    assert short == pytest.approx(whole, abs=0.5)
    assert whole == pytest.approx(lufs(sound), abs=0.05)


@pytest.mark.parametrize("spans", [[], [Span(1, 1)], [Span(0, 1)]])
def test_where_nothing_is_heard_there_is_no_loudness(spans: list[Span]) -> None:
    assert loudness(columns(silence(2.0)), RATE, spans) is None


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 48_000])
def test_frames_lie_where_their_sound_is_at_every_rate(rate: int) -> None:
    sound = np.concatenate([silence(30.0, rate), tone(0.5, rate), silence(0.5, rate)])
    frames = Frames.of(columns(sound), rate, 100.0)
    loud = frames.times[frames.heard > -30]
    assert loud[0] == pytest.approx(130.0, abs=0.026)
    assert loud[-1] == pytest.approx(130.5, abs=0.026)
    assert frames.times[-1] == pytest.approx(131.0, abs=FRAME)
    assert frames.level([Span(130.0, 130.5)]) == pytest.approx(20 * math.log10(0.3) - 3, abs=0.2)
    assert frames.level([Span(131.5, 132.0)]) is None
    assert frames.floor == -120


# --- peaks ----------------------------------------------------------------------------------


def peak(samples: Samples) -> float:
    """Return the highest peak between samples, in dB, found by an oracle's own way."""
    spectrum = np.fft.rfft(samples, axis=0)
    finer = np.fft.irfft(spectrum, 8 * len(samples), axis=0) * 8
    return float(20 * np.log10(np.abs(finer).max()))


def test_no_peak_is_over_the_ceiling_and_most_of_the_sound_is_untouched() -> None:
    sound = columns(speech(4.0, RATE, 0.15, seed=3)) * 1.5
    sound[RATE] = 1.4
    made = limited(sound.astype(np.float32), RATE)
    assert peak(sound) > 0
    assert peak(made) < CEILING + 0.6
    assert np.mean(np.isclose(made, sound)) > 0.5


def test_what_has_no_high_peak_is_left_as_it_is() -> None:
    sound = columns(speech(1.0, RATE, 0.05))
    assert limited(sound, RATE) is sound
    assert len(limited(sound[:0], RATE)) == 0


def test_a_peak_between_samples_is_seen() -> None:
    place = np.arange(4000)
    sound = columns(np.sin(np.pi / 2 * place + np.pi / 4).astype(np.float32))
    assert np.abs(sound).max() < 0.71
    assert true_peaks(sound)[2000:2100].max() == pytest.approx(1.0, abs=0.01)


# --- spans ----------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=12))
@settings(max_examples=40)
def test_joined_spans_hold_the_same_seconds_once(drawn: list[tuple[int, int]]) -> None:
    spans = [Span(start, start + length) for start, length in drawn]
    seconds = {second for span in spans for second in range(int(span.start), int(span.end))}
    made = joined(spans)
    assert sum(span.duration for span in made) == len(seconds)
    assert all(after.start > before.end for before, after in pairwise(made))
    free = without([Span(second, second + 1) for second in range(70)], made)
    assert {int(span.start) for span in free} == set(range(70)) - seconds
