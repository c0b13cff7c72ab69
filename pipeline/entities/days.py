"""When: what of a date is worth finding again, and which day it is where that is sure (pure).

English. "The day" and "every week" say nothing of when, and are none. A day of a month without its
year may be of last year or of next, so it has no value.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from models.findings import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS = "january february march april may june july august september october november december"
_MONTH = rf"(?P<month>{'|'.join(MONTHS.split())})"
_MONTHS: list[str] = [*MONTHS.split()]
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
_WEEKDAY = rf"(?:{'|'.join(WEEKDAYS.split())})"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>3[01]|[12]?\d)"
_SIDE = r"(?:last|next|this|early|late|mid)"
_NOW = "yesterday|today|tomorrow"
_FEAST = (
    r"(?:mother|father|valentine|new year)['\u2019]?s?['\u2019]? (?:day|eve)|"
    r"christmas(?: day| eve)?|easter|thanksgiving|halloween|black friday|cyber monday"
)
# From the surest to the least; the first that fits at a place holds.
_SURE = (
    rf"{_MONTH} (?:the )?{_DAY}(?:st|nd|rd|th)?(?:,? {_YEAR})?",
    rf"(?:the )?{_DAY}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_YEAR})?",
    rf"{_MONTH},? (?:of )?{_YEAR}",
    rf"{_SIDE}[ -](?:{_WEEKDAY}|{_SEASON}|{_MONTH}|week|month|quarter|year)",
    rf"(?:{_SEASON}|{_NOW}) (?:of |in )?{_YEAR}",
    _FEAST,
    rf"{_WEEKDAY}s?",
    _NOW,
    r"20\d\d-\d\d-\d\d",
)
_UNSURE = (  # only where the language model sees a date: May, march, 2020
    _MONTH,
    rf"{_SEASON} of {_YEAR}",
    _YEAR,
    r"(?:first|second|third|fourth) quarter",
    r"Q[1-4]",
)


def _any(*patterns: str) -> re.Pattern[str]:
    # A name may stand once in an expression only: they are read apart where their values matter.
    unnamed = (re.sub(r"\?P<\w+>", "?:", pattern) for pattern in patterns)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(unnamed)})(?!\w)", re.IGNORECASE)


_ANYWHERE, _WITHIN = _any(*_SURE), _any(*_SURE, *_UNSURE)
_FULL = [re.compile(pattern, re.IGNORECASE) for pattern in _SURE[:2]]
_MONTH_OF = re.compile(_SURE[2], re.IGNORECASE)


def days(text: str, number: int) -> Iterator[Found]:
    """Yield what surely says when, anywhere in text `number`."""
    for match in _ANYWHERE.finditer(text):
        if not _is_word(match[0]):
            yield Found(number, *match.span(), "DATE")


def _is_word(written: str) -> bool:
    """Tell whether there is a word in it, written small, that may be no month: may, march."""
    return not {"may", "march", "august", "fall"}.isdisjoint(written.split())


def days_within(text: str, found: Found) -> Iterator[Found]:
    """Yield what says when within what the language model takes for a date; maybe nothing."""
    for match in _WITHIN.finditer(text, found.start, found.end):
        yield Found(found.text, *match.span(), "DATE")


def day_meant(text: str, recorded: date | None) -> str:
    """Return the day, month or year of a date, as ISO 8601 writes it; "" where it is not sure.

    `recorded` is the day of the recording, None where that is not sure itself.
    """
    plain = text.lower()
    if recorded and plain in _NOW.split("|"):
        off = timedelta(days=_NOW.split("|").index(plain) - 1)
        return (recorded + off).isoformat()
    for pattern in _FULL:
        if (match := pattern.fullmatch(text)) and match["year"]:
            return _iso(int(match["year"]), match["month"], int(match["day"]))
    if match := _MONTH_OF.fullmatch(text):
        return _iso(int(match["year"]), match["month"], 1)[:7]
    if re.fullmatch(_YEAR, text) or re.fullmatch(_SURE[-1], text):
        return text
    return ""


def _iso(year: int, month: str, day: int) -> str:
    try:
        return date(year, _MONTHS.index(month.lower()) + 1, day).isoformat()
    except ValueError:  # February 30th
        return ""
