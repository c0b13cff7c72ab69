"""Sums, shares and dates: where they stand, and what they come to where that is sure."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Found
from pipeline.entities.amounts import amounts, spelt_number, worth
from pipeline.entities.days import day_meant, days, days_within

RECORDED = date(2026, 3, 3)


def written(found: list[Found], text: str) -> list[str]:
    """Return the characters of what was found."""
    return [text[each.start : each.end] for each in found]


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("It is $5 a stop.", [("$5", "$ 5")]),
        ("$1,800 or £3.50", [("$1,800", "$ 1800"), ("£3.50", "GBP 3.5")]),
        ("four hundred and fifty dollars", [("four hundred and fifty dollars", "$ 450")]),
        ("a hundred bucks", [("a hundred bucks", "$ 100")]),
        ("$10k and $1.2 million", [("$10k", "$ 10000"), ("$1.2 million", "$ 1200000")]),
        ("20 US dollars", [("20 US dollars", "USD 20")]),
        ("45 pounds a week", [("45 pounds", "GBP 45")]),
        ("it weighs 45 pounds", []),
        ("twenty-five percent, no, 30%", [("twenty-five percent", "25%"), ("30%", "30%")]),
        ("2.5 per cent", [("2.5 per cent", "2.5%")]),
        ("one two three dollars", [("one two three dollars", "")]),
        ("12 of 18 people", []),
        ("dollars and cents", []),
        ("", []),
    ],
)
def test_sums_and_shares_are_found_with_what_they_come_to(
    text: str, sums: list[tuple[str, str]]
) -> None:
    found = sorted(amounts(text, 0), key=lambda each: each.start)
    assert [(each, worth(each)) for each in written(found, text)] == sums


def test_pounds_are_money_where_money_is_in_pounds() -> None:
    assert [each.label for each in amounts("45 pounds", 3, sterling=True)] == ["MONEY"]


@pytest.mark.parametrize("text", ["$", "about $5", "450", "ten grand", "Acme", "", "%"])
def test_what_is_no_sum_alone_has_no_value(text: str) -> None:
    assert worth(text) == ""


@given(st.integers(0, 999_999_999))
def test_a_sum_in_digits_is_worth_its_number(number: int) -> None:
    assert worth(f"${number:,}") == worth(f"${number}") == f"$ {number}"


@pytest.mark.parametrize(
    ("words", "number"),
    [("forty-five", 45), ("a hundred and ten", 110), ("twenty five thirty", None), ("cat", None)],
)
def test_number_words_are_read_where_they_say_one_number(words: str, number: int | None) -> None:
    assert spelt_number(words) == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We began June 9th, on a Tuesday.", ["June 9th", "Tuesday"]),
        ("the 4th of May 2025", ["the 4th of May 2025"]),
        ("last spring and next week", ["last spring", "next week"]),
        ("around Mother's Day or Christmas", ["Mother's Day", "Christmas"]),
        ("yesterday", ["yesterday"]),
        ("on Thursdays", ["Thursdays"]),
        ("every day, all week, this may work, a march", []),
        ("Fridayish and summery", []),
    ],
)
def test_what_surely_says_when_is_found_anywhere(text: str, found: list[str]) -> None:
    assert written(list(days(text, 0)), text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bath last autumn", ["last autumn"]),
        ("April in January", ["April", "January"]),
        ("the first week", []),
        ("early 2024", ["2024"]),
        ("May", ["May"]),
    ],
)
def test_of_what_a_model_takes_for_a_date_only_what_says_when_is_kept(
    text: str, found: list[str]
) -> None:
    read = Found(0, 0, len(text), "DATE")
    assert written(list(days_within(text, read)), text) == found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("yesterday", "2026-03-02"),
        ("Today", "2026-03-03"),
        ("tomorrow", "2026-03-04"),
        ("June 9th, 2025", "2025-06-09"),
        ("the 4th of May 2025", "2025-05-04"),
        ("March 2024", "2024-03"),
        ("2024", "2024"),
        ("2025-11-30", "2025-11-30"),
        ("June 9th", ""),
        ("Saturday", ""),
        ("last spring", ""),
        ("February 30th, 2025", ""),
    ],
)
def test_a_date_has_a_value_only_where_that_is_sure(text: str, day: str) -> None:
    assert day_meant(text, RECORDED) == day


def test_a_day_that_rests_on_a_date_that_is_not_sure_has_no_value() -> None:
    assert (day_meant("yesterday", None), day_meant("June 9th 2025", None)) == ("", "2025-06-09")


@given(st.text(), st.booleans())
def test_any_text_can_be_looked_through(text: str, sterling: bool) -> None:
    for found in (*amounts(text, 0, sterling=sterling), *days(text, 0)):
        each = text[found.start : found.end]
        assert each
        assert worth(each) or day_meant(each, RECORDED) or each
