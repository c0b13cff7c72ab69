"""spaCy and pytextrank behind our own words, on a pipeline made here, without weights."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from models.language import (
    LONGEST_PHRASE,
    MOST_PHRASES,
    Findings,
    Found,
    RankedPhrase,
    Spacy,
)

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {"Acme": "ORG", "Denver": "GPE", "forty dollars": "MONEY"}
ADJECTIVES = frozenset({"monthly", "annual", "new"})
OTHERS = {"the": "DET", "we": "PRON", "pay": "VERB", "is": "AUX", ".": "PUNCT", "too": "ADV"}


@Language.component("scripted_grammar")
def scripted_grammar(doc: Doc) -> Doc:
    """Tag words by a list: what is not on it is a noun. Each noun heads the words before it."""
    tags = [
        "ADJ" if token.lower_ in ADJECTIVES else OTHERS.get(token.lower_, "NOUN") for token in doc
    ]
    nouns = [place for place, tag in enumerate(tags) if tag == "NOUN"]
    heads = [
        next((noun for noun in nouns if noun > place), place) if tag in {"ADJ", "DET"} else place
        for place, tag in enumerate(tags)
    ]
    return Doc(
        doc.vocab,
        words=[token.text for token in doc],
        spaces=[bool(token.whitespace_) for token in doc],
        pos=tags,
        lemmas=[token.lower_.removesuffix("s") for token in doc],
        heads=heads,
        deps=["ROOT" if head == place else "amod" for place, head in enumerate(heads)],
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Keep an English pipeline that knows some names and the grammar above."""
    nlp = spacy.blank("en")
    nlp.add_pipe("scripted_grammar")
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": name} for name, label in NAMES.items()])
    nlp.to_disk(tmp_path / "model")
    return tmp_path / "model"


@pytest.fixture
def model(folder: Path) -> Spacy:
    return Spacy(folder, "en_toy", "00ff")


def mentions(findings: Findings) -> dict[str, list[tuple[int, int]]]:
    """Return where each phrase stands: text and first character."""
    return {p.phrase: [(m.text, m.start) for m in p.mentions] for p in findings.phrases}


def test_a_model_says_what_it_is(model: Spacy) -> None:
    made = model.made
    assert (made.engine, made.version) == ("spacy", version("spacy"))
    assert (made.model, made.digest) == ("en_toy", "00ff")
    assert made.options == (("pytextrank", version("pytextrank")),)


def test_entities_are_found_text_by_text_in_order(model: Spacy) -> None:
    found = model.read(["We pay Acme forty dollars", "nothing", "Denver is new , Acme is too"])
    assert found.entities == (
        Found(0, 7, 11, "ORG"),
        Found(0, 12, 25, "MONEY"),
        Found(2, 0, 6, "GPE"),
        Found(2, 16, 20, "ORG"),
    )


@pytest.mark.parametrize("texts", [[], [""], ["", ""]])
def test_where_nothing_is_said_nothing_is_found(model: Spacy, texts: list[str]) -> None:
    assert model.read(texts) == Findings((), ())


def test_a_text_without_words_shifts_no_mention(model: Spacy) -> None:
    found = model.read(["", "the monthly report", "", "the monthly report"])
    assert mentions(found)["monthly report"] == [(1, 4), (3, 4)]


def test_phrases_are_ranked_over_all_texts_together(model: Spacy) -> None:
    found = model.read(["the monthly report", "the monthly report is new", "the office"])
    assert mentions(found)["monthly report"] == [(0, 4), (1, 4)]
    ranks = [phrase.rank for phrase in found.phrases]
    assert ranks == sorted(ranks, reverse=True)
    assert found.phrases[0].phrase == "monthly report"


def test_a_phrase_goes_without_articles_and_pronouns(model: Spacy) -> None:
    found = model.read(["we pay the monthly report"])
    assert {phrase.phrase for phrase in found.phrases} == {"monthly report"}


def test_forms_of_one_phrase_are_one_written_as_most_often(model: Spacy) -> None:
    found = model.read(["monthly reports", "Monthly report", "the monthly reports"])
    assert list(mentions(found)) == ["monthly reports"]
    assert mentions(found)["monthly reports"] == [(0, 0), (1, 0), (2, 4)]


def test_a_mention_is_of_the_phrase_alone(model: Spacy) -> None:
    texts = ["we pay the monthly report ."]
    (phrase,) = model.read(texts).phrases
    (mention,) = phrase.mentions
    assert texts[mention.text][mention.start : mention.end] == phrase.phrase
    assert mention.label == "PHRASE"


def test_a_clause_is_no_phrase(model: Spacy) -> None:
    clause = " ".join(["monthly"] * LONGEST_PHRASE + ["report"])
    phrase = " ".join(["annual"] * (LONGEST_PHRASE - 1) + ["report"])
    assert set(mentions(model.read([clause, phrase]))) == {phrase}


def test_only_the_best_phrases_of_a_call_are_kept(model: Spacy) -> None:
    nouns = [f"noun{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(MOST_PHRASES + 5)]
    assert len(model.read([f"the {noun}" for noun in nouns]).phrases) == MOST_PHRASES


def test_reading_prints_and_warns_of_nothing(
    model: Spacy, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    model.read(["the monthly report"])
    assert (capfd.readouterr(), len(recwarn)) == (("", ""), 0)


def test_a_text_is_read_alike_whatever_was_read_before(model: Spacy) -> None:
    texts = ["we pay Acme the monthly report", "the new office"]
    first = model.read(texts)
    model.read(["the annual office is too new"])
    assert model.read(texts) == first


def test_a_phrase_is_named_with_its_rank_and_each_mention_once(model: Spacy) -> None:
    (phrase,) = model.read(["monthly report"]).phrases
    assert isinstance(phrase, RankedPhrase)
    assert phrase.rank > 0
    assert phrase.mentions == (Found(0, 0, 14, "PHRASE"),)
