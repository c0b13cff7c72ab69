"""How long the rest of some work takes, told by how it went so far."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.progress import Progress

# Seconds between two reports that count as work: where it is longer, the machine slept.
LONGEST_STEP = 300.0
SURE_AFTER = 5.0  # seconds of work: what is told by less is a guess


class Pace:
    """The speed of some work, in the time that passed at it; `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._last = clock, clock()
        self._worked, self._first, self._before = 0.0, 0.0, float("inf")

    def left(self, progress: Progress) -> float | None:
        """Take note of how far the work is; return the seconds that the rest takes, if known."""
        now = self._clock()
        if progress.done < self._before:  # it begins, or what is next does
            self._first, self._worked = progress.done, 0.0
        else:
            self._worked += min(now - self._last, LONGEST_STEP)
        self._last, self._before = now, progress.done
        came = progress.done - self._first
        if self._worked < SURE_AFTER or came <= 0:
            return None
        return max(0.0, progress.total - progress.done) * self._worked / came


def roughly(seconds: float) -> str:
    """Write a time that is not known to the minute: "about 25 min", "about 3 h 30 min"."""
    if seconds < 60:
        return "less than a minute"
    step = 1 if seconds < 600 else 5 if seconds < 7200 else 30
    hours, minutes = divmod(round(seconds / 60 / step) * step, 60)
    said = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return "about " + " ".join(said)
