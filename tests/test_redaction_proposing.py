"""What is proposed for names, and that it stays what it was while others are decided on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.pseudonyms import Candidate, Kind, Pseudonym, Said
from pipeline.redaction.proposing import accepted, candidates, next_free

if TYPE_CHECKING:
    from collections.abc import Sequence

CALL = "ab" * 32


def said(*names: tuple[str, str]) -> list[Said]:
    return [Said(name, label, CALL, float(n)) for n, (name, label) in enumerate(names)]


def unlike(_name: str, _known: Sequence[str]) -> str | None:
    return None


def proposed(
    names: list[Said], decided: Sequence[Pseudonym] = (), alike: object = unlike
) -> dict[str, str]:
    found = candidates(names, decided, alike)  # type: ignore[arg-type]
    return {each.name: each.proposed for each in found}


def test_each_kind_has_its_own_pseudonyms() -> None:
    names = said(("Ann", "PERSON"), ("Acme", "ORG"), ("Bath", "GPE"), ("Thing", "PRODUCT"))
    assert proposed(names) == {
        "Ann": "P01",
        "Acme": "Company A",
        "Bath": "Place 1",
        "Thing": "Product A",
    }


@pytest.mark.parametrize("label", ["MONEY", "DATE", "CARDINAL", "NORP"])
def test_what_is_no_name_is_not_proposed(label: str) -> None:
    assert proposed(said(("Twelve", label))) == {}


@pytest.mark.parametrize("name", ["van", "U", "I", "5"])
def test_what_cannot_be_a_name_is_not_proposed(name: str) -> None:
    assert proposed(said((name, "PERSON"))) == {}


def test_first_name_surname_and_full_name_are_one() -> None:
    names = said(("Priya", "GPE"), ("Priya Raman", "PERSON"), ("Raman", "PERSON"), ("Priya", "ORG"))
    (only,) = candidates(names, (), unlike)
    assert (only.name, only.proposed, only.mentions, only.kind) == (
        "Priya Raman",
        "P01",
        4,
        Kind.PERSON,
    )


def test_a_first_name_that_two_have_is_a_name_of_its_own() -> None:
    names = said(("Daniel Lee", "PERSON"), ("Daniel Okafor", "PERSON"), ("Daniel", "PERSON"))
    assert len(set(proposed(names).values())) == 3


def test_a_first_name_of_two_spellings_of_one_person_is_theirs() -> None:
    names = said(("Daniel Okafor", "PERSON"), ("Daniel Ackover", "PERSON"), ("Daniel", "PERSON"))
    decided = [
        Pseudonym("Daniel Okafor", Kind.PERSON, "P07"),
        Pseudonym("Daniel Ackover", Kind.PERSON, "P07"),
    ]
    assert set(proposed(names, decided).values()) == {"P07"}


def test_greetings_and_articles_are_no_part_of_a_name() -> None:
    assert set(proposed(said(("Bye Nora", "PERSON"), ("Hi Nora,", "PERSON")))) == {"Nora"}


def test_a_spelling_of_a_name_is_called_as_that() -> None:
    def alike(name: str, known: Sequence[str]) -> str | None:
        return next((each for each in known if each[:4] == name[:4]), None)

    found = proposed(said(("Quickcrate", "ORG"), ("Quickrate", "PRODUCT")), alike=alike)
    assert set(found.values()) == {"Company A"}


def test_a_spelling_of_a_decided_name_needs_no_decision() -> None:
    decided = [Pseudonym("Quickcrate", Kind.COMPANY, "Company Q")]
    names = said(("Quickrate", "PRODUCT"))
    found = {
        each.name: each
        for each in candidates(names, decided, lambda _, known: known[0] if known else None)
    }
    assert found["Quickrate"].decided
    assert found["Quickrate"].pseudonym == "Company Q"


def test_numbers_that_are_taken_are_passed_over() -> None:
    decided = [Pseudonym("Ann", Kind.PERSON, "P02"), Pseudonym("Bo", Kind.PERSON, "p01")]
    assert proposed(said(("Cy", "PERSON")), decided)["Cy"] == "P03"
    assert next_free(Kind.PERSON, {"p01", "p02"}) == "P03"


def test_a_name_that_stays_is_decided_and_has_no_pseudonym() -> None:
    (only,) = candidates(said(("Google", "ORG")), [Pseudonym("google", Kind.COMPANY, "")], unlike)
    assert only.decided
    assert (only.pseudonym, only.proposed) == ("", "")


def test_what_is_undecided_comes_first_and_accepting_decides_only_that() -> None:
    decided = [Pseudonym("Ann", Kind.PERSON, "P09")]
    found = candidates(
        said(("Ann", "PERSON"), ("Ann", "PERSON"), ("Bo", "PERSON")), decided, unlike
    )
    assert [each.name for each in found] == ["Bo", "Ann"]
    assert accepted(found) == (Pseudonym("Bo", Kind.PERSON, "P02"),)


def test_what_was_listed_and_is_found_no_more_is_still_listed() -> None:
    (only,) = candidates((), [Pseudonym("Ann", Kind.PERSON, "P01", added=True)], unlike)
    assert (only.mentions, only.recording, only.added) == (0, "", True)


# While a person decides

MET = ("Renee", "Rene", "Nora Whitfield", "Tessa", "Marcus Delaney", "Marcus", "Quickcrate", "Bath")
LABELS = ("PERSON", "PERSON", "PERSON", "PERSON", "ORG", "PERSON", "PRODUCT", "GPE")
NAMES = said(*zip(MET, LABELS, strict=True))


def by_name(decided: Sequence[Pseudonym]) -> dict[str, Candidate]:
    return {each.name: each for each in candidates(NAMES, decided, unlike)}


@given(
    st.lists(
        st.tuples(st.sampled_from(MET), st.sampled_from(["", "P40", "Company X", "someone"])),
        unique_by=lambda each: each[0],
    )
)
@settings(max_examples=60)
def test_what_is_decided_changes_no_other_proposal(decided: list[tuple[str, str]]) -> None:
    before = by_name(())
    after = by_name([Pseudonym(name, Kind.PERSON, called) for name, called in decided])
    for name, each in after.items():
        if not each.decided:
            assert each.proposed == before[name].proposed


@given(
    st.lists(
        st.tuples(st.sampled_from(MET), st.sampled_from(["P01", "P02", "P03", "P07", "Company A"])),
        unique_by=lambda each: each[0],
    )
)
@settings(max_examples=60)
def test_nobody_is_proposed_what_somebody_else_has(decided: list[tuple[str, str]]) -> None:
    found = by_name([Pseudonym(name, Kind.PERSON, called) for name, called in decided])
    called = {each.pseudonym for each in found.values() if each.decided}
    free = [each.proposed for each in found.values() if not each.decided]
    assert not called & set(free)
    assert len(set(free)) == len(free)


def test_accepted_is_as_it_was_shown() -> None:
    shown = by_name(())
    after = by_name(accepted(tuple(shown.values())))
    assert {name: each.pseudonym for name, each in after.items()} == {
        name: each.proposed for name, each in shown.items()
    }


def test_who_comes_new_takes_no_number_of_who_was_there() -> None:
    known = accepted(candidates(NAMES, (), unlike))
    earlier = [*said(("Zoe", "PERSON"), ("Ada", "PERSON")), *NAMES]  # dated before all others
    found = {each.name: each for each in candidates(earlier, known, unlike)}
    assert {found["Zoe"].proposed, found["Ada"].proposed}.isdisjoint(
        each.pseudonym for each in known
    )
    assert found["Zoe"].proposed != found["Ada"].proposed


def test_a_hole_that_another_name_left_is_not_closed() -> None:
    found = by_name([Pseudonym("Renee", Kind.PERSON, ""), Pseudonym("Tessa", Kind.PERSON, "P09")])
    assert [found[name].proposed for name in ("Rene", "Nora Whitfield", "Marcus")] == [
        "P02",
        "P03",
        "P05",
    ]
