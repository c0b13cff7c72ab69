"""Nvidia's GPUs: whether one is used, what it computes in, and the libraries that pip brings.

CTranslate2 opens CUDA's libraries by name when it first computes. Wheels put them where the system
does not look; a library that the process has loaded already is found by its name.
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from models.conversion import Quantization

SMALL_GPU = 6e9  # bytes: with less, weights are kept in eight bits
# What one is computed in, best first. A GPU without fast float16 has no int8_float16 either.
ON_LARGE_GPU = ("float16", "int8_float16", "int8_float32", "float32")
ON_SMALL_GPU = ("int8_float16", "float16", "int8_float32", "float32")
ON_CPU = ("int8", "float32")
# What CTranslate2 4 opens: cuBLAS of CUDA 12, and before 4.7 cuDNN 9 too. By platform: the folder
# that a wheel has them in, and their names, each after what it needs itself.
LIBRARIES = {
    "linux": ("lib", ("libcublasLt.so.12", "libcublas.so.12", "libcudnn.so.9")),
    "win32": ("bin", ("cublasLt64_12.dll", "cublas64_12.dll", "cudnn64_9.dll")),
}
CUBLAS = {"linux": "libcublas.so.12", "win32": "cublas64_12.dll"}
DRIVERS = {"linux": "libcuda.so.1", "win32": "nvcuda.dll"}


def runs_on_gpu(device: str) -> bool:
    """Tell what a device comes to on this machine; for a GPU, have its libraries loaded.

    "auto" is a GPU if there is one, with CUDA's libraries.
    """
    import ctranslate2

    if device == "cuda":
        load_libraries()
        return True
    return device == "auto" and ctranslate2.get_cuda_device_count() > 0 and has_libraries()


def compute_type(device: str) -> str:
    """Return what CTranslate2 computes in on a device."""
    import ctranslate2

    if not runs_on_gpu(device):
        return best_of(ON_CPU, ctranslate2.get_supported_compute_types("cpu"))
    supported = ctranslate2.get_supported_compute_types("cuda")
    return best_of(ON_SMALL_GPU if 0 < gpu_memory() < SMALL_GPU else ON_LARGE_GPU, supported)


def best_of(wanted: tuple[str, ...], supported: Collection[str]) -> str:
    """Return the first of what is wanted that is supported, or the last, which all can do."""
    return next((each for each in wanted if each in supported), wanted[-1])


def quantization(device: str) -> Quantization:
    """Return in what weights are kept on disk for a device; they are loaded in its compute type."""
    return "float16" if runs_on_gpu(device) else "int8"


def gpu_memory() -> int:
    """Return the bytes of the first GPU's memory, as its driver says; 0 where there is none."""
    try:
        driver = ctypes.CDLL(DRIVERS[sys.platform])
    except (OSError, KeyError):  # KeyError: Nvidia writes no driver for the system
        return 0
    size, device = ctypes.c_size_t(), ctypes.c_int()
    failed = (
        driver.cuInit(0)
        or driver.cuDeviceGet(ctypes.byref(device), 0)
        or driver.cuDeviceTotalMem_v2(ctypes.byref(size), device)
    )
    return 0 if failed else size.value


def has_libraries() -> bool:
    """Tell whether the libraries that CTranslate2 needs on a GPU can be loaded."""
    load_libraries()
    try:
        ctypes.CDLL(CUBLAS[sys.platform])
    except (OSError, KeyError):
        return False
    return True


@cache
def load_libraries() -> tuple[Path, ...]:
    """Load the libraries of CUDA that pip has installed, once; return those that were loaded."""
    return tuple(path for path in libraries(nvidia_folders(), sys.platform) if _loads(path))


def nvidia_folders() -> list[Path]:
    """Return where the wheels nvidia-cublas-cu12, nvidia-cudnn-cu12 ... put their packages."""
    found = find_spec("nvidia")
    return [Path(folder) for folder in (found.submodule_search_locations or ())] if found else []


def libraries(folders: Iterable[Path], platform: str) -> Iterator[Path]:
    """Yield the libraries that CTranslate2 opens on a platform, as `cublas/lib/libcublas.so.12`."""
    part, names = LIBRARIES.get(platform, ("", ()))
    packages = sorted(folders)
    for name in names:
        yield from (path for folder in packages for path in sorted(folder.glob(f"*/{part}/{name}")))


def _loads(path: Path) -> bool:
    """Load one library; one that cannot be is left to CTranslate2, which says what it lacks."""
    try:
        if sys.platform == "win32":
            os.add_dll_directory(str(path.parent))  # for what it opens itself, later
            ctypes.CDLL(str(path))  # CTranslate2 looks in no such folder, but finds what is loaded
        else:
            ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
