"""Progress as bars on a terminal, with the time left; silent where there is no terminal."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from pipeline.progress import WHOLE, Progress, Report, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

LABELS = {"listen": "finding voices", "transcribe": "transcribing", WHOLE: "all files"}


@contextlib.contextmanager
def bars() -> Iterator[Report]:
    """Show what is reported as bars on stderr while inside."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console  # 40 ms that scripts need not wait for
    from rich.progress import (
        BarColumn,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    # What a command prints goes above the bars on a terminal, and into a file where it is sent.
    above = sys.stdout.isatty()
    console = Console(stderr=True)
    with Bars(*columns, console=console, transient=True, redirect_stdout=above) as shown:
        yield shown_on(shown)


def shown_on(shown: Bars) -> Report:
    """Return a report that keeps one bar per stage."""
    tasks: dict[str, TaskID] = {}

    def show(progress: Progress) -> None:
        task = tasks.get(progress.stage)
        if task is None:
            task = shown.add_task(LABELS.get(progress.stage, progress.stage))
            tasks[progress.stage] = task
        if progress.stage != WHOLE and shown.tasks[task].completed > progress.done:
            shown.reset(task)  # the next file begins: its time left is its own
        shown.update(task, completed=progress.done, total=progress.total)

    return show
