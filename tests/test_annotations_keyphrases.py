"""How keyphrases are held against those that a reader chose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks import annotations_keyphrases
from benchmarks.annotations_keyphrases import FIRST, Score, is_found, lines, report, score
from pipeline.annotate import annotate
from pipeline.library import Library
from tests.fakes import FakeLanguageModel
from tests.libraries import MADE, fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("wanted", "phrase"),
    [
        ("failed deliveries", "failed delivery"),
        ("failed deliveries", "Failed Deliveries"),
        ("Shopify plug-in", "Shopify plugin"),
        ("Quickcrate", "quick crate"),
        ("photo from the doorstep", "photo from doorstep"),
        ("delivery window", "hour delivery window"),
        ("live map", "live map for"),
        ("bike type", "the bike type"),
    ],
)
def test_a_phrase_is_found_in_another_form_or_with_one_word_more(wanted: str, phrase: str) -> None:
    assert is_found(wanted, phrase)


@pytest.mark.parametrize(
    ("wanted", "phrase"),
    [
        ("delivery text messages", "text messages"),
        ("live map", "live map for customers"),
        ("live map", "map"),
        ("bus", "bu"),
        ("Fernhop Reach", "Fernhopp Reach"),
        ("", "live map"),
    ],
)
def test_a_part_of_it_or_two_words_more_are_not_it(wanted: str, phrase: str) -> None:
    assert not is_found(wanted, phrase)


def test_a_phrase_that_is_not_among_the_first_is_missed_with_its_place() -> None:
    phrases = ["live map", *(f"filler {n}" for n in range(FIRST - 1)), "hot food"]
    told = score("i01", phrases, ["live map", "hot food", "no-show rate"])
    missed = (("hot food", FIRST + 1), ("no-show rate", None))
    assert told == Score("i01", ("live map",), missed)


def test_a_library_is_printed_call_by_call_with_its_sum() -> None:
    scores = [Score("i01", ("a", "b"), (("c", 17),)), Score("i02", (), (("d", None),))]
    assert list(lines("base", scores)) == [
        "| base | i01 | 2 of 3 | c (17) |",
        "| base | i02 | 0 of 1 | d (-) |",
        "| base | all | 2 of 4: 50 % |  |",
    ]


def test_the_calls_of_a_library_are_told_by_their_titles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotations_keyphrases, "GOLD", tmp_path)
    gold = {"keyphrases": ["live map", "hot food"]}
    (tmp_path / "i01.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    with Library(tmp_path / "library", create=True) as library:
        for number, title in enumerate(("i01_stereo", "holiday")):
            said = turn("The live map.", "Ann")
            kept = fill(library, recording(str(number) * 64, title=title), said)
            annotation = annotate([said], FakeLanguageModel(phrases=("live map",)))
            library.store_annotation(kept.id, annotation, MADE)
        printed = list(report([("base", library)]))
    assert printed[1:] == [
        "| base | i01 | 1 of 2 | hot food (-) |",
        "| base | all | 1 of 2: 50 % |  |",
    ]
