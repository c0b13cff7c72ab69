"""Why a stage is to run again, in words: as its result is missing, or as otherwise is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.annotating import UNREAD
from pipeline.process import NOT_RUN, STAGES, Request, is_stale, why_stale
from pipeline.recording import Layout
from pipeline.transcript import Made
from pipeline.vocabulary import vocabulary_digest
from pipeline.voices.clustering import SpeakerCount
from tests.fakes import FakeEngines, FakeLanguageModel, FakeSentences, FakeVoices
from tests.libraries import recording

if TYPE_CHECKING:
    from pipeline.recording import Recording

STEREO = recording()
ROOM = recording(layout=Layout.ROOM)
HEARD = Made("fake-whisper", "1", "base", "00ff", (("channels", "0,1"), ("language", "en")))
TOLD = Made("relisten", "1", options=(("channel_names", "a,b"), ("channels", "0,1")))
BY_VOICE = Made("voices", "1", options=(("channels", "mix"), ("speakers", "2")))
UNTOLD = Made("none", "", options=(("channels", "0,1"),), notes=("it broke",))
READ = Made("reader", "1", options=(("language", "en"),))
NOT_READ = Made(UNREAD, "", options=(("language", "de"),))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_that_has_not_run_is_to_run(stage: str) -> None:
    assert why_stale(stage, STEREO, Request(), None, FakeEngines()) == NOT_RUN


@pytest.mark.parametrize(
    ("stage", "known", "before"),
    [
        ("transcribe", STEREO, HEARD),
        ("diarize", STEREO, TOLD),
        ("diarize", ROOM, BY_VOICE),
        ("attribute", STEREO, TOLD),
        ("annotate", STEREO, READ),
        ("annotate", STEREO, NOT_READ),
        ("copy", STEREO, READ),
    ],
)
def test_what_is_not_asked_for_otherwise_is_fresh(
    stage: str, known: Recording, before: Made
) -> None:
    assert why_stale(stage, known, Request(), before, FakeEngines()) == ""
    newer = replace(before, version="2")
    assert why_stale(stage, known, Request(), newer, FakeEngines()) == ""


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"engine": "other"}, "another engine is asked for"),
        ({"model": "small"}, "another model is asked for"),
        ({"model": "base", "digest": "11"}, "another model is asked for"),
        ({"language": "de"}, "another language is asked for"),
        ({"translate": True}, "a translation is asked for, or none any more"),
        ({"vocabulary": ("Acme",)}, "another list of names is given"),
        ({"model": "base", "language": "en", "engine": "fake-whisper", "translate": False}, ""),
    ],
)
def test_words_are_heard_again_for_a_reason(asked: dict[str, Any], why: str) -> None:
    assert why_stale("transcribe", STEREO, Request(**asked), HEARD, FakeEngines()) == why


def test_the_same_names_are_no_reason_and_channels_heard_otherwise_are() -> None:
    listed = HEARD.with_options(vocabulary=vocabulary_digest(("Acme",)))
    same = Request(vocabulary=("Acme",))
    assert why_stale("transcribe", STEREO, same, listed, FakeEngines()) == ""
    why = why_stale("transcribe", ROOM, Request(), HEARD, FakeEngines())
    assert why == "its channels are heard otherwise now"


@pytest.mark.parametrize(
    ("known", "asked", "before", "why"),
    [
        (STEREO, {"channels": ("c", "d")}, TOLD, "its channels are given other names"),
        (ROOM, {"speakers": SpeakerCount(3, 3)}, BY_VOICE, "another number of speakers is asked"),
        (STEREO, {}, UNTOLD, "speakers could not be told before"),
        (ROOM, {}, TOLD, "its channels are heard otherwise now"),
    ],
)
def test_speakers_are_told_again_for_a_reason(
    known: Recording, asked: dict[str, Any], before: Made, why: str
) -> None:
    assert why_stale("diarize", known, Request(**asked), before, FakeEngines()).startswith(why)


def test_a_model_that_is_there_now_is_a_reason() -> None:
    able = FakeEngines(readers={"de": FakeLanguageModel()}, voices=FakeVoices())
    why = why_stale("annotate", STEREO, Request(), NOT_READ, able)
    assert why == "there is a language model for 'de' now"
    from pipeline.diarize import NO_MODEL

    without = replace(UNTOLD, notes=(NO_MODEL,))
    assert why_stale("diarize", STEREO, Request(), without, able).startswith(
        "there is a model that"
    )
    assert why_stale("diarize", STEREO, Request(), without, FakeEngines()) != "speakers could not"


def test_a_model_of_meaning_that_is_there_now_is_a_reason() -> None:
    unread = Made("none", "", options=(("language", "en"),))
    able = FakeEngines(sentences=FakeSentences())
    why = why_stale("embed", STEREO, Request(), unread, able)
    assert why == "there is a model to search by meaning now"
    assert why_stale("embed", STEREO, Request(), unread, FakeEngines()) == ""
    assert why_stale("embed", STEREO, Request(), FakeSentences("11").made, able) == ""


@pytest.mark.parametrize("request_", [Request(), Request(model="small")])
def test_a_stage_is_stale_where_there_is_a_reason(request_: Request) -> None:
    why = why_stale("transcribe", STEREO, request_, HEARD, FakeEngines())
    assert is_stale("transcribe", STEREO, request_, HEARD, FakeEngines()) is bool(why)
