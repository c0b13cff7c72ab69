"""When two spellings are one name, and what a person says of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.entities.names import bare, key
from pipeline.entities.naming import Naming, Namings
from pipeline.filing import folded

NAMES = st.sampled_from(["Acme", "Acme Corp", "Zeta", "Zeta Ltd", "Priya", "Priya Raman"])


@pytest.mark.parametrize(
    "text", ["Acme", "acme", "Acme's", "the Acme", "Acme Corp.", "Acme, Inc.", "ACME corporation"]
)
def test_spellings_of_a_company_are_one(text: str) -> None:
    assert key(text) == "acme"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Limited", "limited"),
        ("Acme Cloud", "acme cloud"),
        ("Mother's Day", "mother's day"),
        ("Zoë", "zoe"),
        ("The", "the"),
        ("$450", "$450"),
        ("Acme Co Ltd", "acme"),
    ],
)
def test_what_is_part_of_a_name_stays(text: str, name: str) -> None:
    assert key(text) == name


@pytest.mark.parametrize("text", ["'s", "...", "the ", ",", "'"])
def test_what_is_no_name_is_left_as_it_is(text: str) -> None:
    assert bare(text)


@given(st.text(min_size=1).filter(str.strip))
def test_a_name_is_compared_alike_however_often(text: str) -> None:
    assert key(key(text)) == key(text)


def said(*pairs: tuple[str, str]) -> Namings:
    """Return what was said of names, in order."""
    namings = Namings()
    for name, meant in pairs:
        namings = namings.with_one(name, meant)
    return namings


def test_what_is_said_of_names_is_numbered() -> None:
    namings = said(("Acme Corp", "Zeta"), ("Priya", "Priya"))
    assert namings.said == (Naming(1, "acme corp", "Zeta"), Naming(2, "priya", "Priya"))
    assert [each.alone for each in namings.said] == [False, True]


@pytest.mark.parametrize(
    ("pairs", "name", "meant"),
    [
        ((), "Acme", "Acme"),
        ((("Akme", "Acme"),), "Akme", "Acme"),
        ((("Akme", "Acme"),), "akme's", "Acme"),
        ((("Akme", "Acme"),), "Akme Cloud", "Akme Cloud"),
        ((("A", "B"), ("B", "C")), "A", "C"),
        ((("A", "B"), ("B", "A")), "A", "A"),
        ((("A", "B"), ("B", "A")), "B", "A"),
        ((("A", "B"), ("A", "A")), "A", "A"),
        ((("Acme Corp", "Acme Corp"), ("Acme", "Zeta")), "Acme Corp", "Acme Corp"),
        ((("Acme Corp", "Acme Corp"), ("Acme Corp", "Zeta")), "Acme", "Acme"),
        ((("Acme Corp", "Acme Corp"), ("Acme Corp", "Zeta")), "Acme Corp", "Zeta"),
    ],
)
def test_what_is_said_last_of_a_name_holds(
    pairs: tuple[tuple[str, str], ...], name: str, meant: str
) -> None:
    assert said(*pairs).meant(name) == meant


def test_a_name_that_is_split_off_is_compared_as_it_is_written() -> None:
    namings = said(("Acme Corp", "Acme Corp"))
    assert (namings.key("Acme Corp"), namings.key("Acme Inc")) == ("acme corp", "acme")
    assert (namings.alone("acme corp"), namings.alone("Acme")) == (True, False)


def test_splitting_tells_by_what_is_written_not_by_the_full_name() -> None:
    namings = said(("Priya", "Priya"))
    assert namings.of("Priya", "Priya Raman") == "Priya"
    assert namings.of("Priya Raman", "Priya Raman") == "Priya Raman"


@given(st.lists(st.tuples(NAMES, NAMES), max_size=6), NAMES)
def test_a_name_always_comes_to_one_that_was_said_or_to_itself(
    pairs: list[tuple[str, str]], name: str
) -> None:
    known = {folded(name)} | {folded(meant) for _, meant in pairs}
    assert folded(said(*pairs).meant(name)) in known
