"""Which model is heard with on which machine, where nobody says."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.cuda import gpu_memory

if TYPE_CHECKING:
    from collections.abc import Collection

    from models.catalog import Catalog, Model

LARGE_GPU = 6e9  # bytes
MANY_CORES, MUCH_MEMORY = 8, 12e9  # bytes


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides how large a model is heard with in good time.

    `memory` is in bytes, so is that of the GPU, which is 0 where none is used.
    """

    cores: int
    memory: int
    gpu_memory: int = 0


@dataclass(frozen=True, slots=True)
class Needs:
    """What is asked of a model: a language to hear, None for any, and to translate."""

    language: str | None = None
    translate: bool = False


ANYTHING = Needs()


def this_machine(*, on_gpu: bool) -> Machine:
    """Return what this machine has; its GPU counts only where it is used."""
    return Machine(os.cpu_count() or 1, _memory(), gpu_memory() if on_gpu else 0)


def preferred_model(machine: Machine, needs: Needs = ANYTHING) -> str:
    """Return the model that a machine is up to; OpenAI's turbo was not trained to translate."""
    if machine.gpu_memory >= LARGE_GPU:
        return "medium" if needs.translate else "large-v3-turbo"
    many = machine.cores >= MANY_CORES and machine.memory >= MUCH_MEMORY
    return "small" if machine.gpu_memory or many else "base"


def default_model(
    catalog: Catalog, installed: Collection[str], machine: Machine, needs: Needs = ANYTHING
) -> str:
    """Return the machine's preferred model, or the largest smaller one that is installed.

    A model that knows English alone is taken only where English is asked for and the preferred one
    is not installed; then it goes before another of its size. Where nothing installed will do, it
    is the preferred one, for the user to pull.
    """
    wanted = catalog.model(preferred_model(machine, needs))
    fit = [
        model
        for model in catalog.models
        if model.name in installed and model.parameters <= wanted.parameters and suits(model, needs)
    ]
    if wanted in fit:
        return wanted.name
    return max(fit, key=lambda model: (model.parameters, is_english(model)), default=wanted).name


def suits(model: Model, needs: Needs) -> bool:
    """Tell whether a model can do what is needed without being asked for by name."""
    if model.kind != "whisper" or (needs.translate and not model.translates):
        return False
    return needs.language == "en" or not is_english(model)


def is_english(model: Model) -> bool:
    """Tell whether a model knows English alone."""
    return model.name.endswith(".en")


def _memory() -> int:
    """Return the bytes of this machine's memory."""
    if sys.platform == "win32":
        status = (ctypes.c_ulonglong * 8)(64)  # MEMORYSTATUSEX: its length, then what there is
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return status[1]
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
