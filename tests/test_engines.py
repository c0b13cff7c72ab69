"""Names become engines only when they are asked for, and what is missing is said at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.catalog import Store, load_catalog
from models.engines import DEFAULT_MODEL, ENGINES, LANGUAGE_MODELS, LocalEngines
from models.vad import Silero
from pipeline.errors import ModelMissing, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_model_is_known_by_its_own_name() -> None:
    assert LocalEngines(model="turbo").model_name == "large-v3-turbo"
    assert LocalEngines().model_name == DEFAULT_MODEL


def test_what_the_catalog_does_not_have_is_refused() -> None:
    with pytest.raises(UsageError, match="gigantic"):
        LocalEngines(model="gigantic")


def test_a_model_that_hears_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="no Whisper model"):
        LocalEngines(model="en_core_web_sm")


@pytest.mark.parametrize("engine", ENGINES)
def test_missing_weights_name_the_command_that_brings_them(engine: str, tmp_path: Path) -> None:
    engines = LocalEngines(engine, "tiny.en", store=Store(tmp_path))
    with pytest.raises(ModelMissing, match=r"relisten models pull tiny\.en"):
        engines.require_recogniser()
    with pytest.raises(ModelMissing, match=r"relisten models pull tiny\.en"):
        _ = engines.recogniser


def test_the_detector_of_voice_needs_no_weights_from_elsewhere(tmp_path: Path) -> None:
    engines = LocalEngines(store=Store(tmp_path))
    assert isinstance(engines.voice_detector, Silero)
    assert engines.voice_detector is engines.voice_detector


@pytest.mark.parametrize("language", ["en", "de", "xx", ""])
def test_a_language_that_nothing_here_reads_has_no_model(language: str, tmp_path: Path) -> None:
    assert LocalEngines(store=Store(tmp_path)).language_model(language) is None


def test_every_language_model_is_in_the_catalog() -> None:
    catalog = load_catalog()
    assert {catalog.model(name).kind for name in LANGUAGE_MODELS.values()} == {"spacy"}


@pytest.mark.model
@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_loaded_is_kept_and_says_what_it_is(engine: str, weights: Store) -> None:
    engines = LocalEngines(engine, "tiny.en", store=weights)
    recogniser = engines.recogniser
    assert engines.recogniser is recogniser
    assert (recogniser.made.engine, recogniser.made.model) == (engine, "tiny.en")
    assert recogniser.made.digest.startswith("d3dd57d32acc")
    assert recogniser.languages == {"en"}


@pytest.mark.model
def test_spacy_reads_english_from_the_store(weights: Store) -> None:
    engines = LocalEngines(store=weights)
    model = engines.language_model("en")
    assert model is not None
    assert model is engines.language_model("en")
    texts = ["We pay $450 to Google in Columbus.", "", "Google again."]
    found = model.read(texts)
    shown = {(texts[each.text][each.start : each.end], each.label) for each in found.entities}
    assert shown >= {("$450", "MONEY"), ("Google", "ORG"), ("Columbus", "GPE")}
    google = next(each for each in found.phrases if each.phrase == "Google")
    assert [mention.text for mention in google.mentions] == [0, 2]
