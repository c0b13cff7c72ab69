"""The counts under the tables: an error more or less must show."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks import long, noise, speech, times, transcription, whisper_cpp
from benchmarks.figures import head, percentile, row, share_within, spread
from benchmarks.hearing import hear
from benchmarks.runs import (
    STATUS,
    LeftOut,
    Made,
    Run,
    Timed,
    peak_memory,
    reason,
    run_apart,
    status_bytes,
)
from benchmarks.scoring import WordErrors, count_errors, count_spoken, lost_words, pairs, score
from benchmarks.speech import Said, is_mono, recordings, reference
from benchmarks.start import fill, turn
from pipeline.audio import SAMPLE_RATE
from pipeline.library import Library
from pipeline.search import search
from pipeline.transcript import Segment
from tests import sounds
from tests.fakes import FakeEngines, FakeRecogniser
from tests.sounds import by_turns, columns, write_wav
from tests.values import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def segment(text: str, start: float, channel: int | None) -> Segment:
    said = words(text, start)
    return Segment(said[0].start, said[-1].end, said, channel)


@pytest.mark.parametrize(
    ("wanted", "got", "errors"),
    [
        ("It costs 20 dollars.", "it costs $20", WordErrors(3, 0, 0, 0)),
        ("red green blue", "red blue", WordErrors(3, 0, 1, 0)),
        ("red green blue", "red green green blue", WordErrors(3, 0, 0, 1)),
        ("the colour", "the color", WordErrors(2, 0, 0, 0)),
        ("a b c d", "a x c d", WordErrors(4, 1, 0, 0)),
        ("", "invented text", WordErrors(0, 0, 0, 2)),
        ("lost text", "", WordErrors(2, 0, 2, 0)),
    ],
)
def test_errors_are_counted_after_normalising(wanted: str, got: str, errors: WordErrors) -> None:
    assert count_errors(wanted, got) == errors


def test_rates_are_in_percent_of_the_reference() -> None:
    assert (WordErrors(40, 1, 2, 1) + WordErrors(60, 0, 0, 1)).rate == 5.0
    assert WordErrors().rate == 0.0


def test_channels_are_scored_apart() -> None:
    said = [Said("a", 0, 0, 1, "hello there"), Said("b", 1, 0.1, 1, "good morning")]
    heard = [segment("good morning", 0.1, 1), segment("hello there", 0.0, 0)]
    assert score(said, heard).rate == 0
    swapped = [segment("good morning", 0.1, 0), segment("hello there", 0.0, 1)]
    assert score(said, swapped).rate == 100


def test_a_mix_is_scored_in_the_order_of_time() -> None:
    said = [Said("a", 0, 0, 1, "hello there"), Said("b", 1, 1, 2, "good morning")]
    heard = [segment("good morning", 1.0, None), segment("hello there", 0.0, None)]
    assert score(said, heard).rate == 0


@pytest.mark.parametrize("name", ["c01_mono16k.flac", "c01_stereo16k.flac", "c01_tel8k_stereo.wav"])
def test_every_form_of_a_recording_has_the_same_reference(name: str, tmp_path: Path) -> None:
    rows = [
        {"speaker": "customer", "start": 2.0, "end": 3.0, "text": "Yes."},
        {"speaker": "interviewer", "start": 1.0, "end": 2.0, "text": "Well?"},
    ]
    (tmp_path / "c01.turns.json").write_text(json.dumps(rows), encoding="utf-8")
    assert [(each.channel, each.text) for each in reference(tmp_path / name)] == [
        (0, "Well?"),
        (1, "Yes."),
    ]


def test_the_library_of_the_start_benchmark_has_something_to_find(tmp_path: Path) -> None:
    assert len(turn(0, 0).words) == 25
    fill(tmp_path)
    with Library(tmp_path) as library:
        assert len(library.entries()) == 100
        assert len(search(library, "expensive")) == 20


def timed(text: str, start: float = 0.0, channel: int | None = None) -> list[Timed]:
    """Return words of 0.4 s, half a second apart."""
    return [
        Timed(word, start + 0.5 * n, start + 0.5 * n + 0.4, channel)
        for n, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("got", "lost"),
    [
        ("one two three four five six seven eight nine ten", 0),
        ("one two three seven eight nine ten", 0),  # three in a row may be misheard
        ("one two three eight nine ten", 4),
        ("six", 9),
        ("", 10),
        ("one two x y z w v eight nine ten", 0),  # something stands for them
    ],
)
def test_words_are_lost_in_runs_of_four(got: str, lost: int) -> None:
    names = ["anna", "bert", "carl", "dora", "emil", "fritz", "gina", "hans", "ida", "jan"]
    numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    heard = got
    for number, name in zip(numbers, names, strict=True):
        heard = heard.replace(number, name)
    assert lost_words(" ".join(names), heard) == lost


def test_nothing_is_lost_where_nothing_was_said() -> None:
    assert lost_words("", "") == 0
    assert lost_words("", "words from nowhere") == 0


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["Thank", "you."], 2),
        (["[MUSIC", "PLAYING]"], 0),
        (["(keyboard", "clicking)", "Okay."], 1),
        (["*sighs*", "♪", "..."], 0),
    ],
)
def test_a_described_sound_is_no_invented_word(words: list[str], count: int) -> None:
    assert count_spoken(words) == count


def test_words_are_paired_with_what_was_said_on_their_channel_and_by_time() -> None:
    said = [Said("a", 0, 0, 1, "hello there"), Said("b", 1, 0, 1, "good morning")]
    mixed = [*timed("good morning", 3), *timed("hello there")]
    assert pairs(said, mixed) == [("hello there good morning", "hello there good morning")]
    apart = [*timed("good", 0, 1), *timed("hello", 0, 0)]
    assert pairs(said, apart) == [("hello there", "hello"), ("good morning", "good")]


@pytest.mark.parametrize(
    ("values", "shown"),
    [([2.0], "2.0x"), ([1.0, 3.0, 2.0], "2.0x (1.0-3.0)"), ([1.01, 1.02], "1.0x")],
)
def test_a_spread_is_shown_where_there_is_one(values: list[float], shown: str) -> None:
    assert spread(values, 1, "x") == shown


@pytest.mark.parametrize(("percent", "value"), [(50, 10), (95, 19), (100, 20), (1, 1)])
def test_a_percentile_is_one_of_the_values(percent: float, value: float) -> None:
    assert percentile([float(n) for n in range(20, 0, -1)], percent) == value


def test_a_share_counts_errors_either_way_and_the_limit_itself() -> None:
    assert share_within([-0.3, -0.25, 0.1, 0.25], 0.25) == 75


def test_a_table_has_as_many_columns_in_its_head_as_in_its_rows() -> None:
    bars = {line.count("|") for line in (*head("a", "b").splitlines(), row(1, "x"))}
    assert bars == {3}


def test_what_was_made_travels_as_json() -> None:
    made = Made((Run("c01.flac", 10.0, 2.5, (Timed("Hi", 0.1, 0.4, 1), Timed("no", 1, 2))),), 7)
    assert "\n" not in made.to_json()
    assert Made.from_json(made.to_json()) == made


@pytest.mark.parametrize(
    ("errors", "shown"),
    [
        ("Traceback\n  line 1\nm.ModelMissing: it is not here; run: x\n", "it is not here; run: x"),
        ("ERROR: No matching distribution\n\n", "No matching distribution"),
        ("this model: too large", "this model: too large"),
        ("KeyError\n", "KeyError"),
        ("", ""),
    ],
)
def test_the_reason_is_the_last_line_without_an_exception_s_name(errors: str, shown: str) -> None:
    assert reason(errors) == shown


def test_a_process_tells_what_it_made_in_its_last_line() -> None:
    made = Made((), 5)
    said = f"print('loading'); print({made.to_json()!r})"
    assert run_apart([sys.executable, "-c", said]) == made


def test_an_engine_that_fails_is_left_out_with_its_reason() -> None:
    with pytest.raises(LeftOut, match=r"^no such model$"):
        run_apart([sys.executable, "-c", "raise ValueError('no such model')"])
    with pytest.raises(LeftOut, match="3"):
        run_apart([sys.executable, "-c", "raise SystemExit(3)"])


def test_memory_is_read_in_bytes() -> None:
    status = "Name:\tpython\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n"
    assert status_bytes(status, "VmHWM") == 2 * 1024**2
    assert status_bytes(status, "VmSwap") == 0


@pytest.mark.skipif(not STATUS.exists(), reason="there is no /proc here")
def test_a_child_is_not_charged_for_what_its_parent_held() -> None:
    ballast = np.ones(25_000_000)  # 200 MB
    assert peak_memory() > ballast.nbytes
    told = "from benchmarks.runs import Made, peak_memory; print(Made((), peak_memory()).to_json())"
    assert run_apart([sys.executable, "-c", told]).peak < ballast.nbytes / 2


@pytest.mark.skipif(not STATUS.exists(), reason="there is no /proc here")
def test_memory_of_children_is_counted_with_their_parent_s() -> None:
    holds = "x = bytearray(80_000_000); import time; time.sleep(0.8)"
    alone = long.run([sys.executable, "-c", holds])
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {holds!r}])"
    both = long.run([sys.executable, "-c", f"y = bytearray(80_000_000); {nested}"])
    assert 80e6 < alone.peak < 150e6
    assert both.peak > alone.peak + 80e6


def test_a_command_that_fails_ends_the_measurement_with_its_reason() -> None:
    with pytest.raises(RuntimeError, match="no room"):
        long.run([sys.executable, "-c", "raise OSError('no room')"])


def test_a_family_is_a_process_and_all_that_came_of_it() -> None:
    assert long.family(1, {2: 1, 3: 2, 4: 9, 5: 3, 9: 0}) == {1, 2, 3, 5}
    assert long.parent_of("12 (odd ) name) S 7 12 12 0") == 7


def test_a_long_recording_has_its_pieces_again_and_again(tmp_path: Path) -> None:
    import soundfile

    pieces = []
    for number in (1, 2):
        pieces.append(tmp_path / f"{number}.flac")
        tone = np.full((SAMPLE_RATE, 2), [0.1 * number, -0.1 * number])
        soundfile.write(pieces[-1], tone, SAMPLE_RATE)
    long.build(tmp_path / "long.flac", 3.5, pieces)
    sound, rate = soundfile.read(tmp_path / "long.flac")
    assert (rate, sound.shape) == (SAMPLE_RATE, (round(3.5 * SAMPLE_RATE), 2))
    middles = [float(sound[round(at * SAMPLE_RATE), 0]) for at in (0.5, 1.5, 2.5, 3.25)]
    assert middles == pytest.approx([0.1, 0.2, 0.1, 0.2], abs=1e-3)


@pytest.mark.parametrize("kind", noise.KINDS)
def test_every_noise_is_as_long_as_asked_for_and_not_clipped(kind: str) -> None:
    made = noise.KINDS[kind](2.0, np.random.default_rng(1))
    assert made.dtype == np.float32
    assert len(made) == 2 * SAMPLE_RATE
    assert np.abs(made).max() < 0.99
    assert kind == "silence" or made.std() > 0.001


def test_noise_is_always_the_same_and_tells_its_kind_by_the_minute() -> None:
    made = noise.hour(180.0)
    assert len(made) == 180 * SAMPLE_RATE
    assert np.array_equal(made, noise.hour(180.0))
    assert [noise.kind_at(at) for at in (0.0, 59.9, 60.0, 660.0)] == [
        "silence",
        "silence",
        "hum",
        "silence",
    ]
    assert not made[: 60 * SAMPLE_RATE].any()
    assert made[60 * SAMPLE_RATE : 120 * SAMPLE_RATE].any()


def test_invented_words_are_counted_by_sound() -> None:
    words = [*timed("Thank you", 30), *timed("(wind) Bye.", 130), *timed("[MUSIC]", 250)]
    counts = transcription.invented(words)
    assert {kind: count for kind, count in counts.items() if count} == {"silence": 2, "hiss": 1}


def recording_of(folder: Path, *said: Said) -> Path:
    rows = [
        {"speaker": each.speaker, "start": each.start, "end": each.end, "text": each.text}
        for each in said
    ]
    (folder / "x01.turns.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder / "x01_mono.flac"


def test_an_engine_that_fails_once_is_out_and_stops_no_other(tmp_path: Path) -> None:
    path = recording_of(tmp_path, Said("interviewer", 0, 0, 1, "hello there"))
    heard = Made((Run(str(path), 10.0, 2.0, tuple(timed("hello"))),), 8)
    calls = []

    def well(files: Sequence[Path]) -> Made:
        calls.append(files)
        return heard

    def ill(files: Sequence[Path]) -> Made:
        raise LeftOut("it is not installed")

    measured = transcription.measure({"ill": ill, "relisten": well}, [path], 2)
    assert measured.left_out == {"ill": "it is not installed"}
    assert calls == [[path], [path]]
    (first, second) = measured.results["relisten"]
    assert first == second
    assert (first.errors.rate, first.lost, first.speed, first.peak) == (50.0, 0, 5.0, 8)


def result(speed: float) -> transcription.Result:
    return transcription.Result(WordErrors(100, 5), 4, speed, 2_000_000, (speed,))


def test_ratios_are_those_of_each_round() -> None:
    ours, theirs = [result(10), result(30)], [result(5), result(10)]
    assert transcription.ratios(ours, theirs) == [2.0, 3.0]
    assert transcription.cells(theirs, ours) == [
        "5.0",
        "4, 4.0 %",
        "7.5x (5.0-10.0)",
        "2.50x (2.00-3.00)",
        "2 MB",
    ]
    assert transcription.cells(ours, ours)[3] == "-"


def test_the_table_says_why_an_engine_is_not_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    measured = transcription.Measured({"relisten": [result(2)]}, {"other": "no weights"})
    transcription.print_engines(measured, {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1].startswith("| other | left out: no weights |")
    assert len({line.count("|") for line in printed}) == 1


def test_whisper_cpp_stands_beside_no_model_that_it_has_no_weights_of(tmp_path: Path) -> None:
    with pytest.raises(LeftOut, match="base"):
        whisper_cpp.WhisperCpp.install(tmp_path, "base")
    assert list(tmp_path.iterdir()) == []


def test_whisper_cpp_s_clock_is_turned_into_seconds(tmp_path: Path) -> None:
    import soundfile

    class Piece:
        def __init__(self, text: str, t0: int, t1: int) -> None:
            self.text, self.t0, self.t1 = text, t0, t1

    class Model:
        def transcribe(self, path: str, **options: object) -> list[Piece]:
            return [Piece("", 0, 0), Piece(" Hello", 12, 50)]

    soundfile.write(tmp_path / "a.wav", np.zeros(SAMPLE_RATE // 2), SAMPLE_RATE)
    run = whisper_cpp.measure(Model(), tmp_path / "a.wav")
    assert run.words == (Timed("Hello", 0.12, 0.5),)
    assert run.duration == 0.5


def test_a_set_is_every_recording_of_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("conversations", "interviews"):
        (tmp_path / name).mkdir()
    (tmp_path / "conversations" / "c01.txt").touch()
    write_wav(tmp_path / "conversations" / "c01_mono.wav", sounds.silence(1))
    write_wav(tmp_path / "interviews" / "i01.wav", columns(*by_turns(1)))
    monkeypatch.setattr(speech, "SPEECH", tmp_path)
    assert [path.name for path in recordings("conversations")] == ["c01_mono.wav"]
    assert [is_mono(path) for path in recordings("all")] == [True, False]


def test_an_utterance_s_edges_are_those_of_its_outermost_words() -> None:
    said = [
        Said("a", 0, 1.0, 2.5, "Well, it's fine."),
        Said("b", 1, 3.0, 4.0, "Twenty-five dollars?"),
    ]
    heard = [*timed("Well it’s fine", 1.1), *timed("twenty five dollars", 2.9)]
    found = [(edge.side, edge.wanted, round(edge.error, 3)) for edge in times.edges(said, heard)]
    assert found == [
        ("start", 1.0, 0.1),
        ("end", 2.5, 0.0),
        ("start", 3.0, -0.1),
        ("end", 4.0, 0.3),
    ]


@pytest.mark.parametrize(
    ("heard", "sides"),
    [
        ("red green blue", ["start", "end"]),
        ("dread green blue", ["end"]),
        ("red green glue", ["start"]),
        ("red and green blue", ["end"]),  # the first two do not follow each other
        ("something else", []),
        ("", []),
    ],
)
def test_an_edge_counts_only_where_its_words_were_recognised(heard: str, sides: list[str]) -> None:
    said = [Said("a", 0, 0.0, 1.0, "Red green blue.")]
    assert [edge.side for edge in times.edges(said, timed(heard))] == sides


def test_in_a_mix_only_utterances_count_during_which_nobody_else_speaks() -> None:
    first = Said("a", 0, 0.0, 1.2, "red green")
    second = Said("b", 1, 1.0, 2.0, "yes indeed")
    third = Said("a", 0, 3.0, 4.0, "blue sky")
    said = [first, second, third]
    assert times.alone(said) == {third}
    heard = [("red green", 0.0), ("yes indeed", 1.0), ("blue sky", 3.0)]
    mixed = [word for text, at in heard for word in timed(text, at)]
    assert {edge.utterance for edge in times.compare(said, mixed)} == {third}
    apart = [
        word
        for (text, at), each in zip(heard, said, strict=True)
        for word in timed(text, at, each.channel)
    ]
    assert {edge.utterance for edge in times.compare(said, apart)} == set(said)


def test_silence_and_rumble_are_not_of_an_utterance() -> None:
    clock = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    rumble = 0.3 * np.sin(2 * np.pi * 50 * clock)
    voice = np.sin(2 * np.pi * 500 * clock) * ((clock >= 0.5) & (clock < 1.4))
    found = times.drawn_in((rumble + voice).astype(np.float32))
    assert found == pytest.approx((0.5, 0.6), abs=0.04)


def test_an_utterance_in_noise_as_loud_as_itself_has_no_edges() -> None:
    hiss = np.random.default_rng(0).standard_normal(SAMPLE_RATE).astype(np.float32)
    assert times.drawn_in(hiss) is None
    assert times.drawn_in(hiss[:0]) is None


def test_figures_of_edges_are_in_milliseconds_and_percent() -> None:
    said = Said("a", 0, 0, 1, "yes")
    found = [times.Edge("start", 1.0, 1.0 + error, said) for error in (0.1, -0.2, 0.4, 0.1)]
    assert times.figures(found) == ["4", "150", "400", "75.0", "+100"]


def test_a_recording_is_heard_as_the_product_hears_it(tmp_path: Path) -> None:
    memo = write_wav(tmp_path / "memo.wav", sounds.speech(4))
    call = write_wav(tmp_path / "call.wav", columns(*by_turns(8)))
    engines = FakeEngines(FakeRecogniser(["how is it going"]))
    mono, two = hear(memo, engines), hear(call, engines)
    assert (mono.apart, two.apart) == (False, True)
    assert (mono.duration, two.duration) == (4.0, 8.0)
    assert {word.channel for word in mono.words} == {None}
    assert {word.channel for word in two.words} == {0, 1}
    assert {word.text for word in two.words} == {"how", "is", "it", "going"}
    assert mono.seconds > 0
