"""Turns that match to hits, and snippets of them."""

from __future__ import annotations

from itertools import combinations_with_replacement, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.library import MARK_END, MARK_START, Match
from pipeline.search.hits import asking, hit_at, hit_of, marked_ranges, meant_by, tightest
from pipeline.search.snippets import opening, snippet
from pipeline.transcript import Mention, Question
from tests.libraries import recording
from tests.values import turn


@pytest.mark.parametrize(
    ("said", "wanted", "meant"),
    [
        ("Prices", ["too", "price"], "price"),
        ("prices", ["pricey", "price", "pay"], "price"),
        ("a", ["about", "a"], "a"),
        ("about", ["a", "about"], "about"),
        ("universities", ["univers", "unique"], "univers"),
        ("Zürich", ["zug", "zurich"], "zurich"),
        ("too expensive", ["too", "tooexpensive"], "tooexpensive"),
        ("else", ["too", "price"], "too"),
        ("nothing is looked for", [], ""),
    ],
)
def test_a_match_is_the_word_that_it_begins_like(said: str, wanted: list[str], meant: str) -> None:
    assert meant_by(said, wanted) == meant


@st.composite
def ranges_of_kinds(draw: st.DrawFn) -> tuple[list[tuple[int, int]], list[str]]:
    ranges, place = [], 0
    for gap, length in draw(
        st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=14)
    ):
        ranges.append((place + gap, place + gap + length))
        place += gap + length
    kinds = st.lists(st.sampled_from("abcd"), min_size=len(ranges), max_size=len(ranges))
    return ranges, draw(kinds)


@given(ranges_of_kinds())
def test_the_tightest_run_has_every_kind_and_no_shorter_one_has(
    case: tuple[list[tuple[int, int]], list[str]],
) -> None:
    ranges, kinds = case
    first, last = tightest(ranges, kinds)
    assert set(kinds[first : last + 1]) == set(kinds)
    length = ranges[last][0] - ranges[first][0]
    for left, right in combinations_with_replacement(range(len(ranges)), 2):
        if set(kinds[left : right + 1]) == set(kinds):
            assert length <= ranges[right][0] - ranges[left][0]


# Marks and snippets


@pytest.mark.parametrize(
    ("marked", "ranges"),
    [
        ("nothing here", []),
        ("[too] high", [(0, 3)]),
        ("is [too] [high]", [(3, 6), (7, 11)]),
        ("[all of it]", [(0, 9)]),
        ("[价格]太高", [(0, 2)]),
    ],
)
def test_marks_become_ranges_of_the_text_without_them(
    marked: str, ranges: list[tuple[int, int]]
) -> None:
    with_marks = marked.replace("[", MARK_START).replace("]", MARK_END)
    assert marked_ranges(with_marks) == ranges


LONG = "one two three four five six seven eight nine ten"


@pytest.mark.parametrize(
    ("ranges", "context", "shown"),
    [
        pytest.param([(0, 3)], 60, f"**one**{LONG[3:]}", id="all of a short text"),
        pytest.param([(14, 18)], 8, "... three **four** five ...", id="cut at both ends"),
        pytest.param([(14, 18)], 5, "... **four** five ...", id="cut between words"),
        pytest.param([(14, 18)], 2, "... **four** ...", id="no room for a word"),
        pytest.param([(14, 18)], 0, "... **four** ...", id="no room at all"),
        pytest.param([(45, 48)], 9, "... nine **ten**", id="at the end"),
        pytest.param([(0, 3)], 9, "**one** two ...", id="at the beginning"),
        pytest.param(
            [(14, 18), (19, 23)],
            10,
            "... two three **four** **five** six ...",
            id="two, both in sight",
        ),
        pytest.param([(0, 3), (45, 48)], 9, "**one** two ...", id="two, one out of sight"),
        pytest.param([(4, 13)], 5, "one **two three** four ...", id="a phrase"),
    ],
)
def test_a_snippet_shows_the_first_match_with_what_stands_around_it(
    ranges: list[tuple[int, int]], context: int, shown: str
) -> None:
    assert snippet(LONG, ranges, context=context) == shown


def test_a_snippet_stands_around_the_range_that_is_chosen() -> None:
    ranges = [(0, 3), (8, 13), (14, 18)]
    assert snippet(LONG, ranges, 2, 8) == "... **three** **four** five ..."
    assert snippet(LONG, ranges, 2, 4) == "... **four** ..."


def test_a_snippet_of_a_text_without_spaces_is_cut_at_the_match() -> None:
    text = "这个价格太高了" * 20
    assert snippet(text, [(72, 74)], context=10) == "... **价格** ..."


@st.composite
def texts_with_ranges(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    said = draw(
        st.lists(st.sampled_from(["so", "we", "expensive", "a", "价格"]), min_size=1, max_size=60)
    )
    text = " ".join(said)
    starts = [0]
    for each in said:
        starts.append(starts[-1] + len(each) + 1)
    chosen = draw(st.sets(st.integers(0, len(said) - 1), min_size=1, max_size=5))
    return text, [(starts[n], starts[n] + len(said[n])) for n in sorted(chosen)]


@given(texts_with_ranges(), st.integers(0, 80))
def test_a_snippet_is_a_piece_of_the_text_with_its_first_match_marked(
    case: tuple[str, list[tuple[int, int]]], context: int
) -> None:
    text, ranges = case
    shown = snippet(text, ranges, context=context)
    plain = shown.removeprefix("... ").removesuffix(" ...").replace("**", "")
    assert plain in text
    first = text[slice(*ranges[0])]
    assert shown.split("**")[1] == first
    assert len(plain) <= len(first) + 2 * context
    assert all(piece in text.split() for piece in plain.split())


@given(st.lists(st.tuples(st.booleans(), st.text("abc ", min_size=1, max_size=4)), max_size=9))
def test_the_ranges_of_marks_cut_out_what_is_marked(pieces: list[tuple[bool, str]]) -> None:
    text = "".join(piece for _, piece in pieces)
    marked = "".join(MARK_START + each + MARK_END if on else each for on, each in pieces)
    ranges = marked_ranges(marked)
    assert [text[start:end] for start, end in ranges] == [each for on, each in pieces if on]
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))


# Hits


def match(marked: str, position: int = 3) -> Match:
    """Return a turn that matches, its matches between square brackets."""
    plain = marked.replace("[", "").replace("]", "")
    with_marks = marked.replace("[", MARK_START).replace("]", MARK_END)
    return Match(recording(), position, turn(plain, "Ben", 10.0), with_marks)


def asked(start: int, end: int) -> Question:
    """Return a question that stands at some characters."""
    return Question(Mention(10.0, 11.0, 3, start, end), open=True)


def test_the_forms_of_one_thing_are_one_kind() -> None:
    said = match("It was [$450] then, [450] before that, and too [high] for us at [450].")
    hit = hit_of(said, [("450", "fourhundredandfifty"), ("high",)])
    assert hit.matches[-2].start == hit.start
    assert (hit.position, len(hit.matches)) == (3, 4)


def test_a_turn_without_marks_is_a_hit_as_a_whole() -> None:
    hit = hit_of(match("It is too high."), [])
    assert (hit.start, hit.end, hit.matches) == (10.0, hit.turn.end, ())
    assert hit.snippet == "It is too high."


def test_what_is_only_like_in_meaning_claims_no_match() -> None:
    said = match("It is fine. We could not justify the cost. Really.")
    place = Mention(10.9, 13.0, 3, 12, 42)
    hit = hit_at(said, (place,), likeness=0.61)
    assert (hit.start, hit.end, hit.matches, hit.likeness) == (10.9, 13.0, (), 0.61)
    assert hit.snippet == "... We could not justify the cost. ..."


def test_what_is_known_to_be_said_is_marked() -> None:
    hit = hit_at(match("We met Acme there."), (Mention(10.6, 10.9, 3, 7, 11),))
    assert hit.snippet == "We met **Acme** there."
    assert (hit.start, hit.likeness) == (10.6, None)


@pytest.mark.parametrize(
    ("marked", "strict", "start"),
    [
        pytest.param("Is the [price] fair? What of parts?", True, 0, id="in the first"),
        pytest.param("Is the cost fair?! What of [parts]?", True, 19, id="in the second"),
        pytest.param("Is the [price] fair? What of [parts]?", True, None, id="not all in one"),
        pytest.param("Is the [price] fair? What of [parts]?", False, 0, id="one of them will do"),
        pytest.param("Is it fair? Well then. And all [of] it.", True, None, id="in neither"),
        pytest.param("Is the price fair? What of parts?", True, 0, id="nothing is looked for"),
    ],
)
def test_a_question_is_one_in_which_the_words_are(
    marked: str, strict: bool, start: int | None
) -> None:
    found = asking(match(marked).marked, (asked(0, 18), asked(19, 30)), strict=strict)
    assert (found.mention.start_char if found else None) == start


@pytest.mark.parametrize(
    ("ranges", "longest", "shown"),
    [
        ([], 60, LONG),
        ([], 9, "one two ..."),
        ([], 2, "on ..."),
        ([(14, 23)], 60, "... four five ..."),
        ([(14, 23)], 6, "... four ..."),
        ([(40, 48)], 60, "... nine ten"),
    ],
)
def test_a_text_without_matches_shows_how_it_begins(
    ranges: list[tuple[int, int]], longest: int, shown: str
) -> None:
    assert opening(LONG, ranges, longest) == shown


@given(st.text("ab ", max_size=50), st.integers(1, 60))
def test_an_opening_is_no_longer_than_it_may_be(text: str, longest: int) -> None:
    assert len(opening(text, longest=longest).removesuffix(" ...")) <= longest
