"""The libraries of the search benchmark: text as it is said, and needles that are all found."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks.searching.calls import WORDS_AN_HOUR, Utterance, World, annotated, timed
from benchmarks.searching.library import Builder, Built, Clock, Hidden
from benchmarks.searching.names import AMOUNTS, Names, rounded
from benchmarks.searching.needles import (
    FIRST,
    KINDS,
    OF_A_KIND,
    WORDS,
    Hiding,
    Place,
    Plant,
    hidden,
    word,
)
from benchmarks.searching.needles_check import Checked, at, check, how_far, near
from benchmarks.searching.planting import plant_all, planted
from benchmarks.searching.queries import OF_A_KIND as QUERIES
from benchmarks.searching.queries import Drawing
from benchmarks.searching.text import (
    ANSWERS,
    ASKS,
    LABELS,
    MARKS,
    Language,
    Source,
    source,
    spelt,
    vocabulary,
    zipf,
)
from pipeline.library import Library
from pipeline.query import parse
from pipeline.search import Hit, search
from pipeline.transcript import Turn, Word
from tests.libraries import check_index, recording

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOURS = 8
TEXTS = (
    (ASKS, "So, how did you hear about Acorn?"),
    (ANSWERS, "Well, a friend told me. She pays $450 a month, and she likes it."),
    (ASKS, "And what do you like?"),
    (ANSWERS, "I like that it is quick."),
    (ASKS, "Right."),
    (ANSWERS, "The price is fine, and the people are nice, you know."),
)
NAMES = (("$450", "MONEY"), ("Acorn", "ORG"))
LEARNT = Source(TEXTS * 20, NAMES)


@pytest.fixture(scope="module")
def language() -> Language:
    return Language(LEARNT)


@pytest.fixture(scope="module")
def world() -> World:
    return World(LEARNT, HOURS, forms=20_000)


@pytest.fixture(scope="module")
def library(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    Builder(world, folder, None).build()
    return folder


# Words


def test_every_word_of_the_vocabulary_is_there_once() -> None:
    words = vocabulary(["the", "and", "the"], 20_000)
    assert words[:2] == ("the", "and")
    assert len(set(words)) == len(words) == 20_000
    assert words == vocabulary(["the", "and"], 20_000)


def test_no_word_of_the_vocabulary_begins_as_a_hidden_one() -> None:
    assert not [each for each in vocabulary([], 50_000) if each.startswith(FIRST)]


def test_the_most_frequent_words_come_first_and_all_together_are_all() -> None:
    likely = zipf(400_000)
    assert likely.sum() == pytest.approx(1)
    assert (np.diff(likely) <= 0).all()
    assert 0.02 < likely[0] < 0.08  # as "the" in talk


def test_the_vocabulary_of_a_text_grows_as_that_of_calls_does(language: Language) -> None:
    # Heaps' law: forms grow with a power of the words, in talk of about a half and less and less
    random = np.random.default_rng(1)
    words = language.draw(random, 1_000_000).words
    forms = [len(np.unique(words[:count])) for count in (10_000, 100_000, 1_000_000)]
    slopes = [np.log10(after / before) for before, after in pairwise(forms)]
    assert 15_000 < forms[-1] < 25_000
    assert 0.7 > slopes[0] > slopes[1] > 0.35


def test_a_word_follows_as_it_does_in_the_texts(language: Language) -> None:
    drawn = language.draw(np.random.default_rng(2), 50_000).words
    said = [language.words[each] if each < len(language.words) else "" for each in drawn.tolist()]
    after_you = Counter(after for before, after in pairwise(said) if before == "you")
    assert {each for each, _ in after_you.most_common(3)} == {"hear", "like", "know"}


def test_names_and_sums_stand_as_labels(language: Language) -> None:
    drawn = language.draw(np.random.default_rng(3), 20_000).words
    labels = {
        LABELS[each - len(language.words)] for each in drawn.tolist() if each >= len(language.words)
    }
    assert labels == {"MONEY", "ORG"}


def test_the_same_numbers_draw_the_same_text(language: Language) -> None:
    one, other = (language.draw(np.random.default_rng(4), 1000) for _ in range(2))
    assert (one.words == other.words).all()
    assert (one.marks == other.marks).all()
    assert set(one.marks.tolist()) <= set(range(len(MARKS)))


def test_words_that_are_rarer_than_one_are_drawn(language: Language) -> None:
    assert language.afresh(np.random.default_rng(5), 1000, 150).min() >= 150


def test_turns_are_as_long_as_they_were_and_ask_as_often(language: Language) -> None:
    assert sorted(set(language.lengths[ASKS].tolist())) == [1, 5, 7]
    assert language.asking == {ASKS: pytest.approx(2 / 3), ANSWERS: 0}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "zero"),
        (19, "nineteen"),
        (20, "twenty"),
        (45, "forty-five"),
        (300, "three hundred"),
        (1_850, "one thousand eight hundred fifty"),
        (90_000, "ninety thousand"),
    ],
)
def test_a_number_is_spelt(number: int, said: str) -> None:
    assert spelt(number) == said


def test_texts_are_read_from_a_folder(tmp_path: Path) -> None:
    for folder in ("interviews", "conversations", "ljspeech"):
        (tmp_path / folder).mkdir()
    turns = '[{"speaker": "customer", "text": "Fine."}]'
    (tmp_path / "interviews" / "i.turns.json").write_text(turns, encoding="utf-8")
    gold = '{"entities": [{"text": "Acorn", "label": "ORG"}]}'
    (tmp_path / "interviews" / "i.gold.json").write_text(gold, encoding="utf-8")
    said = '{"segments": [{"speaker": "12", "text": "it was late"}]}'
    (tmp_path / "conversations" / "c.turns.json").write_text(said, encoding="utf-8")
    (tmp_path / "ljspeech" / "LJ1.txt").write_text("Printing, then.\n", encoding="utf-8")
    found = source(tmp_path)
    assert set(found.turns) == {
        ("customer", "Fine."),
        ("reader", "It was late."),
        ("reader", "Printing, then."),
    }
    assert found.names == (("Acorn", "ORG"),)


# Names


def test_a_few_names_are_named_much_more_often_than_most() -> None:
    names = Names(NAMES)
    counted = Counter(names.some(np.random.default_rng(1), "ORG", 20_000))
    assert counted.most_common(1)[0][0] == "Acorn"
    assert len(counted) > 3_000


def test_a_person_is_also_called_by_the_first_name() -> None:
    people = Names(()).cast(np.random.default_rng(2))["PERSON"]
    assert {each for each in people if " " not in each} == {each.split()[0] for each in people}


@pytest.mark.parametrize("seed", range(20))
def test_sums_are_round_so_that_hidden_ones_are_not_among_them(seed: int) -> None:
    number = rounded(np.random.default_rng(seed), 99_000)
    assert 1 <= number <= 99_000
    assert len(str(number).rstrip("0")) <= 2


@pytest.mark.parametrize(("label", "amount"), AMOUNTS)
def test_an_amount_is_a_word_or_a_few(
    label: str, amount: Callable[[np.random.Generator], str]
) -> None:
    drawn = {amount(np.random.default_rng(seed)) for seed in range(100)}
    assert len(drawn) > 5, label
    assert all(1 <= len(each.split()) <= 8 for each in drawn)


# Calls


def test_calls_last_as_long_as_was_asked(world: World) -> None:
    assert sum(call.duration for call in world.calls) == pytest.approx(HOURS * 3600, abs=61)
    assert [call.number for call in world.calls] == list(range(len(world.calls)))
    assert len({call.identity for call in world.calls}) == len(world.calls)


def test_calls_come_by_their_days_in_several_projects(world: World) -> None:
    days = [call.day for call in world.calls]
    assert days == sorted(days)
    assert len({call.project for call in world.calls}) > 1
    assert all(len(set(call.speakers)) == len(call.speakers) > 1 for call in world.calls)


def test_an_hour_has_nine_thousand_words(world: World) -> None:
    words = sum(len(each.texts) for call in world.calls for each in world.said(call))
    assert words / HOURS == pytest.approx(WORDS_AN_HOUR, rel=0.03)


def test_a_call_made_again_is_the_same(world: World) -> None:
    call = world.calls[3]
    assert world.said(call) == world.said(call)


def test_turns_fill_a_call_and_do_not_overlap(world: World) -> None:
    call = world.calls[0]
    turns = timed(world.said(call), call)
    assert turns[0].start == 0
    assert 0.9 * call.duration < turns[-1].end <= call.duration
    assert all(before.end < after.start for before, after in pairwise(turns))
    assert all(turn.text[-1] in ".?" for turn in turns)


def test_what_is_found_in_a_call_stands_where_it_says(world: World) -> None:
    call = world.calls[1]
    said = world.said(call)
    turns = timed(said, call)
    found = annotated(said, turns)
    assert found.entities
    assert found.keyphrases
    for entity in found.entities:
        place = entity.mention
        assert turns[place.turn].text[place.start_char : place.end_char] == entity.text
        assert turns[place.turn].span_of(place.start_char, place.end_char).start == place.start
    for phrase in found.keyphrases:
        for place in phrase.mentions:
            text = turns[place.turn].text[place.start_char : place.end_char]
            assert text.casefold() == phrase.text


def test_a_question_ends_as_one_and_is_answered_up_to_the_next(world: World) -> None:
    call = world.calls[2]
    said = world.said(call)
    turns = timed(said, call)
    questions = annotated(said, turns).questions
    assert len(questions) == sum(each.asks for each in said)
    for question in questions:
        place = question.mention
        assert turns[place.turn].text[place.start_char : place.end_char].endswith("?")
    answers = [each.answer for each in questions if each.answer]
    assert answers
    assert all(not said[turn].asks for each in answers for turn in range(each.first, each.last + 1))


# Needles


def test_hidden_words_are_all_different_from_their_beginning_on() -> None:
    words = [word(number) for number in range(WORDS)]
    assert len({each[:7] for each in words}) == WORDS


def test_there_are_so_many_needles_of_each_kind(world: World) -> None:
    needles, gone = hidden(world.calls, 1)
    counted = Counter(needle.kind for needle in needles if not needle.meant)
    assert set(counted.values()) == {OF_A_KIND}
    assert len(counted) == len(KINDS)
    assert hidden(world.calls, 1) == (needles, gone)


def test_nothing_but_what_is_forgotten_is_hidden_in_calls_that_are(world: World) -> None:
    needles, gone = hidden(world.calls, 1)
    numbers = {call.number for call in gone}
    kinds = {n.kind for n in needles for plant in n.plants if plant.call in numbers}
    assert kinds == {"forgotten"}


def test_a_sum_is_handed_out_once(world: World) -> None:
    hiding = Hiding(world.calls, 1)
    sums = [hiding.sum() for _ in range(100)]
    assert len(set(sums)) == 100
    assert all("0" not in str(each) and 1_000 < each < 10_000 for each in sums)


def test_a_plant_ends_a_turn_as_a_sentence_of_its_own() -> None:
    said = Utterance("Ann", ("I", "like", "Acorn."), names=((2, 3, "ORG"),), asks=True)
    plant = Plant(0, 0.0, ("at", "Zwabc"), found=(1, 2), label="ORG")
    whole = planted(said, plant)
    assert whole.texts == ("I", "like", "Acorn.", "at", "Zwabc.")
    assert whole.names == ((2, 3, "ORG"), (4, 5, "ORG"))
    assert not whole.asks


def test_a_plant_alone_is_all_that_is_said() -> None:
    said = Utterance("Ann", ("I", "see."))
    assert planted(said, Plant(0, 0.0, ("Too", "dear!"), alone=True)).texts == ("Too", "dear!")


def test_no_two_plants_share_a_turn(world: World) -> None:
    call = world.calls[4]
    said = world.said(call)
    plants = [Plant(4, 0.5, (word(n),), found=(0, 1)) for n in range(20)]
    with_them, found = plant_all(said, call, plants)
    assert len({each.turn for each in found}) == 20
    assert [with_them[e.turn].texts[e.first] for e in found] == [f"{word(n)}." for n in range(20)]


def test_a_phrase_over_two_turns_ends_one_and_begins_the_next(world: World) -> None:
    call = world.calls[4]
    plant = Plant(4, 0.3, ("zwone",), following=("zwtwo",))
    with_them, found = plant_all(world.said(call), call, [plant])
    (turn,) = [n for n, each in enumerate(with_them) if "zwone." in each.texts]
    assert with_them[turn + 1].texts[0] == "zwtwo"
    assert with_them[turn].texts[-1] == "zwone."
    assert found == []


# The library


def test_all_needles_are_found_to_the_millisecond_and_nothing_else(library: Path) -> None:
    built = Built.read(library)
    checked = check(library, built, None)
    assert checked.missed == checked.invented == ()
    assert checked.found == checked.places
    assert sum(checked.places.values()) > 100
    assert checked.apart == 0.0
    assert not checked.wrong


def test_a_needle_that_was_never_hidden_is_missed_and_one_too_many_invented(library: Path) -> None:
    built = Built.read(library)
    needle = next(each for each in built.needles if each.kind == "word")
    moved = replace(needle, places=(Place("ff" * 32, 1.0, 2.0), *needle.places[1:]))
    checked = check(library, replace(built, needles=(moved,)), None)
    assert (len(checked.missed), len(checked.invented)) == (1, 1)
    assert checked.wrong


def test_it_is_a_whole_library(library: Path, world: World) -> None:
    built = Built.read(library)
    with Library(library) as opened:
        entries = opened.entries()
        gone = hidden(world.calls, 1)[1]
        assert {call.identity for call in world.calls} - {e.recording.id for e in entries} == {
            call.identity for call in gone
        }
        assert built.recordings == len(entries)
        assert {entry.language for entry in entries} == {"en"}
    check_index(library)


def test_queries_of_every_kind_are_drawn_from_what_is_said(library: Path, world: World) -> None:
    with Library(library) as opened:
        drawing = Drawing(world, lambda text: len(search(opened, text, limit=99)), 99)
        asked = [drawing.any_word() for _ in range(20)]
        assert all(search(opened, each) for each in asked if each)


def test_a_query_is_read_as_its_kind_says(world: World) -> None:
    queries = Drawing(world, lambda _: 5, 1_000).queries()
    by_kind = {each.kind: parse(each.text) for each in queries}
    assert {field.name for field in by_kind["speaker: of many calls"].fields} == {"speaker"}
    assert by_kind["NEAR"].expression.startswith("NEAR(")
    assert by_kind["a beginning (pric*)"].expression
    assert max(Counter(each.kind for each in queries).values()) == QUERIES


# Whether a hit is at a place


def hit(start: float, end: float, identity: str = "ab" * 32) -> Hit:
    turn = Turn.of("Ann", [Word(start, end, "Fine.")])
    return Hit(start, end, 1, recording(identity), turn, 0, (), "")


@pytest.mark.parametrize(
    ("start", "end", "there"),
    [(10.0, 11.0, True), (10.9, 12.0, True), (11.0, 12.0, False), (8.0, 10.0, False)],
)
def test_a_hit_is_at_a_place_that_it_overlaps(start: float, end: float, there: bool) -> None:
    place = Place("ab" * 32, 10.0, 11.0)
    assert at(hit(start, end), [place]) is there
    assert near(place, [hit(start, end, "cd" * 32)]) is False


def test_how_far_a_hit_is_from_a_place_is_the_farther_end() -> None:
    place = Place("ab" * 32, 10.0, 11.0)
    assert how_far(place, [hit(10.1, 11.3), hit(9.0, 11.0)]) == pytest.approx(0.3)


def test_what_is_meant_and_not_found_is_no_fault_of_the_index() -> None:
    assert not Checked({}, {}, (), (), ("by meaning: x",), 0.0).wrong
    assert Checked({}, {}, ("word: x",), (), (), 0.0).wrong


def test_what_a_library_is_made_of_is_read_as_it_was_written(tmp_path: Path) -> None:
    needle = Hidden("word", "zwabc", meant=False, places=(Place("ab" * 32, 1.25, 1.5),))
    built = Built(2.0, 3, 400, 18_000, {"turns": 1.5}, (needle,))
    built.write(tmp_path)
    assert Built.read(tmp_path) == built


def test_a_clock_adds_up_what_goes_into_one_thing() -> None:
    clock = Clock()
    for _ in range(2):
        with clock.timing("turns"):
            pass
    assert list(clock.seconds) == ["turns"]
    assert clock.seconds["turns"] > 0
