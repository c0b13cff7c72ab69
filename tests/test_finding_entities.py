"""Entities of one call: what a model found, put right by what is sure."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.findings import Found
from pipeline.entities.contexts import in_context, known_companies
from pipeline.entities.finding import Call, apart, entities_of
from pipeline.entities.known import KnownName, people, spellings
from pipeline.entities.merging import full_names, labels_by_name
from pipeline.entities.naming import Namings

if TYPE_CHECKING:
    from collections.abc import Sequence

LABELS = st.sampled_from(["PERSON", "ORG", "GPE", "DATE", "MONEY", "CARDINAL"])


def at(text: str, label: str, *texts: str) -> list[Found]:
    """Return every place of a text in texts."""
    return [
        Found(number, *match.span(), label)
        for number, each in enumerate(texts)
        for match in re.finditer(re.escape(text), each)
    ]


def found(
    *texts: str, read: Sequence[tuple[str, str]] = (), known: Sequence[KnownName] = ()
) -> list[tuple[str, str, str]]:
    """Return what is found in texts: as it is written, its label and its full name."""
    call = Call(texts, recorded=date(2026, 3, 3))
    model = [each for text, label in read for each in at(text, label, *texts)]
    looked = [each for name in known for each in at(name.name, name.label, *texts)]
    entities = entities_of(call, looked, model, known)
    return [(call.written(each.found), each.found.label, each.name) for each in entities]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Hi Imogen, how are you?", [("Imogen", "PERSON")]),
        (
            "This is Nora Whitfield from Fernhop.",
            [("Nora Whitfield", "PERSON"), ("Fernhop", "ORG")],
        ),
        ("a guy named Marcus Delaney came", [("Marcus Delaney", "PERSON")]),
        ("Daniel, thank you so much.", [("Daniel", "PERSON")]),
        ("tell Priya I said hello", [("Priya", "PERSON")]),
        ("at the fair in Bath last autumn", [("Bath", "GPE")]),
        ("a shop on Gloucester Road now", [("Gloucester Road", "FAC")]),
        ("we switched to Quickcrate", [("Quickcrate", "ORG")]),
        ("Hi there, thank you", []),
        ("Okay, thanks so much", []),
        ("It said so", []),
        ("", []),
    ],
)
def test_the_words_around_a_name_tell_what_it_is(text: str, names: list[tuple[str, str]]) -> None:
    around = sorted(in_context(text, 0), key=lambda each: each.start)
    assert [(text[each.start : each.end], each.label) for each in around] == names


def test_companies_that_all_know_are_found_with_their_capital_letter() -> None:
    text = "Google it on facebook, Instagram or a Googleplex"
    written = [text[each.start : each.end] for each in known_companies(text, 0)]
    assert written == ["Google", "Instagram"]


def test_a_name_goes_by_the_label_that_most_tells() -> None:
    votes = [("Acme", "GPE", 1), ("acme's", "ORG", 3), ("Acme Corp", "GPE", 1), ("Bo", "ORG", 1)]
    assert labels_by_name(votes) == {"acme": "ORG", "bo": "ORG"}


def test_one_name_of_a_person_is_a_person_too() -> None:
    votes = [("Priya Raman", "PERSON", 1), ("Priya", "GPE", 2), ("Raman", "ORG", 1)]
    assert set(labels_by_name(votes).values()) == {"PERSON"}


@pytest.mark.parametrize(
    ("named", "full"),
    [
        ([("Priya", "PERSON"), ("Priya Raman", "PERSON")], "Priya Raman"),
        ([("Priya", "PERSON"), ("Priya Raman", "PERSON"), ("Priya Shah", "PERSON")], "Priya"),
        ([("Priya", "ORG"), ("Priya Raman", "PERSON")], "Priya"),
        ([("Priya", "PERSON"), ("Priya Raman", "ORG")], "Priya"),
        ([("acme's", "ORG"), ("Acme Corp", "ORG"), ("Acme", "ORG")], "Acme Corp"),
        ([("acme", "ORG"), ("Acme", "ORG")], "Acme"),
        ([("June 9th", "DATE")], "June 9th"),
    ],
)
def test_a_name_is_written_in_full_where_exactly_one_is_meant(
    named: list[tuple[str, str]], full: str
) -> None:
    assert full_names(named)[named[0][0]] == full


def test_people_who_take_part_are_meant_by_their_first_names() -> None:
    known = people(["Priya Raman"])
    assert full_names([("Priya", "PERSON")], known) == {"Priya": "Priya Raman"}


def test_a_spelling_of_a_listed_name_goes_by_that() -> None:
    known = [KnownName("Fernhop", "ORG")]
    assert full_names([("Fernhopp", "ORG")], known) == {"Fernhopp": "Fernhop"}


def test_what_a_person_says_of_a_name_holds_over_what_a_call_makes_of_it() -> None:
    named = [("Acme", "ORG"), ("Acme Corp", "ORG"), ("Priya", "PERSON"), ("Priya Raman", "PERSON")]
    split = Namings().with_one("Acme Corp", "Acme Corp").with_one("Priya", "Priya")
    assert full_names(named, (), split) == {text: text for text, _ in named}
    merged = Namings().with_one("Acme Corp", "Zeta")
    assert full_names(named, (), merged)["Acme"] == "Zeta"


def test_a_place_that_is_greeted_is_a_person_everywhere_in_the_call() -> None:
    assert found("Hi Imogen!", "So Imogen said it.", read=[("Imogen", "GPE")]) == [
        ("Imogen", "PERSON", "Imogen"),
        ("Imogen", "PERSON", "Imogen"),
    ]


def test_a_known_name_is_found_and_takes_the_label_that_is_given() -> None:
    known = [KnownName("Quickcrate", "PRODUCT")]
    assert found("we use Quickcrate", known=known) == [("Quickcrate", "PRODUCT", "Quickcrate")]


@pytest.mark.parametrize(("read", "label"), [("PRODUCT", "PRODUCT"), ("DATE", "ORG")])
def test_a_known_name_without_a_label_takes_the_models_if_that_is_of_a_name(
    read: str, label: str
) -> None:
    entities = found("we use Beam", read=[("Beam", read)], known=[KnownName("Beam")])
    assert entities == [("Beam", label, "Beam")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("the van came", ("van", "PERSON")),
        ("I've got U now", ("U", "ORG")),
        ("Lunch is out. I like lunch.", ("Lunch", "PERSON")),
        ("And so it was", ("And so", "ORG")),
    ],
)
def test_false_alarms_that_are_known_for_such_are_none(text: str, read: tuple[str, str]) -> None:
    assert found(text, read=[read]) == []


def test_what_stands_before_a_name_is_cut_off() -> None:
    assert found("Bye Nora", read=[("Bye Nora", "PERSON")]) == [("Nora", "PERSON", "Nora")]


def test_dates_and_sums_are_found_as_far_as_they_say_something() -> None:
    entities = found(
        "Bath last autumn, $5 a stop all week",
        read=[("Bath last autumn", "DATE"), ("5", "MONEY"), ("all week", "DATE")],
    )
    assert entities == [("last autumn", "DATE", ""), ("$5", "MONEY", "")]


def test_other_languages_keep_the_dates_of_their_model_and_have_no_contexts() -> None:
    texts = ("Hi Bern, am 5. Mai",)
    call = Call(texts, language="de")
    read = [*at("Bern", "LOC", *texts), *at("am 5. Mai", "DATE", *texts)]
    labels = [each.found.label for each in entities_of(call, (), read)]
    assert labels == ["LOC", "DATE"]


@given(
    st.lists(st.text(max_size=40), max_size=3),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(1, 9), LABELS)),
)
def test_entities_lie_in_their_texts_in_order_and_never_overlap(
    texts: list[str], places: list[tuple[int, int, int, str]]
) -> None:
    read = [
        Found(number, start, start + length, label)
        for number, start, length, label in places
        if number < len(texts) and start + length <= len(texts[number])
    ]
    entities = [each.found for each in entities_of(Call(texts), (), read)]
    assert entities == apart(entities)
    assert all(0 <= each.start < each.end <= len(texts[each.text]) for each in entities)


def test_a_name_found_elsewhere_is_not_found_in_the_word_that_begins_a_sentence() -> None:
    texts = ("Thanks, Will.", "We will see. Will that do?")
    assert found(*texts, read=[("Thanks, Will", "PERSON")])[-1:] == [("Will", "PERSON", "Will")]
    assert len(found(*texts, known=[KnownName("Will", "PERSON")])) == 2  # where it was looked for
    assert len(found("Thanks, Nora.", "Yes. Nora did.", read=[("Nora", "PERSON")])) == 2


@pytest.mark.parametrize(
    ("text", "companies"),
    [
        ("Zoom in on that. Slack off a bit.", []),
        ("We use Zoom. And Slack.", ["Zoom", "Slack"]),
        ("Etsy is where it began.", ["Etsy"]),
    ],
)
def test_a_company_that_is_a_word_too_is_none_where_a_sentence_begins(
    text: str, companies: list[str]
) -> None:
    assert [text[each.start : each.end] for each in known_companies(text, 0)] == companies


@pytest.mark.parametrize("name", ["-", " - ", "--", "?", "(", "\u2026"])
def test_a_name_without_a_letter_is_written_nowhere(name: str) -> None:
    known = [KnownName(name), KnownName(f"-{name}Acme")]
    assert spellings([known[0]], ["We pay - well ( that is ) Acme ?"]) == ()
    assert full_names([("Acme", "ORG")], known)["Acme"]
