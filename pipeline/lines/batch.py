"""What a batch says at its end, or beforehand in its place (pure)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.batch import State
from pipeline.survey import words_for
from pipeline.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.batch import Outcome
    from pipeline.survey import Task

NOTHING = "There is no recording in what was named."


def is_worth_a_line(outcome: Outcome, named: bool) -> bool:
    """Tell whether a file is shown by itself: hundreds that were done before would hide others."""
    return named or bool(outcome.message) or outcome.state is not State.KNOWN


def summary_lines(outcomes: Sequence[Outcome], again: str, log: Path) -> Iterator[str]:
    """Yield how a batch went: the counts, then every failure with its reason and what to do.

    `again` is the command that tries those again.
    """
    if not outcomes:
        yield NOTHING
        return
    counts = Counter(outcome.state for outcome in outcomes)
    yield ", ".join(f"{counts[state]} {state}" for state in State if counts[state]) + "."
    failed = [outcome for outcome in outcomes if outcome.state is State.FAILED]
    if failed:
        yield "Not transcribed:"
        yield from (f"  {outcome.message}" for outcome in failed)
        yield f"When that is mended, try these again: {again}"
        yield f"What happened when: {log}"


def plan_lines(tasks: Sequence[Task], failed: Mapping[Path, str], expected: str) -> Iterator[str]:
    """Yield what would be done for each file and why; what is done already is only counted.

    `failed` are the files that failed before, with the reason; `expected` says how long it takes.
    """
    if not tasks:
        yield NOTHING
        return
    for task in tasks:
        if not task.settled:
            length = format_timestamp(task.duration) if task.sound else "-"
            why = words_for(task, failed.get(task.sighting.path, ""))
            yield f"{length:>8}  {task.path}: {why}"
    open_ = sum(bool(task.stages) for task in tasks)
    yield f"{open_} to do, {len(tasks) - open_} done already. Nothing is changed: a dry run."
    if expected:
        yield expected
