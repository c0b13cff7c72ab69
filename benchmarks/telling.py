"""The stages of relisten that tell speakers apart, in a process of their own: CPU, memory, spans.

    python -m benchmarks.telling LIBRARY TASKS

The library has the words already, or is to have none: no recogniser is loaded, so that the memory
is that of finding voice and telling speakers apart. TASKS are in JSON. Decoding, finding voice and
loading models are not timed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.runs import peak_memory
from benchmarks.told import AllTold, Task, Told, tasks_from_json
from models.engines import LocalEngines
from pipeline.library import Library
from pipeline.listening import Listening
from pipeline.process import STAGES, Request
from pipeline.taking_in import take_in
from pipeline.voices.clustering import SpeakerCount

if TYPE_CHECKING:
    from pipeline.listening import Engines
    from pipeline.recording import Recording


def put_words(path: Path, library: Library, engines: Engines) -> Recording:
    """Take a recording into a library and have it recognised, no more."""
    request = Request(language="en")
    with Listening(path, engines) as listening:
        recording = take_in(listening, library, request)
        STAGES["transcribe"](recording, library, listening, request)
        return recording


def tell_apart(task: Task, library: Library, engines: Engines) -> Told:
    """Tell the speakers of a recording apart and, where it has words, say whose they are."""
    count = SpeakerCount(task.speakers, task.speakers)
    request = Request(speakers=count, only="diarize")  # anew, though it may be done already
    with Listening(Path(task.file), engines) as listening:
        recording = take_in(listening, library, request)
        listening.voiced(recording)
        began = cpu_seconds()
        STAGES["diarize"](recording, library, listening, request)
        spent = cpu_seconds() - began
        if "transcribe" in library.made(recording.id):
            STAGES["attribute"](recording, library, listening, request)
        spans = [(span.start, span.end, span.speaker) for span in library.spans(recording.id)]
        return Told(task.file, listening.audio.duration, spent, tuple(spans))


def cpu_seconds() -> float:
    """Return the CPU time that this process and its ended children have spent on all cores."""
    return sum(os.times()[:4])


def main() -> None:
    """Print what was told of the tasks, the first of which is done twice: once to load models."""
    folder, asked = sys.argv[1:]
    tasks, engines = tasks_from_json(asked), LocalEngines()
    with Library(Path(folder), create=True) as library:
        told = [tell_apart(task, library, engines) for task in (*tasks[:1], *tasks)]
    print(AllTold(tuple(told[1:]), peak_memory()).to_json())


if __name__ == "__main__":
    main()
