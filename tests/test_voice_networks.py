"""The networks that tell voices apart: small ones against torch, real ones against copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import pytest
import torch
from torch.nn import functional

from benchmarks.speech import SPEECH
from models import voice_networks
from models.catalog import load_catalog
from models.voice_networks import (
    FRAMES,
    HEAD_BLOCKS,
    MELS,
    RATE,
    Graph,
    sinc_filters,
    write_embedding,
    write_segmentation,
    write_timbre,
)
from models.voices import LocalVoices, filterbanks
from pipeline.audio import decode
from pipeline.transcript import Span

if TYPE_CHECKING:
    from pathlib import Path

    from models.catalog import Store
    from models.voices import Floats

    Weights = dict[str, Floats]

REFERENCES = SPEECH.parent / "models"
NORMS = ("weight", "bias", "running_mean", "running_var")


class Drawn:
    """Made-up weights, by the names of a checkpoint."""

    def __init__(self) -> None:
        self.weights: Weights = {}
        self._draw = np.random.default_rng(0)

    def add(self, name: str, *shape: int, level: float = 0.4) -> None:
        self.weights[name] = (level * self._draw.standard_normal(shape)).astype(np.float32)

    def add_norm(self, name: str, size: int, parts: tuple[str, ...] = NORMS) -> None:
        for part in parts:
            drawn = self._draw.uniform(0.5, 1.5, size)
            self.weights[f"{name}.{part}"] = drawn.astype(np.float32)


def run(path: Path, values: Floats) -> Floats:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: values})
    return np.asarray(found)


# Segmentation

LOW, HIDDEN = 3, 5  # filters of each kind, and cells of a direction


@pytest.fixture(scope="module")
def segmentation() -> Weights:
    drawn = Drawn()
    times = 2 * np.pi * np.arange(-125, 0)[np.newaxis] / RATE
    filters = "sincnet.conv1d.0.filterbank"
    drawn.weights |= {
        f"{filters}.low_hz_": np.array([[30.0], [300.0], [-2000.0]], dtype=np.float32),
        f"{filters}.band_hz_": np.array([[50.0], [-400.0], [7000.0]], dtype=np.float32),
        f"{filters}.n_": times.astype(np.float32),
        f"{filters}.window_": np.hamming(251)[:125].astype(np.float32),
    }
    sizes = (2 * LOW, 6, 4)
    drawn.add_norm("sincnet.wav_norm1d", 1, NORMS[:2])
    for number, size in enumerate(sizes):
        drawn.add_norm(f"sincnet.norm1d.{number}", size, NORMS[:2])
    for number in (1, 2):
        drawn.add(f"sincnet.conv1d.{number}.weight", sizes[number], sizes[number - 1], 5)
        drawn.add(f"sincnet.conv1d.{number}.bias", sizes[number])
    lstm = torch.nn.LSTM(sizes[-1], HIDDEN, num_layers=4, bidirectional=True)
    for name, weight in lstm.state_dict().items():
        drawn.add(f"lstm.{name}", *weight.shape)
    for name, shape in (
        ("linear.0", (8, 2 * HIDDEN)),
        ("linear.1", (8, 8)),
        ("classifier", (7, 8)),
    ):
        drawn.add(f"{name}.weight", *shape)
        drawn.add(f"{name}.bias", shape[0])
    return drawn.weights


def segmented_by_torch(weights: Weights, samples: Floats) -> Floats:
    """Return what pyannote's PyanNet makes of samples, (n, 1, n_samples), as probabilities."""
    w = {name: torch.from_numpy(value) for name, value in weights.items()}

    def normed(name: str, x: torch.Tensor) -> torch.Tensor:
        return functional.instance_norm(x, weight=w[f"{name}.weight"], bias=w[f"{name}.bias"])

    x = normed("sincnet.wav_norm1d", torch.from_numpy(samples))
    x = functional.conv1d(x, torch.from_numpy(sinc_filters(weights)), stride=10).abs()
    for number in range(3):
        if number:
            name = f"sincnet.conv1d.{number}"
            x = functional.conv1d(x, w[f"{name}.weight"], w[f"{name}.bias"])
        x = normed(f"sincnet.norm1d.{number}", functional.max_pool1d(x, 3))
        x = functional.leaky_relu(x)
    lstm = torch.nn.LSTM(x.shape[1], HIDDEN, 4, batch_first=True, bidirectional=True)
    lstm.load_state_dict({n.removeprefix("lstm."): v for n, v in w.items() if n[:5] == "lstm."})
    x, _ = lstm(x.transpose(1, 2))
    for name in ("linear.0", "linear.1"):
        x = functional.leaky_relu(functional.linear(x, w[f"{name}.weight"], w[f"{name}.bias"]))
    x = functional.linear(x, w["classifier.weight"], w["classifier.bias"])
    return np.asarray(x.softmax(dim=-1).detach().numpy())


def test_segmentation_computes_what_torch_does(segmentation: Weights, tmp_path: Path) -> None:
    write_segmentation(segmentation, tmp_path / "any.onnx")
    samples = np.random.default_rng(1).normal(0, 0.1, (2, 1, 20_000)).astype(np.float32)
    found = run(tmp_path / "any.onnx", samples)
    assert found.shape[::2] == (2, 7)
    assert found == pytest.approx(segmented_by_torch(segmentation, samples), abs=1e-4)
    assert found.std(axis=1).min() > 1e-4  # it does hear


def test_ten_seconds_have_589_frames(segmentation: Weights, tmp_path: Path) -> None:
    write_segmentation(segmentation, tmp_path / "any.onnx")
    samples = np.random.default_rng(1).normal(0, 0.1, (1, 1, 10 * RATE)).astype(np.float32)
    assert run(tmp_path / "any.onnx", samples).shape == (1, 589, 7)


def test_filters_let_their_band_pass_and_no_other(segmentation: Weights) -> None:
    filters = sinc_filters(segmentation)[:, 0]
    assert filters.shape == (2 * LOW, 251)
    hertz = np.fft.rfftfreq(4096, 1 / RATE)
    # From 50 Hz over the lowest that is named on, at least 50 Hz wide, up to half the rate.
    for number, (low, high) in enumerate([(80, 180), (350, 800), (2050, 8000)]):
        for kind in (number, LOW + number):
            gain = np.abs(np.fft.rfft(filters[kind], 4096))
            inside = (hertz > low) & (hertz < high)
            assert low <= hertz[gain.argmax()] <= high
            assert gain[inside].mean() > 4 * gain[~inside & (hertz < 7900)].mean()
    cosines, sines = filters[:LOW], filters[LOW:]
    assert cosines == pytest.approx(cosines[:, ::-1])
    assert sines == pytest.approx(-sines[:, ::-1])


# Timbre

FEW = ((1, 1), (2, 2), (1, 2))  # layers and dilation of each block
WIDE, GROWTH, INNER = 2, 3, 4  # channels of the head, of what a layer adds, and within a layer


@pytest.fixture(scope="module")
def campplus() -> Weights:
    drawn = Drawn()
    for name, within in (("conv1", 1), ("conv2", WIDE)):
        drawn.add(f"head.{name}.weight", WIDE, within, 3, 3)
        drawn.add_norm(f"head.bn{name[-1]}", WIDE)
    for head in HEAD_BLOCKS:
        for number in (1, 2):
            drawn.add(f"head.{head}.conv{number}.weight", WIDE, WIDE, 3, 3)
            drawn.add_norm(f"head.{head}.bn{number}", WIDE)
        drawn.add(f"head.{head}.shortcut.0.weight", WIDE, WIDE, 1, 1)
        drawn.add_norm(f"head.{head}.shortcut.1", WIDE)
    size = 6
    drawn.add("xvector.tdnn.linear.weight", size, WIDE * MELS // 8, 5)
    drawn.add_norm("xvector.tdnn.nonlinear.batchnorm", size)
    for block, (layers, _) in enumerate(FEW, start=1):
        for layer in range(1, layers + 1):
            name = f"xvector.block{block}.tdnnd{layer}"
            drawn.add_norm(f"{name}.nonlinear1.batchnorm", size)
            drawn.add(f"{name}.linear1.weight", INNER, size, 1)
            drawn.add_norm(f"{name}.nonlinear2.batchnorm", INNER)
            drawn.add(f"{name}.cam_layer.linear_local.weight", GROWTH, INNER, 3)
            for number, shape in ((1, (2, INNER)), (2, (GROWTH, 2))):
                drawn.add(f"{name}.cam_layer.linear{number}.weight", *shape, 1)
                drawn.add(f"{name}.cam_layer.linear{number}.bias", shape[0])
            size += GROWTH
        drawn.add_norm(f"xvector.transit{block}.nonlinear.batchnorm", size)
        size_after = 512 if block == len(FEW) else 6
        drawn.add(f"xvector.transit{block}.linear.weight", size_after, size, 1)
        size = size_after
    drawn.add_norm("xvector.out_nonlinear.batchnorm", size)
    return drawn.weights


def timbre_by_torch(weights: Weights, bands: Floats) -> Floats:
    """Return what 3D-Speaker's CAM++ makes of (n, 400, 80) filterbanks before it pools them."""
    w = {name: torch.from_numpy(value) for name, value in weights.items()}

    def normed(name: str, x: torch.Tensor) -> torch.Tensor:
        scale, bias, mean, variance = (w[f"{name}.{part}"] for part in NORMS)
        return functional.batch_norm(x, mean, variance, scale, bias)

    def head(name: str, norm: str, x: torch.Tensor, stride: int) -> torch.Tensor:
        return normed(norm, functional.conv2d(x, w[name], stride=(stride, 1), padding=1))

    x = torch.from_numpy(bands).transpose(1, 2).unsqueeze(1)
    x = head("head.conv1.weight", "head.bn1", x, 1).relu()
    for part in HEAD_BLOCKS:
        name, stride = f"head.{part}", 2 if part.endswith("0") else 1
        y = head(f"{name}.conv1.weight", f"{name}.bn1", x, stride).relu()
        y = head(f"{name}.conv2.weight", f"{name}.bn2", y, 1)
        if stride > 1:
            x = functional.conv2d(x, w[f"{name}.shortcut.0.weight"], stride=(stride, 1))
            x = normed(f"{name}.shortcut.1", x)
        x = (x + y).relu()
    x = head("head.conv2.weight", "head.bn2", x, 2).relu().flatten(1, 2)
    x = functional.conv1d(x, w["xvector.tdnn.linear.weight"], stride=2, padding=2)
    x = normed("xvector.tdnn.nonlinear.batchnorm", x).relu()
    for block, (layers, dilation) in enumerate(FEW, start=1):
        for layer in range(1, layers + 1):
            name = f"xvector.block{block}.tdnnd{layer}"
            y = normed(f"{name}.nonlinear1.batchnorm", x).relu()
            y = functional.conv1d(y, w[f"{name}.linear1.weight"])
            y = normed(f"{name}.nonlinear2.batchnorm", y).relu()
            x = torch.cat([x, masked_by_torch(w, f"{name}.cam_layer", y, dilation)], dim=1)
        name = f"xvector.transit{block}"
        x = normed(f"{name}.nonlinear.batchnorm", x).relu()
        x = functional.conv1d(x, w[f"{name}.linear.weight"])
    return np.asarray(normed("xvector.out_nonlinear.batchnorm", x).relu().numpy())


def masked_by_torch(
    w: dict[str, torch.Tensor], name: str, x: torch.Tensor, dilation: int
) -> torch.Tensor:
    """Return a context-aware mask's layer, as its paper has it: around 100 frames and the whole."""
    near = functional.conv1d(
        x, w[f"{name}.linear_local.weight"], padding=dilation, dilation=dilation
    )
    around = functional.avg_pool1d(x, 100, ceil_mode=True).repeat_interleave(100, dim=2)
    context = x.mean(-1, keepdim=True) + around[..., : x.shape[-1]]
    for number, do in ((1, torch.relu), (2, torch.sigmoid)):
        part = f"{name}.linear{number}"
        context = do(functional.conv1d(context, w[f"{part}.weight"], w[f"{part}.bias"]))
    return near * context


def test_timbre_is_what_torch_computes(
    campplus: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice_networks, "DENSE", FEW)
    write_timbre(campplus, tmp_path / "any.onnx")
    bands = np.random.default_rng(1).normal(0, 1, (2, FRAMES, MELS)).astype(np.float32)
    found = run(tmp_path / "any.onnx", bands)
    assert found.shape == (2, 512, FRAMES // 2)
    assert found == pytest.approx(timbre_by_torch(campplus, bands), abs=1e-4, rel=1e-4)
    assert found.std() > 0.01


# Embeddings


def test_an_embedding_is_the_last_layer_at_length_one(tmp_path: Path) -> None:
    drawn = Drawn()
    drawn.add("xvector.dense.linear.weight", 4, 6, 1)
    drawn.add_norm("xvector.dense.nonlinear.batchnorm", 4, NORMS[2:])
    write_embedding(drawn.weights, tmp_path / "any.onnx")
    pooled = np.random.default_rng(1).normal(0, 3, (5, 6)).astype(np.float32)
    found = run(tmp_path / "any.onnx", pooled)
    weight, mean, variance = (torch.from_numpy(each) for each in drawn.weights.values())
    plain = functional.batch_norm(
        functional.linear(torch.from_numpy(pooled), weight[..., 0]), mean, variance
    )
    assert found == pytest.approx(functional.normalize(plain).numpy(), abs=1e-5)
    assert (found < 0).any()  # there is no ReLU behind it


def test_a_weight_that_is_used_twice_is_written_once(tmp_path: Path) -> None:
    graph = Graph({"w": np.ones((2, 2), dtype=np.float32)})
    x = graph.add("MatMul", graph.add("MatMul", "x", graph.weight("w")), graph.weight("w"))
    graph.write(tmp_path / "any.onnx", ("n", 2), x, ("n", 2))
    assert run(tmp_path / "any.onnx", np.eye(2, dtype=np.float32)).tolist() == [[2, 2], [2, 2]]


# Real weights


@pytest.fixture(scope="module")
def references(speech: Path) -> Path:
    """Return the folder of copies that others made of the same weights."""
    if not REFERENCES.is_dir():
        pytest.skip(f"there are no reference copies in {REFERENCES}")
    return REFERENCES


@pytest.fixture
def passage(speech: Path) -> Floats:
    """Return ten seconds in which two people speak."""
    with decode(speech / "conversations" / "c01_mono16k.flac") as audio:
        return audio.read(Span(20, 30))


@pytest.mark.model
def test_segmentation_is_that_of_its_publisher(
    references: Path, weights: Store, passage: Floats
) -> None:
    teller = LocalVoices(load_catalog().model("voices"), weights)
    teller.talkers(passage)  # writes the networks, if need be
    samples = passage[np.newaxis, np.newaxis]
    own = run(weights.folder / "voices" / "onnx" / "segmentation.onnx", samples)
    copy = np.exp(run(references / "segmentation-3.0.onnx", samples))
    assert own.shape == copy.shape == (1, 589, 7)
    assert np.abs(own - copy).max() < 1e-4
    assert len(set(own[0].argmax(axis=1).tolist())) > 1


@pytest.mark.model
def test_embeddings_are_those_of_their_publisher(
    references: Path, weights: Store, passage: Floats
) -> None:
    teller = LocalVoices(load_catalog().model("voices"), weights)
    for first in (0, 40_000, 96_000):
        samples = passage[first : first + 4 * RATE]
        frames = teller.timbre(samples)
        means, deviations = frames.mean(axis=0), frames.std(axis=0, ddof=1)
        own = teller.embeddings(means[np.newaxis], deviations[np.newaxis])[0]
        bands = filterbanks(samples)
        centred = (bands - bands.mean(axis=0))[np.newaxis]
        copy: Any = run(references / "campplus_zh_en_advanced.onnx", centred)[0]
        rectified = np.maximum(own, 0)  # as the copy is
        assert own @ own == pytest.approx(1, abs=1e-5)
        assert rectified @ copy / np.linalg.norm(rectified) / np.linalg.norm(copy) > 0.9999
