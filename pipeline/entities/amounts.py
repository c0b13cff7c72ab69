"""Sums of money and shares in a text: where they stand and what they come to (pure).

Signs and digits are read in any language, number words and units in English. "£" and "€" tell the
currency; "$" and "dollars" do not (US, Canada, Australia), so that "$" stands in their value.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from models.findings import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_MORE = "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
_WORD = rf"(?:{'|'.join(f'{_ONES} {_MORE} hundred thousand million'.split())})"
_SPELT = rf"(?:an? (?=hundred|thousand|million))?{_WORD}(?:(?:[ -]|,? and ){_WORD})*"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"k|grand|hundred|thousand|million|billion"
SCALES = {
    "k": 10**3,
    "grand": 10**3,
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
}
SIGNS = {"$": "$", "£": "GBP", "€": "EUR"}
UNITS = {"dollar": "$", "buck": "$", "euro": "EUR", "pound": "GBP", "quid": "GBP"}
_CURRENCIES = rf"(?P<american>(?:us|american) )?(?P<unit>{'|'.join(UNITS)})s?"
_SIGNED = re.compile(
    rf"(?P<sign>[$£€]) ?(?P<number>{_DIGITS})(?:(?: |(?=k\b))(?P<scale>{_SCALE})\b)?(?![\d])",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?P<number>{_DIGITS}|{_SPELT})(?:(?: |(?=k\b))(?P<scale>{_SCALE}))? {_CURRENCIES}\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    rf"(?<![\w.,$£€])(?P<number>{_DIGITS}|{_SPELT})(?: ?%| per ?cent\b)", re.IGNORECASE
)
# Pounds may be of weight, unless they are paid by the week or so.
_PAID = re.compile(
    r" (?:an?|per|each|every) (?:\w+ )?(?:hour|day|week|month|year|seat|user|person)\b"
)


def amounts(text: str, number: int, *, sterling: bool = False) -> Iterator[Found]:
    """Yield the sums and shares in text `number`; `sterling`: pounds are surely money."""
    for match in _SIGNED.finditer(text):
        yield Found(number, *match.span(), "MONEY")
    for match in _NAMED.finditer(text):
        if match["unit"].lower() != "pound" or sterling or _PAID.match(text, match.end()):
            yield Found(number, *match.span(), "MONEY")
    for match in _SHARE.finditer(text):
        yield Found(number, *match.span(), "PERCENT")


def worth(text: str) -> str:
    """Return what a sum or a share comes to, as "$ 450", "GBP 3.50" or "25%"; "" where unsure."""
    if match := _SHARE.fullmatch(text):
        share = _number(match["number"], None)
        return "" if share is None else f"{share}%"
    if not (match := _SIGNED.fullmatch(text) or _NAMED.fullmatch(text)):
        return ""
    found = _number(match["number"], match["scale"])
    return "" if found is None else f"{_currency(match)} {found}"


def _currency(match: re.Match[str]) -> str:
    parts = match.groupdict()
    if sign := parts.get("sign"):
        return SIGNS[sign]
    return "USD" if parts["american"] else UNITS[parts["unit"].lower()]


def _number(written: str, scale: str | None) -> str | None:
    """Return a number in digits, None where its words make none."""
    times = SCALES[scale.lower()] if scale else 1
    try:
        found = Decimal(written.replace(",", "")) * times
    except InvalidOperation:
        spelt = spelt_number(written)
        if spelt is None:
            return None
        found = Decimal(spelt) * times
    return f"{found.normalize():f}"


def spelt_number(words: str) -> int | None:
    """Return the number that English words say; None where they say none, or several."""
    from text_to_num import text2num

    plain = re.sub(r"^an? ", "one ", words.lower().replace(",", ""))
    try:
        return int(text2num(plain.replace("-", " "), "en"))
    except ValueError:
        return None
