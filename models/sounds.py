"""How alike two pieces of text sound, from their spelling: roughly, and for English spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance.Levenshtein import normalized_similarity
from rapidfuzz.process import cdist

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

# How a letter that stands alone is spoken, as in "drop B"; "a" and "I" are words.
ALPHABET = (
    "b:bee c:see d:dee e:ee f:ef g:gee h:aitch j:jay k:kay l:el m:em n:en o:oh p:pee q:cue r:ar "
    "s:ess t:tee u:you v:vee x:ex z:zee"
)
SPOKEN_LETTERS = {pair[0]: pair[2:] for pair in ALPHABET.split()}
# Spellings with their sounds; of two that fit the first is taken.
RULES = (
    "tch:č sch:š ght:t ph:f gh:g ck:k dg:j ch:č sh:š th:þ qu:kw q:k x:ks wh:w wr:r kn:n "
    "ce:se ci:si cy:si c:k oo:u ee:i y:i"
)
SOUNDS = {spelling: heard for spelling, _, heard in (rule.partition(":") for rule in RULES.split())}
SPELLING = re.compile("|".join(SOUNDS))
DOUBLED = re.compile(r"(.)\1+")
SILENT_E = re.compile(r"(?<=[^aeiou])e$")
VOWELS = re.compile(r"[aeiou]+")
WEAK = re.compile(r"[aeiouhw]+")  # h and w come and go with the vowels beside them
WORD_BREAK = re.compile(r"[\s\-–—]+")


def letters(text: str) -> str:
    """Return a text's letters and digits alone, small and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum())


@lru_cache(maxsize=100_000)
def sound(text: str) -> str:
    """Return a rough spelling by ear: "Quick-rate" and "Quickcrate" have the same."""
    pieces = (letters(piece) for piece in WORD_BREAK.split(text))
    spoken = "".join(SPOKEN_LETTERS.get(piece, piece) for piece in pieces)
    heard = SPELLING.sub(lambda found: SOUNDS[found.group()], spoken)
    return SILENT_E.sub("", DOUBLED.sub(r"\1", heard))


def likenesses(heard: Sequence[str], terms: Sequence[str]) -> NDArray[np.float32]:
    """Return how alike each text and each term sound: (n_heard, n_terms) in [0, 1].

    It is the mean of three shares of equal sounds: of all, with every vowel the same, and of
    consonants alone. A recogniser that does not know a name gets its consonants right more often.
    """
    ours, theirs = [sound(text) for text in heard], [sound(term) for term in terms]
    total = np.zeros((len(ours), len(theirs)), dtype=np.float32)
    for fold in (str, _hummed, consonants):
        total += _equal_share(ours, theirs, fold)
    return total / np.float32(3)


def _equal_share(
    ours: Sequence[str], theirs: Sequence[str], fold: Callable[[str], str]
) -> NDArray[np.float32]:
    texts, others = [fold(each) for each in ours], [fold(each) for each in theirs]
    return cdist(texts, others, scorer=normalized_similarity, dtype=np.float32)


def _hummed(sounds: str) -> str:
    return VOWELS.sub("a", sounds)


def consonants(sounds: str) -> str:
    """Return the consonants of sounds, but for h and w."""
    return WEAK.sub("", sounds)
