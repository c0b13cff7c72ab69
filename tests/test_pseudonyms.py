"""A project's list: what is proposed for names, what is decided, and what is no name at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.pseudonyms import (
    Candidate,
    Kind,
    Pseudonym,
    Said,
    accepted,
    candidates,
    is_nobody,
    kind_told,
    lettered,
    names_in_title,
    next_free,
    parts_of,
    renamed,
)

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
    assert next_free(Kind.PERSON, decided) == "P03"


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
    assert accepted(found) == (Pseudonym("Bo", Kind.PERSON, "P01"),)


def test_what_was_listed_and_is_found_no_more_is_still_listed() -> None:
    (only,) = candidates((), [Pseudonym("Ann", Kind.PERSON, "P01", added=True)], unlike)
    assert (only.mentions, only.recording, only.added) == (0, "", True)


def test_who_is_called_as_a_person_is_one_whatever_the_model_took_the_name_for() -> None:
    place = Candidate("Imogen", Kind.PLACE, "Place 1", None, 1, CALL, 0.0)
    assert renamed(place, "P05").kind is Kind.PERSON
    assert renamed(place, "the florist").kind is Kind.PLACE
    assert kind_told("Company B") is Kind.COMPANY


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("2026-03-10_Daniel-Okafor_call2", ["Daniel-Okafor"]),
        ("interviewDanielOkafor", ["Daniel", "Okafor"]),
        ("i01_stereo", []),
        ("Call with Acme, pricing", ["Acme"]),
        ("Zoom meeting March", []),
    ],
)
def test_titles_give_the_names_in_them(title: str, names: list[str]) -> None:
    assert list(names_in_title(title, frozenset({"pricing"}))) == names


@pytest.mark.parametrize("speaker", ["Speaker 2", "interviewer", "customer", "Channel 1", "left"])
def test_a_speaker_without_a_name_is_nobody(speaker: str) -> None:
    assert is_nobody(speaker)


def test_a_speaker_with_a_name_is_somebody() -> None:
    assert not is_nobody("Ann Lee")


def test_parts_of_a_name_are_without_titles_and_particles() -> None:
    assert parts_of("Dr. Ludwig van Beethoven") == ("ludwig", "beethoven")
    assert parts_of("Cher") == ()


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_letters_go_on_after_z(number: int, letters: str) -> None:
    assert lettered(number) == letters
