"""The benchmark of exports: its calls are as long and full as it says; the command is run."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from benchmarks.exports import (
    ENTITIES,
    HIGHLIGHTS,
    HOUR,
    OTHERS,
    PHRASES,
    PROJECT,
    QUESTIONS,
    TEXTS,
    WORDS,
    fill,
    said,
    seconds,
    turns_of,
)
from pipeline.export import FORMATS
from pipeline.library import Library
from pipeline.opening import document_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of two calls."""
    made = tmp_path_factory.mktemp("exports") / "library"
    fill(made, 2)
    return made


def test_a_call_has_an_hour_s_words_of_two_people_one_after_the_other() -> None:
    turns = list(turns_of(said(), random.Random(1)))
    words = [word for turn in turns for word in turn.words]
    assert len(words) == WORDS
    assert 0.8 * HOUR < turns[-1].end < 1.1 * HOUR
    assert [turn.speaker for turn in turns[:3]] == ["customer", "interviewer", "customer"]
    starts = [word.start for word in words]
    assert starts == sorted(starts)


def test_a_call_has_all_that_an_export_can_show(folder: Path) -> None:
    with Library(folder) as library:
        entries = library.entries()
        document = document_of(library, entries[0].recording)
    found = document.transcript.annotation
    counts = (len(found.entities), len(found.keyphrases), len(found.questions))
    assert counts == (ENTITIES, PHRASES, QUESTIONS)
    assert len(document.highlights) == HIGHLIGHTS
    assert document.project == PROJECT
    texts = {turn.text for turn in document.transcript.turns}
    assert {each.text for each in document.highlights} <= texts
    place = found.entities[0].mention
    turn = document.transcript.turns[place.turn]
    assert turn.text[place.start_char : place.end_char] == found.entities[0].text
    assert len(entries) == 2


def test_every_format_is_measured() -> None:
    assert sorted((*TEXTS, *OTHERS)) == sorted(FORMATS)


def test_the_whole_command_is_measured_with_what_it_writes(folder: Path, tmp_path: Path) -> None:
    took, computed, megabytes = seconds(folder, ["txt", "rttm"], tmp_path / "out")
    assert took > 0
    assert computed > 0
    assert 0.1 < megabytes < 1
    assert not (tmp_path / "out").exists()
