"""Queries to FTS5 expressions, and to hits at the second where the words are said."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import NotFound, UsageError
from pipeline.library import Filters, Library
from pipeline.search import search
from pipeline.transcript import Turn
from tests.libraries import fill, recording
from tests.values import turn, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HARBOR, CANYON = "aa" * 32, "bb" * 32
SAID = (
    turn("How do you like the monthly report?", "Anna", 0.0),
    turn("Honestly, the price is too high for us.", "Ben", 10.0),
    turn("Too expensive?", "Anna", 20.0),
    turn("Yes. We pay Acme too much, the prices went up.", "Ben", 30.0),
    turn("Der Preis für Zürich: 1.200 Euro!", "Ben", 40.0),
    Turn.of("Ben", words("这个 价格 太 高 了", 50.0, spaced=False)),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Two calls; what is said is above, and a little of it again in the other."""
    with Library(tmp_path_factory.mktemp("library"), create=True) as made:
        fill(made, recording(HARBOR, title="Harbor", project="Acme"), *SAID)
        fill(
            made,
            recording(CANYON, title="Canyon", recorded_at="2026-10-01T09:00:00"),
            turn("The bikes are expensive, is what customers say.", "Frank", 5.0),
        )
        yield made


def found(library: Library, query: str) -> set[float]:
    """Return the seconds at which the turns begin in which a query has hits."""
    return {hit.turn.start for hit in search(library, query)}


# Queries


def nested(depth: int) -> str:
    return "".join(f"(a{n} OR (b{n} AND " for n in range(depth // 2)) + "c"


def test_brackets_may_be_nested_as_deep_as_is_said(library: Library) -> None:
    assert search(library, nested(12)) == []


@pytest.mark.parametrize("joint", [" ", " OR ", " NOT ", ") "])
def test_a_long_query_is_a_query(library: Library, joint: str) -> None:
    assert search(library, joint.join(["zebra", *(f"word{n}" for n in range(2000))])) == []


SIGNS = st.sampled_from(
    ["AND", "OR", "NOT", "NEAR", "(", ")", '"', "*", "-", "^", ":", "{", "}", "+", ",", "\0", "'"]
)
SAYINGS = st.sampled_from(["price", "too", "Zürich", "价格", "☕", "expensi*"])
TYPED = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.one_of(SIGNS, st.sampled_from(["price", "too", "Zürich", "价格", "☕"])), max_size=25
    ).map(" ".join),
    st.lists(SIGNS, max_size=30).map("".join),
)


@settings(max_examples=600, deadline=None)
@given(TYPED)
def test_whatever_is_typed_is_a_search_or_a_sentence(library: Library, query: str) -> None:
    with contextlib.suppress(UsageError):
        for hit in search(library, query):
            assert hit.matches


# Hits


@pytest.mark.parametrize(
    ("query", "starts"),
    [
        pytest.param("price", {10, 30}, id="a word, in any form"),
        pytest.param("PRICES", {10, 30}, id="in any case"),
        pytest.param("zurich", {40}, id="with or without its dots"),
        pytest.param("fur", {40}, id="an umlaut typed without"),
        pytest.param("high price", {10}, id="two words, in any order"),
        pytest.param('"price is too"', {10}, id="a phrase"),
        pytest.param('"is price"', set(), id="a phrase is in order"),
        pytest.param("price OR expensive", {5, 10, 20, 30}, id="or"),
        pytest.param("price NOT acme", {10}, id="not"),
        pytest.param("too NOT (acme OR high)", {20}, id="brackets"),
        pytest.param("mon*", {0}, id="a prefix"),
        pytest.param("expensi*", {5, 20}, id="a prefix that ends within an ending"),
        pytest.param("hones*", {10}, id="another"),
        pytest.param("honestl*", {10}, id="and another"),
        pytest.param('"too exp"*', {20}, id="a phrase that ends in a prefix"),
        pytest.param("1.200", {40}, id="a number"),
        pytest.param("customer", {5}, id="the singular"),
        pytest.param("这个价格太高了", {50}, id="Chinese as it is written"),
        pytest.param("zebra", set(), id="what nobody says"),
        pytest.param("zebra OR ☕", set(), id="nor draws"),
    ],
)
def test_a_query_finds_the_turns_that_it_means(
    library: Library, query: str, starts: set[float]
) -> None:
    assert found(library, query) == starts


@pytest.mark.parametrize(
    "word",
    [
        "negotiation",
        "expensive",
        "payment",
        "pricing",
        "universities",
        "communication",
        "shipped",
        "availability",
        "generally",
        "analysis",
        "employee",
        "companies",
        "happiness",
        "buyer",
        "systems",
    ],
)
def test_every_beginning_of_a_word_finds_it(tmp_path: Path, word: str) -> None:
    with Library(tmp_path, create=True) as library:
        fill(library, recording(), turn(f"well {word} then"))
        for length in range(3, len(word) + 1):
            (hit,) = search(library, f"{word[:length]}*")
            assert hit.snippet == f"well **{word}** then"


def test_a_phrase_is_not_made_up_of_two_turns(library: Library) -> None:
    assert found(library, '"for us"') == {10}
    assert found(library, '"for us too expensive"') == set()
    assert found(library, '"us too"') == set()


def test_a_hit_lies_where_the_matched_words_are_said(library: Library) -> None:
    (hit,) = search(library, '"too high"')
    assert (hit.recording.id, hit.position) == (HARBOR, 1)
    assert (hit.start, hit.end) == pytest.approx((11.2, 11.8))
    assert hit.turn == SAID[1]
    (mention,) = hit.matches
    assert hit.turn.text[mention.start_char : mention.end_char] == "too high"


def test_a_hit_reaches_from_its_first_match_to_its_last(library: Library) -> None:
    (hit,) = search(library, "high price")
    assert [SAID[1].text[m.start_char : m.end_char] for m in hit.matches] == ["price", "high"]
    assert (hit.start, hit.end) == pytest.approx((10.6, 11.8))
    assert [mention.turn for mention in hit.matches] == [1, 1]


def test_a_match_within_a_word_takes_the_words_time(library: Library) -> None:
    (hit,) = search(library, "expensive NOT bikes")
    assert (hit.start, hit.end) == pytest.approx((20.3, 20.6))


def test_each_hit_starts_where_a_matched_word_starts(library: Library) -> None:
    for query in ("price", "too OR expensive", "acme much", "the"):
        for hit in search(library, query):
            assert hit.start in {mention.start for mention in hit.matches}
            assert hit.start in {word.start for word in hit.turn.words}


LONG_SAID = (
    "The planner is too slow and the prices were not clear to any of us at the beginning of May, "
    "but mostly it is too expensive, and so is the other one, and one more price is too much."
)


@pytest.mark.parametrize(
    ("query", "passage"),
    [
        pytest.param("too exp*", "too expensive,", id="a word said before by itself"),
        pytest.param("expensive too", "too expensive,", id="in any order"),
        pytest.param("too expensive", "too expensive,", id="as a phrase"),
        pytest.param('"too expensive"', "too expensive,", id="as a quoted phrase"),
        pytest.param("price AND too", "price is too", id="one word in two forms"),
        pytest.param("pric* AND too", "price is too", id="one beginning of two words"),
        pytest.param("price", "prices", id="the first of equals"),
        pytest.param("too OR zebra", "too", id="of what is there"),
        pytest.param("slow AND clear", "slow and the prices were not clear", id="said once each"),
    ],
)
def test_a_hit_is_where_the_matches_stand_closest(tmp_path: Path, query: str, passage: str) -> None:
    said = turn(LONG_SAID, "Ben", 10.0)
    with Library(tmp_path, create=True) as library:
        fill(library, recording(), said)
        (hit,) = search(library, query)
        kept = library.hit(1)[1:]
    heard = [word for word in said.words if hit.start <= word.start and word.end <= hit.end]
    assert " ".join(word.text for word in heard) == passage
    assert kept == pytest.approx((hit.start, hit.end))
    assert all(word in hit.snippet.replace("**", "") for word in passage.split())


def test_matches_outside_the_passage_are_kept(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as library:
        fill(library, recording(), turn(LONG_SAID))
        (hit,) = search(library, "too exp*")
    said = [LONG_SAID[each.start_char : each.end_char] for each in hit.matches]
    assert said == ["too", "too", "expensive", "too"]
    assert "mostly it is **too** **expensive**, and" in hit.snippet


# Words that are a phrase


@pytest.fixture(scope="module")
def prices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One call in which two words are said together once, and apart, often."""
    with Library(tmp_path_factory.mktemp("prices"), create=True) as made:
        apart = [turn("Expensive? Too true, too expensive!", start=n) for n in range(2)]
        apart += [turn("Expensive, too.", start=5.0 + n) for n in range(4)]
        long = turn("So all in all, and I have slept over it, it is too expensive now.", start=20.0)
        fill(made, recording(), *apart, long, turn("Expensive."))
        yield made


def test_turns_with_the_phrase_come_first_then_those_with_all_words(prices: Library) -> None:
    starts = [hit.turn.start for hit in search(prices, "too expensive")]
    assert set(starts[:3]) == {0, 1, 20}
    assert set(starts[3:]) == {5, 6, 7, 8}
    assert len(starts) == 7


def test_a_phrase_without_its_quotes_counts_towards_the_limit(prices: Library) -> None:
    hits = search(prices, "too expensive", limit=5)
    assert [hit.number for hit in hits] == [1, 2, 3, 4, 5]
    assert all("too expensive" in hit.turn.text for hit in hits[:3])
    assert len(search(prices, "too expensive", limit=2)) == 2


def test_a_quoted_phrase_is_that_phrase_alone(prices: Library) -> None:
    for query in ('"too expensive"', "“too expensive”", "«too expensive»"):
        assert {hit.turn.start for hit in search(prices, query)} == {0, 1, 20}


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (Filters(), {"Harbor", "Canyon"}),
        (Filters(speaker="frank"), {"Canyon"}),
        (Filters(speaker="Anna"), {"Harbor"}),
        (Filters(project="ACME"), {"Harbor"}),
        (Filters(since="2026-09-15"), {"Canyon"}),
        (Filters(until="2026-09-15"), {"Harbor"}),
        (Filters(recording=CANYON), {"Canyon"}),
    ],
)
def test_filters_hold(library: Library, filters: Filters, titles: set[str]) -> None:
    hits = search(library, "expensive", filters)
    assert {hit.recording.title for hit in hits} == titles


def test_the_best_hits_come_first_and_are_numbered(library: Library) -> None:
    hits = search(library, "price OR expensive OR too")
    assert [hit.number for hit in hits] == list(range(1, len(hits) + 1))
    assert hits[0].turn.text == "Too expensive?"


def test_no_more_hits_than_are_asked_for(library: Library) -> None:
    assert len(search(library, "too", limit=2)) == 2


def test_the_numbers_of_hits_are_kept_for_playing(library: Library) -> None:
    hits = search(library, "too")
    for hit in hits:
        kept, start, end = library.hit(hit.number)
        assert (kept, start, end) == (hit.recording, round(hit.start, 3), round(hit.end, 3))
    with pytest.raises(NotFound):
        library.hit(len(hits) + 1)


def test_a_search_that_finds_nothing_leaves_nothing_to_play(library: Library) -> None:
    search(library, "too")
    search(library, "zebra")
    with pytest.raises(NotFound, match="listed no hit 1"):
        library.hit(1)


def test_a_query_that_is_refused_leaves_the_last_hits(library: Library) -> None:
    search(library, "too")
    with pytest.raises(UsageError):
        search(library, "?")
    assert library.hit(1)[0].id in {HARBOR, CANYON}


def test_a_search_in_a_large_library_takes_little_time(tmp_path: Path) -> None:
    with Library(tmp_path, create=True) as library:
        for number in range(20):
            turns = [turn(f"so the price is {n} dollars", "Ben", 3.0 * n) for n in range(200)]
            fill(library, recording(f"{number}", title=f"{number}"), *turns)
        begun = time.perf_counter()
        assert len(search(library, "pric*")) == 20
        assert time.perf_counter() - begun < 2
