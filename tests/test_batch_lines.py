"""What a batch says at its end, and what a dry run says in its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.batch import Outcome, State
from pipeline.lines.batch import NOTHING, is_worth_a_line, plan_lines, summary_lines
from pipeline.sighting import Sighting
from pipeline.survey import Task
from tests.libraries import recording

LOG = Path("/library/relisten.log")
AGAIN = "relisten process calls --retry-failed"
DONE = Outcome(Path("b.wav"), State.DONE, recording())
KNOWN = Outcome(Path("c.wav"), State.KNOWN, recording())
FAILED = Outcome(Path("a.wav"), State.FAILED, message="a.wav: the file is empty.")


def task(name: str, **fields: object) -> Task:
    path = Path("/calls", name)
    return Task(path, Sighting(path, 1, 1), **fields)  # type: ignore[arg-type]


def test_a_batch_ends_with_counts_every_reason_and_what_to_do() -> None:
    assert list(summary_lines([FAILED, DONE, KNOWN, DONE], AGAIN, LOG)) == [
        "2 done, 1 already done, 1 failed.",
        "Not transcribed:",
        "  a.wav: the file is empty.",
        "When that is mended, try these again: relisten process calls --retry-failed",
        "What happened when: /library/relisten.log",
    ]


def test_a_batch_that_went_well_says_no_more_than_that() -> None:
    assert list(summary_lines([DONE, KNOWN, KNOWN], AGAIN, LOG)) == ["1 done, 2 already done."]


def test_a_batch_of_nothing_says_so() -> None:
    assert list(summary_lines([], AGAIN, LOG)) == list(plan_lines([], {}, "")) == [NOTHING]


@pytest.mark.parametrize(
    ("outcome", "named", "worth"),
    [
        (DONE, False, True),
        (FAILED, False, True),
        (KNOWN, False, False),
        (KNOWN, True, True),
        (Outcome(Path("c.wav"), State.KNOWN, recording(), "moved from b.wav"), False, True),
    ],
)
def test_what_was_done_before_is_a_line_only_where_there_is_something_to_say(
    outcome: Outcome, named: bool, worth: bool
) -> None:
    assert is_worth_a_line(outcome, named) is worth


def test_a_dry_run_says_what_would_be_done_and_why_and_counts_the_rest() -> None:
    stages = ("transcribe", "annotate")
    tasks = [
        task("a.wav", missing=stages, duration=75.0),
        task("b.wav", recording=recording(), seen_here=True),
        task("c.wav", missing=stages),
        task("d.wav", recording=recording(path=Path("/old/d.wav"))),
    ]
    assert list(plan_lines(tasks, {Path("/calls/c.wav"): "no sound"}, "base: about 3 min")) == [
        "   01:15  /calls/a.wav: new",
        "       -  /calls/c.wav: again, it failed before (no sound)",
        "       -  /calls/d.wav: done already; the same as /old/d.wav",
        "2 to do, 2 done already. Nothing is changed: a dry run.",
        "base: about 3 min",
    ]
