"""One recording through all stages: each once, again only if need be, and after any crash."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline import listening
from pipeline import process as plot
from pipeline.annotating import UNREAD
from pipeline.audio import decode
from pipeline.batch import process_all
from pipeline.diarize import NO_MODEL
from pipeline.errors import AudioError, ModelMissing, NoAudio, NotTranscribed, UsageError
from pipeline.library import STAGES, TEXT_STAGES, Library
from pipeline.listening import Listening
from pipeline.process import (
    Request,
    process,
    stages_asked,
)
from pipeline.recording import Layout
from pipeline.taking_in import layout_as_asked
from pipeline.transcript import Made
from pipeline.voices.clustering import SpeakerCount
from tests import slow_batch
from tests.fakes import (
    Broken,
    BrokenDetector,
    BrokenLanguageModel,
    BrokenRecogniser,
    FakeDetector,
    FakeEngines,
    FakeLanguageModel,
    FakeRecogniser,
    NoWeights,
    SilentRecogniser,
)
from tests.libraries import check_index, contents, recording
from tests.sounds import by_turns, columns, silence, speech, write_wav

if TYPE_CHECKING:
    from pipeline.audio import Audio
    from pipeline.progress import Progress

TEXTS = ("how is it going", "we pay Acme too much")
ASK = Request()
PEOPLE = Request(channels=("Anna", "Ben"))


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """Two people who speak by turns of 2 s, each on a channel: 0-2 and 4-6, 2-4 and 6-8 s."""
    return write_wav(tmp_path / "call.wav", columns(*by_turns(8)))


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """Two microphones that both hear everybody."""
    first, second = by_turns(8, leak=0.55)
    return write_wav(tmp_path / "room.wav", columns(first, second))


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "quiet.wav", silence(3))


def engines(**fields: Any) -> FakeEngines:
    """Return engines that work, but for those named."""
    named: dict[str, Any] = {
        "recogniser_": FakeRecogniser(TEXTS),
        "readers": {"en": FakeLanguageModel({"Acme": "ORG"}, ("too much",))},
    }
    return FakeEngines(**{**named, **fields})


def undisturbed(tmp_path: Path, path: Path, request: Request) -> dict[str, Any]:
    """Return what a library holds after one recording went through without trouble."""
    folder = tmp_path / "undisturbed"
    with Library(folder, create=True) as library:
        process(path, library, engines(), request)
    return contents(folder)


# Each once


def test_a_call_goes_through_every_stage(call: Path, library: Library) -> None:
    processed = process(call, library, engines(), PEOPLE)
    assert processed.ran == STAGES
    transcript = library.transcript(processed.recording.id)
    assert transcript.language == "en"
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("Anna", "how is"),
        ("Ben", "we pay Acme"),
        ("Anna", "it going"),
        ("Ben", "too much"),
    ]
    assert [round(turn.start) for turn in transcript.turns] == [0, 2, 4, 6]


def test_entities_and_keyphrases_are_found_in_the_turns(room: Path, library: Library) -> None:
    recogniser = FakeRecogniser(("we pay Acme too much",))
    processed = process(room, library, engines(recogniser_=recogniser), ASK)
    annotation = library.transcript(processed.recording.id).annotation
    assert [(each.text, each.label) for each in annotation.entities] == [("Acme", "ORG")]
    assert [each.text for each in annotation.keyphrases] == ["too much"]


def test_a_result_says_how_it_was_made(call: Path, library: Library) -> None:
    processed = process(call, library, engines(), PEOPLE)
    made = library.made(processed.recording.id)
    assert {name: each.engine for name, each in made.items()} == {
        "transcribe": "fake-whisper",
        "diarize": "fake-ears",
        "attribute": "relisten",
        "annotate": "fake-reader",
        "embed": "none",
        "copy": "libopus",
    }
    assert dict(made["transcribe"].options) == {"beam": "1", "channels": "0,1", "language": "en"}
    assert dict(made["diarize"].options)["channel_names"] == "Anna,Ben"


def test_the_sound_is_decoded_and_searched_for_voice_once(
    call: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[Path] = []

    def counted(path: Path) -> Audio:
        decoded.append(path)
        return decode(path)

    monkeypatch.setattr(listening, "decode", counted)
    all_engines = engines()
    process(call, library, all_engines, ASK)
    assert decoded == [call]
    assert all_engines.voice_detector_ == FakeDetector(calls=2)  # a block of each channel


def test_what_is_done_is_not_done_again(
    call: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process(call, library, engines(), PEOPLE)
    before = contents(tmp_path / "library")

    def never(path: Path) -> Audio:
        raise AssertionError(f"{path} was decoded again")

    monkeypatch.setattr(listening, "decode", never)
    again = engines()
    assert process(call, library, again, ASK).ran == ()
    assert sum(again.asked.values()) == 0
    assert contents(tmp_path / "library") == before


def test_progress_of_listening_and_of_hearing_is_told(call: Path, library: Library) -> None:
    told: list[Progress] = []
    process(call, library, engines(), ASK, told.append)
    assert {each.stage for each in told} == {"listen", "transcribe", "copy"}
    assert told[-1].fraction == 1.0


# Again if something else is asked for


@pytest.mark.parametrize(
    ("request_", "recogniser", "ran"),
    [
        pytest.param(ASK, None, (), id="nothing in particular"),
        pytest.param(
            Request("fake-whisper", "fake-base", "en", ("Anna", "Ben"), "acme"),
            None,
            (),
            id="what is there in so many words",
        ),
        pytest.param(
            Request(model="fake-large"),
            FakeRecogniser(TEXTS, name="fake-large"),
            ("transcribe", "attribute", "annotate", "embed"),
            id="another model",
        ),
        pytest.param(
            Request(engine="other-whisper"),
            FakeRecogniser(TEXTS, engine="other-whisper"),
            ("transcribe", "attribute", "annotate", "embed"),
            id="another engine",
        ),
        pytest.param(
            Request(language="de"),
            None,
            ("transcribe", "attribute", "annotate", "embed"),
            id="a language",
        ),
        pytest.param(
            Request(channels=("Ben", "Anna")),
            None,
            ("diarize", "attribute", "annotate", "embed"),
            id="other names",
        ),
        pytest.param(Request(project="zeta"), None, (), id="a project"),
        pytest.param(Request(speakers=SpeakerCount(2, 2)), None, (), id="how many, by channel"),
    ],
)
def test_only_what_depends_on_what_is_asked_for_is_done_again(
    call: Path,
    library: Library,
    request_: Request,
    recogniser: FakeRecogniser | None,
    ran: tuple[str, ...],
) -> None:
    process(call, library, engines(), replace(PEOPLE, project="acme"))
    changed = engines(recogniser_=recogniser or FakeRecogniser(TEXTS))
    assert process(call, library, changed, request_).ran == ran
    assert process(call, library, changed, request_).ran == ()


def test_names_given_once_are_kept(call: Path, library: Library) -> None:
    process(call, library, engines(), PEOPLE)
    processed = process(call, library, engines(), Request(language="de"))
    assert library.transcript(processed.recording.id).speakers == ("Anna", "Ben")


def test_names_given_later_take_the_place_of_numbers(call: Path, library: Library) -> None:
    processed = process(call, library, engines(), ASK)
    assert library.transcript(processed.recording.id).speakers == ("Speaker 1", "Speaker 2")
    process(call, library, engines(), PEOPLE)
    assert library.transcript(processed.recording.id).speakers == ("Anna", "Ben")


def test_a_project_given_once_is_kept(call: Path, library: Library) -> None:
    process(call, library, engines(), Request(project="acme"))
    assert process(call, library, engines(), ASK).recording.project == "acme"
    assert process(call, library, engines(), Request(project="zeta")).recording.project == "zeta"


def test_names_for_the_channels_of_a_room_make_people_of_them(room: Path, library: Library) -> None:
    processed = process(room, library, engines(), ASK)
    assert processed.recording.layout is Layout.ROOM
    assert library.transcript(processed.recording.id).speakers == ()
    processed = process(room, library, engines(), PEOPLE)
    assert processed.ran == (*TEXT_STAGES, "embed")
    assert processed.recording.layout is Layout.CHANNEL_PER_SPEAKER
    assert set(library.transcript(processed.recording.id).speakers) == {"Anna", "Ben"}
    assert process(room, library, engines(), ASK).ran == ()


@pytest.mark.parametrize(
    ("layout", "channels", "names", "asked"),
    [
        (Layout.ROOM, 2, ("Anna", "Ben"), Layout.CHANNEL_PER_SPEAKER),
        (Layout.ROOM, 2, (), Layout.ROOM),
        (Layout.ROOM, 2, ("Anna",), Layout.ROOM),
        (Layout.ROOM, 3, ("Anna", "Ben"), Layout.ROOM),
        (Layout.DUAL_MONO, 2, ("Anna", "Ben"), Layout.DUAL_MONO),
        (Layout.MONO, 1, ("Anna",), Layout.MONO),
        (Layout.MONO, 2, ("Anna", "Ben"), Layout.MONO),
        (Layout.CHANNEL_PER_SPEAKER, 2, (), Layout.CHANNEL_PER_SPEAKER),
    ],
)
def test_channels_are_people_if_each_is_named_and_they_differ(
    layout: Layout, channels: int, names: tuple[str, ...], asked: Layout
) -> None:
    known = recording(layout=layout, channels=channels)
    assert layout_as_asked(known, Request(channels=names)) is asked


@pytest.mark.parametrize("stage", TEXT_STAGES[1:])
def test_a_stage_asked_for_alone_runs_again_with_those_that_rest_on_it(
    call: Path, library: Library, stage: str
) -> None:
    process(call, library, engines(), PEOPLE)
    again = Request(only=stage)
    resting = tuple(each for each in STAGES[STAGES.index(stage) :] if each != "copy")
    processed = process(call, library, engines(), again)
    assert tuple(stages_asked(again)) == (*resting, "copy")
    assert processed.ran == ((stage,) if stage == "annotate" else resting)
    assert library.transcript(processed.recording.id).speakers == ("Anna", "Ben")


def test_a_stage_cannot_run_alone_before_those_that_it_rests_on(
    call: Path, library: Library
) -> None:
    with pytest.raises(NotTranscribed, match="it has no words yet"):
        process(call, library, engines(), Request(only="diarize"))
    assert not library.entries()
    assert tuple(stages_asked(ASK)) == STAGES


# Kinds of recordings


def test_one_voice_in_one_channel_has_turns_of_nobody(tmp_path: Path, library: Library) -> None:
    path = write_wav(tmp_path / "memo.wav", speech(4))
    processed = process(path, library, engines(), PEOPLE)
    assert (processed.recording.layout, processed.ran) == (Layout.MONO, STAGES)
    assert library.spans(processed.recording.id) == ()
    (turn,) = library.turns(processed.recording.id)
    assert (turn.speaker, turn.text) == (None, "how is it going")
    assert process(path, library, engines(), PEOPLE).ran == ()


def test_one_signal_in_two_channels_is_heard_once(tmp_path: Path, library: Library) -> None:
    path = write_wav(tmp_path / "dual.wav", columns(speech(4), speech(4)))
    recogniser = FakeRecogniser(TEXTS)
    processed = process(path, library, engines(recogniser_=recogniser), ASK)
    assert processed.recording.layout is Layout.DUAL_MONO
    assert len(recogniser.lengths) == 1
    assert {segment.channel for segment in library.segments(processed.recording.id)} == {0}


@pytest.mark.parametrize("asked", [ASK, Request(language="en")])
def test_a_recording_in_which_nobody_speaks_says_so(
    quiet: Path, library: Library, asked: Request
) -> None:
    processed = process(quiet, library, engines(), asked)
    transcript = library.transcript(processed.recording.id)
    assert (processed.ran, transcript.language, transcript.turns) == (STAGES, None, ())
    made = dict(transcript.made)
    assert (made["annotate"].engine, made["annotate"].notes) == (UNREAD, ("nobody speaks",))
    assert process(quiet, library, engines(), asked).ran == ()


def test_what_could_be_read_of_a_broken_file_is_taken_in(
    call: Path, library: Library, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.wav"
    cut.write_bytes(call.read_bytes()[: call.stat().st_size // 2])
    processed = process(cut, library, engines(), ASK)
    assert "breaks off" in processed.recording.damage
    assert library.turns(processed.recording.id)
    again = process(cut, library, engines(), ASK)
    assert (again.ran, again.recording.damage) == ((), processed.recording.damage)


def test_a_file_that_is_moved_and_renamed_is_known(
    call: Path, library: Library, tmp_path: Path
) -> None:
    first = process(call, library, engines(), PEOPLE)
    (tmp_path / "elsewhere").mkdir()
    moved = call.rename(tmp_path / "elsewhere" / "renamed.wav")
    second = process(moved, library, engines(), ASK)
    assert second.ran == ()
    assert second.recording == replace(first.recording, path=moved)
    assert library.find("renamed.wav").path == moved
    assert len(library.entries()) == 1


def test_the_same_file_twice_is_one_recording(call: Path, library: Library, tmp_path: Path) -> None:
    process(call, library, engines(), ASK)
    copy = Path(shutil.copy(call, tmp_path / "copy.wav"))
    assert process(copy, library, engines(), ASK).ran == ()
    assert len(library.entries()) == 1


def test_a_file_of_another_content_under_the_same_name_is_another(
    call: Path, library: Library
) -> None:
    process(call, library, engines(), ASK)
    write_wav(call, speech(3))
    assert process(call, library, engines(), ASK).ran == STAGES
    assert len(library.entries()) == 2


def test_a_path_is_kept_whole_wherever_one_stands(
    call: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(call.parent)
    assert process(Path("call.wav"), library, engines(), ASK).recording.path == call


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("missing.wav", None, AudioError),
        ("empty.wav", b"", NoAudio),
        ("text.wav", b"this is no sound " * 99, AudioError),
    ],
)
def test_a_file_that_cannot_be_heard_leaves_nothing(
    tmp_path: Path, library: Library, name: str, content: bytes | None, error: type[Exception]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=name):
        process(tmp_path / name, library, engines(), ASK)
    assert library.entries() == []


# Languages


def test_what_no_model_reads_goes_in_as_text(call: Path, library: Library) -> None:
    processed = process(call, library, engines(readers={}), ASK)
    transcript = library.transcript(processed.recording.id)
    assert processed.ran == STAGES
    assert transcript.turns
    assert dict(transcript.made)["annotate"].notes == ("no language model for 'en'",)
    assert process(call, library, engines(readers={}), ASK).ran == ()


def test_once_there_is_a_model_what_was_not_read_is_read(call: Path, library: Library) -> None:
    recogniser = FakeRecogniser(("Acme",))
    first = process(call, library, engines(recogniser_=recogniser, readers={}), ASK)
    assert library.transcript(first.recording.id).annotation.entities == ()
    second = process(call, library, engines(), ASK)
    assert second.ran == ("annotate",)
    assert library.transcript(first.recording.id).annotation.entities
    assert process(call, library, engines(), ASK).ran == ()


def test_a_language_that_is_asked_for_decides_the_model(call: Path, library: Library) -> None:
    german, english = FakeLanguageModel(), FakeLanguageModel()
    readers = {"de": german, "en": english}
    process(call, library, engines(readers=readers), Request(language="de"))
    assert (german.calls, english.calls) == (1, 0)


def test_a_language_that_the_weights_do_not_know_is_a_sentence(
    call: Path, library: Library
) -> None:
    with pytest.raises(UsageError, match="does not know the language 'xx'"):
        process(call, library, engines(), Request(language="xx"))


# Crashes


def broken_attribute(*_: object) -> None:
    raise Broken("no turns")


CRASHES = [
    pytest.param({"voice_detector_": BrokenDetector()}, Broken, (), id="the ears"),
    pytest.param({"recogniser_": BrokenRecogniser(TEXTS)}, Broken, (), id="at the first window"),
    pytest.param({"recogniser_": BrokenRecogniser(TEXTS, after=1)}, Broken, (), id="later"),
    pytest.param({"recogniser_": SilentRecogniser()}, ValueError, (), id="windows left out"),
    pytest.param({"readers": {"en": BrokenLanguageModel()}}, Broken, STAGES[:3], id="the reader"),
]


@pytest.mark.parametrize(("broken", "error", "stored"), CRASHES)
def test_a_stage_that_breaks_costs_none_before_it_and_is_made_up_for(
    call: Path,
    library: Library,
    tmp_path: Path,
    broken: dict[str, Any],
    error: type[Exception],
    stored: tuple[str, ...],
) -> None:
    with pytest.raises(error):
        process(call, library, engines(**broken), PEOPLE)
    assert [entry.stages for entry in library.entries()] == [stored]
    ran = process(call, library, engines(), PEOPLE).ran
    assert ran == tuple(stage for stage in STAGES if stage not in stored)
    assert contents(tmp_path / "library") == undisturbed(tmp_path, call, PEOPLE)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_storing_of_any_stage_is_made_up_for(
    call: Path,
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    moment: str,
) -> None:
    run = plot.STAGES[stage]

    def crash(*args: Any) -> None:
        if moment == "after":
            run(*args)
        raise Broken(stage)

    with monkeypatch.context() as patch:
        patch.setitem(plot.STAGES, stage, crash)
        with pytest.raises(Broken, match=stage):
            process(call, library, engines(), PEOPLE)
    done = STAGES[: STAGES.index(stage) + (moment == "after")]
    assert [entry.stages for entry in library.entries()] == [done]
    assert process(call, library, engines(), PEOPLE).ran == STAGES[len(done) :]
    assert contents(tmp_path / "library") == undisturbed(tmp_path, call, PEOPLE)


def test_a_crash_in_a_second_run_leaves_what_the_first_one_heard(
    call: Path, library: Library
) -> None:
    processed = process(call, library, engines(), PEOPLE)
    turns = library.turns(processed.recording.id)
    broken = engines(recogniser_=BrokenRecogniser(TEXTS, name="fake-large"))
    with pytest.raises(Broken):
        process(call, library, broken, Request(model="fake-large"))
    assert library.turns(processed.recording.id) == turns
    assert process(call, library, engines(), ASK).ran == ()


def test_missing_weights_are_a_sentence(call: Path, library: Library) -> None:
    with pytest.raises(ModelMissing, match="relisten models pull"):
        process(call, library, NoWeights(), ASK)


@pytest.mark.parametrize("names", [("Anna", "Anna"), ("Anna", "")])
def test_names_that_cannot_be_are_refused_before_any_work(names: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"the same name|name is empty"):
        Request(channels=names)


@pytest.mark.parametrize(
    "broken", [{}, {"recogniser_": BrokenRecogniser()}, {"voice_detector_": BrokenDetector()}]
)
def test_the_decoded_sound_is_gone_afterwards(
    call: Path, library: Library, monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any]
) -> None:
    decoded: list[Audio] = []

    def kept(path: Path) -> Audio:
        decoded.append(decode(path))
        return decoded[-1]

    monkeypatch.setattr(listening, "decode", kept)
    try:
        process(call, library, engines(**broken), ASK)
    except Broken:
        assert broken
    (audio,) = decoded
    with pytest.raises(ValueError, match="closed"):
        list(audio.blocks())


def test_a_file_that_no_stage_asks_to_hear_is_not_decoded(tmp_path: Path) -> None:
    with Listening(tmp_path / "missing.wav", engines(), lambda progress: None) as heard:
        assert "audio" not in vars(heard)


def test_options_are_added_in_order_and_take_the_place_of_others() -> None:
    made = Made("x", "1", options=(("b", "1"), ("c", "2"))).with_options(a="0", c="3")
    assert made.options == (("a", "0"), ("b", "1"), ("c", "3"))


# Killed


def killed_after(seconds: float, folder: Path, files: list[Path]) -> bool:
    """Run a slow batch and kill it after a while; tell whether it was killed at work."""
    command = [sys.executable, "-m", "tests.slow_batch", str(folder), *map(str, files)]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as batch:
        assert batch.stdout is not None
        assert batch.stdout.readline() == "begun\n"
        time.sleep(seconds)
        batch.kill()
        batch.stdout.read()
    return batch.returncode != 0


def test_a_batch_killed_at_random_moments_ends_in_the_same_library(tmp_path: Path) -> None:
    files = [
        write_wav(tmp_path / f"{seed}.wav", columns(*by_turns(6, seed=seed))) for seed in range(4)
    ]
    files.append(write_wav(tmp_path / "memo.wav", speech(3, seed=9)))
    draw = random.Random(0)
    kills = 0
    while killed_after(draw.uniform(0.02, 0.15 + kills / 20), tmp_path / "killed", files):
        kills += 1
        assert kills < 60
    assert kills >= 3
    with Library(tmp_path / "undisturbed", create=True) as library:
        quick = FakeEngines(FakeRecogniser(slow_batch.TEXTS), readers={"en": slow_batch.READER})
        outcomes = list(process_all(files, library, quick, slow_batch.REQUEST))
    assert len(outcomes) == len(files)
    assert contents(tmp_path / "killed") == contents(tmp_path / "undisturbed")
    check_index(tmp_path / "killed")


def test_a_library_that_was_filled_otherwise_is_told_apart(
    call: Path, library: Library, tmp_path: Path
) -> None:
    process(call, library, engines(), ASK)
    assert contents(tmp_path / "library") != undisturbed(tmp_path, call, PEOPLE)


# Names that fit, and names that do not


def test_other_names_are_given_without_listening_again(call: Path, library: Library) -> None:
    process(call, library, engines(), PEOPLE)
    again = engines(voice_detector_=BrokenDetector())
    processed = process(call, library, again, Request(channels=("Cleo", "Dan")))
    assert processed.ran == ("diarize", "attribute", "annotate", "embed")
    assert library.transcript(processed.recording.id).speakers == ("Cleo", "Dan")


@pytest.mark.parametrize("names", [("Anna",), ("Anna", "Ben", "Cleo")])
def test_too_few_or_too_many_names_are_used_for_nobody(
    call: Path, library: Library, names: tuple[str, ...]
) -> None:
    processed = process(call, library, engines(), Request(channels=names))
    assert library.transcript(processed.recording.id).speakers == ("Speaker 1", "Speaker 2")
    (note,) = library.made(processed.recording.id)["diarize"].notes
    assert note == f"{len(names)} names were given for 2 channels: none is used"
    assert process(call, library, engines(), Request(channels=names)).ran == ()


def test_names_for_a_recording_of_one_channel_are_noted_and_not_used(
    quiet: Path, library: Library
) -> None:
    processed = process(quiet, library, engines(), PEOPLE)
    untold, note = library.made(processed.recording.id)["diarize"].notes
    assert untold == NO_MODEL
    assert "not one person each (mono): no name is used" in note
    assert process(quiet, library, engines(), PEOPLE).ran == ()


def test_an_unknown_language_leaves_no_trace_in_the_library(call: Path, library: Library) -> None:
    with pytest.raises(UsageError, match="does not know the language 'klingon'"):
        process(call, library, engines(), Request(language="klingon"))
    assert library.entries() == []
