"""The paraphrases are what they claim to be, and a hit counts where it is the passage meant."""

from __future__ import annotations

import re

import numpy as np
import pytest

from benchmarks.meaning import FIRST, Asked, floor_lines, is_one_of, said_in, way_line
from benchmarks.meaning_pairs import PAIRS, UNSAID
from benchmarks.meaning_scale import Way, like_real, measured
from benchmarks.meaning_tried import TRIED
from benchmarks.speech import SPEECH
from pipeline.meaning.nearness import Near
from pipeline.transcript import Mention, Span


def test_there_are_thirty_pairs_and_each_is_asked_once() -> None:
    assert len(PAIRS) == len({query for query, _, _ in PAIRS}) == 30
    assert not {query for query, _, _ in PAIRS} & set(UNSAID)


@pytest.mark.skipif(not SPEECH.is_dir(), reason="there is no speech beside the project")
def test_every_turn_that_is_meant_is_there() -> None:
    for _, call, turns in PAIRS:
        assert max(turns) < len(said_in(call))


@pytest.mark.parametrize(
    ("hit", "right"), [(Span(10, 12), True), (Span(19, 25), False), (Span(5, 40), True)]
)
def test_a_hit_is_right_where_it_is_mostly_the_same_time(hit: Span, right: bool) -> None:
    assert is_one_of(hit, [Span(10, 20), Span(50, 60)]) is right


def test_a_floor_leaves_out_what_is_less_like() -> None:
    hits = tuple(Near("a", Mention(0, 1, 0, 0, 1), like) for like in (0.5, 0.22))
    found = [Asked("x", hits, 1), Asked("y", hits, 2), Asked("z", hits, FIRST + 1)]
    lines = list(floor_lines(found, [0.1, 0.3]))
    assert "| 0.20 | 2 of 2 | 1 of 2 |" in lines
    assert "| 0.40 | 1 of 2 | 0 of 2 |" in lines


def test_made_up_vectors_are_as_many_as_asked_and_of_length_1() -> None:
    base = np.eye(384, dtype=np.float32)[:20]
    (vectors,) = like_real(base, 100)
    assert vectors.shape == (100, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_of_what_a_way_finds_the_right_share_is_counted() -> None:
    queries = np.zeros((2, 3), np.float32)
    way = measured("a way", lambda _: [1, 2], queries, [{1, 2}, {2, 3}])
    assert way.recall == 0.75
    assert re.fullmatch(
        r"\| a way \| \d+ \| \d+ \| \d+ \| 75\.0 % \| - \|",
        way_line(Way("a way", way.seconds, way.recall, 0)),
    )


def test_what_is_chosen_by_is_not_what_is_judged_by() -> None:
    assert not {query for query, *_ in TRIED} & {query for query, *_ in PAIRS}
    assert len({query for query, *_ in TRIED}) == len(TRIED)


@pytest.mark.skipif(not SPEECH.is_dir(), reason="there is no speech beside the project")
@pytest.mark.parametrize("call", ["i01", "i02", "i03", "i04"])
def test_what_is_chosen_by_is_said_in_its_call(call: str) -> None:
    turns = [turn for _, said, several in TRIED if said == call for turn in several]
    assert 0 <= min(turns) <= max(turns) < len(said_in(call))
