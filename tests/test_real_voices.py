"""Who speaks in real recordings, told by real weights: how many, when, and the same voice again."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from benchmarks.speakers_cases import case_of
from benchmarks.speakers_scoring import diarization_errors
from benchmarks.speech import SPEECH
from benchmarks.voices import real_names
from models.engines import LocalEngines
from pipeline.audio import decode
from pipeline.diarize import DiarizeOptions, diarize
from pipeline.library import Library
from pipeline.listening import Listening
from pipeline.progress import silent
from pipeline.voices import by_voice
from pipeline.voices.by_voice import tell_apart
from pipeline.voices.clustering import SpeakerCount
from pipeline.voices.stretches import hear_voices
from tests.commands import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from models.voices import VoiceTeller
    from pipeline.audio import Audio
    from pipeline.progress import Report
    from pipeline.voices.by_voice import ToldApart
    from pipeline.voices.stretches import Heard

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("speech", "_heard_once")]

TWO = SpeakerCount(2, 2)
PAIRS = [f"conversations/{name}_mono16k.flac" for name in ("c01", "c02", "c03", "c06")]
CALLS = [
    "interviews/i01_mono.opus",
    "calls/commercial_mono.flac",
    "calls/auto_repairs_40_mono.flac",
]
GROUP = "conversations/c09_group4_mono16k.opus"
MEETINGS = [f"meetings/{name}.flac" for name in ("dev00", "trn01", "trn03")]
READING = "ljspeech/LJ001-0001.flac"


@cache
def engines() -> LocalEngines:
    return LocalEngines()


@pytest.fixture(scope="module")
def _heard_once() -> Iterator[None]:
    """Hear each recording once, however often its people are counted."""
    known: dict[int, Heard] = {}

    def once(
        audio: Audio, channel: int | None, teller: VoiceTeller, report: Report = silent
    ) -> Heard:
        if audio.samples not in known:
            known[audio.samples] = hear_voices(audio, channel, teller, report)
        return known[audio.samples]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_voice, "hear_voices", once)
        yield


@cache
def told(name: str, count: SpeakerCount | None = None) -> ToldApart:
    teller = engines().voices
    assert teller is not None
    with decode(SPEECH / name) as audio:
        return tell_apart(audio, None, teller, count)


def number(found: ToldApart) -> int:
    return len({span.speaker for span in found.spans})


@pytest.mark.parametrize("count", [None, TWO])
@pytest.mark.parametrize("name", PAIRS)
def test_two_people_are_two_and_each_has_their_own_words(
    name: str, count: SpeakerCount | None
) -> None:
    case = case_of(SPEECH / name)
    found = told(name, count)
    assert number(found) == 2
    with decode(case.path) as audio:
        errors = diarization_errors(case.spoken, found.spans, audio.duration)
    assert errors.percent(errors.confusion) <= 1
    assert errors.rate < 12  # the reference has the pauses around what was read


@pytest.mark.parametrize("name", CALLS)
def test_calls_of_two_are_of_two(name: str) -> None:
    assert number(told(name)) == 2


def test_four_people_are_four() -> None:
    assert number(told(GROUP)) == 4
    assert number(told(GROUP, SpeakerCount(4, 4))) == 4


def test_one_who_reads_is_one() -> None:
    assert number(told(READING)) == 1


@pytest.mark.parametrize("name", [*PAIRS, *CALLS, GROUP, *MEETINGS, READING])
def test_there_are_as_many_people_as_are_told(name: str) -> None:
    found = told(name, TWO)
    assert number(found) == 2
    assert {voice.speaker for voice in found.voices} <= {span.speaker for span in found.spans}


def test_the_same_voice_is_nearer_than_any_other() -> None:
    voices = []
    for name in PAIRS:
        found = told(name)
        people = real_names(case_of(SPEECH / name).spoken, found.spans)
        voices += [(people[each.speaker], np.array(each.embedding)) for each in found.voices]
    path = SPEECH / "conversations" / "t02_tel8k_stereo.wav"
    with Listening(path, engines()) as listening:
        call, _ = diarize(listening.described, listening, DiarizeOptions())
    people = real_names(case_of(path).spoken, call.spans)
    voices += [(people[each.speaker], np.array(each.embedding)) for each in call.voices]
    likeness: dict[bool, list[float]] = {True: [], False: []}
    for (one, first), (other, second) in combinations(voices, 2):
        likeness[one == other].append(float(first @ second))
    assert [name for name, _ in voices].count("1998") == 2
    assert min(likeness[True]) > max(likeness[False])


@pytest.mark.parametrize("name", ["empty.wav", "quiet.wav"])
def test_where_nobody_speaks_nobody_is_told_and_it_says_so(name: str, tmp_path: Path) -> None:
    path = SPEECH / "meetings" / name
    if not path.exists():
        path = tmp_path / name
        soundfile.write(path, np.zeros(16_000 * 12), 16_000)
    folder = tmp_path / "library"
    assert (
        run("--library", folder, "process", path, "--model", "tiny.en", "--speakers", 2).code == 0
    )
    with Library(folder) as library:
        (entry,) = library.entries()
        assert library.spans(entry.recording.id) == ()
    shown = run("--library", folder, "show", entry.recording.id[:8])
    assert "Nobody speaks in this recording." in shown.out
