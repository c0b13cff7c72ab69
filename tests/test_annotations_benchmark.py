"""How found entities are compared with those that a reader marked."""

from __future__ import annotations

import pytest

from benchmarks.annotations_entities import Score, compared, lines, scored, was_recognised


@pytest.mark.parametrize(
    ("text", "label", "same"),
    [
        ("June 9th", "DATE", "june 9"),
        ("two weeks", "DATE", "2 weeks"),
        ("the Priya's", "PERSON", "priya"),
        ("$1,800", "MONEY", "$ 1800"),
        ("45 pounds", "MONEY", "£45"),
        ("Zoë.", "PERSON", "zoe"),
    ],
)
def test_what_is_only_written_otherwise_is_the_same(text: str, label: str, same: str) -> None:
    assert compared(text, label) == compared(same, label)


@pytest.mark.parametrize(
    ("text", "label", "heard", "known"),
    [
        ("Fernhop", "ORG", "We like Fernhop, a lot.", True),
        ("Fernhop", "ORG", "We like Fernhopp.", False),
        ("£45", "MONEY", "maybe 45 pounds a week", True),
        ("$45", "MONEY", "maybe 45 pounds a week", False),
        ("2 weeks", "DATE", "for two weeks", True),
    ],
)
def test_gold_counts_as_far_as_its_words_were_recognised(
    text: str, label: str, heard: str, known: bool
) -> None:
    assert was_recognised(text, label, heard) == known


def test_each_spelling_counts_once_and_false_alarms_fully() -> None:
    gold = [("Acme", "ORG"), ("Bath", "GPE"), ("Zeta", "ORG")]
    found = [("Acme", "ORG"), ("acme", "ORG"), ("Bath", "FAC"), ("Lunch", "PERSON")]
    scores = scored(gold, "Acme and Bath", found)
    assert scores["organisation"] == Score(1)
    assert scores["place"] == Score(1)
    assert scores["person"] == Score(0, ["lunch"], [])


def test_a_name_under_another_label_is_missed_there_and_a_false_alarm_here() -> None:
    scores = scored([("Acme", "ORG")], "Acme", [("Acme", "GPE")])
    assert (scores["organisation"].missed, scores["place"].wrong) == (["acme"], ["acme"])


def test_the_five_kinds_are_summed_and_the_others_stand_apart() -> None:
    scores = {"person": Score(3, ["x"], []), "date": Score(1, [], ["y"]), "TIME": Score(0, ["z"])}
    table = [
        [cell.strip() for cell in each.strip("|").split("|")] for each in lines("base", scores)
    ]
    assert [each[1] for each in table] == ["person", "date", "all five", "(TIME)"]
    assert table[2] == ["base", "all five", "4", "1: x", "1: y", "0.80"]
