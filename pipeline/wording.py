"""What words say by themselves of where a turn ends: ends of sentences, and listeners' remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.transcript import Word

SENTENCE_ENDS = tuple(".?!\u2026\u3002\uff1f\uff01")
QUESTION_ENDS = tuple("?\uff1f")
CLOSING = "\"'\u201d\u2019)]\u300d"
PUNCTUATION = CLOSING + "".join(SENTENCE_ENDS) + ",;:-\u2013\u2014\u201c\u2018([\u300c"

# What listeners say in English while another speaks: that they hear, and that they agree, which
# after a question or a finished sentence is an answer.
SOUNDS = frozenset({"mm", "mmm", "mm-hm", "mm-hmm", "mhm", "mhmm", "hm", "hmm", "uh-huh", "aha"})
HEARING = SOUNDS | {"huh", "ah", "oh", "okay", "ok", "right", "wow", "i see", "got it"}
AGREEING = HEARING | {"yeah", "yep", "yes", "no", "sure", "exactly", "absolutely", "definitely"}
AGREEING |= {"true", "of course", "makes sense", "that's right", "i know"}
MOST_WORDS = 3  # of a remark: "yeah, yeah, yeah"


def ends_sentence(word: Word) -> bool:
    """Tell whether a sentence ends with a word, by its punctuation."""
    return word.text.rstrip(CLOSING).endswith(SENTENCE_ENDS)


def asks(word: Word) -> bool:
    """Tell whether a question ends with a word, by its punctuation."""
    return word.text.rstrip(CLOSING).endswith(QUESTION_ENDS)


def begins_sentence(word: Word) -> bool:
    """Tell whether a word looks like the first of a sentence; a name does, too, but not "I"."""
    return word.text[:1].isupper() and bare(word).partition("'")[0] != "i"


def is_remark(words: Sequence[Word], remarks: frozenset[str] = AGREEING) -> bool:
    """Tell whether words are all that a listener throws in: one remark, or a few in a row."""
    if not 0 < len(words) <= MOST_WORDS:
        return False
    texts = [bare(word) for word in words]
    return " ".join(texts) in remarks or all(text in remarks for text in texts)


def stands_alone(word: Word) -> bool:
    """Tell whether a word is a remark by itself: "right," is, but not in "the right one"."""
    return is_remark([word]) and (not word.text[-1].isalnum() or bare(word) in SOUNDS)


def bare(word: Word) -> str:
    """Return a word's text in small letters, without the punctuation around it."""
    return word.text.strip(PUNCTUATION).replace("\u2019", "'").casefold()
