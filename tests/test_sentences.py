"""What sentences mean: texts of like length together, and with real weights what people mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.catalog import Store, default_store, load_catalog
from models.sentences import BATCH, DIMENSIONS, LocalSentences, batches, local_sentences
from pipeline.errors import ModelError, ModelMissing

if TYPE_CHECKING:
    from pathlib import Path

MODEL = load_catalog().model("sentences")


@given(st.lists(st.integers(2, 256), max_size=200))
def test_every_text_is_read_once_with_those_of_like_length(lengths: list[int]) -> None:
    taken = list(batches(lengths))
    assert sorted(number for some in taken for number in some) == list(range(len(lengths)))
    assert all(0 < len(some) <= BATCH for some in taken)
    in_order = [lengths[number] for some in taken for number in some]
    assert in_order == sorted(lengths)


def test_without_weights_there_is_no_model(tmp_path: Path) -> None:
    assert local_sentences(load_catalog(), Store(tmp_path)) is None
    with pytest.raises(ModelMissing, match="relisten models pull sentences"):
        LocalSentences(MODEL, Store(tmp_path))


def test_weights_that_are_no_network_are_told(tmp_path: Path) -> None:
    store = Store(tmp_path)
    folder = store.folder_of(MODEL, "onnx")
    folder.mkdir(parents=True)
    for file in MODEL.forms[0].files:
        (folder / file.name).write_bytes(b"\0" * file.size)
    model = LocalSentences(MODEL, store)
    with pytest.raises(ModelError, match="relisten models verify sentences"):
        model.embed(["too expensive"])


@pytest.fixture(scope="module")
def model() -> LocalSentences:
    return LocalSentences(MODEL, default_store())


@pytest.mark.model
def test_what_means_the_like_is_near(model: LocalSentences) -> None:
    asked, like, other = model.embed(
        [
            "too expensive for what it does",
            "we couldn't justify the cost",
            "we have snow until April",
        ]
    )
    assert asked @ like > asked @ other + 0.15


@pytest.mark.model
def test_a_text_means_the_same_alone_first_and_among_others(model: LocalSentences) -> None:
    fresh = LocalSentences(MODEL, default_store())
    alone = fresh.embed(["the monthly minimum stings"])
    among = model.embed(["snow", "the monthly minimum stings", "a " * 600, ""])
    assert among.shape == (4, DIMENSIONS)
    assert among.dtype == np.float32
    assert np.allclose(np.linalg.norm(among, axis=1), 1, atol=1e-5)
    assert alone[0] @ among[1] == pytest.approx(1, abs=1e-4)


@pytest.mark.model
def test_of_no_texts_there_are_no_vectors(model: LocalSentences) -> None:
    assert model.embed([]).shape == (0, DIMENSIONS)
