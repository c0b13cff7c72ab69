"""What a language model finds, tied to turns, characters and seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from models.findings import Found
from pipeline import transcript
from pipeline.annotate import annotate, mention_of
from pipeline.transcript import Annotation, Mention, Turn, Word, WordTimes, word_offsets
from tests.fakes import Broken, BrokenLanguageModel, FakeLanguageModel
from tests.values import conversations, turn

if TYPE_CHECKING:
    from collections.abc import Iterable

CALL = (
    turn("We moved to Acme in May.", "Anna", start=10.0, each=0.5),
    turn("Acme was cheaper than Acme Cloud.", "Ben", start=20.0, each=0.5),
)


def test_an_entity_is_tied_to_its_turn_its_characters_and_their_time() -> None:
    annotation = annotate(CALL, FakeLanguageModel({"Acme": "ORG"}))
    assert [(each.text, each.label) for each in annotation.entities] == [("Acme", "ORG")] * 3
    assert [each.mention for each in annotation.entities] == [
        Mention(11.5, 12.0, 0, 12, 16),
        Mention(20.0, 20.5, 1, 0, 4),
        Mention(22.0, 22.5, 1, 22, 26),
    ]


def test_the_time_of_a_name_of_two_words_is_that_of_both() -> None:
    annotation = annotate(CALL, FakeLanguageModel({"Acme Cloud": "PRODUCT"}))
    (entity,) = annotation.entities
    assert (entity.text, entity.mention.start, entity.mention.end) == ("Acme Cloud", 22.0, 23.0)


def test_the_best_keyphrase_ranks_one_and_the_others_beside_it() -> None:
    annotation = annotate(CALL, FakeLanguageModel(phrases=("Acme", "May", "cheaper")))
    assert [(each.text, each.rank) for each in annotation.keyphrases] == [
        ("Acme", 1.0),
        ("May", 0.8333),
        ("cheaper", 0.7143),
    ]


def test_a_keyphrase_has_all_its_mentions() -> None:
    (phrase,) = annotate(CALL, FakeLanguageModel(phrases=("Acme",))).keyphrases
    assert [(mention.turn, mention.start) for mention in phrase.mentions] == [
        (0, 11.5),
        (1, 20.0),
        (1, 22.0),
    ]


def test_a_call_in_which_nothing_is_found_has_an_empty_annotation() -> None:
    assert annotate(CALL, FakeLanguageModel({"Zeta": "ORG"}, ("prices",))) == Annotation()


def test_a_call_without_turns_has_an_empty_annotation() -> None:
    assert annotate((), FakeLanguageModel({"Acme": "ORG"})) == Annotation()


def test_a_model_reads_all_turns_at_once() -> None:
    model = FakeLanguageModel({"Acme": "ORG"})
    annotate(CALL, model)
    assert model.calls == 1


def test_the_words_of_a_turn_are_counted_out_once_however_much_is_found_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[int] = []

    def counting(words: Iterable[Word]) -> tuple[int, ...]:
        counted.append(1)
        return word_offsets(words)

    monkeypatch.setattr(transcript, "word_offsets", counting)
    long = turn("Acme was cheaper. " * 200, "Anna")
    annotation = annotate((long,), FakeLanguageModel({"Acme": "ORG"}, ("cheaper",)))
    assert len(annotation.entities) == len(annotation.keyphrases[0].mentions) == 200
    assert len(counted) == 1


def test_a_model_that_breaks_is_not_hidden() -> None:
    with pytest.raises(Broken, match="no grammar"):
        annotate(CALL, BrokenLanguageModel())


@given(conversations())
def test_what_is_found_stands_where_its_mention_says(turns: tuple[Turn, ...]) -> None:
    annotation = annotate(turns, FakeLanguageModel({"Acme.": "ORG", "カレー": "FOOD", "e": "X"}))
    for entity in annotation.entities:
        where = entity.mention
        assert turns[where.turn].text[where.start_char : where.end_char] == entity.text
        assert turns[where.turn].start <= where.start <= where.end <= turns[where.turn].end


@given(conversations())
def test_a_mention_of_a_whole_turn_takes_its_whole_time(turns: tuple[Turn, ...]) -> None:
    for number, each in enumerate(turns):
        times = [WordTimes.of(each.words) for each in turns]
        mention = mention_of(Found(number, 0, len(each.text), "PHRASE"), times)
        assert (mention.start, mention.end) == (each.start, each.end)
