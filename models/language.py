"""spaCy and pytextrank: texts in, entities and ranked phrases out."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.transcript import Made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LONGEST_PHRASE = 5  # words: a longer candidate is a clause, not a phrase
MOST_PHRASES = 30  # of one call
# Entities that say when or how much, not what a call is about.
UNTELLING = frozenset({"CARDINAL", "DATE", "MONEY", "ORDINAL", "PERCENT", "QUANTITY", "TIME"})


@dataclass(frozen=True, slots=True)
class Found:
    """Characters [start, end) of text number `text`, with a label."""

    text: int
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class RankedPhrase:
    """A phrase that texts are about: its rank (any scale, higher first) and where it stands."""

    phrase: str
    rank: float
    mentions: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a language model found in texts."""

    entities: tuple[Found, ...]
    phrases: tuple[RankedPhrase, ...]


class LanguageModel(Protocol):
    """Texts in, findings out."""

    @property
    def made(self) -> Made:
        """Engine, version and weights."""
        ...

    def read(self, texts: Sequence[str]) -> Findings:
        """Return the entities of each text, in order, and the phrases of all of them together."""
        ...


class Spacy:
    """A spaCy pipeline from a local folder, with TextRank over its noun phrases."""

    def __init__(self, folder: Path, name: str, digest: str) -> None:
        import spacy  # a second that no other command should pay

        self._nlp = spacy.load(folder)
        self._name, self._digest = name, digest

    @property
    def made(self) -> Made:
        """Engine, version and weights."""
        options = (("pytextrank", version("pytextrank")),)
        return Made("spacy", version("spacy"), self._name, self._digest, options)

    def read(self, texts: Sequence[str]) -> Findings:
        """Return the entities of each text, in order, and the phrases of all of them together."""
        docs = list(self._nlp.pipe(texts))
        entities = tuple(
            Found(index, span.start_char, span.end_char, entity.label_)
            for index, doc in enumerate(docs)
            for entity in doc.ents
            for span in (_with_currency(entity),)
        )
        return Findings(entities, self._phrases(docs))

    def _phrases(self, docs: Sequence[Any]) -> tuple[RankedPhrase, ...]:
        """Rank noun phrases by TextRank over all texts, then by how often they are said.

        A phrase counts wherever its lemmas stand in a row, not only where TextRank saw it.
        """
        from spacy.matcher import PhraseMatcher
        from spacy.tokens import Doc

        filled = [doc for doc in docs if len(doc)]
        if not filled:
            return ()
        candidates: dict[str, tuple[float, Any]] = {}
        for phrase in _textrank(Doc.from_docs(filled)):
            span = _trimmed(phrase.chunks[0])
            if 0 < len(span) <= LONGEST_PHRASE and phrase.rank > 0:
                candidates.setdefault(span.lemma_.lower(), (phrase.rank, span))
        matcher = PhraseMatcher(self._nlp.vocab, attr="LEMMA")
        for key, (_, span) in candidates.items():
            matcher.add(key, [span.as_doc()])
        mentions = _mentions(docs, matcher)
        ranked = [
            _ranked(rank * len(mentions[key]) ** 0.5, mentions[key])
            for key, (rank, _) in candidates.items()
            if key in mentions
        ]
        return tuple(sorted(ranked, key=lambda each: -each.rank)[:MOST_PHRASES])


def _mentions(docs: Sequence[Any], matcher: Any) -> dict[str, list[Found]]:
    """Return where each phrase stands; labels are the phrases as written there."""
    mentions: dict[str, list[Found]] = {}
    for index, doc in enumerate(docs):
        for span in matcher(doc, as_spans=True):
            found = Found(index, span.start_char, span.end_char, span.text)
            mentions.setdefault(span.label_, []).append(found)
    return mentions


def _ranked(rank: float, mentions: list[Found]) -> RankedPhrase:
    """Return a phrase as it is written most often, its mentions in order."""
    written, _ = Counter(found.label for found in mentions).most_common(1)[0]
    places = sorted(mentions, key=lambda found: (found.text, found.start))
    return RankedPhrase(written, rank, tuple(replace(p, label="PHRASE") for p in places))


def _trimmed(span: Any) -> Any:
    """Cut "the", "my", "a lot of" and the like off both ends; what is only that becomes empty."""
    start, end = 0, len(span)
    while start < end and not _telling(span[start]):
        start += 1
    while start < end and not _telling(span[end - 1]):
        end -= 1
    return span[start:end]


def _telling(token: Any) -> bool:
    """Tell whether a phrase may begin or end with a word: no days, sums or words for everything."""
    if token.is_stop or token.is_punct or token.pos_ in {"DET", "PRON", "INTJ", "NUM"}:
        return False
    return token.ent_type_ not in UNTELLING


def _with_currency(entity: Any) -> Any:
    """Take in the "$" that en_core_web_sm 3.8 leaves before a sum of money."""
    doc, start = entity.doc, entity.start
    if entity.label_ == "MONEY" and start and doc[start - 1].is_currency:
        return doc[start - 1 : entity.end]
    return entity


def _textrank(doc: Any) -> list[Any]:
    # pytextrank 3.3 prints the folder that it is in, and uses calls that networkx deprecates.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import pytextrank

        ranked = pytextrank.BaseTextRankFactory()(doc)
    return list(ranked._.phrases)
