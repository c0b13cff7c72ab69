"""A list of names is read as people write it; what is no list is told with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import UsageError
from pipeline.vocabulary import (
    LONGEST_TERM,
    named_as,
    read_vocabulary,
    spoken_terms,
    vocabulary_digest,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("written", "terms"),
    [
        (b"Acme\nHarbor Bakery\n", ("Acme", "Harbor Bakery")),
        (b"Acme\r\nHarbor Bakery\r\n", ("Acme", "Harbor Bakery")),
        (b"\xef\xbb\xbfAcme", ("Acme",)),
        ("Müller & Söhne\n東京".encode(), ("Müller & Söhne", "東京")),
        (b"# products\n\n   \n  # more\nAcme\n", ("Acme",)),
        (b"C#\nF# # major\n", ("C#", "F# # major")),
        (b"  Harbor \t Bakery  \n", ("Harbor Bakery",)),
        (b"Zeta\nAcme\nZeta\n", ("Zeta", "Acme")),
        (b"x" * LONGEST_TERM, ("x" * LONGEST_TERM,)),
    ],
)
def test_terms_stand_one_a_line(tmp_path: Path, written: bytes, terms: tuple[str, ...]) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(written)
    assert read_vocabulary(path) == terms


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (b"", "there is no word in this file"),
        (b"\xef\xbb\xbf\r\n# nothing yet\r\n", "there is no word in this file"),
        (b"x" * (LONGEST_TERM + 1), "longer than 100 characters. Write one name on each line"),
        ("Acme\n".encode("utf-16"), "this is no plain text. Save it as text in UTF-8"),
        (b"PK\x03\x04\x00\x00", "this is no plain text"),
    ],
)
def test_what_is_no_list_is_told(tmp_path: Path, written: bytes, reason: str) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes(written)
    with pytest.raises(UsageError, match=reason) as told:
        read_vocabulary(path)
    assert str(told.value).startswith(f"{path}: ")


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_a_list_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"it cannot be read \(.+\)\. Check the name"):
        read_vocabulary(tmp_path / name)


def test_a_digest_tells_lists_apart_and_not_their_order() -> None:
    digest = vocabulary_digest(("Acme", "Zeta"))
    assert digest == vocabulary_digest(["Zeta", "Acme", "Acme"])
    assert len({digest, vocabulary_digest(("Acme",)), vocabulary_digest(("Acme Zeta",)), ""}) == 4
    assert vocabulary_digest(()) == ""


def test_a_line_may_say_what_a_name_is_and_is_kept_so() -> None:
    assert named_as("Quickcrate [org]") == ("Quickcrate", "ORG")
    assert named_as("Quickcrate") == ("Quickcrate", "")
    assert spoken_terms(["Acme [ORG]", "Beam", "Acme"]) == ("Acme", "Beam")


def test_a_list_is_the_same_whatever_it_says_that_names_are() -> None:
    assert vocabulary_digest(["Acme [ORG]"]) == vocabulary_digest(["Acme"])
