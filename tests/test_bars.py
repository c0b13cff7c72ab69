"""Bars are for terminals; scripts and pipes see nothing of them."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from pipeline.bars import bars, shown_on
from pipeline.progress import Progress, silent


def test_without_a_terminal_nobody_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with bars() as report:
        assert report is silent
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
