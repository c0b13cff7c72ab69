"""Names of a user's list, written right where something that sounds like them was heard (pure).

A window is decoded plainly; if that text sounds like names of the list, it is decoded once more
with those names in the prompt. A name is taken from the second text only in the place of plain
words that sound like it, and all else stays plain: no name can come from the list alone. Where a
language writes no spaces nothing is a word here, and nothing is changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from models.recogniser import RawWord
from models.sounds import consonants, letters, likenesses, sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MOST = 10  # names in a prompt
# Likeness in [0, 1] from which on words may be a name. In 131 windows, with tiny.en and base and
# 333 names, what was misheard and then confirmed has 0.75 and more ("Aquifer", Okafor), but for
# "Brockby" and "drop me" (DropBee); what the second text has wrongly has up to 0.72 with a capital
# and 0.78 without ("perceived", Percival).
ALIKE = 0.79
ALIKE_IF_CAPITAL = 0.74
ALIKE_IF_SHORT = 0.85
DISTANT = 0.5  # at which a name may fill up a prompt
# Probability: where it sounds otherwise, no misheard name had more than 0.68; a true Carl had 0.94.
SURE = 0.7
SHORT = 5  # letters
BARE = 2  # consonants, of which every second pair of words has the same: "will as", Wallace
SPELLED = 3  # letters: of "Ray" or "IT" none may differ
MORE_WORDS, FEWER_WORDS = 3, 1  # that may be heard for a name than it has
LONGEST_DISPUTE = 12  # words: where the two texts differ for longer, no word stands for another

OUTER = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
ENDING = re.compile(r"(.+?)(['’]s?|s)")
MARKED_ENDING = re.compile(r"['’]s?$")
SENTENCE_END = re.compile(r"[.?!…]\W*$")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it is read; `first` and `end` number the raw pieces that it is made of."""

    text: str
    first: int
    end: int
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class _Place:
    """Words [first, end) that a term stands in, or is to stand in, with an ending as "'s"."""

    first: int
    end: int
    term: str
    ending: str = ""

    def touches(self, first: int, end: int) -> bool:
        """Tell whether it shares a word with [first, end)."""
        return self.first < end and first < self.end


def alike(plain: Sequence[RawWord], terms: Sequence[str]) -> tuple[str, ...]:
    """Return the names for a second hearing, the likest first; none where nothing sounds like one.

    Behind those that may have been misheard stand the next likest of the list, up to `MOST`: a
    model heeds a list sooner than a name alone.
    """
    heard, listed = _words(plain), _listed(terms)
    right, wrong = _spelt(heard, listed)
    likest = _likest(heard, listed)
    misheard = [
        place.term
        for place, score in likest
        if _may_be(heard, place, score) and _free(place, [*right, *wrong])
    ]
    others = (place.term for place, _ in likest)
    return tuple(dict.fromkeys([*misheard, *others]))[:MOST] if misheard else ()


def with_terms(
    plain: Sequence[RawWord], prompted: Sequence[str], terms: Sequence[str]
) -> list[RawWord]:
    """Return the plain words with the terms that belong there.

    prompted : what was written with terms in the prompt, each word with its leading space; empty
        where nothing was, and then only what differs in case and spaces is put right.
    """
    heard, listed = _words(plain), _listed(terms)
    right, wrong = _spelt(heard, listed)
    second = _words([RawWord(text, 0.0, 0.0, 1.0) for text in prompted])
    sure = _confirmed(heard, second, listed, [*right, *wrong])
    wrong += [each for each in right if _lacks_marks(heard, each)]
    wrong = [each for each in wrong if not any(each.touches(it.first, it.end) for it in sure)]
    merged, done = list[RawWord](), 0
    for place in sorted([*wrong, *sure], key=lambda each: each.first):
        start, end = heard[place.first].first, heard[place.end - 1].end
        merged += [*plain[done:start], *_respelt(plain[start:end], place)]
        done = end
    return [*merged, *plain[done:]]


def _listed(terms: Iterable[str]) -> dict[str, str]:
    """Return the usable terms by their letters; of two with the same letters the first."""
    listed: dict[str, str] = {}
    for term in filter(is_usable, (" ".join(each.split()) for each in terms)):
        listed.setdefault(letters(term), term)
    return listed


def is_usable(term: str) -> bool:
    """Tell whether letters tell a term: not "2026", nor "C++", which is found in "vitamin C"."""
    _, core, _ = _parts(term)
    return any(map(str.isalpha, term)) and (core == term or len(letters(term)) > 1)


def _words(pieces: Sequence[RawWord]) -> list[_Word]:
    """Join pieces to words, as `to_words` does; a word is as probable as its least piece."""
    begins = accumulate(piece.text[:1].isspace() for piece in pieces)
    words = list[_Word]()
    for _, group in groupby(zip(begins, pieces, strict=True), lambda each: each[0]):
        joined = [piece for _, piece in group]
        first = words[-1].end if words else 0
        text = "".join(piece.text for piece in joined).strip()
        least = min(piece.probability for piece in joined)
        words.append(_Word(text, first, first + len(joined), least))
    return words


def _runs(words: Sequence[_Word], longest: int) -> Iterator[tuple[int, int]]:
    """Yield [first, end) of all runs within a sentence, by their start, the longest first."""
    ends = [bool(SENTENCE_END.search(word.text)) for word in words]
    for first in range(len(words)):
        end = first + 1
        while end < min(len(words), first + longest) and not ends[end - 1]:
            end += 1
        yield from ((first, shorter) for shorter in range(end, first, -1))


def _longest(listed: Mapping[str, str]) -> int:
    """Return the most words that may be heard for one of the terms."""
    return max((term.count(" ") + 1 for term in listed.values()), default=0) + MORE_WORDS


def _core(words: Sequence[_Word]) -> tuple[str, str, str]:
    """Return words as (punctuation before, text, punctuation after)."""
    return _parts(" ".join(word.text for word in words))


def _parts(text: str) -> tuple[str, str, str]:
    """Return a text as (punctuation before, text, punctuation after)."""
    found = OUTER.fullmatch(text)
    before, text, after = found.groups() if found else ("", "", "")
    return (before, text, after)


def _stems(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text as (stem, ending), first as one that has no ending."""
    yield text, ""
    if found := ENDING.fullmatch(text):
        yield found.group(1), found.group(2)


def _spelt(words: Sequence[_Word], listed: Mapping[str, str]) -> tuple[list[_Place], list[_Place]]:
    """Return where terms stand as they are listed, and where a name has a term's letters only.

    Punctuation around a term, as of "Yahoo!", is not looked at.
    """
    right, wrong = list[_Place](), list[_Place]()
    done = 0
    for first, end in _runs(words, _longest(listed)):
        if first < done:
            continue
        for stem, ending in _stems(_core(words[first:end])[1]):
            term = listed.get(letters(stem))
            if term is None:
                continue
            same = _parts(stem)[1] == _parts(term)[1]
            if not same and not _is_name(words, first, end, term):
                continue
            (right if same else wrong).append(_Place(first, end, term, ending))
            done = end
            break
    return right, wrong


def _lacks_marks(words: Sequence[_Word], place: _Place) -> bool:
    """Tell whether a name stands without the punctuation of its own, "Acme Inc" for "Acme Inc."."""
    text = " ".join(word.text for word in words[place.first : place.end])
    return place.term not in text and _is_name(words, place.first, place.end, place.term)


def _is_name(words: Sequence[_Word], first: int, end: int, term: str) -> bool:
    """Tell whether words that have a term's letters are surely no ordinary words.

    So they are if the recogniser wrote them as a name, or as the one word "dropbee" where the list
    says "DropBee". A small "chewy" is not: it becomes Chewy only if the recogniser was not sure of
    it and writes it so when it hears it again.
    """
    if _has_capitals(words, first, end):
        return True
    mixed = any(sign.isupper() for sign in term[1:]) and any(sign.islower() for sign in term)
    return mixed and end - first == 1 and len(letters(term)) > SPELLED


def _has_capitals(words: Sequence[_Word], first: int, end: int) -> bool:
    """Tell whether all words have a capital that they owe neither to a sentence nor to being I."""
    opening = first == 0 or SENTENCE_END.search(words[first - 1].text)
    inner = [_core([word])[1] for word in words[first:end]]
    capital = all(text[:1].isupper() and text != "I" for text in inner)
    return capital and (end - first > 1 or not opening)


def _least(term: str, capital: bool) -> float:
    """Return the likeness from which on words may be a term; over 1 where none is enough."""
    size = len(letters(term))
    if size <= SPELLED:
        return 2.0
    if len(consonants(sound(term))) <= BARE:
        return 1.0
    if size <= SHORT:
        return ALIKE_IF_SHORT
    return ALIKE_IF_CAPITAL if capital else ALIKE


def _likest(words: Sequence[_Word], listed: Mapping[str, str]) -> list[tuple[_Place, float]]:
    """Return where words sound at all like a term, and how much so, the likest first."""
    terms = list(listed.values())
    runs = list(_runs(words, _longest(listed)))
    if not (terms and runs):
        return []
    heard = [MARKED_ENDING.sub("", _core(words[first:end])[1]) for first, end in runs]
    scores = likenesses(heard, terms)
    found = [
        (_Place(runs[row][0], runs[row][1], terms[column]), float(scores[row, column]))
        for row, column in np.argwhere(scores >= DISTANT)
    ]
    return sorted(found, key=lambda each: -each[1])


def _may_be(words: Sequence[_Word], place: _Place, score: float) -> bool:
    """Tell whether words may be a term that they sound like, if a second hearing has it there."""
    count = place.term.count(" ") + 1
    if not count - FEWER_WORDS <= place.end - place.first <= count + MORE_WORDS:
        return False
    if score < _least(place.term, _has_capitals(words, place.first, place.end)):
        return False
    run = words[place.first : place.end]
    text = _core(run)[1]
    if _digits(text) != _digits(place.term):
        return False
    core = _parts(place.term)[1].lower()
    another = score >= 1.0 and all(stem.lower() != core for stem, _ in _stems(text))
    return another or min(word.probability for word in run) <= SURE


def _digits(text: str) -> str:
    """Return the digits of a text: "Model 3" is no mishearing of "Model 2"."""
    return "".join(sign for sign in text if sign.isdigit())


def _free(place: _Place, taken: Iterable[_Place]) -> bool:
    """Tell whether a term may stand in a place: no term does, unless it is a part of this one."""
    return not any(
        other.touches(place.first, place.end)
        and (other.term == place.term or other.term not in place.term)
        for other in taken
    )


def _confirmed(
    heard: Sequence[_Word],
    prompted: Sequence[_Word],
    listed: Mapping[str, str],
    taken: Sequence[_Place],
) -> list[_Place]:
    """Return where the second text has a term in the place of words that sound like it."""
    matcher = SequenceMatcher(
        None, [letters(w.text) for w in heard], [letters(w.text) for w in prompted], autojunk=False
    )
    blocks = matcher.get_opcodes()
    candidates = [
        place
        for place, score in _likest(heard, listed)
        if _may_be(heard, place, score) and _free(place, taken)
    ]
    found = list[_Place]()
    for written in _spelt(prompted, listed)[0]:
        first, end = _opposite(written, blocks)
        first = max(first, found[-1].end if found else 0)
        inside = (
            place
            for place in candidates
            if place.term == written.term and first <= place.first and place.end <= end
        )
        place = next(inside, None)
        if place and end - first <= LONGEST_DISPUTE:
            found.append(replace(place, ending=_ending(heard, place) or written.ending))
    return found


def _ending(words: Sequence[_Word], place: _Place) -> str:
    """Return the "'s" that words have where a term is to stand, unless it is the term's own."""
    marked = MARKED_ENDING.search(_core(words[place.first : place.end])[1])
    return marked.group() if marked and not MARKED_ENDING.search(place.term) else ""


def _opposite(place: _Place, blocks: Iterable[tuple[str, int, int, int, int]]) -> tuple[int, int]:
    """Return the plain words [first, end) that stand for those of a place in the second text."""
    edges = [
        (a + max(place.first, c) - c, a + min(place.end, d) - c) if tag == "equal" else (a, b)
        for tag, a, b, c, d in blocks
        if place.touches(c, d)
    ]
    return edges[0][0], edges[-1][1]


def _respelt(pieces: Sequence[RawWord], place: _Place) -> list[RawWord]:
    """Return a term in the place of pieces, with their punctuation.

    As many words as there were keep their times, others share them by their letters.
    """
    text = "".join(piece.text for piece in pieces)
    lead = text[: len(text) - len(text.lstrip())]
    before, _, after = _parts(text)
    lead_mark, _, mark = _parts(place.term)
    before, after = before.lstrip().removesuffix(lead_mark), after.removeprefix(mark)
    if SENTENCE_END.search(mark):  # of "Yahoo!." and "Acme Inc.." the last is one too many
        after = after.removeprefix(".")
    words = (before + place.term + place.ending + after).split(" ")
    texts = [lead + words[0], *(" " + word for word in words[1:])]
    start, end = pieces[0].start, pieces[-1].end
    shares = accumulate((len(each) / len("".join(texts)) for each in texts), initial=0.0)
    spans = list(pairwise(start + (end - start) * share for share in shares))
    if len(texts) == len(pieces):
        spans = [(piece.start, piece.end) for piece in pieces]
    probability = min(piece.probability for piece in pieces)
    return [RawWord(each, *span, probability) for each, span in zip(texts, spans, strict=True)]
