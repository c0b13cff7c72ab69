"""The default recogniser around a model that says what it is told: batches, second tries, words."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from math import ceil
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import ctranslate2
import faster_whisper
import faster_whisper.tokenizer
import numpy as np
import pytest

from models.faster_whisper_recogniser import (
    DecodingOptions,
    FasterWhisper,
    batches,
    longest_hole,
    runs_on_gpu,
)
from models.recogniser import RawWord
from tests.fakes import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from models.recogniser import Heard, Samples

EOT = 50_000
BATCH = DecodingOptions().batch
VOCABULARY: list[str] = []  # a token is a word's place in it
FLUENT = "well so we talked about it and then they sent us this new plan for May"
LOOP = " ".join(["again and"] * 30)


@dataclass(frozen=True)
class Said:
    """What a model makes of a window in one try, and how sure it is of it."""

    text: str
    logprob: float = -0.2
    no_speech: float = 0.05


@dataclass
class ScriptedModel:
    """Stands for a WhisperModel and for the CTranslate2 model in it.

    A window is known by its level: number n has samples of n / 100. `script` tells what is said
    in each, try by try, the last one again and again; where it tells nothing, it is `FLUENT`.
    """

    script: Mapping[int, Sequence[Said]] = field(default_factory=dict)
    is_multilingual: bool = True
    language: tuple[str, float] = ("<|de|>", 0.75)
    settings: dict[str, Any] = field(default_factory=dict)
    tries: dict[int, int] = field(default_factory=dict)
    batches: list[int] = field(default_factory=list)
    aligned: list[int] = field(default_factory=list)
    slow: frozenset[int] = frozenset()
    broken: frozenset[int] = frozenset()
    pace: float | None = None  # seconds a word; None spreads the words over the window
    max_length: int = 448
    hf_tokenizer: None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def model(self) -> ScriptedModel:
        return self

    @property
    def supported_languages(self) -> list[str]:
        return ["en", "de"] if self.is_multilingual else ["en"]

    def feature_extractor(self, samples: Samples) -> Any:
        return np.full((2, len(samples) // 160 + 1), samples[0])

    def encode(self, features: Any) -> Any:
        assert features.shape[1:] == (2, 3000)
        return features

    def get_prompt(self, *_: object, **__: object) -> list[int]:
        return [1]

    def detect_language(self, encoded: Any) -> list[list[tuple[str, float]]]:
        return [[self.language] for _ in encoded]

    def generate(self, encoded: Any, prompts: list[list[int]], **_: object) -> list[Any]:
        assert len(prompts) == len(encoded)
        numbers = [round(100 * float(each[0, 0])) for each in encoded]
        if self.slow & set(numbers):
            time.sleep(0.1)
        if self.broken & set(numbers):
            raise Broken("out of memory")
        with self.lock:
            self.batches.append(len(numbers))
            return [self._say(number) for number in numbers]

    def _say(self, number: int) -> Any:
        told = self.script.get(number, [Said(FLUENT)])
        said = told[min(self.tries.get(number, 0), len(told) - 1)]
        self.tries[number] = self.tries.get(number, 0) + 1
        tokens = [*map(token_of, said.text.split()), EOT]
        score = said.logprob * (len(tokens) + 1) / len(tokens)
        return SimpleNamespace(
            sequences_ids=[tokens], scores=[score], no_speech_prob=said.no_speech
        )

    def find_alignment(
        self, tokenizer: FakeTokenizer, texts: list[list[int]], encoded: Any, frames: list[int]
    ) -> list[list[dict[str, Any]]]:
        assert len(texts) == len(encoded) == len(frames)
        self.aligned += frames
        return [
            [
                timed(token, place, self.pace or count / 100 / len(text))
                for place, token in enumerate(text)
            ]
            for text, count in zip(texts, frames, strict=True)
        ]


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
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return scripted


@pytest.fixture
def recogniser(model: ScriptedModel, tmp_path: Path) -> FasterWhisper:
    return FasterWhisper(tmp_path, "toy", "00ff", "cpu")


def windows(*numbers: int, seconds: float = 2.0) -> list[Samples]:
    return [np.full(round(16_000 * seconds), n / 100, dtype=np.float32) for n in numbers]


def texts(heard: Sequence[Heard]) -> list[str]:
    return [" ".join(word.text for word in each.words) for each in heard]


def numbered(count: int) -> dict[int, list[Said]]:
    return {n: [Said(f"number {n} {FLUENT}")] for n in range(count)}


# Order


@pytest.mark.parametrize("count", [0, 1, BATCH - 1, BATCH, BATCH + 1, 5 * BATCH + 3])
def test_each_window_has_its_text_in_its_place(
    model: ScriptedModel, recogniser: FasterWhisper, count: int
) -> None:
    model.script = numbered(count)
    heard = list(recogniser.recognise(windows(*range(count)), "en"))
    assert texts(heard) == [f"number {n} {FLUENT}" for n in range(count)]


def test_a_slow_batch_is_waited_for(model: ScriptedModel, recogniser: FasterWhisper) -> None:
    model.script, model.slow = numbered(4 * BATCH), frozenset({0, BATCH})
    heard = list(recogniser.recognise(windows(*range(4 * BATCH)), "en"))
    assert texts(heard) == [f"number {n} {FLUENT}" for n in range(4 * BATCH)]


def test_windows_are_decoded_in_batches(model: ScriptedModel, recogniser: FasterWhisper) -> None:
    list(recogniser.recognise(windows(*range(2 * BATCH + 1)), "en"))
    assert sorted(model.batches) == [1, BATCH, BATCH]


@pytest.mark.parametrize(
    ("count", "workers", "sizes"),
    [
        (0, 2, []),
        (1, 2, [1]),
        (2, 2, [1, 1]),
        (5, 4, [2, 2, 1]),
        (BATCH, 8, [ceil(BATCH / 8)] * min(BATCH, 8)),
        (2 * BATCH, 2, [BATCH, BATCH]),
        (2 * BATCH + 2, 2, [BATCH, BATCH, 1, 1]),
    ],
)
def test_a_short_call_is_shared_among_all_workers(
    count: int, workers: int, sizes: list[int]
) -> None:
    options = DecodingOptions(workers=workers)
    shared = list(batches(windows(*range(count), seconds=0.01), options))
    assert [len(batch) for batch in shared] == sizes


def test_who_breaks_off_does_not_wait_for_what_was_begun(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    count = 20 * BATCH
    model.script = {n: [LOOPED] for n in range(count)}
    model.slow = frozenset(range(1, count))
    heard = recogniser.recognise(windows(*range(count)), "en")
    next(heard)
    begun = time.monotonic()
    heard.close()  # type: ignore[attr-defined] # it is a generator
    assert time.monotonic() - begun < 0.1
    time.sleep(0.3)
    decoded = len(model.batches)
    time.sleep(0.3)
    assert len(model.batches) == decoded


def test_windows_are_read_only_as_they_are_needed(recogniser: FasterWhisper) -> None:
    read: list[int] = []

    def source() -> Iterator[Samples]:
        for number in range(50 * BATCH):
            read.append(number)
            yield windows(0)[0]

    heard = recogniser.recognise(source(), "en")
    next(heard)
    assert len(read) <= 4 * BATCH
    assert sum(1 for _ in heard) == 50 * BATCH - 1


def test_a_model_that_breaks_is_not_hidden(model: ScriptedModel, recogniser: FasterWhisper) -> None:
    model.broken = frozenset({BATCH + 1})
    heard = recogniser.recognise(windows(*range(3 * BATCH)), "en")
    with pytest.raises(Broken, match="out of memory"):
        list(heard)


# Second tries


GOOD = Said(f"good {FLUENT}")
LOOPED = Said(LOOP)
DOUBTFUL = Said(f"doubtful {FLUENT}", logprob=-1.5)
MORE_DOUBTFUL = Said(f"very doubtful {FLUENT}", logprob=-2.5)
SPARSE = Said("so", logprob=-0.1)
SILENT = Said("Thanks for watching", logprob=-1.5, no_speech=0.9)
SURE = Said(f"sure {FLUENT}", no_speech=0.9)


@pytest.mark.parametrize(
    ("told", "kept", "tries"),
    [
        pytest.param([GOOD, LOOPED], GOOD, 1, id="a good text is kept"),
        pytest.param([SURE, LOOPED], SURE, 1, id="a sure text, whatever else it may be"),
        pytest.param([LOOPED, GOOD], GOOD, 2, id="a loop is decoded again"),
        pytest.param([DOUBTFUL, GOOD], GOOD, 2, id="a doubtful text is decoded again"),
        pytest.param([SPARSE, GOOD], GOOD, 2, id="too few words for so much voice"),
        pytest.param([LOOPED, DOUBTFUL, GOOD], GOOD, 3, id="and again"),
        pytest.param([LOOPED, DOUBTFUL, LOOPED], DOUBTFUL, 3, id="a doubt is better than a loop"),
        pytest.param([MORE_DOUBTFUL, LOOPED, DOUBTFUL], DOUBTFUL, 3, id="the least doubtful"),
        pytest.param([DOUBTFUL, MORE_DOUBTFUL, LOOPED], DOUBTFUL, 3, id="though it came first"),
        pytest.param([LOOPED, LOOPED, LOOPED], LOOPED, 3, id="loops alone, for want of better"),
    ],
)
def test_a_text_that_fails_is_decoded_again_until_one_passes(
    model: ScriptedModel,
    recogniser: FasterWhisper,
    told: list[Said],
    kept: Said,
    tries: int,
) -> None:
    model.script = {1: told}
    (heard,) = recogniser.recognise(windows(1, seconds=6), "en")
    assert texts([heard]) == [kept.text]
    assert heard.average_logprob == pytest.approx(kept.logprob)
    assert heard.no_speech_probability == kept.no_speech
    assert model.tries[1] == tries


@pytest.mark.parametrize(
    ("told", "tries"),
    [
        pytest.param([SILENT, GOOD], 1, id="at once"),
        pytest.param([LOOPED, SILENT], 2, id="in the end"),
    ],
)
def test_what_is_made_up_of_silence_has_no_words(
    model: ScriptedModel, recogniser: FasterWhisper, told: list[Said], tries: int
) -> None:
    model.script = {1: told}
    before, heard, after = recogniser.recognise(windows(0, 1, 2, seconds=6), "en")
    assert heard.words == ()
    assert heard.average_logprob == pytest.approx(SILENT.logprob)
    assert heard.no_speech_probability == SILENT.no_speech
    assert model.tries[1] == tries
    assert texts([before, after]) == [FLUENT, FLUENT]


def test_only_the_window_that_fails_is_decoded_again(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.script = {**numbered(4), 2: [LOOPED, GOOD]}
    heard = list(recogniser.recognise(windows(0, 1, 2, 3), "en"))
    assert model.tries == {0: 1, 1: 1, 2: 2, 3: 1}
    assert texts(heard)[2] == GOOD.text
    assert texts(heard)[3] == f"number 3 {FLUENT}"


# Words


def test_words_have_their_times_and_probabilities(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.script = {0: [Said("we pay too much")]}
    (heard,) = recogniser.recognise(windows(0), "en")
    assert [word.start for word in heard.words] == pytest.approx([0, 0.5, 1.0, 1.5])
    assert {word.probability for word in heard.words} == {0.5}


def test_punctuation_goes_to_the_word_before_it(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.script = {0: [Said("we pay , right ? !")]}
    (heard,) = recogniser.recognise(windows(0), "en")
    assert [word.text for word in heard.words] == ["we", "pay,", "right?!"]


def test_nothing_heard_is_no_words(model: ScriptedModel, recogniser: FasterWhisper) -> None:
    model.script = {0: [Said("", logprob=-1.5, no_speech=0.9)]}
    (heard,) = recogniser.recognise(windows(0), "en")
    assert heard.words == ()


@pytest.mark.parametrize(("seconds", "frames"), [(2.0, 200), (29.0, 2900), (30.0, 3000)])
def test_words_are_looked_for_only_where_there_is_sound(
    model: ScriptedModel, recogniser: FasterWhisper, seconds: float, frames: int
) -> None:
    model.script = {0: [Said(" ".join(f"w{n}" for n in range(60)))]}
    list(recogniser.recognise(windows(0, seconds=seconds), "en"))
    assert model.aligned == [frames]


# What it is


def test_it_says_how_it_was_made(recogniser: FasterWhisper) -> None:
    made = recogniser.made
    assert (made.engine, made.version) == ("faster-whisper", version("faster-whisper"))
    assert (made.model, made.digest) == ("toy", "00ff")
    assert dict(made.options)["compute_type"] == "int8"
    assert dict(made.options)["compression_ratio"] == "2.4"


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


@pytest.mark.parametrize(
    ("device", "gpus", "on_gpu"),
    [("auto", 0, False), ("auto", 1, True), ("cpu", 1, False), ("cuda", 0, True)],
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
    assert runs_on_gpu(device) is on_gpu
    made = FasterWhisper(tmp_path, "toy", "00ff", device).made
    assert model.settings["device"] == ("cuda" if on_gpu else "cpu")
    assert dict(made.options)["compute_type"] == ("float16" if on_gpu else "int8")


def test_a_language_is_heard_with_its_probability(recogniser: FasterWhisper) -> None:
    assert recogniser.detect_language(windows(0)[0]) == ("de", 0.75)
    assert recogniser.languages == {"en", "de"}


def test_english_weights_know_english_alone(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.is_multilingual = False
    assert recogniser.detect_language(windows(0)[0]) == ("en", 1.0)
    assert recogniser.languages == {"en"}


# Text that was dropped


@pytest.mark.parametrize(
    ("starts", "hole"),
    [
        pytest.param([0.2, 0.5, 0.9], 5.1, id="the end is missing"),
        pytest.param([4.0, 4.5, 5.5], 4.0, id="the beginning is missing"),
        pytest.param([0.0, 1.0, 5.0], 4.0, id="the middle is missing"),
        pytest.param([], 6.0, id="all is missing"),
        pytest.param([1.0, 2.0, 3.0, 4.0, 5.0], 1.0, id="nothing is missing"),
    ],
)
def test_a_hole_is_where_no_word_begins(starts: list[float], hole: float) -> None:
    said = [RawWord(" so", start, start + 0.1, 1.0) for start in starts]
    assert longest_hole(said, 6.0) == pytest.approx(hole)


# 26 words are said in 2.6 s of the fake alignment: in a window of 6 s, no word begins after them.
WHOLE = (
    "my brother types them into a sheet every night but last week he missed one line and nobody "
    "got bread at all which cost us nearly four hundred dollars plus our largest hotel customer "
    "in June though they came back after we called"
)
SHORT = " ".join(WHOLE.split()[:26])


def test_a_window_with_a_hole_is_decoded_again_and_what_fills_it_is_kept(
    model: ScriptedModel, recogniser: FasterWhisper
) -> None:
    model.pace = 0.1
    model.script = {1: [Said(SHORT), Said(WHOLE)]}
    (heard,) = recogniser.recognise(windows(1, seconds=6.0), "en")
    assert [word.text for word in heard.words] == WHOLE.split()


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([Said(SHORT)], id="the hole stays"),
        pytest.param([Said(WHOLE, logprob=-2.0)], id="what fills it is doubtful"),
        pytest.param([Said(f"{LOOP} {LOOP}")], id="what fills it is a loop"),
    ],
)
def test_a_hole_that_nothing_fills_well_keeps_the_first_text(
    model: ScriptedModel, recogniser: FasterWhisper, others: list[Said]
) -> None:
    model.pace = 0.1
    model.script = {1: [Said(SHORT), *others]}
    (heard,) = recogniser.recognise(windows(1, seconds=6.0), "en")
    assert [word.text for word in heard.words] == SHORT.split()
