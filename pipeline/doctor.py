"""What is installed, what is missing, and the command that mends it."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from models.catalog import load_catalog
from models.choosing import default_model, preferred_model, this_machine
from models.cuda import compute_type, gpu_memory, has_libraries, runs_on_gpu
from pipeline.clips import sound_device
from pipeline.errors import LibraryError, NoLibrary, RelistenError
from pipeline.keeping.encryption import encrypted
from pipeline.library import Library
from pipeline.privacy import exposed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from models.catalog import Kind, Listed
    from models.choosing import Machine

PACKAGES = ("av", "faster-whisper", "openai-whisper", "pydub", "pytextrank", "soundfile", "spacy")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was found, and what mends it if not.

    A check that is not `needed` may fail without anything being wrong.
    """

    name: str
    well: bool
    found: str
    mend: str = ""
    needed: bool = True


def examine(folder: Path, models: Sequence[Listed], first_model: str) -> Iterator[Check]:
    """Look at Python, the packages, the device, the models, a library's folder and the sound.

    `first_model` is what to pull where there is none.
    """
    yield Check("Python", True, f"{platform.python_version()} on {platform.system()}")
    yield from map(_package, PACKAGES)
    on_gpu = runs_on_gpu("auto")
    machine = this_machine(on_gpu=on_gpu)
    yield _device(machine, on_gpu=on_gpu)
    yield from _models(models, first_model, machine)
    yield _default(models, machine)
    yield _library(folder)
    yield from _privacy(folder)
    yield _sound()


def _package(name: str) -> Check:
    try:
        return Check(name, True, version(name))
    except PackageNotFoundError:
        return Check(name, False, "not installed", "pip install relisten")


def _device(machine: Machine, *, on_gpu: bool) -> Check:
    """Look at what computes; a GPU that cannot be used costs time and nothing else."""
    if on_gpu:
        gigabytes = f"{machine.gpu_memory / 1e9:.0f} GB, " if machine.gpu_memory else ""
        return Check("device", True, f"CUDA, {gigabytes}{compute_type('auto')}")
    cores = f"CPU, {machine.cores} cores, {compute_type('auto')}"
    if gpu_memory() and not has_libraries():
        found = f"{cores}: there is a GPU, but not CUDA's libraries"
        return Check("device", False, found, "pip install nvidia-cublas-cu12", needed=False)
    return Check("device", True, cores)


def _default(models: Sequence[Listed], machine: Machine) -> Check:
    """Look for the model that this machine is up to; a smaller one will do."""
    held = {model.name for model in models if model.present}
    wanted = preferred_model(machine)
    chosen = default_model(load_catalog(), held, machine)
    if wanted in held:
        return Check("default model", True, chosen)
    mend = f"relisten models pull {wanted}"
    if chosen in held:
        found = f"{chosen}; this machine is up to {wanted}"
        return Check("default model", False, found, mend, needed=False)
    return Check("default model", False, f"{wanted}, which is not here", mend, needed=False)


def _models(models: Sequence[Listed], first_model: str, machine: Machine) -> Iterator[Check]:
    """Look for models; of Whisper's, one must be there that is taken if no --model is said."""
    held = [model.name for model in models if model.kind == "whisper" and model.present]
    well = default_model(load_catalog(), held, machine) in held
    found = ", ".join(held) or "none"
    if held and not well:
        found += ", used only where --model says so"
    yield Check("models to transcribe with", well, found, f"relisten models pull {first_model}")
    yield _model_of_kind(models, "voices", "model to tell voices apart")
    yield _model_of_kind(models, "spacy", "models to find entities with")
    yield _model_of_kind(models, "sentences", "model to search by meaning")


def _model_of_kind(models: Sequence[Listed], kind: Kind, name: str) -> Check:
    able = [model for model in models if model.kind == kind]
    held = [model.name for model in able if model.present]
    mend = f"relisten models pull {able[0].name}" if able else ""
    return Check(name, bool(held), ", ".join(held) or "none", mend)


def _library(folder: Path) -> Check:
    try:
        with Library(folder) as library:
            return Check("library", True, f"{len(library.recordings())} recordings in {folder}")
    except NoLibrary as error:
        return Check("library", False, str(error), "relisten process FOLDER", needed=False)
    except LibraryError as error:  # what mends it is in the sentence
        return Check("library", False, str(error))


def _privacy(folder: Path) -> Iterator[Check]:
    """Look at who else may read the library: other users, and whoever takes the disk."""
    if not folder.is_dir():
        return
    if open_to_others := exposed(folder):
        found = f"others on this machine may read it: {open_to_others[0]}"
        yield Check("private library", False, found, f"chmod -R go= {folder}", needed=False)
    else:
        yield Check("private library", True, "nobody else on this machine may read it")
    if (covered := encrypted(folder)) is not None:
        found = "it is encrypted" if covered else "not encrypted: who takes it can read the library"
        mend = "turn on the encryption of your system (BitLocker, FileVault, LUKS)"
        yield Check("disk of the library", covered, found, mend, needed=False)


def _sound() -> Check:
    """Look for a sound device; without one, clips can still be written."""
    try:
        return Check("sound", True, sound_device())
    except RelistenError as error:
        return Check("sound", False, str(error), needed=False)
