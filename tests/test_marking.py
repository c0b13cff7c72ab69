"""What matches in a few texts is marked as in the whole library's index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.library import Library
from pipeline.library.marking import MARK_END, MARK_START, TOKENS, mark
from tests.libraries import fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = (
    "It is $450, so four hundred and fifty dollars a month.",
    "Prices went up; the price of Zoë's café did not.",
    "Who pays? We pay 20% more, and they paid less.",
    "Nothing of the kind was said.",
)
IN_ALL = (
    "SELECT rowid, highlight(turn_text, 0, ?, ?) FROM turn_text WHERE turn_text MATCH ? "
    "AND rowid IN (1, 2, 3)"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One call of some texts."""
    with Library(tmp_path_factory.mktemp("library"), create=True) as made:
        said = [turn(text, "A", 10.0 * number) for number, text in enumerate(TEXTS)]
        fill(made, recording(), *said)
        yield made


def test_words_are_told_apart_as_in_the_library(library: Library) -> None:
    (row,) = library._database.read("SELECT sql FROM sqlite_master WHERE name = 'turn_text'")
    assert TOKENS.replace("'", "''") in row["sql"]


@pytest.mark.parametrize(
    "expression",
    [
        '"price"',
        '"cafe"',
        '"pric"*',
        '"$450" OR "four hundred and fifty dollars"',
        '"20%" AND "pay"',
        'NEAR("who" "more", 5)',
        '"pay" NOT "dollars"',
        '"absent"',
    ],
)
def test_texts_are_marked_as_the_library_marks_them(library: Library, expression: str) -> None:
    values = (MARK_START, MARK_END, expression)
    there = {row[0]: row[1] for row in library._database.read(IN_ALL, values)}
    assert library.marked_texts(expression, [3, 1, 2]) == there


def test_what_does_not_match_is_left_out() -> None:
    assert mark('"pay"', [(7, "We pay."), (9, "We left.")]) == {7: f"We {MARK_START}pay{MARK_END}."}
    assert mark('"pay"', []) == {}
