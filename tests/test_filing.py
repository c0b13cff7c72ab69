"""What recordings are filed under: names as they are typed, kept and compared, and dates."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.filing import UNKNOWN, Count, folded, moment, named, nearest, tidy, unknown

NAMES = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Acme", "ACME"),
        ("Jos\u00e9", "jose\u0301"),
        ("Zürich", "zurich"),
        ("Straße", "STRASSE"),
        (" Ann   Lee ", "ann lee"),
        ("\uff21\uff43me", "acme"),
        ("Ann\u00a0Lee", "ann lee"),
    ],
)
def test_names_mean_the_same_in_any_case_with_or_without_accents(typed: str, kept: str) -> None:
    assert folded(typed) == folded(kept)


@pytest.mark.parametrize(("one", "other"), [("acme", "acne"), ("か", "が"), ("กา", "กิ")])
def test_other_names_are_others(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.text(st.characters(codec="ascii"), max_size=20))
def test_a_plain_name_is_compared_as_one_with_an_accent_at_its_end(name: str) -> None:
    assert folded(name) == folded(f"{name}\u0301")


@given(NAMES)
def test_how_a_name_is_encoded_makes_no_difference(name: str) -> None:
    assert folded(unicodedata.normalize("NFD", name)) == folded(unicodedata.normalize("NFC", name))


@given(NAMES)
def test_a_name_that_is_kept_means_the_same_and_stays_as_it_is(name: str) -> None:
    kept = tidy(name)
    assert tidy(kept) == kept
    assert kept == " ".join(kept.split())
    assert all(each.isprintable() or each.isalnum() or ord(each) > 0x7F for each in kept)


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["pricing"], ("pricing",)),
        (["Ann Lee, Bob"], ("Ann Lee", "Bob")),
        (["pricing", "churn,Pricing"], ("pricing", "churn")),
        ([" , ,"], ()),
        (["first\n call\x1b"], ("first call",)),
        ([""], ()),
    ],
)
def test_names_are_listed_with_commas_each_once(texts: list[str], names: tuple[str, ...]) -> None:
    assert named(texts) == names


@given(st.lists(NAMES, max_size=6))
def test_no_two_names_of_a_list_mean_the_same(texts: list[str]) -> None:
    compared = [folded(each) for each in named(texts)]
    assert len(set(compared)) == len(compared)
    assert all(compared)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2026-09-01", "2026-09-01T00:00:00"),
        (" 2026-09-01 14:30 ", "2026-09-01T14:30:00"),
        ("2026-09-01T14:30:15", "2026-09-01T14:30:15"),
    ],
)
def test_a_date_is_kept_to_the_second(typed: str, kept: str) -> None:
    assert moment(typed) == kept


def test_a_date_of_another_zone_is_kept_in_the_time_of_this_one() -> None:
    assert len(moment("2026-09-01T14:30:00+02:00")) == len("2026-09-01T14:30:00")


@pytest.mark.parametrize(
    "typed", ["", "yesterday", "01.09.2026", "2026-13-01", "0001-01-01T00:00+14:00"]
)
def test_what_is_no_date_is_refused_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(UsageError, match=r"is no date. Write it as 2026-09-01"):
        moment(typed)


COUNTS = [Count("Acme", 3), Count("acme", 9), Count("Zürich", 2), Count("Beta study", 1)]


@pytest.mark.parametrize(
    ("typed", "near"),
    [("acne", ["acme"]), ("zurch", ["Zürich"]), ("study beta", ["Beta study"]), ("qqq", [])],
)
def test_names_that_are_near_are_named(typed: str, near: list[str]) -> None:
    assert nearest(typed, ["acme", "Zürich", "Beta study"])[:1] == near


def test_an_unknown_name_is_told_with_those_that_are_near_in_the_spelling_that_most_have() -> None:
    said = unknown("project", "acne", COUNTS)
    assert said == (
        "no recording is in a project called 'acne'. Did you mean acme? See all: relisten projects"
    )


def test_a_name_that_is_near_none_is_told_with_those_that_most_have() -> None:
    said = unknown("tag", "qqq", [*COUNTS, *(Count(f"t{n}", 1) for n in range(9))])
    assert said.startswith(
        "no recording has the tag 'qqq'. There are: acme, Zürich, Beta study, t0"
    )
    assert " and 7 more. See all: " in said


@pytest.mark.parametrize("kind", UNKNOWN)
def test_where_there_is_none_at_all_it_is_said(kind: str) -> None:
    assert f", and there is no {kind} in the library yet" in unknown(kind, "x", [])


def test_who_means_the_tag_of_highlights_is_told_where_they_are() -> None:
    assert unknown("tag", "x", []).endswith(
        "; tags of highlights are something else: relisten highlights"
    )
