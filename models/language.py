"""spaCy and pytextrank: texts in, entities and ranked phrases out."""

from __future__ import annotations

import contextlib
import io
import warnings
from bisect import bisect_right
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
            Found(index, entity.start_char, entity.end_char, entity.label_)
            for index, doc in enumerate(docs)
            for entity in doc.ents
        )
        return Findings(entities, self._phrases(docs))

    def _phrases(self, docs: Sequence[Any]) -> tuple[RankedPhrase, ...]:
        from spacy.tokens import Doc

        filled = [index for index, doc in enumerate(docs) if len(doc)]
        if not filled:
            return ()
        joined = Doc.from_docs([docs[index] for index in filled])
        starts, place = [], 0
        for index in filled:
            starts.append(place)
            place += len(docs[index])
        gathered: dict[str, tuple[float, list[Found]]] = {}
        for phrase in _textrank(joined):
            for chunk in phrase.chunks:
                order = bisect_right(starts, chunk.start) - 1
                first = chunk.start - starts[order]
                span = _trimmed(docs[filled[order]][first : first + len(chunk)])
                if 0 < len(span) <= LONGEST_PHRASE and phrase.rank > 0:
                    _, mentions = gathered.setdefault(span.lemma_.lower(), (phrase.rank, []))
                    mentions.append(Found(filled[order], span.start_char, span.end_char, span.text))
        ranked = sorted(gathered.values(), key=lambda each: -each[0])[:MOST_PHRASES]
        return tuple(_ranked(rank, mentions) for rank, mentions in ranked)


def _ranked(rank: float, mentions: list[Found]) -> RankedPhrase:
    """Return a phrase as it is written most often, its mentions in order, each once."""
    written, _ = Counter(found.label for found in mentions).most_common(1)[0]
    places = sorted({replace(found, label="PHRASE") for found in mentions}, key=_place)
    return RankedPhrase(written, rank, tuple(places))


def _place(found: Found) -> tuple[int, int]:
    return found.text, found.start


def _trimmed(span: Any) -> Any:
    """Cut "the", "my", "a lot of" and the like off both ends; what is only that becomes empty."""
    start, end = 0, len(span)
    while start < end and not _telling(span[start]):
        start += 1
    while start < end and not _telling(span[end - 1]):
        end -= 1
    return span[start:end]


def _telling(token: Any) -> bool:
    return not (token.is_stop or token.is_punct or token.pos_ in {"DET", "PRON", "INTJ", "NUM"})


def _textrank(doc: Any) -> list[Any]:
    # pytextrank 3.3 prints the folder that it is in, and uses calls that networkx deprecates.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import pytextrank

        ranked = pytextrank.BaseTextRankFactory()(doc)
    return list(ranked._.phrases)
