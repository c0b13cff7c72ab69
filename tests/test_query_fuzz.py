"""Whatever is typed is a query that the library's index takes, or one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.printable import printable
from pipeline.query import Query, parse
from pipeline.query.fields import FIELDS
from tests.indexes import having, index, matching

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

SAID = (
    "So the price is $450 a month, is it? Too expensive, at 3 p.m. on June 9th, by twenty percent.",
    "Der Preis für Zürich: 1.200 Euro! 价格太高了",
    "",
)
SIGNS = [
    *"()\"*-^:{}+,.\0'/&|$%€£“”„«»（：\n\t\udc80",
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "NEAR/3",
    "NEAR(",
]
SIGNS += [" ", "  ", '""', "**", "--", "not", "or", "NEAR/", ", 5)", "\u200f", "\u0301", "️"]
WORDS = [
    "price",
    "too",
    "Zürich",
    "价格",
    "☕",
    "ｗide",
    "don't",
    "a",
    "x" * 300,
    "e-mail",
    "text:",
]
NUMBERS = ["$450", "four", "hundred", "and", "fifty", "dollars", "20%", "per", "cent", "3", "p.m."]
NUMBERS += ["7:30", "half", "past", "o'clock", "million", "twenty-five", "June", "9th", "of", "1,8"]
NUMBERS += ["1.8k", "the", "oh", "point", "USD", "quarter", "to", "²", "½", "٣", "１２", "1e9"]
FIELD = st.builds(
    "{}{}:{}".format,
    st.sampled_from(["", "-", "NOT ", "("]),
    st.sampled_from([*FIELDS, "since", "until", "speker", "from", "价", "x"]),
    st.sampled_from(
        ["Ann", '"Ann Lee"', '"Ann', "2026-09", "0", "2026-02-30", "question", "", "a,b", "("]
    ),
)
STARRED = st.sampled_from(["expensi*", '"too exp"*', "*", "p*e", "价*", "$4*", "s*", "pays*", "e*"])
PIECE = st.one_of(
    st.sampled_from(SIGNS), st.sampled_from(WORDS), st.sampled_from(NUMBERS), FIELD, STARRED
)
TYPED = st.one_of(
    st.lists(PIECE, max_size=10).map(" ".join),
    st.lists(PIECE, max_size=10).map("".join),
    st.lists(st.sampled_from(NUMBERS), max_size=8).map(" ".join),
    st.text(max_size=40),
)


@pytest.fixture(scope="module")
def said() -> Iterator[sqlite3.Connection]:
    made = index(SAID)
    yield made
    made.close()


def read(text: str) -> Query | None:
    """Return what is typed as a query; None where it is refused, in one sentence that shows."""
    try:
        return parse(text)
    except UsageError as error:
        refusal = str(error)
    assert printable(refusal) == refusal
    assert len(refusal) < 400
    return None


@settings(
    max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(text=TYPED)
def test_whatever_is_typed_is_a_query_or_a_sentence(said: sqlite3.Connection, text: str) -> None:
    if query := read(text):
        for expression in filter(None, (query.expression, query.phrase)):
            having(said, expression)
        assert query.expression or query.fields
        for line in (query.understood, *query.notes):
            assert printable(line) == line
        assert [each for kind in query.kinds for each in kind if each not in query.wanted] == []


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*WORDS[:6], *NUMBERS]), min_size=1, max_size=6))
def test_words_that_are_said_together_are_found(words: list[str]) -> None:
    text = " ".join(words)
    query = read(text)
    assert query is None or not query.expression or matching([text], query.expression)
