"""spaCy and pytextrank behind our own words, on a pipeline made here, without weights."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from models.findings import Findings, Found, Spelling
from models.language import Spacy, end_at_marks, installed_package

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


def test_known_names_are_found_beside_what_the_model_finds(folder: Path) -> None:
    found = Spacy(folder, "en_toy", "00ff").read(
        ["we pay Acme", "quickcrate is new"], [Spelling("quickcrate"), Spelling("Acme", "PRODUCT")]
    )
    assert found.entities == (Found(0, 7, 11, "ORG"),)
    assert found.known == (Found(0, 7, 11, "PRODUCT"), Found(1, 0, 10, ""))


def test_a_listed_name_that_is_a_word_too_is_found_where_it_is_meant(model: Spacy) -> None:
    texts = ["we pay notion", "Notion is new .", "we pay Notion", "may we pay May"]
    names = [Spelling(name) for name in ("notion", "Notion", "may", "May")]
    assert model.read(texts, names).known == (Found(2, 7, 13, ""), Found(3, 11, 14, ""))


def test_the_verbs_of_a_lemmatizer_are_words_too(folder: Path) -> None:
    nlp = spacy.load(folder)
    lemmatizer: Any = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.lookups.add_table("lemma_rules", {})
    lemmatizer.lookups.add_table("lemma_index", {"verb": ["slack"], "noun": ["acme"]})
    nlp.to_disk(folder)
    model = Spacy(folder, "en_toy", "00ff")
    names = [Spelling("slack"), Spelling("acme")]
    assert model.read(["we slack", "we pay acme"], names).known == (Found(1, 7, 11, ""),)


def sentences(words: str) -> list[str]:
    """Return the sentences of a text as the marks in it have them."""
    doc = end_at_marks(Doc(spacy.blank("en").vocab, words=words.split()))
    return [sentence.text for sentence in doc.sents] if doc.has_annotation("SENT_START") else []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("we pay . It is new", ["we pay .", "It is new"]),
        ("really ? ! yes", ["really ? !", "yes"]),
        ("all in one", []),
        ("", []),
    ],
)
def test_sentences_end_where_the_transcript_has_them_end(words: str, found: list[str]) -> None:
    assert sentences(words) == found


@pytest.mark.parametrize(
    ("language", "there", "taken"),
    [
        ("de", {"de_core_news_sm"}, "de_core_news_sm"),
        ("de", {"de_core_news_sm", "de_core_news_md"}, "de_core_news_md"),
        ("zh", {"zh_core_web_sm"}, "zh_core_web_sm"),
        ("no", {"nb_core_news_sm"}, "nb_core_news_sm"),
        ("de", {"fr_core_news_sm"}, None),
        ("sw", {"sw_core_news_sm"}, None),
    ],
)
def test_the_largest_package_of_a_language_that_is_installed_is_taken(
    monkeypatch: pytest.MonkeyPatch, language: str, there: set[str], taken: str | None
) -> None:
    monkeypatch.setattr("models.language.find_spec", lambda name: name if name in there else None)
    assert installed_package(language) == taken
