"""Names, and what they are called by hand; what is no name at all."""

from __future__ import annotations

import pytest

from pipeline.pseudonyms import (
    Candidate,
    Kind,
    Said,
    is_nobody,
    kind_told,
    lettered,
    named,
    names_in_title,
    names_noted,
    parts_of,
    renamed,
)

CALL = "ab" * 32


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
        ("Call with Bo, Will and me", ["Bo", "Will"]),
        ("Jose\u0301", ["Jos\u00e9"]),
    ],
)
def test_titles_give_the_names_in_them(title: str, names: list[str]) -> None:
    small = frozenset({"pricing", "me", "will"})
    assert list(names_in_title(title, small)) == names


def test_notes_give_the_words_with_a_capital_that_nobody_says_small() -> None:
    note = "Ask Thomas about churn, I'm for it. will"
    assert list(names_noted(note, frozenset({"ask", "will"}))) == ["Thomas"]


def test_who_a_person_wrote_is_somebody_without_a_capital_too() -> None:
    assert named(Said("priya", "PERSON", CALL))
    assert not named(Said("priya", "PERSON", CALL, 1.0))


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
