"""Progress as bars on a terminal, with the time left; silent where there is no terminal."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from pipeline.progress import Progress, Report, silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

LABELS = {"listen": "finding voices", "transcribe": "transcribing", "whole": "all files"}


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
    with Bars(*columns, console=Console(stderr=True), transient=True) as shown:
        yield _Shown(shown)


class _Shown:
    """A report that keeps one bar per stage."""

    def __init__(self, shown: Bars) -> None:
        self._shown = shown
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, progress: Progress) -> None:
        task = self._tasks.get(progress.stage)
        if task is None:
            label = LABELS.get(progress.stage, progress.stage)
            task = self._tasks[progress.stage] = self._shown.add_task(label)
        if progress.stage != "whole" and self._shown.tasks[task].completed > progress.done:
            self._shown.reset(task)  # the next file begins: its time left is its own
        self._shown.update(task, completed=progress.done, total=progress.total)
