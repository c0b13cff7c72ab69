"""What is installed, what is missing, and the command that mends it."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from pipeline.clips import sound_device
from pipeline.errors import LibraryError, NoLibrary, RelistenError
from pipeline.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from models.catalog import Listed

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


def examine(folder: Path, models: Sequence[Listed], default_model: str) -> Iterator[Check]:
    """Look at Python, the packages, the models, the library in a folder and the sound device."""
    yield Check("Python", True, f"{platform.python_version()} on {platform.system()}")
    yield from map(_package, PACKAGES)
    yield from _models(models, default_model)
    yield _library(folder)
    yield _sound()


def _package(name: str) -> Check:
    try:
        return Check(name, True, version(name))
    except PackageNotFoundError:
        return Check(name, False, "not installed", "pip install relisten")


def _models(models: Sequence[Listed], default_model: str) -> Iterator[Check]:
    for kind, use in (("whisper", "to transcribe with"), ("spacy", "to find entities with")):
        held = [model.name for model in models if model.kind == kind and model.present]
        wanted = next((m.name for m in models if m.kind == kind), "") if kind == "spacy" else ""
        mend = f"relisten models pull {wanted or default_model}"
        yield Check(f"models {use}", bool(held), ", ".join(held) or "none", mend)


def _library(folder: Path) -> Check:
    try:
        with Library(folder) as library:
            return Check("library", True, f"{len(library.entries())} recordings in {folder}")
    except NoLibrary as error:
        return Check("library", False, str(error), "relisten process FOLDER", needed=False)
    except LibraryError as error:  # what mends it is in the sentence
        return Check("library", False, str(error))


def _sound() -> Check:
    """Look for a sound device; without one, clips can still be written."""
    try:
        return Check("sound", True, sound_device())
    except RelistenError as error:
        return Check("sound", False, str(error), needed=False)
