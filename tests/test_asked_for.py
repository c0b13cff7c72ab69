"""Translation, vocabulary and models of one's own: noted with the result, and redone if changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import UsageError
from pipeline.process import NAMES_UNUSED, Request, process
from pipeline.vocabulary import vocabulary_digest
from tests.fakes import FakeEngines, FakeRecogniser
from tests.sounds import speech, write_wav

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library

NAMES = ("Acme", "Harbor Bakery")
PLAIN = Request()
TRANSLATED = Request(translate=True)
WITH_NAMES = Request(vocabulary=NAMES)
OWN = Request(model="fake-base", digest="00ff")


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


@pytest.mark.parametrize(
    ("first", "second", "noted"),
    [
        pytest.param(TRANSLATED, PLAIN, {"translate": "yes"}, id="a translation"),
        pytest.param(TRANSLATED, Request(translate=False), {}, id="not one that is not wanted"),
        pytest.param(Request(language="de"), PLAIN, {"language": "de"}, id="a language asked for"),
        pytest.param(
            Request(language="de"), Request(language="ja"), {"language": "ja"}, id="or not"
        ),
        pytest.param(PLAIN, PLAIN, {"language": "ja"}, id="not one that was detected"),
    ],
)
def test_what_is_not_asked_for_again_stays_as_it_was_made(
    call: Path, library: Library, first: Request, second: Request, noted: dict[str, str]
) -> None:
    process(call, library, FakeEngines(), first)
    large = FakeEngines(FakeRecogniser(name="fake-large", languages_heard=(("ja", 0.9),)))
    done = process(call, library, large, replace(second, model="fake-large"))
    options = dict(library.made(done.recording.id)["transcribe"].options)
    assert "transcribe" in done.ran
    assert options.items() >= noted.items()
    assert ("translate" in options) is ("translate" in noted)


def test_a_language_asked_for_is_kept_however_often_it_is_heard(
    call: Path, library: Library
) -> None:
    process(call, library, FakeEngines(), Request(language="de"))
    for name in ("fake-large", "fake-base"):
        process(call, library, FakeEngines(FakeRecogniser(name=name)), Request(model=name))
    (entry,) = library.entries()
    assert dict(library.made(entry.recording.id)["transcribe"].options)["language"] == "de"


@pytest.mark.parametrize(("vocabulary", "used"), [((), NAMES), (NAMES[:1], NAMES[:1])])
def test_a_list_of_names_is_used_again_until_another_is_given(
    call: Path, library: Library, vocabulary: tuple[str, ...], used: tuple[str, ...]
) -> None:
    process(call, library, FakeEngines(), WITH_NAMES)
    large = FakeRecogniser(name="fake-large")
    asked = Request(model="fake-large", vocabulary=vocabulary)
    identity = process(call, library, FakeEngines(large), asked).recording.id
    assert library.made(identity)["transcribe"].notes == ()
    assert library.vocabulary(identity) == used
    assert [each.vocabulary for each in large.asked] == [used] * len(large.asked)


def test_what_a_line_says_of_a_name_is_kept_and_not_said_to_the_recogniser(
    call: Path, library: Library
) -> None:
    heard = FakeRecogniser()
    asked = Request(vocabulary=("Quickcrate [ORG]",))
    identity = process(call, library, FakeEngines(heard), asked).recording.id
    assert library.vocabulary(identity) == ("Quickcrate [ORG]",)
    assert heard.asked[0].vocabulary == ("Quickcrate",)
    again = process(call, library, FakeEngines(heard), Request(vocabulary=("Quickcrate",)))
    assert "transcribe" not in again.ran


def test_that_names_are_gone_that_an_older_version_was_given_is_noted(
    call: Path, library: Library
) -> None:
    identity = process(call, library, FakeEngines(), WITH_NAMES).recording.id
    library.set_vocabulary(identity, ())
    large = FakeEngines(FakeRecogniser(name="fake-large"))
    process(call, library, large, Request(model="fake-large"))
    assert library.made(identity)["transcribe"].notes == (NAMES_UNUSED,)


@pytest.mark.parametrize("name", ["tiny.en", "large-v3-turbo", "turbo-de.pt"])
def test_what_was_translated_is_not_heard_by_what_cannot_translate(
    call: Path, library: Library, name: str
) -> None:
    process(call, library, FakeEngines(), TRANSLATED)
    turbo, ask = FakeEngines(FakeRecogniser(name=name)), Request(model=name)
    with pytest.raises(UsageError, match=rf"{name} cannot translate\. .* or --no-translate"):
        process(call, library, turbo, ask)
    assert turbo.asked["voice_detector"] == 0
    assert "transcribe" in process(call, library, turbo, replace(ask, translate=False)).ran


def test_a_model_that_was_moved_is_the_same_model(call: Path, library: Library) -> None:
    process(call, library, FakeEngines(), PLAIN)
    assert process(call, library, FakeEngines(), Request(model="new.pt", digest="00ff")).ran == ()


def test_a_recording_of_an_older_relisten_is_one_that_was_not_translated(
    call: Path, library: Library
) -> None:
    assert said(call, library, PLAIN) == {}  # as it was noted before there were such options
    assert process(call, library, FakeEngines(), Request(translate=False)).ran == ()
    assert "transcribe" in process(call, library, FakeEngines(), WITH_NAMES).ran
