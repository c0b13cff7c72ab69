"""What is typed of words to corrections: which words are meant, and which cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.corrections import Correction, State, corrected
from pipeline.errors import NotFound, UsageError
from pipeline.rewording import (
    Words,
    also_at,
    everywhere,
    fits_of,
    follow,
    in_case,
    may_say,
    passage_reworded,
    reworded,
    turns_at,
    words_of,
)
from pipeline.speakers import turns_by_hand
from pipeline.transcript import Segment, Span, SpeakerSpan
from tests.fakes import FakeEngines, FakeLanguageModel
from tests.libraries import check_index, fill, recording
from tests.values import turn, words

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library

TEXT = "Acne is dear. We pay acne, honestly, and acne's price is up. Mr. Lee says so."
# When each of those words begins: every 0.3 s.
SECOND, THIRD = 1.5, 2.4


def heard(*texts: str, apart: float = 20.0) -> tuple[Segment, ...]:
    """Return texts that are said one after another, each some time after the last."""
    return tuple(segment(text, n * apart) for n, text in enumerate(texts))


def segment(text: str, start: float = 0.0, channel: int | None = None) -> Segment:
    own = words(text, start)
    return Segment(own[0].start, own[-1].end, own, channel)


def scene(*segments: Segment) -> Words:
    """Return a recording of which nothing was corrected yet."""
    from pipeline.corrections import texts_of

    turns = turns_by_hand(segments, (), ())
    return Words(recording(), segments, (), (), texts_of(segments), turns)


def read(standing: Words, *made: Correction) -> str:
    """Return how a recording reads with corrections."""
    after, fits = corrected(standing.heard, made)
    assert {fit.state for fit in fits} <= {State.APPLIED}
    return " | ".join(each.text for each in after)


@pytest.mark.parametrize(
    ("time", "start"), [(0.0, 0.0), (1.0, SECOND), (1.4, SECOND), (2.2, THIRD), (3.9, THIRD)]
)
def test_of_the_same_words_those_nearest_to_the_time_are_meant(time: float, start: float) -> None:
    made = reworded(scene(segment(TEXT)), time, "ACNE", "Acme")
    assert made.start == start


def test_a_correction_knows_what_stood_there_and_around() -> None:
    made = reworded(scene(segment(TEXT, channel=1)), SECOND, "acne", " Acme ")
    assert made == Correction(
        1.5, 1.8, "acne", "Acme", 1, "is dear. We pay ", ", honestly, and acne's price"
    )


def test_words_in_the_turn_that_is_shown_at_a_time_go_before_nearer_ones() -> None:
    standing = scene(*heard("we pay acne.", f"so {'and ' * 30} acne", apart=2.0))
    assert [turn.start for turn in standing.turns] == [0.0, 2.0]
    assert reworded(standing, 2.0, "acne", "Acme").start > 10
    assert reworded(standing, 1.0, "acne", "Acme").start == 0.6


def test_a_turn_shown_with_that_time_goes_before_one_that_is_still_going_on() -> None:
    spans = (SpeakerSpan(0.0, 3.2, "Speaker 1"), SpeakerSpan(3.3, 9.0, "Speaker 2"))
    said = (segment("right on a stick", 1.9), segment("so on a stick they write", 3.4))
    standing = replace(scene(*said), turns=turns_by_hand(said, spans, ()))
    assert [(turn.speaker, turn.start) for turn in standing.turns] == [
        ("Speaker 1", 1.9),
        ("Speaker 2", 3.4),
    ]
    assert standing.turns[0].end >= 3.0
    assert reworded(standing, 3.0, "stick", "tablet").start > 3.4
    assert reworded(standing, 1.0, "stick", "tablet").start < 3.0
    assert reworded(standing, 2.0, "a", "the").start == said[0].words[2].start
    exact = said[0].words[-1].start
    assert reworded(standing, exact, "stick", "tablet").start == exact


@pytest.mark.parametrize(
    ("time", "turns"), [(0.9, [0.0]), (2.0, [2.5]), (2.6, [2.5]), (5.0, []), (2.5, [2.5])]
)
def test_a_turn_is_at_the_second_at_which_it_is_shown(time: float, turns: list[float]) -> None:
    known = [turn("so we pay"), turn("and then some", start=2.5)]
    assert [each.start for each in turns_at(known, time)] == turns


@pytest.mark.parametrize(
    ("time", "said", "message"),
    [
        (0.0, "beta", "'beta' is not said in First call, as it was heard. Read it: relisten show"),
        (
            90.0,
            "acne",
            r"not said near 01:30 in First call. The nearest is at 00:02: abababab@00:0",
        ),
        (0.0, "...", "there is no word in '...' to look for"),
        (0.0, "", "there is no word in '' to look for"),
    ],
)
def test_words_that_are_not_there_are_refused(time: float, said: str, message: str) -> None:
    with pytest.raises((NotFound, UsageError), match=message):
        reworded(scene(segment(TEXT)), time, said, "Acme")


@pytest.mark.parametrize(
    ("meant", "message"),
    [("acne", "it says 'acne' at 00:01"), ("?!", "To take words out, write two quotes: ''")],
)
def test_words_that_change_nothing_are_refused(meant: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        reworded(scene(segment(TEXT)), SECOND, "acne", meant)


@pytest.mark.parametrize(
    ("said", "meant", "reads"),
    [
        ("acne, honestly", "Acme", "We pay Acme, and acne's"),
        ("pay acne", "say", "We say, honestly"),
        ("acne's", "Acme's", "and Acme's price"),
        ("mr. lee", "Mister Lee", "up. Mister Lee says so."),
        ("Mr", "Dr", "up. Dr. Lee says so."),
        ("honestly", "", "We pay acne, and acne's"),
        ("acne\x1b[31m", "Acme\x00", "We pay acne"),
    ],
)
def test_several_words_and_parts_of_words_are_put_right(said: str, meant: str, reads: str) -> None:
    standing = scene(segment(TEXT))
    if "\x1b" in said:
        with pytest.raises(NotFound):
            reworded(standing, SECOND, said, meant)
        return
    assert reads in read(standing, reworded(standing, SECOND, said, meant))


@pytest.mark.parametrize(
    ("passage", "meant", "reads"),
    [
        (Span(0.9, 2.1), "They pay Acme", "Acne is dear. They pay Acme, and acne's"),
        (Span(1.6, 1.7), "Acme", "We pay Acme, honestly"),
        (Span(0.0, 0.9), "", "We pay acne"),
        (Span(3.6, 4.8), "Mr. Lee says no", "up. Mr. Lee says no."),
    ],
)
def test_all_words_whose_middles_are_in_a_passage_are_put_right(
    passage: Span, meant: str, reads: str
) -> None:
    standing = scene(segment(TEXT))
    assert reads in read(standing, passage_reworded(standing, passage, meant))


def test_words_that_nobody_heard_are_put_into_their_time() -> None:
    standing = scene(*heard("so we pay", "and then"))
    made = passage_reworded(standing, Span(10.0, 11.0), "mm-hm")
    assert (made.start, made.end, made.before, made.lead) == (10.0, 11.0, "", "so we pay")
    assert read(standing, made) == "so we pay mm-hm | and then"
    last = passage_reworded(standing, Span(30.0, 31.0), "bye")
    assert read(standing, last) == "so we pay | and then bye"


def test_it_must_be_known_in_which_channel_nobody_was_heard() -> None:
    standing = scene(segment("so we pay", channel=0), segment("and then", 20.0, 1))
    with pytest.raises(NotFound, match="no word is said at 00:10-00:11 in First call"):
        passage_reworded(standing, Span(10.0, 11.0), "mm-hm")
    with pytest.raises(NotFound, match="no word is said"):
        passage_reworded(scene(segment("so")), Span(10.0, 11.0), " ")


def test_where_two_speak_at_once_the_passage_is_of_who_says_more() -> None:
    standing = scene(segment("so we pay acne", channel=0), segment("mm-hm", 0.6, 1))
    assert passage_reworded(standing, Span(0.0, 1.2), "so it is").channel == 0


@pytest.mark.parametrize(
    ("said", "meant", "reads"),
    [
        (
            *("acne", "Acme"),
            "Acme is dear. We pay Acme, honestly, and Acme's price is up. Mr. Lee says so.",
        ),
        (
            *("ACNE", "the Acme"),
            "the Acme is dear. We pay the Acme, honestly, and the Acme's price is up. "
            "Mr. Lee says so.",
        ),
        ("acne", "it", "It is dear. We pay it, honestly, and it's price is up. Mr. Lee says so."),
        (
            *("Mr. Lee", "Mr. Ng Lee"),
            "Acne is dear. We pay acne, honestly, and acne's price is up. Mr. Ng Lee says so.",
        ),
    ],
)
def test_a_name_is_replaced_wherever_it_is_a_word(said: str, meant: str, reads: str) -> None:
    standing = scene(segment(TEXT))
    assert read(standing, *everywhere(standing, said, meant)) == reads


def test_what_stands_right_already_is_left_alone() -> None:
    standing = scene(segment("Ann Lee and Lee and Acme and acme-acme or placement"))
    assert read(standing, *everywhere(standing, "Lee", "Ann Lee")).startswith("Ann Lee and Ann Lee")
    assert [made.start for made in everywhere(standing, "acme", "Acme")] == [2.1]
    assert everywhere(standing, "Acme and", "Acme and") == ()
    assert everywhere(standing, "lace", "face") == ()


def test_places_come_in_the_order_of_time_over_channels() -> None:
    standing = scene(segment("so acne", 5.0, 0), segment("acne and acne", 4.0, 1))
    made = everywhere(standing, "acne", "Acme Inc")
    assert [(each.start, each.channel) for each in made] == [(4.0, 1), (4.6, 1), (5.3, 0)]
    assert read(standing, *made) == "Acme Inc and Acme Inc | so Acme Inc"


@pytest.mark.parametrize(
    ("stood", "said", "meant", "text"),
    [
        ("Utilise", "utilise", "use", "Use"),
        ("utilise", "utilise", "use", "use"),
        ("I phone", "i phone", "iPhone", "iPhone"),
        ("Acne", "Acne", "acme", "acme"),
    ],
)
def test_a_sentence_keeps_its_capital(stood: str, said: str, meant: str, text: str) -> None:
    assert in_case(stood, said, meant) == text


def test_it_is_told_where_the_same_stands_in_the_turn() -> None:
    standing = scene(segment(TEXT), segment("acne", 90.0))
    made = reworded(standing, SECOND, "acne", "Acme")
    assert also_at(standing, made) == (0.0, THIRD)


def test_words_without_a_place_that_can_be_found_again_are_refused() -> None:
    standing = scene(segment("so so so"))
    made = reworded(standing, 0.3, "so", "no")
    assert read(standing, made) == "so no so"


# In a library

ID = "ab" * 32


@pytest.fixture
def full(library: Library) -> Library:
    fill(library, recording(ID), turn("we pay acne too much", "Ann"))
    return library


def test_corrections_are_of_the_words_as_they_stand(full: Library) -> None:
    kept = full.get(ID)
    assert kept
    full.store_change({ID: [reworded(words_of(kept, full), 0.6, "acne", "Acme")]})
    then = reworded(words_of(kept, full), 0.6, "acme", "Acme Inc")
    assert then.before == "Acme"
    full.store_change({ID: [then]})
    assert [fit.state for fit in fits_of(kept, full)] == [State.APPLIED, State.APPLIED]
    follow(full, FakeEngines(readers={"en": FakeLanguageModel({"Acme Inc": "ORG"})}), [ID])
    assert [each.text for each in full.turns(ID)] == ["we pay Acme Inc too much"]
    (found,) = full.transcript(ID).annotation.entities
    assert found.text == "Acme Inc"


def test_what_is_searched_follows(full: Library, tmp_path: Path) -> None:
    from pipeline.search import search

    kept = full.get(ID)
    assert kept
    full.store_change({ID: [reworded(words_of(kept, full), 0.6, "acne", "Acme")]})
    follow(full, FakeEngines(), [ID, "ef" * 32])
    check_index(tmp_path / "library")
    assert search(full, "acne") == []
    (hit,) = search(full, "acme")
    assert (hit.start, hit.end) == (0.6, 0.9)
    assert set(full.made(ID)) >= {"attribute", "annotate"}


def test_what_is_not_transcribed_cannot_be_put_right(library: Library) -> None:
    library.put(recording())
    with pytest.raises(UsageError, match=r"First call: it is not transcribed yet\. Run: relisten"):
        words_of(recording(), library)
    follow(library, FakeEngines(), [recording().id])
    assert library.made(recording().id) == {}


@pytest.mark.parametrize(
    ("said", "found"), [("Acne", True), ("don't pay", False), ("pay 5", True), ("beta", False)]
)
def test_recordings_that_may_say_something_are_found_by_its_longest_word(
    full: Library, said: str, found: bool
) -> None:
    assert (ID in may_say(full, said)) is found
