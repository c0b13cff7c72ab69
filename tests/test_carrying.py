"""Where something in a text stands after some of the text was typed anew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.carrying import Carried

TEXTS = st.text("ab ", max_size=12)


@pytest.mark.parametrize(
    ("before", "after", "place", "exact", "about"),
    [
        ("Acme is dear", "Acme was dear", "Acme", "Acme", "Acme"),
        ("Acme is dear", "Acme was dear", "dear", "dear", "dear"),
        ("Acme is dear", "Acme was dear", "is", None, "was"),
        ("Acme is dear", "Acme was dear", "Acme is dear", None, "Acme was dear"),
        ("Acme is dear", "is dear", "Acme", None, None),
        ("is it dear?", "is it too dear?", "is it dear?", None, "is it too dear?"),
        ("is dear", "is dear", "is dear", "is dear", "is dear"),
        ("dear", "", "dear", None, None),
        ("so we pay Acme now", "we pay Acme too", "Acme", "Acme", "Acme"),
        ("so we pay Acme now", "we pay Acme too", "so we pay Acme now", None, "we pay Acme too"),
        ("so we pay Acme now", "we pay Acme too", "so", None, None),
        ("we pay acne now", "we pay Acme Corp now", "acne", None, "Acme Corp"),
    ],
)
def test_what_is_as_it_was_is_found_and_what_is_not_is_told(
    before: str, after: str, place: str, exact: str | None, about: str | None
) -> None:
    start = before.index(place)
    carried, span = Carried.of(before, after), (start, start + len(place))
    assert said(after, carried.exact(*span)) == exact
    assert said(after, carried.about(*span)) == about


def said(text: str, place: tuple[int, int] | None) -> str | None:
    return None if place is None else text[slice(*place)]


@given(TEXTS, TEXTS, st.integers(0, 12), st.integers(1, 12))
def test_an_exact_place_has_the_same_letters_and_any_lies_in_the_text(
    before: str, after: str, start: int, length: int
) -> None:
    end = min(len(before), start + length)
    if start >= end:
        return
    carried = Carried.of(before, after)
    exact, about = carried.exact(start, end), carried.about(start, end)
    if exact is not None:
        assert after[slice(*exact)] == before[start:end]
        assert about is None or after[slice(*about)] == before[start:end].strip()
    if about is not None:
        assert 0 <= about[0] < about[1] <= len(after)
