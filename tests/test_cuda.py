"""What a GPU is used for and computes in, and where the wheels of its libraries are found."""

from __future__ import annotations

import _ctypes
import ctypes
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ctranslate2
import pytest

from models import cuda
from models.cuda import (
    LIBRARIES,
    ON_CPU,
    ON_LARGE_GPU,
    ON_SMALL_GPU,
    best_of,
    compute_type,
    gpu_memory,
    has_libraries,
    libraries,
    load_libraries,
    nvidia_folders,
    quantization,
    runs_on_gpu,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

linux = pytest.mark.skipif(sys.platform != "linux", reason="libraries are loaded otherwise here")
TENSOR_CORES = {"float32", "float16", "int8", "int8_float32", "int8_float16", "bfloat16"}
OLD = {"float32", "int8", "int8_float32"}
GB = 10**9


@pytest.fixture(autouse=True)
def _nothing_loaded() -> Iterator[None]:
    """Let each test find libraries anew."""
    load_libraries.cache_clear()
    yield
    load_libraries.cache_clear()


def site_packages(folder: Path, *names: str) -> Path:
    """Make a folder of packages with files of the given names; return the one called nvidia."""
    for name in names:
        path = folder / "nvidia" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"no library at all")
    return folder / "nvidia"


@pytest.mark.parametrize(
    ("device", "gpus", "with_libraries", "on_gpu"),
    [
        ("auto", 0, True, False),
        ("auto", 1, True, True),
        ("auto", 1, False, False),
        ("cpu", 1, True, False),
        ("cuda", 0, False, True),
    ],
)
def test_auto_is_a_gpu_where_there_is_one_with_its_libraries(
    monkeypatch: pytest.MonkeyPatch, device: str, gpus: int, with_libraries: bool, on_gpu: bool
) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: gpus)
    monkeypatch.setattr(cuda, "has_libraries", lambda: with_libraries)
    loaded: list[str] = []
    monkeypatch.setattr(cuda, "load_libraries", lambda: loaded.append(device))
    assert runs_on_gpu(device) is on_gpu
    assert bool(loaded) is (device == "cuda")  # for "auto" they are loaded to see if they can be
    assert quantization(device) == ("float16" if on_gpu else "int8")


@pytest.mark.parametrize(
    ("device", "supported", "memory", "computed"),
    [
        ("cpu", {"int8", "int16", "float32"}, 0, "int8"),
        ("cpu", {"float32"}, 0, "float32"),
        ("cuda", TENSOR_CORES, 24 * GB, "float16"),
        ("cuda", TENSOR_CORES, 6 * GB, "float16"),
        ("cuda", TENSOR_CORES, 4 * GB, "int8_float16"),
        ("cuda", TENSOR_CORES, 0, "float16"),
        ("cuda", OLD, 24 * GB, "int8_float32"),
        ("cuda", OLD, 4 * GB, "int8_float32"),
        ("cuda", {"float32"}, 4 * GB, "float32"),
    ],
)
def test_what_is_computed_in_is_the_best_that_the_device_can(
    monkeypatch: pytest.MonkeyPatch, device: str, supported: set[str], memory: int, computed: str
) -> None:
    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", {device: supported}.get)
    monkeypatch.setattr(cuda, "gpu_memory", lambda: memory)
    assert compute_type(device) == computed


def test_what_this_machine_computes_in_is_known_to_its_engine() -> None:
    assert compute_type("cpu") in ctranslate2.get_supported_compute_types("cpu")


@pytest.mark.parametrize("wanted", [ON_CPU, ON_LARGE_GPU, ON_SMALL_GPU])
def test_where_nothing_wanted_is_supported_it_is_what_all_can(wanted: tuple[str, ...]) -> None:
    assert best_of(wanted, set()) == "float32"


class Driver:
    """Stands for Nvidia's: `failing` is the call that returns an error."""

    def __init__(self, failing: str = "") -> None:
        self.failing = failing

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> int:
            if name == "cuDeviceTotalMem_v2":
                ctypes.cast(arguments[0], ctypes.POINTER(ctypes.c_size_t))[0] = 8 * GB
            return 100 if name == self.failing else 0

        return call


@pytest.mark.parametrize(
    ("failing", "memory"),
    [("", 8 * GB), ("cuInit", 0), ("cuDeviceGet", 0), ("cuDeviceTotalMem_v2", 0)],
)
def test_the_memory_of_a_gpu_is_what_its_driver_says(
    monkeypatch: pytest.MonkeyPatch, failing: str, memory: int
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", {"libcuda.so.1": Driver(failing)}.__getitem__)
    assert gpu_memory() == memory


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_without_a_driver_there_is_no_gpu_and_no_library(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    def nothing(name: str, **_: Any) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", nothing)
    assert gpu_memory() == 0
    assert not has_libraries()


@pytest.mark.parametrize(
    ("platform", "there", "found"),
    [
        (
            "linux",
            ("cublas/lib/libcublas.so.12", "cublas/lib/libcublasLt.so.12", "x/lib/libcudnn.so.9"),
            ["libcublasLt.so.12", "libcublas.so.12", "libcudnn.so.9"],
        ),
        ("linux", ("cublas/lib/libnvblas.so.12", "cudnn/lib/libcudnn_ops.so.9"), []),
        ("linux", ("cu13/lib/libcublas.so.13", "cublas/bin/libcublas.so.12"), []),
        (
            "win32",
            ("cudnn/bin/cudnn64_9.dll", "cublas/bin/cublas64_12.dll", "cublas/lib/cublas64_12.dll"),
            ["cublas64_12.dll", "cudnn64_9.dll"],
        ),
        ("darwin", ("cublas/lib/libcublas.so.12",), []),
        ("linux", (), []),
    ],
)
def test_the_wheels_libraries_come_each_after_what_it_needs(
    tmp_path: Path, platform: str, there: tuple[str, ...], found: list[str]
) -> None:
    folder = site_packages(tmp_path, *there)
    assert [path.name for path in libraries([folder], platform)] == found


def test_every_platform_that_has_libraries_has_the_one_that_is_asked_for() -> None:
    assert all(cuda.CUBLAS[platform] in names for platform, (_, names) in LIBRARIES.items())


def test_wheels_are_found_wherever_packages_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = site_packages(tmp_path, "cublas/lib/libcublas.so.12")
    monkeypatch.syspath_prepend(tmp_path)
    assert folder in nvidia_folders()
    monkeypatch.setattr(cuda, "find_spec", lambda _: None)
    assert nvidia_folders() == []


@linux
def test_a_library_in_a_wheel_is_loaded_once_and_one_that_is_none_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = site_packages(tmp_path, "cublas/lib/libcublas.so.12", "cudnn/lib/libcudnn.so.9")
    real = folder / "cublas" / "lib" / "libcublas.so.12"
    shutil.copy(_ctypes.__file__, real)
    monkeypatch.setattr(cuda, "nvidia_folders", lambda: [folder])
    assert load_libraries() == (real,)
    assert str(real) in Path("/proc/self/maps").read_text(encoding="utf-8")
    monkeypatch.setattr(cuda, "nvidia_folders", list)
    assert load_libraries() == (real,)


def test_without_wheels_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda, "nvidia_folders", list)
    monkeypatch.setattr(ctypes, "CDLL", None)
    assert load_libraries() == ()
