"""Many files, one after the other: what is done is skipped, one that fails stops no other.

Several processes may work on the same files: each is done by one of them.
"""

from __future__ import annotations

import errno
import time
import traceback
from collections import deque
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.claiming import by_turns
from pipeline.doubles import ALIKE, likeness, triples
from pipeline.errors import (
    LibraryError,
    MachineError,
    ModelError,
    RecordingsGone,
    RelistenError,
    UsageError,
)
from pipeline.going_on import going_on
from pipeline.ingest import claimed_duration
from pipeline.journal import Journal
from pipeline.library.holding import holding
from pipeline.process import process_heard
from pipeline.progress import FILES, WHOLE, Progress, Report, silent
from pipeline.sighting import is_there
from pipeline.survey import surveyed
from pipeline.taking_in import file_as_asked
from pipeline.telling import worth_saying

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.claiming import Turn
    from pipeline.library import Library
    from pipeline.listening import Engines
    from pipeline.process import Processed, Request
    from pipeline.recording import Recording
    from pipeline.survey import Task
    from pipeline.transcript import Made

__all__ = ["Outcome", "State", "claimed_duration", "process_all", "process_tasks"]

# Of the time that one recording takes, the part that each stage is done with, roughly.
SHARES = {"listen": (0.0, 0.1), "transcribe": (0.1, 0.7), "speakers": (0.7, 1.0)}
# What has to do with no file in particular: the next would fare no better.
ENDING = (ModelError, MachineError, LibraryError, UsageError)
NOTED = {"attribute", "copy"}  # whose notes are few, and told at once
FULL = {errno.ENOSPC, errno.EDQUOT}
AGAIN = "relisten process --retry-failed"


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


def nobody() -> None:
    """Tell nobody that another process is waited for."""


def process_all(
    paths: Sequence[Path],
    library: Library,
    engines: Engines,
    request: Request,
    report: Report = silent,
) -> Generator[Outcome, None, None]:
    """Process files in order, yielding what became of each as it ends: see `process_tasks`."""
    tasks = surveyed(paths, library, request, engines, report)
    yield from process_tasks(tasks, library, engines, request, report)


def process_tasks(
    tasks: Sequence[Task],
    library: Library,
    engines: Engines,
    request: Request,
    report: Report = silent,
    tell: Callable[[], None] = nobody,
) -> Generator[Outcome, None, None]:
    """Process files in order, yielding what became of each as it ends.

    What another process works on comes last; `tell` is called once where it is waited for.
    Progress of the whole is reported under the stage `WHOLE`, in seconds of audio, and under
    `FILES`. Raises ModelError, MachineError, LibraryError and UsageError: what stops one file by
    them stops all; and RecordingsGone where all files that are left are gone.
    """
    batch = Batch(tasks, library, request, report)
    with by_turns(tasks, library, engines, once(tell)) as turns:
        for task, turn in turns:
            if turn is None:
                yield batch.settled(task)
                continue
            turns.go_ahead()
            with closing(turn):
                outcome = batch.outcome(turn)
            yield outcome
    batch.tally.end()


def worth_knowing(made: Mapping[str, Made]) -> Iterator[str]:
    """Yield what to know of the stages that ran, by name."""
    yield worth_saying(made.get("diarize"))
    for stage in NOTED & made.keys():
        yield from made[stage].notes


def once(tell: Callable[[], None]) -> Callable[[], None]:
    """Return what calls something the first time alone."""
    left = deque([tell])
    return lambda: left.popleft()() if left else None


class Tally:
    """How far the whole is: of files that are to be worked on, and of their seconds of sound."""

    def __init__(self, files: int, sound: float, report: Report) -> None:
        self._files, self._sound, self._report = files, sound, report
        self.done, self._heard = 0, 0.0

    @classmethod
    def of(cls, tasks: Iterable[Task], report: Report) -> Tally:
        """Return the tally of some tasks."""
        open_ = [task for task in tasks if not task.settled]
        return cls(len(open_), sum(task.sound for task in open_), report)

    def begin(self, task: Task) -> Report:
        """Tell how far the whole is, and return a report that does so while a file is heard."""
        before = self._heard
        self._report(Progress(FILES, self.done, self._files, path=task.path))
        self._report(Progress(WHOLE, before, self._sound))

        def tell(progress: Progress) -> None:
            self._report(progress)
            if share := SHARES.get(progress.stage):
                part = share[0] + (share[1] - share[0]) * progress.fraction
                self._report(Progress(WHOLE, before + part * task.sound, self._sound))

        return tell

    def count(self, task: Task) -> None:
        """Count a file that ended."""
        self.done += 1
        self._heard += task.sound

    def end(self) -> None:
        """Tell that all is done."""
        self._report(Progress(FILES, self._files, self._files))
        self._report(Progress(WHOLE, self._sound, self._sound))


class Batch:
    """What is the same for all files of a batch."""

    def __init__(
        self, tasks: Sequence[Task], library: Library, request: Request, report: Report
    ) -> None:
        self._library, self._request = library, request
        self._journal = Journal(library.folder)
        self._left = {task.path for task in tasks}
        self._files = len(tasks)
        self.tally = Tally.of(tasks, report)

    def settled(self, task: Task) -> Outcome:
        """Return the outcome of a file for which no stage is to run, filed as is asked."""
        self._left.discard(task.path)
        known = task.recording
        if known is not None and self._files_anew:
            with holding(self._library.folder, known.id, nobody):
                file_as_asked(known, self._library, self._asked(task, known))
        return Outcome(task.path, State.KNOWN, known)

    @property
    def _files_anew(self) -> bool:
        asked = self._request
        return bool(asked.project or asked.tags or asked.participants)

    def _asked(self, task: Task, known: Recording | None) -> Request:
        """Return the request for a file; its folder's project is for what is in none."""
        if self._request.project or (known is not None and known.project):
            return self._request
        return replace(self._request, project=task.project)

    def outcome(self, turn: Turn) -> Outcome:
        """Return what becomes of a file in its turn."""
        task, listening = turn.task, turn.listening
        self._left.discard(task.path)
        listening.report = self.tally.begin(task)
        outcomes: list[Outcome] = []
        try:
            with going_on(lambda error: outcomes.append(self._failed(turn, error)), *ENDING):
                outcomes.append(self._processed(turn))
        except ENDING as error:
            self._journal.stopped(task.path, turn.identity, error)
            raise
        self.tally.count(task)
        return outcomes[0]

    def _processed(self, turn: Turn) -> Outcome:
        listening, begun = turn.listening, time.monotonic()
        identity = listening.identity
        self._journal.began(listening.path, identity)
        known = self._library.get(identity)
        asked = self._asked(turn.task, known)
        with self._library.at_work(listening.sighting):
            processed = process_heard(listening, self._library, asked)
            notes = self._settle(turn, processed)
        self._journal.done(listening.path, identity, time.monotonic() - begun, processed.ran)
        state = State.DONE if processed.ran else State.KNOWN
        said = (from_where(known, processed.recording, listening.path), *notes)
        message = "; ".join(note for note in said if note)
        return Outcome(listening.path, state, processed.recording, message)

    def _settle(self, turn: Turn, processed: Processed) -> list[str]:
        """Keep that a file is done, and return what to know of it."""
        recording, sighting = processed.recording, turn.listening.sighting
        doubles = doubles_of(recording, self._library)
        self._library.put_place(recording.id, sighting, doubles)
        made = self._library.made(recording.id)
        notes = [recording.damage, *worth_knowing({name: made[name] for name in processed.ran})]
        if processed.ran:
            notes += map(said_of_double, (each for each, _ in self._library.doubles(recording.id)))
        return notes

    def _failed(self, turn: Turn, error: Exception) -> Outcome:
        """Return the outcome of a file that failed; raises what stops all where that is why."""
        path = turn.task.path
        self._journal.failed(path, turn.identity, error)
        if isinstance(error, OSError) and error.errno in FULL:
            raise MachineError(NO_ROOM.format(path)) from error
        if not is_there(path) and self._all_gone(path):
            raise RecordingsGone(gone(path, self.tally.done, self._files)) from error
        reason = reason_of(path, error)
        self._library.put_failure(turn.listening.sighting, from_anywhere(path, reason))
        details = "".join(traceback.format_exception(error))
        return Outcome(path, State.FAILED, message=reason, details=details)

    def _all_gone(self, path: Path) -> bool:
        """Tell whether nothing that is left is there; of the last file, that its folder is not."""
        return not any(map(is_there, self._left or {path.parent}))


NO_ROOM = (
    "{}: there is no room left on a disk for the work. Make room, then run the same command again."
)


def gone(path: Path, done: int, files: int) -> str:
    """Return the sentence for a file that is gone with all that were still to be done."""
    return (
        f"{path.parent}: the recordings that are left are not there any more, as if a drive was "
        f"unplugged. {done} of {files} were finished and are kept. Plug it in, then run the same "
        "command again."
    )


def reason_of(path: Path, error: Exception) -> str:
    """Return why a file failed, in one sentence with what to do."""
    if isinstance(error, RelistenError):
        return str(error)
    if isinstance(error, MemoryError):
        return (
            f"{path}: there is not enough memory for it. Close other programs or choose a smaller "
            f"model (--model base), then run: {AGAIN}"
        )
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return f"{path}: the system refuses it ({reason}). Check the drive, then run: {AGAIN}"
    kind = type(error).__name__
    return f"{path}: {kind}: {error}. Please report this, with the file's kind."


def from_anywhere(path: Path, reason: str) -> str:
    """Return a reason in which the file that it begins with is named as from any folder."""
    rest = reason.removeprefix(str(path))
    return reason if rest == reason else f"{path.absolute()}{rest}"


def from_where(known: Recording | None, recording: Recording, path: Path) -> str:
    """Say that a file was known under another name, "" where it was not, or is the very one."""
    if known is None or _is_same(known.path, path):
        return ""
    copy = recording.path != path.absolute()
    return f"a copy of {known.path}" if copy else f"moved from {known.path}"


def _is_same(known: Path, path: Path) -> bool:
    try:
        return known == path.absolute() or known.samefile(path)  # by way of a link, or of ".."
    except OSError:
        return False


def doubles_of(recording: Recording, library: Library) -> dict[str, float]:
    """Return the recordings that seem to be the same call in another file, with how alike."""
    said = triples(library.text(recording.id))
    others = library.as_long_as(recording) if said else []
    alike = {other: likeness(said, triples(library.text(other))) for other in others}
    return {other: share for other, share in alike.items() if share >= ALIKE}


def said_of_double(other: Recording) -> str:
    """Say that a recording seems to be there in another file too."""
    return f"likely the same call as {other.path.name} ({other.id[:8]})"
