"""How many people there are: made-up voices of a known likeness, in any number and order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.voices import clustering
from pipeline.voices.clustering import (
    APART,
    LEAST_SECONDS,
    MOST_AT_ONCE,
    SAME_PERSON,
    SpeakerCount,
    people,
    settled,
    unit,
)

if TYPE_CHECKING:
    from pipeline.voices.clustering import Floats

DIMENSIONS = 32
UNKNOWN = SpeakerCount()
NUMBERS = st.none() | st.integers(1, 30)
SEEDS = st.integers(0, 10_000)


def different(number: int, cosine: float) -> Floats:
    """Return people each two of whom have a cosine: (number, 32) of length 1."""
    shared = np.zeros(DIMENSIONS, dtype=np.float32)
    shared[-1] = 1
    own = np.eye(number, DIMENSIONS, dtype=np.float32)
    return np.asarray(np.sqrt(1 - cosine) * own + np.sqrt(cosine) * shared, dtype=np.float32)


def voices(whose: Floats, spread: float, seed: int = 0) -> Floats:
    """Return one embedding of each person named, (n, 32), each off by noise of a length."""
    noise = np.random.default_rng(seed).standard_normal(whose.shape)
    return unit(np.asarray(whose + spread * noise / np.sqrt(DIMENSIONS), dtype=np.float32))


def two_seconds(embeddings: Floats) -> Floats:
    return np.full(len(embeddings), 2.0, dtype=np.float32)


def found(embeddings: Floats, count: SpeakerCount = UNKNOWN) -> Floats:
    return people(embeddings, two_seconds(embeddings), count)


def likeness(some: Floats, others: Floats) -> list[float]:
    """Return the cosine of each with the nearest of others."""
    return [float(each) for each in (some @ others.T).max(axis=1)]


# The number that is asked for


@given(NUMBERS, NUMBERS)
def test_a_number_of_speakers_is_read_as_it_was_written(
    least: int | None, most: int | None
) -> None:
    if least and most and least > most:
        least, most = most, least
    count = SpeakerCount(least, most)
    assert SpeakerCount.of(str(count)) == count


@pytest.mark.parametrize(
    ("count", "text", "exact"),
    [
        (SpeakerCount(), "", None),
        (SpeakerCount(2, 2), "2", 2),
        (SpeakerCount(2, 4), "2-4", None),
        (SpeakerCount(2), "2-", None),
        (SpeakerCount(None, 12), "-12", None),
    ],
)
def test_a_number_is_written_shortly(count: SpeakerCount, text: str, exact: int | None) -> None:
    assert (str(count), count.exact) == (text, exact)
    assert SpeakerCount.of(text) == count


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (0, None, "at least one person speaks: say --speakers 1 or more"),
        (None, 0, "at least one person speaks"),
        (-2, -2, "at least one person speaks"),
        (4, 2, "--min-speakers 4 is more than --max-speakers 2"),
    ],
)
def test_a_number_that_cannot_be_is_refused(least: int | None, most: int | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        SpeakerCount(least, most)


# The number that is told


@settings(max_examples=60)
@given(st.integers(1, 12), st.integers(1, 6), st.floats(0.0, 2.0), SEEDS)
def test_there_are_as_many_people_as_are_told_if_there_are_as_many_voices(
    rows: int, number: int, spread: float, seed: int
) -> None:
    drawn = np.random.default_rng(seed).integers(0, 3, rows)
    embeddings = voices(different(3, 0.2)[drawn], spread + 0.01, seed)
    told = found(embeddings, SpeakerCount(number, number))
    assert told.shape == (min(number, rows), DIMENSIONS)
    assert np.linalg.norm(told, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("number", range(1, 7))
def test_people_who_are_told_are_those_who_are_there(number: int) -> None:
    who = different(number, 0.3)
    embeddings = voices(np.repeat(who, 15, axis=0), 0.8)
    told = found(embeddings, SpeakerCount(number, number))
    assert min(likeness(who, told)) > 0.95


def test_voices_that_are_all_alike_as_far_as_can_be_told_are_parted_as_told() -> None:
    equal = np.eye(3, DIMENSIONS, dtype=np.float32)  # each as far from one as from the other
    assert len(found(equal, SpeakerCount(2, 2))) == 2
    assert len(found(equal, SpeakerCount(3, 3))) == 3


def test_two_people_who_are_told_are_not_one_and_a_cough() -> None:
    first, second, cough = different(3, 0.0)
    near = unit((first + second)[np.newaxis])[0]
    embeddings = voices(np.array([first] * 30 + [near] * 20 + [cough]), 0.5)
    seconds = two_seconds(embeddings)
    seconds[-1] = 0.6
    told = people(embeddings, seconds, SpeakerCount(2, 2))
    assert min(likeness(np.array([first, near]), told)) > 0.9


# The number that is not told


@settings(max_examples=60)
@given(st.integers(1, 6), st.floats(0.0, 0.25), st.integers(5, 25), SEEDS)
def test_as_many_people_are_found_as_there_are(
    number: int, cosine: float, each: int, seed: int
) -> None:
    who = different(number, cosine)
    there = found(voices(np.repeat(who, each, axis=0), 0.5, seed))
    assert len(there) == number
    assert min(likeness(who, there)) > 0.95


@pytest.mark.parametrize(
    ("cosine", "number"), [(0.0, 2), (SAME_PERSON - 0.1, 2), (SAME_PERSON + 0.1, 1), (0.9, 1)]
)
def test_voices_are_one_persons_from_a_likeness_on(cosine: float, number: int) -> None:
    embeddings = voices(np.repeat(different(2, cosine), 10, axis=0), 0.1)
    assert len(found(embeddings)) == number


@settings(max_examples=25)
@given(SEEDS)
def test_the_order_in_which_voices_are_heard_says_nothing(seed: int) -> None:
    draw = np.random.default_rng(seed)
    embeddings = voices(np.repeat(different(4, 0.2), 10, axis=0), 0.7, seed)
    seconds = draw.uniform(0.6, 3, len(embeddings)).astype(np.float32)
    order = draw.permutation(len(embeddings))
    for count in (UNKNOWN, SpeakerCount(3, 3)):
        one = people(embeddings, seconds, count)
        other = people(embeddings[order], seconds[order], count)
        assert len(one) == len(other)
        assert likeness(one, other) == pytest.approx([1] * len(one), abs=1e-4)


@pytest.mark.parametrize(
    ("count", "number"),
    [
        (SpeakerCount(3), 3),
        (SpeakerCount(1), 2),
        (SpeakerCount(None, 1), 1),
        (SpeakerCount(None, 4), 2),
        (SpeakerCount(2, 5), 2),
        (SpeakerCount(3, 5), 3),
    ],
)
def test_there_are_no_fewer_and_no_more_than_are_said(count: SpeakerCount, number: int) -> None:
    embeddings = voices(np.repeat(different(2, 0.1), 12, axis=0), 0.5)
    assert len(found(embeddings, count)) == number


@pytest.mark.parametrize(("length", "number"), [(LEAST_SECONDS - 0.1, 1), (LEAST_SECONDS, 2)])
def test_who_speaks_for_a_moment_is_nobody_unless_told(length: float, number: int) -> None:
    first, second = different(2, 0.0)
    embeddings = voices(np.array([first] * 10 + [second]), 0.3)
    seconds = two_seconds(embeddings)
    seconds[-1] = length
    assert len(people(embeddings, seconds, UNKNOWN)) == number
    assert len(people(embeddings, seconds, SpeakerCount(2, 2))) == 2


def test_of_a_long_call_the_hundredth_part_is_somebody() -> None:
    first, second = different(2, 0.0)
    embeddings = voices(np.array([first] * 300 + [second] * 2), 0.3)
    assert len(found(embeddings)) == 1
    assert len(found(embeddings[-200:])) == 2


def test_where_nobody_speaks_for_long_the_longest_is_somebody() -> None:
    first, second = different(2, 0.0)
    seconds = np.array([0.4, 0.7], dtype=np.float32)
    (there,) = people(np.array([first, second]), seconds, UNKNOWN)
    assert there @ second > there @ first


@pytest.mark.parametrize("count", [UNKNOWN, SpeakerCount(2, 2), SpeakerCount(3)])
def test_one_voice_alone_is_one_person(count: SpeakerCount) -> None:
    (there,) = found(different(1, 0.0), count)
    assert there == pytest.approx(different(1, 0.0)[0])


# Many at once


@pytest.mark.parametrize("rows", [MOST_AT_ONCE - 1, MOST_AT_ONCE + 1, 2 * MOST_AT_ONCE + 100])
def test_of_many_voices_the_same_people_are_found(rows: int) -> None:
    who = different(3, 0.2)
    embeddings = voices(who[np.arange(rows) % 3], 0.6)
    for count in (UNKNOWN, SpeakerCount(3, 3)):
        there = found(embeddings, count)
        assert len(there) == 3
        assert min(likeness(who, there)) > 0.99


def test_a_person_who_comes_after_all_others_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "MOST_AT_ONCE", 50)
    who = different(3, 0.2)
    there = found(voices(np.repeat(who, (120, 100, 30), axis=0), 0.6))
    assert sorted(likeness(who, there)) == pytest.approx([1] * 3, abs=0.05)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_of_many_voices_as_many_people_are_found_as_are_told(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(clustering, "MOST_AT_ONCE", 50)
    one = voices(np.repeat(different(1, 0.0), 120, axis=0), 0.3)
    assert len(found(one, SpeakerCount(number, number))) == number


def test_people_who_are_alike_are_told_apart_in_a_long_call_as_in_a_short_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who = different(2, APART + 0.05)
    embeddings = voices(np.tile(who, (80, 1)), 0.4)
    for at_once in (MOST_AT_ONCE, 50):
        monkeypatch.setattr(clustering, "MOST_AT_ONCE", at_once)
        told = found(embeddings, SpeakerCount(2, 2))
        assert min(likeness(who, told)) > 0.95
        assert (who @ told.T).argmax(axis=1).tolist() in ([0, 1], [1, 0])


# People as the means of what is nearest


def test_who_is_nearest_to_nobody_stays_as_they_were() -> None:
    first, second = different(2, 0.0)
    heard = np.array([first, first])
    kept = settled(np.array([first, second]), heard, two_seconds(heard))
    assert kept == pytest.approx(np.array([first, second]))


def test_longer_voices_weigh_more() -> None:
    first, second = different(2, 0.5)
    seconds = np.array([3.0, 1.0], dtype=np.float32)
    (mean,) = settled(first[np.newaxis], np.array([first, second]), seconds)
    assert mean == pytest.approx(unit((3 * first + second)[np.newaxis])[0])


def test_what_has_a_length_has_length_one_and_nothing_stays_nothing() -> None:
    vectors = np.array([[3, 4], [0, 0], [1e-9, 0]], dtype=np.float32)
    assert unit(vectors) == pytest.approx(np.array([[0.6, 0.8], [0, 0], [1, 0]]))
    assert unit(vectors).dtype == np.float32
