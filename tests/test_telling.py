"""The stage that tells who speaks: what is asked and kept, and that no failure costs the words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner

import cli
from pipeline.batch import State, process_all
from pipeline.diarize import NO_MODEL, DiarizeOptions
from pipeline.errors import ModelError, ModelMissing, NotTranscribed
from pipeline.library import STAGES
from pipeline.process import Request, process
from pipeline.recording import Layout, Track
from pipeline.telling import (
    FAILURES,
    UNTOLD,
    notes,
    options_asked,
    usable_names,
    why_told_again,
    worth_saying,
)
from pipeline.transcript import Made
from pipeline.voices.by_voice import ToldApart
from pipeline.voices.clustering import SpeakerCount
from tests.fakes import BrokenVoices, FakeEngines, FakeRecogniser, FakeVoices
from tests.libraries import contents, recording
from tests.sounds import columns, silence, write_wav
from tests.voices import Said, in_turn, one_hot, sound

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.recording import Recording

ASK = Request()
AGAIN = Request(only="diarize")
TWO = SpeakerCount(2, 2)
RESTING = ("diarize", "attribute", "annotate", "embed")
MONO = recording(layout=Layout.MONO, channels=1)
STEREO = recording(layout=Layout.CHANNEL_PER_SPEAKER, channels=2)
TRACKS = replace(STEREO, tracks=(Track("a.wav", "Anna"), Track("b.wav", "Ben")))


@pytest.fixture
def mono(tmp_path: Path) -> Path:
    """Three people in one channel, the third for a short while."""
    said = in_turn((0, 4), (1, 3), (0, 3), (2, 2), (1, 4), pause=0.5)
    return write_wav(tmp_path / "mono.wav", sound(said))


@pytest.fixture
def stereo(tmp_path: Path) -> Path:
    """Two people, each on a channel."""
    first = sound([Said(n, n + 2, 0) for n in (0, 5, 10)], 12)
    second = sound([Said(n, n + 2, 1) for n in (2.5, 7.5)], 12)
    return write_wav(tmp_path / "stereo.wav", columns(first, second))


def engines(**fields: Any) -> FakeEngines:
    """Return engines that tell voices apart, with what is named in their place."""
    return FakeEngines(**{"voices": FakeVoices(), **fields})


def speakers(library: Library, known: Recording) -> list[str]:
    return list(dict.fromkeys(span.speaker for span in library.spans(known.id)))


# What is asked for


@pytest.mark.parametrize(
    ("known", "names", "usable"),
    [
        (STEREO, ("Anna", "Ben"), ("Anna", "Ben")),
        (STEREO, ("Anna",), ()),
        (STEREO, ("Anna", "Ben", "Cleo"), ()),
        (STEREO, (), ()),
        (MONO, ("Anna",), ()),
        (recording(layout=Layout.ROOM), ("Anna", "Ben"), ()),
    ],
)
def test_names_are_used_if_there_is_one_for_each_persons_channel(
    known: Recording, names: tuple[str, ...], usable: tuple[str, ...]
) -> None:
    assert usable_names(known, names) == usable


def made(engine: str = "fake-voices", *noted: str, **options: str) -> Made:
    usual = {"channels": "mix", "channel_names": "", "speakers": ""}
    return Made(engine, "1", notes=noted).with_options(**{**usual, **options})


NAMED = made(channel_names="Anna,Ben")


@pytest.mark.parametrize(
    ("known", "names", "before", "asked"),
    [
        pytest.param(STEREO, (), None, (), id="nothing"),
        pytest.param(STEREO, ("A", "B"), None, ("A", "B"), id="names"),
        pytest.param(STEREO, (), NAMED, ("Anna", "Ben"), id="as before"),
        pytest.param(STEREO, ("A", "B"), NAMED, ("A", "B"), id="others than before"),
        pytest.param(STEREO, ("A",), NAMED, ("Anna", "Ben"), id="too few"),
        pytest.param(TRACKS, (), None, ("Anna", "Ben"), id="as the files are named"),
        pytest.param(TRACKS, (), made(channel_names="C,D"), ("C", "D"), id="as before, not so"),
        pytest.param(TRACKS, ("E", "F"), NAMED, ("E", "F"), id="not as the files are named"),
        pytest.param(MONO, ("Anna",), None, (), id="for one channel"),
    ],
)
def test_names_are_as_asked_else_as_before_else_as_the_files_are_called(
    known: Recording, names: tuple[str, ...], before: Made | None, asked: tuple[str, ...]
) -> None:
    assert options_asked(known, Request(channels=names), before) == DiarizeOptions(asked)


@pytest.mark.parametrize(
    ("count", "before", "asked"),
    [
        (SpeakerCount(), None, SpeakerCount()),
        (TWO, None, TWO),
        (SpeakerCount(), made(speakers="2"), TWO),
        (SpeakerCount(None, 3), made(speakers="2"), SpeakerCount(None, 3)),
        (SpeakerCount(), Made("older", "1"), SpeakerCount()),
    ],
)
def test_the_number_of_speakers_is_as_asked_else_as_before(
    count: SpeakerCount, before: Made | None, asked: SpeakerCount
) -> None:
    assert options_asked(MONO, Request(speakers=count), before) == DiarizeOptions(count=asked)


@pytest.mark.parametrize(
    ("known", "asked", "before", "able", "stale"),
    [
        pytest.param(MONO, ((), ""), made(), True, False, id="as it is"),
        pytest.param(MONO, ((), "2"), made(), True, True, id="a number"),
        pytest.param(MONO, ((), "2"), made(speakers="2"), True, False, id="the same number"),
        pytest.param(MONO, ((), "2"), made(speakers="2-3"), True, True, id="another number"),
        pytest.param(MONO, ((), ""), made(channels="0"), True, True, id="other channels"),
        pytest.param(MONO, ((), ""), made(), False, False, id="no model any more"),
        pytest.param(MONO, ((), ""), made(UNTOLD, NO_MODEL), False, False, id="still no model"),
        pytest.param(MONO, ((), ""), made(UNTOLD, NO_MODEL), True, True, id="a model now"),
        pytest.param(
            MONO, ((), ""), made(UNTOLD, NO_MODEL, channels="0,1"), False, True, id="not as heard"
        ),
        pytest.param(MONO, ((), ""), made(UNTOLD, "that failed"), True, True, id="it failed"),
        pytest.param(STEREO, ((), ""), made(channels="0,1"), False, False, id="by channel"),
        pytest.param(STEREO, ((), "2"), made(channels="0,1"), True, False, id="a number unused"),
        pytest.param(STEREO, (("A", "B"), ""), made(channels="0,1"), True, True, id="names"),
        pytest.param(
            STEREO,
            (("A", "B"), ""),
            made(channels="0,1", channel_names="A,B"),
            True,
            False,
            id="the same names",
        ),
    ],
)
def test_speakers_are_told_again_if_that_is_asked_for_or_failed(
    known: Recording, asked: tuple[tuple[str, ...], str], before: Made, able: bool, stale: bool
) -> None:
    names, count = asked
    options = DiarizeOptions(names, SpeakerCount.of(count))
    machine = engines() if able else engines(voices=None)
    assert bool(why_told_again(known, options, before, machine)) is stale


@pytest.mark.parametrize(
    ("known", "names", "count", "said"),
    [
        (STEREO, ("A", "B"), SpeakerCount(), ()),
        (MONO, (), TWO, ()),
        (MONO, ("A", "B"), TWO, ("its channels are not one person each (mono): no name is used",)),
        (STEREO, ("A",), SpeakerCount(), ("1 names were given for 2 channels: none is used",)),
        (
            STEREO,
            (),
            TWO,
            ("each person has a channel: the number of speakers is not used",),
        ),
    ],
)
def test_what_could_not_be_used_is_noted(
    known: Recording, names: tuple[str, ...], count: SpeakerCount, said: tuple[str, ...]
) -> None:
    request = Request(channels=names, speakers=count)
    assert tuple(notes(known, request, ToldApart())) == said


# By voice, through all stages


def test_words_of_one_channel_stand_under_who_says_them(mono: Path, library: Library) -> None:
    words = FakeRecogniser(tuple("abcdefgh"))
    processed = process(mono, library, engines(recogniser_=words), ASK)
    assert processed.ran == STAGES
    assert speakers(library, processed.recording) == ["Speaker 1", "Speaker 2", "Speaker 3"]
    assert library.transcript(processed.recording.id).turns
    kept = [each for each in library.voiceprints() if each.recording == processed.recording.id]
    assert [each.speaker[-1] for each in kept] == ["1", "2", "3"]
    assert kept[1].embedding == pytest.approx(one_hot(1), abs=0.05)
    told = library.made(processed.recording.id)["diarize"]
    assert (told.engine, told.digest, told.notes) == ("fake-voices", "00bb", ())
    assert dict(told.options) == {"channels": "mix", "channel_names": "", "speakers": ""}


def test_a_number_that_is_asked_for_is_kept_and_obeyed(mono: Path, library: Library) -> None:
    known = process(mono, library, engines(), Request(speakers=TWO)).recording
    assert len(speakers(library, known)) == 2
    assert process(mono, library, engines(), ASK).ran == ()
    assert process(mono, library, engines(), Request(speakers=SpeakerCount(3, 3))).ran == RESTING
    assert len(speakers(library, known)) == 3


def test_told_alone_without_a_number_they_are_as_many_as_are_heard(
    mono: Path, library: Library
) -> None:
    known = process(mono, library, engines(), Request(speakers=SpeakerCount(1, 1))).recording
    assert len(speakers(library, known)) == 1
    assert process(mono, library, engines(), AGAIN).ran == RESTING
    assert len(speakers(library, known)) == 3
    assert process(mono, library, engines(), ASK).ran == ()


def test_who_is_told_again_keeps_the_label(mono: Path, library: Library) -> None:
    known = process(mono, library, engines(), ASK).recording
    before = library.spans(known.id)
    process(mono, library, engines(), Request(speakers=SpeakerCount(1, 1)))
    assert speakers(library, known) == ["Speaker 1"]
    process(mono, library, engines(), Request(speakers=SpeakerCount(3, 3)))
    again = library.spans(known.id)
    assert [(span.start, span.end) for span in again] == [(s.start, s.end) for s in before]
    assert len({(a.speaker, b.speaker) for a, b in zip(before, again, strict=True)}) == 3


def test_the_channels_of_a_room_that_are_named_are_people_by_those_names(
    tmp_path: Path, library: Library
) -> None:
    said = in_turn((0, 3), (1, 3), (0, 3), pause=0.5)
    own = [[each for each in said if each.voice == voice] for voice in (0, 1)]
    first, second = (sound(each, said[-1].end) for each in own)
    both = columns(first, second)
    path = write_wav(tmp_path / "room.wav", np.asarray(both + 0.55 * both[:, ::-1], np.float32))
    known = process(path, library, engines(), ASK).recording
    assert (known.layout, speakers(library, known)) == (Layout.ROOM, ["Speaker 1", "Speaker 2"])
    processed = process(path, library, engines(), Request(channels=("Anna", "Ben")))
    assert processed.recording.layout is Layout.CHANNEL_PER_SPEAKER
    assert set(speakers(library, processed.recording)) == {"Anna", "Ben"}


# Again, without the words


def test_speakers_alone_are_told_again_without_a_recogniser(mono: Path, library: Library) -> None:
    process(mono, library, engines(), ASK)
    again = engines()
    assert process(mono, library, again, AGAIN).ran == RESTING
    assert again.asked["recogniser"] == 0
    assert again.asked["voice_detector"] == 0


def test_speakers_alone_are_told_again_by_channel_too(stereo: Path, library: Library) -> None:
    known = process(stereo, library, engines(), Request(channels=("Anna", "Ben"))).recording
    before = library.spans(known.id)
    again = engines()
    assert process(stereo, library, again, AGAIN).ran == RESTING
    assert library.spans(known.id) == before
    assert again.asked["recogniser"] == 0


def test_speakers_of_what_has_no_words_cannot_be_told_alone(mono: Path, library: Library) -> None:
    with pytest.raises(NotTranscribed, match=r"mono\.wav: it has no words yet. Run: relisten"):
        process(mono, library, engines(), AGAIN)
    assert not library.entries()


# Failures


@pytest.mark.parametrize("error", [error("no room") for error in FAILURES])
def test_the_words_are_there_though_who_speaks_cannot_be_told(
    mono: Path, library: Library, error: Exception
) -> None:
    processed = process(mono, library, engines(voices=BrokenVoices(error=error)), ASK)
    assert processed.ran == STAGES
    transcript = library.transcript(processed.recording.id)
    assert transcript.turns
    assert transcript.speakers == ()
    told = library.made(processed.recording.id)["diarize"]
    assert told.engine == UNTOLD
    (note,) = told.notes
    assert "who speaks is not told, as that failed (" in note
    assert "no room" in note
    assert f"relisten process {processed.recording.id[:8]} --only speakers" in note


def test_what_failed_is_tried_again_next_time(mono: Path, library: Library) -> None:
    known = process(mono, library, engines(voices=BrokenVoices()), ASK).recording
    assert process(mono, library, engines(), ASK).ran == RESTING
    assert len(speakers(library, known)) == 3
    assert process(mono, library, engines(), ASK).ran == ()


@pytest.mark.parametrize("again", [AGAIN, Request(speakers=TWO)])
def test_a_second_telling_that_fails_costs_nothing_of_the_first(
    mono: Path, library: Library, tmp_path: Path, again: Request
) -> None:
    process(mono, library, engines(), ASK)
    before = contents(tmp_path / "library")
    broken = engines(voices=BrokenVoices(error=ModelError("no room")))
    with pytest.raises(ModelError, match="no room"):
        process(mono, library, broken, again)
    assert contents(tmp_path / "library") == before


@pytest.mark.parametrize("unable", [{"voices": None}, {"voices": BrokenVoices()}])
def test_speakers_who_are_asked_for_alone_are_told_or_the_reason_is(
    mono: Path, library: Library, tmp_path: Path, unable: dict[str, Any]
) -> None:
    process(mono, library, engines(voices=None), ASK)
    before = contents(tmp_path / "library")
    with pytest.raises((ModelMissing, MemoryError)):
        process(mono, library, engines(**unable), AGAIN)
    assert contents(tmp_path / "library") == before


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (None, ""),
        (made("fake-voices", "a name is not used"), "a name is not used"),
        (made(UNTOLD, NO_MODEL), ""),
        (made(UNTOLD, NO_MODEL, speakers="2"), ""),
        (made(UNTOLD, "that failed", "a name is not used"), "that failed; a name is not used"),
    ],
)
def test_what_is_to_be_known_of_speakers_is_said_unless_it_was_said_before(
    before: Made | None, why: str
) -> None:
    assert worth_saying(before) == why


def test_a_channel_of_which_the_voice_cannot_be_heard_is_a_speaker_all_the_same(
    stereo: Path, library: Library
) -> None:
    known = process(stereo, library, engines(voices=BrokenVoices()), ASK).recording
    assert library.turns(known.id)
    assert speakers(library, known) == ["Speaker 1", "Speaker 2"]
    assert library.voiceprints() == ()
    assert "their voices are not known by it" in library.made(known.id)["diarize"].notes[0]


def test_a_batch_goes_on_after_a_telling_that_fails(
    mono: Path, stereo: Path, library: Library
) -> None:
    broken = engines(voices=BrokenVoices())
    outcomes = list(process_all([mono, stereo], library, broken, ASK))
    assert [each.state for each in outcomes] == [State.DONE, State.DONE]
    assert "who speaks is not told" in outcomes[0].message
    assert "their voices are not known" in outcomes[1].message
    outcomes = list(process_all([mono, stereo], library, engines(), ASK))
    assert [each.state for each in outcomes] == [State.DONE, State.KNOWN]
    assert all(len(entry.speakers) >= 2 for entry in library.entries())


# Without a model


def test_without_a_model_the_command_that_brings_it_is_said(mono: Path, library: Library) -> None:
    processed = process(mono, library, engines(voices=None), ASK)
    assert processed.ran == STAGES
    assert library.made(processed.recording.id)["diarize"].notes == (NO_MODEL,)
    assert process(mono, library, engines(voices=None), ASK).ran == ()
    shown = CliRunner().invoke(cli.relisten, ["show", processed.recording.id[:8]])
    assert "relisten models pull voices" in shown.output
    as_json = CliRunner().invoke(cli.relisten, ["show", processed.recording.id[:8], "--json"])
    assert "relisten models pull voices" in json.dumps(json.loads(as_json.output))


def test_once_there_is_a_model_speakers_are_told(mono: Path, library: Library) -> None:
    known = process(mono, library, engines(voices=None), Request(speakers=TWO)).recording
    processed = process(mono, library, engines(), ASK)
    assert processed.ran == RESTING
    assert len(speakers(library, known)) == 2  # as was asked when it could not be done
    assert library.made(known.id)["diarize"].notes == ()


def test_what_was_told_stays_where_the_model_is_gone(mono: Path, library: Library) -> None:
    known = process(mono, library, engines(), ASK).recording
    assert process(mono, library, engines(voices=None), ASK).ran == ()
    assert len(speakers(library, known)) == 3


def test_where_nobody_speaks_nobody_is_told(tmp_path: Path, library: Library) -> None:
    path = write_wav(tmp_path / "quiet.wav", silence(12))
    known = process(path, library, engines(), Request(speakers=TWO)).recording
    assert (library.spans(known.id), library.voiceprints()) == ((), ())
    shown = CliRunner().invoke(cli.relisten, ["show", known.id[:8]])
    assert "Nobody speaks in this recording." in shown.output


# Names of channels


def test_other_names_of_channels_keep_the_voiceprints(stereo: Path, library: Library) -> None:
    known = process(stereo, library, engines(), ASK).recording
    before = library.voiceprints()
    assert [each.speaker for each in before] == ["Speaker 1", "Speaker 2"]
    deaf = engines(voices=BrokenVoices())
    assert process(stereo, library, deaf, Request(channels=("Zoe", "Ben"))).ran == RESTING
    assert speakers(library, known) == ["Zoe", "Ben"]
    after = {each.speaker: each for each in library.voiceprints()}
    assert {"Zoe", "Ben"} == set(after)
    assert after["Zoe"] == replace(before[0], speaker="Zoe")
    assert after["Ben"] == replace(before[1], speaker="Ben")
    assert deaf.asked["voice_detector"] == 0


def test_names_that_change_places_take_their_voices_along(stereo: Path, library: Library) -> None:
    process(stereo, library, engines(), Request(channels=("Anna", "Ben")))
    process(stereo, library, engines(), Request(channels=("Ben", "Anna")))
    voices = {each.speaker: each.embedding for each in library.voiceprints()}
    assert voices["Ben"] == pytest.approx(one_hot(0), abs=0.05)
    assert voices["Anna"] == pytest.approx(one_hot(1), abs=0.05)
