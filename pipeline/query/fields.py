"""The fields of a query: `speaker:Ann`, `after:2026-09`, and what was perhaps meant by another."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import replace
from datetime import date, timedelta

from pipeline.errors import UsageError
from pipeline.filing import tidy
from pipeline.query.asked import Field
from pipeline.timestamps import parse_day

FIELDS = (
    *("speaker", "role", "project", "tag", "participant", "entity", "in", "after", "before"),
    "is",
)
ALIASES = {"since": "after", "until": "before"}
KNOWN = (*FIELDS, *ALIASES)
PASSAGES = {"question": "question", "questions": "question"}
PASSAGES |= {"answer": "answer", "answers": "answer"}
# What people type for a field, that is spelt unlike it.
MEANT = {
    **dict.fromkeys(("from", "date", "when"), "after: or before:"),
    **dict.fromkeys(("by", "who", "said", "name", "voice"), "speaker:"),
    **dict.fromkeys(("org", "company", "product", "about"), "entity:"),
    **dict.fromkeys(("person", "people", "with"), "participant:"),
    **dict.fromkeys(("file", "recording", "call", "title"), "in:"),
    **dict.fromkeys(("label", "folder"), "tag: or project:"),
}
NEAR_ENOUGH = 70  # of 100, by rapidfuzz: "speker" is near "speaker", "text" is near nothing
LONGEST_VALUE = 200  # characters
_VALUE = re.compile(r'([^\s()",]*)"([^"]*)"?|([^\s()",]+)')
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


def fields(name: str, values: str) -> tuple[Field, ...]:
    """Read one field as it is typed, with one value or several with commas between.

    `name` is one of `KNOWN`. Raises UsageError for a day that is none, and
    ValueError for what is no question and no answer.
    """
    known = ALIASES.get(name, name)
    found = []
    for match in _VALUE.finditer(values):
        value = tidy((match[1] or "") + (match[2] or "") + (match[3] or ""))[:LONGEST_VALUE]
        if not value:
            continue
        if known in {"after", "before"}:
            first, last = _days(value)
            found.append(Field(known, (first if known == "after" else last).isoformat()))
        elif known == "is":
            if value.casefold() not in PASSAGES:
                raise ValueError(value)
            found.append(Field(known, PASSAGES[value.casefold()]))
        else:
            found.append(Field(known, value))
    return tuple(found)


def opposite(field: Field) -> Field:
    """Return the condition that what a field asks for must not hold."""
    if field.name not in {"after", "before"}:
        return replace(field, without=not field.without)
    name, days = ("before", -1) if field.name == "after" else ("after", 1)
    try:
        turned = date.fromisoformat(field.value) + timedelta(days=days)
    except OverflowError as error:
        raise _no_day(field.value) from error
    return Field(name, turned.isoformat())


def strictest(found: list[Field]) -> tuple[Field, ...]:
    """Return fields each once, and of several dates the one that leaves out the most."""
    kept = list(dict.fromkeys(found))
    for name, choose in (("after", max), ("before", min)):
        dates = [field for field in kept if field.name == name]
        if dates:
            chosen = choose(dates, key=lambda field: field.value)
            kept = [field for field in kept if field.name != name or field is chosen]
    return tuple(kept)


def suggestion(name: str) -> str:
    """Return the field that was perhaps meant by a name that is none; empty for none."""
    folded = name.casefold()
    if folded in MEANT:
        return MEANT[folded]
    from rapidfuzz import fuzz, process

    near = process.extractOne(folded, KNOWN, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    return f"{near[0]}:" if near else ""


def _days(value: str) -> tuple[date, date]:
    """Return the first and the last day of a day, a month or a year as it is typed."""
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", value))
    if match is None:
        whole = _day(value)
        return whole, whole
    year, month, day = (int(each) if each else 0 for each in match.groups())
    try:
        if match[3]:
            return date(year, month, day), date(year, month, day)
        if match[2]:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError as error:
        raise _no_day(value) from error


def _day(value: str) -> date:
    try:
        return date.fromisoformat(parse_day(value) or "")
    except UsageError as error:
        raise _no_day(value) from error


def _no_day(value: str) -> UsageError:
    return UsageError(
        f"{value!r} is no day. Write a day, a month or a year, as in: after:2026-09-01, "
        "after:2026-09 or before:2025"
    )
