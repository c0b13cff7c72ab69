"""What made-up passages mean: vectors that are spread as those of real ones, and a few real ones.

To embed millions of passages would take a day. So some thousand are embedded, half of them said in
real interviews, and all others drawn with the same mean and the same covariance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.searching.needles_meant import MEANT
from models.engines import LocalEngines
from pipeline.meaning.nearness import Nearness
from pipeline.search.meaning import Meant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.searching.calls import Call, World
    from models.sentences import Floats, SentenceModel
    from pipeline.library import Library
    from pipeline.transcript import Made

SAMPLED = 1_500  # made-up turns that are embedded, beside the real ones
SHORTEST = 20  # characters of these
LEAST_SPREAD = 1e-6  # so that the covariance of few is one


class Meanings:
    """A `SentenceModel` that draws vectors, but for the sentences that are hidden."""

    def __init__(self, model: SentenceModel, world: World, seed: int = 3) -> None:
        self._model, self._seed = model, seed
        sampled = model.embed(sample(world, np.random.default_rng(seed)))
        self._mean = sampled.mean(axis=0)
        spread = np.cov(sampled.T) + LEAST_SPREAD * np.eye(sampled.shape[1])
        self._spread = np.linalg.cholesky(spread).T.astype(np.float32)
        self._hidden = tuple(text for _, text in MEANT)
        self._random = np.random.default_rng(seed)

    @property
    def made(self) -> Made:
        """Those of the real model: vectors of others would not be compared."""
        return self._model.made

    def begin(self, call: Call) -> None:
        """Draw what follows for a call: it is the same whenever it is drawn."""
        self._random = np.random.default_rng([self._seed, call.number])

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return vectors of length 1: real ones of what is hidden, drawn ones of all else."""
        shape = len(texts), len(self._mean)
        drawn = self._random.standard_normal(shape, np.float32) @ self._spread + self._mean
        # A hidden sentence may stand behind the question that it answers.
        real = [place for place, text in enumerate(texts) if text.endswith(self._hidden)]
        if real:
            drawn[real] = self._model.embed([texts[place] for place in real])
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def sample(world: World, random: np.random.Generator) -> list[str]:
    """Return what is said in the texts that the world is learnt from, and in some of its calls."""
    real = dict.fromkeys(text for _, text in world.learnt.turns if len(text) >= SHORTEST)
    made: list[str] = []
    while len(made) < SAMPLED:
        call = world.calls[int(random.integers(len(world.calls)))]
        texts = [" ".join(each.texts) for each in world.said(call)]
        made += [text for text in texts if len(text) >= SHORTEST][: SAMPLED // 10]
    return [*real, *made[:SAMPLED]]


def sentences() -> SentenceModel | None:
    """Return what tells what sentences mean, None where it is not on this machine."""
    return LocalEngines().sentences


def by_meaning(library: Library, model: SentenceModel | None) -> Meant | None:
    """Return what finds passages by a model that is loaded; None without a model."""
    return None if model is None else Meant(Nearness(library, model).nearest)
