"""The phrases of texts that spaCy has read: here as documents that are written down by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import spacy
from spacy.tokens import Doc, Span

from models.findings import Found, RankedPhrase
from models.grammar import Part
from models.phrases import MOST_PHRASES, Place, candidates, parts_of, settled

if TYPE_CHECKING:
    from collections.abc import Sequence

VOCABULARY = spacy.blank("en").vocab
NAMES = {"Acme": "ORG", "Denver": "GPE", "Ann": "PERSON", "Lee": "PERSON", "Bob": "PERSON"}
TAGS = {"the": "DET", "a": "DET", "we": "PRON", "pay": "VERB", "is": "AUX", "can": "AUX"}
TAGS |= {"monthly": "ADJ", "annual": "ADJ", "new": "ADJ", "on": "ADP", ".": "PUNCT", "uh": "INTJ"}


def read(text: str) -> Doc:
    """Return a text as spaCy reads it: each word is what `TAGS` say, a name, or a noun."""
    words = text.split()
    tags = ["PROPN" if word in NAMES else TAGS.get(word.lower(), "NOUN") for word in words]
    on = [place - 1 if word == "on" else place for place, word in enumerate(words)]
    lemmas = [
        "can" if word == "cans" else word.lower().removesuffix("s") if word not in NAMES else word
        for word in words
    ]
    deps = ["prep" if head != place else "ROOT" for place, head in enumerate(on)]
    doc = Doc(VOCABULARY, words=words, pos=tags, lemmas=lemmas, heads=on, deps=deps)
    doc.ents = [Span(doc, n, n + 1, NAMES[word]) for n, word in enumerate(words) if word in NAMES]
    return doc


def found(*texts: str) -> tuple[RankedPhrase, ...]:
    return candidates([read(text) for text in texts])


def mentions(*texts: str) -> dict[str, list[tuple[int, int]]]:
    """Return where each phrase stands: text and first character."""
    return {each.phrase: [(m.text, m.start) for m in each.mentions] for each in found(*texts)}


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["uh"], ["we pay"]])
def test_where_nothing_is_said_nothing_is_found(texts: list[str]) -> None:
    assert found(*texts) == ()


def test_a_text_without_words_shifts_no_mention() -> None:
    told = mentions("", "the monthly report", "", "the monthly report")
    assert told["monthly report"] == [(1, 4), (3, 4)]


def test_phrases_are_ranked_over_all_texts_together() -> None:
    phrases = found("the monthly report", "the monthly report is new", "the office")
    assert [each.phrase for each in phrases] == ["monthly report", "office"]
    assert phrases[0].rank > phrases[1].rank > 0


def test_forms_of_one_phrase_are_one_written_as_most_often() -> None:
    told = mentions("monthly reports", "Monthly report", "the monthly reports")
    assert told == {"monthly reports": [(0, 0), (1, 0), (2, 4)]}


def test_forms_of_one_phrase_have_one_lemma() -> None:
    (one,), (many,) = found("the Monthly report"), found("monthly reports")
    assert one.lemma == many.lemma == "monthly report"


def test_a_mention_is_of_the_phrase_alone() -> None:
    text = "we pay the monthly report ."
    (phrase,) = found(text)
    (mention,) = phrase.mentions
    assert text[mention.start : mention.end] == phrase.phrase == "monthly report"
    assert mention == Found(0, 11, 25, "PHRASE")


def test_a_phrase_is_mentioned_wherever_its_words_stand_in_a_row() -> None:
    told = mentions("monthly report", "report monthly report")
    assert told["monthly report"] == [(0, 0), (1, 7)]


def test_a_word_by_itself_is_only_mentioned_where_it_is_a_noun() -> None:
    assert mentions("the cans", "we can pay")["cans"] == [(0, 4)]


def test_only_the_best_phrases_of_a_call_are_kept() -> None:
    nouns = [f"noun{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(MOST_PHRASES + 5)]
    assert len(found(*(f"the {noun} is monthly {noun}" for noun in nouns))) == MOST_PHRASES


def test_of_two_phrases_of_which_one_is_in_the_other_the_longer_one_stays() -> None:
    told = mentions("delivery text messages", "the text messages")
    assert list(told) == ["delivery text messages"]


def test_the_shorter_one_stays_too_if_it_is_said_more_often_alone() -> None:
    told = mentions("delivery text messages", "the text messages", "a text message")
    assert set(told) == {"delivery text messages", "text messages"}
    assert told["text messages"] == [(1, 4), (2, 2)]


def test_two_phrases_on_either_side_of_a_preposition_are_one() -> None:
    assert list(mentions("cash on delivery", "Cash on delivery .")) == ["cash on delivery"]


def test_a_phrase_in_two_texts_ranks_above_one_that_is_twice_in_one() -> None:
    twice, both = found("monthly report . monthly report", "annual office", "annual office")[::-1]
    assert (both.phrase, twice.phrase) == ("annual office", "monthly report")


def test_two_words_rank_above_one() -> None:
    assert found("invoices", "annual office")[0].phrase == "annual office"


def test_names_of_people_and_places_are_listed_elsewhere_and_rank_low() -> None:
    told = [each.phrase for each in found("Acme", "Denver", "Ann Lee", "the office")]
    assert told.index("Acme") < told.index("Denver")
    assert "Ann Lee" in told


def test_who_is_spoken_to_by_a_first_name_is_no_phrase() -> None:
    assert [each.phrase for each in found("Bob is new", "the office", "Bob")] == ["office"]


def test_a_weak_word_adds_nothing_to_the_rank() -> None:
    weak, strong = (
        next(each.rank for each in found(text, "the office") if " " in each.phrase)
        for text in ("closing time", "closing bell")
    )
    assert weak < strong


def test_reading_prints_and_warns_of_nothing(
    capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    found("the monthly report")
    assert (capfd.readouterr(), len(recwarn)) == (("", ""), 0)


def test_texts_are_read_alike_whatever_was_read_before() -> None:
    texts = ["we pay Acme the monthly report", "the new office"]
    first = found(*texts)
    found("the annual office is too new")
    assert found(*texts) == first


def test_words_are_handed_to_grammar_with_all_that_it_asks_for() -> None:
    _, on, delivery = parts_of(read("cash on delivery"))
    assert on == Part("on", "on", "ADP", head=0, common=True)
    assert delivery == Part("delivery", "delivery", "NOUN", head=2)


def row(*words: str) -> Sequence[Part]:
    return [Part(word, word, "NOUN") for word in words]


def test_what_stands_within_a_longer_one_as_often_as_alone_is_not_meant() -> None:
    texts = [row("bike", "type"), row("bike"), row("bike")]
    assert settled(texts, ["bike type", "bike"]) == {
        "bike type": [Place(0, 0, 2)],
        "bike": [Place(1, 0, 1), Place(2, 0, 1)],
    }
    assert set(settled(texts[:2], ["bike type", "bike"])) == {"bike type"}
