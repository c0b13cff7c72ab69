"""What is said one way and written another: found both ways, and nothing else with it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_to_num import text2num

from pipeline.errors import UsageError
from pipeline.query import parse
from pipeline.query.amounts import MOST_FORMS, MOST_PHRASES, distinct, phrasings, pieces
from pipeline.query.clock import times
from pipeline.query.numerals import by_pairs, cardinal, ordinal, said, said_at, written, written_at
from tests.indexes import finds, matching
from tests.sources import ROOT

# Each line is one amount in all its forms: any of them finds all the others.
SAME = (
    (
        *("$450", "450 dollars", "four hundred and fifty dollars", "four hundred fifty dollars"),
        *("450 bucks", "four fifty dollars", "450 US dollars", "450 USD", "USD 450", "450$"),
    ),
    (
        *("$1,800", "$1800", "$1.8k", "1,800 dollars", "1800 dollars", "eighteen hundred dollars"),
        *("one thousand eight hundred dollars", "a thousand eight hundred dollars"),
    ),
    ("$4.50", "4.50 dollars", "four dollars fifty", "four dollars and fifty cents"),
    ("£20", "20 pounds", "twenty pounds", "20 quid", "twenty quid"),
    ("€99", "99 euros", "ninety-nine euros", "ninety nine euros", "99 €", "99€"),
    ("20%", "20 percent", "20 per cent", "twenty percent", "twenty per cent", "20 %"),
    ("2.5%", "2.5 percent", "two and a half percent", "two point five per cent"),
    ("3pm", "3 pm", "3 p.m.", "three pm", "three p.m.", "3:00 pm", "3 o'clock", "three o'clock"),
    ("7:30", "seven thirty", "half past seven", "half past 7"),
    ("9:15", "nine fifteen", "quarter past nine", "quarter after nine"),
    ("7:45", "seven forty-five", "quarter to eight"),
    ("25", "twenty-five", "twenty five"),
    ("1800", "1,800", "eighteen hundred", "one thousand eight hundred"),
    ("1.5 million", "one and a half million", "1,500,000", "a million and a half", "1.5m"),
    ("half a million", "500,000", "five hundred thousand", "500k"),
    ("June 9th", "June ninth", "9 June", "June 9", "the ninth of June", "9th of June"),
    ("9th", "ninth"),
    ("2026", "twenty twenty six", "two thousand and twenty six"),
)


@pytest.mark.parametrize("forms", SAME, ids=lambda forms: forms[0])
def test_any_form_of_an_amount_finds_every_other(forms: tuple[str, ...]) -> None:
    said_so = [f"well {form}, I would say" for form in forms]
    for form in forms:
        assert matching(said_so, parse(form).expression) == matching(said_so, '"well"'), form
        assert matching(said_so, parse(f'"{form}"').expression) == matching(said_so, '"well"'), form


@pytest.mark.parametrize("forms", SAME, ids=lambda forms: forms[0])
def test_what_is_found_of_an_amount_is_one_of_its_forms(forms: tuple[str, ...]) -> None:
    for query, said_so in permutations(forms, 2):
        (kind,) = parse(f'"{query}"').kinds
        plain = "".join(character for character in said_so.casefold() if character.isalnum())
        assert any(each in plain for each in kind)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        pytest.param("450", "it is $450", id="a number with any sign"),
        pytest.param("450", "up by 450% then", id="also percent"),
        pytest.param("450", "four hundred and fifty of them", id="said"),
        pytest.param("four hundred and fifty", "it costs $450 now", id="a said number"),
        pytest.param("twenty", "about 20% more", id="a said number and percent"),
        pytest.param('"$450 a month"', "four hundred and fifty dollars a month", id="in a phrase"),
        pytest.param('"pay $20 or 20%"', "we pay twenty dollars or twenty percent", id="two in it"),
        pytest.param("four fifty", "at 4:50", id="what may be a time"),
        pytest.param("four fifty", "it was $4.50", id="or cents"),
        pytest.param("four fifty", "for $450", id="or a sum"),
        pytest.param("seven oh five", "by 7:05", id="a time with an oh"),
        pytest.param("3 o'clock", "at 3am", id="a time without its half"),
        pytest.param("15:00", "at three pm", id="a time of twenty-four hours"),
        pytest.param("7:30 pm", "at 19:30", id="and back"),
        pytest.param("half past seven", "on a Sunday at 730, and", id="a time without its colon"),
        pytest.param("7:30 pm", "at 730 p.m.", id="also with its half"),
        pytest.param("12:30", "half past twelve", id="after noon"),
        pytest.param("a hundred and twenty euros", "€120", id="a hundred"),
        pytest.param("$2 million", "two million dollars", id="millions"),
        pytest.param("￥450 ４５０", "450 ￥450 ４５０", id="wide digits"),
        pytest.param("1 dollar", "$1", id="one of something"),
        pytest.param("we want 20% off", "twenty percent off is what we want", id="words around"),
    ],
)
def test_an_amount_is_found_in_another_form(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        pytest.param("20%", "in 20 minutes", id="percent are no minutes"),
        pytest.param("20%", "twenty people", id="nor people"),
        pytest.param("20%", "it costs $20", id="nor money"),
        pytest.param("$450", "450 people", id="dollars are no people"),
        pytest.param("$450", "€450", id="nor euros"),
        pytest.param("$450", "450 pounds", id="nor pounds"),
        pytest.param("$450", "at four fifty", id="nor a time"),
        pytest.param("$45", "$450", id="no shorter number"),
        pytest.param("$4.50", "$450", id="cents are no dollars"),
        pytest.param("7:30 pm", "730 of them", id="a time with its half is no number"),
        pytest.param("7:30", "for $730", id="no time is money"),
        pytest.param("3pm", "3 people", id="an hour is no number"),
        pytest.param("3pm", "at 3am", id="nor the other half"),
        pytest.param("7:30 pm", "at 7:30 a.m.", id="nor that with minutes"),
        pytest.param("four hundred dollars", "four people with dollars", id="not word by word"),
        pytest.param("one", "1 thing", id="one is mostly no number"),
        pytest.param("25", "250 or 2.5", id="no part of a number"),
        pytest.param("June 9", "July 9", id="no other month"),
        pytest.param("may 5 people", "june 5", id="nor that"),
        pytest.param('"$450 a month"', "450 dollars a year", id="the rest of a phrase holds"),
    ],
)
def test_an_amount_does_not_find_what_is_none_of_its_forms(query: str, text: str) -> None:
    assert not finds(query, text)


@pytest.mark.parametrize(
    ("query", "lengths"),
    [
        ("a price of 450 dollars a month", [1, 1, 1, 2, 1, 1]),
        ("from three to five pm", [1, 1, 1, 2]),
        ("one two three", [1, 1, 1]),
        ("a few hundred dollars", [1, 1, 1, 1]),
        ("he may be 30", [1, 1, 1, 1]),
        ("half a day", [1, 1, 1]),
        ("a half past nine", [1, 3]),
        ("point five", [1, 1]),
        ("and and and", [1, 1, 1]),
        ("hundred", [1]),
        ("twenty-zero twenty", [1, 1]),
        ("quarter to", [1, 1]),
        ("the", [1]),
        ("€", [1]),
        ("US dollars", [1, 1]),
        ("per cent", [1, 1]),
        ("007", [1]),
        ("1.234.567", [1]),
        ("9999999999999999", [1]),
        ("four dollars fifty a head", [3, 1, 1]),
        ("four dollars and fifty people", [2, 1, 1, 1]),
        ("four dollars and", [2, 1]),
        ("25:61", [1]),
        ("13 pm", [1, 1]),
        ("32nd", [1]),
        ("", []),
    ],
)
def test_words_are_cut_into_amounts_and_words(query: str, lengths: list[int]) -> None:
    assert [piece.length for piece in pieces(query.split())] == lengths


SOME = ["one", "a", "half", "twenty", "five", "hundred", "and", "million", "oh", "$", "%", "7:30"]


@given(st.lists(st.sampled_from(SOME)))
def test_pieces_are_all_the_words_in_their_order(words: list[str]) -> None:
    found = list(pieces(words))
    assert " ".join(piece.typed for piece in found).split() == words
    assert sum(piece.length for piece in found) == len(words)


def test_a_phrase_of_many_amounts_has_as_typed_first_and_not_too_many_forms() -> None:
    words = ["from", "$450", "to", "$1,800", "or", "20%", "at", "3pm"]
    forms = phrasings(words)
    assert forms[0] == " ".join(words)
    assert "from 450 dollars to $1800 or 20 percent at 3 pm" in forms
    assert 10 < len(forms) <= MOST_PHRASES
    assert len(phrasings(["$1.5", "million"])) == MOST_FORMS
    assert len(phrasings(["$450"] * 20)) == 1


def test_a_form_in_which_another_one_stands_goes_unless_it_is_typed() -> None:
    assert distinct(["20 dollars", "20", "$20", "20 bucks", "20"]) == ("20 dollars", "20", "$20")
    assert distinct(["1,800", "1 800", "1800"]) == ("1,800", "1800")


# Numbers


@given(st.integers(0, 999_999_999))
def test_a_number_in_words_is_read_back_by_another_library(number: int) -> None:
    assert text2num(cardinal(number), "en") == number


@given(st.integers(2, 999_999_999), st.sampled_from([0, 25, 50]))
def test_what_is_written_or_said_of_a_number_is_that_number(whole: int, hundredths: int) -> None:
    value = Decimal(whole) + Decimal(hundredths) / 100
    for way in written(value):
        words = way.split()
        assert written_at(words, 0) == (value, len(words), "")
    for way in said(value):
        words = way.split()
        assert said_at(words, 0) == (value, len(words)), way


@pytest.mark.parametrize(
    ("value", "ways"),
    [
        ("450", ["four hundred fifty", "four hundred and fifty"]),
        ("25", ["twenty five"]),
        ("100", ["one hundred", "a hundred"]),
        ("1005", ["one thousand five", "one thousand and five", "a thousand five"]),
        ("1800", ["one thousand eight hundred", "a thousand eight hundred", "eighteen hundred"]),
        ("1500000", ["one point five million", "one and a half million", "a million and a half"]),
        ("500000", ["five hundred thousand", "half a million"]),
        ("2.5", ["two point five", "two and a half"]),
    ],
)
def test_a_number_is_said_as_people_say_it(value: str, ways: list[str]) -> None:
    assert [way for way in ways if way not in said(Decimal(value))] == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(450, "four fifty"), (705, "seven oh five"), (1984, "nineteen eighty four")],
)
def test_a_number_is_said_in_pairs(number: int, words: str) -> None:
    assert by_pairs(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "first"), (9, "ninth"), (12, "twelfth"), (20, "twentieth"), (22, "twenty second")],
)
def test_a_place_in_an_order_is_said(number: int, words: str) -> None:
    assert ordinal(number) == words


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(["", "am", "pm"]))
def test_a_time_has_a_few_ways_and_finds_itself(hour: int, minute: int, half: str) -> None:
    ways = times(hour, minute, half)
    assert 3 <= len(ways) == len(set(ways)) <= MOST_FORMS
    assert finds(
        f"{hour % 12 or 12}:{minute:02} {half}", f"at {hour % 12 or 12}:{minute:02} {half}"
    )


# Time


def test_the_reader_of_numbers_is_loaded_for_numbers_in_words_alone() -> None:
    script = (
        "import sys; from pipeline.query import parse; parse('price NOT $450 3pm \"June 9th\"'); "
        "assert 'text_to_num' not in sys.modules; parse('four fifty'); "
        "assert 'text_to_num' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    "text",
    [
        "one " * 2_500,
        "twenty-five " * 900,
        "four hundred and " * 600,
        "$450 OR " * 1_250,
        '"half a million" ' * 600,
        "7:30 NEAR " * 1_000,
        'speaker:"' * 1_200,
        "NEAR(" * 2_000,
        "a,b:c" * 2_000,
        "tag:a," * 1_700,
        "*" * 10_000,
        "-" * 10_000,
        '"' * 9_999,
    ],
    ids=lambda text: text[:12],
)
def test_ten_thousand_characters_are_read_at_once(text: str) -> None:
    begun = time.perf_counter()
    with contextlib.suppress(UsageError):
        matching(["one half"], parse(text).expression or '"none"')
    assert time.perf_counter() - begun < 1
