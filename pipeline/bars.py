"""Progress as bars on a terminal, with the time left; without one, as a line now and then."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING

from pipeline.pace import Pace, roughly
from pipeline.progress import FILES, WHOLE, Progress, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

LABELS = {
    "listen": "finding voices",
    "transcribe": "transcribing",
    "copy": "copying",
    "backup": "writing",
    "check": "checking",
    "search": "searching",
    WHOLE: "all files",
}
# Without a terminal: a line for each tenth that is done, but not in one breath, and one at times.
TENTH, SHORTEST, LONGEST = 0.1, 30.0, 300.0  # of the whole; seconds


@contextlib.contextmanager
def bars() -> Iterator[Report]:
    """Show what is reported on stderr while inside."""
    if not sys.stderr.isatty():
        yield said_at_times(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
        return
    from rich.console import Console  # 40 ms that scripts need not wait for
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[left]}"),
    )
    # What a command prints goes above the bars on a terminal, and into a file where it is sent.
    above = sys.stdout.isatty()
    console = Console(stderr=True)
    with Bars(*columns, console=console, transient=True, redirect_stdout=above) as shown:
        yield shown_on(shown)


def shown_on(shown: Bars) -> Report:
    """Return a report that keeps one bar per stage."""
    tasks: dict[str, TaskID] = {}
    paces: dict[str, Pace] = {}
    labels = dict(LABELS)

    def show(progress: Progress) -> None:
        if progress.stage == FILES:
            labels[WHOLE] = of_files(progress)
            return
        label = labels.get(progress.stage, progress.stage)
        task = tasks.get(progress.stage)
        if task is None:
            task = shown.add_task(label, left="")
            tasks[progress.stage], paces[progress.stage] = task, Pace()
        if progress.stage != WHOLE and shown.tasks[task].completed > progress.done:
            shown.reset(task)  # the next file begins: its time left is its own
        left = paces[progress.stage].left(progress)
        said = "" if left is None or progress.fraction == 1 else f"{roughly(left)} left"
        shown.update(
            task, completed=progress.done, total=progress.total, left=said, description=label
        )

    return show


def of_files(progress: Progress) -> str:
    """Say how many files are done, as "12 of 300"."""
    return f"{progress.done:.0f} of {progress.total:.0f} files"


def said_at_times(
    say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
) -> Report:
    """Return a report that says how far the whole is; nothing at all where it is done soon."""
    pace = Pace(clock)
    last = {"time": clock(), "fraction": 0.0}
    files = [""]

    def show(progress: Progress) -> None:
        if progress.stage == FILES:
            files[0] = of_files(progress)
        if progress.stage != WHOLE:
            return
        left, now = pace.left(progress), clock()
        waited, came = now - last["time"], round(progress.fraction - last["fraction"], 6)
        due = waited >= LONGEST or (waited >= SHORTEST and came >= TENTH)
        if due and left is not None and progress.fraction < 1:
            say(f"{files[0]} done, {roughly(left)} left")
            last.update(time=now, fraction=progress.fraction)

    return show
