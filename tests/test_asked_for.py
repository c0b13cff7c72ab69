"""Translation, vocabulary and models of one's own: noted with the result, and redone if changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.library import Library
from pipeline.process import Request, process
from pipeline.vocabulary import vocabulary_digest
from tests.fakes import FakeEngines
from tests.sounds import speech, write_wav

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("Acme", "Harbor Bakery")
PLAIN = Request()
TRANSLATED = Request(translate=True)
WITH_NAMES = Request(vocabulary=NAMES)
OWN = Request(model="fake-base", digest="00ff")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library", create=True) as made:
        yield made


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "call.wav", speech(3))


def said(call: Path, library: Library, request: Request) -> dict[str, str]:
    """Process a call; return what is noted of how it was heard, but for what is always."""
    recording = process(call, library, FakeEngines(), request).recording
    options = dict(library.made(recording.id)["transcribe"].options)
    return {name: options[name] for name in ("translate", "vocabulary") if name in options}


@pytest.mark.parametrize(
    ("request_", "noted"),
    [
        (PLAIN, {}),
        (Request(translate=False), {}),
        (TRANSLATED, {"translate": "yes"}),
        (WITH_NAMES, {"vocabulary": vocabulary_digest(NAMES)}),
    ],
)
def test_what_decides_the_words_is_noted(
    call: Path, library: Library, request_: Request, noted: dict[str, str]
) -> None:
    assert said(call, library, request_) == noted


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [
        pytest.param(PLAIN, TRANSLATED, True, id="to translate"),
        pytest.param(TRANSLATED, TRANSLATED, False, id="translated already"),
        pytest.param(TRANSLATED, PLAIN, False, id="translated and not asked"),
        pytest.param(TRANSLATED, Request(translate=False), True, id="not to translate"),
        pytest.param(PLAIN, Request(translate=False), False, id="not translated already"),
        pytest.param(PLAIN, WITH_NAMES, True, id="names"),
        pytest.param(WITH_NAMES, PLAIN, False, id="names and not asked"),
        pytest.param(WITH_NAMES, Request(vocabulary=NAMES[::-1]), False, id="other order"),
        pytest.param(WITH_NAMES, Request(vocabulary=NAMES[:1]), True, id="other names"),
        pytest.param(PLAIN, OWN, False, id="the same weights"),
        pytest.param(PLAIN, Request(model="fake-base", digest="ab12"), True, id="other weights"),
        pytest.param(PLAIN, Request(model="fake-base"), False, id="weights by name"),
    ],
)
def test_only_what_is_asked_for_otherwise_is_heard_again(
    call: Path, library: Library, first: Request, second: Request, again: bool
) -> None:
    process(call, library, FakeEngines(), first)
    ran = process(call, library, FakeEngines(), second).ran
    assert ("transcribe" in ran) is again
    assert bool(ran) is again


def test_a_recording_of_an_older_relisten_is_one_that_was_not_translated(
    call: Path, library: Library
) -> None:
    assert said(call, library, PLAIN) == {}  # as it was noted before there were such options
    assert process(call, library, FakeEngines(), Request(translate=False)).ran == ()
    assert "transcribe" in process(call, library, FakeEngines(), WITH_NAMES).ran
