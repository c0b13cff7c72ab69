"""Written words as they are compared: what is one, what is no part of it, what is a mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corrections.atoms import atoms_of, bare, folded, is_mark, occurrences, pieces


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Acme,", ("acme",)),
        ("do we PAY", ("do", "we", "pay")),
        ("acne's", ("acne", "s")),
        ("Acne\u2019s?", ("acne", "s")),
        ("don't", ("don't",)),
        ("don\u2019t", ("don't",)),
        ("'s", ("s",)),
        ("Acme-based", ("acme", "based")),
        ("twenty five", ("twenty", "five")),
        ("$2.50", ("$", "2.50")),
        ("10:30.", ("10:30",)),
        ("1,500", ("1,500",)),
        ("so,then", ("so", "then")),
        ("5%", ("5", "%")),
        ("AT&T", ("at", "&", "t")),
        ("B2B", ("b2b",)),
        ("na\u00efve", ("na\u00efve",)),
        ("nai\u0308ve", ("na\u00efve",)),
        ("Stra\u00dfe", ("strasse",)),
        (
            "\u30ab\u30ec\u30fc\u3067\u3059\u3002",
            ("\u30ab", "\u30ec", "\u30fc", "\u3067", "\u3059"),
        ),
        ("iPhone\u306f", ("iphone", "\u306f")),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", ("\u0939\u093f\u0928\u094d\u0926\u0940",)),
        ("\u2026 -- ?!", ()),
        ("", ()),
    ],
)
def test_a_text_is_compared_by_its_letters_digits_and_signs(
    text: str, parts: tuple[str, ...]
) -> None:
    assert folded(text) == parts


def test_an_atom_knows_its_characters() -> None:
    text = "\u201cAcne\u2019s,\u201d"
    assert [text[atom.start : atom.end] for atom in atoms_of(text)] == ["Acne", "s"]


@given(st.text(max_size=40))
def test_atoms_are_in_order_and_leave_only_marks_between(text: str) -> None:
    atoms = atoms_of(text)
    edges = [0, *(edge for atom in atoms for edge in (atom.start, atom.end)), len(text)]
    assert edges == sorted(edges)
    between = zip(edges[::2], edges[1::2], strict=True)
    # an apostrophe within a word is no mark by itself, and goes with what it stands in
    assert all(is_mark(text[start:end]) for start, end in between)


@given(st.text(max_size=40))
def test_a_text_has_the_same_words_in_capitals_where_these_have_one_way_back(text: str) -> None:
    if text.upper().lower() == text.lower() and text.isascii():
        assert folded(text.upper()) == folded(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("\u201cAcme, Inc.\u201d", "Acme, Inc"), ("-five", "five"), ("...", ""), ("$5!", "$5")],
)
def test_the_marks_around_a_text_are_left_out(text: str, kept: str) -> None:
    assert bare(text) == kept


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the Acme  planner,", (("the", True), ("Acme", True), ("planner,", True))),
        ("\u4eca\u65e5\u3001\u6674\u308c\u3002", (
            ("\u4eca", True), ("\u65e5\u3001", False), ("\u6674", False), ("\u308c\u3002", False),
        )),
        ("iPhone\u306f", (("iPhone", True), ("\u306f", False))),
        ("\u4eca \u65e5", (("\u4eca", True), ("\u65e5", True))),
        ("...", (("...", True),)),
        (" ", ()),
    ],
)  # fmt: skip
def test_a_text_is_cut_into_words(text: str, words: tuple[tuple[str, bool], ...]) -> None:
    assert pieces(text) == words


@given(st.text(max_size=40))
def test_no_character_but_spaces_is_lost_in_cutting(text: str) -> None:
    joined = "".join((" " if spaced else "") + piece for piece, spaced in pieces(text))
    assert joined.strip() == " ".join(text.split())


@pytest.mark.parametrize(
    ("wanted", "places"),
    [(("no",), [0, 1, 3]), (("no", "no"), [0]), (("yes", "no"), [2]), ((), []), (("ja",), [])],
)
def test_words_are_found_one_after_another(wanted: tuple[str, ...], places: list[int]) -> None:
    assert list(occurrences(wanted, ("no", "no", "yes", "no"))) == places
