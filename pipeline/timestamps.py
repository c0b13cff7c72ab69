"""Times as people and subtitle files write them, and back to seconds."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pipeline.errors import UsageError

# Milliseconds up to which floats are far finer than a thousandth; and how far from a whole one is
# certainly no half: decimals take four times as long, and an hour's words have 18,000 times.
EXACT, NEAR = 1e11, 0.499
_TIMESTAMP = re.compile(
    r"(?:(?:(?P<hours>[0-9]{1,5}):(?=[0-9]{2}:))?(?P<minutes>[0-9]{1,5}):(?=[0-9]{2}(?![0-9])))?"
    r"(?P<seconds>[0-9]{1,7})(?P<fraction>[.,][0-9]{1,9})?"
)


def format_timestamp(seconds: float) -> str:
    """Write a time as `MM:SS`, or `H:MM:SS` from an hour on, floored to the second.

    Floored, because playing from the time shown must not miss what is said there.
    """
    hours, minutes, rest = _parts(math.floor(_checked(seconds)))
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def format_moment(seconds: float) -> str:
    """Write a time as commands read it, to the hundredth: 12:34, 12:34.5, 1:02:03.25."""
    whole, hundredths = divmod(round(seconds * 100), 100)
    return format_timestamp(whole) + f".{hundredths:02}".rstrip("0").rstrip(".")


def format_subtitle_time(seconds: float, mark: str = ",") -> str:
    """Write a time as `HH:MM:SS,mmm`, with `mark` before the milliseconds."""
    whole, thousandths = divmod(milliseconds(seconds), 1000)
    hours, minutes, rest = _parts(whole)
    return f"{hours:02}:{minutes:02}:{rest:02}{mark}{thousandths:03}"


def milliseconds(seconds: float) -> int:
    """Round a time to whole milliseconds, a half upwards.

    The half is the decimal one that `repr` shows: 1.0005 s is 1001 ms, although the float lies
    a little below.
    """
    scaled = _checked(seconds) * 1000
    if scaled < EXACT and abs(scaled - (nearest := round(scaled))) < NEAR:
        return nearest
    exact = Decimal(repr(float(seconds))) * 1000
    return int(exact.to_integral_value(rounding=ROUND_HALF_UP))


def parse_timestamp(text: str) -> float:
    """Read `H:MM:SS`, `MM:SS` or seconds, each with or without a fraction, as seconds.

    Minutes may pass 59 where no hours are written.
    """
    match = _TIMESTAMP.fullmatch(text.strip())
    if match is None:
        raise _not_a_time(text)
    hours, minutes = int(match["hours"] or 0), int(match["minutes"] or 0)
    seconds = int(match["seconds"])
    if (match["minutes"] and seconds > 59) or (match["hours"] and minutes > 59):
        raise _not_a_time(text)
    fraction = (match["fraction"] or ".0")[1:]
    return float(f"{hours * 3600 + minutes * 60 + seconds}.{fraction}")


def parse_day(text: str | None) -> str | None:
    """Return a day as it is kept, `YYYY-MM-DD`; None stays None."""
    try:
        return None if text is None else date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise UsageError(f"{text!r} is no day; write it as 2026-09-01") from error


def _parts(whole: int) -> tuple[int, int, int]:
    """Return hours, minutes and seconds."""
    minutes, seconds = divmod(whole, 60)
    return *divmod(minutes, 60), seconds


def _checked(seconds: float) -> float:
    """Return a time that can be written."""
    if not 0 <= seconds < math.inf:
        raise ValueError(f"a time is finite and not negative, not {seconds!r}")
    return seconds


def _not_a_time(text: str) -> UsageError:
    """Return the error for a time that cannot be read."""
    return UsageError(
        f"not a time: {text!r}; write H:MM:SS (1:02:03), MM:SS (12:34 or 12:34.5) or seconds (75)"
    )
