"""Figures of a table: medians with their spread, percentiles, shares."""

from __future__ import annotations

import statistics
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def spread(values: Sequence[float], digits: int = 1, unit: str = "") -> str:
    """Return the median and, where they differ as shown, the least and the greatest."""
    low, middle, high = (
        f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values))
    )
    return f"{middle}{unit}" + (f" ({low}-{high})" if low != high else "")


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the least of the values that `percent` of them do not pass."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def share_within(values: Sequence[float], limit: float) -> float:
    """Return the percentage of values that are no further than `limit` from zero."""
    return 100 * sum(abs(value) <= limit for value in values) / len(values)


def row(*cells: object) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def head(*names: str) -> str:
    """Return the head of a table."""
    return f"{row(*names)}\n|{'---|' * len(names)}"
