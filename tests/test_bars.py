"""Bars are for terminals; scripts and pipes see nothing of them."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from pipeline.bars import bars, said_at_times, shown_on
from pipeline.progress import Progress


def test_without_a_terminal_a_short_run_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with bars() as report:
        report(Progress("transcribe", 1, 2))
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_bars_go_to_stderr_and_are_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with bars() as report:
        report(Progress("transcribe", 1, 2))
    assert capsys.readouterr().out == ""


def test_what_is_printed_beside_the_bars_goes_where_it_was_sent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with bars() as report:
        report(Progress("transcribe", 1, 2))
        print("done  abababab  call.wav")  # noqa: T201 - what a command does
    assert capsys.readouterr().out == "done  abababab  call.wav\n"


@pytest.fixture
def view() -> Bars:
    return Bars(console=Console(file=io.StringIO()))


def test_each_stage_has_its_bar(view: Bars) -> None:
    report = shown_on(view)
    report(Progress("listen", 5, 10))
    report(Progress("transcribe", 2, 8))
    report(Progress("listen", 10, 10))
    assert [(task.description, task.completed, task.total) for task in view.tasks] == [
        ("finding voices", 10, 10),
        ("transcribing", 2, 8),
    ]


def test_the_next_file_begins_its_bar_anew(view: Bars) -> None:
    report = shown_on(view)
    report(Progress("transcribe", 8, 8))
    started = view.tasks[0].start_time
    report(Progress("transcribe", 1, 20))
    assert (view.tasks[0].completed, view.tasks[0].total) == (1, 20)
    assert view.tasks[0].start_time != started


def test_the_bar_of_the_whole_never_begins_anew(view: Bars) -> None:
    report = shown_on(view)
    report(Progress("whole", 8, 20))
    started = view.tasks[0].start_time
    report(Progress("whole", 7, 20))
    assert view.tasks[0].start_time == started


def test_an_unknown_stage_is_shown_by_its_own_name(view: Bars) -> None:
    shown_on(view)(Progress("tiny.en.pt", 1, 2))
    assert view.tasks[0].description == "tiny.en.pt"


def test_the_bar_of_the_whole_counts_the_files(view: Bars) -> None:
    report = shown_on(view)
    report(Progress("files", 12, 300))
    report(Progress("whole", 8, 20))
    report(Progress("files", 13, 300))
    report(Progress("whole", 9, 20))
    (task,) = view.tasks
    assert (task.description, task.completed) == ("13 of 300 files", 9)


@dataclass
class Clock:
    """A clock that is put on by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def lines(steps: list[tuple[float, float]]) -> list[str]:
    """Return what is said of 300 files where seconds pass, and so much of 100 is done then."""
    said: list[str] = []
    clock = Clock()
    report = said_at_times(said.append, clock)
    report(Progress("files", 12, 300))
    report(Progress("whole", 0, 100))
    for seconds, done in steps:
        clock.now += seconds
        report(Progress("listen", 1, 2))
        report(Progress("whole", done, 100))
    return said


def test_without_a_terminal_each_tenth_is_a_line_with_the_time_left() -> None:
    steps = [(60.0, float(done)) for done in range(1, 26)]
    assert lines(steps)[:2] == [
        "12 of 300 files done, about 1 h 35 min left",
        "12 of 300 files done, about 1 h 30 min left",
    ]
    assert len(lines(steps)) == 5  # every five minutes, as a tenth takes longer
    assert len(lines([(40.0, float(done)) for done in range(10, 100, 10)])) == 9


@pytest.mark.parametrize(
    "steps",
    [
        [(1.0, float(done)) for done in range(1, 20)],  # too soon for a line
        [(1000.0, 0.0)],  # nothing is known yet
        [(1000.0, 100.0)],  # all is done
    ],
)
def test_without_a_terminal_nothing_is_said_that_is_no_news(
    steps: list[tuple[float, float]],
) -> None:
    assert lines(steps) == []
