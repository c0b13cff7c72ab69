"""The two networks that tell voices apart, written as ONNX from their publishers' weights.

pyannote's segmentation-3.0 (Bredin, "Powerset multi-class cross entropy loss for neural speaker
diarization", 2023) and 3D-Speaker's CAM++ (Wang et al., 2023), both without their last step: the
first gives probabilities, not logarithms; the second what it makes of each frame, before they are
pooled, so that one run serves every stretch in a passage.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt
    from onnx import NodeProto, TensorProto

    Weights = Mapping[str, npt.NDArray[np.float32]]
    Shape = tuple[int | str, ...]

OPSET = 17
RATE = 16_000
LEAKY = 0.01  # torch's slope of leaky_relu
LOWEST, NARROWEST = 50.0, 50.0  # Hz: below and within which SincNet has no filter
LSTM_LAYERS = 4
MELS, FRAMES = 80, 400  # what CAM++ takes at once: 4 s, so that its 100-frame means are whole
POOLED = 100  # frames of one context mean
DENSE = ((12, 1), (24, 2), (16, 2))  # layers and dilation of each of CAM++'s blocks
HEAD_BLOCKS = ("layer1.0", "layer1.1", "layer2.0", "layer2.1")


class Graph:
    """An ONNX graph that is being written, with weights by the names of a checkpoint."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}
        self._numbers = count()

    def constant(self, value: npt.ArrayLike, dtype: type = np.float32) -> str:
        """Return the name of a new constant."""
        return self._keep(f"constant{next(self._numbers)}", np.asarray(value, dtype=dtype))

    def weight(self, name: str) -> str:
        """Return the name of a checkpoint's tensor."""
        return self._keep(name, self.weights[name].astype(np.float32))

    def _keep(self, name: str, value: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node and return the name of what it puts out."""
        from onnx import helper

        output = f"{operator}{next(self._numbers)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def write(self, path: Path, shape: Shape, output: str, output_shape: Shape) -> None:
        """Write the graph with its one input, `x`, and its one output."""
        from onnx import TensorProto, checker, helper, save

        taken = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
        given = helper.make_tensor_value_info(output, TensorProto.FLOAT, output_shape)
        constants = list(self._constants.values())
        graph = helper.make_graph(self._nodes, path.stem, [taken], [given], constants)
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
        checker.check_model(model)
        save(model, path)


def write_segmentation(weights: Weights, path: Path) -> None:
    """Write segmentation-3.0: (n, 1, n_samples) to (n, n_frames, 7) probabilities."""
    graph = Graph(weights)
    x = _sincnet(graph)
    x = graph.add("Transpose", x, perm=[2, 0, 1])  # (frames, n, features), as ONNX's LSTM has it
    for layer in range(LSTM_LAYERS):
        x = _lstm(graph, layer, x)
    for name in ("linear.0", "linear.1"):
        x = graph.add("LeakyRelu", _linear(graph, name, x), alpha=LEAKY)
    x = graph.add("Softmax", _linear(graph, "classifier", x), axis=-1)
    x = graph.add("Transpose", x, perm=[1, 0, 2])
    graph.write(path, ("n", 1, "n_samples"), x, ("n", "n_frames", 7))


def _sincnet(graph: Graph) -> str:
    x = _normed(graph, "sincnet.wav_norm1d", "x")
    filters = graph.constant(sinc_filters(graph.weights))
    for number in range(3):
        if number == 0:
            x = graph.add("Abs", graph.add("Conv", x, filters, strides=[10]))
        else:
            name = f"sincnet.conv1d.{number}"
            x = graph.add("Conv", x, graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias"))
        x = graph.add("MaxPool", x, kernel_shape=[3], strides=[3])
        x = graph.add("LeakyRelu", _normed(graph, f"sincnet.norm1d.{number}", x), alpha=LEAKY)
    return x


def _normed(graph: Graph, name: str, x: str) -> str:
    scale, bias = graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")
    return graph.add("InstanceNormalization", x, scale, bias, epsilon=1e-5)


def sinc_filters(weights: Weights) -> npt.NDArray[np.float32]:
    """Return SincNet's band-pass filters, (80, 1, 251): cosines, then sines.

    As `ParamSincFB` of asteroid-filterbanks makes them (Ravanelli and Bengio, 2018).
    """
    name = "sincnet.conv1d.0.filterbank"
    low_hz, band_hz, window, times = (
        weights[f"{name}.{part}"].astype(np.float64)
        for part in ("low_hz_", "band_hz_", "window_", "n_")
    )
    low = LOWEST + np.abs(low_hz)
    high = np.clip(low + NARROWEST + np.abs(band_hz), LOWEST, RATE / 2)
    band = high - low
    even = (np.sin(high @ times) - np.sin(low @ times)) / (times / 2) * window
    odd = (np.cos(low @ times) - np.cos(high @ times)) / (times / 2) * window
    cosines = np.concatenate([even, 2 * band, even[:, ::-1]], axis=1)
    sines = np.concatenate([odd, np.zeros_like(band), -odd[:, ::-1]], axis=1)
    filters = np.concatenate([cosines / (2 * band), sines / (2 * band)])
    return filters[:, np.newaxis, :].astype(np.float32)


def _lstm(graph: Graph, layer: int, x: str) -> str:
    """Add one layer, both ways; torch keeps its gates as input, forget, cell, output."""

    def gates(part: str) -> npt.NDArray[np.float32]:
        names = (f"lstm.{part}_l{layer}", f"lstm.{part}_l{layer}_reverse")
        both = [np.split(graph.weights[name], 4) for name in names]
        return np.stack([np.concatenate([i, o, f, c]) for i, f, c, o in both])

    inputs, hidden = gates("weight_ih"), gates("weight_hh")
    bias = np.concatenate([gates("bias_ih"), gates("bias_hh")], axis=1)
    size = hidden.shape[-1]
    constants = map(graph.constant, (inputs, hidden, bias))
    y = graph.add("LSTM", x, *constants, direction="bidirectional", hidden_size=size)
    y = graph.add("Transpose", y, perm=[0, 2, 1, 3])  # (frames, n, directions, features)
    return graph.add("Reshape", y, graph.constant([0, 0, -1], np.int64))


def _linear(graph: Graph, name: str, x: str) -> str:
    weight = graph.constant(graph.weights[f"{name}.weight"].T)
    return graph.add("Add", graph.add("MatMul", x, weight), graph.weight(f"{name}.bias"))


def write_timbre(weights: Weights, path: Path) -> None:
    """Write CAM++ up to its pooling: (n, 400, 80) filterbanks to (n, 512, 200)."""
    graph = Graph(weights)
    x = graph.add("Transpose", "x", perm=[0, 2, 1])
    x = _head(graph, graph.add("Unsqueeze", x, graph.constant([1], np.int64)))
    x = graph.add("Conv", x, graph.weight("xvector.tdnn.linear.weight"), strides=[2], pads=[2, 2])
    x = _batch_normed(graph, "xvector.tdnn.nonlinear.batchnorm", x)
    for block, (layers, dilation) in enumerate(DENSE, start=1):
        for layer in range(1, layers + 1):
            new = _dense(graph, f"xvector.block{block}.tdnnd{layer}", x, dilation)
            x = graph.add("Concat", x, new, axis=1)
        name = f"xvector.transit{block}"
        x = _batch_normed(graph, f"{name}.nonlinear.batchnorm", x)
        x = graph.add("Conv", x, graph.weight(f"{name}.linear.weight"))
    x = _batch_normed(graph, "xvector.out_nonlinear.batchnorm", x)
    graph.write(path, ("n", FRAMES, MELS), x, ("n", 512, FRAMES // 2))


def _batch_normed(graph: Graph, name: str, x: str, *, rectified: bool = True) -> str:
    parts = ("weight", "bias", "running_mean", "running_var")
    weights = (graph.weight(f"{name}.{part}") for part in parts)
    x = graph.add("BatchNormalization", x, *weights, epsilon=1e-5)
    return graph.add("Relu", x) if rectified else x


def _head(graph: Graph, x: str) -> str:
    """Add the two-dimensional convolutions: (n, 1, 80, t) to (n, 320, t)."""
    x = _convolved(graph, "head.conv1", "head.bn1", x)
    for name in HEAD_BLOCKS:
        x = _residual(graph, f"head.{name}", x, stride=2 if name.endswith(".0") else 1)
    x = _convolved(graph, "head.conv2", "head.bn2", x, stride=2)
    return graph.add("Reshape", x, graph.constant([0, -1, FRAMES], np.int64))


def _residual(graph: Graph, name: str, x: str, stride: int) -> str:
    y = _convolved(graph, f"{name}.conv1", f"{name}.bn1", x, stride=stride)
    y = _convolved(graph, f"{name}.conv2", f"{name}.bn2", y, rectified=False)
    if stride > 1:
        short = graph.add("Conv", x, graph.weight(f"{name}.shortcut.0.weight"), strides=[stride, 1])
        x = _batch_normed(graph, f"{name}.shortcut.1", short, rectified=False)
    return graph.add("Relu", graph.add("Add", y, x))


def _convolved(
    graph: Graph, name: str, norm: str, x: str, *, stride: int = 1, rectified: bool = True
) -> str:
    weight = graph.weight(f"{name}.weight")
    x = graph.add("Conv", x, weight, strides=[stride, 1], pads=[1, 1, 1, 1])
    return _batch_normed(graph, norm, x, rectified=rectified)


def _dense(graph: Graph, name: str, x: str, dilation: int) -> str:
    """Add one layer of a block: what is near, masked by what is around it and in the whole."""
    x = _batch_normed(graph, f"{name}.nonlinear1.batchnorm", x)
    x = graph.add("Conv", x, graph.weight(f"{name}.linear1.weight"))
    x = _batch_normed(graph, f"{name}.nonlinear2.batchnorm", x)
    cam = f"{name}.cam_layer"
    near = graph.add(
        "Conv",
        x,
        graph.weight(f"{cam}.linear_local.weight"),
        dilations=[dilation],
        pads=[dilation, dilation],
    )
    parted = graph.constant([0, 0, FRAMES // 2 // POOLED, POOLED], np.int64)
    means = graph.add("ReduceMean", graph.add("Reshape", x, parted), axes=[3], keepdims=0)
    context = graph.add("Add", means, graph.add("ReduceMean", x, axes=[2], keepdims=1))
    for number in (1, 2):
        weights = (graph.weight(f"{cam}.linear{number}.{part}") for part in ("weight", "bias"))
        context = graph.add("Conv", context, *weights)
        context = graph.add("Relu" if number == 1 else "Sigmoid", context)
    mask = graph.add("Unsqueeze", context, graph.constant([3], np.int64))
    masked = graph.add("Mul", graph.add("Reshape", near, parted), mask)
    return graph.add("Reshape", masked, graph.constant([0, 0, FRAMES // 2], np.int64))


def write_embedding(weights: Weights, path: Path) -> None:
    """Write CAM++'s last layer: (n, 1024) means and deviations to (n, 192) of length 1.

    As its publisher has it, without the ReLU behind it that some copies add: that throws away half
    of what tells voices apart (the cosine of different people is 0.15 without, 0.45 with it).
    """
    norm = "xvector.dense.nonlinear.batchnorm"
    deviation = np.sqrt(weights[f"{norm}.running_var"] + 1e-5)
    weight = weights["xvector.dense.linear.weight"][:, :, 0] / deviation[:, np.newaxis]
    graph = Graph(weights)
    bias = graph.constant(-weights[f"{norm}.running_mean"] / deviation)
    x = graph.add("Add", graph.add("MatMul", "x", graph.constant(weight.T)), bias)
    x = graph.add("LpNormalization", x, axis=1, p=2)
    graph.write(path, ("n", weight.shape[1]), x, ("n", weight.shape[0]))
