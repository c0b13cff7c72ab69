"""The weights that were asked for: pulled ones by their name, the user's own by their path."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from models.catalog import held_form, load_catalog, require
from models.fetch import sha256_of
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from models.catalog import Catalog, Format, Model, Store
    from models.conversion import Quantization

# As CTranslate2 begins a model: its format's version, then the length of a name and the name.
SPECIFICATION = b"WhisperSpec"
NAME_AT = 6  # bytes
CHECKPOINTS = (b"PK", b"\x80")  # how torch.save's files begin: a zip now, a pickle before
# Without the tokenizer, faster-whisper would ask a hub for one.
NEEDED = ("model.bin", "config.json", "tokenizer.json")
# Weights since large-v3 know one language more and hear 128 bands, which this file says; without it
# faster-whisper makes 80, and the first encoding fails.
BANDS, LANGUAGES_BEFORE = "preprocessor_config.json", 99


class Weights(Protocol):
    """Weights of Whisper's, wherever they are."""

    @property
    def name(self) -> str:
        """What they are called."""
        ...

    @property
    def digest(self) -> str:
        """The sha256 that tells them from others."""
        ...

    @property
    def translates(self) -> bool:
        """Whether they can write English from other languages."""
        ...

    @property
    def mend(self) -> str:
        """What to do where they cannot be loaded."""
        ...

    def require(self, only: Format | None) -> Path:
        """Return what an engine of a format loads; raises RelistenError where it is not here."""
        ...

    def converted(self, quantization: Quantization) -> Path:
        """Return the folder that faster-whisper loads."""
        ...


@dataclass(frozen=True, slots=True)
class Pulled:
    """Weights of the catalog's."""

    model: Model
    store: Store

    @property
    def name(self) -> str:
        """The model's own name."""
        return self.model.name

    @property
    def digest(self) -> str:
        """That of the form which is here; nothing where none is."""
        form = held_form(self.model, self.store)
        return form.digest if form else ""

    @property
    def translates(self) -> bool:
        """As the catalog says."""
        return self.model.translates

    @property
    def mend(self) -> str:
        """They can be read again."""
        return f"Run: relisten models verify {self.name}"

    def require(self, only: Format | None) -> Path:
        """Return the file or folder; raises ModelMissing with the command that brings it."""
        return require(self.model, self.store, only)

    def converted(self, quantization: Quantization) -> Path:
        """Return the folder, converting a checkpoint the first time."""
        from models.conversion import converted

        return converted(self.model, self.store, quantization)


@dataclass(frozen=True, slots=True)
class Own:
    """Weights of the user's own: a checkpoint's file, or a folder in CTranslate2's format."""

    path: Path
    name: str
    store: Store

    @property
    def digest(self) -> str:
        """The sha256 of the file that has the weights."""
        return _sha256(self.path / "model.bin" if self.path.is_dir() else self.path)

    @property
    def translates(self) -> bool:
        """As the catalog says where it has them, else as the name does."""
        return can_translate(self.name, self.digest)

    @property
    def mend(self) -> str:
        """Only the user knows where they are from."""
        return f"Make sure that {self.path} is a model of Whisper's"

    def require(self, only: Format | None) -> Path:
        """Return the file or folder; raises UsageError where an engine cannot load it."""
        if only == "openai" and self.path.is_dir():
            raise UsageError(
                f"{self.path}: openai-whisper runs .pt files alone; say --engine faster-whisper."
            )
        return self.path

    def converted(self, quantization: Quantization) -> Path:
        """Return the folder, converting a checkpoint the first time."""
        from models.conversion import converted

        if self.path.is_dir():
            return self.path
        return converted(self.path, self.store, quantization, self.digest)


def can_translate(name: str, digest: str) -> bool:
    """Tell whether weights can write English from other languages, by their digest or their name.

    Whisper's English models are told by their names, and turbo was not trained to translate.
    """
    for model in load_catalog().models:
        files = (file for form in model.forms for file in form.files)
        if digest in {form.digest for form in model.forms}.union(*(file.sha256 for file in files)):
            return model.translates
    plain = name.lower().removesuffix(".pt")
    return not (plain.endswith(".en") or "turbo" in plain)


@cache
def _sha256(path: Path) -> str:
    """Return a file's digest, read once: weights have gigabytes."""
    return sha256_of(path)


def weights_called(asked: str, catalog: Catalog, store: Store) -> Weights:
    """Return the weights that go by a name in the catalog, or by a path.

    Raises UsageError for what is neither, or is no model of Whisper's.
    """
    if is_path(asked, catalog):
        path = Path(asked).expanduser()
        check_own(path)
        return Own(path, own_name(path.resolve(), catalog), store)
    model = catalog.model(asked.strip().lower())
    if model.kind != "whisper":
        raise UsageError(f"{asked} is no Whisper model. See: relisten models list")
    return Pulled(model, store)


def is_path(asked: str, catalog: Catalog) -> bool:
    """Tell a path from a name: a name of the catalog's is one, whatever files there are."""
    if asked.strip().lower() in names(catalog):
        return False
    path = Path(asked)
    return path.name != asked or path.suffix == ".pt" or path.exists()


def names(catalog: Catalog) -> set[str]:
    """Return all names that models go by."""
    return {name for model in catalog.models for name in (model.name, *model.aliases)}


def own_name(path: Path, catalog: Catalog) -> str:
    """Return what weights are called: as their file, or their folder with its own where it must."""
    taken = path.name.lower() in names(catalog)
    return f"{path.parent.name}/{path.name}" if taken else path.name


def check_own(path: Path) -> None:
    """Raise UsageError, which says why, for a path that is no model of Whisper's."""
    if not path.exists():
        raise UsageError(
            f"{path}: there is no such file or folder. Name a model (relisten models list), a .pt "
            "file of openai-whisper's or a folder in CTranslate2's format."
        )
    if path.is_dir():
        _check_folder(path)
    elif path.suffix != ".pt" or not _begins(path).startswith(CHECKPOINTS):
        raise UsageError(
            f"{path}: this is no checkpoint of openai-whisper's, which is a .pt file. For a model "
            "in CTranslate2's format name its folder."
        )


def _check_folder(folder: Path) -> None:
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if not missing and not list(folder.glob("vocabulary.*")):
        missing = ["vocabulary.json"]
    if missing:
        raise UsageError(
            f"{folder}: this is no Whisper model in CTranslate2's format: it has no "
            f"{' and no '.join(missing)}. Convert one with ct2-transformers-converter "
            "--copy_files tokenizer.json preprocessor_config.json."
        )
    if _languages(folder) > LANGUAGES_BEFORE and not (folder / BANDS).is_file():
        raise UsageError(
            f"{folder}: it has no {BANDS}, which a model like large-v3 or turbo needs. Put the "
            "one that was published with it there."
        )
    if not _begins(folder / "model.bin")[NAME_AT:].startswith(SPECIFICATION):
        raise UsageError(f"{folder}: its model.bin is a model of CTranslate2's, but not Whisper.")


def _languages(folder: Path) -> int:
    """Return how many languages weights know; 0 where that is not said."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
        return len(config.get("lang_ids", ()))
    except (ValueError, AttributeError, TypeError):
        return 0


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(NAME_AT + len(SPECIFICATION))
