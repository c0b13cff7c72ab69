"""The default recogniser around a model that says what it is told: windows, second tries, words.

At the end with real weights on real speech.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field, fields
from importlib.metadata import version
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import ctranslate2
import faster_whisper
import faster_whisper.tokenizer
import numpy as np
import pytest

from models import cuda
from models.catalog import default_store, load_catalog
from models.conversion import converted
from models.decoding import FALLBACKS, FIRST, DecodingOptions
from models.faster_whisper_recogniser import GPU_BATCH, FasterWhisper
from models.recogniser import SURE, Asked
from tests.commands import PROJECT
from tests.fakes import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from models.recogniser import Heard, Samples

EOT = 50_000
ENGLISH = Asked("en")
SWITCHING = Asked("en", switching=True)
WORKERS = 2
VOCABULARY: list[str] = []  # a token is a word's place in it
FLUENT = "well so we talked about it and then they sent us this new plan for May"
CIRCLES = " ".join(["again and"] * 30)


@dataclass(frozen=True)
class Said:
    """What a model makes of a window in one try, and how sure it is of it."""

    text: str
    logprob: float = -0.2
    no_speech: float = 0.05


@dataclass(frozen=True)
class Try:
    """One decoding: of which windows, how much of them the decoder sees, and how it is asked."""

    numbers: tuple[int, ...]
    seconds: float
    prompt: Prompt
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Prompt:
    """What the decoder is told before it begins."""

    language: str
    task: str
    timestamps: bool


@dataclass
class ScriptedModel:
    """Stands for a WhisperModel and for the CTranslate2 model in it.

    A window is known by its level: number n has samples of n / 100. `script` tells what is said
    in each, try by try, the last one again and again; where it tells nothing, it is `FLUENT`.
    `spoken` tells its language. All windows but the first wait for the `gate`, if there is one.
    """

    script: Mapping[int, Sequence[Said]] = field(default_factory=dict)
    spoken: Mapping[int, tuple[str, float]] = field(default_factory=dict)
    is_multilingual: bool = True
    settings: dict[str, Any] = field(default_factory=dict)
    encoded: list[tuple[int, float]] = field(default_factory=list)  # windows, and seconds of each
    tries: list[Try] = field(default_factory=list)
    detected: int = 0
    aligned: list[int] = field(default_factory=list)
    slow: frozenset[int] = frozenset()
    broken: frozenset[int] = frozenset()
    gate: threading.Event | None = None
    at_gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    pace: float | None = None  # seconds a word; None spreads the words over the window
    max_length: int = 448
    hf_tokenizer: None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def model(self) -> ScriptedModel:
        return self

    @property
    def supported_languages(self) -> list[str]:
        return ["en", "de", "ja"] if self.is_multilingual else ["en"]

    def tried(self, number: int) -> list[Try]:
        """Return how a window was decoded, in order."""
        return [each for each in self.tries if number in each.numbers]

    def feature_extractor(self, samples: Samples) -> Any:
        return np.full((2, len(samples) // 160 + 1), samples[0], dtype=np.float32)

    def encode(self, features: Any) -> Any:
        """Return what was heard, at two frames a position."""
        count, mels, frames = features.shape
        assert mels == 2
        assert frames <= 3000
        with self.lock:
            self.encoded.append((count, frames / 100))
        return np.ascontiguousarray(features[:, :1, ::2].transpose(0, 2, 1))

    def get_prompt(
        self, tokenizer: FakeTokenizer, before: list[int], without_timestamps: bool, **_: object
    ) -> Prompt:
        assert before == []
        return Prompt(tokenizer.language, tokenizer.task, not without_timestamps)

    def detect_language(self, encoded: Any) -> list[list[tuple[str, float]]]:
        self.detected += 1
        found = [self.spoken.get(number, ("de", 0.75)) for number in numbers_of(encoded)]
        return [[(f"<|{code}|>", probability)] for code, probability in found]

    def generate(self, encoded: Any, prompts: list[Prompt], **options: Any) -> list[Any]:
        numbers = numbers_of(encoded)
        (prompt,) = set(prompts)
        assert len(prompts) == len(numbers)
        with self.lock:
            seconds = np.shape(encoded)[1] / 50
            self.tries.append(Try(numbers, seconds, prompt, options))
            said = [self._say(number) for number in numbers]
        if self.slow & set(numbers):
            time.sleep(0.05)
        if self.broken & set(numbers):
            raise Broken("out of memory")
        if self.gate is not None and 0 not in numbers:
            self.at_gate.release()
            assert self.gate.wait(10), "nobody opened the gate"
        return said

    def _say(self, number: int) -> Any:
        told = self.script.get(number, [Said(FLUENT)])
        said = told[min(len(self.tried(number)), len(told)) - 1]
        tokens = [*map(token_of, said.text.split()), EOT]
        score = said.logprob * (len(tokens) + 1) / len(tokens)
        return SimpleNamespace(
            sequences_ids=[tokens], scores=[score], no_speech_prob=said.no_speech
        )

    def find_alignment(
        self, tokenizer: FakeTokenizer, texts: list[list[int]], encoded: Any, frames: list[int]
    ) -> list[list[dict[str, Any]]]:
        numbers = numbers_of(encoded)
        assert len(texts) == len(numbers) == len(frames)
        assert {each.prompt.language for each in self.tried(numbers[0])} == {tokenizer.language}
        with self.lock:
            self.aligned += frames
        return [
            [
                timed(token, place, self.pace or count / 100 / len(text))
                for place, token in enumerate(text)
            ]
            for text, count in zip(texts, frames, strict=True)
        ]


def numbers_of(encoded: Any) -> tuple[int, ...]:
    """Return which windows were encoded."""
    values: NDArray[np.float32] = np.array(encoded)
    return tuple(round(100 * float(each[0, 0])) for each in values)


def timed(token: int, place: int, pace: float) -> dict[str, Any]:
    """Return an aligned word, each of the same length; signs have no space before them."""
    start, text = place * pace, VOCABULARY[token]
    return {
        "word": f" {text}" if text[0].isalnum() else text,
        "tokens": [token],
        "start": start,
        "end": start + pace,
        "probability": np.float32(0.5),
    }


def token_of(word: str) -> int:
    if word not in VOCABULARY:
        VOCABULARY.append(word)
    return VOCABULARY.index(word)


@dataclass
class FakeTokenizer:
    """Knows the words of `VOCABULARY`."""

    hf_tokenizer: None
    multilingual: bool
    task: str
    language: str
    eot: int = EOT
    transcribe: int = EOT + 1
    translate: int = EOT + 2
    sot: int = EOT + 3
    sot_prev: int = EOT + 4
    sot_lm: int = EOT + 5
    no_speech: int = EOT + 6
    non_speech_tokens: tuple[int, ...] = ()

    def decode(self, tokens: Sequence[int]) -> str:
        return " ".join(VOCABULARY[token] for token in tokens)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """Put a scripted model where faster-whisper would load one."""
    scripted = ScriptedModel()

    def load(folder: str, **settings: Any) -> ScriptedModel:
        scripted.settings |= {"folder": folder, **settings}
        return scripted

    monkeypatch.setattr(faster_whisper, "WhisperModel", load)
    monkeypatch.setattr(faster_whisper.tokenizer, "Tokenizer", FakeTokenizer)
    monkeypatch.setattr(os, "cpu_count", lambda: WORKERS)
    return scripted


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this machine seem to have a GPU."""
    kinds = {"float16", "int8_float16", "int8", "float32"}
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", lambda device, *_: kinds)
    monkeypatch.setattr(cuda, "has_libraries", lambda: True)
    monkeypatch.setattr(cuda, "gpu_memory", lambda: 80_000_000_000)


@pytest.fixture
def recogniser(model: ScriptedModel, tmp_path: Path) -> FasterWhisper:
    return FasterWhisper(tmp_path, "toy", "00ff", "cpu")


@pytest.fixture
def on_gpu(model: ScriptedModel, gpu: None, tmp_path: Path) -> FasterWhisper:
    recogniser = FasterWhisper(tmp_path, "toy", "00ff", "cuda")
    model.encoded.clear()  # it hears a second of silence, to see whether it can
    return recogniser


@pytest.fixture(params=["recogniser", "on_gpu"])
def anywhere(request: pytest.FixtureRequest) -> FasterWhisper:
    """Return the recogniser on CPU, then the one on a GPU."""
    made: FasterWhisper = request.getfixturevalue(request.param)
    return made


def windows(*numbers: int, seconds: float = 2.0) -> list[Samples]:
    return [np.full(round(16_000 * seconds), n / 100, dtype=np.float32) for n in numbers]


def texts(heard: Sequence[Heard]) -> list[str]:
    return [" ".join(word.text for word in each.words) for each in heard]


def numbered(count: int) -> dict[int, list[Said]]:
    return {n: [Said(f"number {n} {FLUENT}")] for n in range(count)}


# Order


@pytest.mark.parametrize("count", [0, 1, 2, GPU_BATCH, GPU_BATCH + 1, 5 * GPU_BATCH + 3])
def test_each_window_has_its_text_in_its_place(
    model: ScriptedModel, anywhere: FasterWhisper, count: int
) -> None:
    model.script = numbered(count)
    heard = list(anywhere.recognise(windows(*range(count)), ENGLISH))
    assert texts(heard) == [f"number {n} {FLUENT}" for n in range(count)]


def test_a_slow_window_is_waited_for(model: ScriptedModel, anywhere: FasterWhisper) -> None:
    model.script, model.slow = numbered(30), frozenset({0, 9})
    heard = list(anywhere.recognise(windows(*range(30)), ENGLISH))
    assert texts(heard) == [f"number {n} {FLUENT}" for n in range(30)]


def test_on_cpu_every_core_takes_one_window_at_a_time(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    list(recogniser.recognise(windows(*range(11)), ENGLISH))
    assert sorted(each.numbers for each in model.tries) == [(n,) for n in range(11)]
    assert {count for count, _ in model.encoded} == {1}
    assert (model.settings["cpu_threads"], model.settings["num_workers"]) == (1, WORKERS)


def test_on_a_gpu_one_worker_takes_batches(model: ScriptedModel, on_gpu: FasterWhisper) -> None:
    list(on_gpu.recognise(windows(*range(2 * GPU_BATCH + 1)), ENGLISH))
    assert [each.numbers for each in model.tries] == [
        tuple(range(GPU_BATCH)),
        tuple(range(GPU_BATCH, 2 * GPU_BATCH)),
        (2 * GPU_BATCH,),
    ]
    assert model.settings["num_workers"] == 1


def test_who_breaks_off_does_not_wait_and_leaves_no_work_going_on(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.script = {n: [LOOPED] for n in range(1, 50)}
    gate = model.gate = threading.Event()
    before = set(threading.enumerate())
    heard = recogniser.recognise(windows(*range(50)), ENGLISH)
    next(heard)
    assert all(model.at_gate.acquire(timeout=10) for _ in range(WORKERS))
    begun = len(model.tries)
    heard.close()  # type: ignore[attr-defined] # it is a generator
    gate.set()
    for worker in set(threading.enumerate()) - before:
        worker.join(10)
        assert not worker.is_alive()
    assert len(model.tries) == begun == 1 + WORKERS


def test_what_breaks_stops_the_work_too(model: ScriptedModel, recogniser: FasterWhisper) -> None:
    model.broken, model.slow = frozenset({0}), frozenset(range(100))
    before = set(threading.enumerate())
    with pytest.raises(Broken, match="out of memory"):
        list(recogniser.recognise(windows(*range(100)), ENGLISH))
    for worker in set(threading.enumerate()) - before:
        worker.join(10)
    assert len(model.tries) < 50


def test_windows_are_read_only_as_they_are_needed(anywhere: FasterWhisper) -> None:
    read: list[int] = []

    def source() -> Iterator[Samples]:
        for number in range(400):
            read.append(number)
            yield windows(0)[0]

    heard = anywhere.recognise(source(), ENGLISH)
    assert read == []
    next(heard)
    assert len(read) <= 40
    assert sum(1 for _ in heard) == 399


def test_a_model_that_breaks_is_not_hidden(model: ScriptedModel, anywhere: FasterWhisper) -> None:
    model.script, model.broken = numbered(30), frozenset({GPU_BATCH + 1})
    heard = anywhere.recognise(windows(*range(30)), ENGLISH)
    with pytest.raises(Broken, match="out of memory"):
        list(heard)


# How much of a window is heard and seen


@pytest.mark.parametrize(
    ("seconds", "heard", "seen"),
    [
        pytest.param(17.0, 20.0, 18.0, id="half full"),
        pytest.param(20.0, 23.0, 21.0, id="a little more"),
        pytest.param(26.5, 29.5, 27.5, id="nearly full"),
        pytest.param(29.0, 30.0, 30.0, id="full"),
        pytest.param(30.0, 30.0, 30.0, id="as full as can be"),
    ],
)
def test_on_cpu_the_silence_after_a_window_is_mostly_left_out(
    model: ScriptedModel, recogniser: FasterWhisper, seconds: float, heard: float, seen: float
) -> None:
    list(recogniser.recognise(windows(1, seconds=seconds), ENGLISH))
    ((_, length),) = model.encoded
    assert length == pytest.approx(heard, abs=0.011)
    assert model.tries[0].seconds == pytest.approx(seen, abs=0.021)


@pytest.mark.parametrize("seconds", [0.1, 1.0, 5.0, 10.0, 14.0])
def test_a_short_window_is_heard_in_as_much_sound_as_whisper_learnt_with(
    model: ScriptedModel, recogniser: FasterWhisper, seconds: float
) -> None:
    list(recogniser.recognise(windows(1, seconds=seconds), ENGLISH))
    assert {length for _, length in model.encoded} == {30.0}
    assert model.tries[0].seconds >= seconds + 0.98


@pytest.mark.parametrize("seconds", [0.1, 2.0, 29.0, 30.0])
def test_on_a_gpu_windows_of_any_length_are_heard_alike(
    model: ScriptedModel, on_gpu: FasterWhisper, seconds: float
) -> None:
    model.script = {1: [Said(" ".join(f"w{n}" for n in range(60)))]}
    list(on_gpu.recognise([*windows(0), *windows(1, seconds=seconds)], ENGLISH))
    assert model.encoded[0] == (2, 30.0)
    assert {each.seconds for each in model.tries} == {30.0}


def test_a_window_is_encoded_once_on_cpu_however_often_it_is_decoded(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.script = {1: [LOOPED]}
    list(recogniser.recognise(windows(1), SWITCHING))
    assert (len(model.encoded), len(model.tries)) == (1, 3)


@pytest.mark.parametrize(("seconds", "frames"), [(2.0, 200), (29.0, 2900), (30.0, 3000)])
def test_words_are_looked_for_only_where_there_is_sound(
    model: ScriptedModel, anywhere: FasterWhisper, seconds: float, frames: int
) -> None:
    model.script = {0: [Said(" ".join(f"w{n}" for n in range(60)))]}
    list(anywhere.recognise(windows(0, seconds=seconds), ENGLISH))
    assert model.aligned == [frames]


# Second tries


GOOD = Said(f"good {FLUENT}")
LOOPED = Said(CIRCLES)
DOUBTFUL = Said(f"doubtful {FLUENT}", logprob=-1.5)
MORE_DOUBTFUL = Said(f"very doubtful {FLUENT}", logprob=-2.5)
SPARSE = Said("so", logprob=-0.1)
SILENT = Said("Thanks for watching", logprob=-1.5, no_speech=0.9)
QUIET = Said(f"sure {FLUENT}", no_speech=0.9)
EMPTY = Said("")


@pytest.mark.parametrize(
    ("told", "kept", "tries"),
    [
        pytest.param([GOOD, LOOPED], GOOD, 1, id="a good text is kept"),
        pytest.param([QUIET, LOOPED], QUIET, 1, id="a sure text, whatever else it may be"),
        pytest.param([LOOPED, GOOD], GOOD, 2, id="a loop is decoded again"),
        pytest.param([DOUBTFUL, GOOD], GOOD, 2, id="a doubtful text is decoded again"),
        pytest.param([SPARSE, GOOD], GOOD, 2, id="too few words for so much voice"),
        pytest.param([EMPTY, GOOD], GOOD, 2, id="no words at all"),
        pytest.param([LOOPED, DOUBTFUL, GOOD], GOOD, 3, id="and again"),
        pytest.param([LOOPED, DOUBTFUL, LOOPED], DOUBTFUL, 3, id="a doubt is better than a loop"),
        pytest.param([MORE_DOUBTFUL, LOOPED, DOUBTFUL], DOUBTFUL, 3, id="the least doubtful"),
        pytest.param([DOUBTFUL, MORE_DOUBTFUL, LOOPED], DOUBTFUL, 3, id="though it came first"),
        pytest.param([LOOPED, LOOPED, LOOPED], LOOPED, 3, id="loops alone, for want of better"),
        pytest.param([SILENT, GOOD], SILENT, 1, id="silence will not become speech"),
        pytest.param([LOOPED, SILENT, GOOD], SILENT, 2, id="silence in the end"),
    ],
)
def test_a_text_that_fails_is_decoded_again_until_one_passes(
    model: ScriptedModel,
    anywhere: FasterWhisper,
    told: list[Said],
    kept: Said,
    tries: int,
) -> None:
    model.script = {1: told}
    (heard,) = anywhere.recognise(windows(1, seconds=6), ENGLISH)
    assert texts([heard]) == [kept.text]
    assert heard.average_logprob == pytest.approx(kept.logprob)
    assert heard.no_speech_probability == kept.no_speech
    assert len(model.tries) == tries


@pytest.mark.parametrize(
    ("said", "silent", "looped"),
    [(GOOD, False, False), (QUIET, False, False), (SILENT, True, False), (LOOPED, False, True)],
)
def test_a_text_that_nobody_said_is_kept_and_known_by_its_figures(
    model: ScriptedModel, anywhere: FasterWhisper, said: Said, silent: bool, looped: bool
) -> None:
    model.script = {1: [said]}
    before, heard, after = anywhere.recognise(windows(0, 1, 2, seconds=6), ENGLISH)
    assert texts([before, heard, after]) == [FLUENT, said.text, FLUENT]
    assert (heard.silent, heard.looped) == (silent, looped)
    assert not before.silent
    assert not after.looped


def test_each_try_asks_the_decoder_in_its_way(
    model: ScriptedModel, anywhere: FasterWhisper
) -> None:
    model.script = {1: [LOOPED]}
    list(anywhere.recognise(windows(1), ENGLISH))
    assert [
        (each.options["beam_size"], each.prompt.timestamps, each.options["no_repeat_ngram_size"])
        for each in model.tries
    ] == [(way.beam, way.timestamps, way.no_repeat) for way in (FIRST, *FALLBACKS)]


def test_no_try_draws_at_random(model: ScriptedModel, anywhere: FasterWhisper) -> None:
    model.script = {1: [LOOPED]}
    list(anywhere.recognise(windows(1), ENGLISH))
    for each in model.tries:
        assert not {"sampling_temperature", "sampling_topk", "sampling_topp"} & set(each.options)


def test_only_the_window_that_fails_is_decoded_again(
    model: ScriptedModel, anywhere: FasterWhisper
) -> None:
    model.script = {**numbered(4), 2: [LOOPED, GOOD]}
    heard = list(anywhere.recognise(windows(0, 1, 2, 3), ENGLISH))
    assert [len(model.tried(number)) for number in range(4)] == [1, 1, 2, 1]
    assert model.tried(2)[1].numbers == (2,)
    assert texts(heard)[2] == GOOD.text
    assert texts(heard)[3] == f"number 3 {FLUENT}"


# Languages


@pytest.mark.parametrize(
    ("spoken", "asked", "written"),
    [
        pytest.param(("de", 0.99), SWITCHING, "de", id="surely another"),
        pytest.param(("de", SURE), SWITCHING, "en", id="not quite surely"),
        pytest.param(("de", 0.6), SWITCHING, "en", id="perhaps another"),
        pytest.param(("en", 0.99), SWITCHING, "en", id="the one that was asked for"),
        pytest.param(("de", 0.99), ENGLISH, "en", id="no other was asked for"),
    ],
)
def test_a_window_is_written_in_another_language_only_where_that_is_sure(
    model: ScriptedModel,
    anywhere: FasterWhisper,
    spoken: tuple[str, float],
    asked: Asked,
    written: str,
) -> None:
    model.spoken = {1: spoken}
    (heard,) = anywhere.recognise(windows(1), asked)
    (decoding,) = model.tries
    assert heard.language == decoding.prompt.language == written
    assert model.detected == int(asked.switching)


def test_windows_of_several_languages_are_each_written_in_their_own(
    model: ScriptedModel, anywhere: FasterWhisper
) -> None:
    model.script = numbered(5)
    model.spoken = {0: ("en", 0.99), 1: ("de", 0.97), 2: ("ja", 0.98), 3: ("ja", 0.5)}
    heard = list(anywhere.recognise(windows(*range(5)), SWITCHING))
    assert [each.language for each in heard] == ["en", "de", "ja", "en", "en"]
    assert texts(heard) == [f"number {n} {FLUENT}" for n in range(5)]
    assert [
        (each.numbers, each.prompt.language)
        for each in sorted(model.tries, key=lambda t: t.numbers)
    ] == [((0,), "en"), ((1,), "de"), ((2,), "ja"), ((3,), "en"), ((4,), "en")]


def test_a_batch_in_one_other_language_stays_together(
    model: ScriptedModel, on_gpu: FasterWhisper
) -> None:
    model.spoken = dict.fromkeys(range(4), ("de", 0.99))
    heard = list(on_gpu.recognise(windows(*range(4)), SWITCHING))
    (decoding,) = model.tries
    assert (decoding.numbers, decoding.prompt.language) == ((0, 1, 2, 3), "de")
    assert {each.language for each in heard} == {"de"}


def test_what_is_decoded_again_is_so_in_its_own_language(
    model: ScriptedModel, anywhere: FasterWhisper
) -> None:
    model.script, model.spoken = {1: [LOOPED, DOUBTFUL, GOOD]}, {1: ("ja", 0.99)}
    list(anywhere.recognise(windows(0, 1), SWITCHING))
    assert [each.prompt.language for each in model.tried(1)] == ["ja", "ja", "ja"]


@pytest.mark.parametrize(("translate", "task"), [(False, "transcribe"), (True, "translate")])
def test_a_translation_is_asked_for_in_every_try(
    model: ScriptedModel, anywhere: FasterWhisper, translate: bool, task: str
) -> None:
    model.script = {0: [LOOPED]}
    (heard,) = anywhere.recognise(windows(0), Asked("de", translate=translate))
    assert [(each.prompt.task, each.prompt.language) for each in model.tries] == [(task, "de")] * 3
    assert heard.language == ("en" if translate else "de")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked("de"), ["the", "twenty-five"]),
        (Asked("ja"), ["the", "twenty", "-five"]),
        (Asked("ja", translate=True), ["the", "twenty-five"]),
    ],
)
def test_words_are_whole_as_the_language_that_is_written_has_them(
    model: ScriptedModel, recogniser: FasterWhisper, asked: Asked, words: list[str]
) -> None:
    model.script = {0: [Said("the twenty -five")]}
    (heard,) = recogniser.recognise(windows(0), asked)
    assert [word.text for word in heard.words] == words


def test_a_language_is_heard_with_its_probability(
    model: ScriptedModel, anywhere: FasterWhisper
) -> None:
    model.spoken = {1: ("ja", 0.5)}
    assert anywhere.detect_language(windows(0)[0]) == ("de", 0.75)
    assert anywhere.detect_language(windows(1, seconds=0.1)[0]) == ("ja", 0.5)
    assert anywhere.languages == {"en", "de", "ja"}


def test_english_weights_know_english_alone(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.is_multilingual, model.spoken = False, {0: ("de", 0.99)}
    assert recogniser.detect_language(windows(0)[0]) == ("en", 1.0)
    assert recogniser.languages == {"en"}
    (heard,) = recogniser.recognise(windows(0), SWITCHING)
    assert (heard.language, model.detected) == ("en", 0)


# Words


def test_words_have_their_times_and_probabilities(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.script = {0: [Said("we pay too much")]}
    (heard,) = recogniser.recognise(windows(0), ENGLISH)
    assert [word.start for word in heard.words] == pytest.approx([0, 0.5, 1.0, 1.5])
    assert {word.probability for word in heard.words} == {0.5}


def test_punctuation_goes_to_the_word_before_it(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.script = {0: [Said("we pay , right ? !")]}
    (heard,) = recogniser.recognise(windows(0), ENGLISH)
    assert [word.text for word in heard.words] == ["we", "pay,", "right?!"]


@pytest.mark.parametrize(("logprob", "no_speech"), [(-0.1, 0.0), (-1.5, 0.0), (-1.5, 0.9)])
def test_an_empty_text_is_no_words_and_hides_none_beside_it(
    model: ScriptedModel, anywhere: FasterWhisper, logprob: float, no_speech: float
) -> None:
    model.script = {1: [Said("", logprob, no_speech)]}
    before, heard, after = anywhere.recognise(windows(0, 1, 2, seconds=6), ENGLISH)
    assert (heard.words, heard.compression_ratio) == ((), 0.0)
    assert texts([before, after]) == [FLUENT, FLUENT]


# Text that was dropped

# 26 words are said in 2.6 s of the fake alignment: in a window of 6 s, no word begins after them.
WHOLE = (
    "my brother types them into a sheet every night but last week he missed one line and nobody "
    "got bread at all which cost us nearly four hundred dollars plus our largest hotel customer "
    "in June though they came back after we called"
)
SHORT = " ".join(WHOLE.split()[:26])


def test_a_window_with_a_hole_is_decoded_again_and_what_fills_it_is_kept(
    model: ScriptedModel, anywhere: FasterWhisper
) -> None:
    model.pace = 0.1
    model.script = {0: [Said(WHOLE)], 1: [Said(SHORT), Said(WHOLE, logprob=-0.5)]}
    _, heard = anywhere.recognise(windows(0, 1, seconds=6.0), ENGLISH)
    assert texts([heard]) == [WHOLE]
    assert heard.average_logprob == pytest.approx(-0.5)
    assert [each.numbers for each in model.tried(1)][1:] == [(1,)]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([Said(SHORT)], id="the hole stays"),
        pytest.param([Said(WHOLE, logprob=-2.0)], id="what fills it is doubtful"),
        pytest.param([Said(f"{CIRCLES} {CIRCLES}")], id="what fills it is a loop"),
        pytest.param([Said("")], id="nothing more is heard"),
    ],
)
def test_a_hole_that_nothing_fills_well_keeps_the_first_text(
    model: ScriptedModel, anywhere: FasterWhisper, others: list[Said]
) -> None:
    model.pace = 0.1
    model.script = {1: [Said(SHORT), *others]}
    (heard,) = anywhere.recognise(windows(1, seconds=6.0), ENGLISH)
    assert texts([heard]) == [SHORT]
    assert len(model.tries) == 1 + len(FALLBACKS)


# What it is


def test_it_says_how_it_was_made(recogniser: FasterWhisper) -> None:
    made = recogniser.made
    assert (made.engine, made.version) == ("faster-whisper", version("faster-whisper"))
    assert (made.model, made.digest) == ("toy", "00ff")
    options = dict(made.options)
    assert (options["compute_type"], options["beam"]) == ("int8", str(FIRST.beam))
    assert {each.name for each in fields(DecodingOptions)} <= set(options)


def test_what_decides_no_words_is_not_said_to(recogniser: FasterWhisper) -> None:
    assert not {"batch", "workers"} & {name for name, _ in recogniser.made.options}


def test_weights_are_looked_for_on_this_machine_alone(
    model: ScriptedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    FasterWhisper(tmp_path, "toy", "00ff", "cpu")
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert model.settings["local_files_only"] is True
    assert model.settings["folder"] == str(tmp_path)


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize(
    ("device", "gpus", "on_gpu"),
    [("auto", 0, False), ("auto", 1, True), ("cpu", 1, False), ("cuda", 1, True)],
)
def test_auto_is_a_gpu_where_there_is_one(
    model: ScriptedModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    device: str,
    gpus: int,
    on_gpu: bool,
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: gpus)
    made = FasterWhisper(tmp_path, "toy", "00ff", device).made
    assert model.settings["device"] == ("cuda" if on_gpu else "cpu")
    assert model.settings["compute_type"] == dict(made.options)["compute_type"]
    assert dict(made.options)["compute_type"] == ("float16" if on_gpu else "int8")


@pytest.mark.usefixtures("gpu")
def test_a_gpu_that_cannot_compute_is_known_at_once(
    model: ScriptedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def encode(features: object) -> None:
        raise Broken("libcublas.so.12 is not found")

    monkeypatch.setattr(model, "encode", encode)
    with pytest.raises(Broken, match="libcublas"):
        FasterWhisper(tmp_path, "toy", "00ff", "cuda")
    FasterWhisper(tmp_path, "toy", "00ff", "cpu")


# Real weights on real speech

BAKERY = PROJECT / "data" / "samples" / "2026-09-01-harbor-bakery.flac"
SILENCE = np.zeros(16_000 * 10, dtype=np.float32)


@pytest.fixture(scope="module")
def tiny() -> FasterWhisper:
    folder = converted(load_catalog().model("tiny.en"), default_store(), "int8")
    return FasterWhisper(folder, "tiny.en", "", "cpu")


@pytest.fixture(scope="module")
def bakery() -> Samples:
    """Return both voices of a conversation in one channel."""
    return np.asarray(faster_whisper.decode_audio(str(BAKERY)), dtype=np.float32)


def cut(sound: Samples, start: float, end: float) -> Samples:
    return sound[round(16_000 * start) : round(16_000 * end)]


@pytest.mark.model
def test_what_is_said_is_written_about_where_it_is_said(
    tiny: FasterWhisper, bakery: Samples
) -> None:
    (heard,) = tiny.recognise([cut(bakery, 1.0, 29.0)], ENGLISH)
    assert "So tell me about Harbor Street Bakery." in texts([heard])[0]
    starts = {word.text: 1.0 + word.start for word in heard.words}
    assert starts["Perfect."] == pytest.approx(11.5, abs=0.8)
    assert starts["Well,"] == pytest.approx(16.4, abs=0.8)
    assert not heard.silent
    assert not heard.looped


@pytest.mark.model
def test_the_same_windows_give_the_same_words_times_and_figures_in_any_order(
    tiny: FasterWhisper, bakery: Samples
) -> None:
    sounds = [cut(bakery, start, start + 12) for start in (1, 13, 25)]
    sounds += [cut(bakery, 37, 39), SILENCE]
    first = list(tiny.recognise(sounds, ENGLISH))
    assert list(tiny.recognise(sounds, ENGLISH)) == first
    assert list(tiny.recognise(sounds[::-1], ENGLISH)) == first[::-1]


@pytest.mark.model
@pytest.mark.parametrize("seconds", [0.1, 1.0, 3.0, 29.0, 30.0])
def test_words_lie_within_a_window_of_any_length(
    tiny: FasterWhisper, bakery: Samples, seconds: float
) -> None:
    (heard,) = tiny.recognise([cut(bakery, 1.3, 1.3 + seconds)], ENGLISH)
    assert all(0 <= word.start < word.end <= seconds + 0.1 for word in heard.words)
    if seconds >= 1:
        assert texts([heard])[0].startswith("Hi")


@pytest.mark.model
def test_silence_is_never_taken_for_sure_speech(tiny: FasterWhisper) -> None:
    (heard,) = tiny.recognise([SILENCE], ENGLISH)
    assert heard.no_speech_probability > 0.6
    assert len(heard.words) <= 2
