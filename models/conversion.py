"""An official Whisper checkpoint, converted to CTranslate2's format once and kept in the store.

CTranslate2 brings no converter for OpenAI's own format. The layout follows its `WhisperLoader`
for transformers; the result is what that makes of the same weights.
"""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from models.catalog import LEFTOVER_AGE, Model, Store, held_form, require
from models.fetch import sha256_of
from pipeline.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import tokenizers
    from ctranslate2.specs import WhisperSpec
    from whisper.tokenizer import Tokenizer

Quantization = Literal["int8", "float16", "float32"]
Weights = dict[str, Any]  # a checkpoint's tensors by name; torch ships types, its loader does not

LAYOUT = 1  # raised when what is written below changes, so that older conversions are made anew
MADE = "made.json"
FIRST_MULTILINGUAL_VOCABULARY = 51865
LANGUAGE_FREE_VOCABULARY = 51765  # tokens that are no language, as openai-whisper counts


def converted(
    checkpoint: Model | Path, store: Store, quantization: Quantization, digest: str = ""
) -> Path:
    """Return a folder that faster-whisper loads, converting the checkpoint the first time.

    A model that is held in CTranslate2's format already is returned as it is. `digest` is a file's
    sha256, where it is known. Raise ModelMissing where the model is not in the store, ModelError
    where a file is no Whisper checkpoint.
    """
    if isinstance(checkpoint, Path):
        digest, path = digest or sha256_of(checkpoint), checkpoint
        parent = store.folder / "converted" / f"{path.stem}-{digest[:12]}"
    else:
        path = require(checkpoint, store)
        form = held_form(checkpoint, store)
        if form is None or form.format == "ctranslate2":
            return path
        digest, parent = form.digest, store.folder / checkpoint.name
    made = {"digest": digest, "layout": LAYOUT, "quantization": quantization}
    folder = parent / f"ct2-{quantization}"
    return kept(folder, made, lambda draft: convert(path, draft, quantization))


def kept(folder: Path, made: dict[str, Any], write: Callable[[Path], None]) -> Path:
    """Return a folder of what is made of weights, written the first time, whole or not at all.

    `made` says how; what was made otherwise is made anew.
    """
    _sweep(folder.parent)
    if _made(folder) != made:
        _replace_folder(folder, made, write)
    return folder


def _sweep(parent: Path) -> None:
    """Delete what a killed conversion left behind, once no living one can be at it."""
    for left in parent.glob(".convert-*"):
        if time.time() - left.stat().st_mtime > LEFTOVER_AGE:
            shutil.rmtree(left, ignore_errors=True)


def _made(folder: Path) -> dict[str, Any] | None:
    try:
        made: dict[str, Any] = json.loads((folder / MADE).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return made


def _replace_folder(folder: Path, made: dict[str, Any], write: Callable[[Path], None]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=".convert-", dir=folder.parent, ignore_cleanup_errors=True
    ) as scratch:
        draft = Path(scratch) / folder.name
        write(draft)
        (draft / MADE).write_text(json.dumps(made), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        try:
            draft.replace(folder)
        except OSError:
            # Another process may have converted the same checkpoint meanwhile.
            if _made(folder) != made:
                raise


def convert(checkpoint: Path, folder: Path, quantization: Quantization) -> None:
    """Write a checkpoint of OpenAI's format as a new folder in CTranslate2's.

    The alignment heads are those of the official model that the file is named after; for any other
    name all heads of the upper half of the decoder, as openai-whisper has it.
    """
    from ctranslate2.converters import Converter
    from whisper.tokenizer import get_tokenizer

    dims, weights = load_checkpoint(checkpoint)
    multilingual = dims["n_vocab"] >= FIRST_MULTILINGUAL_VOCABULARY
    languages = dims["n_vocab"] - LANGUAGE_FREE_VOCABULARY - multilingual
    tokenizer = get_tokenizer(multilingual, num_languages=languages)
    heads = alignment_heads(checkpoint.stem, dims)

    class OpenAIWhisperConverter(Converter):  # type: ignore[misc] # the package has no types
        def _load(self) -> WhisperSpec:
            spec = whisper_spec(dims, weights)
            spec.register_vocabulary(vocabulary(tokenizer))
            settings = {**suppressed(tokenizer), "alignment_heads": heads}
            for name, value in settings.items():
                setattr(spec.config, name, value)
            return spec

    OpenAIWhisperConverter().convert(str(folder), quantization=quantization)
    hugging_face_tokenizer(tokenizer).save(str(folder / "tokenizer.json"))
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"feature_size": dims["n_mels"]}), encoding="utf-8"
    )


def load_checkpoint(path: Path) -> tuple[dict[str, int], Weights]:
    """Read a checkpoint's dimensions and weights without running anything in it."""
    import pickle  # for the name of its error alone

    import torch

    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
        return loaded["dims"], loaded["model_state_dict"]
    except (pickle.UnpicklingError, RuntimeError, KeyError, TypeError, EOFError) as error:
        raise ModelError(
            f"{path} is not a Whisper checkpoint in OpenAI's format ({type(error).__name__}); "
            "give the .pt file of an official or fine-tuned openai-whisper model"
        ) from error


def alignment_heads(name: str, dims: Mapping[str, int]) -> list[tuple[int, int]]:
    """Return the (layer, head) pairs whose cross-attention follows the words in time."""
    import numpy as np
    import whisper

    shape = dims["n_text_layer"], dims["n_text_head"]
    if packed := whisper._ALIGNMENT_HEADS.get(name):
        chosen = np.frombuffer(gzip.decompress(base64.b85decode(packed)), dtype=bool).reshape(shape)
    else:
        chosen = np.zeros(shape, dtype=bool)
        chosen[shape[0] // 2 :] = True
    return [(int(layer), int(head)) for layer, head in np.argwhere(chosen)]


def suppressed(tokenizer: Tokenizer) -> dict[str, list[int]]:
    """Return the token ids that a decoder never emits, those that it never begins with, and the
    languages', under the names of CTranslate2's configuration.
    """
    markers = (
        tokenizer.sot,
        tokenizer.translate,
        tokenizer.transcribe,
        tokenizer.sot_lm,
        tokenizer.sot_prev,
        tokenizer.no_speech,
    )
    return {
        "suppress_ids": sorted({*tokenizer.non_speech_tokens, *markers}),
        "suppress_ids_begin": [*tokenizer.encode(" "), tokenizer.eot],
        "lang_ids": sorted(tokenizer.all_language_tokens),
    }


def whisper_spec(dims: Mapping[str, int], weights: Weights) -> WhisperSpec:
    """Lay a checkpoint's weights out as CTranslate2 names them."""
    from ctranslate2.specs import WhisperSpec

    spec = WhisperSpec(
        dims["n_audio_layer"], dims["n_audio_head"], dims["n_text_layer"], dims["n_text_head"]
    )
    for name, side in (("encoder", spec.encoder), ("decoder", spec.decoder)):
        # Weights stay in half precision until each is quantised; what is added to activations
        # is not quantised, and must not decide the precision of the whole.
        side.position_encodings.encodings = weights[f"{name}.positional_embedding"].float()
        final = "ln_post" if name == "encoder" else "ln"
        _set_norm(side.layer_norm, weights, f"{name}.{final}")
        for index, layer in enumerate(side.layer):
            _set_layer(layer, weights, f"{name}.blocks.{index}")
    _set_linear(spec.encoder.conv1, weights, "encoder.conv1")
    _set_linear(spec.encoder.conv2, weights, "encoder.conv2")
    # The output projection is the embedding: CTranslate2 finds the two equal and keeps one.
    spec.decoder.embeddings.weight = weights["decoder.token_embedding.weight"]
    spec.decoder.projection.weight = weights["decoder.token_embedding.weight"]
    return spec


def _set_layer(layer: Any, weights: Weights, name: str) -> None:
    _set_norm(layer.self_attention.layer_norm, weights, f"{name}.attn_ln")
    fused = layer.self_attention.linear
    _fuse(fused[0], weights, [f"{name}.attn.{part}" for part in ("query", "key", "value")])
    _set_linear(fused[1], weights, f"{name}.attn.out")
    if f"{name}.cross_attn.query.weight" in weights:
        _set_norm(layer.attention.layer_norm, weights, f"{name}.cross_attn_ln")
        query, key_value, out = layer.attention.linear
        _set_linear(query, weights, f"{name}.cross_attn.query")
        _fuse(key_value, weights, [f"{name}.cross_attn.{part}" for part in ("key", "value")])
        _set_linear(out, weights, f"{name}.cross_attn.out")
    _set_norm(layer.ffn.layer_norm, weights, f"{name}.mlp_ln")
    _set_linear(layer.ffn.linear_0, weights, f"{name}.mlp.0")
    _set_linear(layer.ffn.linear_1, weights, f"{name}.mlp.2")


def _set_norm(spec: Any, weights: Weights, name: str) -> None:
    spec.gamma = weights[f"{name}.weight"].float()
    spec.beta = weights[f"{name}.bias"].float()


def _set_linear(spec: Any, weights: Weights, name: str) -> None:
    spec.weight = weights[f"{name}.weight"]
    spec.bias = weights[f"{name}.bias"].float()


def _fuse(spec: Any, weights: Weights, names: list[str]) -> None:
    """Stack projections of one input into one; Whisper's keys have no bias, which is zero here."""
    import torch

    matrices = [weights[f"{name}.weight"] for name in names]
    biases = [
        weights.get(f"{name}.bias", torch.zeros(len(matrix))).float()
        for name, matrix in zip(names, matrices, strict=True)
    ]
    spec.weight = torch.cat(matrices)
    spec.bias = torch.cat(biases)


def vocabulary(tokenizer: Tokenizer) -> list[str]:
    """Return every token by its id, written as Hugging Face's byte-level BPE writes it."""
    encoding = tokenizer.encoding
    special = {id_: token for token, id_ in tokenizer.special_tokens.items()}
    ranks = encoding._mergeable_ranks
    plain = {rank: _written(token) for token, rank in ranks.items()}
    return [plain[id_] if id_ in plain else special[id_] for id_ in range(encoding.n_vocab)]


def hugging_face_tokenizer(tokenizer: Tokenizer) -> tokenizers.Tokenizer:
    """Build the tokenizer that faster-whisper reads, with the same ids as openai-whisper's."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    ranks = tokenizer.encoding._mergeable_ranks
    tokens = sorted(ranks, key=ranks.__getitem__)
    merges = [split_token(token, ranks) for token in tokens if len(token) > 1]
    built = Tokenizer(
        models.BPE(
            vocab={_written(token): rank for token, rank in ranks.items()},
            merges=[(_written(left), _written(right)) for left, right in merges],
        )
    )
    # Its regular expression is GPT-2's, which is the one that openai-whisper gives tiktoken.
    built.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    built.decoder = decoders.ByteLevel()
    special = sorted(tokenizer.special_tokens, key=tokenizer.special_tokens.__getitem__)
    built.add_special_tokens([AddedToken(token, normalized=False) for token in special])
    return built


def split_token(token: bytes, ranks: Mapping[bytes, int]) -> tuple[bytes, bytes]:
    """Return the two parts that byte-pair encoding joins last on its way to a token.

    tiktoken keeps a rank per token only; joining by the ranks below it leaves the two.
    """
    parts = [token[index : index + 1] for index in range(len(token))]
    while len(parts) > 2:
        joined = [left + right for left, right in pairwise(parts)]
        at = min(range(len(joined)), key=lambda index: ranks.get(joined[index], len(ranks)))
        parts[at : at + 2] = [joined[at]]
    return parts[0], parts[1]


def _written(token: bytes) -> str:
    """Write bytes as GPT-2 does: those that print as themselves, the others from U+0100 on."""
    return "".join(_LETTERS[byte] for byte in token)


def _letters() -> tuple[str, ...]:
    printed = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = [byte for byte in range(256) if byte not in printed]
    return tuple(
        chr(byte if byte in printed else 0x100 + hidden.index(byte)) for byte in range(256)
    )


_LETTERS = _letters()
