"""Progress as a value."""

from __future__ import annotations

import pytest

from pipeline.progress import Progress, silent


@pytest.mark.parametrize(
    ("done", "total", "fraction"),
    [(0, 10, 0.0), (2.5, 10, 0.25), (10, 10, 1.0), (11, 10, 1.0), (0, 0, 1.0), (5, 0, 1.0)],
)
def test_a_fraction_is_between_nothing_and_all(done: float, total: float, fraction: float) -> None:
    assert Progress("transcribe", done, total).fraction == fraction


@pytest.mark.parametrize(("done", "total"), [(-1, 10), (1, -10), (-0.5, 0)])
def test_progress_is_not_negative(done: float, total: float) -> None:
    with pytest.raises(ValueError, match=f"not negative: {done!r} of {total!r}"):
        Progress("transcribe", done, total)


def test_a_report_to_nobody_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    silent(Progress("transcribe", 1, 2))
    assert capsys.readouterr() == ("", "")
