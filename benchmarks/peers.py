"""One engine over some recordings, in a process of its own: words, seconds, peak memory as JSON.

    python -m benchmarks.peers relisten tiny.en FILE ...

Each is run with its defaults, word times on, all cores; loading the model is not timed.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.catalog import default_store, load_catalog, locate
from models.conversion import converted
from models.engines import LocalEngines
from pipeline.audio import SAMPLE_RATE, decode
from pipeline.transcribe import TranscribeOptions, find_voice, transcribe
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.recogniser import Samples

    Timed = tuple[str, float, float]
    Engine = Callable[[Path], list[Timed]]


@dataclass(frozen=True, slots=True)
class Run:
    """What one engine made of one recording: words as (text, start, end), and how long it took."""

    file: str
    duration: float
    seconds: float
    words: list[Timed]


def samples_of(path: Path) -> Samples:
    """Return a mono recording as (n_samples,) float32, 16 kHz."""
    with decode(path) as audio:
        return audio.read(Span(0, audio.duration))


def relisten(model: str) -> Engine:
    """Return this project's own way: voice, windows, recogniser."""
    engines = LocalEngines(model=model)
    recogniser = engines.recogniser

    def run(path: Path) -> list[Timed]:
        with decode(path) as audio:
            voiced = find_voice(audio, (None,), engines.voice_detector)
            speech = transcribe(audio, voiced, recogniser, TranscribeOptions("en"))
        words = (word for segment in speech.segments for word in segment.words)
        return [(word.text, word.start, word.end) for word in words]

    return run


def openai_whisper(model: str) -> Engine:
    """Return openai-whisper with a beam of 5, as its command line has it."""
    import whisper

    loaded = whisper.load_model(str(locate(load_catalog().model(model), default_store(), "openai")))
    loaded.set_alignment_heads(whisper._ALIGNMENT_HEADS[model])

    def run(path: Path) -> list[Timed]:
        result: Any = loaded.transcribe(
            samples_of(path), language="en", beam_size=5, word_timestamps=True, fp16=False
        )
        words = (word for segment in result["segments"] for word in segment["words"])
        return [(word["word"].strip(), word["start"], word["end"]) for word in words]

    return run


@cache
def _whisper_model(model: str) -> Any:
    from faster_whisper import WhisperModel

    folder = converted(load_catalog().model(model), default_store(), "int8")
    return WhisperModel(str(folder), "cpu", compute_type="int8", cpu_threads=os.cpu_count() or 0)


def faster_whisper(model: str) -> Engine:
    """Return faster-whisper's sequential way, with its defaults."""
    loaded = _whisper_model(model)

    def run(path: Path) -> list[Timed]:
        segments, _ = loaded.transcribe(samples_of(path), language="en", word_timestamps=True)
        return [
            (word.word.strip(), word.start, word.end) for s in segments for word in s.words or ()
        ]

    return run


def faster_whisper_batched(model: str) -> Engine:
    """Return faster-whisper's batched way, with its defaults."""
    from faster_whisper import BatchedInferencePipeline

    pipeline = BatchedInferencePipeline(_whisper_model(model))

    def run(path: Path) -> list[Timed]:
        segments, _ = pipeline.transcribe(samples_of(path), language="en", word_timestamps=True)
        return [
            (word.word.strip(), word.start, word.end) for s in segments for word in s.words or ()
        ]

    return run


ENGINES = {
    "relisten": relisten,
    "faster-whisper": faster_whisper,
    "faster-whisper batched": faster_whisper_batched,
    "openai-whisper": openai_whisper,
}


def measure(engine: Engine, path: Path) -> Run:
    """Run an engine over one recording."""
    began = time.perf_counter()
    words = engine(path)
    seconds = time.perf_counter() - began
    return Run(str(path), len(samples_of(path)) / SAMPLE_RATE, seconds, words)


def main() -> None:
    """Print what one engine made of the recordings, and the most memory that it held, in bytes."""
    name, model, *files = sys.argv[1:]
    engine = ENGINES[name](model)
    runs = [measure(engine, Path(file)) for file in files]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"runs": [asdict(run) for run in runs], "peak": peak}))


if __name__ == "__main__":
    main()
