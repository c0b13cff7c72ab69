"""When was a call recorded: from its tags, else its file name, else its file's time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Tags that recorders write, most telling first; `date` of a music tagger comes last.
DATE_TAGS = (
    "com.apple.quicktime.creationdate",
    "creation_time",
    "originationdate",
    "icrd",
    "date",
    "tdrc",
)
EARLIEST_YEAR = 1990  # before it there are only unset clocks (1904, 1970, 1980)
_BEFORE = r"(?:(?P<before>GMT|UTC)[-_ ]?)?"  # Zoom names its files by universal time
_DATE = r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[-_. ]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)"
_TIME = r"(?P<hour>[01]\d|2[0-3])[-_.:h ]?(?P<minute>[0-5]\d)(?:[-_.: ]?(?P<second>[0-5]\d))?"
_AFTER = r"(?P<after>Z|[-_ ]?(?:GMT|UTC))(?![A-Za-z])"
_TIME_ALONE = re.compile(_TIME)
_PATTERN = re.compile(rf"{_BEFORE}{_DATE}(?:(?:[T_ -]|\s+at\s+)+{_TIME}(?:{_AFTER})?)?(?!\d)")


def recorded_at(
    tags: Mapping[str, str], name: str, modified: datetime, now: datetime
) -> tuple[datetime, str]:
    """Return local time without a zone, and where it comes from: "tag", "name" or "file time".

    A year alone, a date that does not exist or lies in the future is no date.
    """
    for tag in DATE_TAGS:
        if found := _first_date(_dated(tags, tag), now):
            return found, "tag"
    found = _first_date(name, now)
    return (found, "name") if found else (modified.replace(microsecond=0), "file time")


def _dated(tags: Mapping[str, str], tag: str) -> str:
    """Return a tag's text; the date of Broadcast WAV with its time, which has a tag of its own."""
    text, time = tags.get(tag, ""), tags.get("creation_time", "")
    return f"{text} {time}" if tag == "date" and _TIME_ALONE.fullmatch(time) else text


def _zoned(text: str, now: datetime) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _credible(moment, now) if moment.tzinfo else None


def _first_date(text: str, now: datetime) -> datetime | None:
    if zoned := _zoned(text, now):
        return zoned
    return next((local for found in _dates(text) if (local := _credible(found, now))), None)


def _dates(text: str) -> Iterator[datetime]:
    for match in _PATTERN.finditer(text):
        found = match.groupdict()
        parts = {name: int(part) for name, part in found.items() if (part or "").isdigit()}
        universal = found["hour"] and (found["before"] or found["after"])
        try:
            yield datetime(**parts, tzinfo=UTC if universal else None)
        except ValueError:
            continue


def _credible(moment: datetime, now: datetime) -> datetime | None:
    if not EARLIEST_YEAR <= moment.year <= now.year + 1:  # before it is moved out of the calendar
        return None
    local = moment.astimezone().replace(tzinfo=None) if moment.tzinfo else moment
    return local if local <= now + timedelta(days=1) else None
