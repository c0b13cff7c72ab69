"""The counts under the tables: an error more or less must show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.scoring import WordErrors, count_errors, score
from benchmarks.speech import Said, reference
from benchmarks.start import fill, turn
from pipeline.library import Library
from pipeline.search import search
from pipeline.transcript import Segment
from tests.values import words

if TYPE_CHECKING:
    from pathlib import Path


def segment(text: str, start: float, channel: int | None) -> Segment:
    said = words(text, start)
    return Segment(said[0].start, said[-1].end, said, channel)


@pytest.mark.parametrize(
    ("wanted", "got", "errors"),
    [
        ("It costs 20 dollars.", "it costs $20", WordErrors(3, 0, 0, 0)),
        ("red green blue", "red blue", WordErrors(3, 0, 1, 0)),
        ("red green blue", "red green green blue", WordErrors(3, 0, 0, 1)),
        ("the colour", "the color", WordErrors(2, 0, 0, 0)),
        ("a b c d", "a x c d", WordErrors(4, 1, 0, 0)),
        ("", "invented text", WordErrors(0, 0, 0, 2)),
        ("lost text", "", WordErrors(2, 0, 2, 0)),
    ],
)
def test_errors_are_counted_after_normalising(wanted: str, got: str, errors: WordErrors) -> None:
    assert count_errors(wanted, got) == errors


def test_rates_are_in_percent_of_the_reference() -> None:
    assert (WordErrors(40, 1, 2, 1) + WordErrors(60, 0, 0, 1)).rate == 5.0
    assert WordErrors().rate == 0.0


def test_channels_are_scored_apart() -> None:
    said = [Said("a", 0, 0, 1, "hello there"), Said("b", 1, 0.1, 1, "good morning")]
    heard = [segment("good morning", 0.1, 1), segment("hello there", 0.0, 0)]
    assert score(said, heard).rate == 0
    swapped = [segment("good morning", 0.1, 0), segment("hello there", 0.0, 1)]
    assert score(said, swapped).rate == 100


def test_a_mix_is_scored_in_the_order_of_time() -> None:
    said = [Said("a", 0, 0, 1, "hello there"), Said("b", 1, 1, 2, "good morning")]
    heard = [segment("good morning", 1.0, None), segment("hello there", 0.0, None)]
    assert score(said, heard).rate == 0


@pytest.mark.parametrize("name", ["c01_mono16k.flac", "c01_stereo16k.flac", "c01_tel8k_stereo.wav"])
def test_every_form_of_a_recording_has_the_same_reference(name: str, tmp_path: Path) -> None:
    rows = [
        {"speaker": "customer", "start": 2.0, "end": 3.0, "text": "Yes."},
        {"speaker": "interviewer", "start": 1.0, "end": 2.0, "text": "Well?"},
    ]
    (tmp_path / "c01.turns.json").write_text(json.dumps(rows), encoding="utf-8")
    assert [(each.channel, each.text) for each in reference(tmp_path / name)] == [
        (0, "Well?"),
        (1, "Yes."),
    ]


def test_the_library_of_the_start_benchmark_has_something_to_find(tmp_path: Path) -> None:
    assert len(turn(0, 0).words) == 25
    fill(tmp_path)
    with Library(tmp_path) as library:
        assert len(library.entries()) == 100
        assert len(search(library, "expensive")) == 20
