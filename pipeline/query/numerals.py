"""Numbers as they are said and written: 1800 is "1,800", "1.8k" and "eighteen hundred" (pure).

Words are English ones. Nothing here knows what is counted: see amounts.py.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
SHORT_SCALES = {"k": 10**3, "m": 10**6, "mm": 10**6, "bn": 10**9}
COUNTING = {*ONES, *filter(None, TENS)}
IN_NUMBERS = {*COUNTING, "hundred", "and", *SCALES}
ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth"}
ORDINALS |= {"eight": "eighth", "nine": "ninth", "twelve": "twelfth"}
LONGEST = 24  # words of a number that is said
LARGEST = 10**12
WRITTEN = re.compile(
    r"(?P<before>[$€£]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?P<part>\.[0-9]{1,2})?"
    r"(?P<scale>k|mm?|bn)?(?P<after>[%$€£]?)",
    re.ASCII,
)


def said(value: Decimal) -> list[str]:
    """Return the ways in which people say a number, the usual ones first."""
    if value != int(value):
        return [*_scaled(value), *_broken(value)]
    number = int(value)
    ways = [cardinal(number), cardinal(number, " and ")]
    ways += [f"a {way[4:]}" for way in ways if number >= 100 and way.startswith("one ")]
    if 1100 <= number < 10_000 and number // 100 % 10:
        ways += [_by_hundreds(number, joint) for joint in (" ", " and ")]
    return list(dict.fromkeys([*ways, *_scaled(value)]))


def cardinal(number: int, joint: str = " ") -> str:
    """Return a number below a million million in words; `joint` comes after hundreds."""
    if number < 100:
        return _below_hundred(number)
    sizes = {"hundred": 100, **SCALES}
    name, size = next(each for each in reversed(sizes.items()) if number >= each[1])
    many, rest = divmod(number, size)
    words = f"{cardinal(many, joint)} {name}"
    between = joint if rest < 100 else " "
    return f"{words}{between}{cardinal(rest, joint)}" if rest else words


def ordinal(number: int) -> str:
    """Return "ninth" for 9, up to 99."""
    before, _, last = _below_hundred(number).rpartition(" ")
    ending = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{before} {ORDINALS.get(last, ending)}".strip()


def by_pairs(number: int) -> str:
    """Return "four fifty" for 450 and "seven oh five" for 705, as prices, times and years go."""
    first, last = divmod(number, 100)
    return f"{_below_hundred(first)} {'oh ' if last < 10 else ''}{_below_hundred(last)}"


def written(value: Decimal) -> list[str]:
    """Return the ways in which a number is written in digits, the usual ones first."""
    if value != int(value):
        return [f"{value.normalize():f}", f"{value:.2f}", *_short(value)]
    return list(dict.fromkeys([f"{int(value)}", f"{int(value):,}", *_short(value)]))


def written_at(words: Sequence[str], place: int) -> tuple[Decimal, int, str] | None:
    """Read digits: the number, how many words it takes, and its sign for money or percent."""
    match = WRITTEN.fullmatch(words[place])
    if match is None or (match["whole"][0] == "0" and match["whole"] != "0"):
        return None
    value = Decimal(match["whole"].replace(",", "") + (match["part"] or ""))
    value *= SHORT_SCALES.get(match["scale"] or "", 1)
    length = 1
    if following := SCALES.get(word_at(words, place + 1)):
        value, length = value * following, 2
    sign = match["before"] or match["after"]
    return (value, length, sign) if value < LARGEST else None


def said_at(words: Sequence[str], place: int) -> tuple[Decimal, int] | None:
    """Read words: the number that most of them make, and how many they are."""
    if words[place] in {"half", "a", "an"}:
        return _with_article(words, place)
    if _first(words[place]) not in COUNTING:
        return None
    number, length = _longest(words, place)
    value = Decimal(number)
    if word_at(words, place + length) == "point":
        digits = [str(ONES.index(each)) for each in _digits(words, place + length + 1)]
        if digits:
            value, length = Decimal(f"{number}.{''.join(digits)}"), length + 1 + len(digits)
    elif _half(words, place + length):
        value, length = value + Decimal("0.5"), length + 3
    if (scale := SCALES.get(word_at(words, place + length))) and value != number:
        value, length = value * scale, length + 1
    return (value, length) if value < LARGEST else None


def pair_at(words: Sequence[str], place: int) -> tuple[int, int] | None:
    """Read "four fifty" as 450 and "seven oh five" as 705: the number, and how many words."""
    if _first(words[place]) not in COUNTING:
        return None
    first, length = _longest(words, place)
    oh = word_at(words, place + length) in {"oh", "o"}
    after = place + length + oh
    if not 0 < first < 100 or _first(word_at(words, after)) not in COUNTING:
        return None
    last, more = _longest(words, after)
    fits = 0 < last < 10 if oh else 10 <= last < 100
    return (first * 100 + last, length + oh + more) if fits else None


def word_at(words: Sequence[str], place: int) -> str:
    """Return the word at a place; empty after the last."""
    return words[place] if place < len(words) else ""


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number < len(ONES):
        return ONES[number]
    return f"{TENS[tens]} {ONES[ones]}" if ones else TENS[tens]


def _by_hundreds(number: int, joint: str) -> str:
    many, rest = divmod(number, 100)
    words = f"{_below_hundred(many)} hundred"
    return f"{words}{joint}{_below_hundred(rest)}" if rest else words


def _parts(value: Decimal) -> Iterator[tuple[Decimal, str]]:
    """Yield a number as so many thousands, millions or billions, where that is short to say."""
    for name, size in SCALES.items():
        many = value / size
        if Decimal("0.5") <= many < 1000 and many == round(many, 2):
            yield many, name


def _scaled(value: Decimal) -> list[str]:
    ways = []
    for many, name in _parts(value):
        if many == Decimal("0.5"):
            ways.append(f"half a {name}")
        elif many > 1 and many != int(many) and name != "thousand":
            ways += [f"{way} {name}" for way in _broken(many)]
            ways += [f"a {name} and a half"] * (many == Decimal("1.5"))
    return ways


def _short(value: Decimal) -> list[str]:
    letters = {"thousand": ("k",), "million": ("m",), "billion": ("bn",)}
    return [
        f"{many.normalize():f}{ending}"
        for many, name in _parts(value)
        if many >= 1
        for ending in (f" {name}", *letters[name])
    ]


def _broken(value: Decimal) -> list[str]:
    """Return the ways to say a number that is not whole."""
    whole, part = f"{value.normalize():f}".split(".")
    ways = [f"{cardinal(int(whole))} point {' '.join(ONES[int(digit)] for digit in part)}"]
    if part == "5":
        ways.append(f"{cardinal(int(whole))} and a half" if int(whole) else "a half")
    return ways


def _longest(words: Sequence[str], place: int) -> tuple[int, int]:
    """Return the whole number that the most words from a place make; one of them surely does."""
    from text_to_num import text2num

    run = 0
    while run < LONGEST and _first(word_at(words, place + run)) in IN_NUMBERS:
        run += 1
    for length in range(run, 1, -1):
        try:
            return int(text2num(" ".join(words[place : place + length]), "en")), length
        except ValueError:
            continue
    try:
        return int(text2num(words[place], "en")), 1
    except ValueError:  # "twenty-zero"
        return -1, 1


def _with_article(words: Sequence[str], place: int) -> tuple[Decimal, int] | None:
    """Read "half a million", "a hundred and twenty" and "a million and a half"."""
    if words[place] == "half":
        scale = SCALES.get(word_at(words, place + 2))
        return (Decimal(scale) / 2, 3) if scale and words[place + 1] == "a" else None
    following = word_at(words, place + 1)
    if following not in {"hundred", *SCALES}:
        return None
    if following in SCALES and _half(words, place + 2):
        return SCALES[following] * Decimal("1.5"), 5
    value, length = _longest(["one", *words[place + 1 : place + LONGEST]], 0)
    return Decimal(value), length


def _half(words: Sequence[str], place: int) -> bool:
    return list(words[place : place + 3]) == ["and", "a", "half"]


def _digits(words: Sequence[str], place: int) -> Iterator[str]:
    for word in words[place : place + 2]:
        if word not in ONES[:10]:
            return
        yield word


def _first(word: str) -> str:
    """Return the first part of "twenty-five"."""
    return word.partition("-")[0]
