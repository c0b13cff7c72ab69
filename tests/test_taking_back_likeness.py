"""A file of another recording is told from one that was edited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import UsageError
from pipeline.taking_back.likeness import check_said
from tests.values import document, turn

if TYPE_CHECKING:
    from pipeline.export import Document

INTERVIEWS = Path(__file__).parent.parent.parent / "shared" / "speech" / "interviews"
SAID = (
    "We pay them four hundred dollars a month for the small plan and nobody has ever told us what "
    "the larger one would do for a shop like ours",
    "That sounds dear to me so tell me again what happened on the morning when the first of the "
    "new vans came to your door with nothing in it",
    "It was raining and my brother stood outside with the keys in his hand and laughed until the "
    "driver got out and asked him for the way back",
)
OTHER = (
    "So the school has eleven classes and every teacher brings a paper list of children to the "
    "office before nine because the portal never loads",
    "Right and if that list is late does somebody walk over to the classroom or do you call the "
    "parents of all who are missing straight away",
    "Usually Martha walks over since she likes the stairs and only when it snows do we call which "
    "makes for a long and rather loud morning",
)


def call(texts: tuple[str, ...] = SAID) -> Document:
    return document(*(turn(each, start=20.0 * n) for n, each in enumerate(texts)), title="The shop")


def read(name: str) -> tuple[str, ...]:
    lines = (INTERVIEWS / name).read_text(encoding="utf-8").splitlines()
    return tuple(line.split(" ", 1)[1] for line in lines if " " in line)


def test_what_is_said_elsewhere_is_refused_with_the_names_of_both() -> None:
    with pytest.raises(UsageError, match=r"other\.srt: hardly anything in it is said in The shop"):
        check_said(OTHER, call(), "other.srt")


@pytest.mark.parametrize(
    "texts",
    [
        SAID,
        tuple(reversed(SAID)),
        (*SAID[:1], *OTHER[:2]),
        tuple(each.upper().replace(" ", "\n") for each in SAID),
        tuple(each.replace("the ", "").replace("and ", "und ") for each in SAID),
        OTHER[:1],
        (),
    ],
    ids=["as it is", "moved", "most is new", "other lines", "edited", "too short to tell", "empty"],
)
def test_what_was_edited_is_taken(texts: tuple[str, ...]) -> None:
    check_said(texts, call(), "edited.srt")


def test_a_language_without_spaces_is_told_apart_too() -> None:
    digits = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(300))
    others = "".join(chr(0x4E00 + n * 104729 % 19997) for n in range(300))
    check_said([" ".join(digits[n : n + 13] for n in range(0, 300, 13))], call((digits,)), "a.srt")
    with pytest.raises(UsageError):
        check_said([others], call((digits,)), "a.srt")


@pytest.mark.skipif(not INTERVIEWS.is_dir(), reason="the real interviews are not here")
@pytest.mark.parametrize("heard", ["i01.txt", "i02.txt", "i03.txt", "i04.txt"])
def test_interviews_after_one_guide_are_told_apart(heard: str) -> None:
    said = call(read(heard))
    check_said(read(heard), said, "same.txt")
    for other in {"i01.txt", "i02.txt", "i03.txt", "i04.txt"} - {heard}:
        with pytest.raises(UsageError):
            check_said(read(other), said, other)
