"""Tiers: nothing said is lost, no label overlaps another, every time is where it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from pipeline.export.document import one_line
from pipeline.export.tiers import LEAST, Kind, Label, Tier, on_one_line, tiers_of
from pipeline.highlights import Highlight
from pipeline.timestamps import milliseconds
from pipeline.transcript import (
    Annotation,
    Entity,
    Keyphrase,
    Mention,
    Question,
    Turn,
    Word,
)
from tests.values import conversations, document, rich_document, tangles, turn, words

if TYPE_CHECKING:
    from pipeline.export import Document


def thousandths(seconds: float) -> float:
    """Round to milliseconds."""
    return milliseconds(seconds) / 1000


def shown(tier: Tier) -> list[tuple[float, float, str]]:
    """Return what stands in a tier."""
    return [(label.start, label.end, label.text) for label in tier.labels]


def named(tiers: tuple[Tier, ...]) -> dict[str, Tier]:
    """Return tiers by name."""
    return {tier.name: tier for tier in tiers}


def marked(*highlights: Highlight) -> Document:
    """Return a call in which passages are marked."""
    said = document(turn("We liked it a lot.", "Anna", 1.0), turn("I see.", "Ben", 3.0))
    return replace(said, highlights=highlights)


def test_each_speaker_has_a_tier_of_turns_and_one_of_words_within_them() -> None:
    said = document(turn("How is it?", "Ann Lee", 0.5), turn("Too dear.", "Ben", 2.0))
    tiers = tiers_of(said, float)
    assert [(tier.name, tier.kind, tier.speaker, tier.inside) for tier in tiers] == [
        ("Ann Lee", Kind.TURNS, "Ann Lee", None),
        ("Ann Lee words", Kind.WORDS, "Ann Lee", "Ann Lee"),
        ("Ben", Kind.TURNS, "Ben", None),
        ("Ben words", Kind.WORDS, "Ben", "Ben"),
    ]
    assert shown(tiers[0]) == [(0.5, 1.4, "How is it?")]
    assert shown(tiers[3]) == [(2.0, 2.3, "Too"), (2.3, 2.6, "dear.")]


def test_a_speaker_takes_the_floor_again_on_the_same_tier() -> None:
    said = document(turn("Yes.", "Anna"), turn("No.", "Ben", 1.0), turn("Yes!", "Anna", 2.0))
    assert [label.text for label in tiers_of(said, float)[0].labels] == ["Yes.", "Yes!"]


@pytest.mark.parametrize("speaker", [None, "", " \n "])
def test_whom_nobody_told_has_a_tier_of_speech(speaker: str | None) -> None:
    first = tiers_of(document(turn("Yes.", speaker)), float)[0]
    assert (first.name, first.speaker) == ("Speech", None)


def test_tiers_whose_names_collide_are_counted() -> None:
    said = document(
        turn("One.", "Ann"),
        turn("Two.", "Ann words", 1.0),
        turn("Three.", "Ann\n words", 2.0),
        turn("Four.", "entities", 3.0),
        turn("Five.", "Speech", 4.0),
        turn("Six.", None, 5.0),
        annotation=Annotation((Entity("One", "CARDINAL", Mention(0.0, 0.3, 0, 0, 3)),)),
    )
    tiers = tiers_of(said, float)
    assert [tier.name for tier in tiers] == [
        *("Ann", "Ann words", "Ann words 2", "Ann words 2 words"),
        *("entities", "entities words", "Speech", "Speech words", "Speech 2", "Speech 2 words"),
        "entities 2",
    ]
    assert named(tiers)["Ann words 2 words"].inside == "Ann words 2"


def test_a_word_of_no_length_lasts_a_millisecond_and_moves_only_what_begins_with_it() -> None:
    said = (Word(1.0, 1.0, "a"), Word(1.0, 1.4, "b"), Word(1.4, 1.4, "c"), Word(2.0, 2.2, "d"))
    turns, words_ = tiers_of(document(Turn.of("Anna", said)), float)
    assert shown(words_) == [
        (1.0, 1.001, "a"),
        (1.001, 1.4, "b"),
        (1.4, 1.401, "c"),
        (2.0, 2.2, "d"),
    ]
    assert shown(turns) == [(1.0, 2.2, "a b c d")]


def test_a_word_that_runs_into_the_next_ends_where_that_begins() -> None:
    said = (Word(1.0, 1.6, "a"), Word(1.5, 2.0, "b"))
    assert shown(tiers_of(document(Turn.of("Anna", said)), float)[1]) == [
        (1.0, 1.5, "a"),
        (1.5, 2.0, "b"),
    ]


def test_turns_of_one_speaker_that_overlap_are_one() -> None:
    long, short = words("We liked it a lot"), words("Yes.", start=0.7)
    said = document(Turn.of("Anna", long), Turn.of("Anna", short))
    turns, each = tiers_of(said, float)
    assert shown(turns) == [(0.0, 1.5, "We liked it Yes. a lot")]
    assert len(each.labels) == 6


def test_turns_of_two_speakers_that_overlap_stay_as_they_are() -> None:
    said = document(turn("We liked it a lot", "Anna"), turn("Mhm.", "Ben", 0.5))
    tiers = named(tiers_of(said, float))
    assert shown(tiers["Anna"]) == [(0.0, 1.5, "We liked it a lot")]
    assert shown(tiers["Ben"]) == [(0.5, 0.8, "Mhm.")]


def test_what_was_found_has_tiers_of_its_own() -> None:
    said = turn("At Acme, what does it cost?", "Ben", 2.0)
    annotation = Annotation(
        (Entity("Acme,", "ORG", Mention(2.3, 2.6, 0, 3, 8), name="Acme Ltd"),),
        (Keyphrase("cost", 0.5, (Mention(3.5, 3.8, 0, 22, 26),)),),
        (Question(Mention(2.6, 3.8, 0, 9, 27), open=True),),
    )
    tiers = named(tiers_of(document(said, annotation=annotation), float))
    assert shown(tiers["entities"]) == [(2.3, 2.6, "ORG: Acme Ltd")]
    assert shown(tiers["keyphrases"]) == [(3.5, 3.8, "cost")]
    assert shown(tiers["questions"]) == [(2.6, 3.8, "what does it cost?")]
    assert {tiers[name].kind for name in ("entities", "keyphrases", "questions")} == {Kind.FOUND}


def test_what_overlaps_goes_to_as_many_tiers_as_it_takes() -> None:
    mentions = [Mention(start, end, 0, 0, 2) for start, end in ((0, 2), (1, 3), (2, 4), (1.5, 2))]
    found = Annotation(tuple(Entity("We", f"L{n}", each) for n, each in enumerate(mentions)))
    tiers = named(tiers_of(document(turn("We liked it."), annotation=found), float))
    assert shown(tiers["entities"]) == [(0, 2, "L0: We"), (2, 4, "L2: We")]
    assert shown(tiers["entities 2"]) == [(1, 3, "L1: We")]
    assert shown(tiers["entities 3"]) == [(1.5, 2, "L3: We")]


def test_a_highlight_has_its_words_and_what_was_said_of_it() -> None:
    mark = Highlight(1.0, 1.9, 1, "we liked", ("price", "churn"), "Ask\nagain", starred=True)
    tiers = named(tiers_of(marked(mark), float))
    assert shown(tiers["highlights"]) == [(1.0, 1.9, "We liked it")]
    assert shown(tiers["highlights tags"]) == [(1.0, 1.9, "price, churn, starred")]
    assert shown(tiers["highlights notes"]) == [(1.0, 1.9, "Ask again")]
    assert tiers["highlights notes"].inside == "highlights"
    assert tiers["highlights notes"].kind is Kind.TOLD


def test_highlights_without_tags_or_notes_have_no_tiers_for_them() -> None:
    tiers = named(tiers_of(marked(Highlight(1.0, 1.9, 1, "we liked")), float))
    assert "highlights" in tiers
    assert not any(tier.kind is Kind.TOLD for tier in tiers.values())


def test_highlights_that_overlap_keep_their_own_tags() -> None:
    marks = (Highlight(1.0, 1.9, 1, "x", ("one",)), Highlight(1.3, 3.4, 2, "y", ("two",)))
    tiers = named(tiers_of(marked(*marks), float))
    assert shown(tiers["highlights tags"]) == [(1.0, 1.9, "one")]
    assert shown(tiers["highlights 2 tags"]) == [(1.3, 3.4, "two")]


def test_a_highlight_where_nothing_is_said_any_more_keeps_its_words_of_then() -> None:
    tiers = named(tiers_of(marked(Highlight(10.0, 11.0, 1, "as it was")), float))
    assert shown(tiers["highlights"]) == [(10.0, 11.0, "as it was")]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\nb\tc", "a b c"),
        ("a\x00b\x1b[0m", "a\ufffdb\ufffd[0m"),
        ("\ud800\ufffe", "\ufffd\ufffd"),
        ("naïve 今日 🎉", "naïve 今日 🎉"),
    ],
)
def test_what_no_file_can_hold_has_a_mark_in_its_place(text: str, written: str) -> None:
    assert on_one_line(text) == written


def test_nothing_said_makes_no_tier() -> None:
    assert tiers_of(document(), float) == ()


@given(conversations())
def test_every_word_is_exactly_where_it_was(turns: tuple[Turn, ...]) -> None:
    tiers = tiers_of(document(*turns), float)
    for tier in (tier for tier in tiers if tier.kind is Kind.WORDS):
        own = [turn for turn in turns if (turn.speaker or None) == tier.speaker]
        said = [(word.start, word.end, word.text) for turn in own for word in turn.words]
        assert shown(tier) == said


@given(conversations() | tangles())
def test_no_word_is_lost_whatever_the_times(turns: tuple[Turn, ...]) -> None:
    tiers = tiers_of(document(*turns), thousandths)
    said = Counter(one_line(word.text) for turn in turns for word in turn.words)
    found = [label for tier in tiers if tier.kind is Kind.WORDS for label in tier.labels]
    assert Counter(label.text for label in found) == said


@given(conversations() | tangles())
def test_labels_of_a_tier_follow_each_other_and_last_a_millisecond(
    turns: tuple[Turn, ...],
) -> None:
    for tier in tiers_of(document(*turns), thousandths):
        assert all(label.duration > LEAST - 1e-6 for label in tier.labels)
        assert all(label.text for label in tier.labels)
        assert all(before.end <= after.start for before, after in pairwise(tier.labels))


@given(conversations() | tangles())
def test_each_word_lies_within_a_turn(turns: tuple[Turn, ...]) -> None:
    tiers = named(tiers_of(document(*turns), thousandths))
    for tier in tiers.values():
        outer = tiers[tier.inside].labels if tier.inside else tier.labels
        assert all(any(_holds(each, label) for each in outer) for label in tier.labels)


def _holds(outer: Label, inner: Label) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def test_times_are_rounded_as_it_is_asked() -> None:
    said = document(Turn.of("Anna", (Word(0.12345, 0.98765, "Yes."),)))
    assert shown(tiers_of(said, thousandths)[0]) == [(0.123, 0.988, "Yes.")]
    assert shown(tiers_of(said, float)[0]) == [(0.12345, 0.98765, "Yes.")]


def test_a_document_with_something_of_everything_has_names_that_differ() -> None:
    names = [tier.name for tier in tiers_of(rich_document(), float)]
    assert len(names) == len(set(names)) == 8
