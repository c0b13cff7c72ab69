"""Search by meaning for one request after the other: read once, and again where it is another."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from pipeline.library import EVERYTHING, Library
from pipeline.meaning.embedding import embed_kept
from pipeline.web.meanings import Meanings
from tests.fakes import FakeEngines, FakeSentences
from tests.libraries import fill, recording
from tests.values import turn

if TYPE_CHECKING:
    from pathlib import Path

MODEL = FakeSentences()
JARS, PRICES = "We sell marmalade in tall jars.", "The price is far too high for us."


def filled(folder: Path, *texts: str) -> Path:
    """Make a library in which each text is a call."""
    with Library(folder, create=True) as library:
        for number, text in enumerate(texts):
            add(library, f"{number:02}" * 32, text)
    return folder


def add(library: Library, identity: str, text: str) -> None:
    """Add a call in which a text is said, read for its meaning."""
    kept = fill(library, recording(identity, path=library.folder / identity), turn(text))
    embed_kept(kept, library, FakeEngines(sentences=MODEL))


def likest(meanings: Meanings, text: str) -> str:
    """Return the recording of the passage that means the like of a text."""
    return meanings.nearest(MODEL, text, EVERYTHING, 1)[0].recording[:2]


def test_it_finds_what_is_meant(tmp_path: Path) -> None:
    meanings = Meanings(filled(tmp_path / "library", JARS, PRICES))
    assert likest(meanings, "marmalade jars") == "00"
    assert likest(meanings, "price too high") == "01"
    meanings.close()


def test_it_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meanings = Meanings(filled(tmp_path / "library", JARS))
    likest(meanings, "jars")
    monkeypatch.setattr(Library, "codes", lambda *_: pytest.fail("read again"))
    assert likest(meanings, "marmalade") == "00"
    meanings.close()


def test_what_is_added_meanwhile_is_found(tmp_path: Path) -> None:
    meanings = Meanings(filled(tmp_path / "library", JARS))
    assert likest(meanings, "price") == "00"
    with Library(tmp_path / "library") as library:
        add(library, "01" * 32, PRICES)
    assert likest(meanings, "price too high") == "01"
    meanings.close()


def test_another_library_in_its_place_is_the_one_that_is_read(tmp_path: Path) -> None:
    meanings = Meanings(filled(tmp_path / "library", JARS))
    assert likest(meanings, "jars") == "00"
    filled(tmp_path / "other", PRICES, JARS)
    (tmp_path / "library").rename(tmp_path / "library-before")
    (tmp_path / "other").rename(tmp_path / "library")
    assert likest(meanings, "jars") == "01"
    meanings.close()


def test_many_may_ask_at_once(tmp_path: Path) -> None:
    meanings = Meanings(filled(tmp_path / "library", JARS, PRICES))
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(likest(meanings, "price"))) for _ in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found == ["01"] * 8
    meanings.close()


def test_it_may_be_closed_before_it_was_asked_and_asked_again(tmp_path: Path) -> None:
    meanings = Meanings(filled(tmp_path / "library", JARS))
    meanings.close()
    assert likest(meanings, "jars") == "00"
    meanings.close()
    assert likest(meanings, "jars") == "00"
    meanings.close()
