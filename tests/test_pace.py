"""How long the rest takes is told by the time that passed at work, not by that of a sleep."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.pace import LONGEST_STEP, Pace, roughly
from pipeline.progress import Progress


@dataclass
class Clock:
    """A clock that is put on by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def after(
    clock: Clock, pace: Pace, seconds: float, done: float, total: float = 100
) -> float | None:
    clock.now += seconds
    return pace.left(Progress("whole", done, total))


def test_the_rest_takes_as_long_as_it_did_so_far() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert after(clock, pace, 0, 0) is None
    assert after(clock, pace, 10, 20) == 40
    assert after(clock, pace, 30, 40) == 60  # it became slower
    assert after(clock, pace, 20, 100) == 0


def test_at_first_nothing_is_said() -> None:
    clock = Clock()
    pace = Pace(clock)
    after(clock, pace, 0, 0)
    assert after(clock, pace, 1, 2) is None  # too early to tell
    assert after(clock, pace, 60, 0) is None  # nothing was done yet


def test_what_was_done_before_is_no_measure() -> None:
    clock = Clock()
    pace = Pace(clock)
    after(clock, pace, 0, 50)
    assert after(clock, pace, 10, 60) == 40


def test_time_asleep_is_not_time_at_work() -> None:
    clock = Clock()
    pace = Pace(clock)
    after(clock, pace, 0, 0)
    for done in range(1, 51):
        after(clock, pace, 60, done)
    left = after(clock, pace, 12 * 3600, 51)
    assert left is not None
    assert left == pytest.approx(49 * (50 * 60 + LONGEST_STEP) / 51)
    assert left < 1.2 * 49 * 60


def test_the_next_piece_of_work_is_measured_by_itself() -> None:
    clock = Clock()
    pace = Pace(clock)
    after(clock, pace, 0, 0)
    after(clock, pace, 100, 10)
    assert after(clock, pace, 1, 0) is None
    assert after(clock, pace, 10, 50) == 10


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 50)), max_size=20))
def test_it_is_never_less_than_nothing(steps: list[tuple[float, float]]) -> None:
    clock, done = Clock(), 0.0
    pace = Pace(clock)
    for seconds, more in steps:
        done += more
        left = after(clock, pace, seconds, done, total=200)
        assert left is None or left >= 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (61, "about 1 min"),
        (590, "about 10 min"),
        (1500, "about 25 min"),
        (1600, "about 25 min"),
        (3600, "about 1 h"),
        (5400, "about 1 h 30 min"),
        (11_000, "about 3 h"),
        (12_600, "about 3 h 30 min"),
        (360_000, "about 100 h"),
    ],
)
def test_a_time_is_said_no_finer_than_it_is_known(seconds: float, said: str) -> None:
    assert roughly(seconds) == said
