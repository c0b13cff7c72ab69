"""Beginnings of words, in an index that keeps words without their ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.query import parse
from pipeline.query.expressions import completions
from tests.indexes import finds, matching


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        pytest.param("w*", '"w"*', id="a short one"),
        pytest.param("w**", '"w"*', id="two stars"),
        pytest.param("pay*", '("pay" OR "paye"*)', id="one in y"),
        pytest.param("mas*", '("mas" OR "masness"*)', id="one in s after a short vowel"),
        pytest.param('"too w"*', '"too w"*', id="the last of a phrase"),
        pytest.param('"too w*"', '"too w"*', id="with the star in the quotes"),
        pytest.param("wo * x", '("wo" AND "x")', id="a star alone is nothing"),
        pytest.param("« trop ch »*", '"trop ch"*', id="of a French phrase"),
        pytest.param("$45*", '"$45"*', id="of a sum"),
        pytest.param("价格*", '"价格"*', id="any script"),
    ],
)
def test_a_beginning_becomes_an_expression(query: str, expression: str) -> None:
    assert parse(query).expression == expression


@pytest.mark.parametrize(
    ("beginning", "word"),
    [
        pytest.param("international", "internet", id="an ending goes: intern"),
        pytest.param("ins", "include", id="an s goes: in"),
        pytest.param("des", "decide", id="another"),
        pytest.param("mas", "market", id="an s after a short vowel"),
        pytest.param("exe", "example", id="an e goes"),
        pytest.param("pay", "paid", id="a y becomes an i"),
        pytest.param("bed", "because", id="an ed that is none"),
        pytest.param("ring", "raise", id="an ing that is none"),
    ],
)
def test_a_beginning_finds_no_word_that_begins_otherwise(beginning: str, word: str) -> None:
    assert not finds(f"{beginning}*", word)


@pytest.mark.parametrize(
    "word",
    [
        *("negotiation", "expensive", "payment", "pricing", "universities", "communication"),
        *("shipped", "availability", "generally", "analysis", "employee", "companies"),
        *("happiness", "buyer", "systems", "international", "insurance", "witnesses", "masking"),
        *("needed", "bedding", "executive", "controlled", "rating", "classes", "usefulness"),
        *("operational", "generous", "activities", "responsibly", "agreement", "hopeful", "yes"),
    ],
)
def test_every_beginning_of_a_word_finds_it(word: str) -> None:
    said = [f"well {word} then"]
    for length in range(1, len(word) + 1):
        assert matching(said, parse(f"{word[:length]}*").expression), word[:length]
        assert matching(said, parse(f'"well {word[:length]}*"').expression), word[:length]


@given(st.text(alphabet="abehilnosty", min_size=1, max_size=9))
def test_any_beginning_finds_what_it_begins(beginning: str) -> None:
    for word in (f"{beginning}ght", f"{beginning}k", f"{beginning}ouch"):
        assert finds(f"{beginning}*", word)


@given(st.text(alphabet="abehilnosty", min_size=1, max_size=9))
def test_what_completes_a_prefix_is_the_rest_of_one_phrase(beginning: str) -> None:
    for rest in completions(beginning):
        assert rest.rstrip("*").endswith('"')
        assert rest.count('"') == 1
