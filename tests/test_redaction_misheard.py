"""Names in other letters: what was misheard is found, what only looks a little like it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.pseudonyms import Kind, Pseudonym
from pipeline.redaction.misheard import misheard, spelling_of, terms_of
from pipeline.transcript import Word, join_words
from tests.values import words

LISTED = (
    Pseudonym("Priya Raman", Kind.PERSON, "P07"),
    Pseudonym("Marcus Delaney", Kind.PERSON, "P03"),
    Pseudonym("Pete", Kind.PERSON, "P04"),
    Pseudonym("Quickcrate", Kind.COMPANY, "Company B"),
    Pseudonym("Google", Kind.COMPANY, ""),
)
TERMS = terms_of(LISTED)


def doubtful(text: str, probability: float = 0.5) -> tuple[Word, ...]:
    return tuple(replace(word, probability=probability) for word in words(text))


def found(said: tuple[Word, ...], *named: range) -> list[tuple[str, str]]:
    text = join_words(said)
    return [(text[f.start : f.end], f.name) for f in misheard(said, TERMS, named)]


@pytest.mark.parametrize(
    ("text", "heard", "name"),
    [
        ("a lady named Pre-Ramon there", "Pre-Ramon", "Priya Raman"),
        ("and then Delany's table", "Delany", "Marcus Delaney"),
        ("we called quick rate first", "quick rate", "Quickcrate"),
        ("I saw Kwikrate, too", "Kwikrate", "Quickcrate"),
    ],
)
def test_what_sounds_like_a_name_is_found(text: str, heard: str, name: str) -> None:
    assert found(doubtful(text)) == [(heard, name)]


@pytest.mark.parametrize(
    "text",
    [
        "the price is right",
        "my pet is at home",
        "the delivery was quick and great",
        "we googled it and Goggle it again",
    ],
)
def test_what_does_not_is_not(text: str) -> None:
    assert found(doubtful(text)) == []


def test_what_was_surely_heard_is_what_it_says() -> None:
    assert found(doubtful("the quickest crater", 0.99)) == []


def test_what_sounds_just_the_same_is_the_name_however_sure() -> None:
    assert found(doubtful("but quick rate wants it", 0.99)) == [("quick rate", "Quickcrate")]


def test_at_the_place_of_a_name_less_likeness_is_enough() -> None:
    said = doubtful("we had Quakecrat once", 0.99)
    assert found(said, range(7, 16)) == [("Quakecrat", "Quickcrate")]


def test_nothing_is_found_across_the_end_of_a_sentence() -> None:
    assert found(doubtful("that was quick. Rate it")) == []


@pytest.mark.parametrize(
    ("name", "known", "same"),
    [
        ("Fernhopp", ["Fernhop"], "Fernhop"),
        ("Pre-Ramon", ["Acme", "Priya Raman"], "Priya Raman"),
        ("Bath", ["Beth"], None),
        ("Colin", ["Column"], None),
        ("U", ["You"], None),
        ("Ann", [], None),
    ],
)
def test_two_spellings_are_one_name_where_they_sound_alike(
    name: str, known: list[str], same: str | None
) -> None:
    assert spelling_of(name, known) == same
