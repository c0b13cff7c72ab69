"""One engine over some recordings, in a process of its own: words, seconds, peak memory as JSON.

    python -m benchmarks.peers relisten tiny.en FILE ...
    python -m benchmarks.peers convert tiny.en

Each has word times on and all cores; loading the model is not timed. The second form only
converts weights, so that no engine is charged for it. faster-whisper runs on weights in float16,
as they are published for it: with its defaults it computes on them in float32 on a CPU.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.hearing import hear
from benchmarks.runs import Made, Run, Timed, peak_memory
from models.catalog import default_store, load_catalog, require
from models.conversion import converted
from models.engines import LocalEngines
from pipeline.audio import decode
from pipeline.transcript import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from models.recogniser import Samples

    Words = tuple[Timed, ...]
    Engine = Callable[[Path], Words]


def samples_of(path: Path) -> Samples:
    """Return a recording, all its channels mixed, as (n_samples,) float32, 16 kHz."""
    with decode(path) as audio:
        return audio.read(Span(0, audio.duration))


def relisten(model: str) -> Engine:
    """Return this project's own way: channels, voice, windows, recogniser."""
    engines = LocalEngines(model=model)
    assert engines.recogniser  # loads it
    return lambda path: hear(path, engines).words


def openai_whisper(model: str) -> Engine:
    """Return openai-whisper with a beam of 5, as its command line has it."""
    import whisper

    checkpoint = require(load_catalog().model(model), default_store(), "openai")
    loaded = whisper.load_model(str(checkpoint))
    loaded.set_alignment_heads(whisper._ALIGNMENT_HEADS[model])

    def run(path: Path) -> Words:
        result: Any = loaded.transcribe(
            samples_of(path), language="en", beam_size=5, word_timestamps=True, fp16=False
        )
        words = (word for segment in result["segments"] for word in segment["words"])
        return tuple(Timed(word["word"].strip(), word["start"], word["end"]) for word in words)

    return run


def convert(model: str) -> str:
    """Return the folder of the weights in float16, converting them the first time."""
    return str(converted(load_catalog().model(model), default_store(), "float16"))


def _whisper_model(model: str, compute: str) -> Any:
    from faster_whisper import WhisperModel

    cores = os.cpu_count() or 0
    return WhisperModel(convert(model), "cpu", compute_type=compute, cpu_threads=cores)


def _words(segments: Iterable[Any]) -> Words:
    words = (word for segment in segments for word in segment.words or ())
    return tuple(Timed(word.word.strip(), word.start, word.end) for word in words)


def faster_whisper(model: str, compute: str) -> Engine:
    """Return faster-whisper's sequential way, with its defaults."""
    loaded = _whisper_model(model, compute)

    def run(path: Path) -> Words:
        return _words(loaded.transcribe(samples_of(path), language="en", word_timestamps=True)[0])

    return run


def faster_whisper_batched(model: str, compute: str) -> Engine:
    """Return faster-whisper's batched way, with its defaults."""
    from faster_whisper import BatchedInferencePipeline

    loaded = BatchedInferencePipeline(_whisper_model(model, compute))

    def run(path: Path) -> Words:
        return _words(loaded.transcribe(samples_of(path), language="en", word_timestamps=True)[0])

    return run


ENGINES: dict[str, Callable[[str], Engine]] = {
    "relisten": relisten,
    "faster-whisper, its defaults": partial(faster_whisper, compute="default"),
    "faster-whisper, int8": partial(faster_whisper, compute="int8"),
    "faster-whisper batched, its defaults": partial(faster_whisper_batched, compute="default"),
    "faster-whisper batched, int8": partial(faster_whisper_batched, compute="int8"),
    "openai-whisper": openai_whisper,
}


def measure(engine: Engine, path: Path) -> Run:
    """Run an engine over one recording."""
    began = time.perf_counter()
    words = engine(path)
    seconds = time.perf_counter() - began
    with decode(path) as audio:
        return Run(str(path), audio.duration, seconds, words)


def main() -> None:
    """Print what one engine made of the recordings."""
    name, model, *files = sys.argv[1:]
    if name == "convert":
        convert(model)
        print(Made((), peak_memory()).to_json())
        return
    engine = ENGINES[name](model)
    runs = tuple(measure(engine, Path(file)) for file in files)
    print(Made(runs, peak_memory()).to_json())


if __name__ == "__main__":
    main()
