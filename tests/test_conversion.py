"""Converting checkpoints: a small random Whisper against its own reference, and the tokenizers."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ctranslate2
import numpy as np
import pytest
import torch
import whisper
from faster_whisper import WhisperModel, decode_audio
from faster_whisper.tokenizer import Tokenizer as FasterTokenizer
from hypothesis import given, settings
from hypothesis import strategies as st
from whisper.model import ModelDimensions, Whisper
from whisper.tokenizer import Tokenizer, get_tokenizer

from models.catalog import Form, Model, Store, default_store, load_catalog, pull, require
from models.conversion import (
    MADE,
    alignment_heads,
    convert,
    converted,
    hugging_face_tokenizer,
    kept,
    load_checkpoint,
    split_token,
    suppressed,
    vocabulary,
)
from models.fetch import WeightFile, sha256_of
from pipeline.errors import ModelError, ModelMissing

if TYPE_CHECKING:
    import tokenizers

# openai-whisper 20250625 leaves the file of its vocabulary for the collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning")

# The three vocabularies that official checkpoints have: English, 99 languages, and 100 (large-v3).
VOCABULARIES = [(False, 99), (True, 99), (True, 100)]
SMALL = {
    "n_mels": 80,
    "n_audio_ctx": 1500,
    "n_audio_state": 64,
    "n_audio_head": 1,
    "n_audio_layer": 2,
    "n_vocab": 51864,
    "n_text_ctx": 448,
    "n_text_state": 64,
    "n_text_head": 1,
    "n_text_layer": 2,
}
LANGUAGES_BEGIN = list(zip(VOCABULARIES, [50258, 50259, 50259], strict=True))
TEXTS = [
    "",
    " ",
    "Hello, world!",
    " It's the customer's 3rd call; they'd said \"too expensive\" -- twice.",
    "  two  spaces\n\nand lines\t.",
    "Čeština, žluťoučký kůň; Ελληνικά; русский текст",
    "日本語のテキスト、中文文本。한국어",
    "😀👩‍👩‍👧 ♪♪ ½ № ﬁ",
    "the theatre and the thermometer " * 5,
    "ABC123 x86_64 1,234,567.89 €",
]


@cache
def official(multilingual: bool, languages: int) -> Tokenizer:
    return get_tokenizer(multilingual, num_languages=languages)


@cache
def ours(multilingual: bool, languages: int) -> tokenizers.Tokenizer:
    return hugging_face_tokenizer(official(multilingual, languages))


def small_checkpoint(path: Path, **changed: int) -> Path:
    """Write a Whisper of random weights, in half precision as the official ones are."""
    torch.manual_seed(0)
    dims = {**SMALL, **changed}
    model = Whisper(ModelDimensions(**dims)).eval()
    for weight in model.parameters():
        weight.data = torch.randn_like(weight) * 0.1
    # A norm's scale lies round one, or activations fade to rounding errors.
    for name, weight in model.named_parameters():
        if re.search(r"ln(_post)?\.weight$", name):
            weight.data += 1
    torch.save({"dims": dims, "model_state_dict": model.half().state_dict()}, path)
    return path


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_checkpoint(tmp_path_factory.mktemp("checkpoint") / "small-random.pt")


@pytest.fixture(scope="module")
def folder(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("converted") / "ct2-float32"
    convert(checkpoint, folder, "float32")
    return folder


# Tokenizers


@pytest.mark.parametrize("kind", VOCABULARIES)
@pytest.mark.parametrize("text", TEXTS)
def test_text_has_the_ids_that_openai_whisper_gives_it(kind: tuple[bool, int], text: str) -> None:
    ids = official(*kind).encode(text)
    assert ours(*kind).encode(text).ids == ids
    assert ours(*kind).decode(ids) == text


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(VOCABULARIES), st.text(max_size=60).filter(lambda text: "<|" not in text))
def test_any_text_has_the_same_ids_and_comes_back(kind: tuple[bool, int], text: str) -> None:
    ids = official(*kind).encode(text)
    assert ours(*kind).encode(text).ids == ids
    assert ours(*kind).decode(ids) == text


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(VOCABULARIES), st.lists(st.integers(0, 50255), max_size=12))
def test_any_ids_are_decoded_alike_even_where_they_are_no_text(
    kind: tuple[bool, int], ids: list[int]
) -> None:
    assert ours(*kind).decode(ids) == official(*kind).decode(ids)


@pytest.mark.parametrize("kind", VOCABULARIES)
def test_every_special_token_has_its_own_id(kind: tuple[bool, int]) -> None:
    tokenizer, built = official(*kind), ours(*kind)
    special = tokenizer.special_tokens
    assert {token: built.token_to_id(token) for token in special} == special
    assert built.token_to_id("<|endoftext|>") == tokenizer.eot
    assert built.token_to_id("<|0.00|>") == tokenizer.timestamp_begin
    assert built.token_to_id("<|30.00|>") == tokenizer.timestamp_begin + 1500
    assert (built.token_to_id("<|yue|>") is None) == (kind[1] == 99)


@pytest.mark.parametrize("kind", VOCABULARIES)
def test_the_vocabulary_is_the_tokenizers_in_the_order_of_ids(kind: tuple[bool, int]) -> None:
    tokens = vocabulary(official(*kind))
    assert len(tokens) == {99: 51865, 100: 51866}[kind[1]] - (not kind[0])
    assert tokens == [ours(*kind).id_to_token(id_) for id_ in range(len(tokens))]


def test_faster_whisper_sees_the_special_ids_that_openai_whisper_has() -> None:
    seen = FasterTokenizer(ours(True, 100), multilingual=True, task="transcribe", language="yue")
    for name in ("sot", "eot", "no_speech", "no_timestamps", "sot_prev", "timestamp_begin"):
        assert getattr(seen, name) == getattr(official(True, 100), name), name
    assert seen.language == official(True, 100).to_language_token("yue")


def test_a_token_is_split_where_it_was_joined_last() -> None:
    ranks = {b"a": 0, b"b": 1, b"c": 2, b"bc": 3, b"ab": 4, b"abc": 5}
    assert split_token(b"abc", ranks) == (b"a", b"bc")
    assert split_token(b"ab", ranks) == (b"a", b"b")


# What a decoder is told


def test_english_checkpoints_suppress_what_the_published_conversion_does() -> None:
    told = suppressed(official(False, 99))
    assert told["suppress_ids"][:5] == [1, 2, 7, 8, 9]
    markers = [50257, 50357, 50358, 50359, 50360, 50361]
    assert told["suppress_ids"][-6:] == markers
    assert told["suppress_ids_begin"] == [220, 50256]


@pytest.mark.parametrize(("kind", "first"), LANGUAGES_BEGIN)
def test_languages_are_told_by_their_ids(kind: tuple[bool, int], first: int) -> None:
    assert suppressed(official(*kind))["lang_ids"] == list(range(first, first + kind[1]))


def test_the_alignment_heads_of_an_official_model_are_its_own() -> None:
    # As in the published conversion of base.
    expected = [(3, 1), (4, 2), (4, 3), (4, 7), (5, 1), (5, 2), (5, 4), (5, 6)]
    assert alignment_heads("base", {"n_text_layer": 6, "n_text_head": 8}) == expected


def test_the_alignment_heads_of_any_other_model_are_the_upper_half() -> None:
    heads = alignment_heads("my-own", {"n_text_layer": 4, "n_text_head": 2})
    assert heads == [(2, 0), (2, 1), (3, 0), (3, 1)]


# The weights


def test_the_conversion_computes_what_the_checkpoint_computes(
    checkpoint: Path, folder: Path
) -> None:
    reference = whisper.load_model(str(checkpoint), device="cpu")
    engine = ctranslate2.models.Whisper(str(folder), compute_type="float32")
    mel = np.random.default_rng(0).normal(size=(1, 80, 3000)).astype(np.float32)
    with torch.no_grad():
        heard = reference.embed_audio(torch.from_numpy(mel))
        said = [50257, 50362]  # <|startoftranscript|><|notimestamps|>
        for _ in range(4):
            said.append(int(reference.logits(torch.tensor([said]), heard)[0, -1].argmax()))
    features = engine.encode(ctranslate2.StorageView.from_array(mel))
    np.testing.assert_allclose(np.array(features), heard.numpy(), atol=2e-3)
    found = engine.generate(
        features,
        [said[:2]],
        beam_size=1,
        max_length=8,
        suppress_blank=False,
        suppress_tokens=[],
    )[0]
    assert found.sequences_ids[0][:4] == said[2:]


def test_the_configuration_tells_all_that_the_engine_needs(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config["alignment_heads"] == [[1, 0]]
    told = suppressed(official(False, 99))
    assert {name: config[name] for name in told} == told
    words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    assert words == vocabulary(official(False, 99))


@pytest.mark.parametrize(
    ("changed", "mels", "multilingual", "languages"),
    [
        ({}, 80, False, 1),
        ({"n_vocab": 51865}, 80, True, 99),
        ({"n_vocab": 51866, "n_mels": 128}, 128, True, 100),
    ],
)
def test_faster_whisper_loads_each_kind_of_checkpoint(
    tmp_path: Path, changed: dict[str, int], mels: int, multilingual: bool, languages: int
) -> None:
    path = small_checkpoint(tmp_path / "any.pt", **changed)
    engine = WhisperModel(str(converted(path, Store(tmp_path), "int8")), compute_type="int8")
    assert engine.model.is_multilingual is multilingual
    assert engine.model.n_mels == mels
    assert engine.feature_extractor.mel_filters.shape[0] == mels
    assert len(engine.supported_languages) in {languages, languages + 1}
    segments, _ = engine.transcribe(np.zeros(16000, np.float32), language="en", max_new_tokens=4)
    assert all(segment.end >= segment.start for segment in segments)


# The cache


def toy(checkpoint: Path, store: Store) -> Model:
    """Put a checkpoint into a store, as the only file of a model."""
    file = WeightFile("toy.pt", (sha256_of(checkpoint),), (), checkpoint.stat().st_size)
    model = Model("toy", "whisper", "MIT", (Form("openai", (file,)),))
    place = store.folder_of(model, "openai")
    place.mkdir(parents=True)
    (place / "toy.pt").write_bytes(checkpoint.read_bytes())
    return model


def test_a_model_is_converted_once(checkpoint: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    model = toy(checkpoint, store)
    folder = converted(model, store, "int8")
    assert folder == tmp_path / "toy" / "ct2-int8"
    made = (folder / "model.bin").stat().st_mtime_ns
    assert converted(model, store, "int8") == folder
    assert (folder / "model.bin").stat().st_mtime_ns == made
    assert {path.name for path in (tmp_path / "toy").iterdir()} == {"openai", "ct2-int8"}


@pytest.mark.parametrize("marker", ['{"digest": "of another"}', "{ cut sho", None])
def test_a_conversion_of_other_weights_or_a_broken_one_is_made_anew(
    checkpoint: Path, tmp_path: Path, marker: str | None
) -> None:
    store = Store(tmp_path)
    model = toy(checkpoint, store)
    folder = tmp_path / "toy" / "ct2-float16"
    folder.mkdir()
    if marker is not None:
        (folder / MADE).write_text(marker, encoding="utf-8")
    assert converted(model, store, "float16") == folder
    assert json.loads((folder / MADE).read_text(encoding="utf-8"))["quantization"] == "float16"
    assert (folder / "model.bin").is_file()


def test_what_a_killed_conversion_left_is_swept_when_it_is_old(
    checkpoint: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path)
    parent = converted(checkpoint, store, "float32").parent
    old, living = parent / ".convert-old", parent / ".convert-living"
    for folder in (old, living):
        (folder / "ct2-int8").mkdir(parents=True)
    os.utime(old, (0, 0))
    converted(checkpoint, store, "float32")
    assert not old.exists()
    assert living.exists()


def test_what_is_made_of_weights_is_kept_until_it_is_made_otherwise(tmp_path: Path) -> None:
    written: list[Path] = []

    def write(draft: Path) -> None:
        draft.mkdir()
        (draft / "made.bin").write_text(str(len(written)), encoding="utf-8")
        written.append(draft)

    folder = tmp_path / "toy" / "onnx"
    for made, times in (({"layout": 1}, 1), ({"layout": 1}, 1), ({"layout": 2}, 2)):
        assert kept(folder, made, write) == folder
        assert len(written) == times
        assert json.loads((folder / MADE).read_text(encoding="utf-8")) == made
        assert (folder / "made.bin").read_text(encoding="utf-8") == str(times - 1)
    assert [path.name for path in folder.parent.iterdir()] == ["onnx"]


def test_what_cannot_be_made_leaves_what_was_made_before(tmp_path: Path) -> None:
    def write(draft: Path) -> None:
        draft.mkdir()
        (draft / "half.bin").write_bytes(b"half")
        raise ModelError("broken weights")

    folder = kept(tmp_path / "toy" / "onnx", {"layout": 1}, Path.mkdir)
    with pytest.raises(ModelError, match="broken weights"):
        kept(folder, {"layout": 2}, write)
    assert {path.name for path in folder.parent.rglob("*")} == {"onnx", MADE}
    assert json.loads((folder / MADE).read_text(encoding="utf-8")) == {"layout": 1}


def test_a_checkpoint_of_ones_own_is_kept_by_its_digest(checkpoint: Path, tmp_path: Path) -> None:
    folder = converted(checkpoint, Store(tmp_path), "float16")
    name = f"small-random-{sha256_of(checkpoint)[:12]}"
    assert folder == tmp_path / "converted" / name / "ct2-float16"
    assert converted(checkpoint, Store(tmp_path), "float16") == folder


def test_a_model_held_in_the_engines_format_is_returned_as_it_is(tmp_path: Path) -> None:
    store = Store(tmp_path)
    file = WeightFile("model.bin", ("0" * 64,), ())
    model = Model("toy", "whisper", "MIT", (Form("ctranslate2", (file,)),))
    place = store.folder_of(model, "ctranslate2")
    place.mkdir(parents=True)
    (place / "model.bin").write_bytes(b"")
    assert converted(model, store, "int8") == place


def test_a_model_that_is_not_there_is_told_with_its_command(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"relisten models pull tiny\.en"):
        converted(load_catalog().model("tiny.en"), Store(tmp_path), "int8")


def other_contents(path: Path) -> Any:
    torch.save({"some": "other checkpoint"}, path)
    return path


@pytest.mark.parametrize(
    "write", [lambda path: path.write_bytes(b"not a checkpoint"), other_contents]
)
def test_a_file_that_is_no_checkpoint_is_told_and_leaves_nothing(
    tmp_path: Path, write: Any
) -> None:
    path = tmp_path / "x.pt"
    write(path)
    with pytest.raises(ModelError, match=r"x\.pt is not a Whisper checkpoint"):
        converted(path, Store(tmp_path / "store"), "int8")
    assert not [one for one in (tmp_path / "store").rglob("*") if one.is_file()]


class Code:
    """What a hostile checkpoint holds: an object that runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.write_text, (Path("hostile"), "ran")


def test_code_in_a_checkpoint_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"dims": Code(), "model_state_dict": {}}, tmp_path / "hostile.pt")
    with pytest.raises(ModelError, match="is not a Whisper checkpoint"):
        load_checkpoint(tmp_path / "hostile.pt")
    assert not (tmp_path / "hostile").exists()


# Real weights


@pytest.fixture(scope="module")
def tiny() -> Path:
    store = default_store()
    pull(load_catalog().model("tiny.en"), store)
    return require(load_catalog().model("tiny.en"), store)


SPEECH = Path(__file__).parents[2] / "shared" / "speech"
CLIPS = ["jfk/jfk.flac", *(f"ljspeech/LJ001-{number:04}.flac" for number in (1, 2))]


def heard(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Decode a clip: (n_samples,) float32 at 16 kHz."""
    return np.asarray(decode_audio(str(path)), dtype=np.float32)


@pytest.mark.model
@pytest.mark.parametrize("clip", CLIPS)
def test_the_same_words_come_of_the_same_weights_in_both_engines(tiny: Path, clip: str) -> None:
    folder = converted(load_catalog().model("tiny.en"), default_store(), "float32")
    audio = heard(SPEECH / clip)
    options: dict[str, Any] = {"language": "en", "beam_size": 5, "temperature": 0}
    reference = whisper.load_model(str(tiny), device="cpu")
    expected = reference.transcribe(audio, fp16=False, **options)["text"]
    engine = WhisperModel(str(folder), device="cpu", compute_type="float32")
    segments, _ = engine.transcribe(audio, **options)
    assert "".join(segment.text for segment in segments) == expected


@pytest.mark.model
def test_the_published_conversion_of_base_has_our_vocabulary_and_configuration() -> None:
    model = load_catalog().model("base")
    store = default_store()
    pull(model, store, only="ctranslate2")
    folder = require(model, store, "ctranslate2")
    words = (folder / "vocabulary.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    # It writes <|nocaptions|>, as the first release of the weights did.
    renamed = ["<|nospeech|>" if word == "<|nocaptions|>" else word for word in words]
    assert renamed == vocabulary(official(True, 99))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    told = suppressed(official(True, 99))
    assert {name: config[name] for name in told} == told
    published = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    merges = json.loads(ours(True, 99).to_str())["model"]["merges"]
    # The published list lacks its first line, "Ġ t".
    assert [" ".join(merge) for merge in merges[1:]] == published["model"]["merges"]
