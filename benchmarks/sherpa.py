"""sherpa-onnx's offline diarization, in an environment of its own that is thrown away.

It runs on the same weights for segmentation and voiceprints, with its defaults: clusters are cut at
0.5 where it is not told how many speakers there are. It reads 16 kHz; that its files are converted
is not timed.

Run in that environment, this module imports only the standard library, numpy and sherpa-onnx.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import venv
import wave
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.runs import LeftOut, last_line, peak_memory, reason
from benchmarks.told import AllTold, Task, Told, tasks_from_json, tasks_to_json
from benchmarks.whisper_cpp import PROJECT, interpreter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WHEELS = ("sherpa-onnx==2.0.1", "numpy==2.4.6")
SEGMENTATION, VOICEPRINTS = "segmentation*.onnx", "*camp*plus*.onnx"
THRESHOLD = 0.5
UNKNOWN = -1  # as it calls a count of speakers that nobody gave
RATE = 16_000  # Hz
FULL_SCALE = 32_768

# What it reads beside the weights of segmentation-3.0, in samples at 16 kHz; its own conversion
# writes this into the file.
ABOUT = {
    "model_type": "pyannote-segmentation-3.0",
    "version": "1",
    "sample_rate": "16000",
    "num_speakers": "3",
    "powerset_max_classes": "2",
    "num_classes": "7",
    "window_size": "160000",
    "receptive_field_size": "991",
    "receptive_field_shift": "270",
}
METADATA_PROPS, KEY, VALUE = 0x72, 0x0A, 0x12  # tags of ONNX's ModelProto, StringStringEntryProto


@dataclass(frozen=True, slots=True)
class SherpaOnnx:
    """A folder outside the project with all that sherpa-onnx needs."""

    folder: Path
    voiceprints: Path

    @classmethod
    def install(cls, folder: Path, models: Path) -> SherpaOnnx:
        """Fill an empty folder. Raises LeftOut where something cannot be had."""
        segmentation, voiceprints = (weights(models, each) for each in (SEGMENTATION, VOICEPRINTS))
        made = cls(folder, voiceprints)
        made.segmentation.write_bytes(segmentation.read_bytes() + metadata(ABOUT))
        venv.create(folder / "environment", with_pip=True)
        command = [str(interpreter(folder)), "-m", "pip", "install", "--quiet", *WHEELS]
        done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
        if done.returncode:
            raise LeftOut(reason(done.stderr) or "pip failed")
        return made

    @property
    def segmentation(self) -> Path:
        """The weights of segmentation, with what it reads beside them."""
        return self.folder / "segmentation.onnx"

    def run(self, tasks: Sequence[Task]) -> AllTold:
        """Run it over recordings, all channels mixed, in a process of its own."""
        waves = tuple(replace(task, file=str(self.as_wave(Path(task.file)))) for task in tasks)
        models = str(self.segmentation), str(self.voiceprints)
        command = [str(interpreter(self.folder)), "-m", "benchmarks.sherpa", *models]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        printed = last_line([*command, tasks_to_json(waves)], environment)
        made = AllTold.from_json(printed)
        named = zip(made.told, tasks, strict=True)
        return replace(made, told=tuple(replace(told, file=task.file) for told, task in named))

    def as_wave(self, path: Path) -> Path:
        """Return a recording as mono WAV, 16 kHz and 16 bit, written the first time."""
        from benchmarks.conditions import clean
        from benchmarks.peers import samples_of

        written = self.folder / f"{path.name}.wav"
        if not written.exists():
            clean(samples_of(path), (), written)
        return written


def weights(models: Path, name: str) -> Path:
    """Return the file of a name in a folder of models or under it. Raises LeftOut."""
    found = sorted(models.rglob(name))
    if not found:
        raise LeftOut(f"no {name} in {models}: name its folder with --models")
    return found[0]


def metadata(entries: Mapping[str, str]) -> bytes:
    """Return entries as ONNX has them at the end of a file; each is shorter than 128 bytes."""
    return b"".join(
        _field(METADATA_PROPS, _field(KEY, key.encode()) + _field(VALUE, value.encode()))
        for key, value in entries.items()
    )


def _field(tag: int, content: bytes) -> bytes:
    return bytes((tag, len(content))) + content


def diarizer(segmentation: str, voiceprints: str, speakers: int | None) -> Any:
    """Return its diarizer, on one thread."""
    sherpa = import_module("sherpa_onnx")
    pyannote = sherpa.OfflineSpeakerSegmentationPyannoteModelConfig(model=segmentation)
    config = sherpa.OfflineSpeakerDiarizationConfig(
        segmentation=sherpa.OfflineSpeakerSegmentationModelConfig(pyannote=pyannote),
        embedding=sherpa.SpeakerEmbeddingExtractorConfig(model=voiceprints),
        clustering=sherpa.FastClusteringConfig(
            num_clusters=speakers or UNKNOWN, threshold=THRESHOLD
        ),
    )
    return sherpa.OfflineSpeakerDiarization(config)


def tell_apart(loaded: Any, task: Task) -> Told:
    """Have the speakers of one WAV told apart."""
    numpy = import_module("numpy")
    with wave.open(task.file) as sound:
        frames = sound.readframes(sound.getnframes())
    samples = numpy.frombuffer(frames, numpy.int16).astype(numpy.float32) / FULL_SCALE
    began = time.process_time()
    segments = loaded.process(samples).sort_by_start_time()
    spent = time.process_time() - began
    spans = tuple((each.start, each.end, str(each.speaker)) for each in segments)
    return Told(task.file, len(samples) / RATE, spent, spans)


def main() -> None:
    """Print what sherpa-onnx told of WAVs."""
    segmentation, voiceprints, asked = sys.argv[1:]
    told = tuple(
        tell_apart(diarizer(segmentation, voiceprints, task.speakers), task)
        for task in tasks_from_json(asked)
    )
    print(f"\n{AllTold(told, peak_memory()).to_json()}")


if __name__ == "__main__":
    main()
