"""Many files, one after the other: what is done is skipped, one that fails stops no other."""

from __future__ import annotations

import traceback
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.audio import probe
from pipeline.errors import LibraryError, MachineError, ModelError, RelistenError, UsageError
from pipeline.ingest import place_of
from pipeline.listening import Listening
from pipeline.process import process_heard
from pipeline.progress import WHOLE, Progress, Report, silent
from pipeline.telling import worth_saying

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.process import Request
    from pipeline.recording import Recording

# Of the time that one recording takes, the part that each stage is done with, roughly.
SHARES = {"listen": (0.0, 0.1), "transcribe": (0.1, 0.7), "speakers": (0.7, 1.0)}


class State(StrEnum):
    """How it went with one file."""

    DONE = "done"
    KNOWN = "already done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; `message` says why it failed, or what to know of it.

    `details` is the traceback of a failure.
    """

    path: Path
    state: State
    recording: Recording | None = None
    message: str = ""
    details: str = ""


def process_all(
    paths: Sequence[Path],
    library: Library,
    engines: Engines,
    request: Request,
    report: Report = silent,
) -> Generator[Outcome, None, None]:
    """Process files in order, yielding what became of each as it ends.

    Progress of the whole is reported under the stage `WHOLE`, in seconds of audio.
    Raises ModelError, MachineError, LibraryError and UsageError: what stops one file by them
    stops all.
    """
    durations = [claimed_duration(path) for path in paths]
    total, done = sum(durations), 0.0
    with closing(listen_ahead(paths, library, engines)) as listened:
        for listening, duration in zip(listened, durations, strict=True):
            report(Progress(WHOLE, done, total))
            listening.report = _within(done, duration, total, report)
            with listening:
                yield _process_one(listening, library, request)
            done += duration
    report(Progress(WHOLE, total, total))


def listen_ahead(
    paths: Sequence[Path], library: Library, engines: Engines
) -> Generator[Listening, None, None]:
    """Yield each file being heard; while one is recognised, the next is decoded already.

    A file that the library has where it lies is not: most likely nothing is to be done for it.
    What goes wrong ahead of its time goes wrong again in its time, and is told then.
    """
    known = {(each.path, each.size) for each in library.recordings()}
    waiting = deque(Listening(path, engines) for path in paths)
    ahead: Future[None] | None = None
    pool = ThreadPoolExecutor(1)
    try:
        while waiting:
            listening = waiting.popleft()
            if ahead is not None:
                ahead.exception()  # waits for it
            new = waiting and place_of(waiting[0].path) not in known
            ahead = pool.submit(waiting[0].ahead) if new else None
            yield listening
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        if ahead is not None and waiting:  # broken off
            ahead.add_done_callback(lambda _: waiting[0].close())


def _process_one(listening: Listening, library: Library, request: Request) -> Outcome:
    path = listening.path
    try:
        processed = process_heard(listening, library, request)
    except (ModelError, MachineError, LibraryError, UsageError):
        raise
    except RelistenError as error:
        return _failed(path, str(error), error)
    except Exception as error:  # one bad file must not stop the batch
        message = (
            f"{path}: {type(error).__name__}: {error}. Please report this, with the file's kind."
        )
        return _failed(path, message, error)
    recording = processed.recording
    state = State.DONE if processed.ran else State.KNOWN
    told = library.made(recording.id).get("diarize") if "diarize" in processed.ran else None
    return Outcome(path, state, recording, recording.damage or worth_saying(told))


def _failed(path: Path, message: str, error: Exception) -> Outcome:
    details = "".join(traceback.format_exception(error))
    return Outcome(path, State.FAILED, message=message, details=details)


def _within(before: float, duration: float, total: float, report: Report) -> Report:
    """Return a report that also tells how far the whole is."""

    def tell(progress: Progress) -> None:
        report(progress)
        if share := SHARES.get(progress.stage):
            part = share[0] + (share[1] - share[0]) * progress.fraction
            report(Progress(WHOLE, before + part * duration, total))

    return tell


def claimed_duration(path: Path) -> float:
    """Return the seconds that a file says it has; 0.0 for one that cannot be opened."""
    try:
        return probe(path).duration
    except (RelistenError, OSError, RuntimeError, ValueError):  # what decoders raise
        return 0.0  # when the file's turn comes, what is wrong with it is said
