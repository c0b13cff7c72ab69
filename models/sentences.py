"""What sentences mean, as vectors: all-MiniLM-L6-v2 through onnxruntime. It knows English."""

from __future__ import annotations

import json
import os
import threading
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from models.catalog import held_form, require
from pipeline.errors import ModelError
from pipeline.transcript import Made

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from models.catalog import Catalog, Model, Store

    Floats = npt.NDArray[np.float32]

SENTENCES = "sentences"
DIMENSIONS = 384  # a multiple of 64: the signs of a vector are whole numbers of 8 bytes
LONGEST = 256  # tokens of a text that are read; its publisher's own limit
BATCH = 32  # texts that are read at once: more are no faster, and want more memory
MOST_THREADS = 4


class SentenceModel(Protocol):
    """Texts in, what they mean out."""

    @property
    def made(self) -> Made:
        """Engine, version, model and digest."""
        ...

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return (n, `DIMENSIONS`) float32 of length 1: the nearer two, the liker what they say."""
        ...


class LocalSentences:
    """Sentences read by weights of this machine; may be asked by several threads at once.

    The first text that comes by itself is read without optimising the network: that takes 90 ms in
    all instead of 210, and who types a query asks no second time. What comes after takes 5 ms.
    """

    def __init__(self, model: Model, store: Store) -> None:
        """Raises ModelMissing where the weights are not in the store."""
        self._folder = require(model, store)
        self._name, self._digest = model.name, model.forms[0].digest
        self._loading = threading.Lock()
        self._asked = False

    @property
    def made(self) -> Made:
        """Engine, version, model and digest."""
        return Made("onnxruntime", version("onnxruntime"), self._name, self._digest)

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return vectors of length 1, in the order of the texts; raises ModelError."""
        found = np.zeros((len(texts), DIMENSIONS), np.float32)
        try:
            with self._loading:
                network = self._network(hurried=len(texts) == 1 and not self._asked)
                tokens = [each.ids for each in self._tokenizer.encode_batch(list(texts))]
                self._asked = True
            for numbers in batches([len(each) for each in tokens]):
                found[numbers] = _read(network, [tokens[number] for number in numbers])
        except _failures() as error:
            raise ModelError(
                f"what sentences mean cannot be told ({error}). Run: relisten models verify "
                f"{self._name}"
            ) from error
        return found

    def _network(self, *, hurried: bool) -> Any:
        return self._session(hurried=True) if hurried else self._optimised

    @cached_property
    def _optimised(self) -> Any:
        return self._session(hurried=False)

    def _session(self, *, hurried: bool) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        if hurried:
            levels = onnxruntime.GraphOptimizationLevel
            options.graph_optimization_level = levels.ORT_DISABLE_ALL
        options.intra_op_num_threads = 1 if hurried else min(MOST_THREADS, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the most that was ever wanted
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = self._folder / "model.onnx"
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        text = (self._folder / "tokenizer.json").read_text(encoding="utf-8")
        json.loads(text)  # of a file that was cut off, tokenizers raises a bare Exception
        tokenizer = Tokenizer.from_str(text)
        tokenizer.no_padding()  # to 128 tokens, as it comes
        tokenizer.enable_truncation(LONGEST)
        return tokenizer


def local_sentences(catalog: Catalog, store: Store) -> LocalSentences | None:
    """Return what tells what sentences mean, None where its weights are not on this machine."""
    model = catalog.model(SENTENCES)
    return LocalSentences(model, store) if held_form(model, store) is not None else None


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of texts, `BATCH` at a time, those of like length together."""
    order = sorted(range(len(lengths)), key=lambda number: lengths[number])
    for start in range(0, len(order), BATCH):
        yield order[start : start + BATCH]


def _read(network: Any, tokens: Sequence[Sequence[int]]) -> Floats:
    """Return the mean of what each text's tokens mean, at length 1."""
    longest = max(map(len, tokens))
    ids = np.zeros((len(tokens), longest), np.int64)
    mask = np.zeros_like(ids)
    for row, each in enumerate(tokens):
        ids[row, : len(each)], mask[row, : len(each)] = each, 1
    asked = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    (states,) = network.run(None, asked)
    means = (states * mask[:, :, np.newaxis]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)


def _failures() -> tuple[type[Exception], ...]:
    from models.voices import failures

    return (*failures(), OSError, ValueError)
