"""The phrases that texts are about: what grammar lets be one, ranked by pytextrank's words."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.findings import Found, RankedPhrase
from models.furniture import WEAK
from models.grammar import LONGEST_PHRASE, Part, key_of, phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from models.grammar import Stretch

MOST_PHRASES = 40  # of one call: more than are shown, for those that other calls have too sink
# How much the words of a phrase count, by what it is. Two words say more than one ("bags" or
# "insulated bags"); people and places are listed by themselves, and who is called by a first name
# is mostly only spoken to.
ONE_WORD = 0.35
ONE_NAME = 0.8
PEOPLE_AND_PLACES = 0.4
APART = frozenset({"PERSON", "GPE", "LOC"})


@dataclass(frozen=True, slots=True)
class Place:
    """Parts [first, end) of text number `text`."""

    text: int
    first: int
    end: int


@dataclass(slots=True)
class Standing:
    """Where phrases stand, by key, and how often each stands within a longer one."""

    places: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    within: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def candidates(docs: Sequence[Any]) -> tuple[RankedPhrase, ...]:
    """Rank the phrases of texts: by how central their words are, and in how many texts they stand.

    A phrase counts wherever its words stand in a row, in whatever form, not only where it was seen.
    """
    texts = [parts_of(doc) for doc in docs]
    known = {
        key for parts in texts for each in phrases(parts) if (key := _key(parts, each)) is not None
    }
    if not known:
        return ()
    weights = _textrank(docs)
    found = settled(texts, known)
    ranked = [_ranked(key, places, texts, docs, weights) for key, places in found.items()]
    best = sorted(ranked, key=lambda each: (-each.rank, each.lemma))
    return tuple(each for each in best if each.rank > 0)[:MOST_PHRASES]


def parts_of(doc: Any) -> list[Part]:
    """Return the words of what spaCy has read as grammar needs them."""
    return [
        Part(
            text=token.text,
            lemma=token.lemma_,
            tag=token.pos_,
            label=token.ent_type_,
            head=token.head.i,
            before=token.dep_ in {"amod", "compound"},
            glued=token.i > 0 and not doc[token.i - 1].whitespace_,
            common=token.is_stop,
        )
        for token in doc
    ]


def _key(parts: Sequence[Part], stretch: Stretch) -> str | None:
    start, end = stretch
    return " ".join(key for part in parts[start:end] if (key := key_of(part))) or None


def settled(texts: Sequence[Sequence[Part]], known: Iterable[str]) -> Mapping[str, list[Place]]:
    """Return where phrases stand, once it is settled which of two that are nested is meant.

    The longer one is, unless the shorter is said alone more often than within it.
    """
    keys = frozenset(known)
    standing = stand(texts, keys)
    idle = {
        key
        for key, within in standing.within.items()
        if len(standing.places.get(key, ())) <= max(within.values())
    }
    return {key: places for key, places in standing.places.items() if key not in idle}


def stand(texts: Sequence[Sequence[Part]], known: frozenset[str]) -> Standing:
    """Find phrases wherever their words stand in a row, the longest at each word."""
    standing = Standing()
    for number, parts in enumerate(texts):
        spoken = [(place, key) for place, part in enumerate(parts) if (key := key_of(part))]
        at = 0
        while at < len(spoken):
            length, key = _longest(parts, spoken[at : at + LONGEST_PHRASE], known)
            if length:
                last, _ = spoken[at + length - 1]
                standing.places[key].append(Place(number, spoken[at][0], last + 1))
                for shorter in _inside(spoken[at : at + length], known):
                    standing.within[shorter][key] += 1
            at += length or 1
    return standing


def _longest(
    parts: Sequence[Part], row: Sequence[tuple[int, str]], known: frozenset[str]
) -> tuple[int, str]:
    """Return how many words the longest phrase at the first of a row has, and its key; else 0.

    A word by itself must be a noun there: "cans", not "can".
    """
    keys = [key for _, key in row]
    for length in range(len(keys), 0, -1):
        key = " ".join(keys[:length])
        if key in known and (length > 1 or parts[row[0][0]].is_noun):
            return length, key
    return 0, ""


def _inside(row: Sequence[tuple[int, str]], known: frozenset[str]) -> Iterator[str]:
    """Yield the known phrases within a longer one."""
    keys = [key for _, key in row]
    for start in range(len(keys)):
        for end in range(start + 1, len(keys) + 1):
            shorter = " ".join(keys[start:end])
            if end - start < len(keys) and shorter in known:
                yield shorter


def _ranked(
    key: str,
    places: Sequence[Place],
    texts: Sequence[Sequence[Part]],
    docs: Sequence[Any],
    weights: Mapping[str, float],
) -> RankedPhrase:
    """Return a phrase as it is written most often, with its mentions in order."""
    rows = [texts[place.text][place.first : place.end] for place in places]
    mentions = [_found(docs[place.text][place.first : place.end], place) for place in places]
    written = Counter(docs[p.text][p.first : p.end].text for p in places).most_common(1)[0][0]
    # "closing time" says no more than "closing" does
    telling = [part for part in rows[0] if part.dictionary not in WEAK]
    central = sum(weights.get(part.lemma.casefold(), 0.0) for part in telling)
    said = len({place.text for place in places})
    return RankedPhrase(written, central * said**0.5 * _worth(rows), tuple(mentions), key)


def _found(span: Any, place: Place) -> Found:
    return Found(place.text, span.start_char, span.end_char, "PHRASE")


def _worth(rows: Sequence[Sequence[Part]]) -> float:
    """Return how much the words of a phrase count, by what it is wherever it stands."""
    labels = Counter(part.label for row in rows for part in row if part.is_noun)
    (label, _), *_ = labels.most_common(1)
    if label in APART:
        return 0.0 if label == "PERSON" and len(rows[0]) == 1 else PEOPLE_AND_PLACES
    if len(rows[0]) > 1:
        return 1.0
    return ONE_NAME if all(row[0].tag == "PROPN" for row in rows) else ONE_WORD


def _textrank(docs: Sequence[Any]) -> dict[str, float]:
    """Return how central each word is to all texts together, by its lemma in lower case."""
    from spacy.tokens import Doc

    together = Doc.from_docs([doc for doc in docs if len(doc)])
    # pytextrank 3.3 prints the folder that it is in, and uses calls that networkx deprecates.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import pytextrank

        read = pytextrank.BaseTextRankFactory()(together)
    weights: dict[str, float] = defaultdict(float)
    for word, weight in read._.textrank.ranks.items():
        weights[word.lemma.casefold()] += weight
    return weights
