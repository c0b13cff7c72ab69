"""When somebody is heard in a stretch, told by loudness alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pipeline.audio import SAMPLE_RATE
from pipeline.hearing.sounding import FAINTER, STEP, heard_in, heard_part, levels_of
from pipeline.transcript import Span
from tests.sounds import noise, silence, tone

if TYPE_CHECKING:
    from models.recogniser import Samples

PASSAGE = Span(10.0, 11.0)


def heard_of(*parts: Samples) -> Span:
    """Return what is heard of a second from 10 s on that sounds like these parts, in a row."""
    return heard_part(PASSAGE, lambda _: np.concatenate(parts))


def under(decibels: float) -> float:
    """Return the level of a tone that is so much fainter than a loud one."""
    return float(0.3 * 10 ** (-decibels / 20))


@pytest.mark.parametrize(
    ("parts", "heard"),
    [
        pytest.param([tone(1.0)], (10, 11), id="all of it"),
        pytest.param([silence(0.4), tone(0.6)], (10.4, 11), id="silence before"),
        pytest.param([tone(0.7), silence(0.3)], (10, 10.7), id="silence after"),
        pytest.param(
            [tone(0.2), silence(0.6), tone(0.2)], (10, 11), id="what is silent between stays"
        ),
        pytest.param(
            [tone(0.4, level=under(FAINTER + 3)), tone(0.6)], (10.4, 11), id="a leak before"
        ),
        pytest.param(
            [tone(0.4, level=under(FAINTER - 3)), tone(0.6)], (10, 11), id="a soft beginning"
        ),
        pytest.param([noise(0.4, level=0.001), tone(0.6)], (10.4, 11), id="hiss before"),
        pytest.param([noise(0.4, level=0.05), tone(0.6)], (10, 11), id="noise nearly as loud"),
        pytest.param([silence(1.0)], (10, 11), id="silence is all as loud"),
        pytest.param([silence(0.0)], (10, 11), id="nothing that sounds"),
        pytest.param([tone(0.005)], (10, 11), id="less than a step"),
    ],
)
def test_what_is_much_fainter_before_and_after_is_not_heard(
    parts: list[Samples], heard: tuple[float, float]
) -> None:
    found = heard_of(*parts)
    assert (found.start, found.end) == pytest.approx(heard, abs=1.5 * STEP)


def test_what_is_left_of_the_last_step_counts_with_it() -> None:
    span = Span(3.0, 3.0 + 10.5 * STEP)
    assert heard_part(span, lambda each: tone(each.duration)) == span


def test_steps_are_told_by_when_they_begin() -> None:
    steps = heard_in(Span(2.0, 2.1), lambda _: np.concatenate([silence(0.05), tone(0.05)]))
    assert steps.tolist() == pytest.approx([2.04, 2.05, 2.06, 2.07, 2.08, 2.09])


def test_levels_are_in_decibels_of_full_scale() -> None:
    levels = levels_of(np.full(SAMPLE_RATE, 0.1, np.float32))
    assert len(levels) == round(1 / STEP)
    assert levels[1:-1] == pytest.approx(-20)


def test_levels_of_next_to_nothing_are_none() -> None:
    assert len(levels_of(silence(STEP / 2))) == 0
