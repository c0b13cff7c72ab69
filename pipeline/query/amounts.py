"""What is said one way and written another: $450 is "four hundred and fifty dollars" (pure).

Sums of money, percentages, times of day, dates and plain numbers; of each, the forms to look for.
What has a unit is found with it alone: "20%" is not in "20 minutes". A bare number is found with
any unit. What is sure in one direction goes in that one: "four fifty" may be written "$450", yet
who looks for $450 need not mean what happened at four fifty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from pipeline.query.clock import day_at, time_at
from pipeline.query.numerals import by_pairs, pair_at, said, said_at, word_at, written, written_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Each form is counted to be ranked: one with "and" in it costs 3 ms in 1,000 hours of calls.
MOST_FORMS = 24  # of one amount
MOST_PHRASES = 64  # of a phrase with several amounts
NAMES = {"$": ("dollars", "bucks", "USD", "US dollars"), "€": ("euros", "EUR")}
NAMES |= {"£": ("pounds", "quid", "GBP"), "%": ("percent", "per cent")}
SIGNS = {
    **dict.fromkeys(("dollar", "dollars", "buck", "bucks", "usd", "$"), "$"),
    **dict.fromkeys(("euro", "euros", "eur", "€"), "€"),
    **dict.fromkeys(("pound", "pounds", "quid", "gbp", "£"), "£"),
    **dict.fromkeys(("percent", "%"), "%"),
}
MONEY = ("$", "€", "£")
_INDEXED = re.compile(r"[\w$%€£]+")  # about what the index takes for a word


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a query that belong together: as typed, how many, and in other forms."""

    typed: str
    length: int
    others: tuple[str, ...] = ()


def pieces(words: Sequence[str]) -> Iterator[Piece]:
    """Yield what words are made of, in order: amounts, and single words."""
    plain = [_plain(word) for word in words]
    place = 0
    while place < len(words):
        others, length = _amount_at(plain, place) or ((), 1)
        yield Piece(" ".join(words[place : place + length]), length, tuple(others))
        place += length


def phrasings(words: Sequence[str]) -> tuple[str, ...]:
    """Return all forms of a phrase, as typed first."""
    parts = [distinct([each.typed, *each.others])[:MOST_FORMS] for each in pieces(words)]
    amounts = sum(1 for forms in parts if len(forms) > 1)
    most = max(1, int(MOST_PHRASES ** (1 / max(1, amounts)) + 1e-9))
    return tuple(" ".join(each) for each in product(*(forms[:most] for forms in parts)))


def distinct(forms: Sequence[str]) -> tuple[str, ...]:
    """Return forms without those in which another one stands already; the first stays."""
    if len(forms) == 1:
        return tuple(forms)
    keys = {f" {' '.join(_INDEXED.findall(form.casefold()))} ": form for form in reversed(forms)}
    spared = {
        form for key, form in keys.items() if not any(each in key for each in keys if each != key)
    }
    return tuple(dict.fromkeys(form for form in forms if form == forms[0] or form in spared))


def _amount_at(words: Sequence[str], place: int) -> tuple[list[str], int] | None:
    """Return the forms of the amount that begins at a word, and how many words it takes."""
    for read in (_priced_before, _counted, _paired, time_at, day_at, _bare):
        if found := read(words, place):
            return found
    return None


def _counted(words: Sequence[str], place: int) -> tuple[list[str], int] | None:
    """Read a number with a unit, as "$450", "450 dollars" and "four fifty dollars"."""
    for value, length, sign in _numbers(words, place):
        named, more = _unit_at(words, place + length)
        unit = sign or named
        if not unit:
            continue
        whole = length + more * (named == unit)
        cents, small = _cents_at(words, place + whole) if named == unit != "%" else (0, 0)
        return _with_unit(value + Decimal(cents) / 100, unit), whole + small
    return None


def _priced_before(words: Sequence[str], place: int) -> tuple[list[str], int] | None:
    """Read "USD 450" and "€ 450"."""
    sign = SIGNS.get(words[place], "")
    if sign not in MONEY or words[place] not in {sign, "usd", "eur", "gbp"}:
        return None
    found = written_at(words, place + 1) if place + 1 < len(words) else None
    return (_with_unit(found[0], sign), 1 + found[1]) if found and not found[2] else None


def _paired(words: Sequence[str], place: int) -> tuple[list[str], int] | None:
    """Read "four fifty", which may be a time, a number, a year, or a price with cents."""
    spoken, pair = said_at(words, place), pair_at(words, place)
    if not pair or (spoken and spoken[1] >= pair[1]):
        return None
    number, length = pair
    timed = time_at(words, place)
    if timed and timed[1] > length:
        return None  # "four fifty pm" is a time alone
    numbers = _without_unit(Decimal(number))
    cents = [f"{sign}{number // 100}.{number % 100:02}" for sign in ("", *MONEY)]
    return [numbers[0], *(timed[0] if timed else []), *cents, *numbers[1:]], length


def _bare(words: Sequence[str], place: int) -> tuple[list[str], int] | None:
    """Read a number of whatever. "one" is mostly no number, so 1 and "one" are left alone."""
    for value, length, _ in _numbers(words, place):
        if value != 1:
            return _without_unit(value), length
    return None


def _numbers(words: Sequence[str], place: int) -> Iterator[tuple[Decimal, int, str]]:
    """Yield the numbers that may begin at a word, the longest first: value, words, sign."""
    if found := written_at(words, place):
        yield found
        return
    spoken, pair = said_at(words, place), pair_at(words, place)
    if pair and spoken and pair[1] > spoken[1]:
        yield Decimal(pair[0]), pair[1], ""
    if spoken:
        yield (*spoken, "")


def _unit_at(words: Sequence[str], place: int) -> tuple[str, int]:
    """Return the sign of the unit that is named at a word, and how many words name it."""
    word, following = word_at(words, place), word_at(words, place + 1)
    if (word, following) == ("per", "cent"):
        return "%", 2
    if word in {"us", "u.s"} and SIGNS.get(following) == "$":
        return "$", 2
    return (SIGNS[word], 1) if word in SIGNS else ("", 0)


def _cents_at(words: Sequence[str], place: int) -> tuple[int, int]:
    """Read what follows "four dollars" in "four dollars (and) fifty (cents)", below a hundred."""
    joined = word_at(words, place) == "and"
    if place + joined >= len(words):
        return 0, 0
    for value, length, sign in _numbers(words, place + joined):
        named = word_at(words, place + joined + length) in {"cents", "cent", "pence", "p"}
        if value == int(value) and 0 < value < 100 and not sign and (named or not joined):
            return int(value), joined + length + named
    return 0, 0


def _with_unit(value: Decimal, sign: str) -> list[str]:
    """Return the forms of so much money, or so many percent."""
    digits, words, names = written(value), said(value), NAMES[sign]
    if sign == "%":
        named = (f"{number} {name}" for name in names for number in (*digits, *words))
        return [*(f"{each}%" for each in digits), *named, f"{digits[0]} %"]
    return [
        *(f"{sign}{each}" for each in digits),
        *(f"{each} {names[0]}" for each in (*digits, *words)),
        *_cents(value, sign),
        *(f"{each}{sign}" for each in digits[:2]),
        *(f"{digits[0]} {sign}", f"{sign} {digits[0]}"),
        *(f"{each} {names[1]}" for each in (*digits[:1], *(words[:1] if value < 100 else ()))),
        *(f"{each} {name}" for name in names[2:] for each in digits[:2]),
        *(f"{name} {each}" for name in names[2:3] for each in digits[:2]),
    ]


def _cents(value: Decimal, sign: str) -> list[str]:
    """Return how a price is said in short: "four fifty dollars", "four dollars fifty"."""
    hundredths = int(value * 100)
    if value == int(value):
        short = 100 < value < 1000 and value % 100 >= 10
        return [f"{by_pairs(int(value))} {NAMES[sign][0]}"] if short else []
    whole, part = divmod(hundredths, 100)
    unit = NAMES[sign][0] if whole != 1 else NAMES[sign][0][:-1]
    small = "pence" if sign == "£" else "cents"
    first, last = said(Decimal(whole))[0], said(Decimal(part))[0]
    return [
        f"{first} {unit} {last}",
        f"{first} {unit} and {last} {small}",
        f"{whole} {unit} {part}",
        f"{whole} {unit} and {part} {small}",
    ]


def _without_unit(value: Decimal) -> list[str]:
    """Return the forms of a number, with every sign that may stand at it."""
    digits = written(value)
    words = [] if value == 1 else said(value)
    if 1100 <= value < 2100 and value % 100 >= 10:
        words.append(by_pairs(int(value)))
    signed = [f"{sign}{each}" for sign in MONEY for each in digits[:2]]
    ended = [f"{digits[0]}{sign}" for sign in ("%", "$", "€", "£")]
    return [*digits[:2], *words, *signed, *ended, *digits[2:], *(f"${each}" for each in digits[2:])]


def _plain(word: str) -> str:
    """Return a word as it is compared: "p.m." is "pm", "o'clock" is "oclock"."""
    bare = word.casefold().replace("’", "'").strip(".,;:!?'")
    return {"a.m": "am", "p.m": "pm", "o'clock": "oclock"}.get(bare, bare)
