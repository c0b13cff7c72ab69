"""Where listed names stand: in full, in part, in file names; and where words are only words."""

from __future__ import annotations

import pytest

from pipeline.pseudonyms import Kind, Pseudonym
from pipeline.redaction.finding import (
    Found,
    Names,
    apart,
    forms_of,
    hidden,
    ordinary_words,
    written_anew,
)

LISTED = (
    Pseudonym("Priya Raman", Kind.PERSON, "P07"),
    Pseudonym("Will Grace", Kind.PERSON, "P08"),
    Pseudonym("Acme Corp.", Kind.COMPANY, "Company A"),
    Pseudonym("Quickcrate", Kind.COMPANY, "Company B"),
    Pseudonym("Home Depot", Kind.COMPANY, ""),
    Pseudonym("Ren\u00e9e", Kind.PERSON, "P09"),
    Pseudonym("\u7530\u4e2d", Kind.PERSON, "P10"),
    Pseudonym("Sean O'Brien", Kind.PERSON, "P12"),
    Pseudonym("Stra\u00dfe AG", Kind.COMPANY, "Company C"),
    Pseudonym("Jos\u00e9 M\u00fcller-L\u00f3pez", Kind.PERSON, "P11"),
)
NAMES = Names(forms_of(LISTED))


def shown(text: str, **how: object) -> str:
    return written_anew(text, hidden(NAMES.within(text, **how), text))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Priya Raman said so.", "P07 said so."),
        ("It was Priya, or priya raman.", "It was P07, or P07."),
        ("Raman's table, the Ramans' table", "P07's table, the P07' table"),
        ("Acme pays; ACME CORP pays.", "Company A pays; Company A pays."),
        ("Quick crate, Quick-crate and quickcrate", "Company B, Company B and Company B"),
        ("Home Depot is near.", "Home Depot is near."),
        ("Rene\u0301e? Renee!", "P09? P09!"),
        ("\u7530\u4e2d\u3055\u3093", "P10\u3055\u3093"),
        ("A Ramanesque acmeist", "A Ramanesque acmeist"),
        ("R-A-M-A-N, so r. a. m. a. n.", "P07, so P07."),
        ("ask P. Raman or P Raman, not Q. Raman", "ask P07 or P07, not Q. P07"),
        ("Jose\u0301 Mu\u0308ller-Lopez, M\u00fcller, Lopez", "P11, P11, P11"),
        ("U S A, a b c, \u00df-\u00df-R-a-m-a-n", "U S A, a b c, \u00df-\u00df-P07"),
    ],
)
def test_names_are_replaced_and_other_words_stay(text: str, without: str) -> None:
    assert shown(text) == without


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("I will say grace.", "I will say grace."),
        ("Will you come?", "Will you come?"),
        ("I asked Will. Grace came.", "I asked P08. P08 came."),
        ("I asked Will Grace.", "I asked P08."),
        ("i asked grace", "i asked P08"),
        ("Will Grace came.", "P08 came."),
    ],
)
def test_a_name_that_is_a_word_is_one_where_it_is_written_so(text: str, without: str) -> None:
    assert shown(text) == without


def test_what_an_entity_says_is_a_name_is_one() -> None:
    assert shown("Will you, Ann?", named=[range(4)]) == "P08 you, Ann?"


def test_a_word_of_the_call_that_is_mostly_no_name_stays_small() -> None:
    lunch = Names(forms_of([Pseudonym("Lunch", Kind.PERSON, "P01")]))
    found = lunch.within("Lunch? A lunch, Lunch.", ordinary={"lunch"})
    assert [each.start for each in found] == [16]


def test_a_word_that_is_found_as_a_name_more_often_is_one_however_it_is_written() -> None:
    said = ["We use fernhop.", "Lunch? A lunch."]
    assert ordinary_words(said, {}) >= {"fernhop", "lunch"}
    assert "fernhop" not in ordinary_words(said, {"fernhop": 2, "lunch": 1})
    assert "lunch" in ordinary_words(said, {"fernhop": 2, "lunch": 1})


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("2026-03_Priya-Raman_call2.m4a", "2026-03_P07_call2.m4a"),
        ("callPriyaRaman.wav", "callP07.wav"),
        ("will_acme.mp3", "P08_Company A.mp3"),
        ("ramanesque.wav", "ramanesque.wav"),
        ("PRaman.wav", "PP07.wav"),
        ("sean_obrien.wav, O\u2019Brien", "P12.wav, P12"),
        ("mueller-lopez, MUELLER", "P11, P11"),
        ("strasse", "Company C"),
    ],
)
def test_file_names_are_read_between_their_marks(name: str, without: str) -> None:
    assert shown(name, free=True) == without


def test_of_what_overlaps_the_longest_stands() -> None:
    found = [Found(0, 3, "a"), Found(2, 9, "b"), Found(9, 11, "c")]
    assert apart(found) == (Found(2, 9, "b"), Found(9, 11, "c"))


def test_of_two_with_one_first_name_it_is_who_is_in_the_call() -> None:
    listed = [
        Pseudonym("Daniel Lee", Kind.PERSON, "P01"),
        Pseudonym("Daniel Okafor", Kind.PERSON, "P02"),
    ]
    here = Names(forms_of(listed, {"Daniel Okafor"}))
    (found,) = here.within("Hey Daniel.")
    assert found.instead == "P02"


def test_without_a_list_nothing_is_found() -> None:
    assert Names(()).within("Priya Raman") == []
