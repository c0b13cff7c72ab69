"""What there is to hear before a run, and about how long it will take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.survey import Task

# Seconds for one of sound, beside recognising: on two busy cores 90 s are decoded in 0.4 s, and
# searched for voice in 0.2 s a channel.
LISTENING = 0.01


@dataclass(frozen=True, slots=True)
class Work:
    """How many recordings are to be heard, and the seconds of sound that they have together."""

    recordings: int
    sound: float

    def expected_time(self, speed: float) -> float:
        """Return the seconds that it takes; `speed` in seconds of voice heard in a second."""
        return self.sound / speed + self.sound * LISTENING


def work_ahead(tasks: Iterable[Task]) -> Work:
    """Return what of some files is not heard yet as it is asked for."""
    durations = [task.duration for task in tasks if "transcribe" in task.stages]
    return Work(len(durations), sum(durations))


def announcement(work: Work, speed: float, engines: str) -> str:
    """Say what hears, and about how long it will take for how much, in one line."""
    seconds = work.expected_time(speed)
    # In short runs, what is not counted (loading, finding entities) is most of it.
    time = "less than a minute" if seconds < 60 else f"about {spoken_time(seconds)}"
    many = "recording" if work.recordings == 1 else "recordings"
    return f"{engines}: {time} for {work.recordings} {many}, {spoken_time(work.sound)} of sound"


def spoken_time(seconds: float) -> str:
    """Write a length of time as people say it: "40 s", "6 min", "1 h 10 min"."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    said = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(said)
