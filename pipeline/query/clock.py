"""Times of day and days of the month, as they are said and written (pure)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.query.numerals import ONES, cardinal, ordinal, pair_at, word_at

if TYPE_CHECKING:
    from collections.abc import Sequence

HOURS = {name: hour for hour in range(1, 13) for name in (ONES[hour], str(hour))}
PAST = {"five": 5, "ten": 10, "quarter": 15, "twenty": 20, "twenty five": 25, "half": 30}
FIRST_PAST = {name.split()[0] for name in PAST}
WRITTEN = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-5][0-9]))?(?P<half>am|pm)?")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
DAY = re.compile(r"(?P<day>[0-9]{1,2})(?P<th>st|nd|rd|th)?")
DAYS = {ordinal(day): day for day in range(1, 32)}


def time_at(words: Sequence[str], place: int) -> tuple[list[str], int] | None:
    """Read a time of day: the ways to say and write it, and how many words it takes."""
    for read in (_past_at, _written_at, _spoken_at):
        if found := read(words, place):
            hour, minute, half, length = found
            return times(hour, minute, half), length
    return None


def times(hour: int, minute: int, half: str = "") -> list[str]:
    """Return the ways to say and write a time of day; `half` is am, pm or not known."""
    if hour > 12 or hour == 0:
        half = "pm" if hour else "am"
    late = hour % 12 + (12 if half == "pm" else 0)
    short = hour % 12 or 12
    if minute == 0:
        return _full_hours(short, half, late)
    run_together = f"{short}{minute:02}"  # as recognisers often write "seven thirty"
    spoken = f"{ONES[short]} {'oh ' if minute < 10 else ''}{cardinal(minute)}"
    names = [f"{short}:{minute:02}", run_together, spoken]
    with_half = [
        way for each in ([half] if half else ["am", "pm"]) for way in _with_half(names, each)
    ]
    bare = [] if half else names[:2]
    ways = [*bare, *with_half, spoken, *_past(short, minute)]
    return [*ways, f"{late}:{minute:02}"] if late > 12 else ways


def day_at(words: Sequence[str], place: int) -> tuple[list[str], int] | None:
    """Read "June 9th", "9 June", "the ninth of June" or "9th": its ways, and how many words."""
    if words[place] in MONTHS:
        found = _day(words, place + 1)
        return (days(found[0], words[place]), 1 + found[1]) if found else None
    found = _day(words, place)
    if found is None:
        return None
    day, length = found
    between = word_at(words, place + length) == "of"
    month = word_at(words, place + length + between)
    if month in MONTHS:
        return days(day, month), length + between + 1
    by_number = DAY.fullmatch(words[place])
    if by_number and not by_number["th"]:
        return None  # a number of whatever
    return [_numbered(day), ordinal(day)], length


def days(day: int, month: str) -> list[str]:
    """Return the ways to say and write a day of a month."""
    by_name = (str(day), _numbered(day), ordinal(day))
    return [
        *(f"{month} {each}" for each in by_name),
        f"{month} the {ordinal(day)}",
        f"{month} the {_numbered(day)}",
        *(f"{each} {month}" for each in by_name),
        *(f"{each} of {month}" for each in by_name[1:]),
    ]


def _full_hours(hour: int, half: str, late: int) -> list[str]:
    names = (str(hour), ONES[hour])
    clocks = [f"{name} o'clock" for name in names]
    if not half:
        both = [way for each in ("am", "pm") for way in _with_half(names, each)]
        return [*clocks, f"{hour}:00", *both]
    exact = [*_with_half(names, half), *_with_half([f"{hour}:00"], half)]
    return [*exact, *clocks, *([f"{late}:00"] if late > 12 else [])]


def _with_half(names: Sequence[str], half: str) -> list[str]:
    """Return names of an hour with am or pm, in one word, two or three."""
    return [
        way
        for name in names
        for way in (f"{name}{half}", f"{name} {half}", f"{name} {half[0]}.m.")
        if name[0].isdigit() or way != f"{name}{half}"
    ]


def _past(hour: int, minute: int) -> list[str]:
    names = {minutes: name for name, minutes in PAST.items()}
    if name := names.get(minute):
        after = [f"{name} after {ONES[hour]}"] if name != "half" else []
        return [f"{name} past {ONES[hour]}", f"{name} past {hour}", *after]
    before = names.get(60 - minute)
    return [f"{before} {word} {ONES[hour % 12 + 1]}" for word in ("to", "of", "till") if before]


def _written_at(words: Sequence[str], place: int) -> tuple[int, int, str, int] | None:
    match = WRITTEN.fullmatch(words[place])
    if match is None:
        return None
    half, length = (match["half"], 1) if match["half"] else _half_at(words, place + 1)
    clock = word_at(words, place + 1) == "oclock" and not half
    marked = half or clock or ":" in words[place]
    hour = int(match["hour"])
    if not marked or hour > (12 if half or clock else 23) or (half and not hour):
        return None
    return hour, int(match["minute"] or 0), half, length + clock


def _spoken_at(words: Sequence[str], place: int) -> tuple[int, int, str, int] | None:
    """Read "three pm", "three o'clock" and "seven thirty pm"."""
    pair = pair_at(words, place)
    if pair and pair[0] // 100 in HOURS.values() and pair[0] % 100 < 60:
        half, length = _half_at(words, place + pair[1])
        return (*divmod(pair[0], 100), half, pair[1] + length - 1)
    hour = HOURS.get(words[place])
    if not hour:
        return None
    if word_at(words, place + 1) == "oclock":
        half, length = _half_at(words, place + 2)
        return hour, 0, half, 1 + length
    half, length = _half_at(words, place + 1)
    return (hour, 0, half, length) if half else None


def _past_at(words: Sequence[str], place: int) -> tuple[int, int, str, int] | None:
    """Read "half past seven" and "quarter to eight"."""
    if words[place] not in FIRST_PAST:
        return None
    for length in (2, 1):
        minute = PAST.get(" ".join(words[place : place + length]))
        way = word_at(words, place + length)
        hour = HOURS.get(word_at(words, place + length + 1))
        if not minute or not hour or way not in {"past", "after", "to"}:
            continue
        half, more = _half_at(words, place + length + 2)
        if way != "to":
            return hour, minute, half, length + 1 + more
        if minute != 30:
            return (hour - 1) or 12, 60 - minute, half, length + 1 + more
    return None


def _half_at(words: Sequence[str], place: int) -> tuple[str, int]:
    """Return am or pm where it stands, and the words of the time with it and one before."""
    word = word_at(words, place)
    return (word, 2) if word in {"am", "pm"} else ("", 1)


def _day(words: Sequence[str], place: int) -> tuple[int, int] | None:
    start = place + (word_at(words, place) == "the")
    skipped = start - place
    word = word_at(words, start)
    match = DAY.fullmatch(word)
    if match:
        day = int(match["day"])
        return (day, skipped + 1) if 1 <= day <= 31 else None
    for length in (2, 1):
        day = DAYS.get(" ".join(words[start : start + length]).replace("-", " "), 0)
        if day:
            return day, skipped + length
    return None


def _numbered(day: int) -> str:
    ending = "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
