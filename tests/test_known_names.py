"""Names that are known beforehand, in the spellings in which they stand in a call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Spelling
from pipeline.entities.known import KnownName, listed_as, people, read_term, spellings


@pytest.mark.parametrize(
    ("term", "known"),
    [
        ("Quickcrate", KnownName("Quickcrate")),
        ("Quickcrate [org]", KnownName("Quickcrate", "ORG")),
        ("Fernhop Reach[PRODUCT]", KnownName("Fernhop Reach", "PRODUCT")),
        ("[ORG]", KnownName("[ORG]")),
        ("C [sharp] major", KnownName("C [sharp] major")),
    ],
)
def test_a_line_of_a_list_may_say_what_a_name_is(term: str, known: KnownName) -> None:
    assert read_term(term) == known


@pytest.mark.parametrize(
    "text",
    [
        "We use Quickcrate.",
        "we use quickcrate now",
        "Quick Crate came",
        "a quick-crate van",
        "Quickcratte",
        "two Quickcrates",
        "Quickcrate's price",
    ],
)
def test_a_name_is_found_in_the_spellings_that_are_surely_it(text: str) -> None:
    (found,) = spellings([KnownName("Quickcrate", "ORG")], ["Hello.", text])
    assert found.label == "ORG"
    assert found.text in text


@pytest.mark.parametrize(
    "text", ["quick rate", "a crate", "Quakecrate", "unquickcrate", "quickcrater", "qu ickcrate"]
)
def test_what_is_only_like_a_name_is_not_it(text: str) -> None:
    assert spellings([KnownName("Quickcrate")], [text]) == ()


def test_a_short_name_is_found_only_as_it_is_spelt() -> None:
    known = [KnownName("Beam")]
    assert spellings(known, ["be am", "beeam", "BEAM"]) == (Spelling("BEAM"),)


def test_one_name_of_a_person_needs_its_capital_letter_but_where_there_are_none() -> None:
    ray = people(["Ray Lindqvist"])
    assert [each.name for each in ray] == ["Ray Lindqvist", "Ray"]
    assert spellings(ray, ["A ray of light."]) == ()
    assert spellings(ray, ["Hello Ray."]) == (Spelling("Ray", "PERSON"),)
    assert spellings(ray, ["hello ray"]) == (Spelling("ray", "PERSON"),)
    assert spellings(ray, ["Here is ray lindqvist."]) == (Spelling("ray lindqvist", "PERSON"),)


def test_a_spelling_of_two_names_has_the_label_that_is_known() -> None:
    known = [KnownName("Acme"), KnownName("Acme", "PRODUCT")]
    assert spellings(known, ["Acme"]) == (Spelling("Acme", "PRODUCT"),)


def test_a_spelling_goes_by_the_first_name_that_it_is_one_of() -> None:
    known = [KnownName("Fernhop"), KnownName("Fernhopp")]
    assert listed_as(known, ["Fern Hop", "Fernhopp's", "Acme"]) == {
        "Fern Hop": "Fernhop",
        "Fernhopp's": "Fernhop",
    }


@given(st.from_regex(r"[A-Za-z]{1,12}( [A-Za-z]{1,12})?", fullmatch=True))
def test_any_name_is_found_where_it_stands_alone(name: str) -> None:
    assert spellings([KnownName(name)], [f"So, {name}."]) == (Spelling(name),)
