"""Tables as spreadsheets open them: what stands in their cells, and rows with commas between."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a spreadsheet would take for a formula, and run.
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
SIGN = "\ufeff"  # without which a spreadsheet takes UTF-8 for something else


def as_csv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table with commas, whose cells no spreadsheet runs."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")  # as RFC 4180 has it
    table.writerow(columns)
    table.writerows([cell(value) for value in row] for row in rows)
    return SIGN + written.getvalue()


def cell(value: str) -> str:
    """Return text with an apostrophe before what would be a formula."""
    return f"'{value}" if value.lstrip().startswith(FORMULA) else value


def clock(seconds: float) -> str:
    """Write a time with its hours: a spreadsheet takes 12:34 for hours and minutes."""
    minutes, rest = divmod(math.floor(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
