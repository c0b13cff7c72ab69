"""Ends of sentences and listeners' remarks, by how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.transcript import Word
from pipeline.wording import (
    AGREEING,
    HEARING,
    asks,
    bare,
    begins_sentence,
    ends_sentence,
    is_remark,
    stands_alone,
)
from tests.values import words


def word(text: str) -> Word:
    return Word(0, 1, text)


@pytest.mark.parametrize(
    ("text", "ends", "question"),
    [
        ("so", False, False),
        ("so,", False, False),
        ("so\u2014", False, False),
        ("so.", True, False),
        ("so!", True, False),
        ("so...", True, False),
        ("so\u2026", True, False),
        ("so?", True, True),
        ('so?"', True, True),
        ("so.\u201d", True, False),
        ("\u597d\u3002", True, False),
        ("\u597d\uff1f", True, True),
        ("so?,", False, False),
        ("...", True, False),
    ],
)
def test_a_sentence_ends_with_its_punctuation(text: str, ends: bool, question: bool) -> None:
    assert ends_sentence(word(text)) is ends
    assert asks(word(text)) is question


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("And", True),
        ("Acme", True),
        ("and", False),
        ("I", False),
        ("I,", False),
        ("I'm", False),
        ("I\u2019d", False),
        ("It", True),
        ("\u597d", False),
        ("$450", False),
    ],
)
def test_a_sentence_begins_with_a_capital_letter_that_is_not_i(text: str, begins: bool) -> None:
    assert begins_sentence(word(text)) is begins


@pytest.mark.parametrize(
    ("said", "remark", "only_hearing"),
    [
        ("Mm-hm.", True, True),
        ("mm-hm,", True, True),
        ("Uh-huh", True, True),
        ("Okay.", True, True),
        ("Right, right.", True, True),
        ("Oh, wow.", True, True),
        ("I see.", True, True),
        ("Yeah.", True, False),
        ("Yeah, yeah, yeah.", True, False),
        ("Oh, yes.", True, False),
        ("Of course.", True, False),
        ("That\u2019s right.", True, False),
        ("Yeah, yeah, yeah, yeah.", False, False),
        ("Right, so", False, False),
        ("Twenty.", False, False),
        ("I", False, False),
        ("Of", False, False),
        ("...", False, False),
        ("", False, False),
    ],
)
def test_a_remark_is_one_or_a_few_words_of_a_listener_and_nothing_else(
    said: str, remark: bool, only_hearing: bool
) -> None:
    assert is_remark(words(said)) is remark
    assert is_remark(words(said), HEARING) is only_hearing


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("right,", True),
        ("Right.", True),
        ("right", False),  # in "the right one"
        ("no", False),
        ("mm-hm", True),
        ("Mhm", True),
        ("twenty.", False),
    ],
)
def test_a_word_stands_alone_by_its_punctuation_or_as_a_mere_sound(text: str, alone: bool) -> None:
    assert stands_alone(word(text)) is alone


@pytest.mark.parametrize(
    ("text", "letters"),
    [("Mm-hm.", "mm-hm"), ("\u201cYes!\u201d", "yes"), ("That\u2019s", "that's"), ("?!", "")],
)
def test_a_bare_word_is_small_letters_without_punctuation_around(text: str, letters: str) -> None:
    assert bare(word(text)) == letters


@given(st.sampled_from(sorted(AGREEING)), st.sampled_from(["", ".", ",", "!", "?", "..."]))
def test_a_remark_is_one_however_it_is_written(remark: str, mark: str) -> None:
    assert is_remark(words(remark.capitalize() + mark))
    assert is_remark(words(remark.upper() + mark))


def test_whoever_hears_agrees_too() -> None:
    assert HEARING < AGREEING
