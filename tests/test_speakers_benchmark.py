"""The benchmark of speakers around its counts: recordings, conditions, engines, tables, voices."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks import sherpa, speakers, speech, voices
from benchmarks.conditions import (
    CLEAN,
    CONDITIONS,
    PINK,
    TELEPHONE,
    as_one_channel,
    halved,
    loudness,
)
from benchmarks.runs import LeftOut
from benchmarks.speakers_cases import (
    Case,
    by_channel,
    case_of,
    in_one_channel,
    under,
    without_words,
)
from benchmarks.speakers_results import (
    TIMES,
    WORDS,
    Result,
    Round,
    judge,
    of_times,
    of_words,
    print_recordings,
    print_summary,
)
from benchmarks.speakers_scoring import Diarized, SpeakerErrors
from benchmarks.speech import Said, beside, call_of, speaker_recordings, spoken
from benchmarks.telling import cpu_seconds, put_words, tell_apart
from benchmarks.told import AllTold, Task, Told, tasks_from_json, tasks_to_json
from pipeline.audio import SAMPLE_RATE, probe
from pipeline.library import Library
from pipeline.people import Voiceprint
from pipeline.transcript import Span, SpeakerSpan, Turn
from tests import sounds
from tests.fakes import FakeEngines, FakeRecogniser
from tests.sounds import by_turns, columns, write_wav
from tests.values import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.sounds import Samples

RTTM = (
    "SPEAKER c01 1 0.000 2.000 <NA> <NA> anna <NA> <NA>\n"
    ";; a comment\n"
    "SPEAKER c01 1 2.000 2.000 <NA> <NA> ben <NA> <NA>\n"
)
SAID = [
    {"speaker": "anna", "channel": 0, "start": 0.0, "end": 2.0, "text": "how is it going"},
    {"speaker": "ben", "channel": 1, "start": 2.0, "end": 4.0, "text": "not too bad"},
]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of sets with a call in two forms, and one in two channels alone."""
    folder = tmp_path / "conversations"
    folder.mkdir()
    for name in speech.SPEAKER_SETS[1:]:
        (tmp_path / name).mkdir()
    for name in ("c01", "t01"):
        (folder / f"{name}.rttm").write_text(RTTM, encoding="utf-8")
    (folder / "c01.turns.json").write_text(json.dumps(SAID), encoding="utf-8")
    left, right = by_turns(4)
    write_wav(folder / "c01_mono16k.wav", left + right)
    write_wav(folder / "c01_stereo16k.wav", columns(left, right))
    write_wav(folder / "t01_tel8k_stereo.wav", columns(left[::2], right[::2]), 8_000)
    write_wav(folder / "unknown.wav", left)
    monkeypatch.setattr(speech, "SPEECH", tmp_path)
    return folder


def test_who_speaks_when_is_read_from_rttm(calls: Path) -> None:
    assert spoken(calls / "c01_mono16k.wav") == (
        SpeakerSpan(0.0, 2.0, "anna"),
        SpeakerSpan(2.0, 4.0, "ben"),
    )


def test_a_reference_of_a_recording_s_own_name_comes_before_that_of_its_call(calls: Path) -> None:
    recording = calls / "c01_stereo16k.wav"
    assert call_of(recording) == "c01"
    assert beside(recording, ".rttm") == calls / "c01.rttm"
    own = calls / "c01_stereo16k.rttm"
    own.write_text("", encoding="utf-8")
    assert beside(recording, ".rttm") == own


def test_recordings_of_speakers_have_a_reference_and_are_conversations(calls: Path) -> None:
    crowd = "".join(f"SPEAKER r 1 {n} 1 <NA> <NA> {n} <NA> <NA>\n" for n in range(21))
    (calls / "unknown.rttm").write_text(crowd, encoding="utf-8")
    names = ["c01_mono16k.wav", "c01_stereo16k.wav", "t01_tel8k_stereo.wav"]
    assert [path.name for path in speaker_recordings("conversations")] == names
    assert [path.name for path in speaker_recordings("all")] == names
    assert speaker_recordings("meetings") == []


def test_a_case_has_words_where_its_recording_has(calls: Path) -> None:
    case = case_of(calls / "c01_mono16k.wav")
    assert ([each.text for each in case.said], case.speakers) == (
        ["how is it going", "not too bad"],
        2,
    )
    assert case_of(calls / "t01_tel8k_stereo.wav").said == ()
    assert [each.said for each in without_words([case])] == [()]


def test_two_channels_are_people_where_there_are_two_people(calls: Path) -> None:
    files = speaker_recordings("conversations")
    names = ["c01_stereo16k.wav", "t01_tel8k_stereo.wav"]
    assert [case.name for case in by_channel(files)] == names
    third = "SPEAKER t01 1 3.0 1.0 <NA> <NA> carl <NA> <NA>\n"
    (calls / "t01.rttm").write_text(RTTM + third, encoding="utf-8")
    assert [case.name for case in by_channel(files)] == names[:1]


def test_a_call_is_heard_once_in_one_channel_and_mixed_only_if_it_must(
    calls: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    first, second = in_one_channel(speaker_recordings("conversations"), kept)
    assert (first.path, first.name) == (calls / "c01_mono16k.wav", "c01_mono16k.wav")
    assert second.path.parent == kept
    assert second.name == "t01_tel8k_stereo.wav, mixed"
    assert probe(second.path).channels == 1


def wave_of(path: Path) -> tuple[Samples, int, str]:
    import soundfile

    samples: Any
    samples, rate = soundfile.read(path, dtype="float32")
    return samples, rate, soundfile.info(path).subtype


def test_noise_lies_twenty_decibels_under_the_speech(tmp_path: Path) -> None:
    sound = np.concatenate([sounds.tone(2), sounds.silence(8)])
    path = write_wav(tmp_path / "a.wav", sound)
    heard, rate, _ = wave_of(as_one_channel(path, PINK, [Span(0, 2)], tmp_path))
    noise = heard[3 * rate :]
    speech_level, noise_level = np.sqrt(np.mean(sound[: 2 * rate] ** 2)), np.sqrt(np.mean(noise**2))
    assert 20 * np.log10(speech_level / noise_level) == pytest.approx(20, abs=0.7)
    again = as_one_channel(path, PINK, [Span(0, 2)], tmp_path / "..")
    assert (wave_of(again)[0] == heard).all()
    again.unlink()


def test_loudness_is_that_of_the_speech_alone() -> None:
    sound = np.concatenate([np.full(SAMPLE_RATE, 0.5), np.zeros(SAMPLE_RATE)]).astype(np.float32)
    assert loudness(sound, [Span(0, 1)]) == 0.5
    assert loudness(sound, []) == 0.0


def test_the_telephone_has_eight_kilohertz_and_mu_law(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sounds.tone(1, hertz=1000) + sounds.tone(1, hertz=5000))
    heard, rate, kind = wave_of(as_one_channel(path, TELEPHONE, (), tmp_path))
    assert (rate, kind, len(heard)) == (8_000, "ULAW", 8_000)
    spectrum = np.abs(np.fft.rfft(heard))
    assert spectrum.argmax() == 1000
    assert spectrum[3000] < spectrum[1000] / 50  # 5 kHz is gone, and not folded down to 3


def test_a_halved_sound_keeps_its_level() -> None:
    sound = sounds.tone(1, hertz=300)
    assert halved(sound) == pytest.approx(sounds.tone(1, 8_000, 300), abs=1e-3)


def test_conditions_are_written_once_and_by_name(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", sounds.speech(1))
    case = Case(path, "a.wav", (SpeakerSpan(0, 1, "anna"),))
    made = [under(case, condition, tmp_path) for condition in CONDITIONS]
    assert len({each.path for each in made}) == 3
    assert {each.name for each in made} == {"a.wav"}
    before = made[0].path.stat().st_mtime_ns
    assert under(case, CLEAN, tmp_path).path.stat().st_mtime_ns == before


def test_what_was_told_travels_as_json() -> None:
    told = AllTold((Told("c01.flac", 10.0, 0.5, ((0.0, 1.5, "1"), (1.0, 2.0, "2"))),), 7)
    assert "\n" not in told.to_json()
    assert AllTold.from_json(told.to_json()) == told
    tasks = (Task("c01.flac", 2), Task("c02.flac"))
    assert tasks_from_json(tasks_to_json(tasks)) == tasks


CASE = Case(
    path=None,  # type: ignore[arg-type]
    name="c01",
    spoken=(SpeakerSpan(0, 10, "anna"), SpeakerSpan(10, 20, "ben")),
)
TOLD = Told("c01", 25.0, 0.5, ((0.0, 10.0, "1"), (10.0, 18.0, "2"), (20.0, 21.0, "3")))


def test_a_recording_without_words_is_judged_by_its_times() -> None:
    result = judge(CASE, TOLD, ())
    assert result.diarized == Diarized(20, 2, 1, 0)
    assert (result.found, result.real, result.miscounted) == (3, 2, 1)
    assert (result.cpu, result.duration, result.recordings) == (0.5, 25.0, 1)
    assert of_times(result) == ["15.0", "10.0", "5.0", "0.0"]
    assert of_words(result) == ["-"] * len(WORDS)


def test_a_recording_with_words_is_judged_by_them_too() -> None:
    pytest.importorskip("meeteval", reason="the group benchmarks is not installed")
    said = (Said("anna", 0, 0, 1.2, "how is it going"), Said("ben", 1, 1.2, 2.4, "not too bad yet"))
    turns = [Turn.of("1", words("how is it")), Turn.of("2", words("going not too bad yet", 0.9))]
    result = judge(replace(CASE, said=said), TOLD, turns)
    assert result.words == SpeakerErrors(8, 0, 2, 2)
    assert of_words(result) == ["0.0", "25.0", "25.0", "25.0", "12.5 % of 8"]


def test_results_add_up() -> None:
    one = Result(Diarized(10, 1), SpeakerErrors(5, 1, 1, 1), 1, 4, 2, 2, 0, 1, 0.5, 10.0)
    both = one + Result(Diarized(10, 3), SpeakerErrors(5, 0, 2, 2), 0, 6, 3, 2, 1, 1, 1.0, 20.0)
    assert both == Result(Diarized(20, 4), SpeakerErrors(10, 1, 3, 3), 1, 10, 5, 4, 1, 2, 1.5, 30.0)
    assert one + Result() == one


def test_tables_have_a_row_for_each_recording_and_as_many_cells_as_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rounds = Round("relisten", CLEAN, "given", (("c01", judge(CASE, TOLD, ())),) * 2, 250_000_000)
    print_recordings(rounds)
    print_summary([rounds])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    first, second = lines[:5], lines[5:]
    assert len({line.count("|") for line in first}) == 1
    assert len({line.count("|") for line in second}) == 1
    assert all(name in first[0] for name in TIMES)
    assert first[2].startswith("| c01 | 3 of 2 | 15.0 |")
    assert first[4].startswith("| all | wrong in 2 of 2 | 15.0 |")
    assert first[4].endswith("| 0.0200 |")
    assert second[2].endswith("| 250 MB |")


def test_speakers_are_told_apart_as_the_product_does_it(calls: Path, tmp_path: Path) -> None:
    engines = FakeEngines(FakeRecogniser(["how is it going"]))
    path = calls / "c01_stereo16k.wav"
    with Library(tmp_path / "library", create=True) as library:
        bare = tell_apart(Task(str(path)), library, engines)
        put_words(path, library, engines)
        told = tell_apart(Task(str(path)), library, engines)
        (entry,) = library.entries()
        turns = speakers.turns_in(library, replace(case_of(path), path=path))
    assert bare.spans == told.spans
    assert {speaker for *_, speaker in told.spans} == {"Speaker 1", "Speaker 2"}
    assert told.duration == 4.0
    assert 0 <= told.cpu < 60
    assert entry.speakers == ("Speaker 1", "Speaker 2")
    assert {turn.speaker for turn in turns} == {"Speaker 1", "Speaker 2"}


def test_the_number_of_speakers_is_told_only_where_it_is_given() -> None:
    assert speakers.tasks_of([replace(CASE, path="c01")], speakers.GIVEN) == [Task("c01", 2)]  # type: ignore[arg-type]
    assert speakers.tasks_of([replace(CASE, path="c01")], speakers.FREE) == [Task("c01")]  # type: ignore[arg-type]


def test_words_are_recognised_once_where_there_is_a_reference_of_them(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = FakeEngines(FakeRecogniser(["how is it going"]))
    monkeypatch.setattr(speakers, "LocalEngines", lambda **_: engines)
    cases = [case_of(path) for path in speaker_recordings("conversations")]
    speakers.recognise(cases, tmp_path / "library", "tiny.en")
    with Library(tmp_path / "library") as library:
        entries = library.entries()
        assert [set(entry.stages) for entry in entries] == [{"transcribe"}] * 2
        assert {entry.recording.path.name for entry in entries} == {
            "c01_mono16k.wav",
            "c01_stereo16k.wav",
        }
        assert speakers.turns_in(library, cases[-1]) == ()


def empty_round(engine: str) -> Callable[..., Round]:
    """Return what stands for an engine's round: it only says what it was asked for."""

    def run(*asked: Any) -> Round:
        cases, _, condition, count = asked[-4:]
        results = tuple((case.name, Result()) for case in cases)
        return Round(engine, condition, count, results, len([case for case in cases if case.said]))

    return run


def test_every_condition_is_heard_with_the_count_and_without_it_and_by_both_engines(
    calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = speaker_recordings("conversations")
    monkeypatch.setattr(speakers, "recognise", lambda *_: None)
    monkeypatch.setattr(speakers, "ours", empty_round("we"))
    monkeypatch.setattr(speakers, "theirs", empty_round("they"))
    other: Any = object()
    both = list(speakers.rounds(files, ["clean", "noise"], "tiny.en", other))
    assert [(each.engine, each.condition, each.count) for each in both] == [
        ("we", CLEAN, speakers.BY_CHANNEL),
        ("we", CLEAN, speakers.GIVEN),
        ("they", CLEAN, speakers.GIVEN),
        ("we", CLEAN, speakers.FREE),
        ("they", CLEAN, speakers.FREE),
        ("we", PINK, speakers.GIVEN),
        ("they", PINK, speakers.GIVEN),
        ("we", PINK, speakers.FREE),
        ("they", PINK, speakers.FREE),
    ]
    assert [each.peak for each in both] == [1, 1, 1, 1, 1, 0, 0, 0, 0]  # no words in noise
    mono = list(speakers.rounds(files[:1], ["clean"], "tiny.en", None))
    assert [(each.engine, each.count) for each in mono] == [
        ("we", speakers.GIVEN),
        ("we", speakers.FREE),
    ]


def test_each_clean_round_has_a_table_and_all_have_a_row_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = (("c01", judge(CASE, TOLD, ())),)
    rounds = [Round("we", condition, "given", result, 1) for condition in (CLEAN, PINK)]
    speakers.print_all(rounds)
    lines = capsys.readouterr().out.splitlines()
    assert [line[:9] for line in lines if line.startswith("| c01")] == ["| c01 | 3"]
    assert [line[:20] for line in lines if line.startswith("| we")] == [
        "| we | clean | given",
        "| we | pink noise, 2",
    ]


@pytest.mark.parametrize("asked", ["rain", "clean,rain"])
def test_a_condition_that_there_is_not_is_refused_with_those_there_are(
    asked: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["speakers", "--conditions", asked])
    with pytest.raises(SystemExit):
        speakers.main()
    assert "no condition rain: choose from clean, noise, telephone" in capsys.readouterr().err


def test_cpu_time_is_that_of_work_and_not_of_waiting() -> None:
    began = cpu_seconds()
    assert sum(n * n for n in range(2_000_000))
    assert cpu_seconds() > began


def test_sherpa_onnx_reads_its_metadata_at_the_end_of_a_model() -> None:
    one = sherpa.metadata({"version": "1"})
    assert one == b"\x72\x0c\x0a\x07version\x12\x011"
    assert sherpa.metadata({"a": "b", "version": "1"}) == b"\x72\x06\x0a\x01a\x12\x01b" + one
    assert max(len(key) + len(value) for key, value in sherpa.ABOUT.items()) + 4 < 128


def test_weights_are_found_wherever_they_lie_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "segmentation-3.0.onnx"
    file.touch()
    assert sherpa.weights(tmp_path, sherpa.SEGMENTATION) == file
    with pytest.raises(LeftOut, match="--models"):
        sherpa.weights(tmp_path, sherpa.VOICEPRINTS)


def test_sherpa_onnx_is_left_out_where_its_models_are_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert speakers.installed(tmp_path, tmp_path) is None
    assert "sherpa-onnx is left out: no segmentation*.onnx" in capsys.readouterr().out
    assert speakers.installed(tmp_path, None) is None
    assert "with --models" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_sherpa_onnx_gets_full_scale_and_gives_spans_in_order(tmp_path: Path) -> None:
    class Segment:
        start, end, speaker = 0.5, 1.0, 1

    class Diarizer:
        heard: Sequence[float] = ()

        def process(self, samples: Sequence[float]) -> Diarizer:
            self.heard = samples
            return self

        def sort_by_start_time(self) -> list[Segment]:
            return [Segment()]

    loaded = Diarizer()
    path = write_wav(tmp_path / "a.wav", np.full(SAMPLE_RATE, 0.5, dtype=np.float32))
    told = sherpa.tell_apart(loaded, Task(str(path)))
    assert told == replace(Told(str(path), 1.0, 0.0, ((0.5, 1.0, "1"),)), cpu=told.cpu)
    assert set(loaded.heard) == {0.5}


def voice(recording: str, person: str, *direction: float) -> voices.Voice:
    length = sum(value**2 for value in direction) ** 0.5
    unit = tuple(value / length for value in direction)
    print_of = Voiceprint(recording, person, unit, 30.0, "00ff")
    return voices.Voice(recording, recording.split("_", maxsplit=1)[0], person, print_of)


ANNA, BEN = voice("c01_mono", "anna", 1, 0, 0), voice("c01_mono", "ben", 0, 1, 0)
AGAIN = voice("c02_mono", "anna", 0.9, 0.1, 0)
STRANGER = voice("c02_mono", "carl", 0.6, 0.5, 0.7)


def test_a_voice_is_guessed_to_be_the_nearest_of_those_who_are_known() -> None:
    found = voices.guess(AGAIN, [ANNA, BEN])
    assert (found.known, found.right) == (True, True)
    assert found.score == pytest.approx(0.994, abs=0.001)
    assert found.margin == pytest.approx(0.883, abs=0.001)
    wrong = voices.guess(STRANGER, [ANNA, BEN])
    assert (wrong.known, wrong.right) == (False, False)
    assert voices.guess(STRANGER, [ANNA]).margin == voices.guess(STRANGER, [ANNA]).score


def test_a_guess_is_suggested_where_it_is_near_and_nobody_else_is() -> None:
    near = voices.Guess(0.7, 0.3, known=True, right=True)
    assert near.suggested(0.7)
    assert not near.suggested(0.71)
    assert not replace(near, margin=0.05).suggested(0.7)


def test_no_form_of_a_call_is_compared_with_another_form_of_it() -> None:
    form = voice("c01_stereo", "anna", 1, 0, 0)
    assert list(voices.guesses([ANNA, BEN, form])) == []
    kinds = [kind for kind, _ in voices.guesses([ANNA, BEN, form, AGAIN])]
    assert kinds.count(voices.ALL) == 4
    assert kinds.count(voices.ONE) == 5  # three of c01 with c02, and c02 with two forms of c01


def test_the_curve_counts_who_is_found_and_who_is_wrongly_suggested(
    capsys: pytest.CaptureFixture[str],
) -> None:
    guessed = list(voices.guesses([ANNA, BEN, AGAIN, STRANGER]))
    every = [each for kind, each in guessed if kind == voices.ALL]
    assert voices.cells(every, 0.9) == ["2 of 2", "0 of 4"]
    assert voices.cells(every, 1.0) == ["0 of 2", "0 of 4"]
    voices.print_curve(guessed)
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("| 0.")]) == len(voices.THRESHOLDS)


def test_speakers_have_the_names_of_those_with_whom_they_share_their_time() -> None:
    told = [SpeakerSpan(0, 11, "Speaker 2"), SpeakerSpan(11, 20, "Speaker 1")]
    assert voices.real_names(CASE.spoken, told) == {"Speaker 2": "anna", "Speaker 1": "ben"}
