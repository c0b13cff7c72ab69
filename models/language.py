"""spaCy: texts in, entities and ranked phrases out."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from models.findings import Findings, Found
from models.ordinary import SENTENCE_ENDS, is_meant, is_ordinary
from models.phrases import candidates
from pipeline.transcript import Made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.findings import Spelling

MARKS = "transcript_marks"
INDEX, KINDS = "lemma_index", ("verb", "adj", "adv")  # a lemmatizer's list of words, and of which
KNOWN = "KNOWN"  # the label of a known name of which the label is not known


# The packages that spaCy's authors publish for a language, but for their size, and those sizes.
PACKAGES = {
    language: f"{language}_core_{'web' if language in {'en', 'zh'} else 'news'}"
    for language in (
        *("ca", "da", "de", "el", "en", "es", "fi", "fr", "hr", "it", "ja", "ko", "lt", "mk"),
        *("nb", "nl", "pl", "pt", "ro", "ru", "sl", "sv", "uk", "zh"),
    )
}
PACKAGES["no"] = PACKAGES["nn"] = PACKAGES["nb"]  # as Whisper calls what is spoken in Norway
SIZES = ("lg", "md", "sm")


def installed_package(language: str) -> str | None:
    """Return spaCy's package for a language, the largest that somebody has installed here."""
    name = PACKAGES.get(language, "")
    there = (f"{name}_{size}" for size in SIZES if name and find_spec(f"{name}_{size}"))
    return next(there, None)


class LanguageModel(Protocol):
    """Texts in, findings out."""

    @property
    def made(self) -> Made:
        """Engine, version and weights."""
        ...

    def read(self, texts: Sequence[str], known: Sequence[Spelling] = ()) -> Findings:
        """Return the entities of each text, in order, and the phrases of all of them together.

        Known names are found wherever they stand, whatever they may be taken for otherwise.
        """
        ...


class Spacy:
    """A spaCy pipeline from a local folder, or a package by its name, with TextRank."""

    def __init__(self, folder: Path | str, name: str, digest: str) -> None:
        import spacy  # a second that no other command should pay

        self._nlp = spacy.load(folder)
        _keep_marks(self._nlp)
        self._name, self._digest = name, digest
        self._words = _dictionary(self._nlp)

    @property
    def made(self) -> Made:
        """Engine, version and weights."""
        options = (("pytextrank", version("pytextrank")),)
        return Made("spacy", version("spacy"), self._name, self._digest, options)

    def read(self, texts: Sequence[str], known: Sequence[Spelling] = ()) -> Findings:
        """Return the entities of each text, in order, and the phrases of all of them together."""
        docs = list(self._nlp.pipe(texts))
        entities = tuple(
            Found(index, span.start_char, span.end_char, entity.label_)
            for index, doc in enumerate(docs)
            for entity in doc.ents
            for span in (_with_currency(entity),)
        )
        return Findings(entities, candidates(docs), self._look_for(known, docs))

    def _look_for(self, known: Sequence[Spelling], docs: Sequence[Any]) -> tuple[Found, ...]:
        """Return where known names stand; they are the entities of the documents from then on."""
        if not known:
            return ()
        from spacy.pipeline import EntityRuler

        ruler = EntityRuler(self._nlp, overwrite_ents=True)
        ruler.add_patterns(
            [
                {
                    "label": each.label or KNOWN,
                    "pattern": [{"ORTH": token.text} for token in self._nlp.make_doc(each.text)],
                    "id": KNOWN,
                }
                for each in known
            ]
        )
        return tuple(
            Found(index, e.start_char, e.end_char, "" if e.label_ == KNOWN else e.label_)
            for index, doc in enumerate(docs)
            for labels in ([token.ent_type_ for token in doc],)
            for e in ruler(doc).ents
            if e.ent_id_ == KNOWN and self._is_name(e, labels[e.start])
        )

    def _is_name(self, span: Any, label: str) -> bool:
        """Tell whether a known name is meant, and not a word that is spelt the same.

        label : what the model took the word for, before it was known.
        """
        if len(span) > 1 or self._nlp.lang != "en" or not is_ordinary(span.text, self._words):
            return True
        before = span.doc[span.start - 1].text if span.start else None
        return is_meant(span.text, before, span[0].pos_, label)


def _dictionary(nlp: Any) -> frozenset[str]:
    """Return the verbs, adjectives and adverbs that a pipeline's lemmatizer knows, if any."""
    if "lemmatizer" not in nlp.pipe_names:
        return frozenset()
    lookups = getattr(nlp.get_pipe("lemmatizer"), "lookups", None)
    if lookups is None or not lookups.has_table(INDEX):
        return frozenset()
    table = lookups.get_table(INDEX)
    return frozenset(word for kind in KINDS for word in table.get(kind, ()))


def _keep_marks(nlp: Any) -> None:
    """Let sentences end where the transcript has them end, not where the parser guesses."""
    from spacy.language import Language

    if "parser" not in nlp.pipe_names:
        return
    if not Language.has_factory(MARKS):
        Language.component(MARKS, func=end_at_marks)
    nlp.add_pipe(MARKS, before="parser")


def end_at_marks(doc: Any) -> Any:
    """Begin a sentence after each mark and nowhere else; without any mark, leave it open."""
    marked = [token.text in SENTENCE_ENDS for token in doc]
    if any(marked):
        for before, token in zip(marked, doc[1:], strict=False):
            token.is_sent_start = before and token.text not in SENTENCE_ENDS
    return doc


def _with_currency(entity: Any) -> Any:
    """Take in the "$" that en_core_web_sm 3.8 leaves before a sum of money."""
    doc, start = entity.doc, entity.start
    if entity.label_ == "MONEY" and start and doc[start - 1].is_currency:
        return doc[start - 1 : entity.end]
    return entity
